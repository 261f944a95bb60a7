using Comity.Core.Jose;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.Core.Tests.Jose;

public sealed class StrictBase64UrlTests
{
    [Fact]
    public void Any_bytes_come_back() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[]>(bytes =>
        StrictBase64Url.TryDecode(StrictBase64Url.Encode(bytes), out var back) && back.AsSpan().SequenceEqual(bytes)));

    [Fact]
    public void Any_text_that_is_read_is_the_one_spelling_of_its_bytes() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<string>(text =>
        text is null || !StrictBase64Url.TryDecode(text, out var bytes) || StrictBase64Url.Encode(bytes) == text));

    [Theory]
    [InlineData("AA==")]
    [InlineData("AA ")]
    [InlineData("A")]
    [InlineData("AB")]
    [InlineData("AAB")]
    [InlineData("A+A/")]
    [InlineData("A\nAA")]
    [InlineData("éAAA")]
    public void Padding_spaces_foreign_letters_and_trailing_bits_are_refused(string text) =>
        Assert.False(StrictBase64Url.TryDecode(text, out _));

    [Fact]
    public void Every_two_letter_text_has_one_spelling()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int read = alphabet.SelectMany(a => alphabet.Select(b => $"{a}{b}")).Count(t => StrictBase64Url.TryDecode(t, out _));

        Assert.Equal(256, read);
    }
}
