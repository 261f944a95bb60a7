using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Jose;

namespace Comity.Core.Tests.Jose;

public sealed class JweTests : IDisposable
{
    private const string Type = "test";
    private static readonly IReadOnlySet<string> Place = new HashSet<string> { "seq", "last" };
    private readonly AgreementKey _key = AgreementKey.Generate();

    [Fact]
    public void The_key_of_RFC_7518_appendix_C_is_derived_by_both_sides()
    {
        using var alice = Private("gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps", "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
        using var bob = Private("weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck", "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");

        Assert.Equal("VqqN6vgjbSBcIijNcacQGg", StrictBase64Url.Encode(alice.Derive(bob.Public, "A128GCM", 128, "Alice"u8, "Bob"u8)));
        Assert.Equal("VqqN6vgjbSBcIijNcacQGg", StrictBase64Url.Encode(bob.Derive(alice.Public, "A128GCM", 128, "Alice"u8, "Bob"u8)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void What_is_encrypted_opens(int length)
    {
        byte[] plaintext = Randomness.Seeded(1).Bytes(length);

        Assert.Equal(plaintext, Assert.IsType<JweResult.Opened>(Open(Encrypt(plaintext))).Plaintext);
    }

    [Fact]
    public void The_same_plaintext_never_looks_the_same_and_never_stands_in_the_text()
    {
        byte[] plaintext = "a text long enough to be found"u8.ToArray();

        Assert.NotEqual(Encrypt(plaintext).Split('.')[3], Encrypt(plaintext).Split('.')[3]);
        Assert.DoesNotContain(StrictBase64Url.Encode(plaintext), Encrypt(plaintext), StringComparison.Ordinal);
    }

    [Fact]
    public void Bound_values_are_read_back_and_must_be_understood()
    {
        string text = Encrypt("x"u8, new JsonObject { ["seq"] = 3, ["last"] = true });

        var opened = Assert.IsType<JweResult.Opened>(Open(text, Place));
        Assert.Equal(3, opened.Header.Json.GetProperty("seq").GetInt32());
        Assert.True(opened.Header.Json.GetProperty("last").GetBoolean());
        Refused(JoseFault.UnknownCritical, text);
    }

    [Fact]
    public void A_bound_value_cannot_be_changed()
    {
        string text = Encrypt("x"u8, new JsonObject { ["seq"] = 3, ["last"] = true });
        string header = Encoding.UTF8.GetString(Decode(text.Split('.')[0])).Replace("\"seq\":3", "\"seq\":4", StringComparison.Ordinal);

        Assert.Equal(JoseFault.NotAuthentic, Assert.IsType<JweResult.Refused>(Open(Replace(text, 0, StrictBase64Url.Encode(Encoding.UTF8.GetBytes(header))), Place)).Fault);
    }

    [Fact]
    public void Somebody_else_cannot_open_it()
    {
        using var other = AgreementKey.Generate();
        string text = Encrypt("x"u8);

        Assert.Equal(JoseFault.NotAuthentic, Assert.IsType<JweResult.Refused>(Jwe.Decrypt(text, Type, _ => other)).Fault);
        Assert.Equal(JoseFault.UnknownKey, Assert.IsType<JweResult.Refused>(Jwe.Decrypt(text, Type, _ => null)).Fault);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_changed_part_is_not_authentic(int part)
    {
        string text = Encrypt("plaintext"u8);
        byte[] bytes = Decode(text.Split('.')[part]);
        bytes[0] ^= 1;

        Refused(JoseFault.NotAuthentic, Replace(text, part, StrictBase64Url.Encode(bytes)));
    }

    [Theory]
    [InlineData("alg", "\"ECDH-ES+A256KW\"", JoseFault.UnsupportedAlgorithm)]
    [InlineData("alg", "\"dir\"", JoseFault.UnsupportedAlgorithm)]
    [InlineData("enc", "\"A128GCM\"", JoseFault.UnsupportedAlgorithm)]
    [InlineData("zip", "\"DEF\"", JoseFault.UnsupportedAlgorithm)]
    [InlineData("typ", "\"other\"", JoseFault.WrongType)]
    [InlineData("epk", "null", JoseFault.Malformed)]
    [InlineData("epk", "{}", JoseFault.Malformed)]
    [InlineData("epk", JwkTests.Ed25519, JoseFault.Malformed)]
    [InlineData("apu", "\"=\"", JoseFault.Malformed)]
    [InlineData("apv", "7", JoseFault.Malformed)]
    [InlineData("kid", "\"x\"", JoseFault.Malformed)]
    public void Another_header_is_refused_as_what_it_is(string name, string value, JoseFault fault)
    {
        string text = Encrypt("x"u8);
        var header = JsonNode.Parse(Decode(text.Split('.')[0]))!;
        header[name] = JsonNode.Parse(value);

        Refused(fault, Replace(text, 0, StrictBase64Url.Encode(Encoding.UTF8.GetBytes(header.ToJsonString()))));
    }

    [Fact]
    public void An_ephemeral_key_off_the_curve_is_refused_before_it_meets_ours()
    {
        string text = Encrypt("x"u8);
        var header = JsonNode.Parse(Decode(text.Split('.')[0]))!;
        byte[] y = Decode(header["epk"]!["y"]!.GetValue<string>());
        y[31] ^= 1;
        header["epk"]!["y"] = StrictBase64Url.Encode(y);

        Assert.Contains("not on P-256", Refused(JoseFault.Malformed, Replace(text, 0, StrictBase64Url.Encode(Encoding.UTF8.GetBytes(header.ToJsonString())))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "AA", "encrypted key")]
    [InlineData(2, "AA", "initialization vector")]
    [InlineData(3, "=", "ciphertext")]
    [InlineData(4, "AA", "authentication tag")]
    public void A_malformed_part_is_named(int part, string with, string expected) =>
        Assert.StartsWith(expected, Refused(JoseFault.Malformed, Replace(Encrypt("x"u8), part, with)), StringComparison.Ordinal);

    [Fact]
    public void What_has_not_five_parts_or_is_too_long_is_refused()
    {
        Refused(JoseFault.Malformed, "a.b.c.d");
        Refused(JoseFault.Malformed, Encrypt("x"u8) + ".a");
        Assert.Equal(JoseFault.TooLarge, Assert.IsType<JweResult.Refused>(Jwe.Decrypt(Encrypt("x"u8), Type, _ => _key, maxLength: 10)).Fault);
    }

    [Fact]
    public void A_mutated_text_is_refused_with_a_reason_or_is_the_same_text()
    {
        var mutation = new Mutation(13);
        string text = Encrypt("plaintext"u8);
        for (int i = 0; i < 5_000; i++)
        {
            string mutated = mutation.Of(text);
            if (Open(mutated) is JweResult.Refused refused)
            {
                Assert.NotEmpty(refused.Detail);
            }
            else
            {
                Assert.Equal(text, mutated);
            }
        }
    }

    public void Dispose() => _key.Dispose();

    private string Encrypt(ReadOnlySpan<byte> plaintext, JsonObject? bound = null) => Jwe.Encrypt(plaintext, _key.Public, Type, Randomness.System, bound);

    private JweResult Open(string text, IReadOnlySet<string>? understood = null) => Jwe.Decrypt(text, Type, kid => kid == _key.Id ? _key : null, understood);

    private string Refused(JoseFault fault, string text)
    {
        var refused = Assert.IsType<JweResult.Refused>(Open(text));
        Assert.Equal(fault, refused.Fault);
        return refused.Detail;
    }

    private static byte[] Decode(string text) => StrictBase64Url.TryDecode(text, out var bytes) ? bytes : throw new FormatException();

    private static string Replace(string token, int part, string with)
    {
        string[] parts = token.Split('.');
        parts[part] = with;
        return string.Join('.', parts);
    }

    private static AgreementKey Private(string x, string y, string d) => AgreementKey.FromP256(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Decode(x), Y = Decode(y) }, D = Decode(d),
    });
}
