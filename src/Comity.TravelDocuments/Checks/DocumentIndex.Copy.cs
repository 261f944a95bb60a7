using System.Runtime.InteropServices;
using System.Text;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Registers.Snapshots;
using Comity.Emrtd;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Checks;

/// <content>The index as bytes: seed · for each shard how many and its keys and entries · long numbers · ranges; little-endian.</content>
public sealed partial class DocumentIndex
{
    /// <summary>More than this are not read: in one shard, of long numbers, of ranges. Half a thousand million documents fit.</summary>
    private const int Most = 1 << 22;

    private List<RecordAddress>? _removed;   // while a copy is made; guarded by _writing
    private long _removals;

    /// <summary>How many entries were removed in all.</summary>
    public long Removals => Volatile.Read(ref _removals);

    /// <summary>Begins a copy, one at a time; writers wait for one shard at most.</summary>
    internal IIndexCopy Copy() => new IndexCopy(this);

    /// <summary>Reads a copy, without what is not wanted.</summary>
    /// <exception cref="InvalidDataException">It is no copy of an index.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    internal static DocumentIndex Read(Stream from, Func<RecordAddress, bool> keep)
    {
        var reader = new BinaryReader(from, Encoding.UTF8, leaveOpen: true);
        var index = new DocumentIndex(reader.ReadUInt64());
        var counts = new long[IssuingCode.MaxOrdinal + 1];
        for (var shard = 0; shard < index._shards.Length; shard++) index.ReadShard(shard, reader, keep, counts);
        foreach (var ordinal in Enumerable.Range(1, IssuingCode.MaxOrdinal).Where(i => counts[i] > 0))
        {
            index._counts.Add(Code(ordinal), counts[ordinal]);
        }
        index._count = counts.Sum();
        index._issuers = [.. index._counts.Keys.Order()];
        foreach (var kind in (string[])["numbers", "ranges"])
        {
            for (var left = CountOf(reader, Most); left > 0; left--) index.ReadOther(kind, reader, keep);
        }
        return from.ReadByte() < 0 ? index : throw new InvalidDataException("there is more than an index");
    }

    private void ReadShard(int shard, BinaryReader reader, Func<RecordAddress, bool> keep, long[] counts)
    {
        var pairs = new ulong[CountOf(reader, Most) * 2];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(pairs.AsSpan()));
        var kept = 0;
        for (var i = 0; i < pairs.Length; i += 2)
        {
            if (!keep(IndexEntry.FromBits(pairs[i + 1]).Address)) continue;
            var ordinal = PackedKey.OrdinalOf(PackedKey.Gather(pairs[i], _seed));
            if (ordinal >= counts.Length || ShardOf(pairs[i]) != _shards[shard]) throw new InvalidDataException("a key is where it cannot be");
            counts[ordinal]++;
            (pairs[kept], pairs[kept + 1]) = (pairs[i], pairs[i + 1]);
            kept += 2;
        }
        _shards[shard].Fill(pairs.AsSpan(0, kept));
    }

    private void ReadOther(string kind, BinaryReader reader, Func<RecordAddress, bool> keep)
    {
        var issuer = Code(reader.ReadUInt16());
        var (first, last) = (Number(reader), kind == "ranges" ? Number(reader) : default);
        var entry = IndexEntry.FromBits(reader.ReadUInt64());
        if (!NumberRange.TryCreate(first, entry.IsRange ? last : first, out var numbers, out _) || numbers.IsSingle == entry.IsRange || entry.IsRange != (kind == "ranges"))
        {
            throw new InvalidDataException("a range is none");
        }
        if (keep(entry.Address)) Add(issuer, numbers, entry);
    }

    private static int CountOf(BinaryReader reader, int most) =>
        reader.ReadInt32() is var count && count >= 0 && count <= most ? count : throw new InvalidDataException("a count is beyond its limit");

    private static IssuingCode Code(int ordinal)
    {
        try
        {
            return ordinal == 0 ? throw new InvalidDataException("there is no issuer") : IssuingCode.FromOrdinal(ordinal);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException("an issuer is none", e);
        }
    }

    private static DocumentNumber Number(BinaryReader reader) =>
        DocumentNumber.TryParse(reader.ReadString(), null, out DocumentNumber number) ? number : throw new InvalidDataException("a number is none");

    private void Note(RecordAddress removed)
    {
        _removals++;
        _removed?.Add(removed);
    }

    private sealed class IndexCopy : IIndexCopy
    {
        private readonly DocumentIndex _index;
        private readonly List<RecordAddress> _noted = [];

        public IndexCopy(DocumentIndex index)
        {
            _index = index;
            lock (index._writing)
            {
                if (index._removed is not null) throw new InvalidOperationException("A copy is being made already.");
                index._removed = _noted;
            }
        }

        public IReadOnlyList<RecordAddress> Removed
        {
            get
            {
                lock (_index._writing) return [.. _noted];
            }
        }

        public void Write(Stream to)
        {
            using var writer = new BinaryWriter(to, Encoding.UTF8, leaveOpen: true);
            writer.Write(_index._seed);
            foreach (var shard in _index._shards)
            {
                ulong[] pairs;
                lock (_index._writing) pairs = shard.ToArray();
                writer.Write(pairs.Length / 2);
                writer.Write(MemoryMarshal.AsBytes(pairs.AsSpan()));
            }

            List<(IssuingCode Issuer, string Number, IndexEntry Value)> numbers;
            List<(IssuingCode Issuer, NumberRange Range, IndexEntry Value)> ranges;
            lock (_index._writing) (numbers, ranges) = (_index._longNumbers.Where(_ => true), _index._ranges.Where(_ => true));
            writer.Write(numbers.Count);
            foreach (var (issuer, number, value) in numbers)
            {
                writer.Write((ushort)issuer.Ordinal);
                writer.Write(number);
                writer.Write(value.ToBits());
            }

            writer.Write(ranges.Count);
            foreach (var (issuer, range, value) in ranges)
            {
                writer.Write((ushort)issuer.Ordinal);
                writer.Write(range.First.ToString());
                writer.Write(range.Last.ToString());
                writer.Write(value.ToBits());
            }
        }

        public void Dispose()
        {
            lock (_index._writing) _index._removed = null;
        }
    }
}
