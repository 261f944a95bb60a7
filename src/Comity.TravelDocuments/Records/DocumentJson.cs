using Comity.Core.Registers;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Comity.TravelDocuments.ImportExport;

namespace Comity.TravelDocuments.Records;

/// <summary>
/// Records as JSON, UTF-8, schema version 1: one object of text properties in camel case, in a fixed order, absent
/// where null, unknown properties last and sorted. The same record always gives the same bytes.
/// </summary>
public static class DocumentJson
{
    /// <summary>The longest record, in bytes.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>A property in which a later version says what older ones must not overlook; here it is refused.</summary>
    public const string Critical = "crit";

    private static readonly DocumentJsonContext Context = new(new JsonSerializerOptions(DocumentJsonContext.Default.Options)
    {
        // Only ", \ and controls are escaped: the bytes are read by machines and people, never pasted into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Writes a record.</summary>
    /// <returns>UTF-8 without line breaks.</returns>
    public static byte[] Write(DocumentRecord record) => JsonSerializer.SerializeToUtf8Bytes(record.ToDraft(), Context.DocumentDraft);

    /// <summary>Reads a record strictly: no comments, no trailing comma, no property twice, text where text belongs.</summary>
    /// <param name="utf8">One JSON object, at most <see cref="MaxBytes"/>.</param>
    /// <param name="record">The record, or null where something is wrong.</param>
    /// <param name="faults">What is wrong, by property; the field <c>json</c> stands for the text as a whole. Empty on success.</param>
    public static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out DocumentRecord? record, out IReadOnlyList<FieldFault> faults)
    {
        record = null;
        return TryReadDraft(utf8, out var draft, out var fault)
            ? DocumentRecord.TryCreate(draft, out record, out faults)
            : Refuse(fault, out faults);
    }

    /// <summary>Reads the form alone and checks no content.</summary>
    internal static bool TryReadDraft(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out DocumentDraft? draft, out FieldFault fault)
    {
        draft = null;
        fault = new("json", $"is longer than {MaxBytes} bytes", $"dépasse {MaxBytes} octets");
        if (utf8.Length > MaxBytes) return false;
        draft = ReadWritten(utf8);
        return draft is not null || TryReadAny(utf8, out draft, out fault);
    }

    /// <summary>Reads any form.</summary>
    internal static bool TryReadAny(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out DocumentDraft? draft, out FieldFault fault)
    {
        draft = null;
        fault = default;
        try
        {
            draft = JsonSerializer.Deserialize(utf8, Context.DocumentDraft);
        }
        catch (JsonException e)
        {
            fault = Explain(e);
            return false;
        }
        fault = new("json", "must be an object", "doit être un objet");
        return draft is not null;
    }

    /// <summary>
    /// Reads what <see cref="Write"/> writes: every property known, each at most once and in the fixed order, nothing escaped. Almost all that
    /// comes is of this form, and it is read three times as fast.
    /// </summary>
    /// <returns>Null for any other form, good or bad.</returns>
    internal static DocumentDraft? ReadWritten(ReadOnlySpan<byte> utf8)
    {
        // An escape may spell half a surrogate pair; a byte that is no UTF-8 would throw.
        if (utf8.Contains((byte)'\\') || !System.Text.Unicode.Utf8.IsValid(utf8)) return null;
        try
        {
            var reader = new Utf8JsonReader(utf8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("v"u8)) return null;
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var version)) return null;
            var draft = new DocumentDraft { Version = version };
            var columns = ColumnProfile.Native.Columns;
            for (var next = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; next++)
            {
                while (next < columns.Count && !reader.ValueTextEquals(columns[next].Header)) next++;
                if (next == columns.Count || !reader.Read() || reader.TokenType != JsonTokenType.String) return null;
                columns[next].Set(draft, reader.GetString());
            }
            return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? draft : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static Dictionary<string, JsonElement>? ParseUnknown(string json) =>
        json.Length == 0 ? null : JsonSerializer.Deserialize(json, Context.DictionaryStringJsonElement);

    /// <summary>Unknown properties as one object, sorted by name.</summary>
    internal static string WriteUnknown(Dictionary<string, JsonElement> unknown)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in unknown.OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static bool Refuse(FieldFault fault, out IReadOnlyList<FieldFault> faults)
    {
        faults = [fault];
        return false;
    }

    /// <summary>Names the property where one is at fault and the byte where the text is no JSON; quotes nothing.</summary>
    private static FieldFault Explain(JsonException e)
    {
        var isSyntax = e.InnerException is JsonException or null;
        if (!isSyntax && e.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal))
            return path == "$.v" ? new("v", "must be a whole number", "doit être un nombre entier") : new(path[2..], "must be text", "doit être du texte");
        return e.InnerException is null && e.BytePositionInLine is null
            ? new("json", "has a property twice, is nested too deeply or is no object", "contient deux fois une propriété, est trop imbriqué ou n’est pas un objet")
            : new("json", $"is not well-formed JSON of text properties, at line {e.LineNumber + 1}, byte {e.BytePositionInLine}", $"n’est pas du JSON bien formé de propriétés textuelles, ligne {e.LineNumber + 1}, octet {e.BytePositionInLine}");
    }
}
