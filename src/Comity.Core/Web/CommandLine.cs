using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comity.Core.Web;

/// <summary>What the commands that talk to a node share: where it is, with which token, and how answers are printed.</summary>
public sealed class CommandLine
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where the node listens.</summary>
    public Option<Uri> NodeOption { get; } = new("--node")
    {
        Description = "The node's API. Default: $COMITY_NODE, else http://127.0.0.1:8600.",
        Recursive = true,
        CustomParser = parsed => Address(parsed.Tokens[0].Value, "--node", parsed),
        DefaultValueFactory = result => Address(Environment.GetEnvironmentVariable("COMITY_NODE") is { Length: > 0 } node ? node : "http://127.0.0.1:8600", "$COMITY_NODE", result),
    };

    /// <summary>A file that holds the token; the token itself never stands on a command line, where others could read it.</summary>
    public Option<FileInfo?> TokenOption { get; } = new("--token-file")
    {
        Description = "A file with the token. Default: the token in $COMITY_TOKEN, else the one that sign-in kept.",
        Recursive = true,
    };

    /// <summary>Answers as JSON.</summary>
    public Option<bool> JsonOption { get; } = new("--json") { Description = "Print the answer as JSON.", Recursive = true };

    /// <summary>The text answers in French; default English.</summary>
    public Option<bool> FrenchOption { get; } = new("--fr") { Description = "Explain in French.", Recursive = true };

    /// <summary>Runs a command against the node; a failure of any expected kind is one line on stderr and exit code 1.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">Does the work and returns the exit code.</param>
    public async Task<int> WithNodeAsync(ParseResult parsed, Func<NodeClient, Task<int>> run)
    {
        var node = parsed.GetValue(NodeOption)!;
        var file = parsed.GetValue(TokenOption);
        var token = file is not null ? Read(file.FullName) : Environment.GetEnvironmentVariable("COMITY_TOKEN") is { Length: > 0 } given ? given : Read(SignInFile(node));
        if (string.IsNullOrEmpty(token))
        {
            await Error(parsed).WriteLineAsync(file is null ? "no token: comity sign-in, set COMITY_TOKEN or give --token-file" : $"--token-file {file}: there is no such file");
            return 2;
        }

        return await TellAsync(parsed, node, token, run);
    }

    /// <summary>Where sign-in keeps the token for a node, in the folder of the user's settings.</summary>
    public string SignInFile(Uri node) => Path.Combine(
        Environment.GetEnvironmentVariable("COMITY_SIGN_IN_FOLDER") is { Length: > 0 } folder ? folder : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "comity"),
        $"token-{node.Host.Replace(':', '-')}-{node.Port}");

    /// <summary>Runs a command against the node with a token that is known; an empty one for what needs none.</summary>
    public async Task<int> TellAsync(ParseResult parsed, Uri node, string token, Func<NodeClient, Task<int>> run)
    {
        using var client = new NodeClient(node, token);
        try
        {
            return await run(client);
        }
        catch (NodeRefusedException e)
        {
            if (parsed.GetValue(JsonOption))
            {
                await Out(parsed).WriteLineAsync(e.Problem.ToJsonString(Indented));
            }

            await Error(parsed).WriteLineAsync(e.Message);
            return 1;
        }
        catch (HttpRequestException e)
        {
            await Error(parsed).WriteLineAsync($"no node answers at {client.Address}: {e.Message}");
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Error(parsed).WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>Prints an answer: as JSON where asked, else in words.</summary>
    public async Task PrintAsync(ParseResult parsed, JsonNode answer, Func<JsonNode, IEnumerable<string>> words)
    {
        if (parsed.GetValue(JsonOption))
        {
            await Out(parsed).WriteLineAsync(answer.ToJsonString(Indented));
            return;
        }

        foreach (var line in words(answer))
        {
            await Out(parsed).WriteLineAsync(line);
        }
    }

    private static string? Read(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : null;

    private static Uri Address(string text, string from, System.CommandLine.Parsing.ArgumentResult result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var node) && node.Scheme is "http" or "https")
        {
            return node;
        }

        result.AddError($"{from} must be an http or https address");
        return new Uri("http://127.0.0.1:8600");
    }

    /// <summary>Where answers go.</summary>
    public static TextWriter Out(ParseResult parsed) => parsed.InvocationConfiguration.Output;

    /// <summary>Where complaints go.</summary>
    public static TextWriter Error(ParseResult parsed) => parsed.InvocationConfiguration.Error;
}
