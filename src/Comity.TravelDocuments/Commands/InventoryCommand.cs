using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.TravelDocuments.Commands;

/// <summary><c>comity documents inventory</c>: takes stock of blanks; with a file, enters deliveries and boxes first.</summary>
internal static class InventoryCommand
{
    private const int AtOnce = 2000;

    public static Command Create(CommandLine line)
    {
        var file = new Option<FileInfo?>("--enter") { Description = "JSON Lines with deliveries and boxes to enter: issuer, type, first, last, status, place, on, from, box." };
        var command = new Command("inventory", "Take stock of blank documents: which are accounted for nowhere, or twice. Exit code 1 where something is wrong.") { file };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            if (parsed.GetValue(file) is { } entries && !await EnterAsync(client, entries, CommandLine.Error(parsed), cancel))
            {
                return 1;
            }

            var answer = await client.GetAsync("travel-documents/stock", cancel);
            await line.PrintAsync(parsed, answer, json => Words(json, parsed.GetValue(line.FrenchOption) ? "fr" : "en"));
            return answer["findings"]!.AsArray().Count == 0 ? 0 : 1;
        }));
        return command;
    }

    private static async Task<bool> EnterAsync(NodeClient client, FileInfo file, TextWriter error, CancellationToken cancel)
    {
        List<JsonNode> entries = [];
        var number = 0;
        foreach (var text in await File.ReadAllLinesAsync(file.FullName, cancel))
        {
            number++;
            if (text.Trim().Length == 0)
            {
                continue;
            }

            try
            {
                entries.Add(JsonNode.Parse(text)!);
            }
            catch (JsonException e)
            {
                await error.WriteLineAsync($"{file.Name}, line {number}, byte {e.BytePositionInLine}: is no JSON");
                return false;
            }
        }

        foreach (var batch in entries.Chunk(AtOnce))
        {
            await client.PostAsync("travel-documents/stock", new JsonObject { ["entries"] = new JsonArray(batch) }, cancel);
        }

        return true;
    }

    private static IEnumerable<string> Words(JsonNode json, string language)
    {
        yield return $"{json["entries"]} entries, {json["delivered"]} blanks delivered";
        foreach (var finding in json["findings"]!.AsArray())
        {
            yield return $"{finding!["fault"]}: {finding["words"]![language]}";
        }
    }
}
