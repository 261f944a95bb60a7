using System.Text.Json.Nodes;
using Comity.Core.Members;

namespace Comity.Core.Registers;

/// <summary>What a check is answered with. Every case says up to when it is true for every member.</summary>
public abstract record CheckOutcome
{
    private CheckOutcome()
    {
    }

    /// <summary>When the check was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The ledger entry that recorded it.</summary>
    public required long LedgerEntry { get; init; }

    /// <summary>Every member that may hold something, and how fresh or silent it was.</summary>
    public required IReadOnlyList<MemberStanding> Members { get; init; }

    /// <summary>Records like the one asked for; not hits.</summary>
    public required IReadOnlyList<Match> Near { get; init; }

    /// <summary>Whether there were more near ones than are shown.</summary>
    public required bool NearCut { get; init; }

    /// <summary>Something answers. A hit is not proof: the owner confirms before anybody acts.</summary>
    public sealed record Hit : CheckOutcome
    {
        /// <summary>The records that answer.</summary>
        public required IReadOnlyList<Match> Matches { get; init; }
    }

    /// <summary>No record, as of the times given.</summary>
    public sealed record NoHit : CheckOutcome;

    /// <summary>No record among those that answered; but somebody did not, or is staler than the charter allows.</summary>
    public sealed record Incomplete : CheckOutcome;

    /// <summary>The outcome's name: hit, noHit or incomplete.</summary>
    public string Name => Switch(_ => "hit", _ => "noHit", _ => "incomplete");

    /// <summary>One answer for each case.</summary>
    public T Switch<T>(Func<Hit, T> hit, Func<NoHit, T> noHit, Func<Incomplete, T> incomplete) => this switch
    {
        Hit case1 => hit(case1),
        NoHit case2 => noHit(case2),
        Incomplete case3 => incomplete(case3),
        _ => throw new InvalidOperationException("An outcome is one of three."),
    };
}

/// <summary>A record that answers, or nearly does.</summary>
/// <param name="Owner">Who published it.</param>
/// <param name="Reference">What to name when asking the owner: feed and entry, or a queried member's reference.</param>
/// <param name="Strength">The register's code for how well it answers.</param>
/// <param name="Explanation">Why.</param>
/// <param name="Record">The record, as far as its handling lets this purpose see it; null from a queried member.</param>
/// <param name="Caveats">The owner's conditions.</param>
/// <param name="Expires">When the record ends; null from a queried member.</param>
/// <param name="At">Where the record is in this node's store; null from a queried member.</param>
public sealed record Match(
    MemberCode Owner, string Reference, string Strength, Words Explanation, JsonNode? Record, IReadOnlyList<string> Caveats, DateTimeOffset? Expires, RecordAddress? At = null);

/// <summary>What stands between this node and one member's records.</summary>
public enum StandingState
{
    /// <summary>This node's own records.</summary>
    Own,

    /// <summary>As fresh as the charter demands.</summary>
    Fresh,

    /// <summary>Older than the charter allows.</summary>
    Stale,

    /// <summary>Nothing was ever received.</summary>
    Never,

    /// <summary>A feed of the member is in quarantine: nothing after the fault is used.</summary>
    Quarantined,

    /// <summary>A queried member answered.</summary>
    Answered,

    /// <summary>A queried member did not answer in time, or not believably.</summary>
    Silent,

    /// <summary>A queried member refused.</summary>
    Refused,

    /// <summary>The network suspended the member; what it sent before is still shown.</summary>
    Suspended,
}

/// <summary>One member's part in an outcome.</summary>
/// <param name="Member">Who.</param>
/// <param name="State">How it stands.</param>
/// <param name="AsOf">Up to when its records are known here; null where nothing is.</param>
/// <param name="Detail">For an officer: what is wrong, if anything.</param>
public sealed record MemberStanding(MemberCode Member, StandingState State, DateTimeOffset? AsOf, string? Detail = null)
{
    /// <summary>Whether no-hit means nothing about this member.</summary>
    public bool Incomplete => State is not (StandingState.Own or StandingState.Fresh or StandingState.Answered);
}
