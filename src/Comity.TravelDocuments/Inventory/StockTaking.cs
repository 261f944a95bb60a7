using Comity.Core.Registers;
using Comity.Core.Members;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Inventory;

/// <summary>What is wrong with some numbers.</summary>
public enum StockFault
{
    /// <summary>Delivered, and accounted for nowhere: a box is missing.</summary>
    Missing = 1,

    /// <summary>Accounted for more than once.</summary>
    CountedTwice = 2,

    /// <summary>Accounted for, and never delivered.</summary>
    NeverDelivered = 3,

    /// <summary>Delivered more than once.</summary>
    DeliveredTwice = 4,
}

/// <summary>A run of numbers with one fault.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Issuer">The issuer.</param>
/// <param name="Class">The class of document.</param>
/// <param name="Numbers">Which numbers, as long a run as has the same fault in the same entries.</param>
/// <param name="Entries">The entries in which they stand, deliveries first.</param>
public sealed record StockFinding(
    StockFault Fault, IssuingCode Issuer, DocumentClass Class, NumberRange Numbers, IReadOnlyList<StockEntry> Entries)
{
    /// <summary>The finding in a sentence.</summary>
    public Words Explain()
    {
        var places = string.Join(", ", Entries.Select(e => e.Box is null ? e.Place : $"{e.Place} ({e.Box})"));
        var (count, what) = (Numbers.Count, $"{Issuer} {Numbers}");
        return Fault switch
        {
            StockFault.Missing => new(
                $"{what}: {count} delivered to {places} and accounted for nowhere.",
                $"{what} : {count} livrés à {places} et comptés nulle part."),
            StockFault.CountedTwice => new(
                $"{what}: {count} accounted for more than once: {places}.",
                $"{what} : {count} comptés plus d'une fois : {places}."),
            StockFault.NeverDelivered => new(
                $"{what}: {count} accounted for at {places} and never delivered.",
                $"{what} : {count} comptés à {places} et jamais livrés."),
            _ => new(
                $"{what}: {count} delivered more than once: {places}.",
                $"{what} : {count} livrés plus d'une fois : {places}."),
        };
    }
}

/// <summary>Compares what the printer delivered with what is accounted for.</summary>
public static class StockTaking
{
    /// <summary>Finds every number that is accounted for nowhere or more than once, or was never or twice delivered.</summary>
    /// <param name="entries">Deliveries and boxes in any order. Several issuers, classes, lengths and prefixes may be mixed.</param>
    /// <returns>Findings by issuer, class and first number; none where all is well. One run of numbers may have two.</returns>
    /// <remarks>Time grows with the entries (n log n) and with how many of them overlap, not with the numbers in them.</remarks>
    public static IReadOnlyList<StockFinding> Compare(IEnumerable<StockEntry> entries)
    {
        var groups = entries.GroupBy(e => (
            e.Issuer, e.Type.Class, e.Numbers.First.Length, Prefix: NumberRange.PrefixOf(e.Numbers.First).ToString()));
        return
        [
            .. groups.OrderBy(g => g.Key.Issuer).ThenBy(g => g.Key.Class)
                .ThenBy(g => g.Key.Length).ThenBy(g => g.Key.Prefix, StringComparer.Ordinal)
                .SelectMany(g => Sweep([.. g])),
        ];
    }

    /// <summary>Walks along the numbers of one prefix from edge to edge; between two edges nothing changes.</summary>
    private static List<StockFinding> Sweep(List<StockEntry> entries)
    {
        var edges = entries
            .SelectMany(e => new[]
            {
                (At: NumberRange.SuffixOf(e.Numbers.First), Opens: true, Entry: e),
                (At: NumberRange.SuffixOf(e.Numbers.Last) + 1, Opens: false, Entry: e),
            })
            .OrderBy(e => e.At).ToList();
        var (delivered, counted) = (new List<StockEntry>(), new List<StockEntry>());
        var findings = new List<StockFinding>();
        for (var i = 0; i < edges.Count; i++)
        {
            var (at, opens, entry) = edges[i];
            var open = entry.Status == StockStatus.Delivered ? delivered : counted;
            if (opens) open.Add(entry);
            else open.RemoveAt(open.FindIndex(e => ReferenceEquals(e, entry)));
            if (i + 1 < edges.Count && edges[i + 1].At > at) Judge(at, edges[i + 1].At - 1, delivered, counted, findings);
        }
        return findings;
    }

    private static void Judge(long first, long last, List<StockEntry> delivered, List<StockEntry> counted, List<StockFinding> findings)
    {
        if (delivered.Count > 1) Report(StockFault.DeliveredTwice, delivered);
        if (counted.Count > 1) Report(StockFault.CountedTwice, [.. delivered, .. counted]);
        if (delivered.Count > 0 && counted.Count == 0) Report(StockFault.Missing, delivered);
        if (delivered.Count == 0 && counted.Count > 0) Report(StockFault.NeverDelivered, counted);

        void Report(StockFault fault, List<StockEntry> among)
        {
            var sample = among[0];
            var numbers = Run(sample, first, last);
            findings.Add(new(fault, sample.Issuer, sample.Type.Class, numbers, [.. among]));
        }
    }

    private static NumberRange Run(StockEntry sample, long first, long last)
    {
        // A run between two edges lies within one entry, so it obeys every rule of a range.
        NumberRange.TryCreate(
            NumberRange.WithSuffix(sample.Numbers.First, first), NumberRange.WithSuffix(sample.Numbers.First, last), out var range, out _);
        return range;
    }
}
