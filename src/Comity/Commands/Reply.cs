using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Storage;

namespace Comity.Commands;

/// <summary>What a command answers: facts on stdout, one a line or as one JSON object; faults on stderr. 0: done; 1: the answer is no, or the input is refused.</summary>
internal sealed class Reply
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The answer is no, or the input is refused.</summary>
    public const int No = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _asJson;
    private readonly JsonObject _json = [];
    private readonly List<string> _lines = [];

    private Reply(TextWriter output, TextWriter error, bool asJson) => (_output, _error, _asJson) = (output, error, asJson);

    /// <summary>The option that every command has.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Print one JSON object instead of lines." };

    /// <summary>Lets a command answer when it is invoked; a disk or database that fails is told in one line, not by a stack trace.</summary>
    public static void Answers(Command command, Func<ParseResult, Reply, Task<int>> answer)
    {
        var json = JsonOption();
        command.Options.Add(json);
        command.SetAction(async (parsed, _) =>
        {
            var reply = new Reply(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(json));
            try
            {
                return await answer(parsed, reply);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or StorageException)
            {
                return reply.Refused(e.Message);
            }
        });
    }

    /// <inheritdoc cref="Answers(Command, Func{ParseResult, Reply, Task{int}})"/>
    public static void Answers(Command command, Func<ParseResult, Reply, int> answer) =>
        Answers(command, (parsed, reply) => Task.FromResult(answer(parsed, reply)));

    /// <summary>Adds a fact: a field of the JSON object and a line.</summary>
    /// <param name="name">The field, in camel case.</param>
    /// <param name="value">Its value.</param>
    /// <param name="line">The line; null: the name and the value.</param>
    public Reply Fact(string name, JsonNode? value, string? line = null)
    {
        _json[name] = value;
        _lines.Add(line ?? $"{name} {value}");
        return this;
    }

    /// <summary>Adds a line for people only.</summary>
    public Reply Say(string line)
    {
        _lines.Add(line);
        return this;
    }

    /// <summary>Shows people this text in place of the lines so far.</summary>
    public Reply Instead(string text)
    {
        _lines.Clear();
        return Say(text);
    }

    /// <summary>Prints the facts.</summary>
    /// <param name="code">The exit code.</param>
    public int Done(int code = Ok)
    {
        if (_asJson)
        {
            _output.WriteLine(_json.ToJsonString(Indented));
        }
        else
        {
            _lines.ForEach(_output.WriteLine);
        }

        return code;
    }

    /// <summary>Prints what is wrong, nothing else.</summary>
    public int Refused(params IEnumerable<string> faults)
    {
        faults = faults.SelectMany(f => f.Split(Environment.NewLine));   // some bring several
        if (_asJson)
        {
            _error.WriteLine(new JsonObject { ["faults"] = new JsonArray([.. faults.Select(f => JsonValue.Create(f))]) }.ToJsonString(Indented));
        }
        else
        {
            foreach (string fault in faults)
            {
                _error.WriteLine(fault);
            }
        }

        return No;
    }
}

/// <summary>Reads and writes the files that a command names.</summary>
internal static class CommandFile
{
    /// <summary>Reads a whole file.</summary>
    public static bool TryRead(string path, int maxBytes, [NotNullWhen(true)] out byte[]? content, [NotNullWhen(false)] out string? fault)
    {
        content = null;
        var info = new FileInfo(path);
        fault = !info.Exists ? $"{path}: there is no such file"
            : info.Length > maxBytes ? $"{path}: has {info.Length} bytes; at most {maxBytes} are read"
            : null;
        content = fault is null ? File.ReadAllBytes(path) : null;
        return content is not null;
    }

    /// <summary>Writes a whole file, durable on return; one that is there is kept unless <paramref name="force"/> says otherwise.</summary>
    public static bool TryWrite(string path, ReadOnlySpan<byte> content, bool force, [NotNullWhen(false)] out string? fault)
    {
        if (MayWrite(path, force, out fault))
        {
            DurableFile.Replace(path, content);
        }

        return fault is null;
    }

    /// <summary>Whether a file may be written: asked before work that cannot be undone.</summary>
    public static bool MayWrite(string path, bool force, [NotNullWhen(false)] out string? fault)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        fault = !Directory.Exists(folder) ? $"{path}: there is no folder {folder}"
            : Directory.Exists(path) ? $"{path}: is a folder"
            : File.Exists(path) && !force ? $"{path}: is there already; --force overwrites it"
            : null;
        return fault is null;
    }
}

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>The home folder; where the environment names one in COMITY_HOME, that is the default.</summary>
    public static Option<string> Home()
    {
        string? fallback = Environment.GetEnvironmentVariable("COMITY_HOME");
        var option = new Option<string>("--home") { Description = "The node's home folder (or set COMITY_HOME).", HelpName = "DIR", Required = fallback is null };
        if (fallback is not null)
        {
            option.DefaultValueFactory = _ => fallback;
        }

        return option;
    }

    /// <summary>A file with the passphrase of the online keys.</summary>
    public static Option<string?> PassphraseFile() => new("--passphrase-file")
    {
        Description = "The file with the keys' passphrase (or set COMITY_PASSPHRASE_FILE or COMITY_PASSPHRASE).", HelpName = "FILE",
    };

    /// <summary>A file with the passphrase of the root keys.</summary>
    public static Option<string?> RootPassphraseFile() => new("--root-passphrase-file")
    {
        Description = "The file with the root keys' passphrase, where it is another.", HelpName = "FILE",
    };

    /// <summary>Whether files that are there may be overwritten.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Overwrite what is there." };
}
