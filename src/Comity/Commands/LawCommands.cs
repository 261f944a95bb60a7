using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity law …</c>: what partners can do by their law, and what stood in the way.</summary>
internal static class LawCommands
{
    public static Command Create(CommandLine line) => Root.Talks(
        new Command("law", "What partners can do by their law, and obstacles met.") { List(line), State(line), Withdraw(line), Obstacles(line), Record(line) }, line);

    private static Command List(CommandLine line)
    {
        var member = new Option<string?>("--member") { Description = "Of this member only." };
        var kind = new Option<string?>("--kind") { Description = "For this kind of request only." };
        var command = new Command("list", "What members say of their law, by member and kind of request.") { member, kind };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.GetAsync("law" + Query(("member", parsed.GetValue(member)), ("kind", parsed.GetValue(kind))), cancel);
            await line.PrintAsync(parsed, answer, json => Words(json, parsed.GetValue(line.FrenchOption) ? "fr" : "en"));
            return Reply.Ok;
        }));
        return command;
    }

    private static Command State(CommandLine line) => Send(line, "state", "Says what this State's law is for a kind of request, as a JSON file has it.", "law");

    private static Command Record(CommandLine line) => Send(line, "obstacle", "Records an obstacle that a JSON file describes, or says more of one by its id.", "obstacles");

    private static Command Send(CommandLine line, string name, string description, string path)
    {
        var file = new Argument<string>("file") { Description = "A JSON object; docs/requests.md shows one." };
        var command = new Command(name, description) { file };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await using var stream = File.OpenRead(parsed.GetRequiredValue(file));
            var answer = await client.PostFileAsync(path, stream, cancel);
            await line.PrintAsync(parsed, answer, json => [$"{json["outcome"]}{(json["id"] is { } id ? $" {id}" : "")}"]);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Withdraw(CommandLine line)
    {
        var kind = new Argument<string>("kind") { Description = "The kind of request." };
        var command = new Command("withdraw", "Takes this State's statement for a kind of request back.") { kind };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.DeleteAsync($"law/{Uri.EscapeDataString(parsed.GetRequiredValue(kind))}", cancel);
            await line.PrintAsync(parsed, answer, json => [$"{json["outcome"]}"]);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Obstacles(CommandLine line)
    {
        var with = new Option<string?>("--with") { Description = "Met with this member only." };
        var open = new Option<bool>("--open") { Description = "Only those that have no remedy yet." };
        var command = new Command("obstacles", "Obstacles that members met, those that stand first.") { with, open };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.GetAsync("obstacles" + Query(("with", parsed.GetValue(with)), ("open", parsed.GetValue(open) ? "true" : null)), cancel);
            await line.PrintAsync(parsed, answer, Words);
            return Reply.Ok;
        }));
        return command;
    }

    private static IEnumerable<string> Words(JsonNode answer, string language)
    {
        foreach (var one in answer["statements"]!.AsArray())
        {
            yield return $"{one!["member"]} {one["statement"]!["kind"]}: {one["summary"]![language]}";
            foreach (var refused in one["statement"]!["refuses"]!.AsArray())
            {
                yield return $"  refuses {refused}";
            }

            yield return $"  {one["statement"]!["legalBasis"]}, checked {one["statement"]!["checked"]}, version {one["version"]}";
        }
    }

    private static IEnumerable<string> Words(JsonNode answer)
    {
        foreach (var one in answer["obstacles"]!.AsArray())
        {
            var obstacle = one!["obstacle"]!;
            yield return $"{obstacle["id"]} {obstacle["met"]}: {one["member"]} with {obstacle["with"]}, {obstacle["kind"]}, {obstacle["what"]}{(obstacle["remedied"] is { } day ? $", remedied {day}" : "")}";
            yield return $"  {obstacle["description"]}";
            if (obstacle["remedy"] is { } remedy)
            {
                yield return $"  remedy: {remedy}";
            }
        }
    }

    private static string Query(params (string Name, string? Value)[] parts)
    {
        var given = parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}").ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }
}
