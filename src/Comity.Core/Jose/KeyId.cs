using System.Diagnostics.CodeAnalysis;

namespace Comity.Core.Jose;

/// <summary>Names a public key: the base64url SHA-256 thumbprint of its JWK (RFC 7638), 43 characters.</summary>
public readonly record struct KeyId : ISpanParsable<KeyId>
{
    private const int Length = 43;
    private readonly string? _text;

    private KeyId(string text) => _text = text;

    internal static KeyId FromHash(ReadOnlySpan<byte> sha256) => new(StrictBase64Url.Encode(sha256));

    /// <summary>Reads the 43 characters, with nothing around them.</summary>
    /// <returns>False where the text is not the base64url of 32 bytes.</returns>
    public static bool TryParse(ReadOnlySpan<char> s, out KeyId result)
    {
        bool valid = s.Length == Length && StrictBase64Url.TryDecode(s, out _);
        result = valid ? new KeyId(s.ToString()) : default;
        return valid;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out KeyId)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out KeyId result) => TryParse(s, out result);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out KeyId)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out KeyId result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads a key's name that is known to be well formed.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static KeyId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out var id) ? id : throw new FormatException("A key is named by the 43 characters of its thumbprint.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static KeyId Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>For people who compare by eye or telephone: the thumbprint as 16 groups of four hexadecimal digits.</summary>
    public string ToFingerprint() =>
        StrictBase64Url.TryDecode(_text, out var bytes) ? Fingerprint.Of(bytes) : "";

    /// <summary>The 43 characters; empty for the default value, which names no key.</summary>
    public override string ToString() => _text ?? "";
}
