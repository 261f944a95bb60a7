using Comity.Core.Members;
using Comity.Emrtd;
using Comity.TravelDocuments.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TravelDocuments.Tests.Records;

public sealed class ValueTests
{
    [Theory]
    [InlineData("D", "D")]
    [InlineData("D<<", "D")]
    [InlineData("gbd", "GBD")]
    [InlineData("UTO ", "UTO")]
    public void An_issuing_code_has_one_form_however_it_is_spelled(string spelled, string form) =>
        Assert.Equal(form, IssuingCode.Parse(spelled).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("<<<")]
    [InlineData("UTOP")]
    [InlineData("U1")]
    [InlineData("D<D")]
    [InlineData("É")]
    public void What_is_no_issuing_code_is_refused(string text) => Assert.False(IssuingCode.TryParse(text, out _));

    [Fact]
    public void Ordinals_are_one_to_one_and_in_alphabetical_order()
    {
        var codes = Enumerable.Range(1, IssuingCode.MaxOrdinal).Select(TryFromOrdinal).OfType<IssuingCode>().ToList();

        Assert.Equal(26 + 26 * 26 + 26 * 26 * 26, codes.Count);
        Assert.Equal(codes.Select(c => c.ToString()).Order(StringComparer.Ordinal), codes.Select(c => c.ToString()));
        Assert.All(codes, c => Assert.Equal(c, IssuingCode.Parse(c.ToString())));
        Assert.True(IssuingCode.MaxOrdinal < 1 << 15);
    }

    [Theory]
    [InlineData("P<", "P", DocumentClass.Passport)]
    [InlineData("pp", "PP", DocumentClass.Passport)]
    [InlineData("ID", "ID", DocumentClass.Card)]
    [InlineData("AC", "AC", DocumentClass.Card)]
    [InlineData("V", "V", DocumentClass.Visa)]
    [InlineData("XX", "XX", DocumentClass.Other)]
    public void A_type_says_its_class(string spelled, string form, DocumentClass expected)
    {
        var type = DocumentType.Parse(spelled);

        Assert.Equal((form, expected), (type.ToString(), type.Class));
    }

    [Theory]
    [InlineData("2004", true)]
    [InlineData("2004-05", true)]
    [InlineData("2004-02-29", true)]
    [InlineData("2003-02-29", false)]
    [InlineData("2004-13", false)]
    [InlineData("2004-00-01", false)]
    [InlineData("2004-5", false)]
    [InlineData("1899", false)]
    [InlineData("11.05.2004", false)]
    [InlineData("", false)]
    public void A_date_may_be_partly_known_but_not_wrong(string text, bool isDate)
    {
        Assert.Equal(isDate, IncidentDate.TryParse(text, out var date));
        Assert.Equal(isDate ? text : "", date.ToString());
    }

    [Theory]
    [InlineData("AB12C0001", "AB12C0500", 500)]
    [InlineData("0000001", "9999999", 9_999_999)]
    [InlineData("A0", "A9", 10)]
    [InlineData("ABC", "ABC", 1)]
    public void A_range_counts_its_documents(string first, string last, long count)
    {
        Assert.True(NumberRange.TryCreate(DocumentNumber.Parse(first), DocumentNumber.Parse(last), out var range, out _));
        Assert.Equal(count, range.Count);
        Assert.True(range.Contains(DocumentNumber.Parse(first)) && range.Contains(DocumentNumber.Parse(last)));
    }

    [Theory]
    [InlineData("A1", "A10", "same length")]
    [InlineData("A0001", "B0001", "only in the digits")]
    [InlineData("A1B", "A2B", "only in the digits")]
    [InlineData("A0002", "A0001", "before the first")]
    [InlineData("00000000", "10000000", "at most 10000000")]
    public void What_is_no_range_is_refused_with_the_reason(string first, string last, string reason)
    {
        Assert.False(NumberRange.TryCreate(DocumentNumber.Parse(first), DocumentNumber.Parse(last), out _, out var said));
        Assert.Contains(reason, said.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_contains_the_numbers_that_counting_reaches_and_no_other() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
            Gen.Elements("", "A", "1A", "ZZ").ToArbitrary(), Gen.Choose(0, 999).Two().ToArbitrary(), Gen.Choose(0, 999).ToArbitrary(),
            (prefix, ends, asked) =>
            {
                var (a, b) = (Math.Min(ends.Item1, ends.Item2), Math.Max(ends.Item1, ends.Item2));
                NumberRange.TryCreate(DocumentNumber.Parse($"{prefix}{a:D3}"), DocumentNumber.Parse($"{prefix}{b:D3}"), out var range, out _);
                return range.Contains(DocumentNumber.Parse($"{prefix}{asked:D3}")) == (a <= asked && asked <= b)
                    && !range.Contains(DocumentNumber.Parse($"Q{asked:D3}"))
                    && !range.Contains(DocumentNumber.Parse($"{prefix}0{asked:D3}"));
            }));

    private static IssuingCode? TryFromOrdinal(int ordinal)
    {
        try
        {
            return IssuingCode.FromOrdinal(ordinal);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
