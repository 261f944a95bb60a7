using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Comity.Emrtd;

/// <summary>A day of which year, month or day may be unknown. What is known can exist; the default is all unknown.</summary>
/// <remarks>ICAO Doc 9303-3 §4.8: a State may not know a holder's full date of birth.</remarks>
public readonly record struct PartialDate
{
    private PartialDate(int? year, int? month, int? day) => (Year, Month, Day) = (year, month, day);

    /// <summary>1 to 9999, or <see langword="null"/> where unknown.</summary>
    public int? Year { get; }

    /// <summary>1 to 12, or <see langword="null"/> where unknown.</summary>
    public int? Month { get; }

    /// <summary>1 to 31, or <see langword="null"/> where unknown.</summary>
    public int? Day { get; }

    /// <summary>Whether year, month and day are all known.</summary>
    public bool IsComplete => Year is not null && Month is not null && Day is not null;

    /// <summary>Puts known and unknown parts together.</summary>
    /// <param name="year">1 to 9999, or unknown.</param>
    /// <param name="month">1 to 12, or unknown.</param>
    /// <param name="day">1 to the last day of that month, or unknown; 29 February needs a leap year or an unknown one.</param>
    /// <param name="date">The date, or the default value where no such day can exist.</param>
    public static bool TryCreate(int? year, int? month, int? day, out PartialDate date)
    {
        date = default;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day is < 1) return false;
        if (day > (month is { } m ? DateTime.DaysInMonth(year ?? 2000, m) : 31)) return false;
        date = new(year, month, day);
        return true;
    }

    /// <summary>The date as a day.</summary>
    /// <param name="date">The day; the default value where a part is unknown.</param>
    public bool TryGetDate([NotNullWhen(true)] out DateOnly? date)
    {
        date = IsComplete ? new DateOnly(Year!.Value, Month!.Value, Day!.Value) : null;
        return date is not null;
    }

    /// <summary>
    /// ISO 8601 with X for each unknown digit (ISO 8601-2, level 1): <c>1974-08-12</c>, <c>1974-XX-XX</c>.
    /// </summary>
    public override string ToString() => $"{Part(Year, "0000", "XXXX")}-{Part(Month, "00", "XX")}-{Part(Day, "00", "XX")}";

    private static string Part(int? value, string format, string unknown) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? unknown;
}
