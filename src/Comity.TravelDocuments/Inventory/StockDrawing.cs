using Comity.Core.Members;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Inventory;

/// <summary>A stretch of numbers that entries cover without a hole, as it is drawn: a lane for the deliveries, one for each place, one for what is accounted for nowhere.</summary>
/// <param name="Issuer">The issuer.</param>
/// <param name="Class">The class of document.</param>
/// <param name="Numbers">The whole stretch.</param>
/// <param name="Lanes">The lanes, deliveries first, what is missing or counted twice last.</param>
/// <param name="Findings">What is wrong in it.</param>
public sealed record StockStretch(IssuingCode Issuer, DocumentClass Class, NumberRange Numbers, IReadOnlyList<StockLane> Lanes, IReadOnlyList<StockFinding> Findings);

/// <summary>One lane: numbers of one kind or place.</summary>
/// <param name="Place">The stock place; null for a lane of deliveries or of a fault.</param>
/// <param name="Fault">The fault; null for deliveries and places.</param>
/// <param name="Count">How many documents.</param>
/// <param name="Bars">What is drawn.</param>
public sealed record StockLane(string? Place, StockFault? Fault, long Count, IReadOnlyList<StockBar> Bars);

/// <summary>A run of numbers on the line.</summary>
/// <param name="Numbers">The numbers.</param>
/// <param name="Status">What became of them; null for a fault.</param>
/// <param name="From">Where it begins, 0 to 1 of the stretch.</param>
/// <param name="Length">How long it is, above 0, at most 1.</param>
public sealed record StockBar(NumberRange Numbers, StockStatus? Status, double From, double Length);

/// <summary>Lays the stock out on number lines.</summary>
public static class StockDrawing
{
    /// <summary>Draws the stock.</summary>
    /// <param name="entries">Deliveries and boxes in any order.</param>
    /// <param name="findings">What <see cref="StockTaking.Compare"/> says of them.</param>
    /// <returns>Stretches with something wrong first, then by issuer and number.</returns>
    public static IReadOnlyList<StockStretch> Draw(IEnumerable<StockEntry> entries, IReadOnlyList<StockFinding> findings)
    {
        var groups = entries.GroupBy(e => (e.Issuer, e.Type.Class, e.Numbers.First.Length, Prefix: NumberRange.PrefixOf(e.Numbers.First).ToString()));
        return
        [
            .. groups.SelectMany(group => Stretches([.. group.OrderBy(First)])).Select(stretch => Lay(stretch, findings))
                .OrderBy(stretch => stretch.Findings.Count == 0).ThenBy(stretch => stretch.Issuer).ThenBy(stretch => stretch.Numbers.First),
        ];
    }

    /// <summary>Cuts entries where no number between them is covered by any.</summary>
    private static IEnumerable<List<StockEntry>> Stretches(List<StockEntry> ordered)
    {
        List<StockEntry> stretch = [];
        var end = 0L;
        foreach (var entry in ordered)
        {
            if (stretch.Count > 0 && First(entry) > end + 1)
            {
                yield return stretch;
                stretch = [];
            }

            end = stretch.Count == 0 ? Last(entry) : Math.Max(end, Last(entry));
            stretch.Add(entry);
        }

        yield return stretch;
    }

    private static StockStretch Lay(List<StockEntry> entries, IReadOnlyList<StockFinding> all)
    {
        var sample = entries[0];
        var (first, last) = (entries.Min(First), entries.Max(Last));
        NumberRange.TryCreate(NumberRange.WithSuffix(sample.Numbers.First, first), NumberRange.WithSuffix(sample.Numbers.First, last), out var whole, out _);
        var found = all.Where(finding => finding.Issuer == sample.Issuer && finding.Class == sample.Type.Class && finding.Entries.Any(entries.Contains)).ToList();
        var delivered = entries.Where(entry => entry.Status == StockStatus.Delivered).ToList();
        var places = entries.Except(delivered).GroupBy(entry => entry.Place).OrderBy(place => place.Key, StringComparer.Ordinal);
        StockBar Bar(NumberRange numbers, StockStatus? status)
        {
            var span = (double)(last - first + 1);
            return new(numbers, status, (NumberRange.SuffixOf(numbers.First) - first) / span, numbers.Count / span);
        }

        StockLane Lane(string? place, IReadOnlyList<StockEntry> of) => new(place, null, of.Sum(entry => entry.Numbers.Count), [.. of.Select(entry => Bar(entry.Numbers, entry.Status))]);

        return new(
            sample.Issuer, sample.Type.Class, whole,
            [
                Lane(null, delivered), .. places.Select(place => Lane(place.Key, [.. place])),
                .. found.GroupBy(finding => finding.Fault).OrderBy(fault => fault.Key).Select(fault => new StockLane(null, fault.Key, fault.Sum(finding => finding.Numbers.Count), [.. fault.Select(finding => Bar(finding.Numbers, null))])),
            ],
            found);
    }

    private static long First(StockEntry entry) => NumberRange.SuffixOf(entry.Numbers.First);

    private static long Last(StockEntry entry) => NumberRange.SuffixOf(entry.Numbers.Last);
}
