using System.Text;
using Comity.Core.Members;
using Comity.Emrtd;
using Comity.TravelDocuments.Inventory;
using Comity.TravelDocuments.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TravelDocuments.Tests.Inventory;

public sealed class StockTakingTests
{
    [Fact]
    public void A_missing_box_leaves_a_gap()
    {
        var findings = StockTaking.Compare(
        [
            Entry("A0001", "A1500", StockStatus.Delivered, "Printer"),
            Entry("A0001", "A0500", StockStatus.InStock, "Capital", "box 1"),
            Entry("A1001", "A1499", StockStatus.Used, "Harbour", "box 3"),
        ]);

        Assert.Equal([(StockFault.Missing, "A0501-A1000"), (StockFault.Missing, "A1500")], findings.Select(f => (f.Fault, f.Numbers.ToString())));
        Assert.Equal("UTO A0501-A1000: 500 delivered to Printer and accounted for nowhere.", findings[0].Explain().En);
        Assert.Equal("UTO A0501-A1000 : 500 livrés à Printer et comptés nulle part.", findings[0].Explain().Fr);
    }

    [Fact]
    public void Boxes_that_overlap_and_numbers_that_nobody_delivered_are_found()
    {
        var findings = StockTaking.Compare(
        [
            Entry("A0001", "A0100", StockStatus.Delivered, "Printer"),
            Entry("A0001", "A0060", StockStatus.InStock, "Capital", "box 1"),
            Entry("A0051", "A0110", StockStatus.Destroyed, "Harbour", "box 2"),
            Entry("B0001", "B0001", StockStatus.Used, "Capital"),
        ]);

        Assert.Equal(
            [(StockFault.CountedTwice, "A0051-A0060"), (StockFault.NeverDelivered, "A0101-A0110"), (StockFault.NeverDelivered, "B0001")],
            findings.Select(f => (f.Fault, f.Numbers.ToString())));
        Assert.Equal("UTO A0051-A0060: 10 accounted for more than once: Printer, Capital (box 1), Harbour (box 2).", findings[0].Explain().En);
    }

    [Fact]
    public void A_number_that_ends_in_a_letter_is_counted_like_any_other() =>
        Assert.Equal("ABC", Assert.Single(StockTaking.Compare([Entry("ABC", "ABC", StockStatus.Delivered, "Printer")])).Numbers.ToString());

    [Fact]
    public void Findings_are_those_of_counting_every_number_by_itself()
    {
        var entry =
            from prefix in Gen.Elements("A", "B")
            from a in Gen.Choose(0, 40)
            from b in Gen.Choose(0, 40)
            from status in Gen.Elements(StockStatus.Delivered, StockStatus.Delivered, StockStatus.InStock, StockStatus.Used)
            select Entry($"{prefix}{Math.Min(a, b):D2}", $"{prefix}{Math.Max(a, b):D2}", status, "Capital");

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(entry.ListOf().ToArbitrary(), entries =>
        {
            var found = StockTaking.Compare(entries).SelectMany(f => Enumerable.Range(0, 100)
                .SelectMany(i => new[] { $"A{i:D2}", $"B{i:D2}" }).Where(n => f.Numbers.Contains(DocumentNumber.Parse(n))).Select(n => (n, f.Fault)));
            var expected =
                from number in Enumerable.Range(0, 100).SelectMany(i => new[] { $"A{i:D2}", $"B{i:D2}" })
                let holding = entries.Where(e => e.Numbers.Contains(DocumentNumber.Parse(number))).ToList()
                let delivered = holding.Count(e => e.Status == StockStatus.Delivered)
                let counted = holding.Count - delivered
                from fault in new[]
                {
                    delivered > 0 && counted == 0 ? StockFault.Missing : default,
                    counted > 1 ? StockFault.CountedTwice : default,
                    delivered == 0 && counted > 0 ? StockFault.NeverDelivered : default,
                    delivered > 1 ? StockFault.DeliveredTwice : default,
                }
                where fault != default
                select (number, fault);
            return found.Order().SequenceEqual(expected.Order());
        }));
    }

    [Fact]
    public void An_entry_is_read_back_as_it_was_written()
    {
        var entry = Entry("A0001", "A0500", StockStatus.ReportedLost, "Capital", "box \"1\"") with { From = "Printer" };

        Assert.Equal(
            """{"v":1,"issuer":"UTO","type":"P","first":"A0001","last":"A0500","status":"reportedLost","place":"Capital","on":"2004-05-11","from":"Printer","box":"box \u00221\u0022"}""",
            Encoding.UTF8.GetString(entry.ToJson()));
        Assert.True(StockEntry.TryRead(entry.ToJson(), out var back, out _));
        Assert.Equal(entry, back);
    }

    [Theory]
    [InlineData("", "json")]
    [InlineData("null", "json")]
    [InlineData("""{"v":1,"color":"red"}""", "json")]
    [InlineData("""{"v":2}""", "v")]
    [InlineData("""{"v":1,"issuer":"UTOP"}""", "issuer")]
    [InlineData("""{"v":1,"issuer":"UTO","type":"P","first":"A9","last":"A1"}""", "last")]
    [InlineData("""{"v":1,"issuer":"UTO","type":"P","first":"A1","status":""}""", "status")]
    [InlineData("""{"v":1,"issuer":"UTO","type":"P","first":"A1","status":"used"}""", "place")]
    [InlineData("""{"v":1,"issuer":"UTO","type":"P","first":"A1","status":"used","place":"Capital","on":"May"}""", "on")]
    public void A_bad_entry_is_refused_and_the_field_named(string json, string field)
    {
        Assert.False(StockEntry.TryRead(Encoding.UTF8.GetBytes(json), out _, out var fault));
        Assert.Equal(field, fault.Field);
    }

    private static StockEntry Entry(string first, string last, StockStatus status, string place, string? box = null)
    {
        Assert.True(NumberRange.TryCreate(DocumentNumber.Parse(first), DocumentNumber.Parse(last), out var numbers, out var reason), reason?.En);
        return new(IssuingCode.Parse("UTO"), DocumentType.Parse("P"), numbers, status, place, new(2004, 5, 11), Box: box);
    }
}
