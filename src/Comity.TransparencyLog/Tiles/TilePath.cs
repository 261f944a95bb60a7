using System.Globalization;

namespace Comity.TransparencyLog;

/// <summary>The spelling that tile and bundle paths share: N in groups of three digits, then .p/W where partial.</summary>
internal static class TilePath
{
    // Indexes of entries are below 2^63, so indexes of tiles of 256 are below 2^55: at most six groups of three digits.
    public const long MaxIndex = long.MaxValue >> 8;
    private const int MaxGroups = 6;

    public static string Format(long index, int width)
    {
        var path = (index % 1000).ToString("000", CultureInfo.InvariantCulture);
        for (index /= 1000; index > 0; index /= 1000)
        {
            path = string.Create(CultureInfo.InvariantCulture, $"x{index % 1000:000}/{path}");
        }

        return width == TileId.FullWidth ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.p/{width}");
    }

    public static bool TryParse(ReadOnlySpan<char> text, out long index, out int width)
    {
        (index, width) = (0, TileId.FullWidth);
        var partial = text.IndexOf(".p/", StringComparison.Ordinal);
        if (partial >= 0)
        {
            if (!TryParseNumber(text[(partial + 3)..], TileId.FullWidth - 1, out width) || width == 0)
            {
                return false;
            }

            text = text[..partial];
        }

        return TryParseIndex(text, out index);
    }

    /// <summary>A decimal number without leading zeros, at most <paramref name="max"/>.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, int max, out int number)
    {
        number = 0;
        return text.Length is > 0 and <= 3
            && !text.ContainsAnyExceptInRange('0', '9')
            && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= max;
    }

    private static bool TryParseIndex(ReadOnlySpan<char> text, out long index)
    {
        index = 0;
        for (var group = 0; group < MaxGroups; group++)
        {
            var last = text.Length == 3;
            if (!last && (text.Length < 5 || text[0] != 'x' || text[4] != '/'))
            {
                return false;
            }

            var digits = last ? text : text[1..4];
            if (digits.ContainsAnyExceptInRange('0', '9') || (!last && group == 0 && digits is "000"))
            {
                return false;
            }

            index = (index * 1000) + int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
            if (last)
            {
                return index <= MaxIndex;
            }

            text = text[5..];
        }

        return false;
    }
}
