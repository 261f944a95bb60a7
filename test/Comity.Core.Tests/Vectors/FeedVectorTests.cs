using System.Text.Json.Nodes;
using Comity.Core.Feeds;

namespace Comity.Core.Tests.Vectors;

/// <summary>docs/protocol/vectors/feed: answers to feed.pull as Arcadia takes them in, case by case, each from nothing.</summary>
public sealed class FeedVectorTests
{
    [Fact]
    public async Task Every_run_of_the_vectors_is_taken_in_or_refused_as_published()
    {
        var genesis = VectorNode.Genesis(VectorFiles.Read("network.json"));
        var vectors = VectorFiles.Read("feed/cases.json");
        Assert.True(FeedName.TryParse(vectors["feed"]!.GetValue<string>(), out var feed));
        foreach (var published in vectors["cases"]!.AsArray())
        {
            using var arcadia = await VectorNode.OpenAsync(genesis);
            foreach (var step in published!["steps"]!.AsArray())
            {
                Assert.Equal($"{published["about"]}: {step!["expect"]!.ToJsonString()}", $"{published["about"]}: {(await TakeInAsync(arcadia, feed, VectorFiles.Bytes(step["answer"]))).ToJsonString()}");
            }
        }
    }

    internal static async Task<JsonObject> TakeInAsync(VectorNode arcadia, FeedName feed, byte[] content)
    {
        var outcome = new JsonObject();
        if (!PullAnswer.TryRead(content, out var run, out _))
        {
            outcome["result"] = "unreadable";
            return outcome;
        }

        switch (await arcadia.Node.Mirror.TakeInAsync(feed, run))
        {
            case TakeIn.Taken taken:
                outcome["result"] = taken.Complete ? "complete" : "taken";
                break;
            case TakeIn.Quarantined { Fault: var fault }:
                outcome["result"] = "quarantined";
                outcome["fault"] = fault.Name;
                outcome["index"] = fault.Index;
                break;
            default:
                outcome["result"] = "not taken";
                break;
        }

        outcome["size"] = arcadia.Node.Context.Store.Read(session => session.Feed(feed))?.Size ?? 0;
        var ours = arcadia.Node.Context.Store.Read(session => session.Feed(feed))?.Log;
        outcome["inForce"] = new JsonArray([.. arcadia.Records.Records.Keys.Where(at => at.Log == ours).Select(at => (JsonNode)at.Index).OrderBy(index => index.GetValue<long>())]);
        return outcome;
    }
}
