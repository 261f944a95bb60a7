using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>Names one document exactly: the SHA-256 of its payload, 64 lower-case hexadecimal digits.</summary>
public readonly record struct CharterHash : ISpanParsable<CharterHash>
{
    private const int Length = 2 * SHA256.HashSizeInBytes;
    private readonly string? _text;

    private CharterHash(string text) => _text = text;

    /// <summary>The hash of a payload.</summary>
    public static CharterHash Of(ReadOnlySpan<byte> payload) => new(Convert.ToHexStringLower(SHA256.HashData(payload)));

    /// <summary>Reads 64 hexadecimal digits of either case; spaces between them, as people write fingerprints, are skipped.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, out CharterHash result)
    {
        Span<char> digits = stackalloc char[Length];
        int count = 0;
        foreach (char c in s)
        {
            if (c == ' ')
            {
                continue;
            }

            if (count == Length || !char.IsAsciiHexDigit(c))
            {
                result = default;
                return false;
            }

            digits[count++] = char.ToLowerInvariant(c);
        }

        result = count == Length ? new CharterHash(digits.ToString()) : default;
        return count == Length;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out CharterHash)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out CharterHash result) => TryParse(s, out result);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out CharterHash)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CharterHash result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads a hash that is known to be well formed.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static CharterHash Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out var hash) ? hash : throw new FormatException("A hash is 64 hexadecimal digits.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static CharterHash Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>For people who compare by eye or telephone: 16 groups of four digits.</summary>
    public string ToFingerprint() => _text is null ? "" : Fingerprint.Of(Convert.FromHexString(_text));

    /// <summary>The 64 digits; empty for the default value.</summary>
    public override string ToString() => _text ?? "";
}
