using System.Globalization;

namespace Comity.Emrtd.Mrz;

/// <summary>A day as a machine-readable zone gives it: a year without its century, each part possibly unknown.</summary>
/// <remarks>
/// ICAO Doc 9303-3 §4.8: YYMMDD, with <c>&lt;&lt;</c> for an unknown part. The century is nowhere in the zone, so it
/// is only ever resolved against a day that the caller gives. The default is all unknown.
/// </remarks>
public readonly record struct MrzDate
{
    private MrzDate(int? year, int? month, int? day) => (YearOfCentury, Month, Day) = (year, month, day);

    /// <summary>0 to 99, or <see langword="null"/> where unknown.</summary>
    public int? YearOfCentury { get; }

    /// <summary>1 to 12, or <see langword="null"/> where unknown.</summary>
    public int? Month { get; }

    /// <summary>1 to 31, or <see langword="null"/> where unknown.</summary>
    public int? Day { get; }

    /// <summary>Whether no part is known.</summary>
    public bool IsUnknown => this == default;

    /// <summary>Puts known and unknown parts together.</summary>
    /// <param name="yearOfCentury">0 to 99, or unknown.</param>
    /// <param name="month">1 to 12, or unknown.</param>
    /// <param name="day">1 to the last day of that month, or unknown; 29 February where some century has it.</param>
    /// <param name="date">The date, or the default value where no century has such a day.</param>
    public static bool TryCreate(int? yearOfCentury, int? month, int? day, out MrzDate date)
    {
        date = default;
        if (yearOfCentury is < 0 or > 99) return false;
        // The century from 2000 has every 29 February that any century has: 2000 is a leap year, 1900 is not.
        if (!PartialDate.TryCreate(2000 + yearOfCentury, month, day, out _)) return false;
        date = new(yearOfCentury, month, day);
        return true;
    }

    /// <summary>Gives a date of birth its century: the latest in which the day exists and is not after a given one.</summary>
    /// <param name="on">The day on which the holder was known to live, such as today.</param>
    /// <returns>
    /// The date; with an unknown year where that is unknown; <see langword="null"/> where the last two centuries
    /// have no such day. An unknown month or day counts as the earliest possible.
    /// </returns>
    /// <remarks>A holder older than 99 years comes out a hundred years too young; the zone cannot tell.</remarks>
    public PartialDate? ResolveBirth(DateOnly on)
    {
        if (YearOfCentury is not { } yy) return WithYear(null);
        var latest = LatestYear(yy, on.Year);
        foreach (var year in (ReadOnlySpan<int>)[latest, latest - 100])
        {
            if (PartialDate.TryCreate(year, Month ?? 1, Day ?? 1, out var earliest)
                && earliest.TryGetDate(out var day) && day <= on) return WithYear(year);
        }
        return null;
    }

    /// <summary>Gives a date of expiry its century: the one within 50 years before and 49 years after a given day's year.</summary>
    /// <param name="on">The day on which the document was seen, such as today.</param>
    /// <returns>
    /// The date; with an unknown year where that is unknown; <see langword="null"/> where that year has no such day.
    /// </returns>
    /// <remarks>
    /// Documents are valid for ten years, rarely longer. Some States print a far day such as 31 December 99 for
    /// "never": until 2050 that comes out as 1999, so ask the issuer before calling such a card expired.
    /// </remarks>
    public PartialDate? ResolveExpiry(DateOnly on) =>
        WithYear(YearOfCentury is { } yy ? LatestYear(yy, on.Year + 49) : null);

    /// <summary>The date with hyphens and X for unknown digits: <c>74-08-12</c>, <c>74-XX-XX</c>.</summary>
    public override string ToString() => $"{Part(YearOfCentury, "XX")}-{Part(Month, "XX")}-{Part(Day, "XX")}";

    /// <summary>The six characters of the zone: <c>740812</c>, <c>74&lt;&lt;&lt;&lt;</c>.</summary>
    public string ToZone() => Part(YearOfCentury, "<<") + Part(Month, "<<") + Part(Day, "<<");

    private PartialDate? WithYear(int? year) => PartialDate.TryCreate(year, Month, Day, out var date) ? date : null;

    private static int LatestYear(int yearOfCentury, int notAfter) =>
        notAfter - ((notAfter - yearOfCentury) % 100 + 100) % 100;

    private static string Part(int? value, string unknown) => value?.ToString("00", CultureInfo.InvariantCulture) ?? unknown;
}
