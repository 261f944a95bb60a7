using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Comity.Core.Jose;

/// <summary>Base64url without padding (RFC 4648, section 5; RFC 7515, section 2), where every value has exactly one spelling.</summary>
/// <remarks>Padding, white space, foreign characters and non-zero trailing bits are refused.</remarks>
public static class StrictBase64Url
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);

    /// <summary>Encodes bytes of any length.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>Decodes a text of any length.</summary>
    /// <returns>False where the text is not the one spelling of some bytes.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(Allowed) || !TrailingBitsAreZero(text))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    private static bool TrailingBitsAreZero(ReadOnlySpan<char> text) => (text.Length % 4) switch
    {
        2 => (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & 0x0F) == 0,
        3 => (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & 0x03) == 0,
        _ => true,
    };
}
