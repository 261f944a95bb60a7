namespace Comity.TransparencyLog;

/// <summary>Where tiles of hashes are read from: a database, a folder, another node.</summary>
public interface ITileSource
{
    /// <summary>Reads a tile.</summary>
    /// <param name="tile">The tile asked for. One that is partial for an older size may be full, or wider, by now.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>
    /// At least the first <see cref="TileId.ByteLength"/> bytes of the tile (a wider tile begins with the same hashes);
    /// nothing where there is no such tile.
    /// </returns>
    ValueTask<ReadOnlyMemory<byte>> ReadTileAsync(TileId tile, CancellationToken cancel);
}

/// <summary>A tile that the log's size asks for is not there or too short.</summary>
/// <param name="tile">The tile that is missing.</param>
public sealed class MissingTileException(TileId tile) : IOException($"The log's tile {tile} is missing or cut off.")
{
    /// <summary>The tile that is missing.</summary>
    public TileId Tile { get; } = tile;
}
