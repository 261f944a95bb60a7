using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Recovery;

/// <summary>Draws up which of this node's logs end where, and which come after. docs/protocol/epochs.md, "New epoch".</summary>
public static class EpochPlan
{
    /// <summary>Plans the end of logs.</summary>
    /// <param name="session">The store.</param>
    /// <param name="directory">What the network knows.</param>
    /// <param name="network">The first 16 hex digits of the genesis hash.</param>
    /// <param name="self">This node's member.</param>
    /// <param name="more">Logs to end beside those that cannot be gone on with: where somebody else has signed on in them.</param>
    /// <param name="fault">Set where nothing can be planned.</param>
    public static IReadOnlyList<LogEnd> Make(ReadSession session, MemberDirectory directory, string network, MemberCode self, IReadOnlyCollection<string> more, out string? fault)
    {
        var standing = OwnPast.Read(session);
        var own = session.Query("SELECT log, origin, frontier FROM log WHERE kind <> 'mirror'", row => new OwnLog(row.GetInt64(0), row.GetString(1), HeadOf(row.Bytes(2))));
        var origins = standing.Ahead.Select(head => head.Origin).Concat(more).Distinct(StringComparer.Ordinal).Where(origin => directory.End(self, origin) is null).Order(StringComparer.Ordinal).ToList();
        fault = standing.State == PastState.Unconfirmed ? "partners have not said yet what they know of this node's logs: comity recover"
            : origins.Count == 0 ? "this node knows all that it ever signed: no log need end"
            : more.FirstOrDefault(origin => !FeedName.TryParse(origin, out _)) is { } other ? $"{other} is no feed: a ledger ends where it cannot be gone on with, and nowhere else"
            : origins.FirstOrDefault(origin => !own.Exists(log => log.Origin == origin) && !standing.Ahead.Any(head => head.Origin == origin)) is { } stranger ? $"{stranger} is no log of this node" : null;
        return fault is null ? [.. origins.Select(origin => EndOf(session, origin, own, standing, network, self))] : [];
    }

    /// <summary>The records in force of an own feed that can be published anew, in order of their entries.</summary>
    internal static List<RecordRow> InForce(ReadSession session, long log) => session.Query(
        """
        SELECT r.log, r.idx, r.natural_key, r.state, r.expires FROM record r JOIN entry_key k ON k.log = r.log AND k.idx = r.idx
        WHERE r.log = @log AND r.state = @live ORDER BY r.idx
        """,
        FeedTable.RecordOf, ("@log", log), ("@live", (long)RecordState.Live));

    private static LogEnd EndOf(ReadSession session, string origin, List<OwnLog> own, PastStanding standing, string network, MemberCode self)
    {
        var here = own.Find(log => log.Origin == origin);
        if (FeedName.TryParse(origin, out var feed))
        {
            var epoch = own.Select(log => log.Origin).Concat(standing.Ahead.Select(head => head.Origin))
                .Select(known => FeedName.TryParse(known, out var other) && other.InEpoch(feed.Epoch) == feed ? other.Epoch : 0).Max();
            var head = here?.Head ?? new TreeFrontier().Head;
            return new LogEnd(origin, head.Size, head.Root, head.Size, feed.InEpoch(epoch + 1).Origin, here is null ? 0 : InForce(session, here.Log).Count);
        }

        // Of a ledger the network has the head; what is held of its entries is what came back with the backup.
        var shown = standing.Ahead.Where(head => head.Origin == origin).MaxBy(head => head.Head.Size)?.Head ?? here!.Head;
        var newest = own.Select(log => log.Origin).Concat(standing.Ahead.Select(head => head.Origin)).Select(known => LedgerName.TryParse(known, out var ledger) ? ledger.Epoch : 0).Max();
        var ended = LedgerName.TryParse(origin, out var old) ? old.Epoch : 0;
        var next = standing.Ledger > ended ? standing.Ledger : newest + 1;
        return new LogEnd(origin, shown.Size, shown.Root, Math.Min(here?.Head.Size ?? 0, shown.Size), FeedName.LedgerOrigin(network, self, next), 0);
    }

    internal static TreeHead HeadOf(byte[] frontier) =>
        TreeFrontier.TryRead(frontier, out var read) ? read.Head : throw new StorageException("The head of a log is damaged.", away: false);

    private sealed record OwnLog(long Log, string Origin, TreeHead Head);
}
