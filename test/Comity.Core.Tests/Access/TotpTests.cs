using System.Text;
using Comity.Core.Access.SigningIn;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.Core.Tests.Access;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>RFC 6238 appendix B, SHA-1, the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void The_codes_of_the_standard_are_made(long seconds, string code) =>
        Assert.Equal(code, Totp.CodeOf(Secret, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public void A_code_matches_one_step_early_and_one_late_and_no_further()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        foreach (var off in Enumerable.Range(-3, 7))
        {
            var step = Totp.StepAt(now) + off;
            Assert.Equal(Math.Abs(off) <= 1 ? step : null, Totp.Match(Secret, Totp.CodeOf(Secret, step), now));
        }

        Assert.Equal(Totp.StepAt(now), Totp.Match(Secret, " 005 924 ", now));
    }

    [Fact]
    public void Nothing_but_six_digits_matches() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<string>(text =>
        Totp.Match(Secret, text, DateTimeOffset.UnixEpoch) is null || text.Count(char.IsAsciiDigit) == 6));

    /// <summary>RFC 4648 section 10.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Secrets_are_spelt_as_the_standard_spells_them(string bytes, string text) => Assert.Equal(text, Totp.ToText(Encoding.ASCII.GetBytes(bytes)));
}
