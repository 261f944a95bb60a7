using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Comity.TravelDocuments.Records;

/// <summary>
/// When a document was stolen or lost, as exactly as is known: 2004, 2004-05 or 2004-05-11. Years 1900 to 2199.
/// Made only by parsing; the default is empty and is no date.
/// </summary>
public readonly record struct IncidentDate : ISpanParsable<IncidentDate>
{
    private readonly ushort _year;
    private readonly byte _month;
    private readonly byte _day;

    private IncidentDate(int year, int month, int day) => (_year, _month, _day) = ((ushort)year, (byte)month, (byte)day);

    /// <summary>The year, 1900 to 2199; 0 for the default value.</summary>
    public int Year => _year;

    /// <summary>The month, 1 to 12, or null where it is not known.</summary>
    public int? Month => _month == 0 ? null : _month;

    /// <summary>The day, 1 to 31, or null where it is not known.</summary>
    public int? Day => _day == 0 ? null : _day;

    /// <summary>Whether this is the default value, which is no date.</summary>
    public bool IsEmpty => _year == 0;

    /// <summary>The first day that it may be.</summary>
    public DateOnly Earliest => new(Math.Max((int)_year, 1), Math.Max((int)_month, 1), Math.Max((int)_day, 1));

    /// <summary>A day that is wholly known.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The year is not 1900 to 2199.</exception>
    public static IncidentDate Of(DateOnly day) =>
        day.Year is >= 1900 and <= 2199 ? new(day.Year, day.Month, day.Day) : throw new ArgumentOutOfRangeException(nameof(day));

    /// <summary>The date as ISO 8601 writes it, as far as it is known; empty for the default value.</summary>
    public override string ToString() => (_year, _month, _day) switch
    {
        (0, _, _) => "",
        (_, 0, _) => _year.ToString("D4", CultureInfo.InvariantCulture),
        (_, _, 0) => string.Create(CultureInfo.InvariantCulture, $"{_year:D4}-{_month:D2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{_year:D4}-{_month:D2}-{_day:D2}"),
    };

    /// <summary>Reads a date.</summary>
    /// <param name="s">yyyy, yyyy-MM or yyyy-MM-dd and nothing else.</param>
    /// <param name="result">The date, or the default value on refusal.</param>
    public static bool TryParse(ReadOnlySpan<char> s, out IncidentDate result)
    {
        result = default;
        if (s.Length is not (4 or 7 or 10) || !TryDigits(s[..4], out var year) || year is < 1900 or > 2199) return false;
        int month = 0, day = 0;
        if (s.Length >= 7 && (s[4] != '-' || !TryDigits(s[5..7], out month) || month is < 1 or > 12)) return false;
        if (s.Length == 10 && (s[7] != '-' || !TryDigits(s[8..], out day) || day < 1 || day > DateTime.DaysInMonth(year, month)))
            return false;
        result = new(year, month, day);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out IncidentDate)"/>
    /// <param name="s">yyyy, yyyy-MM or yyyy-MM-dd and nothing else.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The date, or the default value on refusal.</param>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IncidentDate result) => TryParse(s, out result);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out IncidentDate)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IncidentDate result) =>
        TryParse(s.AsSpan(), out result);

    /// <summary>Reads a date that is known to be good, such as a constant.</summary>
    /// <exception cref="FormatException">It is refused.</exception>
    public static IncidentDate Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out var date) ? date : throw new FormatException("A date is yyyy, yyyy-MM or yyyy-MM-dd.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static IncidentDate Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    private static bool TryDigits(ReadOnlySpan<char> s, out int value)
    {
        value = 0;
        foreach (var c in s)
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = value * 10 + (c - '0');
        }
        return true;
    }
}
