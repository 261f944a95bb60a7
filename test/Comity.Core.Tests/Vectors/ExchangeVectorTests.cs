using System.Text.Json.Nodes;
using Comity.Core.Exchange;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Tests.Vectors;

/// <summary>docs/protocol/vectors/envelope and contact: transmissions to Arcadia in order, and how it answers each.</summary>
public sealed class ExchangeVectorTests
{
    [Theory]
    [InlineData("envelope/steps.json")]
    [InlineData("contact/steps.json")]
    [InlineData("hit-notice/steps.json")]
    public async Task Every_transmission_of_the_vectors_is_answered_as_published(string file)
    {
        var genesis = VectorNode.Genesis(VectorFiles.Read("network.json"));
        using var arcadia = await VectorNode.OpenAsync(genesis);
        foreach (var step in VectorFiles.Read(file)["steps"]!.AsArray().Select(step => step!.AsObject()))
        {
            var answer = await arcadia.OfferAsync(step);
            if (answer is not null)
            {
                Assert.Equal(step["expect"]!.ToJsonString(), $"{Outcome(step, answer, arcadia).ToJsonString()}");
            }
        }
    }

    [Theory]
    [InlineData("envelope/steps.json")]
    [InlineData("contact/steps.json")]
    [InlineData("hit-notice/steps.json")]
    public void Every_stored_receipt_is_signed_by_Arcadia_for_its_envelope_and_answer(string file)
    {
        var genesis = VectorNode.Genesis(VectorFiles.Read("network.json"));
        var directory = MemberDirectory.Of(genesis, NoticeBoard.Empty);
        var receipts = 0;
        foreach (var step in VectorFiles.Read(file)["steps"]!.AsArray().Where(step => step!["receipt"] is not null))
        {
            var valid = Assert.IsType<JwsResult.Valid>(Jws.Verify(
                step!["receipt"]!.GetValue<string>(), Receipt.Type, kid => directory.Find(kid) is { Use: KeyUse.Signing, Member.Code: var code } key && code == MemberCode.Parse("XAR") ? key.Verifier : null));
            var receipt = Receipt.Read(valid.Payload, out var fault);
            Assert.Null(fault);
            Assert.Equal(Receipt.HashOf(step["envelope"]!.GetValue<string>()), receipt!.Envelope);
            Assert.True(SaltedBody.Matches(VectorFiles.Bytes(step["answer"]), receipt.Answer));
            receipts++;
        }

        Assert.True(receipts > 2);
    }

    /// <summary>What a step's <c>expect</c> says: status, problem, of a contact's answer what does not depend on the answerer's keys, of a notice what is kept.</summary>
    internal static JsonObject Outcome(JsonObject step, LineAnswer answer, VectorNode arcadia)
    {
        var outcome = new JsonObject { ["status"] = answer.Status };
        if (answer.Status != 200)
        {
            outcome["problem"] = Problem.Read(answer.Status, answer.Body).Code;
        }
        else if (step["service"]!.GetValue<string>() == "contact")
        {
            var content = JsonNode.Parse(SaltedBody.Content(answer.Body).Span)!;
            outcome["cosigned"] = content["cosigned"] is not null;
            outcome["witnessed"] = content["witnessed"]?.GetValue<string>().Split('\n')[1];
        }

        else if (step["service"]!.GetValue<string>() == HitNotices.ServiceName)
        {
            var hits = arcadia.Node.Hits.Page("", (_, _) => true, HitAddress.Last, HitTable.Most).Hits;
            outcome["hits"] = new JsonArray([.. hits.Where(hit => hit.Address.Entry == hits[0].Address.Entry).Reverse().Select(hit => (JsonNode)new JsonObject { ["index"] = hit.Record.Index, ["standing"] = hit.State.ToString() })]);
        }

        return outcome;
    }
}
