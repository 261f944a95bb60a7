using System.Text;
using Comity.TransparencyLog;

namespace Comity.Core.Registers.Snapshots;

/// <summary>A log as it was when a snapshot was taken.</summary>
/// <param name="Log">Its number in this store.</param>
/// <param name="Origin">Its C2SP origin.</param>
/// <param name="Size">Its size.</param>
/// <param name="Root">Its root at this size.</param>
internal sealed record SnapshotHead(long Log, string Origin, long Size, TreeHash Root);

/// <summary>What a snapshot is of.</summary>
/// <param name="Form">The register's <see cref="ICompactRegister.Form"/> and the core that took it.</param>
/// <param name="Heads">The ledger and the register's feeds. Entries from a feed's size on are none of the snapshot's.</param>
/// <param name="Doubtful">Records of which the snapshot does not know whether they were in force.</param>
internal sealed record SnapshotManifest(string Form, IReadOnlyList<SnapshotHead> Heads, IReadOnlyList<RecordAddress> Doubtful)
{
    /// <summary>More logs than this, or more doubtful records, are not written and not read.</summary>
    public const int MostHeads = 100_000, MostDoubtful = 1_000_000;

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var to = new BinaryWriter(bytes, Encoding.UTF8);
        to.Write(Form);
        to.Write(Heads.Count);
        foreach (var head in Heads)
        {
            to.Write(head.Log);
            to.Write(head.Origin);
            to.Write(head.Size);
            to.Write(head.Root.ToArray());
        }

        to.Write(Doubtful.Count);
        foreach (var at in Doubtful)
        {
            to.Write(at.Log);
            to.Write(at.Index);
        }

        to.Flush();
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public static SnapshotManifest Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        using var from = new BinaryReader(stream, Encoding.UTF8);
        var form = from.ReadString();
        var heads = new SnapshotHead[Count(from, MostHeads)];
        for (var i = 0; i < heads.Length; i++)
        {
            heads[i] = new SnapshotHead(from.ReadInt64(), from.ReadString(), from.ReadInt64(), Hash(from.ReadBytes(TreeHash.Length)));
        }

        var doubtful = new RecordAddress[Count(from, MostDoubtful)];
        for (var i = 0; i < doubtful.Length; i++)
        {
            doubtful[i] = new RecordAddress(from.ReadInt32(), from.ReadInt64());
        }

        return stream.Position == stream.Length ? new SnapshotManifest(form, heads, doubtful) : throw new InvalidDataException("There is more than a manifest.");
    }

    private static int Count(BinaryReader from, int most) =>
        from.ReadInt32() is var count && count >= 0 && count <= most ? count : throw new InvalidDataException("A count is beyond its limit.");

    private static TreeHash Hash(byte[] bytes) =>
        bytes.Length == TreeHash.Length ? new TreeHash(bytes) : throw new EndOfStreamException();
}
