using Comity.Core.Registers;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests.Desk;

/// <summary>A request as somebody sees it who may.</summary>
/// <param name="Row">Its line.</param>
/// <param name="Kind">Its kind; null where the wording is known here no more.</param>
/// <param name="State">How it stands; null of a draft.</param>
/// <param name="Draft">What is being written; null once it was sent.</param>
/// <param name="Line">What happened, in order.</param>
/// <param name="Clocks">What runs or stands.</param>
/// <param name="Files">Its files.</param>
/// <param name="May">What the viewer may do now.</param>
/// <param name="UndeliveredSince">Since when something of this State's waits for the other side's receipt; null where nothing does.</param>
/// <param name="GivenUp">Why the other side's node refused something for good; null where it did not.</param>
public sealed record RequestView(
    RequestRow Row, RequestKind? Kind, RequestState? State, EventBody? Draft, IReadOnlyList<HappenedView> Line, IReadOnlyList<DueView> Clocks, IReadOnlyList<RequestFileView> Files, IReadOnlyList<MayDo> May,
    DateTimeOffset? UndeliveredSince, string? GivenUp);

/// <summary>A file of a request, by the name that an event gave it.</summary>
/// <param name="File">What was announced.</param>
/// <param name="State">whole, coming, or damaged; missing where it was erased.</param>
/// <param name="Have">Bytes that are here.</param>
public sealed record RequestFileView(FileReference File, string State, long Have);

/// <summary>One thing that happened.</summary>
/// <param name="Entry">The event, and whether it counts.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Said">What was said; null where nothing was, or it was erased.</param>
/// <param name="Erased">Whether something was said that was erased.</param>
/// <param name="Received">When it came here.</param>
/// <param name="LedgerEntry">Its entry in this State's ledger.</param>
/// <param name="Waits">Whether the other side's receipt for it is still to come.</param>
public sealed record HappenedView(TimelineEntry Entry, Words Title, EventBody? Said, bool Erased, DateTimeOffset Received, long LedgerEntry, bool Waits);

/// <summary>Something that somebody may do now.</summary>
/// <param name="Act">By this name.</param>
/// <param name="Title">What people call it.</param>
/// <param name="TwoPersons">Whether a second person must agree.</param>
public sealed record MayDo(string Act, Words Title, bool TwoPersons);

/// <summary>How soon something is due.</summary>
public enum DueState
{
    /// <summary>It runs.</summary>
    Running,

    /// <summary>An alarm was reached.</summary>
    Alarmed,

    /// <summary>It has run out.</summary>
    Over,

    /// <summary>It stands.</summary>
    Paused,
}

/// <summary>Something due.</summary>
/// <param name="Request">Of which request.</param>
/// <param name="Clock">The kind's clock.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Owed">Who owes it.</param>
/// <param name="Mine">Whether this State does.</param>
/// <param name="Started">Since when.</param>
/// <param name="Earliest">Until when it must last; null for no shortest term.</param>
/// <param name="Due">When it runs out; null where it has no term or stands.</param>
/// <param name="State">How soon.</param>
/// <param name="Paused">Since when it stands.</param>
/// <param name="Stated">Whether the asked State said so by its calendar; else it is this node's reckoning.</param>
/// <param name="Source">The text of law; null where the network itself set the term.</param>
public sealed record DueView(
    RequestRow Request, string Clock, Words Title, Side Owed, bool Mine, DateTimeOffset Started, DateTimeOffset? Earliest, DateTimeOffset? Due, DueState State, DateTimeOffset? Paused, bool Stated, Words? Source);
