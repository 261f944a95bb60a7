using Comity.Core.Members;
using Comity.Emrtd;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TravelDocuments.Tests.Checks;

public sealed class DocumentCheckTests
{
    private static readonly IssuingCode Utopia = IssuingCode.Parse("UTO");

    [Fact]
    public void Hits_and_near_matches_are_those_of_the_definition()
    {
        var number =
            from letters in Gen.Elements('0', 'O', '1', 'I', 'A').ListOf(2)
            from digits in Gen.Choose(0, 29)
            select string.Concat(letters) + digits.ToString("D2", null);
        var record =
            from issuer in Gen.Elements("UTO", "XAR")
            from numbers in Gen.OneOf(number.Select(DocumentIndexTests.Single), DocumentIndexTests.Ranges)
            from documentClass in Gen.Elements(DocumentClass.Passport, DocumentClass.Card)
            select (IssuingCode.Parse(issuer), numbers, documentClass);
        var probe =
            from text in Gen.OneOf(number, DocumentIndexTests.Ranges.Select(r => r.First.ToString()))
            from issuer in Gen.Elements<string?>("UTO", "XAR", null)
            from type in Gen.Elements<string?>("P", "ID", null)
            from digit in Gen.Elements('<', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9')
            let parsed = DocumentNumber.Parse(text)
            select new DocumentProbe(
                parsed, issuer is null ? null : IssuingCode.Parse(issuer), type is null ? null : DocumentType.Parse(type),
                CheckDigitReading.Of(parsed, digit));
        var question =
            from records in record.ListOf(150)
            from probes in probe.ListOf(5)
            select (records, probes);

        var near = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), Prop.ForAll(question.ToArbitrary(), q =>
        {
            var index = new DocumentIndex(seed: 5);
            var definition = new DocumentIndexDefinition();
            foreach (var ((issuer, numbers, documentClass), i) in q.records.Select((r, i) => (r, i)))
            {
                var entry = new IndexEntry(new(i % 3, i), ReportKind.StolenBlank, documentClass, !numbers.IsSingle);
                index.Add(issuer, numbers, entry);
                definition.Add(issuer, numbers, entry);
            }
            return q.probes.All(p =>
            {
                var (found, expected) = (index.Check(p, mostNear: 10_000), definition.Check(p));
                near += found.Near.Count;
                return found.Hits.SequenceEqual(expected.Hits) && found.Near.SequenceEqual(expected.Near);
            });
        }));
        Assert.True(near > 1000, "the property met hardly anything near");
    }

    [Theory]
    [InlineData("L898902C3", "L8989O2C3", MatchStrength.NearOptical)]
    [InlineData("L898902C3", "LB9B9O2C3", MatchStrength.NearOptical)]
    [InlineData("L898902C3", "L899802C3", MatchStrength.NearTransposed)]
    [InlineData("L898902C3", "L898902C4", MatchStrength.NearSubstituted)]
    [InlineData("L898902C3", "L898902C", MatchStrength.NearExtra)]
    [InlineData("L898902C", "L898902C3", MatchStrength.NearMissing)]
    public void A_number_one_slip_away_is_near_and_never_a_hit(string asked, string reported, MatchStrength strength)
    {
        var matches = With(reported).Check(Probe(asked));

        Assert.Empty(matches.Hits);
        var match = Assert.Single(matches.Near);
        Assert.Equal((strength, MatchRank.Possible, reported), (match.Strength, match.Rank, match.Number.ToString()));
        Assert.StartsWith("Near, not a hit.", match.Explain(Probe(asked)).En, StringComparison.Ordinal);
        Assert.StartsWith("Proche, ce n'est pas une concordance.", match.Explain(Probe(asked)).Fr, StringComparison.Ordinal);
    }

    [Fact]
    public void Explanations_name_the_characters_and_their_places()
    {
        var probe = Probe("L898902C3");

        Assert.Equal(
            "Near, not a hit. UTO reports the number L8989O2C3, and L898902C3 was asked: they differ only in characters that look alike (O for 0 at place 6).",
            With("L8989O2C3").Check(probe).Near[0].Explain(probe).En);
        Assert.Equal(
            "Near, not a hit. UTO reports the number L899802C3, and L898902C3 was asked: the characters at places 4 and 5 are swapped.",
            With("L899802C3").Check(probe).Near[0].Explain(probe).En);
        Assert.Equal(
            "Proche, ce n'est pas une concordance. UTO signale le numéro L898902C, et L898902C3 a été demandé : le numéro demandé a 3 de trop à la position 9.",
            With("L898902C").Check(probe).Near[0].Explain(probe).Fr);
    }

    [Fact]
    public void Two_slips_are_not_near()
    {
        Assert.Empty(With("L898902D4").Check(Probe("L898902C3")).Near);
        Assert.Empty(With("L8989O2C4").Check(Probe("L898902C3")).Near);
    }

    [Fact]
    public void A_number_in_a_range_of_blanks_is_a_hit_and_its_neighbour_is_near()
    {
        var index = new DocumentIndex(seed: 1);
        index.Add(Utopia, DocumentIndexTests.Range("AB0000001", "AB0000500"), new(new(0, 9), ReportKind.StolenBlank, DocumentClass.Passport, true));

        Assert.Equal(MatchStrength.InRange, Assert.Single(index.Check(Probe("AB0000500")).Hits).Strength);
        var outside = index.Check(Probe("AB0000501"));
        Assert.Empty(outside.Hits);
        Assert.Equal(MatchStrength.NearTransposed, Assert.Single(outside.Near).Strength);
        Assert.Equal("AB0000051", outside.Near[0].Number.ToString());
        Assert.Equal(MatchStrength.NearOptical, Assert.Single(index.Check(Probe("ABO000S00")).Near).Strength);
        Assert.Equal("AB0000500", index.Check(Probe("ABO000S00")).Near[0].Number.ToString());
    }

    [Fact]
    public void A_check_digit_that_failed_puts_the_number_that_it_fits_first()
    {
        // 6 is the digit of L898902C3 (ICAO Doc 9303-4, appendix B), of which 8 was read as 0.
        var asked = DocumentNumber.Parse("L098902C3");
        var probe = new DocumentProbe(asked, Utopia, CheckDigit: CheckDigitReading.Of(asked, '6'));
        Assert.Equal(CheckDigitStatus.Failed, probe.CheckDigit.Status);

        var near = With("LO98902C3", "L898902C3", "L098902C4").Check(probe).Near;

        Assert.Equal(["L898902C3", "LO98902C3", "L098902C4"], near.Select(m => m.Number.ToString()));
        Assert.Equal([MatchRank.Likely, MatchRank.Unlikely, MatchRank.Unlikely], near.Select(m => m.Rank));
        Assert.EndsWith("fits the reported number and not the one asked.", near[0].Explain(probe).En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_digit_that_fits_the_number_asked_makes_what_is_near_unlikely()
    {
        var asked = DocumentNumber.Parse("L898902C3");
        var probe = new DocumentProbe(asked, Utopia, CheckDigit: CheckDigitReading.Of(asked, '6'));

        Assert.Equal(CheckDigitStatus.Verified, probe.CheckDigit.Status);
        Assert.Equal(MatchRank.Unlikely, Assert.Single(With("L898902C4").Check(probe).Near).Rank);
    }

    [Fact]
    public void The_same_number_on_another_sort_of_document_is_near()
    {
        var index = With("L898902C3");

        var passport = index.Check(Probe("L898902C3") with { Type = DocumentType.Parse("PD") });
        var card = index.Check(Probe("L898902C3") with { Type = DocumentType.Parse("ID") });

        Assert.Single(passport.Hits);
        Assert.Empty(card.Hits);
        Assert.Equal(MatchStrength.NearOtherType, Assert.Single(card.Near).Strength);
    }

    [Fact]
    public void A_list_that_is_cut_says_how_many_were_left_out()
    {
        var index = With([.. Enumerable.Range(0, 36).Select(i => $"L898902C{"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i]}")]);
        for (var i = 100; i < 250; i++) index.Add(Utopia, DocumentIndexTests.Single("L898902C3"), DocumentIndexTests.Entry(i));

        var matches = index.Check(Probe("L898902C3"));

        Assert.Equal((100, 51), (matches.Hits.Count, matches.HitsLeftOut));
        Assert.Equal((20, 15), (matches.Near.Count, matches.NearLeftOut));
        Assert.Empty(index.Check(Probe("L898902C3"), mostNear: 0).Near);
    }

    [Fact]
    public void A_long_number_with_many_lookalikes_is_found_by_all_of_them()
    {
        var index = With("O0O0O0O0O0O0O0O0O0O0O0O0");

        var match = Assert.Single(index.Check(Probe("0O0O0O0O0O0O0O0O0O0O0O0O")).Near);

        Assert.Equal(MatchStrength.NearOptical, match.Strength);
    }

    private static DocumentProbe Probe(string number) => new(DocumentNumber.Parse(number), Utopia);

    private static DocumentIndex With(params string[] numbers)
    {
        var index = new DocumentIndex(seed: 1);
        for (var i = 0; i < numbers.Length; i++) index.Add(Utopia, DocumentIndexTests.Single(numbers[i]), DocumentIndexTests.Entry(i));
        return index;
    }
}
