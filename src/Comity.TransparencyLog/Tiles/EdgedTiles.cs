namespace Comity.TransparencyLog;

/// <summary>All tiles of a log that stores only its full tiles: the partial ones come from its edge.</summary>
/// <remarks>As safe for several threads as its source, while nobody appends to the edge.</remarks>
/// <param name="fullTiles">The full tiles of the log; nothing else is asked of it.</param>
/// <param name="edge">The edge of the same log.</param>
public sealed class EdgedTiles(ITileSource fullTiles, TileEdge edge) : ITileSource
{
    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadTileAsync(TileId tile, CancellationToken cancel)
    {
        if (edge.Partial(tile.Level) is { } partial && partial.Id.Index == tile.Index)
        {
            return ValueTask.FromResult(partial.Bytes);
        }

        // Partial at an older size and full by now: the full one begins with the same hashes.
        return fullTiles.ReadTileAsync(new TileId(tile.Level, tile.Index), cancel);
    }
}
