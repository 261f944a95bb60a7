using System.Runtime.CompilerServices;

namespace Comity.TravelDocuments.Checks;

/// <summary>
/// One part of the index: a table in the order of its keys, with gaps. A key's home is its share of the table, and
/// it stands at its home or, where that is taken, soon after, always in order; so a search is a few neighbouring slots,
/// absent or present, and growing is one pass over both tables.
/// </summary>
/// <remarks>
/// One writer at a time (the index's lock); any number of readers, which take no lock: a reader that overlaps a
/// change sees it by <see cref="_version"/> and reads again. A grown table is filled aside and then put in place.
/// </remarks>
internal sealed class IndexShard
{
    /// <summary>In an empty slot; greater than every key, so that a search stops there by itself.</summary>
    public const ulong Empty = ulong.MaxValue;

    private const int SmallestTable = 8;

    /// <summary>How many slots from its home on a key is sought at once; no more than there are spare slots.</summary>
    private const int Window = 4;

    private Table _table = new(SmallestTable);

    /// <summary>Odd while the writer is moving entries.</summary>
    private int _version;

    public int Count { get; private set; }

    /// <summary>Writes the values that stand under a key.</summary>
    /// <param name="key">A spread key, not <see cref="Empty"/>.</param>
    /// <param name="values">Takes as many as it holds.</param>
    /// <returns>How many there are, which may be more.</returns>
    public int Find(ulong key, Span<IndexEntry> values)
    {
        var wait = new SpinWait();
        while (true)
        {
            var version = Volatile.Read(ref _version);
            if ((version & 1) == 0)
            {
                var found = _table.Find(key, values);
                Volatile.ReadBarrier();
                if (_version == version) return found;
            }
            // A change moves a few slots, so waiting is short unless the writer lost its turn in the midst of it.
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>What stands at a key's home: read before the search, it is near when the search comes.</summary>
    public ulong AtHome(ulong key) => _table.AtHome(key);

    /// <summary>Adds a value under a key.</summary>
    /// <returns>False where that value stands there already.</returns>
    public bool Add(ulong key, IndexEntry value)
    {
        if (_table.SlotOf(key, value) >= 0) return false;
        if (Count >= _table.MostEntries) Grow();
        while (!_table.HasRoomFor(key)) Grow();
        BeginChange();
        _table.Insert(key, value);
        EndChange();
        Count++;
        return true;
    }

    /// <summary>Removes a value from under a key; nothing of it is left in the table.</summary>
    /// <returns>False where it does not stand there.</returns>
    public bool Remove(ulong key, IndexEntry value)
    {
        var slot = _table.SlotOf(key, value);
        if (slot < 0) return false;
        BeginChange();
        _table.RemoveAt(slot);
        EndChange();
        Count--;
        if (Count < _table.FewestEntries) Shrink();
        return true;
    }

    /// <summary>Every key and value that something holds of, as they stand now.</summary>
    public List<(ulong Key, IndexEntry Value)> Where(Func<IndexEntry, bool> holds) => _table.Where(holds);

    /// <summary>Every key and value in the order of keys, as numbers in turn.</summary>
    public ulong[] ToArray() => _table.ToArray(Count);

    /// <summary>Fills the empty shard.</summary>
    /// <param name="pairs">Keys and values in turn, in the order of keys.</param>
    /// <exception cref="InvalidDataException">They are in another order, or one is no key. The shard is of no more use.</exception>
    public void Fill(ReadOnlySpan<ulong> pairs)
    {
        Count = pairs.Length / 2;
        var homes = Math.Max(SmallestTable, Count * 3 / 2);
        var table = new Table(homes);
        while (!table.TryFill(pairs)) table = new(homes += homes / 4);
        _table = table;
    }

    private void Grow() => Replace(_table.Homes + Math.Max(_table.Homes / 4, SmallestTable));

    private void Shrink() => Replace(Math.Max(SmallestTable, Count * 3 / 2));

    private void Replace(int homes)
    {
        var table = new Table(homes);
        while (!table.TryFill(_table)) table = new(homes += homes / 4);
        // Both tables say the same, so that a reader may finish in the old one.
        Volatile.Write(ref _table, table);
    }

    private void BeginChange()
    {
        _version++;
        Volatile.WriteBarrier();
    }

    private void EndChange() => Volatile.Write(ref _version, _version + 1);

    private struct Slot
    {
        public ulong Key;
        public IndexEntry Value;
    }

    private sealed class Table
    {
        private readonly Slot[] _slots;

        public Table(int homes)
        {
            Homes = homes;
            // Entries whose home is near the end run over into the spare slots; the last slot stays empty for ever.
            _slots = new Slot[homes + Math.Min(8 + homes / 64, 192)];
            foreach (ref var slot in _slots.AsSpan()) slot.Key = Empty;
        }

        public int Homes { get; }

        /// <summary>Fuller than this, searches grow long.</summary>
        public int MostEntries => (int)((long)Homes * 3 / 4);

        /// <summary>Emptier than this, the table wastes memory.</summary>
        public int FewestEntries => Homes <= SmallestTable * 4 ? 0 : Homes * 2 / 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Find(ulong key, Span<IndexEntry> values)
        {
            var slots = _slots;
            var i = HomeOf(key);
            // Counted without a jump: where a key stands cannot be foretold, and a wrong guess costs more than four slots.
            var window = slots.AsSpan(i, Window);
            i += Bit(window[0].Key < key) + Bit(window[1].Key < key) + Bit(window[2].Key < key) + Bit(window[3].Key < key);
            while ((uint)i < (uint)slots.Length && slots[i].Key < key) i++;
            var found = 0;
            for (; (uint)i < (uint)slots.Length && slots[i].Key == key; i++, found++)
            {
                if ((uint)found < (uint)values.Length) values[found] = slots[i].Value;
            }
            return found;
        }

        public ulong AtHome(ulong key) => _slots[HomeOf(key)].Key;

        public int SlotOf(ulong key, IndexEntry value)
        {
            var i = HomeOf(key);
            while (_slots[i].Key < key) i++;
            while (_slots[i].Key == key && _slots[i].Value != value) i++;
            return _slots[i].Key == key ? i : -1;
        }

        public List<(ulong Key, IndexEntry Value)> Where(Func<IndexEntry, bool> holds)
        {
            List<(ulong, IndexEntry)> found = [];
            foreach (ref readonly var slot in _slots.AsSpan())
            {
                if (slot.Key != Empty && holds(slot.Value)) found.Add((slot.Key, slot.Value));
            }
            return found;
        }

        public bool HasRoomFor(ulong key)
        {
            var i = HomeOf(key);
            while (_slots[i].Key != Empty) i++;
            return i < _slots.Length - 1;
        }

        public void Insert(ulong key, IndexEntry value)
        {
            var at = HomeOf(key);
            while (_slots[at].Key < key) at++;
            var free = at;
            while (_slots[free].Key != Empty) free++;
            Array.Copy(_slots, at, _slots, at + 1, free - at);
            _slots[at] = new() { Key = key, Value = value };
        }

        public void RemoveAt(int at)
        {
            // What follows moves back until an entry that is at its home, or a gap.
            var end = at + 1;
            while (_slots[end].Key != Empty && HomeOf(_slots[end].Key) < end) end++;
            Array.Copy(_slots, at + 1, _slots, at, end - at - 1);
            _slots[end - 1] = new() { Key = Empty };
        }

        public bool TryFill(Table other)
        {
            var next = 0;
            foreach (ref readonly var slot in other._slots.AsSpan())
            {
                if (slot.Key == Empty) continue;
                next = Math.Max(next, HomeOf(slot.Key));
                if (next >= _slots.Length - 1) return false;
                _slots[next++] = slot;
            }
            return true;
        }

        public ulong[] ToArray(int count)
        {
            var pairs = new ulong[count * 2];
            var next = 0;
            foreach (ref readonly var slot in _slots.AsSpan())
            {
                if (slot.Key == Empty) continue;
                pairs[next++] = slot.Key;
                pairs[next++] = slot.Value.ToBits();
            }
            return pairs;
        }

        public bool TryFill(ReadOnlySpan<ulong> pairs)
        {
            var (next, last) = (0, 0UL);
            for (var i = 0; i < pairs.Length; i += 2)
            {
                var key = pairs[i];
                if (key < last || key == Empty) throw new InvalidDataException("keys are out of order");
                last = key;
                next = Math.Max(next, HomeOf(key));
                if (next >= _slots.Length - 1) return false;
                _slots[next++] = new() { Key = key, Value = IndexEntry.FromBits(pairs[i + 1]) };
            }
            return true;
        }

        private static int Bit(bool value) => value ? 1 : 0;

        private int HomeOf(ulong key) => (int)Math.BigMul(key, (ulong)Homes, out _);
    }
}
