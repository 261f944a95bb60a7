using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.TravelDocuments.Commands;

/// <summary><c>comity documents stats</c>.</summary>
internal static class StatsCommand
{
    public static Command Create(CommandLine line)
    {
        var since = new Option<string?>("--since") { Description = "Count checks from this day on, yyyy-MM-dd." };
        var command = new Command("stats", "Records, checks and hits.") { since };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.GetAsync($"travel-documents/statistics{(parsed.GetValue(since) is { } day ? $"?since={Uri.EscapeDataString(day)}" : "")}", cancel);
            await line.PrintAsync(parsed, answer, Words);
            return 0;
        }));
        return command;
    }

    private static IEnumerable<string> Words(JsonNode json)
    {
        foreach (var count in json["own"]!.AsArray())
        {
            yield return $"{count!["issuer"]} {count["kind"]}: {count["records"]} records, {count["documents"]} documents, {count["disputed"]} disputed";
        }

        yield return $"indexed: {json["indexed"]} records of all members";
        yield return $"checks: {json["checks"]}, hits {json["hits"]}, incomplete {json["incomplete"]}";
    }
}
