using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Backups;

/// <summary>A file of a backup.</summary>
/// <param name="Name">Its path within the backup, with slashes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its digest.</param>
internal sealed record BackupFile(string Name, long Bytes, byte[] Sha256)
{
    /// <summary>Reads a file of a backup through.</summary>
    public static BackupFile Of(string folder, string name)
    {
        using var stream = File.OpenRead(Path.Combine(folder, name));
        return new BackupFile(name, stream.Length, SHA256.HashData(stream));
    }
}

/// <summary>One of the node's own logs as the backup has it.</summary>
/// <param name="Origin">Which.</param>
/// <param name="Size">Entries.</param>
/// <param name="Checkpoint">The head as the node signed it; null before the first entry.</param>
internal sealed record BackupLog(string Origin, long Size, string? Checkpoint);

/// <summary>What a backup says of itself, written last: a folder without it is none.</summary>
internal sealed record Manifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The file in which the secrets of bodies lie apart, for SQLite and PostgreSQL.</summary>
    public const string KeysName = "entry-keys";

    private const string Form = "backup/1";
    private const int MaxBytes = 8 << 20;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required MemberCode Member { get; init; }

    /// <summary>The network; null before the node joined one.</summary>
    public required CharterHash? Genesis { get; init; }

    public required DateTimeOffset Made { get; init; }

    /// <summary>For how many days after <see cref="Made"/> the secrets of bodies are kept.</summary>
    public required int KeyDays { get; init; }

    /// <summary>The version of the program that made it.</summary>
    public required string Program { get; init; }

    /// <summary>The number of the database's schema.</summary>
    public required int Schema { get; init; }

    /// <summary>SQLite or PostgreSQL.</summary>
    public required string Database { get; init; }

    public required IReadOnlyList<BackupLog> Logs { get; init; }

    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>The file with the database.</summary>
    public BackupFile DatabaseFile => Files.First(file => file.Name.StartsWith("database.", StringComparison.Ordinal));

    /// <summary>The file with the secrets of bodies.</summary>
    public BackupFile KeysFile => Files.First(file => file.Name.StartsWith(KeysName + ".", StringComparison.Ordinal));

    public void Write(string folder) => DurableFile.Replace(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["comity"] = Form,
        ["member"] = Member.ToString(),
        ["genesis"] = Genesis?.ToString(),
        ["made"] = Made.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["keyDays"] = KeyDays,
        ["program"] = Program,
        ["schema"] = Schema,
        ["database"] = Database,
        ["logs"] = new JsonArray([.. Logs.Select(log => new JsonObject { ["origin"] = log.Origin, ["size"] = log.Size, ["checkpoint"] = log.Checkpoint })]),
        ["files"] = new JsonArray([.. Files.Select(file => new JsonObject { ["name"] = file.Name, ["bytes"] = file.Bytes, ["sha256"] = Convert.ToHexStringLower(file.Sha256) })]),
    }, Indented));

    /// <summary>Reads what a backup says of itself; nothing of it is checked against its files.</summary>
    public static bool TryRead(string folder, [NotNullWhen(true)] out Manifest? manifest, [NotNullWhen(false)] out string? fault)
    {
        manifest = null;
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes)
        {
            fault = $"{folder} has no {FileName}: it is no backup, or its making did not end";
            return false;
        }

        if (!StrictJson.TryParseObject(File.ReadAllBytes(path), 8, out var json, out fault))
        {
            fault = $"{path}: {fault}";
            return false;
        }

        var fields = new Fields(json);
        var form = fields.Text("comity", 40);
        var made = fields.Value<DateTimeOffset>("made", (string text, out DateTimeOffset at) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at));
        var read = new Manifest
        {
            Member = fields.Member("member"),
            Genesis = fields.TextOrNull("genesis", 64) is { } hash && CharterHash.TryParse(hash, out var genesis) ? genesis : null,
            Made = made,
            KeyDays = fields.Number("keyDays"),
            Program = fields.Text("program", 40),
            Schema = fields.Number("schema"),
            Database = fields.Text("database", 40),
            Logs = [.. fields.Items("logs", 10_000).Select(item => Log(item, fields))],
            Files = [.. fields.Items("files", 10_000).Select(item => OneFile(item, fields))],
        };
        fault = form != Form ? $"{path}: comity is not {Form}" : fields.Fault is { } wrong ? $"{path}: {wrong}"
            : read.Files.Any(file => Path.IsPathRooted(file.Name) || file.Name.Split('/').Contains("..")) ? $"{path}: a file lies outside the backup"
            : read.Files.Count(file => file.Name.StartsWith("database.", StringComparison.Ordinal)) != 1 || read.Files.Count(file => file.Name.StartsWith(KeysName + ".", StringComparison.Ordinal)) != 1
                ? $"{path}: it does not name one database and one file of keys" : null;
        manifest = fault is null ? read : null;
        return manifest is not null;
    }

    private static BackupLog Log(JsonElement item, Fields all)
    {
        var fields = new Fields(item, "logs: ");
        var log = item.ValueKind == JsonValueKind.Object ? new BackupLog(fields.Text("origin", 300), fields.Size("size"), fields.TextOrNull("checkpoint", 65_536)) : null;
        return log is null || fields.Fault is not null ? all.Wrong("logs", "cannot be read", new BackupLog("", 0, null)) : log;
    }

    private static BackupFile OneFile(JsonElement item, Fields all)
    {
        var fields = new Fields(item, "files: ");
        var hex = item.ValueKind == JsonValueKind.Object ? fields.Text("sha256", 64) : "";
        return hex.Length == 64 && hex.All(char.IsAsciiHexDigitLower) && fields.Fault is null
            ? new BackupFile(fields.Text("name", 300), fields.Size("bytes"), Convert.FromHexString(hex))
            : all.Wrong("files", "cannot be read", new BackupFile("", 0, []));
    }
}
