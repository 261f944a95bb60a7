namespace Comity.TransparencyLog;

/// <summary>The name of one bundle of up to 256 consecutive log entries.</summary>
/// <remarks>C2SP tlog-tiles, "Log entries". The default value has width 0 and names nothing.</remarks>
public readonly record struct EntryBundleId
{
    private const string Prefix = "tile/entries/";

    /// <summary>Names a bundle.</summary>
    /// <param name="index">The place of the bundle, 0 to 2^55 − 1; its first entry is 256 times that.</param>
    /// <param name="width">The number of entries, 1 to 256; 256 is a full bundle.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public EntryBundleId(long index, int width = TileId.FullWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, TilePath.MaxIndex);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, TileId.FullWidth);
        (Index, Width) = (index, width);
    }

    /// <summary>The place of the bundle, from 0.</summary>
    public long Index { get; }

    /// <summary>The number of entries, 1 to 256.</summary>
    public int Width { get; }

    /// <summary>Whether the bundle has all its 256 entries and so never changes.</summary>
    public bool IsFull => Width == TileId.FullWidth;

    /// <summary>The index of the bundle's first entry.</summary>
    public long FirstEntry => Index * TileId.FullWidth;

    /// <summary>The path below a log's prefix: <c>tile/entries/N</c> or <c>tile/entries/N.p/W</c>.</summary>
    public override string ToString() => Prefix + TilePath.Format(Index, Width);

    /// <summary>Reads the path below a log's prefix, without leading slash, in its one canonical spelling.</summary>
    /// <returns>False for anything else, paths of hash tiles included.</returns>
    public static bool TryParse(ReadOnlySpan<char> path, out EntryBundleId bundle)
    {
        bundle = default;
        if (!path.StartsWith(Prefix, StringComparison.Ordinal)
            || !TilePath.TryParse(path[Prefix.Length..], out var index, out var width))
        {
            return false;
        }

        bundle = new EntryBundleId(index, width);
        return true;
    }
}
