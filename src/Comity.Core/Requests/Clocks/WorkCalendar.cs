using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests.Clocks;

/// <summary>When a State's unit works: its zone, its week, its holidays, its hours. Terms that others set are counted by it.</summary>
/// <param name="Zone">The time zone; days begin and end by it, also where clocks change.</param>
/// <param name="Weekend">Days of the week without work; not all seven.</param>
/// <param name="Holidays">Days without work.</param>
/// <param name="Opens">When a working day begins.</param>
/// <param name="Closes">When it ends; after it began, on the same day.</param>
public sealed record WorkCalendar(TimeZoneInfo Zone, IReadOnlySet<DayOfWeek> Weekend, IReadOnlySet<DateOnly> Holidays, TimeOnly Opens, TimeOnly Closes)
{
    private const int LongestRest = 1000;   // days without work one after the other, beyond which a calendar is taken to be wrong

    /// <summary>UTC, Monday to Friday, 9 to 17, no holidays: where a State has said nothing else.</summary>
    public static WorkCalendar Default { get; } = new(TimeZoneInfo.Utc, new HashSet<DayOfWeek> { DayOfWeek.Saturday, DayOfWeek.Sunday }, new HashSet<DateOnly>(), new TimeOnly(9, 0), new TimeOnly(17, 0));

    /// <summary>Whether a day is worked.</summary>
    public bool IsWorked(DateOnly day) => !Weekend.Contains(day.DayOfWeek) && !Holidays.Contains(day);

    /// <summary>The instant at which a term is over that begins at another.</summary>
    /// <remarks>
    /// Minutes and hours run day and night. Days are counted from the day after the one on which the term begins, and the last ends at its midnight;
    /// of working days only those worked are counted. Working hours run while the desk is open.
    /// </remarks>
    public DateTimeOffset After(DateTimeOffset from, Term term) => term.Unit switch
    {
        TermUnit.Minutes => from.AddMinutes(term.Amount),
        TermUnit.Hours => from.AddHours(term.Amount),
        TermUnit.Days => EndOf(DayOf(from).AddDays(term.Amount)),
        TermUnit.WorkingDays => EndOf(Worked(DayOf(from), term.Amount)),
        TermUnit.WorkingHours => AfterOpenTime(from, TimeSpan.FromHours(term.Amount)),
        _ => throw new ArgumentOutOfRangeException(nameof(term)),
    };

    /// <summary>The latest instant at which a term that must be over at another can begin.</summary>
    /// <remarks>The mirror of <see cref="After"/>: three days before a flight is the midnight that ends the fourth day before its own.</remarks>
    public DateTimeOffset Before(DateTimeOffset until, Term term) => term.Unit switch
    {
        TermUnit.Minutes => until.AddMinutes(-term.Amount),
        TermUnit.Hours => until.AddHours(-term.Amount),
        TermUnit.Days => EndOf(DayOf(until).AddDays(-term.Amount - 1)),
        TermUnit.WorkingDays => EndOf(Worked(DayOf(until), -term.Amount).AddDays(-1)),
        TermUnit.WorkingHours => BeforeOpenTime(until, TimeSpan.FromHours(term.Amount)),
        _ => throw new ArgumentOutOfRangeException(nameof(term)),
    };

    /// <summary>The day in the calendar's zone.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    /// <summary>The first instant after a day.</summary>
    public DateTimeOffset EndOf(DateOnly day) => At(day.AddDays(1), TimeOnly.MinValue);

    private DateOnly Worked(DateOnly day, int days)
    {
        var step = Math.Sign(days);
        for (var rest = 0; days != 0 && rest < LongestRest;)
        {
            day = day.AddDays(step);
            (days, rest) = IsWorked(day) ? (days - step, 0) : (days, rest + 1);
        }

        return day;
    }

    private DateTimeOffset AfterOpenTime(DateTimeOffset from, TimeSpan left)
    {
        for (var (day, rest) = (DayOf(from), 0); rest < LongestRest; day = day.AddDays(1))
        {
            var (opens, closes) = (At(day, Opens), At(day, Closes));
            var begins = from > opens ? from : opens;
            rest = IsWorked(day) ? 0 : rest + 1;
            if (!IsWorked(day) || begins >= closes)
            {
                continue;
            }

            if (begins + left <= closes)
            {
                return (begins + left).ToUniversalTime();
            }

            left -= closes - begins;
        }

        return from + left;
    }

    private DateTimeOffset BeforeOpenTime(DateTimeOffset until, TimeSpan left)
    {
        for (var (day, rest) = (DayOf(until), 0); rest < LongestRest; day = day.AddDays(-1))
        {
            var (opens, closes) = (At(day, Opens), At(day, Closes));
            var ends = until < closes ? until : closes;
            rest = IsWorked(day) ? 0 : rest + 1;
            if (!IsWorked(day) || ends <= opens)
            {
                continue;
            }

            if (ends - left >= opens)
            {
                return (ends - left).ToUniversalTime();
            }

            left -= ends - opens;
        }

        return until - left;
    }

    /// <summary>A time of day in the zone. One that the clocks skip is the instant of the skip; one that comes twice is the first.</summary>
    private DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        while (Zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }

        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
