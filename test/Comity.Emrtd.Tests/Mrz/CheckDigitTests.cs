using Comity.Emrtd.Mrz;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.Emrtd.Tests.Mrz;

public sealed class CheckDigitTests
{
    [Theory]
    [InlineData("520727", 3)] // Doc 9303-3 §4.9, example 1
    [InlineData("AB2134<<<", 5)] // example 2
    [InlineData("L898902C3", 6)]
    [InlineData("740812", 2)]
    [InlineData("120415", 9)]
    [InlineData("ZE184226B<<<<<", 1)]
    [InlineData("D23145890", 7)]
    [InlineData("D23145890734", 9)]
    [InlineData("", 0)]
    [InlineData("<<<<", 0)]
    public void The_standards_examples_hold(string field, int digit) => Assert.Equal(digit, CheckDigit.Of(field));

    [Theory]
    [InlineData("52072a")]
    [InlineData("520 727")]
    [InlineData("\uFF15")]
    [InlineData("52\u0660")]
    public void A_field_with_a_foreign_character_has_no_digit(string field) => Assert.Equal(CheckDigit.None, CheckDigit.Of(field));

    [Fact]
    public void Fast_and_scalar_agree_on_valid_fields() => Agree(Gen.Elements(Alphabet.ToCharArray()));

    [Fact]
    public void Fast_and_scalar_agree_on_any_characters() => Agree(Gen.Choose(0, 0xFFFF).Select(c => (char)c));

    [Fact]
    public void Fast_and_scalar_agree_on_ascii() => Agree(Gen.Choose(0, 127).Select(c => (char)c));

    [Fact]
    public void Changing_one_character_changes_the_digit_by_weight_and_value() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
            Gen.Elements(Alphabet.ToCharArray()).NonEmptyListOf().Select(c => c.ToArray()).ToArbitrary(),
            Gen.Choose(0, 1000).ToArbitrary(),
            Gen.Elements(Alphabet.ToCharArray()).ToArbitrary(),
            (field, at, replacement) =>
            {
                at %= field.Length;
                var before = CheckDigit.Of(field);
                var step = CheckDigit.WeightAt(at) * (CheckDigit.ValueOf(replacement) - CheckDigit.ValueOf(field[at]));
                field[at] = replacement;
                return CheckDigit.Of(field) == (((before + step) % 10) + 10) % 10;
            }));

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";

    private static void Agree(Gen<char> characters) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(characters.ArrayOf().ToArbitrary(),
            field => CheckDigit.Of(field) == CheckDigit.OfScalar(field)));
}
