using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;

namespace Comity.Core.Jose;

/// <summary>JSON Web Signature in compact form (RFC 7515, section 3.1), ES256 and nothing else.</summary>
public static class Jws
{
    /// <summary>The only algorithm.</summary>
    public const string Algorithm = "ES256";

    /// <summary>The longest compact text read unless a caller sets another, in characters: 1 MiB.</summary>
    public const int DefaultMaxLength = 1 << 20;

    /// <summary>Signs a payload; the header holds alg, kid and typ.</summary>
    /// <param name="payload">Any bytes.</param>
    /// <param name="key">The key.</param>
    /// <param name="type">The kind of document, as the reader will demand it.</param>
    public static string Sign(ReadOnlySpan<byte> payload, SigningKey key, string type)
    {
        string input = Header(key, type) + "." + StrictBase64Url.Encode(payload);
        return input + "." + StrictBase64Url.Encode(key.Sign(Encoding.ASCII.GetBytes(input)));
    }

    /// <summary>Checks a compact text from outside.</summary>
    /// <param name="compact">Three base64url parts with dots between.</param>
    /// <param name="type">The kind of document expected; another is refused.</param>
    /// <param name="keys">Finds a key that may sign by its thumbprint; null where there is none.</param>
    /// <param name="understood">Critical header names that the caller handles; none unless given.</param>
    /// <param name="maxLength">The longest text read, in characters.</param>
    public static JwsResult Verify(
        ReadOnlySpan<char> compact, string type, Func<KeyId, VerifyingKey?> keys,
        IReadOnlySet<string>? understood = null, int maxLength = DefaultMaxLength)
    {
        if (compact.Length > maxLength)
        {
            return new JwsResult.Refused(JoseFault.TooLarge, $"the text has {compact.Length} characters; at most {maxLength} are read");
        }

        if (!TrySplit(compact, out var header, out var payload, out var signature, out string? fault))
        {
            return new JwsResult.Refused(JoseFault.Malformed, fault);
        }

        if (Judge(header, type, understood) is { } refused)
        {
            return refused;
        }

        if (header.Kid is not { } kid || keys(kid) is not { } key)
        {
            return new JwsResult.Refused(JoseFault.UnknownKey, header.Kid is null ? "protected.kid: is missing" : $"protected.kid: no key {header.Kid} is known here");
        }

        return IsSigned(compact[..compact.LastIndexOf('.')], signature, key)
            ? new JwsResult.Valid(header, key, payload)
            : new JwsResult.Refused(JoseFault.NotAuthentic, $"signature: is not that of key {kid} over this text");
    }

    internal static string Header(SigningKey key, string type) =>
        StrictBase64Url.Encode(Encoding.UTF8.GetBytes(
            new JsonObject { ["alg"] = Algorithm, ["kid"] = key.Id.ToString(), ["typ"] = type }.ToJsonString()));

    internal static JwsResult.Refused? Judge(JoseHeader header, string type, IReadOnlySet<string>? understood)
    {
        if (header.Algorithm != Algorithm)
        {
            return new JwsResult.Refused(JoseFault.UnsupportedAlgorithm, $"protected.alg: is {Quote.Brief(header.Algorithm)}; only {Algorithm} is accepted");
        }

        if (header.FirstNotUnderstood(understood) is { } name)
        {
            return new JwsResult.Refused(JoseFault.UnknownCritical, $"protected.crit: {Quote.Brief(name)} is critical and not understood here");
        }

        return header.Type == type
            ? null
            : new JwsResult.Refused(JoseFault.WrongType, $"protected.typ: is {Quote.Brief(header.Type ?? "")}; {type} is expected");
    }

    internal static bool IsSigned(ReadOnlySpan<char> signingInput, ReadOnlySpan<byte> signature, VerifyingKey key)
    {
        var ascii = new byte[signingInput.Length];
        Encoding.ASCII.GetBytes(signingInput, ascii);
        return key.Verifies(ascii, signature);
    }

    internal static bool TrySplit(
        ReadOnlySpan<char> compact, [NotNullWhen(true)] out JoseHeader? header, [NotNullWhen(true)] out byte[]? payload,
        [NotNullWhen(true)] out byte[]? signature, [NotNullWhen(false)] out string? fault)
    {
        (header, payload, signature) = (null, null, null);
        Span<Range> parts = stackalloc Range[4];
        if (compact.Split(parts, '.') != 3)
        {
            fault = "the text must have three parts with dots between";
            return false;
        }

        if (!JoseHeader.TryParse(compact[parts[0]], out header, out fault))
        {
            return false;
        }

        fault = !StrictBase64Url.TryDecode(compact[parts[1]], out payload) ? "payload: is not base64url"
            : !StrictBase64Url.TryDecode(compact[parts[2]], out signature) ? "signature: is not base64url"
            : null;
        return fault is null;
    }
}
