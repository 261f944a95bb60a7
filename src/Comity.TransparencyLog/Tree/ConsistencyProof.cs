using System.Numerics;

namespace Comity.TransparencyLog;

/// <summary>Proofs that a log only grew (RFC 9162 section 2.1.4, RFC 6962 section 2.1.2).</summary>
public static class ConsistencyProof
{
    /// <summary>Checks that the log with head <paramref name="newer"/> begins with all of the log with head <paramref name="older"/>.</summary>
    /// <remarks>
    /// Equal sizes ask for equal roots and no hashes. Everything is consistent with the empty log, whose head must be
    /// <see cref="TreeHead.Empty"/>, by no hashes.
    /// </remarks>
    /// <param name="older">The head that the caller held.</param>
    /// <param name="newer">The head that is now offered.</param>
    /// <param name="path">The hashes of the proof in the order of the RFC.</param>
    /// <returns><see cref="ProofVerdict.Valid"/> or why not; never throws.</returns>
    public static ProofVerdict Verify(TreeHead older, TreeHead newer, ReadOnlySpan<TreeHash> path)
    {
        if (older.Size < 0 || newer.Size < older.Size)
        {
            return ProofVerdict.OutOfRange;
        }

        if (path.Length != LengthFor(older.Size, newer.Size))
        {
            return ProofVerdict.WrongLength;
        }

        if (older.Size == 0)
        {
            var emptyIsEmpty = older.Root == Rfc6962.EmptyRoot && (newer.Size > 0 || newer.Root == Rfc6962.EmptyRoot);
            return emptyIsEmpty ? ProofVerdict.Valid : ProofVerdict.WrongRoot;
        }

        if (older.Size == newer.Size)
        {
            return older.Root == newer.Root ? ProofVerdict.Valid : ProofVerdict.WrongRoot;
        }

        return Climb(older, newer, path) == (older.Root, newer.Root) ? ProofVerdict.Valid : ProofVerdict.WrongRoot;
    }

    /// <summary>How many hashes the proof between two sizes has, 0 to 63.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative or the log shrank.</exception>
    public static int LengthFor(long olderSize, long newerSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(olderSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(olderSize, newerSize);
        if (olderSize == 0 || olderSize == newerSize)
        {
            return 0;
        }

        // The path of the older log's last entry from the top of its last perfect subtree on, and, unless that
        // subtree is the whole older log, its hash.
        var perfect = BitOperations.TrailingZeroCount(olderSize);
        return InclusionProof.LengthFor(olderSize - 1, newerSize) - perfect + (BitOperations.IsPow2(olderSize) ? 0 : 1);
    }

    private static (TreeHash Older, TreeHash Newer) Climb(TreeHead older, TreeHead newer, ReadOnlySpan<TreeHash> path)
    {
        var whole = BitOperations.IsPow2(older.Size);
        var seed = whole ? older.Root : path[0];
        var (olderNode, newerNode) = (seed, seed);
        var perfect = BitOperations.TrailingZeroCount(older.Size);
        var (at, last) = ((ulong)(older.Size - 1) >> perfect, (ulong)(newer.Size - 1) >> perfect);
        foreach (ref readonly var sibling in whole ? path : path[1..])
        {
            if ((at & 1) == 1 || at == last)
            {
                olderNode = Rfc6962.NodeHash(sibling, olderNode);
                newerNode = Rfc6962.NodeHash(sibling, newerNode);
                var skip = at == 0 ? 0 : BitOperations.TrailingZeroCount(at);
                at >>= skip;
                last >>= skip;
            }
            else
            {
                newerNode = Rfc6962.NodeHash(newerNode, sibling);
            }

            at >>= 1;
            last >>= 1;
        }

        return (olderNode, newerNode);
    }
}
