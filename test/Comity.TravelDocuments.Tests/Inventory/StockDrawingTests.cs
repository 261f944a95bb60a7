using Comity.Core.Members;
using Comity.Emrtd;
using Comity.TravelDocuments.Inventory;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Tests.Inventory;

public sealed class StockDrawingTests
{
    [Fact]
    public void What_is_missing_is_drawn_where_it_lies()
    {
        var stretch = Assert.Single(Draw(Entry("A0001", "A1000", StockStatus.Delivered, "Printer"), Entry("A0001", "A0500", StockStatus.InStock, "Store"), Entry("A0601", "A1000", StockStatus.Used, "Office")));

        Assert.Equal(["", "Office", "Store", "Missing"], stretch.Lanes.Select(lane => lane.Place ?? lane.Fault?.ToString() ?? ""));
        var gap = Assert.Single(stretch.Lanes[^1].Bars);
        Assert.Equal((0.5, 0.1, 100L), (gap.From, gap.Length, stretch.Lanes[^1].Count));
    }

    [Fact]
    public void Numbers_that_nothing_covers_part_two_drawings_and_the_one_with_a_fault_comes_first()
    {
        var stretches = Draw(
            Entry("A0001", "A0100", StockStatus.Delivered, "Printer"), Entry("A0001", "A0100", StockStatus.InStock, "Store"),
            Entry("A0101", "A0200", StockStatus.Delivered, "Printer"), Entry("A0101", "A0200", StockStatus.InStock, "Store"),
            Entry("A5001", "A5100", StockStatus.Delivered, "Printer"));

        Assert.Equal(["A5001-A5100", "A0001-A0200"], stretches.Select(stretch => stretch.Numbers.ToString()));
    }

    private static IReadOnlyList<StockStretch> Draw(params StockEntry[] entries) => StockDrawing.Draw(entries, StockTaking.Compare(entries));

    private static StockEntry Entry(string first, string last, StockStatus status, string place)
    {
        Assert.True(NumberRange.TryCreate(DocumentNumber.Parse(first), DocumentNumber.Parse(last), out var numbers, out _));
        return new(IssuingCode.Parse("UTO", null), DocumentType.Parse("P"), numbers, status, place, new DateOnly(2026, 3, 1));
    }
}
