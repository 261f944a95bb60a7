using Comity.Core.Members;

namespace Comity.Core.Tests.Members;

public sealed class ValueTests
{
    [Theory]
    [InlineData("UTO", true)]
    [InlineData("uto", false)]
    [InlineData("UT", false)]
    [InlineData("UTOP", false)]
    [InlineData("D<<", false)]
    [InlineData("", false)]
    public void A_member_is_named_by_three_capital_letters(string text, bool valid)
    {
        Assert.Equal(valid, MemberCode.TryParse(text, out var code));
        Assert.Equal(valid ? text : "", code.ToString());
    }

    [Theory]
    [InlineData("travel-documents", true)]
    [InlineData("dna2", true)]
    [InlineData("a", true)]
    [InlineData("a123456789a123456789a123456789a123456789", true)]
    [InlineData("a123456789a123456789a123456789a1234567890", false)]
    [InlineData("", false)]
    [InlineData("2dna", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a--b", false)]
    [InlineData("Travel", false)]
    [InlineData("a_b", false)]
    [InlineData("é", false)]
    public void Registers_and_purposes_share_one_spelling(string text, bool valid)
    {
        Assert.Equal(valid, RegisterName.TryParse(text, out _));
        Assert.Equal(valid, Purpose.TryParse(text, out _));
    }

    [Theory]
    [InlineData("P2W", 14 * 86400)]
    [InlineData("P90D", 90 * 86400)]
    [InlineData("P1DT2H3M4S", 93784)]
    [InlineData("PT15M", 900)]
    [InlineData("P36600D", 36600L * 86400)]
    public void A_duration_has_one_length(string text, long seconds)
    {
        Assert.True(IsoDuration.TryParse(text, out var duration));
        Assert.Equal(seconds, (long)duration.TotalSeconds);
    }

    [Theory]
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("-P1D")]
    [InlineData("P1.5D")]
    [InlineData("P36601D")]
    [InlineData("P999999999W")]
    [InlineData("P1D\n")]
    [InlineData("")]
    public void Years_months_fractions_and_centuries_are_no_durations(string text) => Assert.False(IsoDuration.TryParse(text, out _));

    [Fact]
    public void A_hash_is_read_as_people_write_it_and_nothing_else_is()
    {
        var hash = CharterHash.Of("x"u8);

        Assert.Equal(hash, CharterHash.Parse(hash.ToFingerprint().ToUpperInvariant()));
        Assert.False(CharterHash.TryParse(hash.ToString().AsSpan(1), out _));
        Assert.False(CharterHash.TryParse(hash + "0", out _));
        Assert.False(CharterHash.TryParse(hash.ToString()[..63] + "g", out _));
    }
}
