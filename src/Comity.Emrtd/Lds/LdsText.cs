using System.Globalization;
using System.Text;
using Comity.Emrtd.Ber;

namespace Comity.Emrtd.Lds;

/// <summary>A date as a chip holds it; what cannot be read is kept as it stands.</summary>
/// <param name="Text">The digits as found; BCD as digits.</param>
/// <param name="Date">The date, unknown parts left open; none where it is no date.</param>
public sealed record LdsDate(string Text, PartialDate? Date);

/// <summary>Texts and dates of DG11, DG12 and DG16.</summary>
internal static class LdsText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>UTF-8 as the standard asks; Latin-1 where it is not, which is noted.</summary>
    public static string Text(Tlv tlv, string element, DefectLog log)
    {
        try
        {
            return Strict.GetString(tlv.Span);
        }
        catch (DecoderFallbackException)
        {
            log.Add(DefectCode.FormUnusual, tlv.ValueOffset, element, "not UTF-8, read as Latin-1");
            return Encoding.Latin1.GetString(tlv.Span);
        }
    }

    /// <summary>Parts of a text between fillers.</summary>
    public static IReadOnlyList<string> Parts(Tlv tlv, string element, DefectLog log) =>
        Text(tlv, element, log).Split('<', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Eight digits, or four bytes of BCD as some States write; 00, XX and fillers stand for unknown.</summary>
    public static LdsDate Date(Tlv tlv, string element, DefectLog log)
    {
        var bytes = tlv.Span;
        string text;
        if (bytes.Length == 4)
        {
            log.Add(DefectCode.FormUnusual, tlv.ValueOffset, element, "BCD");
            text = Convert.ToHexString(bytes);
        }
        else text = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 32)]);

        if (text.Length == 8
            && TryPart(text.AsSpan(0, 4), out var year) && TryPart(text.AsSpan(4, 2), out var month) && TryPart(text.AsSpan(6, 2), out var day)
            && PartialDate.TryCreate(year, month, day, out var date))
        {
            if (!date.IsComplete) log.Add(DefectCode.DateUnclear, tlv.ValueOffset, element, "not fully known");
            return new(text, date);
        }
        log.Add(DefectCode.DateUnclear, tlv.ValueOffset, element, $"{bytes.Length} bytes");
        return new(text, null);
    }

    private static bool TryPart(ReadOnlySpan<char> digits, out int? value)
    {
        value = null;
        if (digits.IndexOfAnyExcept("0") < 0 || digits.IndexOfAnyExcept("<Xx ") < 0) return true;
        if (digits.ContainsAnyExceptInRange('0', '9')) return false;
        value = int.Parse(digits, CultureInfo.InvariantCulture);
        return true;
    }

    /// <summary>A count and the texts after it, as DG11 and DG12 list names.</summary>
    public static IReadOnlyList<string> Counted(Tlv list, uint tag, string element, DefectLog log)
    {
        var names = new List<string>();
        int? count = null;
        foreach (var child in list.Inside(log).All())
        {
            if (child.Tag == Tag.Integer && Asn1Value.TryInt(child, out var n)) count = n;
            else if (child.Tag == tag) names.Add(Text(child, element, log));
            else log.Add(DefectCode.ElementUnknown, child.Offset, element, $"tag {child.Tag:X2}");
        }
        if (count != names.Count) log.Add(DefectCode.CountWrong, list.Offset, element, string.Create(CultureInfo.InvariantCulture, $"{count} claimed, {names.Count} there"));
        return names;
    }
}

/// <summary>An element that no table has, kept as it is.</summary>
/// <param name="Tag">Its tag.</param>
/// <param name="Value">Its value.</param>
public sealed record UnknownElement(int Tag, ReadOnlyMemory<byte> Value);
