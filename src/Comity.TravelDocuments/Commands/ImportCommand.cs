using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.TravelDocuments.Commands;

/// <summary><c>comity documents import FILE</c>: hands the file to the node, which takes it in; the command looks how far it is, and need not stay.</summary>
internal static class ImportCommand
{
    private const int BarWidth = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public static Command Create(CommandLine line)
    {
        var file = new Argument<FileInfo>("file") { Description = "CSV or JSON Lines, UTF-8, at most 1 GB." };
        var form = new Option<string?>("--form") { Description = "csv, jsonl or interpol. Default: by the file's name." };
        var rejects = new Option<FileInfo?>("--rejects") { Description = "Where refused lines go, with their reasons; the first 200. Default: FILE.rejects." };
        var enteredBy = new Option<string?>("--entered-by") { Description = "Who entered the records, where a line does not say." };
        var (audience, realm) = (PublishCommands.Audience(), PublishCommands.Realm());
        var keep = new Option<bool>("--no-amend") { Description = "Refuse lines that differ from a record in force instead of amending it." };
        var leave = new Option<bool>("--leave") { Description = "Do not wait until it is taken in: comity documents imports ID looks how far it is." };
        var command = new Command("import", "Import records: the node takes the file in, also when this terminal is gone. Run again it changes nothing that is there already.") { file, form, rejects, enteredBy, audience, realm, keep, leave };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var input = parsed.GetRequiredValue(file);
            if (!input.Exists)
            {
                await CommandLine.Error(parsed).WriteLineAsync($"{input}: there is no such file");
                return 1;
            }

            if (FormOf(parsed.GetValue(form), input) is not { } chosen)
            {
                await CommandLine.Error(parsed).WriteLineAsync("--form must be csv, jsonl or interpol");
                return 2;
            }

            var entered = parsed.GetValue(enteredBy) is { } by ? $"&enteredBy={Uri.EscapeDataString(by)}" : "";
            await using var stream = input.OpenRead();
            var begun = await client.PostFileAsync(
                $"travel-documents/imports?form={chosen}&audience={Uri.EscapeDataString(parsed.GetValue(audience)!)}&realm={Uri.EscapeDataString(parsed.GetValue(realm)!)}&amend={(parsed.GetValue(keep) ? "false" : "true")}{entered}",
                stream, cancel);
            var id = begun["id"]!.GetValue<string>();
            if (parsed.GetValue(leave))
            {
                await line.PrintAsync(parsed, begun, _ => [$"handed over; comity documents imports {id} looks how far it is"]);
                return 0;
            }

            var run = await WaitAsync(parsed, client, id, cancel);
            var reject = parsed.GetValue(rejects)?.FullName ?? input.FullName + ".rejects";
            if (run["faults"]!.AsArray() is { Count: > 0 } faults)
            {
                await File.WriteAllLinesAsync(reject, faults.Select(Reject), cancel);
                run["rejects"] = reject;
            }

            await line.PrintAsync(parsed, run, json => Words(json, parsed.GetValue(line.FrenchOption) ? "fr" : "en"));
            return Succeeded(run) ? 0 : 1;
        }));
        return command;
    }

    /// <summary><c>comity documents imports [ID]</c>: the latest imports, or one until it has ended.</summary>
    public static Command CreateList(CommandLine line)
    {
        var id = new Argument<string?>("id") { Description = "One of them: waits until it has ended.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("imports", "The latest imports, by page or command, and how far they are.") { id };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var language = parsed.GetValue(line.FrenchOption) ? "fr" : "en";
            if (parsed.GetValue(id) is not { } one)
            {
                await line.PrintAsync(parsed, await client.GetAsync("travel-documents/imports", cancel), json => json.AsArray().Select(run =>
                    $"{run!["id"]} {run["started"]}: {(run["ended"] is null ? $"{run["percent"]} %" : "ended")}, {run["lines"]} lines, {run["refused"]} refused{(run["failure"] is { } failure ? ": " + failure[language] : "")}"));
                return 0;
            }

            var run = await WaitAsync(parsed, client, one, cancel);
            await line.PrintAsync(parsed, run, json => [.. Words(json, language), .. json["faults"]!.AsArray().Select(fault => $"line {fault!["line"]}: {Reason(fault, language)}")]);
            return Succeeded(run) ? 0 : 1;
        }));
        return command;
    }

    private static bool Succeeded(JsonNode run) => run["ended"] is not null && run["failure"] is null && run["refused"]!.GetValue<long>() == 0;

    private static string? FormOf(string? form, FileInfo file) => (form ?? file.Extension.TrimStart('.').ToLowerInvariant()) switch
    {
        "csv" => "csv",
        "jsonl" or "ndjson" => "jsonl",
        "interpol" => "interpol",
        _ => null,
    };

    /// <summary>Looks until it has ended, or nothing is heard of it any more.</summary>
    private static async Task<JsonObject> WaitAsync(ParseResult parsed, NodeClient client, string id, CancellationToken cancel)
    {
        var (quiet, progress) = (Console.IsErrorRedirected, CommandLine.Error(parsed));
        try
        {
            for (; ; await Task.Delay(Pause, cancel))
            {
                var run = (await client.GetAsync($"travel-documents/imports/{Uri.EscapeDataString(id)}", cancel)).AsObject();
                if (!quiet)
                {
                    var filled = run["percent"]!.GetValue<int>() * BarWidth / 100;
                    await progress.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"\r[{new string('#', filled)}{new string('.', BarWidth - filled)}] {run["percent"],3} %  {run["lines"]!.GetValue<long>():N0} lines "));
                }

                if (!run["running"]!.GetValue<bool>())
                {
                    return run;
                }
            }
        }
        catch (OperationCanceledException)
        {
            await progress.WriteLineAsync($"\nthe node goes on with it: comity documents imports {id}");
            throw;
        }
        finally
        {
            if (!quiet)
            {
                await progress.WriteLineAsync();
            }
        }
    }

    private static IEnumerable<string> Words(JsonNode run, string language)
    {
        foreach (var count in new[] { "lines", "published", "amended", "unchanged", "refused" })
        {
            yield return $"{count}: {run[count]}";
        }

        if (run["rejects"] is { } rejects)
        {
            yield return $"rejects: {rejects}{(run["refused"]!.GetValue<long>() > run["faults"]!.AsArray().Count ? $" (the first {run["faults"]!.AsArray().Count})" : "")}";
        }

        if (run["failure"] is { } failure)
        {
            yield return failure[language]!.GetValue<string>();
        }
        else if (run["ended"] is null)
        {
            yield return "nothing was heard of it for a minute; what was taken in stays; send the file again";
        }
    }

    private static string Reject(JsonNode? fault) => JsonSerializer.Serialize(new JsonObject { ["line"] = fault!["line"]!.GetValue<long>(), ["reason"] = Reason(fault, "en") });

    private static string Reason(JsonNode fault, string language) => fault["field"]!.GetValue<string>() is { Length: > 0 } field ? $"{field}: {fault["why"]![language]}" : fault["why"]![language]!.GetValue<string>();
}
