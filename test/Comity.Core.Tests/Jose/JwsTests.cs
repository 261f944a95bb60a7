using System.Text;
using Comity.Core.Jose;

namespace Comity.Core.Tests.Jose;

public sealed class JwsTests : IDisposable
{
    private const string Type = "test";
    private readonly SigningKey _key = SigningKey.Generate();

    private VerifyingKey Public => new(_key.Public);

    [Fact]
    public void The_signature_of_RFC_7515_appendix_A_3_verifies_and_no_other()
    {
        const string token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        Assert.True(Jws.TrySplit(token, out var header, out var payload, out var signature, out _));
        var key = new VerifyingKey(JwkTests.Read(JwkTests.P256));
        string input = token[..token.LastIndexOf('.')];

        Assert.Equal("ES256", header.Algorithm);
        Assert.StartsWith("{\"iss\":\"joe\"", Encoding.UTF8.GetString(payload), StringComparison.Ordinal);
        Assert.True(Jws.IsSigned(input, signature, key));
        Assert.False(Jws.IsSigned(input, signature, Public));
        signature[10] ^= 1;
        Assert.False(Jws.IsSigned(input, signature, key));
    }

    [Fact]
    public void What_is_signed_verifies_and_gives_payload_header_and_key()
    {
        var result = Assert.IsType<JwsResult.Valid>(Verify(Jws.Sign("payload"u8, _key, Type)));

        Assert.Equal("payload"u8.ToArray(), result.Payload.ToArray());
        Assert.Equal(_key.Id, result.Header.Kid);
        Assert.Equal(_key.Public, result.Key.Public);
    }

    [Fact]
    public void A_changed_payload_is_not_authentic() =>
        Refused(JoseFault.NotAuthentic, Replace(Jws.Sign("payload"u8, _key, Type), 1, StrictBase64Url.Encode("Payload"u8)));

    [Fact]
    public void A_changed_header_is_not_authentic() =>
        Refused(JoseFault.NotAuthentic, Replace(Jws.Sign("payload"u8, _key, Type), 0, Header("""{"alg":"ES256","kid":"KID","typ":"test","more":1}""")));

    [Fact]
    public void A_signature_of_DER_or_of_another_length_is_not_authentic()
    {
        string token = Jws.Sign("payload"u8, _key, Type);

        Refused(JoseFault.NotAuthentic, Replace(token, 2, StrictBase64Url.Encode(new byte[63])));
        Refused(JoseFault.NotAuthentic, Replace(token, 2, ""));
        Refused(JoseFault.NotAuthentic, Replace(token, 2, StrictBase64Url.Encode(new byte[64])));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("ES384")]
    [InlineData("es256")]
    [InlineData("EdDSA")]
    public void Another_algorithm_is_refused_as_such(string algorithm) =>
        Refused(JoseFault.UnsupportedAlgorithm, Replace(Jws.Sign("payload"u8, _key, Type), 0, Header($$"""{"alg":"{{algorithm}}","kid":"KID","typ":"test"}""")));

    [Fact]
    public void An_unknown_critical_header_is_refused_as_such_and_an_understood_one_is_not()
    {
        string header = Header("""{"alg":"ES256","kid":"KID","typ":"test","crit":["x"],"x":1}""");
        string payload = StrictBase64Url.Encode("p"u8);
        string token = $"{header}.{payload}.{StrictBase64Url.Encode(_key.Sign(Encoding.ASCII.GetBytes($"{header}.{payload}")))}";

        Assert.Contains("'x'", Refused(JoseFault.UnknownCritical, token), StringComparison.Ordinal);
        Assert.IsType<JwsResult.Valid>(Jws.Verify(token, Type, _ => Public, new HashSet<string> { "x" }));
    }

    [Fact]
    public void Another_type_or_none_is_refused_as_such()
    {
        Refused(JoseFault.WrongType, Jws.Sign("payload"u8, _key, "other"));
        Refused(JoseFault.WrongType, Replace(Jws.Sign("payload"u8, _key, Type), 0, Header("""{"alg":"ES256","kid":"KID"}""")));
    }

