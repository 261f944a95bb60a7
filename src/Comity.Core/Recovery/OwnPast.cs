using Comity.Core.Feeds;
using Comity.Core.Storage;

namespace Comity.Core.Recovery;

/// <summary>How sure a node is that it knows all it ever signed.</summary>
public enum PastState
{
    /// <summary>Nothing speaks against it.</summary>
    Sound,

    /// <summary>The store may have been set back: partners must say what they know before anything is signed.</summary>
    Unconfirmed,

    /// <summary>Partners have heads of this node's logs that its store has not.</summary>
    Behind,
}

/// <summary>A head of one of this node's own logs, signed by it, that a partner has and this store has not.</summary>
/// <param name="Origin">The log.</param>
/// <param name="Member">The partner.</param>
/// <param name="Head">Size and root.</param>
/// <param name="Note">As this node signed it.</param>
public sealed record OwnHead(string Origin, Members.MemberCode Member, TransparencyLog.TreeHead Head, byte[] Note);

/// <summary>Where a node stands with its own past, in one reading.</summary>
/// <param name="State">How sure it is.</param>
/// <param name="Reason">Why it is not; empty where it is.</param>
/// <param name="Since">Since when.</param>
/// <param name="Ledger">The epoch of the ledger that is written to while an earlier one cannot be gone on with; 0: what the network knows.</param>
/// <param name="Ahead">What partners have shown and the store has not.</param>
/// <param name="Heard">The partners that have said what they know since the doubt began, those gone on without among them.</param>
public sealed record PastStanding(
    PastState State, string Reason, DateTimeOffset Since, int Ledger, IReadOnlyList<OwnHead> Ahead, IReadOnlySet<Members.MemberCode> Heard);

/// <summary>
/// Keeps this node from signing two pasts of one log. It is asked for each head that is to be signed, so that nothing,
/// whatever part of the program it comes from, signs on from a store that was set back.
/// </summary>
public sealed class OwnPast
{
    private readonly NodeStore _store;
    private volatile PastStanding _standing;
    private volatile IReadOnlySet<string> _permitted = new HashSet<string>();

    private OwnPast(NodeStore store, PastStanding standing) => (_store, _standing) = (store, standing);

    /// <summary>Reads where the node stands.</summary>
    public static OwnPast Load(NodeStore store) => new(store, store.Read(Read));

    /// <summary>Where it stands now.</summary>
    public PastStanding Now => _standing;

    /// <summary>Why own records cannot be changed; null where they can.</summary>
    public string? ReadOnly => _standing.State == PastState.Sound ? null : _standing.Reason;

    /// <summary>Why nothing may be signed for a log; null where it may.</summary>
    /// <remarks>While a node is behind it publishes nothing, and writes its ledger only where no partner has more of it: so it can check.</remarks>
    public string? Refuses(string origin) => _standing switch
    {
        { State: PastState.Sound } => null,
        _ when _permitted.Contains(origin) => null,
        { State: PastState.Behind, Ahead: var ahead } when LedgerName.TryParse(origin, out _) && !ahead.Any(head => head.Origin == origin) => null,
        var standing => standing.Reason,
    };

    /// <summary>Lets heads of logs be signed that have no past at all: those of an epoch that is being opened.</summary>
    internal void Permit(IEnumerable<string> origins) => _permitted = origins.ToHashSet(StringComparer.Ordinal);

    /// <summary>Reads anew: another process of this node may have changed it.</summary>
    public void Refresh() => _standing = _store.Read(Read);

    /// <summary>Notes that the store may have been set back: until partners have said what they know nothing is signed.</summary>
    /// <param name="reason">In words, for an operator.</param>
    /// <param name="now">The time.</param>
    public async Task DoubtAsync(string reason, DateTimeOffset now)
    {
        await _store.WriteAsync(session =>
        {
            session.Execute("DELETE FROM own_past_heard");
            Write(session, PastState.Unconfirmed, reason, now, Read(session).Ledger);
        });
        Refresh();
    }

    internal static void Write(WriteSession session, PastState state, string reason, DateTimeOffset now, int ledger) => session.Execute(
        """
        INSERT INTO own_past (one, state, reason, since, ledger) VALUES (1, @state, @reason, @now, @ledger)
        ON CONFLICT (one) DO UPDATE SET state = excluded.state, reason = excluded.reason, ledger = excluded.ledger,
            since = CASE WHEN own_past.state = excluded.state THEN own_past.since ELSE excluded.since END
        """,
        ("@state", state.ToString().ToLowerInvariant()), ("@reason", reason), ("@now", now.ToUnixTimeMilliseconds()), ("@ledger", (long)ledger));

    internal static PastStanding Read(ReadSession session)
    {
        var ahead = session.Query(
            "SELECT origin, member, size, root, note FROM own_head ORDER BY origin, size DESC, member",
            row => new OwnHead(row.GetString(0), Members.MemberCode.Parse(row.GetString(1)), new TransparencyLog.TreeHead(row.GetInt64(2), new TransparencyLog.TreeHash(row.Bytes(3))), row.Bytes(4)));
        var heard = session.Query("SELECT member FROM own_past_heard", row => Members.MemberCode.Parse(row.GetString(0))).ToHashSet();
        return session.First(
            "SELECT state, reason, since, ledger FROM own_past",
            row => new PastStanding(Enum.Parse<PastState>(row.GetString(0), ignoreCase: true), row.GetString(1), row.Instant(2), (int)row.GetInt64(3), ahead, heard))
            ?? new PastStanding(PastState.Sound, "", default, 0, ahead, heard);
    }
}
