using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Storage;

namespace Comity.Core.Registers;

/// <summary>Ends what is over: records past their expiry, details of old ledger entries, old answers kept for repetition.</summary>
public sealed class Retention(NodeContext node, RegisterIndexes registers, RecordChanges changes, Standings standings, NewsSignal news, TimeSpan keepDetails)
{
    private const int AtOnce = 1000;
    private static readonly TimeSpan KeepInbox = TimeSpan.FromDays(90);
    private static readonly TimeSpan KeepAnswers = TimeSpan.FromDays(7);

    /// <summary>Deletes every record that is over by a time that is confirmed (see <see cref="Standings.ConfirmedNow"/>) or that an officer vouches for.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ExpireAsync(Actor by, DateTimeOffset confirmed)
    {
        var total = 0;
        for (var ended = AtOnce; ended == AtOnce; total += ended)
        {
            ended = await node.Store.WriteAsync(session => Expire(session, by, confirmed));
        }

        if (total > 0)
        {
            standings.Refresh();
            news.Ring();
            Telemetry.Changes.Add(total);
        }

        return total;
    }

    /// <summary>Erases the details of ledger entries older than the retention, and forgets what need not be repeated any more.</summary>
    public Task SweepAsync(DateTimeOffset confirmed) => node.Store.WriteAsync(session =>
    {
        session.Execute("DELETE FROM inbox WHERE received < @before", ("@before", (confirmed - KeepInbox).ToUnixTimeMilliseconds()));
        session.Execute("DELETE FROM outbox WHERE queued < @before AND (receipt IS NOT NULL OR failure IS NOT NULL)", ("@before", (confirmed - KeepInbox).ToUnixTimeMilliseconds()));
        session.Execute("DELETE FROM idempotency WHERE at < @before", ("@before", (confirmed - KeepAnswers).ToUnixTimeMilliseconds()));
        // Ledgers of epochs that are over, too: the oldest first.
        var old = session.Query(
            """
            SELECT e.log, e.idx, e.leaf FROM entry_key k JOIN entry e ON e.log = k.log AND e.idx = k.idx
            WHERE k.log IN (SELECT log FROM log WHERE kind = 'ledger') ORDER BY k.log, k.idx LIMIT @most
            """,
            row => (Log: row.GetInt64(0), Index: row.GetInt64(1), Leaf: row.Bytes(2)), ("@most", (long)AtOnce));
        foreach (var (log, index, leaf) in old.Where(entry => At(entry.Leaf) is { } at && at < confirmed - keepDetails))
        {
            session.EraseBody(log, index);
            session.Execute("DELETE FROM asked WHERE log = @log AND idx = @idx", ("@log", log), ("@idx", index));
        }

        session.Execute("DELETE FROM hit_notice WHERE received < @before", ("@before", (confirmed - keepDetails).ToUnixTimeMilliseconds()));
    });

    private int Expire(WriteSession session, Actor by, DateTimeOffset confirmed)
    {
        // The end of an own record is an entry of its feed: it waits until that may be written to again.
        var own = node.Membership.Past.ReadOnly is null ? "" : " AND log NOT IN (SELECT log FROM log WHERE kind = 'own')";
        var over = session.Query(
            $"SELECT log, idx, natural_key, state, expires FROM record WHERE expires <= @now{own} ORDER BY expires LIMIT @most",
            FeedTable.RecordOf, ("@now", confirmed.ToUnixTimeMilliseconds()), ("@most", (long)AtOnce));
        foreach (var group in over.GroupBy(row => row.Log))
        {
            var feed = session.Feed(group.Key)!;
            var register = registers.Find(feed.Name.Register);
            foreach (var row in group)
            {
                var record = row.State == RecordState.Live ? changes.Indexed(session, register, row.Log, row.Index) : null;
                changes.TakeOut(session, register, row.Log, row.Index, record);
                if (feed.Own)
                {
                    session.Append(row.Log, FeedLeaf.Expire(row.Index).ToBytes());
                }
                else
                {
                    // The owner's entry that ends it is still to come, and must find what it ends.
                    session.Add(new RecordRow(row.Log, row.Index, null, RecordState.Ended, long.MaxValue));
                }
            }

            if (!feed.Own)
            {
                ErasureReceipts.Queue(session, node, feed.Name, group.Select(row => row.Index).Order());
            }

            node.Membership.Ledger.Append(session, new LedgerNote(feed.Own ? LedgerKind.Expired : LedgerKind.Erased, node.Now, by)
                .With("feed", feed.Name.Origin).With("count", group.Count()));
        }

        return over.Count;
    }

    private static DateTimeOffset? At(byte[] leaf)
    {
        using var json = JsonDocument.Parse(leaf);
        return json.RootElement.TryGetProperty("at", out var at) && at.TryGetDateTimeOffset(out var read) ? read : null;
    }
}
