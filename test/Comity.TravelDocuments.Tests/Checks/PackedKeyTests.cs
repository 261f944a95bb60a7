using Comity.Core.Members;
using Comity.TravelDocuments.Checks;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TravelDocuments.Tests.Checks;

public sealed class PackedKeyTests
{
    private static readonly Gen<string> Number =
        from length in Gen.Choose(1, PackedKey.MaxLength)
        from text in Gen.Elements("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".ToCharArray()).ListOf(length)
        select string.Concat(text);

    [Fact]
    public void The_vector_and_the_definition_agree_on_any_number() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Number.ToArbitrary(), number =>
            PackedKey.Of(IssuingCode.Parse("ZZZ"), number) == PackedKey.OfScalar(IssuingCode.Parse("ZZZ"), number)));

    [Fact]
    public void Different_numbers_have_different_keys() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Number.ToArbitrary(), Number.ToArbitrary(), (a, b) =>
            (a == b) == (PackedKey.Of(IssuingCode.Parse("D"), a) == PackedKey.Of(IssuingCode.Parse("D"), b))));

    [Fact]
    public void The_greatest_key_leaves_the_two_topmost_bits_free() =>
        Assert.Equal(0UL, PackedKey.Of(IssuingCode.Parse("ZZZ"), "ZZZZZZZZZ") >> 62);

    [Fact]
    public void Spreading_keeps_different_keys_apart() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll<ulong, ulong, ulong>((a, b, seed) =>
            (a == b) == (PackedKey.Spread(a, seed) == PackedKey.Spread(b, seed))));
}
