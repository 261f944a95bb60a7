using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Comity.Core.Feeds;

/// <summary>What one change of a feed did.</summary>
public enum FeedOperation : byte
{
    /// <summary>A new record.</summary>
    Publish = 1,

    /// <summary>A new version of the record that it supersedes.</summary>
    Amend = 2,

    /// <summary>The owner takes the record back.</summary>
    Withdraw = 3,

    /// <summary>The record's time is over.</summary>
    Expire = 4,
}

/// <summary>The leaf of a feed's log: 42 bytes that say what happened and to which entry, and nothing of the content.</summary>
/// <remarks>
/// Layout (docs/protocol/feed.md): version (1 byte, 1), operation (1 byte), index superseded (8 bytes, big-endian, all ones
/// for none), digest of the salted body (32 bytes, all zeros for none).
/// </remarks>
/// <param name="Operation">What happened.</param>
/// <param name="Supersedes">The earlier entry of the same feed that is no longer in force; null for a publication.</param>
/// <param name="Digest">SHA-256 of the salted body, for a publication or an amendment; else null.</param>
public sealed record FeedLeaf(FeedOperation Operation, long? Supersedes, byte[]? Digest)
{
    /// <summary>Bytes of a leaf.</summary>
    public const int Length = 42;

    private const byte Version = 1;

    /// <summary>Whether the operation brings a body.</summary>
    public bool HasBody => Operation is FeedOperation.Publish or FeedOperation.Amend;

    /// <summary>A leaf for a new record.</summary>
    public static FeedLeaf Publish(ReadOnlySpan<byte> body) => new(FeedOperation.Publish, null, SaltedBody.Digest(body));

    /// <summary>A leaf for a new version of a record.</summary>
    public static FeedLeaf Amend(long superseded, ReadOnlySpan<byte> body) => new(FeedOperation.Amend, superseded, SaltedBody.Digest(body));

    /// <summary>A leaf that takes a record back.</summary>
    public static FeedLeaf Withdraw(long superseded) => new(FeedOperation.Withdraw, superseded, null);

    /// <summary>A leaf that ends a record whose time is over.</summary>
    public static FeedLeaf Expire(long superseded) => new(FeedOperation.Expire, superseded, null);

    /// <summary>The 42 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        bytes[0] = Version;
        bytes[1] = (byte)Operation;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2), Supersedes ?? -1);
        Digest?.CopyTo(bytes, 10);
        return bytes;
    }

    /// <summary>Reads a leaf at its place in the log.</summary>
    /// <param name="bytes">As received.</param>
    /// <param name="index">Its index: an entry supersedes only earlier ones.</param>
    /// <param name="leaf">The leaf.</param>
    /// <param name="fault">What is wrong, naming the byte.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long index, [NotNullWhen(true)] out FeedLeaf? leaf, [NotNullWhen(false)] out string? fault)
    {
        leaf = null;
        fault = Fault(bytes, index);
        if (fault is not null)
        {
            return false;
        }

        var supersedes = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        var operation = (FeedOperation)bytes[1];
        leaf = new FeedLeaf(
            operation,
            supersedes < 0 ? null : supersedes,
            operation is FeedOperation.Publish or FeedOperation.Amend ? bytes[10..].ToArray() : null);
        return true;
    }

    private static string? Fault(ReadOnlySpan<byte> bytes, long index)
    {
        if (bytes.Length != Length)
        {
            return $"leaf {index}: {bytes.Length} bytes where {Length} are due";
        }

        if (bytes[0] != Version)
        {
            return $"leaf {index}, byte 0: version {bytes[0]} is not known";
        }

        if (bytes[1] is < 1 or > 4)
        {
            return $"leaf {index}, byte 1: operation {bytes[1]} is not known";
        }

        var supersedes = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        var publishes = bytes[1] == (byte)FeedOperation.Publish;
        if (publishes ? supersedes != -1 : supersedes < 0 || supersedes >= index)
        {
            return $"leaf {index}, byte 2: it supersedes {supersedes}";
        }

        var digest = bytes[10..].ContainsAnyExcept((byte)0);
        return digest == bytes[1] is 1 or 2 ? null : $"leaf {index}, byte 10: a digest is {(digest ? "given" : "missing")}";
    }
}
