using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

public class TreeTests
{
    private static readonly string[] Entries =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_of_the_eight_entries_of_certificate_transparency_are_the_published_ones()
    {
        var frontier = new TreeFrontier();
        var leaves = new List<TreeHash>();
        for (var size = 0; size <= Entries.Length; size++)
        {
            Assert.Equal(Roots[size], Convert.ToHexStringLower(frontier.Root.AsSpan()));
            Assert.Equal(frontier.Root, Rfc6962.Root(leaves.ToArray()));
            if (size < Entries.Length)
            {
                leaves.Add(Rfc6962.LeafHash(Convert.FromHexString(Entries[size])));
                frontier.Append(leaves[^1]);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(65535)]
    public void A_leaf_hash_covers_the_whole_entry_whatever_its_length(int length)
    {
        var entry = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var expected = System.Security.Cryptography.SHA256.HashData([0, .. entry]);

        Assert.Equal(new TreeHash(expected), Rfc6962.LeafHash(entry));
    }

    [Fact]
    public void Frontier_and_definition_agree_on_any_leaves() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[][]>(entries =>
        {
            var leaves = entries.Select(e => Rfc6962.LeafHash(e)).ToArray();
            var frontier = new TreeFrontier();
            foreach (var leaf in leaves)
            {
                frontier.Append(leaf);
            }

            var expected = NaiveTree.Root(leaves);
            return frontier.Root == expected && Rfc6962.Root(leaves) == expected && frontier.Size == leaves.Length;
        }));

    [Fact]
    public void A_frontier_read_back_grows_as_the_one_that_was_written()
    {
        var leaves = Gens.Leaves(300);
        var frontier = new TreeFrontier();
        for (var size = 0; size < leaves.Length; size++)
        {
            Assert.True(TreeFrontier.TryRead(frontier.ToBytes(), out var read));
            Assert.Equal(frontier.Head, read.Head);
            read.Append(leaves[size]);
            frontier.Append(leaves[size]);
            Assert.Equal(frontier.Head, read.Head);
        }
    }

    [Fact]
    public void A_stored_frontier_is_its_size_and_its_peaks_from_the_left()
    {
        var leaves = Gens.Leaves(3);
        var frontier = new TreeFrontier();
        foreach (var leaf in leaves)
        {
            frontier.Append(leaf);
        }

        byte[] expected = [0, 0, 0, 0, 0, 0, 0, 3, .. NaiveTree.Root(leaves.AsSpan(0, 2)).AsSpan(), .. leaves[2].AsSpan()];
        Assert.Equal(expected, frontier.ToBytes());
    }

    [Fact]
    public void A_clone_grows_apart()
    {
        var frontier = new TreeFrontier();
        frontier.Append(Rfc6962.LeafHash("a"u8));
        var before = frontier.Head;
        var clone = frontier.Clone();
        clone.Append(Rfc6962.LeafHash("b"u8));

        Assert.Equal(before, frontier.Head);
        Assert.Equal(2, clone.Size);
    }

    [Fact]
    public void A_stored_frontier_of_another_length_is_refused()
    {
        var frontier = new TreeFrontier();
        frontier.Append(default);
        var bytes = frontier.ToBytes();

        Assert.False(TreeFrontier.TryRead(bytes.AsSpan(0, bytes.Length - 1), out _));
        Assert.False(TreeFrontier.TryRead([.. bytes, 0], out _));
        Assert.False(TreeFrontier.TryRead([], out _));
        Assert.False(TreeFrontier.TryRead([0x80, .. new byte[7], .. new byte[32]], out _));
    }

    [Fact]
    public void A_frontier_does_not_allocate_as_it_grows()
    {
        var frontier = new TreeFrontier();
        var leaf = Rfc6962.LeafHash("x"u8);
        frontier.Append(leaf);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            frontier.Append(leaf);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_hash_round_trips_through_its_text() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gens.Bytes(32), bytes =>
            TreeHash.TryParse(new TreeHash(bytes).ToString(), out var hash) && hash.AsSpan().SequenceEqual(bytes)));

    [Theory]
    [InlineData("")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=")]
    [InlineData("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF==")]
    [InlineData(" 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSu\nU=")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA")]
    public void A_hash_has_one_spelling(string text) => Assert.False(TreeHash.TryParse(text, out _));

    [Fact]
    public void Hashes_are_equal_by_every_byte() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gens.Bytes(32), Gens.Int(0, 255), (bytes, bit) =>
            new TreeHash(bytes) == new TreeHash(bytes) && new TreeHash(bytes) != Gens.FlipBit(new TreeHash(bytes), bit)));
}
