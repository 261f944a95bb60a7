using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

public class ProofTests
{
    private const int Largest = 70;
    private static readonly TreeHash[] Leaves = Gens.Leaves(Largest);

    [Fact]
    public async Task Every_inclusion_proof_of_small_logs_is_that_of_the_definition_and_holds()
    {
        var prover = new LogProver(Gens.Tiles(Leaves));
        for (var size = 1; size <= Largest; size++)
        {
            var head = new TreeHead(size, NaiveTree.Root(Leaves.AsSpan(0, size)));
            for (var index = 0; index < size; index++)
            {
                var path = await prover.InclusionAsync(index, size);
                Assert.Equal(NaiveTree.Path(index, Leaves.AsSpan(0, size)), path);
                Assert.Equal(path.Length, InclusionProof.LengthFor(index, size));
                Assert.Equal(ProofVerdict.Valid, InclusionProof.Verify(head, index, Leaves[index], path));
            }
        }
    }

    [Fact]
    public async Task Every_consistency_proof_of_small_logs_is_that_of_the_definition_and_holds()
    {
        var prover = new LogProver(Gens.Tiles(Leaves));
        for (var newer = 1; newer <= Largest; newer++)
        {
            var newerHead = new TreeHead(newer, NaiveTree.Root(Leaves.AsSpan(0, newer)));
            for (var older = 1; older <= newer; older++)
            {
                var path = await prover.ConsistencyAsync(older, newer);
                Assert.Equal(NaiveTree.Proof(older, Leaves.AsSpan(0, newer)), path);
                Assert.Equal(path.Length, ConsistencyProof.LengthFor(older, newer));
                var olderHead = new TreeHead(older, NaiveTree.Root(Leaves.AsSpan(0, older)));
                Assert.Equal(ProofVerdict.Valid, ConsistencyProof.Verify(olderHead, newerHead, path));
            }
        }
    }

    [Fact]
    public void No_inclusion_proof_survives_a_flipped_bit() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gens.Int(1, Largest), Gens.Int(0, 9999), Gens.Int(0, 99999), (size, at, bit) =>
        {
            var index = at % size;
            var root = NaiveTree.Root(Leaves.AsSpan(0, size));
            TreeHash[] all = [root, Leaves[index], .. NaiveTree.Path(index, Leaves.AsSpan(0, size))];
            var which = bit / 256 % all.Length;
            all[which] = Gens.FlipBit(all[which], bit % 256);
            return InclusionProof.Verify(new TreeHead(size, all[0]), index, all[1], all.AsSpan(2)) == ProofVerdict.WrongRoot;
        }));

    [Fact]
    public void No_consistency_proof_survives_a_flipped_bit() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gens.Int(1, Largest), Gens.Int(0, 9999), Gens.Int(0, 99999), (newer, at, bit) =>
        {
            var older = 1 + (at % newer);
            TreeHash[] all =
            [
                NaiveTree.Root(Leaves.AsSpan(0, older)), NaiveTree.Root(Leaves.AsSpan(0, newer)),
                .. NaiveTree.Proof(older, Leaves.AsSpan(0, newer)),
            ];
            var which = bit / 256 % all.Length;
            all[which] = Gens.FlipBit(all[which], bit % 256);
            return ConsistencyProof.Verify(new(older, all[0]), new(newer, all[1]), all.AsSpan(2)) == ProofVerdict.WrongRoot;
        }));

    [Fact]
    public void Any_sizes_and_any_hashes_are_answered_without_throwing() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<long, long, byte>((a, b, count) =>
        {
            // The generator prefers small numbers; the extremes are where shifts overflow.
            foreach (var (x, y) in new[] { (a, b), (a, long.MaxValue), (long.MaxValue - 1, long.MaxValue), (long.MinValue, b), (long.MaxValue, long.MaxValue) })
            {
                var path = new TreeHash[count % 80];
                if (InclusionProof.Verify(new(y, default), x, default, path) == ProofVerdict.Valid
                    || (ConsistencyProof.Verify(new(x, default), new(y, Rfc6962.EmptyRoot), path) == ProofVerdict.Valid))
                {
                    return false;
                }
            }

            return true;
        }));

    [Fact]
    public void A_proof_with_a_hash_more_or_less_has_the_wrong_length()
    {
        var head = new TreeHead(7, NaiveTree.Root(Leaves.AsSpan(0, 7)));
        var path = NaiveTree.Path(3, Leaves.AsSpan(0, 7)).ToArray();

        Assert.Equal(ProofVerdict.WrongLength, InclusionProof.Verify(head, 3, Leaves[3], path.AsSpan(1)));
        Assert.Equal(ProofVerdict.WrongLength, InclusionProof.Verify(head, 3, Leaves[3], [.. path, head.Root]));
        Assert.Equal(ProofVerdict.WrongLength, ConsistencyProof.Verify(head, head, path));
    }

    [Fact]
    public void An_index_outside_or_a_log_that_shrank_is_out_of_range()
    {
        var head = new TreeHead(1, Leaves[0]);

        Assert.Equal(ProofVerdict.OutOfRange, InclusionProof.Verify(head, 1, Leaves[0], []));
        Assert.Equal(ProofVerdict.OutOfRange, InclusionProof.Verify(head, -1, Leaves[0], []));
        Assert.Equal(ProofVerdict.OutOfRange, InclusionProof.Verify(TreeHead.Empty, 0, Leaves[0], []));
        Assert.Equal(ProofVerdict.OutOfRange, ConsistencyProof.Verify(head, TreeHead.Empty, []));
        Assert.Equal(ProofVerdict.OutOfRange, ConsistencyProof.Verify(new(-1, default), head, []));
    }

    [Fact]
    public void Everything_follows_the_empty_log_and_only_the_true_one()
    {
        var head = new TreeHead(1, Leaves[0]);

        Assert.Equal(ProofVerdict.Valid, ConsistencyProof.Verify(TreeHead.Empty, head, []));
        Assert.Equal(ProofVerdict.Valid, ConsistencyProof.Verify(TreeHead.Empty, TreeHead.Empty, []));
        Assert.Equal(ProofVerdict.WrongRoot, ConsistencyProof.Verify(new(0, default), head, []));
        Assert.Equal(ProofVerdict.WrongRoot, ConsistencyProof.Verify(TreeHead.Empty, new(0, default), []));
        Assert.Equal(ProofVerdict.WrongLength, ConsistencyProof.Verify(TreeHead.Empty, head, [default]));
    }
}
