using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comity.Core.Jose;

namespace Comity.Core.Tests.Jose;

public sealed class JwkTests
{
    /// <summary>RFC 7515, appendix A.3.1.</summary>
    internal const string P256 = """{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""";

    /// <summary>RFC 8037, appendix A.2.</summary>
    internal const string Ed25519 = """{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""";

    internal static Jwk Read(string json)
    {
        Assert.True(Jwk.TryRead(JsonDocument.Parse(json).RootElement, out var key, out string? fault), fault);
        return key;
    }

    [Fact]
    public void The_thumbprint_of_RFC_8037_is_ours() =>
        Assert.Equal("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", Read(Ed25519).Id.ToString());

    [Fact]
    public void A_thumbprint_is_over_the_required_members_in_order_as_RFC_7638_says()
    {
        string canonical = """{"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""";

        Assert.Equal(StrictBase64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(canonical))), Read(P256).Id.ToString());
        Assert.Equal(canonical, Read(P256).ToJson().ToJsonString());
    }

    [Fact]
    public void Other_members_of_the_object_do_not_change_the_key() =>
        Assert.Equal(Read(P256), Read(P256.Replace("{", """{"use":"sig","kid":"1",""", StringComparison.Ordinal)));

    [Theory]
    [InlineData("[]", "object")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB"}""", "kty")]
    [InlineData("""{"kty":"EC","crv":"P-384","x":"","y":""}""", "crv")]
    [InlineData("""{"kty":"OKP","crv":"P-256","x":"","y":""}""", "crv")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""", "x:")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}""", "y:")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a4"}""", "not on P-256")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""", "not on P-256")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR"}""", "x:")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":7}""", "x:")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""", "d:")]
    public void What_is_no_public_key_of_ours_is_refused_and_says_which_field(string json, string expected)
    {
        Assert.False(Jwk.TryRead(JsonDocument.Parse(json).RootElement, out _, out string? fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_public_key_info_of_Ed25519_is_that_of_RFC_8410()
    {
        byte[] spki = Read(Ed25519).ToSubjectPublicKeyInfo();
        var info = PublicKeyInfo(spki);

        Assert.Equal("1.3.101.112", info.Oid.Value);
        Assert.Equal(Read(Ed25519).X.ToArray(), info.EncodedKeyValue.RawData);
    }

    [Fact]
    public void A_fingerprint_is_sixteen_groups_of_four()
    {
        string[] groups = Read(P256).Id.ToFingerprint().Split(' ');

        Assert.Equal(16, groups.Length);
        Assert.All(groups, g => Assert.Equal(4, g.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4")]
    [InlineData("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4l")]
    [InlineData("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k=")]
    public void What_is_no_thumbprint_names_no_key(string text) => Assert.False(KeyId.TryParse(text, out _));

    private static System.Security.Cryptography.X509Certificates.PublicKey PublicKeyInfo(byte[] spki) =>
        System.Security.Cryptography.X509Certificates.PublicKey.CreateFromSubjectPublicKeyInfo(spki, out _);
}
