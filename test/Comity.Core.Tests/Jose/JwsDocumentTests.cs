using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Jose;

namespace Comity.Core.Tests.Jose;

public sealed class JwsDocumentTests : IDisposable
{
    private const string Type = "test";
    private readonly SigningKey _first = SigningKey.Generate();
    private readonly SigningKey _second = SigningKey.Generate();

    [Fact]
    public void Each_of_several_signers_is_recognised_and_nobody_else()
    {
        using var third = SigningKey.Generate();
        var document = Read(JwsDocument.Unsigned(Type, "payload"u8).SignedBy(_first).SignedBy(_second).ToJson());

        Assert.Equal("payload"u8.ToArray(), document.Payload.ToArray());
        Assert.True(document.IsSignedBy(new VerifyingKey(_first.Public)));
        Assert.True(document.IsSignedBy(new VerifyingKey(_second.Public)));
        Assert.False(document.IsSignedBy(new VerifyingKey(third.Public)));
    }

    [Fact]
    public void Signatures_gathered_apart_combine_and_signing_twice_leaves_one()
    {
        var unsigned = JwsDocument.Unsigned(Type, "payload"u8);
        var both = unsigned.SignedBy(_first).Combine(unsigned.SignedBy(_second).SignedBy(_second))!;

        Assert.Equal([_first.Id, _second.Id], both.Signers);
        Assert.Equal(2, JsonNode.Parse(both.ToJson())!["signatures"]!.AsArray().Count);
        Assert.Equal(both.ToJson(), both.Combine(both)!.ToJson());
    }

    [Fact]
    public void Documents_with_other_payloads_or_types_do_not_combine()
    {
        Assert.Null(JwsDocument.Unsigned(Type, "a"u8).Combine(JwsDocument.Unsigned(Type, "b"u8)));
        Assert.Null(JwsDocument.Unsigned(Type, "a"u8).Combine(JwsDocument.Unsigned("other", "a"u8)));
    }

    [Fact]
    public void A_signature_moved_to_another_payload_is_none()
    {
        var json = JsonNode.Parse(JwsDocument.Unsigned(Type, "payload"u8).SignedBy(_first).ToJson())!;
        json["payload"] = StrictBase64Url.Encode("Payload"u8);

        Assert.False(Read(Encoding.UTF8.GetBytes(json.ToJsonString())).IsSignedBy(new VerifyingKey(_first.Public)));
    }

    [Fact]
    public void A_compact_signature_of_another_type_cannot_be_passed_off()
    {
        var json = JsonNode.Parse(JwsDocument.Unsigned("other", "payload"u8).SignedBy(_first).ToJson())!;

        Assert.Equal(JoseFault.WrongType, Refused(json).Fault);
    }

    [Theory]
    [InlineData("payload", "7", "payload")]
    [InlineData("payload", "\"=\"", "payload")]
    [InlineData("signatures", "{}", "signatures")]
    [InlineData("signatures", "[7]", "signatures[0]")]
    [InlineData("signatures", "[{}]", "signatures[0]: protected")]
    [InlineData("signatures", """[{"protected":"e30","signature":""}]""", "signatures[0]: protected.alg")]
    [InlineData("signatures", """[{"header":{},"protected":"e30","signature":""}]""", "signatures[0]")]
    public void A_malformed_document_is_refused_and_says_where(string field, string value, string expected)
    {
        var json = JsonNode.Parse(JwsDocument.Unsigned(Type, "payload"u8).SignedBy(_first).ToJson())!;
        json[field] = JsonNode.Parse(value);

        var refused = Refused(json);
        Assert.Equal(JoseFault.Malformed, refused.Fault);
        Assert.Contains(expected, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_signature_is_malformed()
    {
        var json = JsonNode.Parse(JwsDocument.Unsigned(Type, "payload"u8).SignedBy(_first).ToJson())!;
        json["signatures"]![0]!["signature"] = "AAAA";

        Assert.Equal("signatures[0]: signature: must be 64 bytes in base64url", Refused(json).Detail);
    }

    [Fact]
    public void A_large_payload_too_many_signatures_and_a_large_document_are_refused()
    {
        byte[] signed = JwsDocument.Unsigned(Type, new byte[101]).SignedBy(_first).ToJson();
        Assert.False(JwsDocument.TryParse(signed, Type, 100, out _, out var refused));
        Assert.Equal(JoseFault.TooLarge, refused.Fault);

        var many = new JsonObject { ["payload"] = "", ["signatures"] = new JsonArray([.. Enumerable.Range(0, JwsDocument.MaxSignatures + 1).Select(_ => new JsonObject())]) };
        Assert.Contains("signatures", Refused(many).Detail, StringComparison.Ordinal);

        Assert.False(JwsDocument.TryParse(new byte[2_000_000], Type, 100, out _, out refused));
        Assert.Equal(JoseFault.TooLarge, refused.Fault);
    }

    [Fact]
    public void A_mutated_document_is_refused_with_a_reason_or_says_nothing_else()
    {
        var mutation = new Mutation(12);
        byte[] original = JwsDocument.Unsigned(Type, "payload"u8).SignedBy(_first).ToJson();
        for (int i = 0; i < 5_000; i++)
        {
            if (!JwsDocument.TryParse(mutation.Of(original), Type, 1000, out var document, out var refused))
            {
                Assert.NotEmpty(refused.Detail);
            }
            else if (document.IsSignedBy(new VerifyingKey(_first.Public)))
            {
                Assert.Equal("payload"u8.ToArray(), document.Payload.ToArray());
            }
        }
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    private static JwsDocument Read(byte[] json)
    {
        Assert.True(JwsDocument.TryParse(json, Type, 1000, out var document, out _));
        return document;
    }

    private static JwsResult.Refused Refused(JsonNode json)
    {
        Assert.False(JwsDocument.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), Type, 1000, out _, out var refused));
        return refused;
    }
}
