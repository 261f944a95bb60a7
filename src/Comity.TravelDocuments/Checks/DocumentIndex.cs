using Comity.Core.Registers;
using System.Runtime.CompilerServices;
using Comity.Core.Members;
using Comity.Emrtd;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Checks;

/// <summary>
/// All reported documents of a node in memory, by issuer and number. Several records may stand under one number.
/// </summary>
/// <remarks>
/// Any number of readers, which take no lock and never wait for a growing table; writers take turns. A record that is
/// in the index before, during and after a change is found throughout. To amend, add the new entry before removing
/// the old one. Numbers of up to nine characters take 19 to 26 bytes each; longer ones about 200; a range
/// of blanks about 100 however many documents it covers.
/// </remarks>
public sealed partial class DocumentIndex
{
    private const int ShardBits = 7;

    private readonly IndexShard[] _shards = [.. Enumerable.Range(0, 1 << ShardBits).Select(_ => new IndexShard())];
    private readonly LongNumberTable _longNumbers = new();
    private readonly RangeTable _ranges;
    private readonly ulong _seed;
    private readonly Lock _writing = new();
    private readonly Dictionary<IssuingCode, long> _counts = [];
    private IssuingCode[] _issuers = [];
    private long _count;

    /// <summary>An empty index.</summary>
    /// <param name="seed">A number that nobody outside knows, so that nobody can choose numbers that crowd together.</param>
    public DocumentIndex(ulong seed)
    {
        _seed = seed;
        _ranges = new(seed);
    }

    /// <summary>How many entries there are; a range counts once.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The issuers of which something is reported, in alphabetical order.</summary>
    public IReadOnlyList<IssuingCode> Issuers => Volatile.Read(ref _issuers);

    internal RangeTable Ranges => _ranges;

    internal LongNumberTable LongNumbers => _longNumbers;

    /// <summary>Whether there may be a number of this length.</summary>
    internal bool Has(int length) => length <= PackedKey.MaxLength || _longNumbers.Lengths.Any(length) || _ranges.Lengths.Any(length);

    /// <summary>Adds a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="address">Where it lies.</param>
    /// <returns>False where it is there already.</returns>
    public bool Add(DocumentRecord record, RecordAddress address) =>
        Add(record.Issuer, record.Numbers, EntryOf(record, address));

    /// <summary>Removes a record; nothing of it is left in the index.</summary>
    /// <param name="record">The record as it was added.</param>
    /// <param name="address">The address under which it was added.</param>
    /// <returns>False where it is not there.</returns>
    public bool Remove(DocumentRecord record, RecordAddress address) =>
        Remove(record.Issuer, record.Numbers, EntryOf(record, address));

    /// <summary>Adds an entry.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="numbers">One number or a range.</param>
    /// <param name="entry">The entry, which says whether it is a range.</param>
    /// <returns>False where it is there already.</returns>
    /// <exception cref="ArgumentException">Issuer or number is empty, or entry and numbers disagree on the range.</exception>
    public bool Add(IssuingCode issuer, NumberRange numbers, IndexEntry entry)
    {
        Demand(issuer, numbers, entry);
        lock (_writing)
        {
            // The issuer is known before its first number, so that a check without issuer misses nothing.
            CountUp(issuer);
            var added = entry.IsRange ? _ranges.Add(issuer, numbers, entry)
                : TrySpread(issuer, numbers.First.AsSpan(), out var key) ? ShardOf(key).Add(key, entry)
                : _longNumbers.Add(issuer, numbers.First.ToString(), entry);
            if (!added) CountDown(issuer);
            return added;
        }
    }

    /// <summary>Removes an entry; nothing of it is left in the index.</summary>
    /// <inheritdoc cref="Add(IssuingCode, NumberRange, IndexEntry)"/>
    /// <returns>False where it is not there.</returns>
    public bool Remove(IssuingCode issuer, NumberRange numbers, IndexEntry entry)
    {
        Demand(issuer, numbers, entry);
        lock (_writing)
        {
            var removed = entry.IsRange ? _ranges.Remove(issuer, numbers, entry)
                : TrySpread(issuer, numbers.First.AsSpan(), out var key) ? ShardOf(key).Remove(key, entry)
                : _longNumbers.Remove(issuer, numbers.First.ToString(), entry);
            if (removed) CountDown(issuer);
            if (removed) Note(entry.Address);
            return removed;
        }
    }

