using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Vectors;

/// <summary>Partners tell Arcadia, whose one record was published to all and withdrawn, of hits.</summary>
internal sealed class HitNoticeVectors(Parties parties, VectorNode arcadia)
{
    private readonly JsonArray _steps = [];
    private DateTimeOffset _now = Parties.Start.AddMinutes(1);

    public static async Task<JsonObject> MakeAsync(Parties parties)
    {
        using var arcadia = await VectorNode.OpenAsync(parties.Genesis, parties.Online(Parties.Arcadia));
        var vectors = new HitNoticeVectors(parties, arcadia);
        await vectors.RunAsync();
        return new JsonObject
        {
            ["about"] = "Notices to Arcadia, in order, as envelope/steps.json. Its feed test-records/live/all has two entries: a record (0), and its withdrawal (1). hits: what it keeps of each record told.",
            ["steps"] = vectors._steps,
        };
    }

    private async Task RunAsync()
    {
        var network = arcadia.Node.Context.Membership.Network;
        var feed = $"comity/{network}/XAR/test-records/live/all/1";
        await TellAsync("a hit on a record that was withdrawn before", _ => { }, Kept((0, "EndedBefore")), (feed, 0));
        await TellAsync("an entry that there is not, a feed of another, one that is none", _ => { }, Kept((2, "Unknown"), (0, "Unknown"), (0, "Unknown")), (feed, 2), (feed.Replace("XAR", "UTO", StringComparison.Ordinal), 0), ("feed", 0));
        await TellAsync("the record in another realm than the envelope's", _ => { }, Kept((0, "Unknown")), (feed.Replace("live", "exercise", StringComparison.Ordinal), 0));
        await TellAsync("fields that are not known are ignored", content => content["later"] = 1, Kept((0, "EndedBefore")), (feed, 0));
        await TellAsync("no records", _ => { }, Refused("body-malformed", 400));
        await TellAsync("more than a hundred records", _ => { }, Refused("body-malformed", 400), [.. Enumerable.Repeat((feed, 0), 101)]);
        foreach (var field in new[] { "register", "at", "desk", "entry", "commitment", "records" })
        {
            await TellAsync($"no {field}", content => content.Remove(field), Refused("body-malformed", 400), (feed, 0));
        }

        await TellAsync("a commitment that is too short", content => content["commitment"] = VectorFiles.Text(new byte[31]), Refused("body-malformed", 400), (feed, 0));
        await TellAsync("a desk that is too long", content => content["desk"] = new string('d', 101), Refused("body-malformed", 400), (feed, 0));
        await TellAsync("a register that there is not", content => content["register"] = "no-such", Refused("not-allowed", 403), (feed, 0));
        await TellAsync("a register that is queried", content => content["register"] = Parties.Queried.ToString(), Refused("not-allowed", 403), (feed, 0));
        await TellAsync("a purpose that the charter does not give", _ => { }, Refused("not-allowed", 403), "curiosity", (feed, 0));
    }

    private static JsonObject Kept(params (long Index, string Standing)[] hits) => new()
    {
        ["status"] = 200, ["hits"] = new JsonArray([.. hits.Select(hit => (JsonNode)new JsonObject { ["index"] = hit.Index, ["standing"] = hit.Standing })]),
    };

    private static JsonObject Refused(string problem, int status) => new() { ["status"] = status, ["problem"] = problem };

    private Task TellAsync(string about, Action<JsonObject> change, JsonObject expect, params (string Feed, int Index)[] records) => TellAsync(about, change, expect, Parties.Border.ToString(), records);

    private async Task TellAsync(string about, Action<JsonObject> change, JsonObject expect, string purpose, params (string Feed, int Index)[] records)
    {
        var content = new JsonObject
        {
            ["register"] = Parties.Replicated.ToString(), ["at"] = _now.ToUnixTimeMilliseconds() - 500, ["desk"] = "Duty desk", ["entry"] = 17, ["commitment"] = VectorFiles.Text(Randomness.System.Bytes(32)),
            ["records"] = new JsonArray([.. records.Select(record => (JsonNode)new JsonObject { ["feed"] = record.Feed, ["index"] = record.Index, ["strength"] = "exact" })]),
        };
        change(content);
        var body = EnvelopeVectors.Salted(Encoding.UTF8.GetBytes(content.ToJsonString()));
        var payload = EnvelopeVectors.Payload(Parties.Utopia, HitNotices.ServiceName, body, _now);
        payload["purpose"] = purpose;
        await EnvelopeVectors.StepAsync(_steps, arcadia, new JsonObject
        {
            ["about"] = about, ["now"] = _now.ToUnixTimeMilliseconds(), ["line"] = "UTO", ["service"] = HitNotices.ServiceName,
            ["envelope"] = EnvelopeVectors.Sign(payload, parties.Online(Parties.Utopia).Current(KeyUse.Signing).Signer), ["body"] = VectorFiles.Text(body),
        }, expect);
        _now += TimeSpan.FromSeconds(1);
    }
}
