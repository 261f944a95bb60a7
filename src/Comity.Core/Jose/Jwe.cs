using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Comity.Core.Jose;

/// <summary>JSON Web Encryption in compact form (RFC 7516, section 3.1) to one P-256 key: ECDH-ES direct and A256GCM, nothing else.</summary>
public static class Jwe
{
    /// <summary>The only key agreement.</summary>
    public const string Algorithm = "ECDH-ES";

    /// <summary>The only content encryption.</summary>
    public const string Encryption = "A256GCM";

    /// <summary>The longest compact text read unless a caller sets another, in characters: 4 MiB.</summary>
    public const int DefaultMaxLength = 4 << 20;

    private const int KeyBits = 256;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Encrypts to one recipient; every call uses a new ephemeral key.</summary>
    /// <param name="plaintext">Any bytes.</param>
    /// <param name="recipient">The recipient's encryption key, on P-256.</param>
    /// <param name="type">The kind of document, as the reader will demand it.</param>
    /// <param name="randomness">Where the nonce comes from.</param>
    /// <param name="bound">Header values that the reader must understand (say, a chunk's place in a file): authenticated, readable by anyone, listed as critical.</param>
    public static string Encrypt(ReadOnlySpan<byte> plaintext, Jwk recipient, string type, Randomness randomness, JsonObject? bound = null)
    {
        using var ephemeral = AgreementKey.Generate();
        string header = StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Header(recipient, type, ephemeral, bound).ToJsonString()));
        byte[] nonce = randomness.Bytes(NonceBytes);
        var ciphertext = new byte[plaintext.Length];
        var tag = new byte[TagBytes];
        byte[] key = ephemeral.Derive(recipient, Encryption, KeyBits, [], []);
        using (var gcm = new AesGcm(key, TagBytes))
        {
            gcm.Encrypt(nonce, plaintext, ciphertext, tag, Encoding.ASCII.GetBytes(header));
        }

        CryptographicOperations.ZeroMemory(key);
        return $"{header}..{StrictBase64Url.Encode(nonce)}.{StrictBase64Url.Encode(ciphertext)}.{StrictBase64Url.Encode(tag)}";
    }

    /// <summary>Opens a compact text from outside.</summary>
    /// <param name="compact">Five base64url parts with dots between, the second empty.</param>
    /// <param name="type">The kind of document expected; another is refused.</param>
    /// <param name="keys">Finds a private key by its thumbprint; null where there is none.</param>
    /// <param name="understood">Names of bound header values that the caller checks; none unless given.</param>
    /// <param name="maxLength">The longest text read, in characters.</param>
    public static JweResult Decrypt(
        ReadOnlySpan<char> compact, string type, Func<KeyId, AgreementKey?> keys,
        IReadOnlySet<string>? understood = null, int maxLength = DefaultMaxLength)
    {
        if (compact.Length > maxLength)
        {
            return new JweResult.Refused(JoseFault.TooLarge, $"the text has {compact.Length} characters; at most {maxLength} are read");
        }

        if (!TrySplit(compact, out var parts, out string? fault))
        {
            return new JweResult.Refused(JoseFault.Malformed, fault);
        }

        if (Judge(parts.Header, type, understood, out var ephemeral) is { } refused)
        {
            return refused;
        }

        if (parts.Header.Kid is not { } kid || keys(kid) is not { } key)
        {
            return new JweResult.Refused(JoseFault.UnknownKey, "protected.kid: is missing or names no key held here");
        }

        return Open(parts, key, ephemeral!) is { } plaintext
            ? new JweResult.Opened(parts.Header, plaintext)
            : new JweResult.Refused(JoseFault.NotAuthentic, $"the text was changed, or was not encrypted to key {kid}");
    }

    private static JsonObject Header(Jwk recipient, string type, AgreementKey ephemeral, JsonObject? bound)
    {
        var header = new JsonObject
        {
            ["alg"] = Algorithm, ["enc"] = Encryption, ["kid"] = recipient.Id.ToString(), ["typ"] = type, ["epk"] = ephemeral.Public.ToJson(),
        };
        if (bound is { Count: > 0 })
        {
            header["crit"] = new JsonArray([.. bound.Select(b => JsonValue.Create(b.Key))]);
            foreach (var (name, value) in bound)
            {
                header.Add(name, value?.DeepClone());
            }
        }

        return header;
    }

    private static JweResult.Refused? Judge(JoseHeader header, string type, IReadOnlySet<string>? understood, out Jwk? ephemeral)
    {
        ephemeral = null;
        string? encryption = Text(header, "enc");
        if (header.Algorithm != Algorithm || encryption != Encryption || header.Json.TryGetProperty("zip", out _))
        {
            return new JweResult.Refused(JoseFault.UnsupportedAlgorithm, $"protected: only alg {Algorithm} with enc {Encryption} and no zip is accepted");
        }

        if (header.FirstNotUnderstood(understood) is { } name)
        {
            return new JweResult.Refused(JoseFault.UnknownCritical, $"protected.crit: {Quote.Brief(name)} is critical and not understood here");
        }

        if (header.Type != type)
        {
            return new JweResult.Refused(JoseFault.WrongType, $"protected.typ: is {Quote.Brief(header.Type ?? "")}; {type} is expected");
        }

        string? fault = "is missing";
        if (!header.Json.TryGetProperty("epk", out var epk) || !Jwk.TryRead(epk, out ephemeral, out fault) || ephemeral.Curve != JwkCurve.P256)
        {
            return new JweResult.Refused(JoseFault.Malformed, $"protected.epk: {fault ?? "must be on P-256"}");
        }

        return null;
    }

    private static byte[]? Open(Parts parts, AgreementKey key, Jwk ephemeral)
    {
        byte[] shared = key.Derive(ephemeral, Encryption, KeyBits, parts.PartyU, parts.PartyV);
        try
        {
            using var gcm = new AesGcm(shared, TagBytes);
            var plaintext = new byte[parts.Ciphertext.Length];
            gcm.Decrypt(parts.Nonce, parts.Ciphertext, parts.Tag, plaintext, parts.Associated);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    private static bool TrySplit(ReadOnlySpan<char> compact, [NotNullWhen(true)] out Parts? parts, [NotNullWhen(false)] out string? fault)
    {
        parts = null;
        Span<Range> ranges = stackalloc Range[6];
        if (compact.Split(ranges, '.') != 5)
        {
            fault = "the text must have five parts with dots between";
            return false;
        }

        if (!JoseHeader.TryParse(compact[ranges[0]], out var header, out fault))
        {
            return false;
        }

        byte[]? nonce = null, ciphertext = null, tag = null, partyU = null, partyV = null;
        fault = !compact[ranges[1]].IsEmpty ? "encrypted key: must be empty with ECDH-ES"
            : !StrictBase64Url.TryDecode(compact[ranges[2]], out nonce) || nonce.Length != NonceBytes ? $"initialization vector: must be {NonceBytes} bytes in base64url"
            : !StrictBase64Url.TryDecode(compact[ranges[3]], out ciphertext) ? "ciphertext: is not base64url"
            : !StrictBase64Url.TryDecode(compact[ranges[4]], out tag) || tag.Length != TagBytes ? $"authentication tag: must be {TagBytes} bytes in base64url"
            : !TryParty(header, "apu", out partyU) ? "protected.apu: is not base64url"
            : !TryParty(header, "apv", out partyV) ? "protected.apv: is not base64url"
            : null;
        parts = fault is null
            ? new Parts(header, Encoding.ASCII.GetBytes(compact[ranges[0]].ToString()), nonce!, ciphertext!, tag!, partyU!, partyV!)
            : null;
        return parts is not null;
    }

    private static bool TryParty(JoseHeader header, string name, out byte[]? party)
    {
        party = [];
        return !header.Json.TryGetProperty(name, out _) || StrictBase64Url.TryDecode(Text(header, name) ?? "=", out party);
    }

    private static string? Text(JoseHeader header, string name) =>
        header.Json.TryGetProperty(name, out var value) && value.ValueKind == System.Text.Json.JsonValueKind.String ? value.GetString() : null;

    private sealed record Parts(JoseHeader Header, byte[] Associated, byte[] Nonce, byte[] Ciphertext, byte[] Tag, byte[] PartyU, byte[] PartyV);
}
