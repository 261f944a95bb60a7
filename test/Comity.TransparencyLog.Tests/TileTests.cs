using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

public class TileTests
{
    // Enough for two full tiles at level 1 and three levels in all.
    private const int Many = (2 * 65536) + 777;
    private static readonly Lazy<TreeHash[]> Leaves = new(() => Gens.Leaves(Many));
    private static readonly Lazy<MemoryTiles> All = new(() => Gens.Tiles(Leaves.Value));

    [Fact]
    public async Task Roots_and_frontiers_from_tiles_are_those_of_the_entries()
    {
        var prover = new LogProver(All.Value);
        var frontier = new TreeFrontier();
        int[] sizes = [0, 1, 255, 256, 257, 511, 65535, 65536, 65537, 131072, Many];
        foreach (var size in sizes)
        {
            while (frontier.Size < size)
            {
                frontier.Append(Leaves.Value[frontier.Size]);
            }

            Assert.Equal(frontier.Root, await prover.RootAtAsync(size));
            Assert.Equal(frontier.ToBytes(), (await prover.FrontierAtAsync(size)).ToBytes());
        }
    }

    [Fact]
    public void Proofs_across_levels_hold_at_any_size_and_place()
    {
        var prover = new LogProver(All.Value);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gens.Int(1, Many), Gens.Int(0, int.MaxValue), (size, at) =>
        {
            // All done in memory: nothing waits.
            var head = new TreeHead(size, prover.RootAtAsync(size).Result);
            var index = at % size;
            var older = new TreeHead(index + 1, prover.RootAtAsync(index + 1).Result);
            return head.Root == Rfc6962.Root(Leaves.Value.AsSpan(0, size))
                && InclusionProof.Verify(head, index, Leaves.Value[index], prover.InclusionAsync(index, size).Result) == ProofVerdict.Valid
                && ConsistencyProof.Verify(older, head, prover.ConsistencyAsync(older.Size, size).Result) == ProofVerdict.Valid;
        }));
    }

    [Fact]
    public async Task The_edge_hands_over_full_tiles_and_holds_the_partial_ones()
    {
        var edge = new TileEdge();
        var completed = new List<Tile>();
        foreach (var leaf in Leaves.Value)
        {
            edge.Append(leaf, completed);
        }

        Assert.Equal(Tiles.CompletedBetween(0, Many).ToHashSet(), completed.Select(t => t.Id).ToHashSet());
        Assert.Equal(Tiles.CompletedBetween(0, Many).Count(), completed.Count);
        foreach (var tile in completed)
        {
            Assert.Equal((await All.Value.ReadTileAsync(tile.Id, default)).ToArray(), tile.Bytes.ToArray());
        }

        await AssertEdge(edge);
    }

    [Fact]
    public async Task A_restored_edge_is_the_one_that_was_lost()
    {
        var edge = await TileEdge.RestoreAsync(All.Value, Many, Leaves.Value.AsMemory(Many / 256 * 256), default);

        Assert.Equal(Many, edge.Size);
        await AssertEdge(edge);
    }

    [Fact]
    public async Task A_restored_edge_grows_as_if_never_lost()
    {
        for (var size = 0; size <= 1024; size += 128)
        {
            var leaves = Leaves.Value.AsMemory(0, size);
            var edge = await TileEdge.RestoreAsync(Gens.Tiles(leaves.ToArray()), size, leaves[(size / 256 * 256)..], default);
            var completed = new List<Tile>();
            for (var i = size; i < Many && i < size + 600; i++)
            {
                edge.Append(Leaves.Value[i], completed);
            }

            Assert.Equal(Tiles.CompletedBetween(size, edge.Size), completed.Select(t => t.Id));
            foreach (var tile in completed)
            {
                Assert.Equal((await All.Value.ReadTileAsync(tile.Id, default)).ToArray(), tile.Bytes.ToArray());
            }
        }
    }

    [Fact]
    public void A_tree_of_70000_has_the_tiles_that_the_specification_lists()
    {
        var full = Tiles.CompletedBetween(0, 70000).ToList();

        Assert.Equal(273, full.Count(t => t.Level == 0));
        Assert.Equal(1, full.Count(t => t.Level == 1));
        Assert.Equal(274, full.Count);
        Assert.Equal([new TileId(0, 273, 112), new TileId(1, 1, 17), new TileId(2, 0, 1)], Tiles.PartialAt(70000));
        Assert.Equal([new TileId(1, 0, 1)], Tiles.PartialAt(256));
    }

    [Fact]
    public void Tiles_completed_in_two_steps_are_those_completed_in_one() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gens.Int(0, 200000), Gens.Int(0, 200000), Gens.Int(0, 200000), (x, y, z) =>
        {
            int[] sizes = [x, y, z];
            Array.Sort(sizes);
            var steps = Tiles.CompletedBetween(sizes[0], sizes[1]).Concat(Tiles.CompletedBetween(sizes[1], sizes[2]));
            return steps.ToHashSet().SetEquals(Tiles.CompletedBetween(sizes[0], sizes[2]));
        }));

    [Fact]
    public void A_log_has_a_tile_where_its_size_reaches_and_no_further()
    {
        Assert.Null(Tiles.At(0, 0, 0));
        Assert.Equal(new TileId(0, 0, 1), Tiles.At(0, 0, 1));
        Assert.Equal(new TileId(0, 0), Tiles.At(0, 0, 256));
        Assert.Null(Tiles.At(0, 1, 256));
        Assert.Equal(new TileId(0, 1, 1), Tiles.At(0, 1, 257));
        Assert.Null(Tiles.At(1, 0, 255));
        Assert.Equal(new TileId(7, 0, 127), Tiles.At(7, 0, long.MaxValue));
        Assert.Null(Tiles.At(8, 0, long.MaxValue));
        Assert.Equal(new EntryBundleId(1, 1), Tiles.BundleAt(1, 257));
    }

    [Fact]
    public async Task A_missing_or_short_tile_is_named()
    {
        var prover = new LogProver(new MemoryTiles());

        var missing = await Assert.ThrowsAsync<MissingTileException>(async () => await prover.InclusionAsync(3, 300));

        Assert.Contains("tile/0/000 ", missing.Message);
    }

    [Fact]
    public void Only_a_full_tile_has_a_root_at_the_level_above()
    {
        Assert.Equal(NaiveTree.Root(Leaves.Value.AsSpan(0, 256)), Tiles.RootOf(Leaves.Value.AsSpan(0, 256)));
        Assert.Throws<ArgumentException>(() => Tiles.RootOf(Leaves.Value.AsSpan(0, 255)));
    }

    private static async Task AssertEdge(TileEdge edge)
    {
        var partial = Enumerable.Range(0, 4).Select(edge.Partial).OfType<Tile>().ToList();
        Assert.Equal(Tiles.PartialAt(Many), partial.Select(t => t.Id));
        foreach (var tile in partial)
        {
            Assert.Equal((await All.Value.ReadTileAsync(tile.Id, default)).ToArray(), tile.Bytes.ToArray());
        }
    }
}
