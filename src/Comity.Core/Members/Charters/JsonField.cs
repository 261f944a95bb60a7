using System.Globalization;
using System.Text.Json;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>Collects what is wrong with a document, each fault with its place, so that a person repairs all of them at once.</summary>
internal sealed class JsonFaults
{
    private const int Max = 20;
    private readonly List<string> _list = [];

    public IReadOnlyList<string> All => _list;

    public void Add(string path, string fault)
    {
        if (_list.Count < Max)
        {
            _list.Add($"{path}: {fault}");
        }
    }
}

/// <summary>
/// One value in a JSON document together with its path. Reading never throws: a fault is collected and a harmless default
/// comes back, so whoever reads must ask <see cref="JsonFaults"/> before using what was read.
/// </summary>
internal readonly struct JsonField
{
    public const int MaxInstantLength = 20;
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private readonly JsonElement _json;
    private readonly JsonFaults _faults;

    public JsonField(JsonElement json, JsonFaults faults, string path = "$") => (_json, _faults, Path) = (json, faults, path);

    public string Path { get; }

    /// <summary>Neither missing nor null.</summary>
    public bool IsPresent => _json.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public JsonElement Json => _json;

    /// <summary>A field of an object; absent where this is no object (which is then a fault).</summary>
    public JsonField this[string name]
    {
        get
        {
            JsonElement value = default;
            if (_json.ValueKind == JsonValueKind.Object)
            {
                _json.TryGetProperty(name, out value);
            }

            return new JsonField(value, _faults, $"{Path}.{name}");
        }
    }

    public void Fault(string fault) => _faults.Add(Path, fault);

    /// <summary>Text that a person reads: no control characters, not blank.</summary>
    public string Text(int maxLength)
    {
        if (_json.ValueKind == JsonValueKind.String && _json.GetString() is { } text
            && text.Length <= maxLength && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl))
        {
            return text;
        }

        Fault(IsPresent ? $"must be a text of 1 to {maxLength} characters on one line" : "is missing");
        return "";
    }

    public T Value<T>(string rule)
        where T : struct, ISpanParsable<T>
    {
        if (_json.ValueKind == JsonValueKind.String && T.TryParse(_json.GetString(), CultureInfo.InvariantCulture, out var value)
            && value.ToString() == _json.GetString())
        {
            return value;
        }

        Fault(IsPresent ? $"must be {rule}" : "is missing");
        return default;
    }

    public T OneOf<T>(params ReadOnlySpan<(string Spelling, T Value)> choices)
    {
        string? text = _json.ValueKind == JsonValueKind.String ? _json.GetString() : null;
        foreach (var (spelling, value) in choices)
        {
            if (spelling == text)
            {
                return value;
            }
        }

        var spellings = new List<string>();
        foreach (var (spelling, _) in choices)
        {
            spellings.Add(spelling);
        }

        Fault(IsPresent ? $"must be one of {string.Join(", ", spellings)}" : "is missing");
        return default!;
    }

    public long Number(long min, long max)
    {
        if (_json.ValueKind == JsonValueKind.Number && _json.TryGetInt64(out long value) && value >= min && value <= max)
        {
            return value;
        }

        Fault(IsPresent ? $"must be a whole number from {min} to {max}" : "is missing");
        return min;
    }

    /// <summary>False where the field is absent.</summary>
    public bool Flag()
    {
        if (IsPresent && _json.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Fault("must be true or false");
        }

        return _json.ValueKind == JsonValueKind.True;
    }

    /// <summary>An instant in UTC with whole seconds (RFC 3339, one spelling).</summary>
    public DateTimeOffset Instant()
    {
        if (_json.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParseExact(_json.GetString(), InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
        {
            return instant;
        }

        Fault(IsPresent ? "must be an instant as 2026-01-31T12:00:00Z" : "is missing");
        return default;
    }

    public static string Spell(DateTimeOffset instant) => instant.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    /// <summary>A length of time: whole days as a number, or ISO 8601 with weeks, days, hours, minutes and seconds.</summary>
    public TimeSpan Duration()
    {
        if (_json.ValueKind == JsonValueKind.Number && _json.TryGetInt32(out int days) && days is >= 0 and <= IsoDuration.MaxDays)
        {
            return TimeSpan.FromDays(days);
        }

        if (_json.ValueKind == JsonValueKind.String && IsoDuration.TryParse(_json.GetString(), out var duration))
        {
            return duration;
        }

        Fault(IsPresent ? $"must be a number of days or a duration as P2W, P90D or PT15M, at most {IsoDuration.MaxDays} days" : "is missing");
        return default;
    }

    public Jwk Key(JwkCurve curve)
    {
        if (Jwk.TryRead(_json, out var key, out string? fault) && key.Curve == curve)
        {
            return key;
        }

        Fault(!IsPresent ? "is missing" : fault ?? $"must be on {curve}");
        return Placeholder;
    }

    public List<T> List<T>(int min, int max, Func<JsonField, T> read)
    {
        var list = new List<T>();
        if (_json.ValueKind != JsonValueKind.Array || _json.GetArrayLength() < min || _json.GetArrayLength() > max)
        {
            Fault(IsPresent ? $"must be a list of {min} to {max}" : "is missing");
            return list;
        }

        foreach (var (index, item) in _json.EnumerateArray().Index())
        {
            list.Add(read(new JsonField(item, _faults, $"{Path}[{index}]")));
        }

        return list;
    }

    /// <summary>A list in which nothing stands twice.</summary>
    public List<T> Set<T>(int min, int max, Func<JsonField, T> read)
    {
        int faults = _faults.All.Count;
        var list = List(min, max, read);
        // Entries that could not be read are all alike; that is no second fault.
        if (_faults.All.Count == faults && list.Distinct().Count() != list.Count)
        {
            Fault("names something twice");
        }

        return list;
    }

    public Dictionary<string, long> Sizes(int max)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        if (_json.ValueKind != JsonValueKind.Object || _json.EnumerateObject().Count() > max)
        {
            Fault(IsPresent ? $"must be an object of at most {max} sizes by origin" : "is missing");
            return sizes;
        }

        foreach (var property in _json.EnumerateObject())
        {
            if (property.Name.Length is 0 or > 200 || property.Name.Any(char.IsControl))
            {
                Fault("an origin must have 1 to 200 characters on one line");
                continue;
            }

            sizes[property.Name] = new JsonField(property.Value, _faults, $"{Path}[{Quote.Brief(property.Name)}]").Number(0, long.MaxValue);
        }

        return sizes;
    }

    // Stands in for a key that could not be read; never reaches a caller, because there is then a fault.
    private static readonly Jwk Placeholder = Jwk.FromEd25519(new byte[32]);
}
