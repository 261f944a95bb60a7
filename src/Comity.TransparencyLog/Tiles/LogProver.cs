namespace Comity.TransparencyLog;

/// <summary>Roots and proofs of a log at any size it ever had, computed from its tiles.</summary>
/// <remarks>
/// Reads each tile once for each call, at most three a level. Safe for several threads where the source is.
/// What comes from tiles that are not one's own proves nothing until it is verified against a trusted head.
/// </remarks>
/// <param name="tiles">Where the tiles are.</param>
public sealed class LogProver(ITileSource tiles)
{
    /// <summary>The root of the first <paramref name="size"/> entries.</summary>
    /// <param name="size">The number of entries, from 0.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="MissingTileException">A tile is not there.</exception>
    public ValueTask<TreeHash> RootAtAsync(long size, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new TileReader(tiles, size).RootAsync(new EntryRange(0, size), cancel);
    }

    /// <summary>The frontier after the first <paramref name="size"/> entries, from which a log can grow on.</summary>
    /// <param name="size">The number of entries, from 0.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="MissingTileException">A tile is not there.</exception>
    public async ValueTask<TreeFrontier> FrontierAtAsync(long size, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var reader = new TileReader(tiles, size);
        var peaks = new List<TreeHash>();
        foreach (var node in new EntryRange(0, size).PerfectNodes())
        {
            peaks.Add(await reader.NodeAsync(node, cancel));
        }

        return TreeFrontier.FromPeaks(size, peaks.ToArray());
    }

    /// <summary>The proof for <see cref="InclusionProof.Verify"/> that an entry is in the log of a size.</summary>
    /// <param name="index">The place of the entry, from 0.</param>
    /// <param name="size">The number of entries of the log at the time, above the index.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="MissingTileException">A tile is not there.</exception>
    public ValueTask<TreeHash[]> InclusionAsync(long index, long size, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        return RootsAsync(EntryRange.InclusionPath(index, size), size, cancel);
    }

    /// <summary>The proof for <see cref="ConsistencyProof.Verify"/> that a log only grew from one size to another.</summary>
    /// <param name="olderSize">The size before, from 0.</param>
    /// <param name="newerSize">The size after, not below the size before.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="MissingTileException">A tile is not there.</exception>
    public ValueTask<TreeHash[]> ConsistencyAsync(long olderSize, long newerSize, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(olderSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(olderSize, newerSize);
        return olderSize == 0
            ? ValueTask.FromResult<TreeHash[]>([])
            : RootsAsync(EntryRange.ConsistencyPath(olderSize, newerSize), newerSize, cancel);
    }

    private async ValueTask<TreeHash[]> RootsAsync(List<EntryRange> ranges, long size, CancellationToken cancel)
    {
        var reader = new TileReader(tiles, size);
        var roots = new TreeHash[ranges.Count];
        for (var i = 0; i < roots.Length; i++)
        {
            roots[i] = await reader.RootAsync(ranges[i], cancel);
        }

        return roots;
    }
}
