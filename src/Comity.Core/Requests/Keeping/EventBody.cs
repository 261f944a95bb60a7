using System.Buffers;
using System.Text.Json;
using Comity.Core.Jose;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests.Keeping;

/// <summary>A file that an event carries: its bytes come apart.</summary>
/// <param name="Name">As people call it; 1 to 200 characters without a path.</param>
/// <param name="MediaType">What its author says it is; never trusted.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
public sealed record FileReference(string Name, string MediaType, long Size, string Sha256);

/// <summary>What an event says beyond its codes: sealed, and erased in its time.</summary>
/// <param name="Reference">Its author's own file reference; null for none.</param>
/// <param name="Text">A message, or reasons in words; null for none.</param>
/// <param name="Content">The act's fields, a JSON object; null where the event is no act of the kind.</param>
/// <param name="Files">Files beside those that the fields name.</param>
public sealed record EventBody(string? Reference, string? Text, JsonElement? Content, IReadOnlyList<FileReference> Files)
{
    /// <summary>A body longer than this is refused.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>The most files beside those in fields.</summary>
    public const int MostFiles = 50;

    /// <summary>The most characters of a text.</summary>
    public const int LongestText = 20_000;

    /// <summary>The most characters of a reference.</summary>
    public const int LongestReference = 60;

    private const int Depth = 16;

    /// <summary>Nothing.</summary>
    public static EventBody Empty { get; } = new(null, null, null, []);

    /// <summary>All files: those that fields of the act name, and those beside.</summary>
    /// <param name="act">The act; null where the event is none.</param>
    public IEnumerable<FileReference> AllFiles(KindAct? act) => Files.Concat((act?.Fields ?? []).Where(field => field.Type == FieldType.Attachment).SelectMany(InField));

    /// <summary>The JSON, UTF-8.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            if (Reference is not null)
            {
                json.WriteString("reference", Reference);
            }

            if (Text is not null)
            {
                json.WriteString("text", Text);
            }

            if (Content is { } content)
            {
                json.WritePropertyName("content");
                content.WriteTo(json);
            }

            json.WriteStartArray("files");
            foreach (var file in Files)
            {
                json.WriteStartObject();
                json.WriteString("name", file.Name);
                json.WriteString("mediaType", file.MediaType);
                json.WriteNumber("size", file.Size);
                json.WriteString("sha256", file.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a body.</summary>
    /// <param name="utf8">As received, without its salt.</param>
    /// <param name="fault">Which field is wrong.</param>
    public static EventBody? Read(ReadOnlyMemory<byte> utf8, out string? fault)
    {
        if (utf8.Length > MaxLength)
        {
            fault = $"the body is longer than {MaxLength} bytes";
            return null;
        }

        if (!StrictJson.TryParseObject(utf8, Depth, out var json, out fault))
        {
            return null;
        }

        var fields = new Fields(json);
        List<FileReference> files = [];
        foreach (var (n, item) in fields.Items("files", MostFiles).Index())
        {
            if (ReadFile(item, $"files[{n}].", out fault) is not { } file)
            {
                return null;
            }

            files.Add(file);
        }

        var body = new EventBody(fields.TextOrNull("reference", LongestReference), fields.TextOrNull("text", LongestText), fields.Object("content"), files);
        _ = fields.Number("v") == 1 || fields.Wrong("v", "is not 1", false);
        fault = fields.Fault;
        return fault is null ? body : null;
    }

    /// <summary>Reads a file's reference.</summary>
    public static FileReference? ReadFile(JsonElement json, string path, out string? fault)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            fault = $"{path[..^1]} is no object";
            return null;
        }

        var fields = new Fields(json, path);
        var file = new FileReference(fields.Text("name", 200), fields.Text("mediaType", 100), fields.Size("size"), fields.Text("sha256", 64));
        fault = fields.Fault
            ?? (file.Name.Length == 0 || file.Name.Any(c => char.IsControl(c) || c is '/' or '\\') ? $"{path}name is empty or has a path in it" : null)
            ?? (KindDigest.TryParse(file.Sha256, out _) ? null : $"{path}sha256 is not 64 hexadecimal digits");
        return fault is null ? file : null;
    }

    private IEnumerable<FileReference> InField(KindField field)
    {
        if (Content is not { ValueKind: JsonValueKind.Object } content || !content.TryGetProperty(field.Name, out var value))
        {
            yield break;
        }

        foreach (var item in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Take(KindField.MostItems) : [value])
        {
            if (ReadFile(item, field.Name + ".", out _) is { } file)
            {
                yield return file;
            }
        }
    }
}
