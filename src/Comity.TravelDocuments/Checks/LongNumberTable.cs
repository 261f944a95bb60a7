using System.Collections.Concurrent;
using Comity.Core.Members;

namespace Comity.TravelDocuments.Checks;

/// <summary>
/// Numbers too long for <see cref="PackedKey"/>, kept as text. Numbers that look alike share an entry.
/// </summary>
/// <remarks>One writer at a time; readers take no lock. About 200 bytes a document.</remarks>
internal sealed class LongNumberTable
{
    private readonly ConcurrentDictionary<string, Entry[]> _entries = new(StringComparer.Ordinal);

    /// <summary>How many there are of each length.</summary>
    public LengthCounts Lengths { get; } = new();

    public bool Add(IssuingCode issuer, string number, IndexEntry value)
    {
        var key = Key(issuer, number, stackalloc char[number.Length + 1]).ToString();
        var entries = _entries.GetValueOrDefault(key, []);
        var entry = new Entry(number, value);
        if (entries.Contains(entry)) return false;
        Lengths.Up(number.Length);
        _entries[key] = [.. entries, entry];
        return true;
    }

    public bool Remove(IssuingCode issuer, string number, IndexEntry value)
    {
        var key = Key(issuer, number, stackalloc char[number.Length + 1]).ToString();
        var entries = _entries.GetValueOrDefault(key, []);
        var rest = Array.FindAll(entries, e => e != new Entry(number, value));
        if (rest.Length == entries.Length) return false;
        if (rest.Length > 0) _entries[key] = rest;
        else _entries.TryRemove(key, out _);
        Lengths.Down(number.Length);
        return true;
    }

    /// <summary>Every value that something holds of, with its issuer and number.</summary>
    public List<(IssuingCode Issuer, string Number, IndexEntry Value)> Where(Func<IndexEntry, bool> holds) =>
        [.. _entries.SelectMany(pair => pair.Value.Where(entry => holds(entry.Value)).Select(entry => (IssuingCode.FromOrdinal(pair.Key[0]), entry.Number, entry.Value)))];

    /// <summary>Writes what stands under a number.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="number">The number.</param>
    /// <param name="values">Takes as many as it holds.</param>
    /// <returns>How many there are, which may be more.</returns>
    public int Find(IssuingCode issuer, ReadOnlySpan<char> number, Span<IndexEntry> values)
    {
        if (!Lengths.Any(number.Length)) return 0;
        var found = 0;
        foreach (var entry in EntriesLike(issuer, number))
        {
            if (!number.SequenceEqual(entry.Number)) continue;
            if (found < values.Length) values[found] = entry.Value;
            found++;
        }
        return found;
    }

    /// <summary>Every number here that looks like a number and differs from it.</summary>
    public IEnumerable<string> Lookalikes(IssuingCode issuer, string number) =>
        !Lengths.Any(number.Length) ? [] : EntriesLike(issuer, number).Select(e => e.Number).Where(n => n != number).Distinct(StringComparer.Ordinal);

    private Entry[] EntriesLike(IssuingCode issuer, ReadOnlySpan<char> number)
    {
        var lookup = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
        return lookup.TryGetValue(Key(issuer, number, stackalloc char[number.Length + 1]), out var entries) ? entries : [];
    }

    private static ReadOnlySpan<char> Key(IssuingCode issuer, ReadOnlySpan<char> number, Span<char> buffer)
    {
        buffer[0] = (char)issuer.Ordinal;
        Lookalike.Fold(number, buffer[1..]);
        return buffer;
    }

    private readonly record struct Entry(string Number, IndexEntry Value);
}
