using System.Runtime.InteropServices;
using Comity.TransparencyLog;

namespace Comity.Core.Storage;

/// <summary>A stored log's tree: full tiles as stored, partial ones computed from what lies under them.</summary>
/// <param name="session">The state that is read.</param>
/// <param name="log">The log's number.</param>
public sealed class StoredTree(ReadSession session, long log) : ITileSource
{
    private const int Width = TileId.FullWidth;

    /// <summary>The root at a size the log has or had.</summary>
    public TreeHash RootAt(long size) => Done(new LogProver(this).RootAtAsync(size));

    /// <summary>Proof that an entry is in the log of this size.</summary>
    public TreeHash[] Inclusion(long index, long size) => Done(new LogProver(this).InclusionAsync(index, size));

    /// <summary>Proof that the log only grew between two sizes.</summary>
    public TreeHash[] Consistency(long older, long newer) => Done(new LogProver(this).ConsistencyAsync(older, newer));

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadTileAsync(TileId tile, CancellationToken cancel)
    {
        if (tile.IsFull)
        {
            return ValueTask.FromResult<ReadOnlyMemory<byte>>(FullTileBytes(session, log, tile.Level, tile.Index) ?? default);
        }

        var hashes = tile.Level == 0 ? LeafHashes(tile) : LowerRoots(tile);
        return ValueTask.FromResult<ReadOnlyMemory<byte>>(hashes.Count < tile.Width ? default : Bytes(CollectionsMarshal.AsSpan(hashes)));
    }

    internal static TreeHash[] FullTile(ReadSession session, long log, int level, long tile) =>
        FullTileBytes(session, log, level, tile) is { } bytes && TreeHash.TryReadMany(bytes, out var hashes) && hashes.Length == Width
            ? hashes
            : throw new MissingTileException(new TileId(level, tile));

    internal static TreeHash RootOfTile(ReadOnlySpan<TreeHash> hashes) => Tiles.RootOf(hashes);

    internal static byte[] Bytes(ReadOnlySpan<TreeHash> hashes) => MemoryMarshal.AsBytes(hashes).ToArray();

    private static byte[]? FullTileBytes(ReadSession session, long log, int level, long tile) => session.First(
        "SELECT hashes FROM tile WHERE log = @log AND level = @level AND idx = @idx",
        row => row.Bytes(0),
        ("@log", log), ("@level", (long)level), ("@idx", tile));

    private List<TreeHash> LeafHashes(TileId tile) => session.Query(
        "SELECT leaf FROM entry WHERE log = @log AND idx >= @from AND idx < @to ORDER BY idx",
        row => Rfc6962.LeafHash(row.Bytes(0)),
        ("@log", log), ("@from", tile.Index * Width), ("@to", (tile.Index * Width) + tile.Width));

    private List<TreeHash> LowerRoots(TileId tile)
    {
        List<TreeHash> roots = [];
        for (var i = 0; i < tile.Width; i++)
        {
            roots.Add(RootOfTile(FullTile(session, log, tile.Level - 1, (tile.Index * Width) + i)));
        }

        return roots;
    }

    // Everything it reads is at hand: the source above never waits.
    private static T Done<T>(ValueTask<T> task) => task.GetAwaiter().GetResult();
}
