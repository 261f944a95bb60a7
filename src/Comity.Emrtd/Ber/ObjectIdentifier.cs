using System.Globalization;
using System.Numerics;
using System.Text;

namespace Comity.Emrtd.Ber;

/// <summary>Object identifiers between bytes and dotted text (X.690 §8.19).</summary>
internal static class ObjectIdentifier
{
    private const int MaxBytes = 64;

    /// <summary>The dotted form, or an empty text where the bytes are none.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > MaxBytes || (bytes[^1] & 0x80) != 0) return "";
        Span<char> text = stackalloc char[4 * MaxBytes + 32];
        var length = 0;
        ulong value = 0;
        var first = true;
        foreach (var b in bytes)
        {
            if (value >> 56 != 0) return "";
            value = (value << 7) | (uint)(b & 0x7F);
            if ((b & 0x80) != 0) continue;
            if (first)
            {
                var root = Math.Min(value / 40, 2);
                text[length++] = (char)('0' + root);
                value -= root * 40;
                first = false;
            }
            text[length++] = '.';
            if (length + 24 > text.Length) return "";
            value.TryFormat(text[length..], out var written, default, CultureInfo.InvariantCulture);
            length += written;
            value = 0;
        }
        return new(text[..length]);
    }

    /// <summary>The bytes of a dotted form that is known to be good.</summary>
    public static byte[] Encode(string dotted)
    {
        var arcs = dotted.Split('.').Select(a => BigInteger.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        var bytes = new List<byte>();
        foreach (var arc in arcs.Skip(2).Prepend((arcs[0] * 40) + arcs[1]))
        {
            var at = bytes.Count;
            var rest = arc;
            do
            {
                bytes.Insert(at, (byte)((int)(rest & 0x7F) | (bytes.Count > at ? 0x80 : 0)));
                rest >>= 7;
            }
            while (rest > 0);
        }
        return [.. bytes];
    }
}

/// <summary>Texts and times of ASN.1.</summary>
internal static class Asn1Value
{
    /// <summary>A character string of any of ASN.1's kinds; bytes that are none become the replacement character.</summary>
    public static string Text(Tlv tlv) => tlv.Tag switch
    {
        Tag.BmpString => Encoding.BigEndianUnicode.GetString(tlv.Span),
        Tag.UniversalString => Utf32.GetString(tlv.Span),
        Tag.TeletexString => Encoding.Latin1.GetString(tlv.Span),
        _ => Encoding.UTF8.GetString(tlv.Span),
    };

    private static readonly UTF32Encoding Utf32 = new(bigEndian: true, byteOrderMark: false);

    /// <summary>A small number; false where it is negative or above 2³¹ − 1.</summary>
    public static bool TryInt(Tlv tlv, out int value)
    {
        value = 0;
        var bytes = tlv.Span;
        if (bytes.IsEmpty || bytes[0] >= 0x80) return false;
        bytes = bytes.TrimStart((byte)0);
        if (bytes.Length > 4 || (bytes.Length == 4 && bytes[0] >= 0x80)) return false;
        foreach (var b in bytes) value = (value << 8) | b;
        return true;
    }

    /// <summary>UTCTime or GeneralizedTime, also without seconds, with fractions or with a zone; years of UTCTime from 1950 (RFC 5280 §4.1.2.5).</summary>
    public static bool TryTime(Tlv tlv, out DateTimeOffset time)
    {
        time = default;
        var s = tlv.Span;
        var yearDigits = tlv.Tag == Tag.UtcTime ? 2 : 4;
        Span<int> parts = stackalloc int[6];
        parts.Clear();
        var at = 0;
        for (var i = 0; i < 6; i++)
        {
            var digits = i == 0 ? yearDigits : 2;
            if (at + digits > s.Length || s.Slice(at, digits).ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                if (i == 5) break;
                return false;
            }
            foreach (var c in s.Slice(at, digits)) parts[i] = (parts[i] * 10) + (c - '0');
            at += digits;
        }
        if (yearDigits == 2) parts[0] += parts[0] < 50 ? 2000 : 1900;
        if (parts[0] < 1 || parts[1] is < 1 or > 12 || parts[2] < 1 || parts[2] > DateTime.DaysInMonth(parts[0], parts[1])) return false;
        if (parts[3] > 23 || parts[4] > 59 || parts[5] > 59) return false;
        if (at < s.Length && s[at] is (byte)'.' or (byte)',')
        {
            do at++; while (at < s.Length && char.IsAsciiDigit((char)s[at]));
        }
        if (!TryZone(s[at..], out var zone)) return false;
        var local = new DateTime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], DateTimeKind.Utc);
        if (local < DateTime.MinValue.AddDays(2) || local > DateTime.MaxValue.AddDays(-2)) return false;
        time = new DateTimeOffset(local, TimeSpan.Zero) - zone;
        return true;
    }

    private static bool TryZone(ReadOnlySpan<byte> s, out TimeSpan zone)
    {
        zone = default;
        if (s.IsEmpty || (s.Length == 1 && s[0] == 'Z')) return true;
        if (s.Length != 5 || s[0] is not ((byte)'+' or (byte)'-') || s[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        var minutes = (((s[1] - '0') * 10) + s[2] - '0') * 60 + ((s[3] - '0') * 10) + s[4] - '0';
        if (minutes > 14 * 60) return false;
        zone = TimeSpan.FromMinutes(s[0] == '-' ? -minutes : minutes);
        return true;
    }
}
