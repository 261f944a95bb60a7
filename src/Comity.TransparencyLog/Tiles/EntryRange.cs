using System.Numerics;

namespace Comity.TransparencyLog;

/// <summary>The subtree over 2^Height entries, the Index-th of its height.</summary>
internal readonly record struct PerfectNode(int Height, long Index);

/// <summary>A run of entries [Start, End) that is a node of the tree RFC 6962 section 2.1 draws over a log.</summary>
internal readonly record struct EntryRange(long Start, long End)
{
    /// <summary>The two runs that the RFC splits this one into: the left one has the largest power of two below its length.</summary>
    public (EntryRange Left, EntryRange Right) Split()
    {
        var middle = Start + (1L << BitOperations.Log2((ulong)(End - Start) - 1));
        return (new(Start, middle), new(middle, End));
    }

    /// <summary>The perfect subtrees that make up the run, from left to right, each smaller than the one before.</summary>
    public IEnumerable<PerfectNode> PerfectNodes()
    {
        for (var at = Start; at < End;)
        {
            var height = BitOperations.Log2((ulong)(End - at));
            yield return new PerfectNode(height, at >> height);
            at += 1L << height;
        }
    }

    /// <summary>The runs whose roots prove an entry: PATH of RFC 6962 section 2.1.1, from the leaf up.</summary>
    public static List<EntryRange> InclusionPath(long index, long size)
    {
        var path = new List<EntryRange>();
        for (var node = new EntryRange(0, size); node.End - node.Start > 1;)
        {
            var (left, right) = node.Split();
            var goLeft = index < left.End;
            path.Add(goLeft ? right : left);
            node = goLeft ? left : right;
        }

        path.Reverse();
        return path;
    }

    /// <summary>The runs whose roots prove growth: PROOF of RFC 6962 section 2.1.2, in its order.</summary>
    public static List<EntryRange> ConsistencyPath(long olderSize, long newerSize)
    {
        var path = new List<EntryRange>();
        var node = new EntryRange(0, newerSize);
        while (node.End != olderSize)
        {
            var (left, right) = node.Split();
            var goLeft = olderSize <= left.End;
            path.Add(goLeft ? right : left);
            node = goLeft ? left : right;
        }

        // A node that starts at 0 is the older log itself, whose root the verifier holds.
        if (node.Start > 0)
        {
            path.Add(node);
        }

        path.Reverse();
        return path;
    }
}
