namespace Comity.TransparencyLog;

/// <summary>Reads hashes out of a log's tiles, each tile once.</summary>
internal sealed class TileReader(ITileSource source, long size)
{
    private readonly Dictionary<TileId, TreeHash[]> _read = [];

    /// <summary>The hashes of one tile, exactly as many as its width.</summary>
    public async ValueTask<TreeHash[]> ReadAsync(TileId id, CancellationToken cancel)
    {
        var bytes = await source.ReadTileAsync(id, cancel);
        if (bytes.Length < id.ByteLength)
        {
            throw new MissingTileException(id);
        }

        _ = TreeHash.TryReadMany(bytes.Span[..id.ByteLength], out var hashes);
        return hashes;
    }

    /// <summary>The root over a run of entries as RFC 6962 splits them.</summary>
    public async ValueTask<TreeHash> RootAsync(EntryRange range, CancellationToken cancel)
    {
        TreeHash? root = null;
        foreach (var node in range.PerfectNodes().Reverse())
        {
            var hash = await NodeAsync(node, cancel);
            root = root is { } right ? Rfc6962.NodeHash(hash, right) : hash;
        }

        return root ?? Rfc6962.EmptyRoot;
    }

    /// <summary>The hash of a perfect subtree: within one tile it is the root over a part of the tile's hashes.</summary>
    public async ValueTask<TreeHash> NodeAsync(PerfectNode node, CancellationToken cancel)
    {
        var (level, within) = Math.DivRem(node.Height, 8);
        var first = node.Index << within;
        var id = Tiles.At(level, first / TileId.FullWidth, size)
            ?? throw new ArgumentOutOfRangeException(nameof(node), "The node is not in the log.");
        if (!_read.TryGetValue(id, out var hashes))
        {
            _read[id] = hashes = await ReadAsync(id, cancel);
        }

        return Rfc6962.Root(hashes.AsSpan((int)(first % TileId.FullWidth), 1 << within));
    }
}
