using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Access.TwoPersons;

/// <summary>Where a proposal stands.</summary>
public enum ApprovalState
{
    /// <summary>Waits for a second person.</summary>
    Waiting,

    /// <summary>A second person agreed, and it was carried out.</summary>
    Approved,

    /// <summary>A second person said no.</summary>
    Refused,

    /// <summary>Its proposer took it back.</summary>
    Withdrawn,

    /// <summary>Nobody decided in time.</summary>
    Lapsed,

    /// <summary>Its proposer did it alone; it waits to be countersigned.</summary>
    Alone,

    /// <summary>Done alone, and a second person agreed later.</summary>
    Countersigned,

    /// <summary>Done alone, and a second person objected later.</summary>
    Objected,
}

/// <summary>An act that needs two persons, and who did what about it.</summary>
/// <param name="Id"><c>a-</c> and 12 hexadecimal digits.</param>
/// <param name="Kind">The kind of act.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Proposer">Who proposed it: an officer's or a token's id.</param>
/// <param name="Desk">The proposer's desk.</param>
/// <param name="Person">The person behind it, who may not be the second: for a system's token whoever made the token; null where nobody is known.</param>
/// <param name="Proposed">When.</param>
/// <param name="Expires">When it lapses.</param>
/// <param name="Decider">Who decided; the proposer where it was done alone. While it is carried out: the officer who decides.</param>
/// <param name="Decided">When.</param>
/// <param name="Closer">Who countersigned or objected.</param>
/// <param name="Closed">When.</param>
/// <param name="Log">The log of the ledger entry that proposed it.</param>
/// <param name="Entry">That entry.</param>
public sealed record Approval(
    string Id, string Kind, ApprovalState State, string Proposer, string Desk, string? Person, DateTimeOffset Proposed, DateTimeOffset Expires,
    string? Decider, DateTimeOffset? Decided, string? Closer, DateTimeOffset? Closed, long Log, long Entry)
{
    /// <summary>The proposer as one who acts: in whose name the act is carried out.</summary>
    public Actor By => new(Proposer, Desk, Rights.None, new HashSet<Purpose>(), Person);

    /// <summary>Whether the act was carried out, by two or alone, and nobody objected.</summary>
    public bool Stands => State is ApprovalState.Approved or ApprovalState.Alone or ApprovalState.Countersigned;

    /// <summary>Whether this actor proposed it.</summary>
    public bool IsBy(Actor actor) => actor.Id == Proposer || (actor.Person is not null && actor.Person == Person);
}

/// <summary>A proposal as it is shown to somebody.</summary>
/// <param name="Approval">The proposal.</param>
/// <param name="Name">What the act is called.</param>
/// <param name="What">What is proposed; says so where it was erased.</param>
/// <param name="Reason">Why, as the proposer wrote; empty where it was erased.</param>
/// <param name="MayDecide">Whether the viewer may approve or refuse it now.</param>
/// <param name="MayBreakGlass">Whether the viewer may carry it out alone now.</param>
/// <param name="MayClose">Whether the viewer may countersign it or object.</param>
/// <param name="MayLook">Whether the viewer may look at what it opened.</param>
/// <param name="Mine">Whether the viewer proposed it.</param>
public sealed record ApprovalView(Approval Approval, Words Name, Words What, string Reason, bool MayDecide, bool MayBreakGlass, bool MayClose, bool MayLook, bool Mine);
