using Comity.Core.Feeds;
using Comity.Core.Storage;

namespace Comity.Core.Registers.Snapshots;

/// <summary>Of which records a snapshot does not tell how they stand now.</summary>
internal sealed class SnapshotTail
{
    private readonly Dictionary<int, long> _sizes;
    private readonly HashSet<RecordAddress> _touched;

    private SnapshotTail(Dictionary<int, long> sizes, HashSet<RecordAddress> touched) => (_sizes, _touched) = (sizes, touched);

    /// <summary>Records of the register that are in force in the store, all in all.</summary>
    public long InForce { get; set; }

    /// <summary>Those to be looked up one by one.</summary>
    public IEnumerable<RecordAddress> Touched => _touched.Where(at => at.Index < SizeOf(at.Log));

    /// <summary>Whether the snapshot holds something that it should not any more.</summary>
    public bool Dropped { get; private set; }

    /// <summary>A feed's entries from this one on are to be read from the store.</summary>
    public long SizeOf(long log) => _sizes.GetValueOrDefault((int)log);

    /// <summary>Whether what the snapshot says of a record is so.</summary>
    public bool Keeps(RecordAddress at)
    {
        var keeps = at.Index < SizeOf(at.Log) && (_touched.Count == 0 || !_touched.Contains(at));
        Dropped |= !keeps;
        return keeps;
    }

    /// <summary>Reads what happened since a snapshot.</summary>
    /// <exception cref="InvalidDataException">The store holds what no feed can.</exception>
    public static SnapshotTail Of(ReadSession session, SnapshotManifest manifest, IReadOnlyList<FeedRow> feeds)
    {
        // Nothing is wanted of a feed that ended as a whole, without an entry for each of its records.
        var inForce = feeds.Select(feed => feed.Log).Where(log => session.First("SELECT 1 FROM record WHERE log = @log AND state = 0", row => row.GetInt32(0), ("@log", log)) == 1).ToHashSet();
        var sizes = manifest.Heads.Where(head => inForce.Contains(head.Log)).ToDictionary(head => (int)head.Log, head => head.Size);
        // What was not in force then may be now, without an entry: released. What is not now may have been then: held, ended here.
        HashSet<RecordAddress> touched = [.. manifest.Doubtful, .. IndexSnapshots.NotLive(session, feeds.Select(feed => feed.Log).ToHashSet())];
        foreach (var (log, size) in sizes)
        {
            session.Each(
                "SELECT idx, leaf FROM entry WHERE log = @log AND idx >= @size ORDER BY idx",
                row =>
                {
                    if (!FeedLeaf.TryRead(row.Bytes(1), row.GetInt64(0), out var leaf, out var fault))
                    {
                        throw new InvalidDataException(fault);
                    }

                    if (leaf.Supersedes is { } superseded)
                    {
                        touched.Add(new RecordAddress(log, superseded));
                    }

                    return true;
                },
                ("@log", (long)log), ("@size", size));
        }

        return new SnapshotTail(sizes, touched);
    }
}
