using FsCheck;
using FsCheck.Fluent;

namespace Comity.Emrtd.Tests;

public sealed class DocumentNumberTests
{
    [Theory]
    [InlineData("L898902C<", "L898902C")]
    [InlineData("l898902c", "L898902C")]
    [InlineData(" l-898.902/c ", "L898902C")]
    [InlineData("D23145890<7349", "D231458907349")]
    [InlineData("0", "0")]
    [InlineData("O0", "O0")]
    public void A_typed_and_a_scanned_number_are_equal(string spelling, string normal)
    {
        Assert.True(DocumentNumber.TryParse(spelling, out var number, out var fault));

        Assert.Equal(DocumentNumber.Parse(normal), number);
        Assert.Equal(DocumentNumber.Parse(normal).GetHashCode(), number.GetHashCode());
        Assert.Equal(normal, number.ToString());
        Assert.Equal(normal.Length, number.Length);
        Assert.Equal(normal[^1], number[number.Length - 1]);
        Assert.Equal(DocumentNumberFault.None, fault);
    }

    [Theory]
    [InlineData("", DocumentNumberFaultKind.Empty, 0)]
    [InlineData("<<- ./", DocumentNumberFaultKind.Empty, 0)]
    [InlineData("L89_02C", DocumentNumberFaultKind.InvalidCharacter, 3)]
    [InlineData("L89\t02C", DocumentNumberFaultKind.InvalidCharacter, 3)]
    [InlineData("\uFF11\uFF12", DocumentNumberFaultKind.InvalidCharacter, 0)]
    [InlineData("A\u00E9", DocumentNumberFaultKind.InvalidCharacter, 1)]
    [InlineData("A\u0661", DocumentNumberFaultKind.InvalidCharacter, 1)]
    [InlineData("A\u017F", DocumentNumberFaultKind.InvalidCharacter, 1)]
    [InlineData("A\U0001F600", DocumentNumberFaultKind.InvalidCharacter, 1)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVW-XY", DocumentNumberFaultKind.TooLong, 25)]
    public void A_refused_spelling_says_what_is_wrong_and_where(string spelling, DocumentNumberFaultKind kind, int position)
    {
        Assert.False(DocumentNumber.TryParse(spelling, out var number, out var fault));

        Assert.True(number.IsEmpty);
        Assert.Equal((kind, position), (fault.Kind, fault.Position));
        Assert.Equal(kind == DocumentNumberFaultKind.Empty ? '\0' : spelling[position], fault.Character);
        Assert.Equal(fault.ToString(), Assert.Throws<FormatException>(() => DocumentNumber.Parse(spelling)).Message);
    }

    [Fact]
    public void The_words_of_a_fault_name_the_character_and_count_from_one()
    {
        DocumentNumber.TryParse("L89_02C", out _, out var typed);
        DocumentNumber.TryParse("\u0661", out _, out var foreign);

        Assert.StartsWith("Character 4 of the document number is '_';", typed.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("Character 1 of the document number is U+0661;", foreign.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Twenty_four_characters_are_the_most() =>
        Assert.Equal(24, DocumentNumber.Parse("ABCDEFGHIJKLMNOPQRSTUVWX").Length);

    [Fact]
    public void The_default_is_empty_and_comes_first()
    {
        DocumentNumber none = default;

        Assert.True(none.IsEmpty);
        Assert.Equal("", none.ToString());
        Assert.Equal(0, none.Length);
        Assert.True(none.AsSpan().IsEmpty);
        Assert.True(none.CompareTo(DocumentNumber.Parse("0")) < 0);
        Assert.False(DocumentNumber.TryParse((string?)null, null, out _));
    }

    [Fact]
    public void Order_is_ordinal_whatever_the_spelling() =>
        Assert.Equal(["09", "1", "A", "A0", "AA", "B"],
            new[] { "b", "a a", "a", "1", "<09", "A0" }.Select(s => DocumentNumber.Parse(s)).Order().Select(n => n.ToString()));

    [Fact]
    public void What_is_accepted_has_only_A_to_Z_and_0_to_9_and_reads_back_as_itself() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Spellings.ToArbitrary(), spelling =>
        {
            if (!DocumentNumber.TryParse(spelling, out var number, out var fault))
                return fault.Kind != DocumentNumberFaultKind.None && fault.Position <= spelling.Length && fault.ToString() != "";
            return number.Length is >= 1 and <= 24
                && number.ToString().All(c => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9'))
                && DocumentNumber.Parse(number.ToString()) == number;
        }));

    private static readonly Gen<string> Spellings = Gen.OneOf(
        Gen.Elements("AZaz09<-./ _\u00E9".ToCharArray()).ArrayOf().Select(c => new string(c)),
        Gen.Choose(0, 0xFFFF).Select(c => (char)c).ArrayOf().Select(c => new string(c)));
}
