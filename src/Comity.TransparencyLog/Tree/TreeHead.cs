namespace Comity.TransparencyLog;

/// <summary>What a log commits to: how many entries it has and the root over them.</summary>
/// <param name="Size">The number of entries, from 0. A negative size is refused wherever a head is verified.</param>
/// <param name="Root">The Merkle tree hash of the entries (RFC 6962 section 2.1).</param>
public readonly record struct TreeHead(long Size, TreeHash Root)
{
    /// <summary>The head of a log without entries.</summary>
    public static TreeHead Empty => new(0, Rfc6962.EmptyRoot);
}
