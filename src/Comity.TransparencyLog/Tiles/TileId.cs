using System.Globalization;

namespace Comity.TransparencyLog;

/// <summary>The name of one tile of hashes: a row of up to 256 consecutive nodes at a height that is a multiple of 8.</summary>
/// <remarks>C2SP tlog-tiles, "Merkle Tree". The default value is the first tile at level 0 with width 0, which names nothing.</remarks>
public readonly record struct TileId
{
    /// <summary>The number of hashes in a full tile: 256.</summary>
    public const int FullWidth = 256;

    /// <summary>The highest level that a path may name: 63. No log reaches beyond level 7.</summary>
    public const int MaxLevel = 63;

    private const string Prefix = "tile/";

    /// <summary>Names a tile.</summary>
    /// <param name="level">0 to 63; 0 is the row of leaf hashes.</param>
    /// <param name="index">The place of the tile within its level, 0 to 2^55 − 1.</param>
    /// <param name="width">The number of hashes, 1 to 256; 256 is a full tile.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public TileId(int level, long index, int width = FullWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, TilePath.MaxIndex);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        (Level, Index, Width) = (level, index, width);
    }

    /// <summary>The level, 0 to 63: nodes in the tile cover 256^level entries each.</summary>
    public int Level { get; }

    /// <summary>The place within the level, from 0.</summary>
    public long Index { get; }

    /// <summary>The number of hashes, 1 to 256.</summary>
    public int Width { get; }

    /// <summary>Whether the tile has all its 256 hashes and so never changes.</summary>
    public bool IsFull => Width == FullWidth;

    /// <summary>The length of the tile in bytes.</summary>
    public int ByteLength => Width * TreeHash.Length;

    /// <summary>The path below a log's prefix: <c>tile/L/N</c> or <c>tile/L/N.p/W</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Level}/{TilePath.Format(Index, Width)}");

    /// <summary>Reads the path below a log's prefix, without leading slash, in its one canonical spelling.</summary>
    /// <returns>False for anything else, paths of entry bundles included.</returns>
    public static bool TryParse(ReadOnlySpan<char> path, out TileId tile)
    {
        tile = default;
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        path = path[Prefix.Length..];
        var slash = path.IndexOf('/');
        if (slash < 0
            || !TilePath.TryParseNumber(path[..slash], MaxLevel, out var level)
            || !TilePath.TryParse(path[(slash + 1)..], out var index, out var width))
        {
            return false;
        }

        tile = new TileId(level, index, width);
        return true;
    }
}
