using System.Text.Json.Nodes;
using Comity.Core.Ledger;
using Comity.Core.Members;

namespace Comity.Core.Tests.Vectors;

/// <summary>docs/protocol/vectors/ledger: a proof file, what is wrong when one of its fields is changed, and a detail with its commitment.</summary>
public sealed class LedgerVectorTests
{
    [Fact]
    public void Every_proof_of_the_vectors_proves_what_is_published_and_nothing_else()
    {
        var proof = VectorFiles.Read("ledger/proof.json");
        foreach (var published in VectorFiles.Read("ledger/cases.json")["cases"]!.AsArray())
        {
            var file = proof.DeepClone().AsObject();
            foreach (var (name, value) in published!["with"]!.AsObject())
            {
                file[name] = value?.DeepClone();
            }

            CharterHash? genesis = published["genesis"] is { } hash ? CharterHash.Parse(hash.GetValue<string>()) : null;
            Assert.Equal($"{published["about"]}: {published["expect"]!.ToJsonString()}", $"{published["about"]}: {Outcome(file, genesis).ToJsonString()}");
        }
    }

    [Fact]
    public void The_detail_of_the_vectors_is_the_one_that_its_leaf_commits_to()
    {
        var detail = VectorFiles.Read("ledger/detail.json");
        var leaf = JsonNode.Parse(VectorFiles.Bytes(detail["leaf"]))!;
        Assert.True(SaltedBody.Matches(VectorFiles.Bytes(detail["detail"]), VectorFiles.Bytes(leaf["commitment"])));
        Assert.Equal("""{"register":"test-records","case":"2026/17","probe":{"key":"A1"}}""", System.Text.Encoding.UTF8.GetString(SaltedBody.Content(VectorFiles.Bytes(detail["detail"])).Span));
    }

    internal static JsonObject Outcome(JsonObject file, CharterHash? genesis) =>
        LedgerProofFile.Check(System.Text.Encoding.UTF8.GetBytes(file.ToJsonString()), genesis) switch
        {
            LedgerProofVerdict.Proved proved => new JsonObject { ["proved"] = true, ["member"] = proved.Member.ToString(), ["index"] = proved.Index, ["size"] = proved.Size },
            _ => new JsonObject { ["proved"] = false },
        };
}
