using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity hits list|read</c>: hits on this State's own records.</summary>
internal static class HitsCommands
{
    public static Command Create(CommandLine line) => Root.Talks(new Command("hits", "Hits on this State's own records, by whomever.") { List(line), Read(line) }, line);

    private static Command List(CommandLine line)
    {
        var unread = new Option<bool>("--unread") { Description = "Only those that your desk has not marked as read." };
        var most = new Option<int>("--most") { Description = "1 to 100.", DefaultValueFactory = _ => 20 };
        var before = new Option<string?>("--before") { Description = "Only hits before this one." };
        var command = new Command("list", "Hits, newest first, each with what became of the record. Exit code 1 where one is unread.") { unread, most, before };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.GetAsync(
                $"hits?most={parsed.GetValue(most)}&unread={(parsed.GetValue(unread) ? "true" : "false")}{(parsed.GetValue(before) is { } from ? $"&before={Uri.EscapeDataString(from)}" : "")}", cancel);
            await line.PrintAsync(parsed, answer, Words);
            return answer["hits"]!.AsArray().All(hit => hit!["read"] is not null) ? Reply.Ok : Reply.No;
        }));
        return command;
    }

    private static Command Read(CommandLine line)
    {
        var ids = new Argument<string[]>("hit") { Description = "The hits, as list prints them.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("read", "Marks hits as read by your desk.") { ids };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.PostAsync("hits/read", new JsonObject { ["ids"] = new JsonArray([.. parsed.GetRequiredValue(ids).Select(id => (JsonNode)id)]) }, cancel);
            await line.PrintAsync(parsed, answer, json => [$"{json["marked"]} marked"]);
            return Reply.Ok;
        }));
        return command;
    }

    private static IEnumerable<string> Words(JsonNode answer)
    {
        foreach (var hit in answer["hits"]!.AsArray())
        {
            yield return $"{hit!["id"]} {hit["at"]}: {hit["from"]} ({hit["desk"]}), {hit["purpose"]}, {hit["strength"]}{(hit["read"] is null ? ", unread" : "")}";
            yield return $"  {hit["reference"]}: {State(hit["state"]!.GetValue<string>())}{(hit["record"] is { } record ? $" {record.ToJsonString()}" : "")}";
        }

        if (answer["next"] is { } next)
        {
            yield return $"and more: --before {next}";
        }
    }

    private static string State(string state) => state switch
    {
        "inForce" => "in force",
        "amended" => "amended since",
        "ended" => "withdrawn or expired since",
        "endedBefore" => "had ended before the hit was told",
        _ => "no record of ours for that member",
    };
}
