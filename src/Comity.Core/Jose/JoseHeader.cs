using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Comity.Core.Jose;

/// <summary>The protected header of a JWS or JWE, read strictly: one JSON object, no name twice.</summary>
/// <param name="Algorithm">The <c>alg</c>, not yet judged.</param>
/// <param name="Kid">The key's thumbprint, where there is a <c>kid</c>.</param>
/// <param name="Type">The <c>typ</c>, where there is one.</param>
/// <param name="Critical">The names in <c>crit</c>; empty where there is none.</param>
/// <param name="Json">The whole header.</param>
public sealed record JoseHeader(string Algorithm, KeyId? Kid, string? Type, IReadOnlyList<string> Critical, JsonElement Json)
{
    /// <summary>The longest header that is read, in bytes.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Our media types are short; a longer one is not ours.</summary>
    private const int MaxTypeLength = 100;

    // RFC 7515, section 4.1.11: names that these specifications define must not be listed as critical.
    private static readonly FrozenSet<string> Registered = FrozenSet.Create(
        "alg", "enc", "zip", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "epk", "apu", "apv");

    /// <summary>The first critical name that is not among those understood; null where all are.</summary>
    public string? FirstNotUnderstood(IReadOnlySet<string>? understood) =>
        Critical.FirstOrDefault(name => understood is null || !understood.Contains(name));

    internal static bool TryParse(ReadOnlySpan<char> base64Url, [NotNullWhen(true)] out JoseHeader? header, [NotNullWhen(false)] out string? fault)
    {
        header = null;
        if (base64Url.Length > MaxBytes * 4 / 3 || !StrictBase64Url.TryDecode(base64Url, out var bytes))
        {
            fault = $"protected: must be base64url of at most {MaxBytes} bytes";
            return false;
        }

        if (!StrictJson.TryParseObject(bytes, maxDepth: 8, out var json, out fault))
        {
            fault = "protected: " + fault;
            return false;
        }

        fault = Read(json, out header);
        return header is not null;
    }

    private static string? Read(JsonElement json, out JoseHeader? header)
    {
        header = null;
        if (!json.TryGetProperty("alg", out var alg) || alg.ValueKind != JsonValueKind.String)
        {
            return "protected.alg: must be a string";
        }

        KeyId? kid = null;
        if (json.TryGetProperty("kid", out var kidJson))
        {
            if (kidJson.ValueKind != JsonValueKind.String || !KeyId.TryParse(kidJson.GetString(), out var id))
            {
                return "protected.kid: must be a JWK thumbprint, 43 characters";
            }

            kid = id;
        }

        string? type = null;
        if (json.TryGetProperty("typ", out var typ))
        {
            type = typ.ValueKind == JsonValueKind.String ? typ.GetString() : null;
            if (type is null or { Length: > MaxTypeLength })
            {
                return $"protected.typ: must be a string of at most {MaxTypeLength} characters";
            }
        }

        string? fault = ReadCritical(json, out var critical);
        header = fault is null ? new JoseHeader(alg.GetString()!, kid, type, critical, json) : null;
        return fault;
    }

    private static string? ReadCritical(JsonElement json, out IReadOnlyList<string> names)
    {
        names = [];
        if (!json.TryGetProperty("crit", out var crit))
        {
            return null;
        }

        if (crit.ValueKind != JsonValueKind.Array || crit.GetArrayLength() == 0
            || crit.EnumerateArray().Any(n => n.ValueKind != JsonValueKind.String))
        {
            return "protected.crit: must be a list of at least one name";
        }

        var listed = crit.EnumerateArray().Select(n => n.GetString()!).ToArray();
        names = listed;
        return listed.FirstOrDefault(n => Registered.Contains(n) || !json.TryGetProperty(n, out _)) is { } bad
            ? $"protected.crit: {Quote.Brief(bad)} is not in the header or may not be listed"
            : listed.Distinct(StringComparer.Ordinal).Count() != listed.Length ? "protected.crit: a name is listed twice" : null;
    }
}
