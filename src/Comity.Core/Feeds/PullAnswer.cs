using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Comity.TransparencyLog;

namespace Comity.Core.Feeds;

/// <summary>A run of a feed's entries with what proves them. docs/protocol/feed.md, "Entries".</summary>
/// <remarks>
/// Layout, all numbers big-endian: version (1 byte, 1); length (2) and bytes of the signed checkpoint; number (1) and hashes (32 each) of the
/// consistency proof from the end of the run to the checkpoint; first index (8); count (4); then per entry: leaf (42), body length (4,
/// all ones for no body), body. The same layout stands in export files.
/// </remarks>
/// <param name="Checkpoint">The owner's newest checkpoint, signed.</param>
/// <param name="Proof">From the size at the end of this run to the checkpoint's size; empty where they are equal.</param>
/// <param name="From">The first entry's index.</param>
/// <param name="Entries">The entries in order.</param>
public sealed record PullAnswer(byte[] Checkpoint, TreeHash[] Proof, long From, IReadOnlyList<PulledEntry> Entries)
{
    /// <summary>At most so many entries in one run.</summary>
    public const int MostEntries = 8192;

    private const int MostProof = 64;

    /// <summary>The size of the log at the end of this run.</summary>
    public long End => From + Entries.Count;

    /// <summary>The bytes.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(1024 + Entries.Sum(entry => FeedLeaf.Length + 4 + (entry.Body?.Length ?? 0)));
        buffer.Write<byte>([1]);
        Number(buffer, 2, Checkpoint.Length);
        buffer.Write(Checkpoint);
        buffer.Write<byte>([(byte)Proof.Length]);
        foreach (var hash in Proof)
        {
            buffer.Write(hash.AsSpan());
        }

        Number(buffer, 8, From);
        Number(buffer, 4, Entries.Count);
        foreach (var entry in Entries)
        {
            buffer.Write(entry.Leaf);
            Number(buffer, 4, entry.Body is null ? uint.MaxValue : entry.Body.Length);
            buffer.Write(entry.Body);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the bytes.</summary>
    /// <param name="bytes">As received.</param>
    /// <param name="answer">The run.</param>
    /// <param name="fault">What is wrong at which byte.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PullAnswer? answer, [NotNullWhen(false)] out string? fault)
    {
        answer = null;
        var reader = new Reader(bytes);
        if (reader.Number(1) != 1)
        {
            fault = "byte 0: a version that is not known";
            return false;
        }

        var checkpoint = reader.Bytes(reader.Number(2)).ToArray();
        var proof = new TreeHash[(int)Math.Min(reader.Number(1), MostProof + 1)];
        for (var i = 0; i < proof.Length && !reader.Short; i++)
        {
            var hash = reader.Bytes(TreeHash.Length);
            proof[i] = reader.Short ? default : new TreeHash(hash);
        }

        var from = reader.Number(8);
        var count = reader.Number(4);
        if (reader.Short || proof.Length > MostProof || from < 0 || count > MostEntries)
        {
            fault = reader.Short ? $"byte {reader.Position}: it ends too soon" : $"byte {reader.Position}: a count is out of range";
            return false;
        }

        var entries = new List<PulledEntry>((int)count);
        for (var i = 0; i < count && !reader.Short; i++)
        {
            var leaf = reader.Bytes(FeedLeaf.Length).ToArray();
            var length = reader.Number(4);
            entries.Add(new PulledEntry(leaf, length == uint.MaxValue ? null : reader.Bytes(length).ToArray()));
        }

        fault = reader.Short ? $"byte {reader.Position}: it ends within entry {from + entries.Count - 1}"
            : reader.Position < bytes.Length ? $"byte {reader.Position}: {bytes.Length - reader.Position} bytes too many" : null;
        answer = fault is null ? new PullAnswer(checkpoint, proof, from, entries) : null;
        return answer is not null;
    }

    private static void Number(ArrayBufferWriter<byte> buffer, int bytes, long value)
    {
        Span<byte> all = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(all, value);
        buffer.Write(all[(8 - bytes)..]);
    }

    /// <summary>Reads forward and never beyond the end: what is missing reads as nothing and is told by <see cref="Short"/>.</summary>
    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int Position { get; private set; }

        public bool Short { get; private set; }

        public ReadOnlySpan<byte> Bytes(long count)
        {
            if (Short || count > _bytes.Length - Position)
            {
                Short = true;
                return default;
            }

            var taken = _bytes.Slice(Position, (int)count);
            Position += (int)count;
            return taken;
        }

        public long Number(int bytes)
        {
            long number = 0;
            foreach (var b in Bytes(bytes))
            {
                number = (number << 8) | b;
            }

            return number;
        }
    }
}

/// <summary>One entry as it travels.</summary>
/// <param name="Leaf">42 bytes.</param>
/// <param name="Body">The salted body; null where the operation has none or it was erased.</param>
public sealed record PulledEntry(byte[] Leaf, byte[]? Body);
