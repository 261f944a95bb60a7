using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Contacts;

/// <summary>What is known of a partner's line.</summary>
/// <param name="Member">Who.</param>
/// <param name="LastContact">When it last answered.</param>
/// <param name="AsOf">Up to when everything it offers is here.</param>
/// <param name="FailingSince">Since when it does not answer, or something is missing.</param>
/// <param name="Failure">Why.</param>
/// <param name="Charter">The charter it goes by.</param>
/// <param name="Clock">What its clock said when it last answered.</param>
/// <param name="NoticesAsOf">Up to when every notice that it has is here.</param>
public sealed record PeerRow(
    MemberCode Member, DateTimeOffset? LastContact, DateTimeOffset? AsOf, DateTimeOffset? FailingSince, string? Failure, long Charter, DateTimeOffset? Clock, DateTimeOffset? NoticesAsOf);

/// <summary>How fresh every partner's records are here: kept in the store, and in memory for the checks.</summary>
public sealed class Standings(NodeContext node)
{
    private volatile State _state = new();

    /// <summary>All partners ever contacted.</summary>
    public IReadOnlyDictionary<MemberCode, PeerRow> Peers => Read(_state).Peers!;

    /// <summary>All feeds in this node's store.</summary>
    public IReadOnlyList<FeedRow> Feeds => Read(_state).Feeds!;

    /// <summary>Reads everything anew at the next question.</summary>
    public void Refresh() => _state = new State();

    // Who was reading when it was refreshed fills a state that nobody asks any more.
    private State Read(State state)
    {
        if (state.Feeds is null)
        {
            var (peers, feeds) = node.Store.Read(session => (Rows(session), session.Feeds()));
            state.Peers = peers.ToDictionary(row => row.Member);
            state.Feeds = feeds;
        }

        return state;
    }

    /// <summary>How a register's owners stand for a check made now.</summary>
    public IReadOnlyList<MemberStanding> For(RegisterName register, Realm realm)
    {
        var membership = node.Membership;
        List<MemberStanding> standings = [new(membership.Self, StandingState.Own, node.Now)];
        if (membership.Terms(register) is not { Mode: SharingMode.Replicated } terms)
        {
            return standings;
        }

        foreach (var member in membership.Directory.Members)
        {
            // The directory lets nobody read from a suspended member; what it sent before is still shown.
            if (member.Code != membership.Self && terms.Between.Any(pair => pair.Allows(member.Code, membership.Self)))
            {
                standings.Add(Of(member, register, realm, terms));
            }
        }

        return standings;
    }

    /// <summary>Notes a round that reached the partner.</summary>
    /// <param name="partner">Who.</param>
    /// <param name="charter">The charter it goes by.</param>
    /// <param name="asOf">Up to when everything it offers is here; null where something is missing.</param>
    /// <param name="itsClock">What its clock said.</param>
    /// <param name="missing">What is missing.</param>
    /// <param name="noticesAsOf">Up to when every notice that it has is here; null where they could not be had.</param>
    public async Task SucceededAsync(MemberCode partner, long charter, DateTimeOffset? asOf, DateTimeOffset itsClock, string? missing, DateTimeOffset? noticesAsOf)
    {
        await WriteAsync(
            """
            INSERT INTO peer (member, charter, clock, last_contact, as_of, failing_since, failure, notices_as_of) VALUES (@member, @charter, @clock, @now, @asOf, @since, @failure, @notices)
            ON CONFLICT (member) DO UPDATE SET charter = excluded.charter, clock = excluded.clock, last_contact = excluded.last_contact, as_of = COALESCE(excluded.as_of, peer.as_of),
                notices_as_of = COALESCE(excluded.notices_as_of, peer.notices_as_of),
                failing_since = CASE WHEN excluded.failure IS NULL THEN NULL ELSE COALESCE(peer.failing_since, excluded.last_contact) END, failure = excluded.failure
            """,
            ("@member", partner.ToString()), ("@charter", charter), ("@clock", itsClock.ToUnixTimeMilliseconds()), ("@now", node.Now.ToUnixTimeMilliseconds()), ("@asOf", asOf?.ToUnixTimeMilliseconds()),
            ("@since", missing is null ? null : node.Now.ToUnixTimeMilliseconds()), ("@failure", missing),
            ("@notices", noticesAsOf?.ToUnixTimeMilliseconds()));
    }

