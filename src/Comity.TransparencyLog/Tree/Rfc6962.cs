using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Comity.TransparencyLog;

/// <summary>The hashing of RFC 6962 section 2.1 (RFC 9162 section 2.1.1) with SHA-256.</summary>
public static class Rfc6962
{
    private const int OnStack = 1024;

    /// <summary>The root of a tree without leaves: SHA-256 of nothing.</summary>
    public static TreeHash EmptyRoot { get; } = TreeHash.Sha256([]);

    /// <summary>SHA-256(0x00 ‖ entry): the hash of one entry, of any length.</summary>
    public static TreeHash LeafHash(ReadOnlySpan<byte> entry)
    {
        var length = entry.Length + 1;
        var rented = length > OnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var buffer = rented is null ? stackalloc byte[OnStack] : rented;
        buffer[0] = 0;
        entry.CopyTo(buffer[1..]);
        var hash = TreeHash.Sha256(buffer[..length]);
        if (rented is not null)
        {
            // Entries may be confidential; the pool hands its arrays on as they are.
            CryptographicOperations.ZeroMemory(rented.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right): the hash of an inner node.</summary>
    [SkipLocalsInit]
    public static TreeHash NodeHash(in TreeHash left, in TreeHash right)
    {
        Span<byte> buffer = stackalloc byte[1 + (2 * TreeHash.Length)];
        buffer[0] = 1;
        left.CopyTo(buffer[1..]);
        right.CopyTo(buffer[(1 + TreeHash.Length)..]);
        return TreeHash.Sha256(buffer);
    }

    /// <summary>The root over leaf hashes that are all at hand: MTH of RFC 6962 section 2.1.</summary>
    /// <param name="leafHashes">Any number of hashes; <see cref="EmptyRoot"/> for none.</param>
    public static TreeHash Root(ReadOnlySpan<TreeHash> leafHashes)
    {
        if (leafHashes.IsEmpty)
        {
            return EmptyRoot;
        }

        if (leafHashes.Length == 1)
        {
            return leafHashes[0];
        }

        var rented = ArrayPool<TreeHash>.Shared.Rent(leafHashes.Length);
        var nodes = rented.AsSpan(0, leafHashes.Length);
        leafHashes.CopyTo(nodes);
        while (nodes.Length > 1)
        {
            nodes = HashPairs(nodes);
        }

        var root = nodes[0];
        ArrayPool<TreeHash>.Shared.Return(rented);
        return root;
    }

    // In place, level by level; an odd last node rises as it is, which is what RFC 6962's split amounts to.
    private static Span<TreeHash> HashPairs(Span<TreeHash> nodes)
    {
        var pairs = nodes.Length / 2;
        for (var i = 0; i < pairs; i++)
        {
            nodes[i] = NodeHash(nodes[2 * i], nodes[(2 * i) + 1]);
        }

        if (nodes.Length % 2 == 1)
        {
            nodes[pairs] = nodes[^1];
        }

        return nodes[..((nodes.Length + 1) / 2)];
    }
}
