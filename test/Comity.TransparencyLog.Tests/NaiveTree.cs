namespace Comity.TransparencyLog.Tests;

/// <summary>RFC 6962 section 2.1 in its own recursive words: the definition against which the fast code is held.</summary>
internal static class NaiveTree
{
    public static TreeHash Root(ReadOnlySpan<TreeHash> leaves)
    {
        if (leaves.Length <= 1)
        {
            return leaves.IsEmpty ? Rfc6962.EmptyRoot : leaves[0];
        }

        var k = LargestPowerBelow(leaves.Length);
        return Rfc6962.NodeHash(Root(leaves[..k]), Root(leaves[k..]));
    }

    public static List<TreeHash> Path(int m, ReadOnlySpan<TreeHash> leaves)
    {
        if (leaves.Length == 1)
        {
            return [];
        }

        var k = LargestPowerBelow(leaves.Length);
        return m < k
            ? [.. Path(m, leaves[..k]), Root(leaves[k..])]
            : [.. Path(m - k, leaves[k..]), Root(leaves[..k])];
    }

    public static List<TreeHash> Proof(int m, ReadOnlySpan<TreeHash> leaves) => SubProof(m, leaves, true);

    private static List<TreeHash> SubProof(int m, ReadOnlySpan<TreeHash> leaves, bool whole)
    {
        if (m == leaves.Length)
        {
            return whole ? [] : [Root(leaves)];
        }

        var k = LargestPowerBelow(leaves.Length);
        return m <= k
            ? [.. SubProof(m, leaves[..k], whole), Root(leaves[k..])]
            : [.. SubProof(m - k, leaves[k..], false), Root(leaves[..k])];
    }

    private static int LargestPowerBelow(int n)
    {
        var k = 1;
        while (k * 2 < n)
        {
            k *= 2;
        }

        return k;
    }
}
