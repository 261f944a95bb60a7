using Comity.Core.Members;
using Comity.Emrtd;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Checks;

/// <summary>
/// What <see cref="DocumentIndex"/> and <see cref="DocumentCheck"/> mean, as a list that is read from end to end.
/// Slow; the fast ones must always agree with it.
/// </summary>
internal sealed class DocumentIndexDefinition
{
    private readonly List<(IssuingCode Issuer, NumberRange Numbers, IndexEntry Entry)> _all = [];

    public bool Add(IssuingCode issuer, NumberRange numbers, IndexEntry entry)
    {
        if (_all.Contains((issuer, numbers, entry))) return false;
        _all.Add((issuer, numbers, entry));
        return true;
    }

    public bool Remove(IssuingCode issuer, NumberRange numbers, IndexEntry entry) => _all.Remove((issuer, numbers, entry));

    public IEnumerable<IndexEntry> Find(IssuingCode issuer, DocumentNumber number) =>
        _all.Where(r => r.Issuer == issuer && r.Numbers.Contains(number)).Select(r => r.Entry);

    public DocumentMatches Check(DocumentProbe probe)
    {
        var asked = _all.Where(r => probe.Issuer is null || probe.Issuer == r.Issuer).ToList();
        var exact = asked.Where(r => r.Numbers.Contains(probe.Number))
            .Select(r => DocumentCheck.MatchOf(probe, r.Issuer, r.Entry)).ToList();
        var near = asked.Where(r => !r.Numbers.Contains(probe.Number))
            .Where(r => probe.Type is null || probe.Type.Value.Class == r.Entry.Class)
            .Select(r => BestNear(probe, r.Issuer, r.Numbers, r.Entry)).OfType<DocumentMatch>();

        return new(
            [.. exact.Where(m => m.Strength.IsHit()).Order(Comparer<DocumentMatch>.Create(DocumentCheck.Compare))],
            [.. exact.Where(m => !m.Strength.IsHit()).Concat(near).Order(Comparer<DocumentMatch>.Create(DocumentCheck.Compare))],
            0, 0);
    }

    /// <summary>In which way a reported number is near to the one asked; null where it is not.</summary>
    public static MatchStrength? Nearness(string asked, string reported)
    {
        if (asked == reported) return null;
        if (asked.Length == reported.Length)
        {
            var places = Enumerable.Range(0, asked.Length).Where(i => asked[i] != reported[i]).ToList();
            if (places.TrueForAll(i => Lookalike.Fold(asked[i]) == Lookalike.Fold(reported[i]))) return MatchStrength.NearOptical;
            if (places is [var a, var b] && b == a + 1 && asked[a] == reported[b] && asked[b] == reported[a])
                return MatchStrength.NearTransposed;
            return places.Count == 1 ? MatchStrength.NearSubstituted : null;
        }
        if (IsOneLess(asked, reported)) return MatchStrength.NearMissing;
        return IsOneLess(reported, asked) ? MatchStrength.NearExtra : null;
    }

    private static bool IsOneLess(string shorter, string longer) =>
        shorter.Length + 1 == longer.Length && Enumerable.Range(0, longer.Length).Any(i => longer.Remove(i, 1) == shorter);

    private static DocumentMatch? BestNear(DocumentProbe probe, IssuingCode issuer, NumberRange numbers, IndexEntry entry)
    {
        var near =
            from number in NumbersOf(numbers)
            let strength = Nearness(probe.Number.ToString(), number.ToString())
            where strength is not null
            select new DocumentMatch(issuer, number, entry, strength.Value, NearSearch.RankOf(probe.CheckDigit, number.AsSpan()));
        return near.Min(Comparer<DocumentMatch>.Create(DocumentCheck.Compare));
    }

    private static IEnumerable<DocumentNumber> NumbersOf(NumberRange range)
    {
        if (range.IsSingle) return [range.First];
        var first = NumberRange.SuffixOf(range.First);
        return Enumerable.Range(0, (int)range.Count).Select(i => NumberRange.WithSuffix(range.First, first + i));
    }
}
