using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.TravelDocuments.Commands;

/// <summary><c>comity documents own</c>: this State's own records to look at, a page at a time, by number, or one of them.</summary>
internal static class OwnCommand
{
    public static Command Create(CommandLine line)
    {
        var id = new Argument<string?>("id") { Description = "One of them, as the list names it.", Arity = ArgumentArity.ZeroOrOne };
        var number = new Option<string?>("--number") { Description = "Those about a number: under it, in a range that holds it, and near it." };
        var after = new Option<string?>("--after") { Description = "The page after: what the one before named." };
        var realm = PublishCommands.Realm();
        var command = new Command("own", "This State's own records in force, newest first, a page at a time.") { id, number, after, realm };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var query = $"?realm={Uri.EscapeDataString(parsed.GetValue(realm)!)}";
            if (parsed.GetValue(id) is { } one)
            {
                await line.PrintAsync(parsed, await client.GetAsync($"travel-documents/own/{Uri.EscapeDataString(one)}{query}", cancel), Whole);
                return 0;
            }

            query += string.Concat(new[] { ("number", parsed.GetValue(number)), ("after", parsed.GetValue(after)) }.Where(part => part.Item2 is not null).Select(part => $"&{part.Item1}={Uri.EscapeDataString(part.Item2!)}"));
            await line.PrintAsync(parsed, await client.GetAsync("travel-documents/own" + query, cancel), Page);
            return 0;
        }));
        return command;
    }

    private static IEnumerable<string> Page(JsonNode page)
    {
        foreach (var entry in page["records"]!.AsArray())
        {
            var record = entry!["record"]!;
            yield return $"{entry["id"]} {record["issuer"]} {record["type"]} {record["number"]}{(record["last"] is { } last ? $" to {last}" : "")}: {record["kind"]}, for {entry["audience"]}, version {entry["version"]}, deleted on {entry["expires"]!.GetValue<DateTimeOffset>().UtcDateTime:yyyy-MM-dd}";
        }

        if (page["records"]!.AsArray().Count == 0)
        {
            yield return "no own record";
        }

        if (page["next"] is { } next)
        {
            yield return $"and more: --after {next}";
        }
    }

    private static IEnumerable<string> Whole(JsonNode entry)
    {
        foreach (var (name, value) in entry.AsObject().Where(field => field.Key != "record").Concat(entry["record"]!.AsObject().Where(field => field.Key != "v")))
        {
            yield return $"{name}: {(value is JsonArray list ? string.Join(", ", list) : value)}";
        }
    }
}
