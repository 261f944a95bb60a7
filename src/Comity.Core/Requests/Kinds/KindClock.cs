using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds;

/// <summary>What a term is counted in.</summary>
public enum TermUnit
{
    /// <summary>Sixty seconds.</summary>
    Minutes,

    /// <summary>Sixty minutes, day and night.</summary>
    Hours,

    /// <summary>Days of the calendar in the asked member's zone.</summary>
    Days,

    /// <summary>Hours in which the asked member's desk is open.</summary>
    WorkingHours,

    /// <summary>Days on which the asked member works, by its calendar.</summary>
    WorkingDays,
}

/// <summary>A length of time as law counts it.</summary>
/// <param name="Amount">1 to 36,600.</param>
/// <param name="Unit">Of what.</param>
public readonly record struct Term(int Amount, TermUnit Unit)
{
    /// <summary>As it is written in a kind: <c>60 days</c>, <c>1 working-day</c>.</summary>
    public override string ToString() => $"{Amount} {KindSpelling.Of(Unit, Amount)}";
}

/// <summary>What happens when a clock runs out.</summary>
public enum ClockEnd
{
    /// <summary>People are told; nothing else changes.</summary>
    Tell,

    /// <summary>What ran ends by itself: a measure without a valid order is over.</summary>
    End,

    /// <summary>A duty that held is over: what was kept need no longer be kept.</summary>
    Free,
}

/// <summary>Something that is due, must last, or ends by itself.</summary>
public sealed record KindClock
{
    /// <summary>Its name, one of a kind.</summary>
    public required string Name { get; init; }

    /// <summary>What people call it.</summary>
    public required Words Title { get; init; }

    /// <summary>Whose duty it measures.</summary>
    public required Side Owed { get; init; }

    /// <summary>The acts or events that start it; several where any of them does, and each starts it anew.</summary>
    public required IReadOnlyList<string> Starts { get; init; }

    /// <summary>An act's field whose instant or day it counts from instead of the event's own; null for the event. The field stands in the act named first in <see cref="Starts"/>.</summary>
    public required string? FromField { get; init; }

    /// <summary>Whether it counts back: the term must be over at the instant, as notice before a flight.</summary>
    public required bool Before { get; init; }

    /// <summary>What ends it, by name; at least one.</summary>
    public required IReadOnlyList<string> Stops { get; init; }

    /// <summary>How long, by urgency. Empty: without term, until it is stopped, or at the very instant of <see cref="FromField"/>.</summary>
    public required IReadOnlyList<ClockTerm> Terms { get; init; }

    /// <summary>How long before it runs out somebody is told; the longest first.</summary>
    public required IReadOnlyList<Term> Alarms { get; init; }

    /// <summary>What happens when it has run out.</summary>
    public required ClockEnd End { get; init; }

    /// <summary>Whether it may be paused, with a reason.</summary>
    public required bool MayPause { get; init; }

    /// <summary>The legal source's name; null where the network itself has set the term.</summary>
    public required string? Source { get; init; }

    /// <summary>The terms for an urgency; null where it runs without.</summary>
    public ClockTerm? TermFor(Urgency urgency) => Terms.FirstOrDefault(term => term.Urgency == urgency) ?? Terms.FirstOrDefault(term => term.Urgency is null);
}

/// <summary>How long a clock runs.</summary>
/// <param name="Urgency">For requests of this urgency; null for all others.</param>
/// <param name="AtLeast">The shortest that it must last; null for none.</param>
/// <param name="AtMost">By when it is due; null for none.</param>
public sealed record ClockTerm(Urgency? Urgency, Term? AtLeast, Term? AtMost);
