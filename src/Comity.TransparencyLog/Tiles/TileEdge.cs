using System.Runtime.InteropServices;

namespace Comity.TransparencyLog;

/// <summary>A tile of hashes with its name.</summary>
/// <param name="Id">Which tile it is.</param>
/// <param name="Bytes">Its hashes one after the other, 32 bytes each.</param>
public readonly record struct Tile(TileId Id, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// The right edge of a growing log in tiles: at each level the hashes of its unfinished tile. Hands over each tile as it becomes full.
/// </summary>
/// <remarks>
/// A log stores the full tiles and keeps one of these; after a restart it is restored from full tiles and the entries
/// of the last bundle. Not safe for use by several threads at once.
/// </remarks>
public sealed class TileEdge
{
    private readonly List<TreeHash[]> _levels = [];

    /// <summary>The edge of an empty log.</summary>
    public TileEdge()
    {
    }

    /// <summary>The number of entries, from 0.</summary>
    public long Size { get; private set; }

    /// <summary>Adds one entry by its leaf hash.</summary>
    /// <param name="leafHash">The hash of the entry.</param>
    /// <param name="completed">Receives the tiles that became full by it, level 0 first; usually none.</param>
    /// <exception cref="InvalidOperationException">The log has 2^63 − 1 entries.</exception>
    public void Append(in TreeHash leafHash, ICollection<Tile> completed)
    {
        if (Size == long.MaxValue)
        {
            throw new InvalidOperationException("A log holds at most 2^63 - 1 entries.");
        }

        var hash = leafHash;
        for (var level = 0; ; level++)
        {
            var count = Tiles.CountAt(level, Size);
            var place = (int)(count % TileId.FullWidth);
            var tile = Level(level);
            tile[place] = hash;
            if (place + 1 < TileId.FullWidth)
            {
                break;
            }

            completed.Add(new Tile(new TileId(level, count / TileId.FullWidth), MemoryMarshal.AsBytes(tile.AsSpan()).ToArray()));
            hash = Tiles.RootOf(tile);
        }

        Size++;
    }

    /// <summary>The unfinished tile of a level, as it is now.</summary>
    /// <returns>Null where the level has no unfinished tile.</returns>
    public Tile? Partial(int level)
    {
        var count = Tiles.CountAt(level, Size);
        var width = (int)(count % TileId.FullWidth);
        if (width == 0)
        {
            return null;
        }

        var bytes = MemoryMarshal.AsBytes(_levels[level].AsSpan(0, width)).ToArray();
        return new Tile(new TileId(level, count / TileId.FullWidth, width), bytes);
    }

    /// <summary>Restores the edge of a log from what is stored.</summary>
    /// <param name="fullTiles">The full tiles of the log; nothing else is asked of it.</param>
    /// <param name="size">The number of entries, from 0.</param>
    /// <param name="lastLeafHashes">The leaf hashes from the last multiple of 256 on, 0 to 255.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ArgumentException">The number of leaf hashes is not the size modulo 256.</exception>
    /// <exception cref="MissingTileException">A full tile is not there.</exception>
    public static async ValueTask<TileEdge> RestoreAsync(
        ITileSource fullTiles, long size, ReadOnlyMemory<TreeHash> lastLeafHashes, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (lastLeafHashes.Length != size % TileId.FullWidth)
        {
            throw new ArgumentException(
                $"A log of {size} entries ends in {size % TileId.FullWidth} leaf hashes, not {lastLeafHashes.Length}.",
                nameof(lastLeafHashes));
        }

        var edge = new TileEdge { Size = size };
        lastLeafHashes.Span.CopyTo(edge.Level(0));
        var reader = new TileReader(fullTiles, size);
        for (var level = 1; Tiles.CountAt(level, size) is > 0 and var count; level++)
        {
            var tile = edge.Level(level);
            var first = count - (count % TileId.FullWidth);
            for (var at = first; at < count; at++)
            {
                tile[at - first] = Tiles.RootOf(await reader.ReadAsync(new TileId(level - 1, at), cancel));
            }
        }

        return edge;
    }

    private TreeHash[] Level(int level)
    {
        while (_levels.Count <= level)
        {
            _levels.Add(new TreeHash[TileId.FullWidth]);
        }

        return _levels[level];
    }
}
