using System.Buffers;
using System.Text.Json;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Registers;

/// <summary>What every record of every register has, around the content that its module knows. docs/protocol/feed.md, "Records".</summary>
/// <param name="Id">The record's name for as long as it lives; it stands in the body and never in a leaf.</param>
/// <param name="Version">1, and one more with each amendment.</param>
/// <param name="Handling">Who may use it for what.</param>
/// <param name="Expires">When every holder deletes it, unasked.</param>
/// <param name="Review">The day on which its owner looks whether it must still stand; null for none.</param>
/// <param name="Content">The module's JSON object, UTF-8.</param>
public sealed record RecordBody(Guid Id, int Version, Handling Handling, DateTimeOffset Expires, DateOnly? Review, ReadOnlyMemory<byte> Content)
{
    /// <summary>A record's JSON longer than this is refused.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The JSON, UTF-8; equal records give equal bytes.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(Content.Length + 192);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            json.WriteString("id", Id);
            json.WriteNumber("version", Version);
            Handling.Write(json);
            json.WriteNumber("expires", Expires.ToUnixTimeMilliseconds());
            if (Review is { } review)
            {
                json.WriteString("review", review.ToString("yyyy-MM-dd", null));
            }

            json.WritePropertyName("content");
            json.WriteRawValue(Content.Span, skipInputValidation: true);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record's JSON.</summary>
    /// <param name="utf8">As received.</param>
    /// <param name="body">The record.</param>
    /// <param name="fault">Which field is wrong.</param>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, out RecordBody? body, out string? fault)
    {
        body = null;
        if (utf8.Length > MaxLength)
        {
            fault = $"the record is longer than {MaxLength} bytes";
            return false;
        }

        fault = null;
        body = ReadPlain(utf8);
        return body is not null || TryReadAny(utf8, out body, out fault);
    }

    /// <summary>Reads any form.</summary>
    internal static bool TryReadAny(ReadOnlyMemory<byte> utf8, out RecordBody? body, out string? fault)
    {
        body = null;
        if (!StrictJson.TryParseObject(utf8, 16, out var json, out fault))
        {
            return false;
        }

        var fields = new Fields(json);
        if (fields.Number("v") != 1)
        {
            fields.Wrong("v", "is a version that is not known here", 0);
        }

        var read = new RecordBody(
            fields.Id("id"),
            fields.Number("version"),
            Handling.Read(fields),
            fields.Instant("expires"),
            fields.TextOrNull("review", 10) is { } day ? DateOnly.TryParseExact(day, "yyyy-MM-dd", out var review) ? review : fields.Wrong<DateOnly?>("review", "is no day", null) : null,
            fields.Object("content") is { } content ? System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(content).ToArray() : fields.Wrong("content", "is missing", Array.Empty<byte>()));
        fault = fields.Fault;
        body = fault is null ? read : null;
        return body is not null;
    }

    /// <summary>
    /// Reads what <see cref="ToJson"/> writes where there are no purposes, caveats and review, and the content is flat: almost all
    /// that comes, in a third of the time.
    /// </summary>
    /// <returns>Null for any other form, good or bad.</returns>
    internal static RecordBody? ReadPlain(ReadOnlyMemory<byte> utf8)
    {
        // An escape may spell half a surrogate pair.
        if (utf8.Span.Contains((byte)'\\') || !System.Text.Unicode.Utf8.IsValid(utf8.Span))
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(utf8.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject
                || !Next(ref reader, "v"u8, JsonTokenType.Number) || !reader.TryGetInt32(out var v) || v != 1
                || !Next(ref reader, "id"u8, JsonTokenType.String) || !reader.TryGetGuid(out var id)
                || !Next(ref reader, "version"u8, JsonTokenType.Number) || !reader.TryGetInt32(out var version) || version < 0
                || !Next(ref reader, "expires"u8, JsonTokenType.Number) || !reader.TryGetInt64(out var expires) || expires is < 0 or > 253402300799999
                || !Next(ref reader, "content"u8, JsonTokenType.StartObject))
            {
                return null;
            }

            var from = (int)reader.TokenStartIndex;
            if (!SkipFlat(ref reader))
            {
                return null;
            }

            var content = utf8[from..(int)reader.BytesConsumed].ToArray();
            return reader.Read() && reader.TokenType == JsonTokenType.EndObject && !reader.Read()
                ? new RecordBody(id, version, Handling.Open, DateTimeOffset.FromUnixTimeMilliseconds(expires), null, content)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool Next(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, JsonTokenType value) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read() && reader.TokenType == value;

    /// <summary>Goes to the end of an object of plain values under different names; false for anything else.</summary>
    private static bool SkipFlat(ref Utf8JsonReader reader)
    {
        const int Most = 32;
        Span<int> names = stackalloc int[Most];   // a sum over each name: equal names have equal sums, and others seldom do
        for (var count = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; count++)
        {
            var sum = reader.ValueSpan.Length;
            foreach (var b in reader.ValueSpan)
            {
                sum = (sum * 31) + b;
            }

            if (count == Most || names[..count].Contains(sum) || !reader.Read() || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                return false;
            }

            names[count] = sum;
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }
}

/// <summary>Who may use a record for what, as its owner says.</summary>
/// <param name="Purposes">The purposes for which it may be used; empty for all that the charter gives the register.</param>
/// <param name="Caveats">Conditions in the owner's words, shown with every hit; at most ten of 300 characters.</param>
public sealed record Handling(IReadOnlyList<Purpose> Purposes, IReadOnlyList<string> Caveats)
{
    /// <summary>All the register's purposes, no caveats.</summary>
    public static Handling Open { get; } = new([], []);

    /// <summary>Whether the record may be used for this purpose.</summary>
    public bool Allows(Purpose purpose) => Purposes.Count == 0 || Purposes.Contains(purpose);

    internal void Write(Utf8JsonWriter json)
    {
        if (Purposes.Count > 0)
        {
            json.WriteStartArray("purposes");
            foreach (var purpose in Purposes)
            {
                json.WriteStringValue(purpose.ToString());
            }

            json.WriteEndArray();
        }

        if (Caveats.Count > 0)
        {
            json.WriteStartArray("caveats");
            foreach (var caveat in Caveats)
            {
                json.WriteStringValue(caveat);
            }

            json.WriteEndArray();
        }
    }

    internal static Handling Read(Fields fields)
    {
        List<Purpose> purposes = [];
        List<string> caveats = [];
        foreach (var item in fields.Items("purposes", 20))
        {
            purposes.Add(Purpose.TryParse(item.ValueKind == JsonValueKind.String ? item.GetString() : null, null, out var purpose) ? purpose : fields.Wrong<Purpose>("purposes", "has an element that is no purpose", default));
        }

        foreach (var item in fields.Items("caveats", 10))
        {
            caveats.Add(item.ValueKind == JsonValueKind.String && item.GetString() is { Length: <= 300 } caveat ? caveat : fields.Wrong("caveats", "has an element that is no text of at most 300 characters", ""));
        }

        return purposes.Count == 0 && caveats.Count == 0 ? Open : new Handling(purposes, caveats);
    }
}
