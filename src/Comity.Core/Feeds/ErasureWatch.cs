using Comity.Core.Access;
using Comity.Core.Ledger;
using Comity.Core.Storage;

namespace Comity.Core.Feeds;

/// <summary>Holds partners, and this node itself, to the charter's term of erasure. One process of a node does this.</summary>
public sealed class ErasureWatch(NodeContext node)
{
    /// <summary>At most so many entries of a log are walked at once.</summary>
    public const int AtOnce = 100_000;

    private readonly Dictionary<long, long> _looked = [];   // how far each feed was looked through for what should be gone, in this round

    /// <summary>Notes what partners have come to owe since the last time, and erases what is here and should not be.</summary>
    public async Task WatchAsync()
    {
        foreach (var signed in node.Store.Read(Unwalked))
        {
            await NoteAsync(signed);
        }

        foreach (var feed in node.Store.Read(session => session.Feeds()))
        {
            await LookAsync(feed);
        }

        var (owing, kept) = node.Store.Read(session => (ErasureTerms.Owing(session, node.Membership.Directory, node.Now), ErasureTerms.Kept(session, node.Membership.Directory, node.Now)));
        Telemetry.ErasuresOverdue.Record(owing.Sum(owed => owed.Overdue));
        Telemetry.KeptTooLong.Record(kept.Sum(feed => feed.Expired));
    }

    /// <summary>What partners owe now.</summary>
    public IReadOnlyList<Owing> Owing() => node.Store.Read(session => ErasureTerms.Owing(session, node.Membership.Directory, node.Now));

    /// <summary>What this node keeps too long, or has kept.</summary>
    public IReadOnlyList<Kept> Kept() => node.Store.Read(session => ErasureTerms.Kept(session, node.Membership.Directory, node.Now));

    private static List<Signed> Unwalked(ReadSession session) => session.Query(
        "SELECT c.log, c.member, c.walked, c.size, c.at FROM cosignature c JOIN feed f ON f.log = c.log WHERE c.walked < c.size ORDER BY c.log, c.member",
        row => new Signed(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)));

    private async Task NoteAsync(Signed signed)
    {
        var to = Math.Min(signed.Size, signed.Walked + AtOnce);
        var ended = node.Store.Read(session => session.Query(
            "SELECT idx, leaf FROM entry WHERE log = @log AND idx >= @from AND idx < @to AND substr(leaf, 2, 1) > @publish ORDER BY idx",
            row => FeedLeaf.TryRead(row.Bytes(1), row.GetInt64(0), out var leaf, out _) ? leaf.Supersedes : null,
            ("@log", signed.Log), ("@from", signed.Walked), ("@to", to), ("@publish", new[] { (byte)FeedOperation.Publish })));
        await node.Store.WriteAsync(session =>
        {
            foreach (var index in ended.OfType<long>())
            {
                // A receipt may have come before the signature: holders delete at expiry unasked.
                session.Execute(
                    """
                    INSERT INTO erasure_owed (log, idx, member, heard) SELECT @log, @idx, @member, @heard
                    WHERE NOT EXISTS (SELECT 1 FROM erasure WHERE log = @log AND idx = @idx AND member = @member) ON CONFLICT DO NOTHING
                    """,
                    ("@log", signed.Log), ("@idx", index), ("@member", signed.Member), ("@heard", signed.At));
            }

            session.Execute("UPDATE cosignature SET walked = @to WHERE log = @log AND member = @member", ("@to", to), ("@log", signed.Log), ("@member", signed.Member));
        });
    }

    /// <summary>Looks through the next stretch of a feed. What ends is erased in the transaction that ends it, so whatever is found was left behind by a fault.</summary>
    private async Task LookAsync(FeedRow feed)
    {
        var from = _looked.GetValueOrDefault(feed.Log);
        var to = from + AtOnce;
        _looked[feed.Log] = to >= feed.Size ? 0 : to;
        if (node.Store.Read(session => Left(session, feed.Log, from, to)).Count == 0)
        {
            return;
        }

        var erased = await node.Store.WriteAsync(session =>
        {
            var left = Left(session, feed.Log, from, to);
            if (left.Count > 0)
            {
                left.ForEach(index => session.EraseBody(feed.Log, index));
                session.Execute("UPDATE feed SET late = late + @count, late_at = @now WHERE log = @log", ("@count", (long)left.Count), ("@now", node.Now.ToUnixTimeMilliseconds()), ("@log", feed.Log));
                node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.ErasedLate, node.Now, Actor.Node).With("feed", feed.Name.Origin).With("count", left.Count));
            }

            return left.Count;
        });
        Telemetry.ErasedLate.Add(erased);
    }

    private static List<long> Left(ReadSession session, long log, long from, long to) => session.Query(
        """
        SELECT k.idx FROM entry_key k WHERE k.log = @log AND k.idx >= @from AND k.idx < @to
        AND NOT EXISTS (SELECT 1 FROM record r WHERE r.log = k.log AND r.idx = k.idx AND r.state <> 4) ORDER BY k.idx
        """,
        row => row.GetInt64(0), ("@log", log), ("@from", from), ("@to", to));

    private sealed record Signed(long Log, string Member, long Walked, long Size, long At);
}
