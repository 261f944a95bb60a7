using System.Buffers;

namespace Comity.TransparencyLog;

/// <summary>Base64 of RFC 4648 section 4 with one spelling for each value: no white space, padding present, unused bits zero.</summary>
internal static class StrictBase64
{
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes, out int written)
    {
        written = 0;
        if (text.Length % 4 != 0 || text.ContainsAnyExcept(Alphabet) || !Convert.TryFromBase64Chars(text, bytes, out written))
        {
            return false;
        }

        // The framework ignores the unused bits of the last character; only the canonical spelling encodes back to itself.
        Span<char> tail = stackalloc char[4];
        var last = written % 3 == 0 ? Math.Min(written, 3) : written % 3;
        return Convert.TryToBase64Chars(bytes[(written - last)..written], tail, out var length)
            && text[^length..].SequenceEqual(tail[..length]);
    }

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        var buffer = new byte[(text.Length / 4 * 3) + 3];
        var ok = TryDecode(text, buffer, out var written);
        bytes = ok ? buffer[..written] : [];
        return ok;
    }

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
}
