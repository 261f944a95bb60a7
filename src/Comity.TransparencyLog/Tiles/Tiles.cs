namespace Comity.TransparencyLog;

/// <summary>Which tiles a log has, and how they hang together.</summary>
/// <remarks>C2SP tlog-tiles, "Merkle Tree" and "Partial Tiles".</remarks>
public static class Tiles
{
    private const int HeightBits = 8;

    /// <summary>The hash that stands for a full tile at the level above: the root over its 256 hashes.</summary>
    /// <exception cref="ArgumentException">Not exactly 256 hashes: a partial tile has no place in the level above.</exception>
    public static TreeHash RootOf(ReadOnlySpan<TreeHash> fullTile) =>
        fullTile.Length == TileId.FullWidth
            ? Rfc6962.Root(fullTile)
            : throw new ArgumentException($"A full tile has {TileId.FullWidth} hashes, not {fullTile.Length}.", nameof(fullTile));

    /// <summary>How many hashes a level has in a log of a size: the size divided by 256^level, rounded down.</summary>
    /// <param name="level">From 0; nothing beyond level 7.</param>
    /// <param name="size">The number of entries, from 0.</param>
    public static long CountAt(int level, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return level * HeightBits >= 63 ? 0 : size >> (level * HeightBits);
    }

    /// <summary>The tile at a place in a log of a size, full or as wide as the log makes it.</summary>
    /// <returns>Null where the log has no such tile.</returns>
    public static TileId? At(int level, long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var count = CountAt(level, size);
        if (index > (count - 1) >> HeightBits || count == 0)
        {
            return null;
        }

        return new TileId(level, index, (int)Math.Min(TileId.FullWidth, count - (index << HeightBits)));
    }

    /// <summary>The full tiles that a log gains by growing, level by level, each level in order.</summary>
    /// <param name="fromSize">The size before, from 0.</param>
    /// <param name="toSize">The size after, not below the size before.</param>
    public static IEnumerable<TileId> CompletedBetween(long fromSize, long toSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(toSize, fromSize);
        return Walk(fromSize, toSize);

        static IEnumerable<TileId> Walk(long fromSize, long toSize)
        {
            for (var level = 0; CountAt(level + 1, toSize) > 0; level++)
            {
                for (var index = CountAt(level + 1, fromSize); index < CountAt(level + 1, toSize); index++)
                {
                    yield return new TileId(level, index);
                }
            }
        }
    }

    /// <summary>The partial tiles at the right edge of a log, at most one a level, from level 0 up.</summary>
    /// <param name="size">The number of entries, from 0.</param>
    public static IEnumerable<TileId> PartialAt(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return Walk(size);

        static IEnumerable<TileId> Walk(long size)
        {
            for (var level = 0; CountAt(level, size) is > 0 and var count; level++)
            {
                if ((int)(count % TileId.FullWidth) is > 0 and var width)
                {
                    yield return new TileId(level, count / TileId.FullWidth, width);
                }
            }
        }
    }

    /// <summary>The bundle of entries at a place in a log of a size.</summary>
    /// <returns>Null where the log has no such bundle.</returns>
    public static EntryBundleId? BundleAt(long index, long size) =>
        At(0, index, size) is { } tile ? new EntryBundleId(tile.Index, tile.Width) : null;
}
