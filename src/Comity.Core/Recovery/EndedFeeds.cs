using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Recovery;

/// <summary>
/// What becomes of feeds that their owner's root has ended: records in force stay until the next feed is here as far as it publishes
/// them anew; what was signed beyond the end is held back. docs/protocol/epochs.md, "What holders do".
/// </summary>
internal static class EndedFeeds
{
    /// <summary>After a notice: holds back what is beyond an end, and drops what is here anew already.</summary>
    public static async Task ApplyAsync(NodeContext node, RegisterIndexes registers, Standings standings)
    {
        foreach (var feed in node.Store.Read(session => session.Feeds()).Where(feed => !feed.Own && node.Membership.Directory.End(feed.Name.Owner, feed.Name.Origin) is not null))
        {
            await node.Store.WriteAsync(session =>
            {
                var end = node.Membership.Directory.End(feed.Name.Owner, feed.Name.Origin)!;
                if (feed.Size > end.Size && feed.Fault is null)
                {
                    HoldBack(session, node, registers, feed, end.Size);
                }

                if (FeedName.TryParse(end.Next, out var next) && (session.Feed(next)?.Size ?? 0) >= end.Carried)
                {
                    Drop(session, node, registers, feed);
                }
            });
            standings.Refresh();
        }
    }

    /// <summary>In the transaction that took entries of a feed in: drops the records of those before it, once it is here as far as it carries them.</summary>
    public static void Follow(WriteSession session, NodeContext node, RegisterIndexes registers, FeedName feed, long size)
    {
        var ended = node.Membership.Directory.Find(feed.Owner)?.Ended.Values.Where(end => end.Next == feed.Origin && size >= end.Carried) ?? [];
        foreach (var end in ended)
        {
            if (FeedName.TryParse(end.Log, out var old) && session.Feed(old) is { } row)
            {
                Drop(session, node, registers, row);
            }
        }
    }

    private static void HoldBack(WriteSession session, NodeContext node, RegisterIndexes registers, FeedRow feed, long size)
    {
        foreach (var index in session.Query(
            "SELECT idx FROM record WHERE log = @log AND idx >= @size AND state = @live", row => row.GetInt64(0), ("@log", feed.Log), ("@size", size), ("@live", (long)RecordState.Live)))
        {
            session.SetState(feed.Log, index, RecordState.Held);
            Unindex(session, registers, feed, index);
        }

        var fault = new FeedFault(FeedFaultCode.BeyondEnd, size, $"the root of {feed.Name.Owner} has ended this feed at size {size}; {feed.Size} entries are here", node.Now);
        session.SetFault(feed.Log, fault);
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Quarantined, fault.At, Actor.Node).With("feed", feed.Name.Origin).With("fault", fault.Name).With("index", size));
    }

    private static void Drop(WriteSession session, NodeContext node, RegisterIndexes registers, FeedRow feed)
    {
        var records = session.Query("SELECT log, idx, natural_key, state, expires FROM record WHERE log = @log ORDER BY idx", FeedTable.RecordOf, ("@log", feed.Log));
        foreach (var record in records)
        {
            if (record.State == RecordState.Live)
            {
                Unindex(session, registers, feed, record.Index);
            }

            session.RemoveRecord(feed.Log, record.Index);
            session.EraseBody(feed.Log, record.Index);
        }

        if (records.Count == 0)
        {
            return;
        }

        if (!feed.Own)
        {
            ErasureReceipts.Queue(session, node, feed.Name, records.Where(record => record.State != RecordState.Ended).Select(record => record.Index));
        }

        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Erased, node.Now, Actor.Node).With("feed", feed.Name.Origin).With("count", records.Count));
    }

    private static void Unindex(WriteSession session, RegisterIndexes registers, FeedRow feed, long index)
    {
        var register = registers.Find(feed.Name.Register);
        if (registers.Open(session.Body(feed.Log, index)) is { } body && register?.Judge(body.Content, static _ => true) is Judgement.Accepted accepted)
        {
            session.AfterCommit(() => register.Remove(new RecordAddress((int)feed.Log, index), accepted.Record));
        }
    }
}
