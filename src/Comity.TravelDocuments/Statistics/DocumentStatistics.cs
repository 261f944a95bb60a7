using Comity.Core.Members;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Statistics;

/// <summary>How much is reported of one issuer with one kind.</summary>
/// <param name="Issuer">The issuer.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Records">How many records.</param>
/// <param name="Documents">How many documents; a range counts all of its numbers.</param>
/// <param name="Disputed">How many of the records are disputed.</param>
public sealed record RecordCount(IssuingCode Issuer, ReportKind Kind, long Records, long Documents, long Disputed);

/// <summary>What came of the checks of a period.</summary>
/// <param name="Checks">How many checks were put.</param>
/// <param name="Hits">How many had at least one hit.</param>
/// <param name="Near">How many had no hit and something near.</param>
/// <param name="Incomplete">How many could not be answered for every member.</param>
public readonly record struct CheckCount(long Checks, long Hits, long Near, long Incomplete)
{
    /// <summary>How many checks there are to one hit, or null where there was none.</summary>
    public double? ChecksPerHit => Hits == 0 ? null : (double)Checks / Hits;

    /// <summary>The counts of two periods together.</summary>
    public static CheckCount operator +(CheckCount a, CheckCount b) =>
        new(a.Checks + b.Checks, a.Hits + b.Hits, a.Near + b.Near, a.Incomplete + b.Incomplete);
}

/// <summary>Counts records.</summary>
public static class DocumentStatistics
{
    /// <summary>Counts records by issuer and kind, reading them once.</summary>
    /// <returns>By issuer, then kind; pairs without records are absent.</returns>
    public static IReadOnlyList<RecordCount> Count(IEnumerable<DocumentRecord> records)
    {
        var counts = new Dictionary<(IssuingCode, ReportKind), (long Records, long Documents, long Disputed)>();
        foreach (var record in records)
        {
            var (all, documents, disputed) = counts.GetValueOrDefault((record.Issuer, record.Kind));
            counts[(record.Issuer, record.Kind)] =
                (all + 1, documents + record.Numbers.Count, disputed + (record.Disputed is null ? 0 : 1));
        }
        return
        [
            .. counts.Select(c => new RecordCount(c.Key.Item1, c.Key.Item2, c.Value.Records, c.Value.Documents, c.Value.Disputed))
                .OrderBy(c => c.Issuer).ThenBy(c => c.Kind),
        ];
    }
}
