using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;

namespace Comity.Core.Tests.Access;

public sealed class PasswordTests
{
    private static readonly SignInName Name = SignInName.TryParse("desk.one", out var name) ? name : default;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("short-words")]
    [InlineData("password1234")]
    [InlineData("Motdepasse!!2026")]
    [InlineData("123456789012345")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("xkq-Desk.One-vtr")]
    [InlineData("Correct-Horse-Battery-Staple")]
    public void Short_common_and_telling_passwords_are_refused(string? password) => Assert.NotNull(Passwords.Fault(password, Name));

    [Fact]
    public void A_password_longer_than_anybody_types_is_refused() => Assert.NotNull(Passwords.Fault(string.Concat(Enumerable.Repeat("ab3-d", 41)), Name));

    [Theory]
    [InlineData("lantern harbour eleven")]
    [InlineData("vélo-rouge sous la pluie")]
    public void Words_that_nobody_guesses_are_taken(string password) => Assert.Null(Passwords.Fault(password, Name));

    [Fact]
    public void What_is_kept_opens_for_the_password_alone_and_says_how_strong_it_is()
    {
        var kept = Passwords.Hash("lantern harbour eleven");
        Assert.True(Passwords.Matches(kept, "lantern harbour eleven"));
        Assert.False(Passwords.Matches(kept, "lantern harbour Eleven"));
        Assert.False(Passwords.Matches(null, "there is nobody here"));
        Assert.NotEqual(kept, Passwords.Hash("lantern harbour eleven"));

        // Identity's format 3: marker, PRF (2: HMAC-SHA-512), rounds, length of the salt.
        var bytes = Convert.FromBase64String(kept);
        Assert.Equal(1, bytes[0]);
        Assert.Equal(2u, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)));
        Assert.True(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5)) >= 210_000);
        Assert.Equal(16u, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(9)));
    }
}
