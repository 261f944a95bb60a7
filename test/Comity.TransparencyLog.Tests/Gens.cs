using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

/// <summary>Inputs for properties.</summary>
internal static class Gens
{
    private static readonly Gen<byte> Byte = Gen.Choose(0, 255).Select(i => (byte)i);

    public static Arbitrary<byte[]> Bytes(int length) => Byte.ArrayOf(length).ToArbitrary();

    public static Arbitrary<int> Int(int from, int to) => Gen.Choose(from, to).ToArbitrary();

    /// <summary>Leaf hashes 0, 1, 2, … : of the entries "0", "1", "2", ….</summary>
    public static TreeHash[] Leaves(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Rfc6962.LeafHash(System.Text.Encoding.UTF8.GetBytes(i.ToString())))];

    public static MemoryTiles Tiles(IEnumerable<TreeHash> leaves)
    {
        var tiles = new MemoryTiles();
        foreach (var leaf in leaves)
        {
            tiles.Append(leaf);
        }

        return tiles;
    }

    public static TreeHash FlipBit(TreeHash hash, int bit)
    {
        var bytes = hash.ToArray();
        bytes[bit / 8 % 32] ^= (byte)(1 << (bit % 8));
        return new TreeHash(bytes);
    }
}
