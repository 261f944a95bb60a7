using Comity.Core.Registers;
using System.Runtime.InteropServices;
using Comity.Core.Members;

namespace Comity.TravelDocuments.Checks;

/// <summary>Puts a probe to the index: what is a hit, and apart from it what comes near.</summary>
public static class DocumentCheck
{
    /// <summary>The most hits in one answer.</summary>
    public const int MostHits = 100;

    /// <summary>The most near matches in one answer, unless the caller says otherwise.</summary>
    public const int MostNear = 20;

    /// <summary>Checks one document.</summary>
    /// <param name="index">The index.</param>
    /// <param name="probe">The probe.</param>
    /// <param name="mostNear">The most near matches to give; 0 does not look for any.</param>
    /// <returns>Hits by strength, issuer and address; near matches by rank, strength, issuer, number and address.</returns>
    /// <exception cref="ArgumentException">The probe has no number.</exception>
    public static DocumentMatches Check(this DocumentIndex index, DocumentProbe probe, int mostNear = MostNear)
    {
        if (probe.Number.IsEmpty) throw new ArgumentException("The probe has no number.", nameof(probe));
        ArgumentOutOfRangeException.ThrowIfNegative(mostNear);
        IReadOnlyList<IssuingCode> issuers = probe.Issuer is { } issuer ? [issuer] : index.Issuers;

        var exact = issuers.SelectMany(i => Exact(index, probe, i)).ToList();
        exact.Sort(Compare);
        var hits = exact.Where(m => m.Strength.IsHit()).ToList();
        var near = mostNear > 0 ? Near(index, probe, issuers, exact) : [];
        return new(
            [.. hits.Take(MostHits)], [.. near.Take(mostNear)],
            Math.Max(0, hits.Count - MostHits), Math.Max(0, near.Count - mostNear));
    }

    internal static int Compare(DocumentMatch a, DocumentMatch b)
    {
        var order = a.Rank.CompareTo(b.Rank);
        if (order == 0) order = a.Strength.CompareTo(b.Strength);
        if (order == 0) order = a.Issuer.CompareTo(b.Issuer);
        if (order == 0) order = a.Number.CompareTo(b.Number);
        if (order == 0) order = a.Address.Log.CompareTo(b.Address.Log);
        return order == 0 ? a.Address.Index.CompareTo(b.Address.Index) : order;
    }

    /// <summary>What stands under the very number: hits, and records of another class.</summary>
    internal static DocumentMatch MatchOf(DocumentProbe probe, IssuingCode issuer, IndexEntry entry) =>
        probe.Type is { } type && type.Class != entry.Class
            ? new(issuer, probe.Number, entry, MatchStrength.NearOtherType, MatchRank.Possible)
            : new(issuer, probe.Number, entry, entry.IsRange ? MatchStrength.InRange : MatchStrength.Exact, MatchRank.Likely);

    private static IEnumerable<DocumentMatch> Exact(DocumentIndex index, DocumentProbe probe, IssuingCode issuer)
    {
        var entries = new IndexEntry[8];
        var found = index.Find(issuer, probe.Number, entries);
        while (found > entries.Length)
        {
            entries = new IndexEntry[found];
            found = index.Find(issuer, probe.Number, entries);
        }
        return entries.Take(found).Select(e => MatchOf(probe, issuer, e));
    }

    private static List<DocumentMatch> Near(
        DocumentIndex index, DocumentProbe probe, IReadOnlyList<IssuingCode> issuers, List<DocumentMatch> exact)
    {
        var best = new Dictionary<RecordAddress, DocumentMatch>();
        foreach (var match in exact) best.TryAdd(match.Address, match);
        var search = new NearSearch(index, probe, Offer);
        foreach (var issuer in issuers) search.Run(issuer);

        var near = best.Values.Where(m => !m.Strength.IsHit()).ToList();
        near.Sort(Compare);
        return near;

        void Offer(DocumentMatch match)
        {
            ref var kept = ref CollectionsMarshal.GetValueRefOrAddDefault(best, match.Address, out var exists);
            // What stands under the very number is never also near by another one.
            if (!exists || (kept!.Number != probe.Number && Compare(match, kept) < 0)) kept = match;
        }
    }
}
