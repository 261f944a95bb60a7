using System.Runtime.InteropServices;

namespace Comity.TransparencyLog;

/// <summary>All tiles of a log in memory: 32.2 bytes an entry. For small logs, simulations and tools.</summary>
/// <remarks>Not safe for reading while another thread appends.</remarks>
public sealed class MemoryTiles : ITileSource
{
    private readonly List<List<TreeHash>> _levels = [[]];

    /// <summary>The number of entries, from 0.</summary>
    public long Size => _levels[0].Count;

    /// <summary>Adds one entry by its leaf hash.</summary>
    public void Append(in TreeHash leafHash)
    {
        var hash = leafHash;
        for (var level = 0; ; level++)
        {
            if (level == _levels.Count)
            {
                _levels.Add([]);
            }

            _levels[level].Add(hash);
            if (_levels[level].Count % TileId.FullWidth != 0)
            {
                return;
            }

            hash = Tiles.RootOf(CollectionsMarshal.AsSpan(_levels[level])[^TileId.FullWidth..]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadTileAsync(TileId tile, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var first = tile.Index * TileId.FullWidth;
        if (tile.Level >= _levels.Count || first + tile.Width > _levels[tile.Level].Count)
        {
            return ValueTask.FromResult(ReadOnlyMemory<byte>.Empty);
        }

        var hashes = CollectionsMarshal.AsSpan(_levels[tile.Level]).Slice((int)first, tile.Width);
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(MemoryMarshal.AsBytes(hashes).ToArray());
    }
}
