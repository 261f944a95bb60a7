using Comity.Core.Registers;
using Comity.Core.Members;
using Comity.Emrtd;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TravelDocuments.Tests.Checks;

public sealed class DocumentIndexTests
{
    private static readonly IssuingCode Utopia = IssuingCode.Parse("UTO");
    private static readonly IssuingCode Arcadia = IssuingCode.Parse("XAR");

    /// <summary>One step of a model test. Few numbers and addresses, so that steps meet.</summary>
    public sealed record Step(bool Adds, IssuingCode Issuer, NumberRange Numbers, IndexEntry Entry);

    [Fact]
    public void Any_sequence_of_changes_leaves_what_the_definition_says()
    {
        var step =
            from adds in Gen.Frequency((3, Gen.Constant(true)), (2, Gen.Constant(false)))
            from issuer in Gen.Elements(Utopia, Arcadia, IssuingCode.Parse("D"))
            from numbers in Ranges
            from log in Gen.Choose(0, 2)
            from index in Gen.Choose(0, 3)
            from kind in Gen.Elements(ReportKind.StolenBlank, ReportKind.Lost)
            select new Step(adds, issuer, numbers, new(new(log, index), kind, DocumentClass.Passport, !numbers.IsSingle));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(400), Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            var index = new DocumentIndex(seed: 42);
            var definition = new DocumentIndexDefinition();
            foreach (var s in steps)
            {
                var (did, should) = s.Adds
                    ? (index.Add(s.Issuer, s.Numbers, s.Entry), definition.Add(s.Issuer, s.Numbers, s.Entry))
                    : (index.Remove(s.Issuer, s.Numbers, s.Entry), definition.Remove(s.Issuer, s.Numbers, s.Entry));
                if (did != should) return false;
                if (!Agrees(index, definition, s.Issuer, s.Numbers.First) || !Agrees(index, definition, s.Issuer, s.Numbers.Last)) return false;
            }
            return steps.All(s => Agrees(index, definition, s.Issuer, s.Numbers.First) && Agrees(index, definition, s.Issuer, s.Numbers.Last));
        }));
    }

    [Fact]
    public void Forgetting_addresses_leaves_the_index_of_those_that_remain()
    {
        var added =
            from issuer in Gen.Elements(Utopia, Arcadia, IssuingCode.Parse("D"))
            from numbers in Ranges
            from log in Gen.Choose(0, 2)
            from index in Gen.Choose(0, 3)
            select new Step(true, issuer, numbers, new(new(log, index), ReportKind.Lost, DocumentClass.Passport, !numbers.IsSingle));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(200), Prop.ForAll(added.ListOf().ToArbitrary(), steps =>
        {
            var index = new DocumentIndex(seed: 42);
            var definition = new DocumentIndexDefinition();
            static bool Gone(RecordAddress at) => (at.Log + at.Index) % 2 == 0;
            foreach (var s in steps)
            {
                index.Add(s.Issuer, s.Numbers, s.Entry);
                if (!Gone(s.Entry.Address)) definition.Add(s.Issuer, s.Numbers, s.Entry);
            }
            foreach (var _ in index.Forget(Gone))
            {
            }
            var issuers = steps.Where(s => !Gone(s.Entry.Address)).Select(s => s.Issuer).Distinct().Order();
            return steps.All(s => Agrees(index, definition, s.Issuer, s.Numbers.First) && Agrees(index, definition, s.Issuer, s.Numbers.Last))
                && index.Issuers.SequenceEqual(issuers);
        }));
    }

    [Fact]
    public void Growing_and_emptying_loses_and_keeps_nothing()
    {
        var index = new DocumentIndex(seed: 7);
        const int count = 60_000;
        for (var i = 0; i < count; i++) Assert.True(index.Add(Utopia, Number(i), Entry(i)));
        Assert.Equal(count, index.Count);
        var entries = new IndexEntry[4];
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(1, index.Find(Utopia, Number(i).First, entries));
            Assert.Equal(i, entries[0].Address.Index);
            Assert.Equal(0, index.Find(Utopia, Number(i + count).First, entries));
        }

        for (var i = 0; i < count; i += 2) Assert.True(index.Remove(Utopia, Number(i), Entry(i)));
        for (var i = 0; i < count; i++) Assert.Equal(i % 2, index.Find(Utopia, Number(i).First, entries));

        for (var i = 1; i < count; i += 2) Assert.True(index.Remove(Utopia, Number(i), Entry(i)));
        Assert.Equal(0, index.Count);
        Assert.Empty(index.Issuers);
        for (var i = 0; i < count; i++) Assert.Equal(0, index.Find(Utopia, Number(i).First, entries));
    }

    [Fact]
    public void Numbers_that_differ_in_leading_zeros_or_issuer_are_different_documents()
    {
        var index = new DocumentIndex(seed: 1);
        index.Add(Utopia, Single("1"), Entry(1));
        index.Add(Utopia, Single("01"), Entry(2));
        index.Add(Arcadia, Single("1"), Entry(3));

        Assert.Equal([1], Indexes(index, Utopia, "1"));
        Assert.Equal([2], Indexes(index, Utopia, "01"));
        Assert.Equal([3], Indexes(index, Arcadia, "1"));
        Assert.Empty(Indexes(index, Arcadia, "01"));
    }

    [Fact]
    public void A_call_with_little_room_still_tells_how_many_records_there_are()
    {
        var index = new DocumentIndex(seed: 1);
        for (var i = 0; i < 300; i++) index.Add(Utopia, Single("L898902C3"), Entry(i));

        Assert.Equal(300, index.Find(Utopia, DocumentNumber.Parse("L898902C3"), []));
        Assert.Equal(300, Indexes(index, Utopia, "L898902C3").Distinct().Count());
    }

    [Fact]
    public void Readers_never_miss_a_standing_key_nor_see_a_wrong_address_while_a_writer_works()
    {
        var index = new DocumentIndex(seed: 11);
        const int standing = 20_000;
        for (var i = 0; i < standing; i++) index.Add(Utopia, Number(i), Entry(i));
        index.Add(Utopia, Range("BL0100000", "BL0199999"), new(new(0, 5_000_000), ReportKind.StolenBlank, DocumentClass.Passport, true));
        var done = 0;
        string? wrong = null;

        var readers = Enumerable.Range(0, 2).Select(r => new Thread(() =>
        {
            Span<IndexEntry> entries = stackalloc IndexEntry[4];
            for (var i = r; Volatile.Read(ref done) == 0; i = (i * 31 + 7) % 60_000)
            {
                var found = index.Find(Utopia, Number(i).First, entries);
                if (found > 1 || (found == 0 && i < standing)) wrong = $"{found} records under number {i}";
                if (found == 1 && entries[0].Address.Index != i) wrong = $"{entries[0].Address.Index} under number {i}";
                if (index.Find(Utopia, DocumentNumber.Parse("BL0150000"), entries) is 0 or > 2) wrong = "a range was missed";
            }
        })).ToArray();
        foreach (var reader in readers) reader.Start();
        for (var round = 0; round < 5; round++)
        {
            for (var i = standing; i < 60_000; i++) index.Add(Utopia, Number(i), Entry(i));
            index.Add(Utopia, Range("BL0140000", "BL0150000"), new(new(1, round), ReportKind.StolenBlank, DocumentClass.Passport, true));
            for (var i = standing; i < 60_000; i++) index.Remove(Utopia, Number(i), Entry(i));
            index.Remove(Utopia, Range("BL0140000", "BL0150000"), new(new(1, round), ReportKind.StolenBlank, DocumentClass.Passport, true));
        }
        Volatile.Write(ref done, 1);
        foreach (var reader in readers) reader.Join();

        Assert.Null(wrong);
    }

    [Fact]
    public void An_entry_gives_back_what_went_into_it()
    {
        var entry = new IndexEntry(new(IndexEntry.MaxLog, IndexEntry.MaxIndex), ReportKind.Invalid, DocumentClass.Visa, true);

        Assert.Equal(new RecordAddress(IndexEntry.MaxLog, IndexEntry.MaxIndex), entry.Address);
        Assert.Equal((ReportKind.Invalid, DocumentClass.Visa, true), (entry.Kind, entry.Class, entry.IsRange));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IndexEntry(new(0, -1), ReportKind.Lost, DocumentClass.Other, false));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IndexEntry(new(IndexEntry.MaxLog + 1, 0), ReportKind.Lost, DocumentClass.Other, false));
    }

    /// <summary>Numbers of few letters, short and long, and overlapping ranges of few digits.</summary>
    internal static Gen<NumberRange> Ranges { get; } = Gen.Frequency(
        (5, from prefix in Gen.Elements("", "A", "O", "AB1234", "B0IZ", "0000000000A", "O0000000000A", "123456789012345678901A")
            from digits in Gen.Choose(0, 99)
            select Single(prefix + digits)),
        (3, from prefix in Gen.Elements("A", "O", "0A", "OA", "AB1234S", "0000000000A", "")
            from a in Gen.Choose(0, 99)
            from b in Gen.Choose(0, 99)
            select Range($"{prefix}{Math.Min(a, b):D2}", $"{prefix}{Math.Max(a, b):D2}")));

    internal static NumberRange Single(string number) => NumberRange.Single(DocumentNumber.Parse(number));

    internal static NumberRange Range(string first, string last)
    {
        Assert.True(NumberRange.TryCreate(DocumentNumber.Parse(first), DocumentNumber.Parse(last), out var range, out var reason), reason?.En);
        return range;
    }

    internal static IndexEntry Entry(long index) => new(new(0, index), ReportKind.Lost, DocumentClass.Passport, false);

    private static NumberRange Number(int i) => Single($"X{(uint)i * 2654435761 % 100_000_007:D8}");

    private static List<long> Indexes(DocumentIndex index, IssuingCode issuer, string number)
    {
        var entries = new IndexEntry[400];
        var found = index.Find(issuer, DocumentNumber.Parse(number), entries);
        return [.. entries.Take(found).Select(e => e.Address.Index)];
    }

    private static bool Agrees(DocumentIndex index, DocumentIndexDefinition definition, IssuingCode issuer, DocumentNumber number)
    {
        var entries = new IndexEntry[200];
        var found = index.Find(issuer, number, entries);
        return entries.Take(found).Order().SequenceEqual(definition.Find(issuer, number).Order());
    }
}
