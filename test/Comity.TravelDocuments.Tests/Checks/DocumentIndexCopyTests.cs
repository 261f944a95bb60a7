using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Emrtd;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TravelDocuments.Tests.Checks;

public sealed class DocumentIndexCopyTests
{
    private static readonly IssuingCode[] Issuers = [.. new[] { "UTO", "XAR", "D" }.Select(code => IssuingCode.Parse(code))];

    private sealed record Row(IssuingCode Issuer, NumberRange Numbers, IndexEntry Entry);

    private static Gen<Row> Rows =>
        from issuer in Gen.Elements(Issuers)
        from form in Gen.Choose(0, 2)
        from n in Gen.Choose(0, 40)
        from log in Gen.Choose(0, 3)
        from index in Gen.Choose(0, 1000)
        let numbers = form switch
        {
            0 => NumberRange.Single(DocumentNumber.Parse($"A{n:D6}")),
            1 => NumberRange.Single(DocumentNumber.Parse($"LONGNUMBER{n:D6}")),
            _ => NumberRange.TryCreate(DocumentNumber.Parse($"B{n:D4}"), DocumentNumber.Parse($"B{n + 7:D4}"), out var range, out _) ? range : throw new InvalidOperationException(),
        }
        select new Row(issuer, numbers, new(new(log, index), form == 2 ? ReportKind.StolenBlank : ReportKind.Lost, DocumentClass.Passport, form == 2));

    [Fact]
    public void A_copy_read_back_answers_as_the_index_did_but_for_what_was_not_wanted()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(300), Prop.ForAll(Rows.ListOf().ToArbitrary(), rows =>
        {
            var index = new DocumentIndex(seed: 99);
            foreach (var row in rows) index.Add(row.Issuer, row.Numbers, row.Entry);
            static bool Wanted(RecordAddress at) => at.Log != 2 && at.Index % 7 != 3;
            var read = DocumentIndex.Read(new MemoryStream(Copied(index)), Wanted);

            var kept = rows.Where(row => Wanted(row.Entry.Address)).ToList();
            Assert.Equal(kept.Distinct().Count(), read.Count);
            Assert.Equal(kept.Select(row => row.Issuer).Distinct().Order(), read.Issuers);
            foreach (var row in rows)
            {
                Assert.Equal(kept.Distinct().Where(other => other.Issuer == row.Issuer && other.Numbers.Contains(row.Numbers.First)).Select(other => other.Entry).Order(), Found(read, row));
            }
            // It goes on as an index: what was read can be removed.
            foreach (var row in kept.Distinct()) Assert.True(read.Remove(row.Issuer, row.Numbers, row.Entry));
            Assert.Equal(0, read.Count);
            Assert.Empty(read.Issuers);
        }));
    }

    [Fact]
    public void What_is_cut_short_or_goes_on_or_is_out_of_order_is_no_copy()
    {
        var index = new DocumentIndex(seed: 5);
        for (var i = 0; i < 300; i++) index.Add(Issuers[i % 3], NumberRange.Single(DocumentNumber.Parse($"A{i:D6}")), new(new(1, i), ReportKind.Stolen, DocumentClass.Passport, false));
        var bytes = Copied(index);
        for (var length = 0; length < bytes.Length; length += 11)
        {
            Assert.ThrowsAny<IOException>(() => DocumentIndex.Read(new MemoryStream(bytes[..length]), _ => true));
        }

        Assert.Throws<InvalidDataException>(() => DocumentIndex.Read(new MemoryStream([.. bytes, 0]), _ => true));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.Choose(8, bytes.Length - 1).ToArbitrary(), Gen.Choose(1, 255).ToArbitrary(), (at, with) =>
        {
            var changed = (byte[])bytes.Clone();
            changed[at] ^= (byte)with;
            try
            {
                // A key may become another key; nothing else may come of it.
                Assert.InRange(DocumentIndex.Read(new MemoryStream(changed), _ => true).Count, 0, 300);
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
            }
        }));
    }

    [Fact]
    public async Task What_stands_throughout_is_in_a_copy_taken_while_others_come_and_go_and_what_goes_is_named()
    {
        var index = new DocumentIndex(seed: 17);
        const int Stands = 20_000, Goes = 5_000;
        static Row Of(int i) => new(Issuers[i % 3], NumberRange.Single(DocumentNumber.Parse($"C{i:D7}")), new(new(1, i), ReportKind.Stolen, DocumentClass.Passport, false));
        for (var i = 0; i < Stands + Goes; i++) index.Add(Of(i).Issuer, Of(i).Numbers, Of(i).Entry);

        using var copy = index.Copy();
        var changing = Task.Run(() =>
        {
            for (var i = Stands; i < Stands + Goes; i++)
            {
                index.Remove(Of(i).Issuer, Of(i).Numbers, Of(i).Entry);
                index.Add(Of(i + Goes).Issuer, Of(i + Goes).Numbers, Of(i + Goes).Entry);
            }
        }, TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        copy.Write(bytes);
        await changing;
        var read = DocumentIndex.Read(new MemoryStream(bytes.ToArray()), at => at.Index < Stands);

        Assert.Equal(Stands, read.Count);
        Assert.Equal(Enumerable.Range(Stands, Goes), copy.Removed.Select(at => (int)at.Index));
        Assert.Equal(Goes, index.Removals);
        Assert.Throws<InvalidOperationException>(() => index.Copy());
    }

    [Fact]
    public void A_key_that_was_spread_is_gathered_again() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll<ulong, ulong>((key, seed) => PackedKey.Gather(PackedKey.Spread(key, seed), seed) == key));

    private static byte[] Copied(DocumentIndex index)
    {
        using var copy = index.Copy();
        using var bytes = new MemoryStream();
        copy.Write(bytes);
        return bytes.ToArray();
    }

    private static IEnumerable<IndexEntry> Found(DocumentIndex index, Row row)
    {
        var entries = new IndexEntry[2000];
        return entries.Take(index.Find(row.Issuer, row.Numbers.First, entries)).ToArray().Order();
    }
}
