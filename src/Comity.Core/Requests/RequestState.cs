using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests;

/// <summary>Why an event has no effect, ever: known from what its author had seen, whenever it arrives.</summary>
public enum EventFault
{
    /// <summary>Its author is neither asker nor asked.</summary>
    Stranger,

    /// <summary>The other side's act.</summary>
    NotYourAct,

    /// <summary>The request was opened before.</summary>
    SecondOpening,

    /// <summary>It belongs to another opening than the one that counts.</summary>
    OtherOpening,

    /// <summary>Another kind than the request's, or what the kind does not allow to ask.</summary>
    WrongKind,

    /// <summary>The kind has no such act.</summary>
    ActUnknown,

    /// <summary>The role claimed may not do it.</summary>
    RoleMayNot,

    /// <summary>Two persons must agree, and did not.</summary>
    OnePerson,

    /// <summary>It has no sense as things stood for its author.</summary>
    NoSense,

    /// <summary>Something must come before it that had not.</summary>
    NotYet,

    /// <summary>It may be done once, and was.</summary>
    OnceOnly,

    /// <summary>The kind has no such ground.</summary>
    GroundUnknown,

    /// <summary>The kind has no such condition to offer.</summary>
    ConditionUnknown,

    /// <summary>Not about the offer that was open, or about no act of its author's.</summary>
    OtherOffer,

    /// <summary>The kind has no such clock, or the clock cannot do that.</summary>
    ClockUnknown,

    /// <summary>The clock does not stand, or stands already.</summary>
    ClockNotSo,

    /// <summary>The term had not run out.</summary>
    TooEarly,

    /// <summary>It passes the request to one of its two sides.</summary>
    MemberWrong,
}

/// <summary>Faults as text.</summary>
public static class EventFaults
{
    /// <summary>As it is written: <c>not-your-act</c>, …</summary>
    public static string Text(this EventFault fault) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(fault.ToString());
}

/// <summary>Whether an event counts.</summary>
public enum EventStanding
{
    /// <summary>It counts.</summary>
    Stands,

    /// <summary>It had sense for its author, but one that its author had not seen holds over it.</summary>
    Overtaken,

    /// <summary>It never had an effect.</summary>
    Refused,
}

/// <summary>One line of a request's history.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Standing">Whether it counts.</param>
/// <param name="Fault">Why it was refused; null where it was not.</param>
/// <param name="By">The event that holds over it; null where none does.</param>
/// <param name="Why">Why that one holds; null where none does.</param>
public sealed record TimelineEntry(RequestEvent Event, EventStanding Standing, EventFault? Fault = null, EventId? By = null, Words? Why = null);

/// <summary>How a request stands: a pure function of its kind and its events, the same whatever the order in which they came.</summary>
public sealed record RequestState
{
    /// <summary>The most events of one request.</summary>
    public const int MostEvents = 1000;

    /// <summary>The kind.</summary>
    public required RequestKind Kind { get; init; }

    /// <summary>The first event.</summary>
    public required RequestEvent Opened { get; init; }

    /// <summary>What it fixes.</summary>
    public Opening Opening => Opened.Facts.Opening!;

    /// <summary>The asker.</summary>
    public MemberCode Asker => Opened.From;

    /// <summary>The member asked.</summary>
    public MemberCode Asked => Opening.To;

    /// <summary>How it stands.</summary>
    public required Phase Phase { get; init; }

    /// <summary>The event that says so.</summary>
    public required EventId Decider { get; init; }

    /// <summary>All events whose past is known, causes before effects, then by time and name.</summary>
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    /// <summary>Events that name as seen what is not here yet: they count once it comes.</summary>
    public required IReadOnlyList<EventId> Waiting { get; init; }

    /// <summary>What the next event names as seen.</summary>
    public required IReadOnlyList<EventId> Heads { get; init; }

    /// <summary>The offer that the asker has to decide on; null where none is open.</summary>
    public required RequestEvent? Offer { get; init; }

    /// <summary>Conditions that bind: those the kind always sets, and those taken.</summary>
    public required IReadOnlyList<string> Bound { get; init; }

    /// <summary>The ground of the refusal; null where it was not refused.</summary>
    public required string? Ground { get; init; }

    /// <summary>When each running clock ends, as the asked State said last.</summary>
    public required IReadOnlyDictionary<string, DateTimeOffset> Dues { get; init; }

    /// <summary>Clocks that stand, each with the event that stopped it.</summary>
    public required IReadOnlyDictionary<string, RequestEvent> Paused { get; init; }

    /// <summary>The member from which it can be had; null where it was not transferred to one.</summary>
    public required MemberCode? TransferredTo { get; init; }

    /// <summary>Events that count, in order.</summary>
    public IEnumerable<RequestEvent> Standing => Timeline.Where(line => line.Standing == EventStanding.Stands).Select(line => line.Event);

    /// <summary>The side of a member; null for a stranger.</summary>
    public Party? PartyOf(MemberCode member) => member == Asker ? Party.Asker : member == Asked ? Party.Asked : null;

    /// <summary>The other side.</summary>
    public MemberCode Other(MemberCode self) => self == Asker ? Asked : Asker;
}