    [Fact]
    public void An_unknown_key_or_none_is_refused_as_such()
    {
        using var other = SigningKey.Generate();

        Refused(JoseFault.UnknownKey, Jws.Sign("payload"u8, other, Type));
        Refused(JoseFault.UnknownKey, Replace(Jws.Sign("payload"u8, _key, Type), 0, Header("""{"alg":"ES256","typ":"test"}""")));
    }

    [Theory]
    [InlineData("""{"alg":"ES256","alg":"ES256"}""", "twice")]
    [InlineData("""{"typ":"test"}""", "protected.alg")]
    [InlineData("""{"alg":7}""", "protected.alg")]
    [InlineData("""{"alg":"ES256","kid":"short"}""", "protected.kid")]
    [InlineData("""{"alg":"ES256","typ":7}""", "protected.typ")]
    [InlineData("""{"alg":"ES256","crit":[]}""", "protected.crit")]
    [InlineData("""{"alg":"ES256","crit":"x","x":1}""", "protected.crit")]
    [InlineData("""{"alg":"ES256","crit":["x"]}""", "protected.crit")]
    [InlineData("""{"alg":"ES256","crit":["typ"],"typ":"test"}""", "protected.crit")]
    [InlineData("""{"alg":"ES256","crit":["x","x"],"x":1}""", "protected.crit")]
    [InlineData("""{"alg":"ES256","typ":"\ud800"}""", "Unicode")]
    [InlineData("""[]""", "object")]
    [InlineData("""{"alg":"ES256"} {}""", "JSON")]
    [InlineData("""{"alg":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}""", "deeper")]
    public void A_malformed_header_is_refused_and_says_where(string header, string expected) =>
        Assert.Contains(expected, Refused(JoseFault.Malformed, Replace(Jws.Sign("payload"u8, _key, Type), 0, Header(header))), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("..")]
    public void What_has_not_three_parts_is_malformed(string token) => Refused(JoseFault.Malformed, token);

    [Fact]
    public void Padding_in_any_part_is_malformed()
    {
        string token = Jws.Sign("payload"u8, _key, Type);

        for (int part = 0; part < 3; part++)
        {
            Refused(JoseFault.Malformed, Replace(token, part, token.Split('.')[part] + "="));
        }
    }

    [Fact]
    public void A_long_text_or_header_is_refused_before_it_is_read()
    {
        Assert.Equal(JoseFault.TooLarge, Assert.IsType<JwsResult.Refused>(Jws.Verify(new string('a', 101), Type, _ => Public, maxLength: 100)).Fault);
        Refused(JoseFault.Malformed, Replace(Jws.Sign("p"u8, _key, Type), 0, Header($$"""{"alg":"ES256","x":"{{new string('a', JoseHeader.MaxBytes)}}"}""")));
    }

    [Fact]
    public void A_key_signs_and_verifies_on_many_threads_at_once()
    {
        var verifier = Public;

        Parallel.For(0, 200, i => Assert.True(verifier.Verifies(BitConverter.GetBytes(i), _key.Sign(BitConverter.GetBytes(i)))));
    }

    [Fact]
    public void A_mutated_token_is_refused_with_a_reason_or_is_the_same_text()
    {
        var mutation = new Mutation(11);
        string token = Jws.Sign("""{"to":"XAR"}"""u8, _key, Type);
        for (int i = 0; i < 5_000; i++)
        {
            string mutated = mutation.Of(token);
            if (Verify(mutated) is JwsResult.Refused refused)
            {
                Assert.NotEmpty(refused.Detail);
            }
            else
            {
                Assert.Equal(token, mutated);
            }
        }
    }

    public void Dispose() => _key.Dispose();

    private JwsResult Verify(string token) => Jws.Verify(token, Type, kid => kid == _key.Id ? Public : null);

    private string Refused(JoseFault fault, string token)
    {
        var refused = Assert.IsType<JwsResult.Refused>(Verify(token));
        Assert.Equal(fault, refused.Fault);
        return refused.Detail;
    }

    private string Header(string json) => StrictBase64Url.Encode(Encoding.UTF8.GetBytes(json.Replace("KID", _key.Id.ToString(), StringComparison.Ordinal)));

    private static string Replace(string token, int part, string with)
    {
        string[] parts = token.Split('.');
        parts[part] = with;
        return string.Join('.', parts);
    }
}
