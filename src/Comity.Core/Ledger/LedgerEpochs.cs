using Comity.Core.Feeds;
using Comity.Core.Storage;

namespace Comity.Core.Ledger;

/// <summary>This node's ledger in one epoch. Entries are counted anew in each.</summary>
/// <param name="Epoch">1 or more; the newest is written to.</param>
/// <param name="Log">Its number in the store.</param>
/// <param name="Size">Entries here; of an epoch that a root has ended there may have been more.</param>
/// <param name="Checkpoint">The newest head that this node signed; null where none is here.</param>
public sealed record LedgerEpoch(int Epoch, long Log, long Size, byte[]? Checkpoint)
{
    /// <summary>Every epoch that has entries here, newest first.</summary>
    public static List<LedgerEpoch> All(ReadSession session) =>
    [
        .. session.Query(
            "SELECT origin, log, size, checkpoint FROM log WHERE kind = 'ledger'",
            row => LedgerName.TryParse(row.GetString(0), out var name) ? new LedgerEpoch(name.Epoch, row.GetInt64(1), row.GetInt64(2), row.BytesOrNull(3)) : null)
            .OfType<LedgerEpoch>().OrderByDescending(epoch => epoch.Epoch),
    ];

    /// <summary>One epoch, or the newest; null where there is none.</summary>
    public static LedgerEpoch? Find(ReadSession session, int? epoch) => All(session).Find(known => epoch is null || known.Epoch == epoch);

    /// <summary>This epoch and those before it, each with the entry before which to look: for going through the whole ledger backwards.</summary>
    /// <param name="session">The store.</param>
    /// <param name="epoch">The epoch of <paramref name="before"/>; null for the newest.</param>
    /// <param name="before">Only entries before this one; null from the end.</param>
    public static IEnumerable<(LedgerEpoch Ledger, long Before)> Backwards(ReadSession session, int? epoch, long? before) =>
        All(session).SkipWhile(known => known.Epoch > epoch).Select((known, nth) => (known, nth > 0 || (epoch is not null && known.Epoch != epoch) ? known.Size : Math.Min(before ?? known.Size, known.Size)));
}
