using System.Text.Json;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Content;

namespace Comity.Core.Requests.Clocks;

/// <summary>A clock of a request that runs, or stands.</summary>
/// <param name="Clock">What it measures.</param>
/// <param name="Started">When it was started last.</param>
/// <param name="Earliest">Until when it must last; null for no shortest term.</param>
/// <param name="Due">When it runs out; null where it has no term, or where it stands.</param>
/// <param name="Paused">Since when it stands; null where it runs.</param>
/// <param name="Stated">Whether the asked State said so by its own calendar; else it is this node's reckoning.</param>
public sealed record RunningClock(KindClock Clock, DateTimeOffset Started, DateTimeOffset? Earliest, DateTimeOffset? Due, DateTimeOffset? Paused, bool Stated)
{
    /// <summary>The first alarm after an instant; null where there is none any more.</summary>
    /// <remarks>Alarms count back from the end by the calendar of whoever is alarmed; the end itself is the last alarm.</remarks>
    public DateTimeOffset? NextAlarm(WorkCalendar calendar, DateTimeOffset after) =>
        Due is not { } due ? null : Clock.Alarms.Select(alarm => Back(calendar, due, alarm)).Append(due).Where(alarm => alarm > after).Cast<DateTimeOffset?>().Min();

    /// <summary>How many alarms there have been by an instant.</summary>
    public int Alarms(WorkCalendar calendar, DateTimeOffset now) => Due is not { } due ? 0 : Clock.Alarms.Select(alarm => Back(calendar, due, alarm)).Append(due).Count(alarm => alarm <= now);

    // A day before the end is the same time of the day before, not a midnight.
    private static DateTimeOffset Back(WorkCalendar calendar, DateTimeOffset due, Term alarm) => alarm.Unit == TermUnit.Days ? due.AddDays(-alarm.Amount) : calendar.Before(due, alarm);
}

/// <summary>Reckons a request's clocks from what happened.</summary>
public static class RequestClocks
{
    /// <summary>The clocks that run or stand, the one that is due first before others.</summary>
    /// <param name="state">The request.</param>
    /// <param name="calendar">The asked State's calendar, or what is taken for it.</param>
    /// <param name="content">What an act said, to count from its fields; null where it is erased or cannot be read here.</param>
    /// <param name="stated">Whether what the asked State said counts before what is reckoned: false where the asked State itself reckons anew.</param>
    public static IReadOnlyList<RunningClock> Of(RequestState state, WorkCalendar calendar, Func<RequestEvent, JsonElement?> content, bool stated = true) =>
    [
        .. state.Kind.Clocks.Select(clock => Of(state, clock, calendar, content, stated)).OfType<RunningClock>()
            .OrderBy(running => running.Due ?? DateTimeOffset.MaxValue).ThenBy(running => running.Clock.Name, StringComparer.Ordinal),
    ];

    private static RunningClock? Of(RequestState state, KindClock clock, WorkCalendar calendar, Func<RequestEvent, JsonElement?> content, bool stated)
    {
        if (state.Phase is Phase.Withdrawn or Phase.Refused or Phase.TransferredAway or Phase.Expired or Phase.Closed)
        {
            return null;   // nobody owes anything any more
        }

        RequestEvent? started = null;
        DateTimeOffset? paused = null;
        var stood = TimeSpan.Zero;
        foreach (var seen in state.Standing)
        {
            var names = View.NamesOf(seen).ToList();
            if (names.Any(clock.Starts.Contains))
            {
                (started, paused, stood) = (seen, null, TimeSpan.Zero);
            }
            else if (names.Any(clock.Stops.Contains))
            {
                started = null;
            }
            else if (seen.Facts.Clock == clock.Name && seen.Type == EventType.Pause)
            {
                paused ??= seen.At;
            }
            else if (seen.Facts.Clock == clock.Name && seen.Type == EventType.Resume && paused is { } since)
            {
                (paused, stood) = (null, stood + (seen.At - since));
            }
        }

        if (started is null || Begin(clock, started, calendar, content) is not { } begin)
        {
            return null;
        }

        var (earliest, due) = Ends(clock, clock.TermFor(state.Opening.Urgency), calendar, begin.From, begin.At);
        var said = stated && state.Dues.TryGetValue(clock.Name, out var dues) ? dues : (DateTimeOffset?)null;
        return new RunningClock(clock, started.At, earliest + stood, paused is null ? said ?? due + stood : null, paused, said is not null && paused is null);
    }

    private static (DateTimeOffset? Earliest, DateTimeOffset? Due) Ends(KindClock clock, ClockTerm? term, WorkCalendar calendar, DateTimeOffset begin, DateTimeOffset at)
    {
        if (term is null)
        {
            return (null, clock.FromField is null ? null : at);
        }

        // A term that must last and has no longest ends when it has lasted.
        var (least, most) = (term.AtLeast, term.AtMost ?? term.AtLeast);
        return clock.Before
            ? (null, most is { } notice ? calendar.Before(begin, notice) : null)
            : (least is { } shortest ? calendar.After(begin, shortest) : null, most is { } longest ? calendar.After(begin, longest) : null);
    }

    /// <summary>From when a term is counted, and the instant that is meant where there is no term: of a day, its end.</summary>
    private static (DateTimeOffset From, DateTimeOffset At)? Begin(KindClock clock, RequestEvent started, WorkCalendar calendar, Func<RequestEvent, JsonElement?> content)
    {
        if (clock.FromField is not { } field)
        {
            return (started.At, started.At);
        }

        var text = content(started) is { ValueKind: JsonValueKind.Object } said && said.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return FieldTime.TryInstant(text, out var instant, out _) ? (instant.ToUniversalTime(), instant.ToUniversalTime())
            : FieldTime.Date(text) is { } day && DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) is var date
                ? (calendar.EndOf(date).AddMilliseconds(-1), calendar.EndOf(date))
            : null;
    }
}
