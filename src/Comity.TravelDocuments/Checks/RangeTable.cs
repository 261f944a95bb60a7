using System.Collections.Concurrent;
using Comity.Core.Members;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Checks;

/// <summary>
/// The ranges of blanks: one tree of intervals for each issuer, length and prefix. Groups whose prefixes look alike
/// share an entry, so that a number is found among its look-alikes without trying each spelling.
/// </summary>
/// <remarks>One writer at a time; readers take no lock.</remarks>
internal sealed class RangeTable(ulong seed)
{
    private readonly ConcurrentDictionary<string, Group[]> _groups = new(StringComparer.Ordinal);
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>How many there are of each length.</summary>
    public LengthCounts Lengths { get; } = new();

    public bool Add(IssuingCode issuer, NumberRange range, IndexEntry value)
    {
        var (start, end) = (NumberRange.SuffixOf(range.First), NumberRange.SuffixOf(range.Last));
        var priority = (uint)(PackedKey.Spread((ulong)start * 31 + (ulong)end, seed ^ (ulong)value.GetHashCode()) >> 32);
        Lengths.Up(range.First.Length);
        if (!Change(issuer, range, tree => IntervalTree.Add(tree, start, end, value, priority)))
        {
            Lengths.Down(range.First.Length);
            return false;
        }
        Volatile.Write(ref _count, _count + 1);
        return true;
    }

    public bool Remove(IssuingCode issuer, NumberRange range, IndexEntry value)
    {
        var (start, end) = (NumberRange.SuffixOf(range.First), NumberRange.SuffixOf(range.Last));
        if (!Change(issuer, range, tree => IntervalTree.Remove(tree, start, end, value))) return false;
        Lengths.Down(range.First.Length);
        Volatile.Write(ref _count, _count - 1);
        return true;
    }

    /// <summary>Every value that something holds of, with its issuer and range.</summary>
    public List<(IssuingCode Issuer, NumberRange Range, IndexEntry Value)> Where(Func<IndexEntry, bool> holds)
    {
        List<(IssuingCode, NumberRange, IndexEntry)> found = [];
        foreach (var (key, groups) in _groups)
        {
            foreach (var group in groups)
            {
                foreach (var (start, end, value) in IntervalTree.All(group.Tree).Where(item => holds(item.Value)))
                {
                    var digits = key[1] - group.Prefix.Length;
                    found.Add((IssuingCode.FromOrdinal(key[0]), NumberRange.Of(group.Prefix, digits, start, end), value));
                }
            }
        }

        return found;
    }

    /// <summary>Writes the ranges that hold a number.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="number">The number.</param>
    /// <param name="values">Takes as many as it holds.</param>
    /// <param name="found">Grows by how many there are, which may be more.</param>
    public void Find(IssuingCode issuer, ReadOnlySpan<char> number, Span<IndexEntry> values, ref int found)
    {
        if (!Lengths.Any(number.Length)) return;
        var prefix = number[..NumberRange.PrefixLength(number)];
        foreach (var group in GroupsLike(issuer, number.Length, prefix))
        {
            if (prefix.SequenceEqual(group.Prefix))
                IntervalTree.Find(group.Tree, NumberRange.SuffixOf(number[prefix.Length..]), values, ref found);
        }
    }

    /// <summary>Every number in some range that looks like a number and differs from it, once each.</summary>
    public IEnumerable<string> Lookalikes(IssuingCode issuer, string number)
    {
        if (!Lengths.Any(number.Length)) yield break;
        var folded = new char[number.Length];
        Lookalike.Fold(number, folded);
        for (var length = number.Length - 1; length >= 0 && char.IsAsciiDigit(folded[length]); length--)
        {
            if (number.Length - length > NumberRange.MaxSuffix) yield break;
            foreach (var group in GroupsLike(issuer, number.Length, number.AsSpan(0, length)))
            {
                var candidate = string.Concat(group.Prefix, folded.AsSpan(length));
                var found = 0;
                IntervalTree.Find(group.Tree, NumberRange.SuffixOf(folded.AsSpan(length)), [], ref found);
                if (found > 0 && candidate != number) yield return candidate;
            }
        }
    }

    private bool Change(IssuingCode issuer, NumberRange range, Func<IntervalTree?, IntervalTree?> change)
    {
        var prefix = NumberRange.PrefixOf(range.First).ToString();
        Span<char> buffer = stackalloc char[prefix.Length + 2];
        var key = Key(issuer, range.First.Length, prefix, buffer).ToString();
        var groups = _groups.GetValueOrDefault(key, []);
        var at = Array.FindIndex(groups, g => g.Prefix == prefix);
        var before = at < 0 ? null : groups[at].Tree;
        var after = change(before);
        if (after == before) return false;

        Group[] others = at < 0 ? groups : [.. groups[..at], .. groups[(at + 1)..]];
        if (after is not null) _groups[key] = [.. others, new(prefix, after)];
        else if (others.Length > 0) _groups[key] = others;
        else _groups.TryRemove(key, out _);
        return true;
    }

    private Group[] GroupsLike(IssuingCode issuer, int length, ReadOnlySpan<char> prefix)
    {
        Span<char> buffer = stackalloc char[prefix.Length + 2];
        var lookup = _groups.GetAlternateLookup<ReadOnlySpan<char>>();
        return lookup.TryGetValue(Key(issuer, length, prefix, buffer), out var groups) ? groups : [];
    }

    private static ReadOnlySpan<char> Key(IssuingCode issuer, int length, ReadOnlySpan<char> prefix, Span<char> buffer)
    {
        buffer[0] = (char)issuer.Ordinal;
        buffer[1] = (char)length;
        Lookalike.Fold(prefix, buffer[2..]);
        return buffer;
    }

    private sealed record Group(string Prefix, IntervalTree Tree);
}
