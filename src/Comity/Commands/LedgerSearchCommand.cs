using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity ledger search</c>: the node looks at a bounded stretch for each question; the command goes on until it has enough.</summary>
internal static class LedgerSearchCommand
{
    public static Command Create(CommandLine line)
    {
        Option<string?>[] plain =
        [
            new("--by") { Description = "Whose doing: an officer's or a token's id, or node." },
            new("--desk") { Description = "At which desk." },
            new("--register") { Description = "Of which register." },
            new("--realm") { Description = "live or exercise." },
            new("--outcome") { Description = "Checks that came out so: hit, noHit or incomplete." },
        ];
        var kinds = new Option<string[]>("--kind") { Description = "Of these kinds: check, published, disclosed…", AllowMultipleArgumentsPerToken = true };
        var from = new Option<DateTimeOffset?>("--from") { Description = "Not older: 2026-03-01 or 2026-03-01T12:00Z.", CustomParser = Time };
        var to = new Option<DateTimeOffset?>("--to") { Description = "Older than.", CustomParser = Time };
        var most = new Option<int>("--most") { Description = "How many at most.", DefaultValueFactory = _ => 50 };
        var before = new Option<long?>("--before") { Description = "Only entries before this one." };
        var epoch = LedgerCommands.Epoch();
        var command = new Command("search", "Entries by time, kind, desk, actor, register, realm and outcome, newest first.") { kinds, from, to, most, before, epoch };
        foreach (var option in plain)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            IEnumerable<(string Name, string? Value)> asked =
            [
                .. plain.Select(option => (option.Name[2..], parsed.GetValue(option))),
                .. (parsed.GetValue(kinds) ?? []).Select(kind => ("kind", (string?)kind)),
                ("from", parsed.GetValue(from)?.ToString("O", CultureInfo.InvariantCulture)),
                ("to", parsed.GetValue(to)?.ToString("O", CultureInfo.InvariantCulture)),
            ];
            var query = string.Concat(asked.Where(item => item.Value is not null).Select(item => $"&{item.Name}={Uri.EscapeDataString(item.Value!)}"));
            var entries = new JsonArray();
            var (next, of) = (parsed.GetValue(before), parsed.GetValue(epoch));
            do
            {
                var answer = await client.GetAsync($"ledger/search?most={parsed.GetValue(most) - entries.Count}{(next is null ? "" : $"&before={next}")}{LedgerCommands.Of(of, '&')}{query}", cancel);
                foreach (var entry in answer["entries"]!.AsArray())
                {
                    entries.Add(entry!.DeepClone());
                }

                (next, of) = (answer["next"]?.GetValue<long>(), answer["nextEpoch"]?.GetValue<int>());
            }
            while (next is not null && entries.Count < parsed.GetValue(most));

            await line.PrintAsync(parsed, new JsonObject { ["entries"] = entries, ["next"] = next, ["nextEpoch"] = of }, json =>
            [
                .. json["entries"]!.AsArray().Select(entry => $"{(Newest(json) == entry!["epoch"]!.GetValue<int>() ? "" : $"epoch {entry["epoch"]} ")}{entry["index"]} {entry["note"]!.ToJsonString()}"),
                .. json["next"] is { } more ? [$"and perhaps more: --before {more} --epoch {json["nextEpoch"]}"] : Array.Empty<string>(),
            ]);
            return Reply.Ok;
        }));
        return command;
    }

    private static int Newest(JsonNode json) => json["entries"]!.AsArray() is { Count: > 0 } entries ? entries.Max(entry => entry!["epoch"]!.GetValue<int>()) : 0;

    private static DateTimeOffset? Time(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        result.AddError($"{result.Tokens[0].Value} is no time: 2026-03-01 or 2026-03-01T12:00Z");
        return null;
    }
}
