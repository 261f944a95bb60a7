using System.Text.Json;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core;

/// <summary>Reads the fields of a JSON object that came from outside; the first thing wrong is told by the field's name.</summary>
/// <param name="json">An object.</param>
/// <param name="path">What stands before the field's name in a fault.</param>
public sealed class Fields(JsonElement json, string path = "")
{
    /// <summary>Reads a value from text.</summary>
    public delegate bool Reader<T>(string text, out T value);

    /// <summary>The first fault, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Text of at most so many characters; required.</summary>
    public string Text(string name, int most)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return Wrong(name, "is missing or not text", "");
        }

        var text = value.GetString()!;
        return text.Length <= most ? text : Wrong(name, $"is longer than {most} characters", "");
    }

    /// <summary>Text, or null where the field is absent or null.</summary>
    public string? TextOrNull(string name, int most) => Has(name) ? Text(name, most) : null;

    /// <summary>A whole number from 0 to 2³¹−1; required.</summary>
    public int Number(string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0
            ? number
            : Wrong(name, "is missing or not a whole number from 0", 0);

    /// <summary>A whole number from 0 to 2⁶³−1; required.</summary>
    public long Size(string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0
            ? number
            : Wrong(name, "is missing or not a whole number from 0", 0L);

    /// <summary>True or false; false where absent.</summary>
    public bool Flag(string name) => json.TryGetProperty(name, out var value) && (value.ValueKind == JsonValueKind.True
        || (value.ValueKind != JsonValueKind.False && Wrong(name, "is not true or false", false)));

    /// <summary>An instant as Unix milliseconds; required.</summary>
    public DateTimeOffset Instant(string name)
    {
        var milliseconds = Size(name);
        return milliseconds <= 253402300799999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : Wrong(name, "is no instant", default(DateTimeOffset));
    }

    /// <summary>Exactly so many bytes as base64url; required.</summary>
    public byte[] Bytes(string name, int length) =>
        StrictBase64Url.TryDecode(Text(name, (length * 4 / 3) + 4), out var bytes) && bytes.Length == length ? bytes : Wrong(name, $"is not {length} bytes in base64url", new byte[length]);

    /// <summary>Bytes as base64url, at most so many; empty where absent.</summary>
    public byte[] BytesUpTo(string name, int most)
    {
        if (!Has(name))
        {
            return [];
        }

        return StrictBase64Url.TryDecode(Text(name, (most * 4 / 3) + 4), out var bytes) ? bytes : Wrong<byte[]>(name, "is not base64url", []);
    }

    /// <summary>A member's code; required.</summary>
    public MemberCode Member(string name) =>
        MemberCode.TryParse(Text(name, 3), null, out var member) ? member : Wrong(name, "is no member code", default(MemberCode));

    /// <summary>A UUID as its 36 characters, nothing around them; required.</summary>
    public Guid Id(string name) => Guid.TryParseExact(Text(name, 36), "D", out var id) ? id : Wrong(name, "is no UUID", default(Guid));

    /// <summary>A value of a type that reads itself; required.</summary>
    public T Value<T>(string name, Reader<T> reader) =>
        reader(Text(name, 2048), out var value) ? value : Wrong(name, "cannot be read", value);

    /// <summary>The elements of an array, at most so many; none where absent.</summary>
    public IEnumerable<JsonElement> Items(string name, int most)
    {
        if (!Has(name))
        {
            return [];
        }

        var items = json.GetProperty(name);
        return items.ValueKind == JsonValueKind.Array && items.GetArrayLength() <= most
            ? items.EnumerateArray()
            : Wrong<IEnumerable<JsonElement>>(name, $"is not an array of at most {most}", []);
    }

    /// <summary>An object's own fields; null where absent.</summary>
    public JsonElement? Object(string name) => !Has(name) ? null
        : json.GetProperty(name) is { ValueKind: JsonValueKind.Object } value ? value : Wrong<JsonElement?>(name, "is not an object", null);

    /// <summary>Notes a fault that the caller found.</summary>
    public T Wrong<T>(string name, string what, T instead)
    {
        Fault ??= $"{path}{name} {what}";
        return instead;
    }

    private bool Has(string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
}
