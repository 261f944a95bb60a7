using System.Numerics;

namespace Comity.TransparencyLog;

/// <summary>Proofs that an entry is at its place in a log (RFC 9162 section 2.1.3, RFC 6962 section 2.1.1).</summary>
public static class InclusionProof
{
    /// <summary>Checks that the entry with <paramref name="leafHash"/> is at <paramref name="index"/> of the log with <paramref name="head"/>.</summary>
    /// <param name="head">A head that the caller trusts, such as that of a verified checkpoint.</param>
    /// <param name="index">The place of the entry, from 0; refused from the size on.</param>
    /// <param name="leafHash">The hash of the entry that the caller holds.</param>
    /// <param name="path">The sibling hashes, from the leaf up.</param>
    /// <returns><see cref="ProofVerdict.Valid"/> or why not; never throws.</returns>
    public static ProofVerdict Verify(TreeHead head, long index, in TreeHash leafHash, ReadOnlySpan<TreeHash> path)
    {
        if (index < 0 || index >= head.Size)
        {
            return ProofVerdict.OutOfRange;
        }

        if (path.Length != LengthFor(index, head.Size))
        {
            return ProofVerdict.WrongLength;
        }

        var node = leafHash;
        var (at, last) = ((ulong)index, (ulong)head.Size - 1);
        foreach (ref readonly var sibling in path)
        {
            if ((at & 1) == 1 || at == last)
            {
                node = Rfc6962.NodeHash(sibling, node);

                // The last node of a level rises alone while it has no left neighbour.
                var skip = at == 0 ? 0 : BitOperations.TrailingZeroCount(at);
                at >>= skip;
                last >>= skip;
            }
            else
            {
                node = Rfc6962.NodeHash(node, sibling);
            }

            at >>= 1;
            last >>= 1;
        }

        return node == head.Root ? ProofVerdict.Valid : ProofVerdict.WrongRoot;
    }

    /// <summary>How many hashes the proof of an entry has, 0 to 63.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in a log of this size.</exception>
    public static int LengthFor(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);

        // Below the point where the paths of this entry and of the last one part, every level has a sibling;
        // above it only the levels where the path turns left.
        var inner = 64 - BitOperations.LeadingZeroCount((ulong)(index ^ (size - 1)));
        return inner + BitOperations.PopCount((ulong)index >> inner);
    }
}
