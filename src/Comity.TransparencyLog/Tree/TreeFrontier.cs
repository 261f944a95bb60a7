using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Comity.TransparencyLog;

/// <summary>
/// The right edge of a growing tree: the roots of its largest perfect subtrees, which is all that is needed to append and to know the root.
/// </summary>
/// <remarks>Amortised one hash for each append and no allocation. Not safe for use by several threads at once.</remarks>
public sealed class TreeFrontier
{
    private const int Levels = 63;

    // _peaks[h] is the root of the perfect subtree of 2^h leaves where bit h of the size is set, and stale elsewhere.
    private readonly TreeHash[] _peaks = new TreeHash[Levels];

    /// <summary>The frontier of an empty log.</summary>
    public TreeFrontier()
    {
    }

    private TreeFrontier(TreeFrontier other)
    {
        Size = other.Size;
        other._peaks.CopyTo(_peaks, 0);
    }

    /// <summary>The number of entries, from 0.</summary>
    public long Size { get; private set; }

    /// <summary>The root over the entries; at most 62 hashes are computed at each reading.</summary>
    public TreeHash Root
    {
        get
        {
            if (Size == 0)
            {
                return Rfc6962.EmptyRoot;
            }

            var rest = (ulong)Size;
            var root = _peaks[BitOperations.TrailingZeroCount(rest)];
            for (rest &= rest - 1; rest != 0; rest &= rest - 1)
            {
                root = Rfc6962.NodeHash(_peaks[BitOperations.TrailingZeroCount(rest)], root);
            }

            return root;
        }
    }

    /// <summary>Size and root together.</summary>
    public TreeHead Head => new(Size, Root);

    /// <summary>The length of <see cref="ToBytes"/>: 8 and 32 for each bit set in the size.</summary>
    public int ByteLength => sizeof(long) + (TreeHash.Length * BitOperations.PopCount((ulong)Size));

    /// <summary>Adds one entry by its leaf hash.</summary>
    /// <exception cref="InvalidOperationException">The log has 2^63 − 1 entries.</exception>
    public void Append(in TreeHash leafHash)
    {
        if (Size == long.MaxValue)
        {
            throw new InvalidOperationException("A log holds at most 2^63 - 1 entries.");
        }

        var node = leafHash;
        var height = 0;
        for (var rest = Size; (rest & 1) != 0; rest >>= 1)
        {
            node = Rfc6962.NodeHash(_peaks[height++], node);
        }

        _peaks[height] = node;
        Size++;
    }

    /// <summary>A copy that grows apart from this one.</summary>
    public TreeFrontier Clone() => new(this);

    /// <summary>The stored form: size as 8 bytes big-endian, then the peaks, the largest (leftmost) first.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        WriteTo(bytes);
        return bytes;
    }

    /// <summary>Writes the stored form to the start of <paramref name="destination"/>.</summary>
    /// <returns>The number of bytes written, <see cref="ByteLength"/>.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        if (destination.Length < ByteLength)
        {
            throw new ArgumentException($"The frontier needs {ByteLength} bytes, not {destination.Length}.", nameof(destination));
        }

        BinaryPrimitives.WriteInt64BigEndian(destination, Size);
        var at = sizeof(long);
        for (var rest = (ulong)Size; rest != 0; at += TreeHash.Length)
        {
            var height = BitOperations.Log2(rest);
            _peaks[height].CopyTo(destination[at..]);
            rest ^= 1UL << height;
        }

        return at;
    }

    /// <summary>Reads the stored form, which must be exactly as long as its size says.</summary>
    /// <returns>False where it is shorter or longer, or the size is negative.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out TreeFrontier? frontier)
    {
        frontier = null;
        if (!BinaryPrimitives.TryReadInt64BigEndian(bytes, out var size) || size < 0
            || bytes.Length != sizeof(long) + (TreeHash.Length * BitOperations.PopCount((ulong)size)))
        {
            return false;
        }

        _ = TreeHash.TryReadMany(bytes[sizeof(long)..], out var peaks);
        frontier = FromPeaks(size, peaks);
        return true;
    }

    /// <summary>Builds a frontier of <paramref name="size"/> entries from its peaks, the largest first.</summary>
    internal static TreeFrontier FromPeaks(long size, ReadOnlySpan<TreeHash> peaks)
    {
        var frontier = new TreeFrontier { Size = size };
        var rest = (ulong)size;
        foreach (var peak in peaks)
        {
            var height = BitOperations.Log2(rest);
            frontier._peaks[height] = peak;
            rest ^= 1UL << height;
        }

        return frontier;
    }
}
