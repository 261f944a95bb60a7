using System.Text.Json.Nodes;

namespace Comity.Demo;

/// <summary>Synthetic documents of fictional States.</summary>
internal static class DemoSamples
{
    public static async Task LoadAsync(DemoNetwork network, CancellationToken cancel)
    {
        var (utopia, arcadia) = (network.Nodes[0], network.Nodes[1]);
        await PublishAsync(utopia, "all", cancel,
            Record("UTO", "L898902C3", "stolen", ("date", "2025-05-11"), ("country", "UTO"), ("circumstances", "Taken with luggage at a station.")),
            Record("UTO", "B0000001", "stolenBlank", ("last", "B0000500"), ("date", "2025-11-03"), ("place", "Print works, transport"), ("circumstances", "One box of 500 blanks missing on arrival.")),
            Record("UTO", "R7712004", "revoked", ("ground", "Issued on a forged application; decision 17/2025."), ("contest", "Passport Appeals Board, within 60 days.")));
        await PublishAsync(arcadia, "all", cancel, Record("XAR", "X4410229", "lost", ("date", "2026-01")));
        await utopia.Client.PostAsync("travel-documents/stock", new JsonObject
        {
            ["entries"] = new JsonArray(
                Stock("delivered", "B0000001", "B0010000", "Print works", null), Stock("reportedLost", "B0000001", "B0000500", "Transport", "box 1"),
                Stock("inStock", "B0000501", "B0004000", "Central store", "boxes 2-8"), Stock("inStock", "B0004501", "B0010000", "Northern store", "boxes 10-20")),
        }, cancel);
        foreach (var node in network.Nodes)
        {
            foreach (var partner in network.Nodes.Where(partner => partner != node))
            {
                await DemoNetwork.SettleAsync(node, partner, cancel);
            }
        }
    }

    public static JsonObject Record(string issuer, string number, string kind, params (string Name, string Value)[] more)
    {
        var record = new JsonObject { ["v"] = 1, ["issuer"] = issuer, ["type"] = "P", ["number"] = number, ["kind"] = kind, ["enteredBy"] = "Document desk" };
        foreach (var (name, value) in more)
        {
            record[name] = value;
        }

        return record;
    }

    public static async Task<string> PublishAsync(DemoNode node, string audience, CancellationToken cancel, params JsonObject[] records)
    {
        var answer = await node.Client.PostAsync("travel-documents/records", new JsonObject { ["audience"] = audience, ["records"] = new JsonArray([.. records.Select(record => (JsonNode)record)]) }, cancel);
        return string.Join(' ', answer["results"]!.AsArray().Select(result => result!["outcome"]!.GetValue<string>()));
    }

    private static JsonObject Stock(string status, string first, string last, string place, string? box) => new()
    {
        ["issuer"] = "UTO", ["type"] = "P", ["first"] = first, ["last"] = last, ["status"] = status, ["place"] = place, ["on"] = "2025-11-03", ["box"] = box,
    };
}