    /// <summary>Removes entries by their address alone, by a walk over the whole index; writers get their turn between two steps.</summary>
    /// <param name="gone">Whether what lies at an address is to go; may change its mind between two steps.</param>
    /// <returns>For each step how many are left; nothing is done before it is asked for.</returns>
    public IEnumerable<long> Forget(Func<RecordAddress, bool> gone)
    {
        bool Holds(IndexEntry entry) => gone(entry.Address);
        foreach (var shard in _shards)
        {
            lock (_writing)
            {
                foreach (var (key, entry) in shard.Where(Holds))
                {
                    if (shard.Remove(key, entry)) Forgotten(PackedKey.IssuerOf(PackedKey.Gather(key, _seed)), entry);
                }
            }
            yield return Count;
        }
        lock (_writing)
        {
            foreach (var (issuer, number, entry) in _longNumbers.Where(Holds))
            {
                if (_longNumbers.Remove(issuer, number, entry)) Forgotten(issuer, entry);
            }
            foreach (var (issuer, range, entry) in _ranges.Where(Holds))
            {
                if (_ranges.Remove(issuer, range, entry)) Forgotten(issuer, entry);
            }
        }
        yield return Count;
    }

    /// <summary>Writes the entries under exactly this number, single ones first, then ranges that hold it.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="number">The number; the empty one is never there.</param>
    /// <param name="entries">Takes as many as it holds.</param>
    /// <returns>How many there are, which may be more than <paramref name="entries"/> holds.</returns>
    public int Find(IssuingCode issuer, DocumentNumber number, Span<IndexEntry> entries) =>
        issuer.IsEmpty || number.IsEmpty ? 0 : Find(issuer, number.AsSpan(), entries);

    /// <summary>The same for characters that are known to be a number in normal form.</summary>
    internal int Find(IssuingCode issuer, ReadOnlySpan<char> number, Span<IndexEntry> entries)
    {
        var found = FindSingle(issuer, number, entries);
        _ranges.Find(issuer, number, entries, ref found);
        return found;
    }

    /// <summary>The same without the ranges.</summary>
    internal int FindSingle(IssuingCode issuer, ReadOnlySpan<char> number, Span<IndexEntry> entries) =>
        TrySpread(issuer, number, out var key) ? ShardOf(key).Find(key, entries) : _longNumbers.Find(issuer, number, entries);

    /// <summary>Spreads keys and reads the places where they would stand, none of which waits for another: one wait for the memory instead of one each.</summary>
    /// <returns>Of no meaning: what was read, so that it is read.</returns>
    internal ulong Fetch(Span<ulong> keys)
    {
        var read = 0UL;
        foreach (ref var key in keys)
        {
            key = PackedKey.Spread(key, _seed);
            read ^= ShardOf(key).AtHome(key);
        }

        return read;
    }

    /// <summary>Whether something stands under a key that was fetched; true also for the one that lives with the long numbers.</summary>
    internal bool Holds(ulong spread) => spread == IndexShard.Empty || ShardOf(spread).Find(spread, []) != 0;

    private static IndexEntry EntryOf(DocumentRecord record, RecordAddress address) =>
        new(address, record.Kind, record.Type.Class, !record.Numbers.IsSingle);

    private static void Demand(IssuingCode issuer, NumberRange numbers, IndexEntry entry)
    {
        if (issuer.IsEmpty) throw new ArgumentException("There is no issuer.", nameof(issuer));
        if (numbers.First.IsEmpty) throw new ArgumentException("There is no number.", nameof(numbers));
        if (entry.IsRange == numbers.IsSingle) throw new ArgumentException("Entry and numbers disagree on the range.", nameof(entry));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TrySpread(IssuingCode issuer, ReadOnlySpan<char> number, out ulong key)
    {
        key = number.Length <= PackedKey.MaxLength ? PackedKey.Spread(PackedKey.Of(issuer, number), _seed) : IndexShard.Empty;
        // One key in 2^64 spreads to the mark of an empty slot; it lives with the long numbers.
        return key != IndexShard.Empty;
    }

    private IndexShard ShardOf(ulong key) => _shards[key & ((1 << ShardBits) - 1)];

    private void Forgotten(IssuingCode issuer, IndexEntry entry)
    {
        CountDown(issuer);
        Note(entry.Address);
    }

    private void CountUp(IssuingCode issuer)
    {
        Volatile.Write(ref _count, _count + 1);
        if ((_counts[issuer] = _counts.GetValueOrDefault(issuer) + 1) > 1) return;
        Volatile.Write(ref _issuers, [.. _issuers.Append(issuer).Order()]);
    }

    private void CountDown(IssuingCode issuer)
    {
        Volatile.Write(ref _count, _count - 1);
        if (--_counts[issuer] > 0) return;
        _counts.Remove(issuer);
        Volatile.Write(ref _issuers, [.. _issuers.Where(i => i != issuer)]);
    }
}