    /// <summary>Notes that a partner's records are complete here by a file it made at that time; a later time on the line stays.</summary>
    public async Task ImportedAsync(MemberCode partner, DateTimeOffset asOf)
    {
        await WriteAsync(
            """
            INSERT INTO peer (member, as_of) VALUES (@member, @asOf)
            ON CONFLICT (member) DO UPDATE SET as_of = excluded.as_of WHERE peer.as_of IS NULL OR peer.as_of < excluded.as_of
            """,
            ("@member", partner.ToString()), ("@asOf", asOf.ToUnixTimeMilliseconds()));
    }

    /// <summary>Notes a round that did not reach the partner: only the first is written.</summary>
    public async Task FailedAsync(MemberCode partner, string failure)
    {
        if (Peers.GetValueOrDefault(partner)?.Failure == failure)
        {
            return;
        }

        await WriteAsync(
            """
            INSERT INTO peer (member, failing_since, failure) VALUES (@member, @now, @failure)
            ON CONFLICT (member) DO UPDATE SET failing_since = COALESCE(peer.failing_since, excluded.failing_since), failure = excluded.failure
            """,
            ("@member", partner.ToString()), ("@now", node.Now.ToUnixTimeMilliseconds()), ("@failure", failure));
    }

    /// <summary>
    /// The latest instant that two partners' clocks confirm has passed, never later than this node's own; null with fewer than two.
    /// What time alone would destroy is destroyed by this clock or by an officer.
    /// </summary>
    public DateTimeOffset? ConfirmedNow()
    {
        var now = node.Now;
        var theirs = Peers.Values.Where(peer => peer.Clock is not null && now - peer.LastContact < TimeSpan.FromHours(24))
            .Select(peer => peer.Clock!.Value + (now - peer.LastContact!.Value)).OrderDescending().ToList();
        return theirs.Count < 2 ? null : theirs[1] < now ? theirs[1] : now;
    }

    private MemberStanding Of(Member member, RegisterName register, Realm realm, RegisterTerms terms)
    {
        var peer = Peers.GetValueOrDefault(member.Code);
        var fault = Feeds.FirstOrDefault(feed => !feed.Own && feed.Name.Owner == member.Code && feed.Name.Register == register && feed.Name.Realm == realm && feed.Fault is not null)?.Fault;
        var (state, detail) = (member.Suspended, fault, peer?.AsOf) switch
        {
            (true, _, _) => (StandingState.Suspended, "suspended by the network"),
            (_, not null, _) => (StandingState.Quarantined, $"{fault!.Name}: {fault.Text}"),
            (_, _, null) => (StandingState.Never, peer?.Failure ?? "never reached"),
            var (_, _, asOf) when node.Now - asOf > terms.StaleAfter => (StandingState.Stale, peer!.Failure ?? "no contact"),
            _ => (StandingState.Fresh, peer!.FailingSince is null ? null : peer.Failure),   // fresh enough, but something is wrong
        };
        return new MemberStanding(member.Code, state, peer?.AsOf, detail);
    }

    private async Task WriteAsync(string sql, params (string Name, object? Value)[] parameters)
    {
        await node.Store.WriteAsync(session =>
        {
            session.Tell(StoreNews.Partners);
            session.Execute(sql, parameters);
        });
        Refresh();
    }

    private static List<PeerRow> Rows(ReadSession session) => session.Query(
        "SELECT member, last_contact, as_of, failing_since, failure, charter, clock, notices_as_of FROM peer",
        row => new PeerRow(
            MemberCode.Parse(row.GetString(0)), row.InstantOrNull(1), row.InstantOrNull(2), row.InstantOrNull(3), row.TextOrNull(4), row.GetInt64(5), row.InstantOrNull(6), row.InstantOrNull(7)));

    private sealed class State
    {
        public volatile IReadOnlyDictionary<MemberCode, PeerRow>? Peers;
        public volatile IReadOnlyList<FeedRow>? Feeds;
    }
}
