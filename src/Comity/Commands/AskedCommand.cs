using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity ledger asked travel-documents L898902C3</c>: who asked about a subject. For the data-protection officer.</summary>
internal static class AskedCommand
{
    public static Command Create(CommandLine line)
    {
        var register = new Argument<string>("register") { Description = "The register, e.g. travel-documents." };
        var subject = new Argument<string>("subject") { Description = "What is asked about, as you would write it: a document's number." };
        var realm = new Option<string>("--realm") { Description = "live or exercise.", DefaultValueFactory = _ => "live" };
        var before = new Option<long?>("--before") { Description = "Only entries before this one." };
        var epoch = LedgerCommands.Epoch();
        var command = new Command("asked", "Who asked about a subject, while the details of the questions are kept. Looking is itself an entry of the ledger.") { register, subject, realm, before, epoch };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.PostAsync("ledger/asked", new JsonObject
            {
                ["register"] = parsed.GetValue(register), ["realm"] = parsed.GetValue(realm), ["subject"] = parsed.GetValue(subject), ["before"] = parsed.GetValue(before), ["epoch"] = parsed.GetValue(epoch),
            }, cancel);
            await line.PrintAsync(parsed, answer, Words);
            return Reply.Ok;
        }));
        return command;
    }

    private static IEnumerable<string> Words(JsonNode answer)
    {
        foreach (var question in answer["questions"]!.AsArray())
        {
            yield return $"{(answer["questions"]!.AsArray().Max(other => other!["epoch"]!.GetValue<int>()) == question!["epoch"]!.GetValue<int>() ? "" : $"epoch {question["epoch"]} ")}{question["entry"]} {question["at"]}: {(question["from"] is { } from ? $"partner {from}" : $"{question["desk"]}, {question["by"]}")}, {question["purpose"]}: {question["outcome"]}{(question["besides"] is { } besides ? $" (asked with {besides})" : "")}";
        }

        if (answer["questions"]!.AsArray().Count == 0)
        {
            yield return "nobody asked";
        }

        yield return answer["since"] is { } since ? $"questions can be found back to {since}" : "no question of any subject can be found";
        if (answer["next"] is { } next)
        {
            yield return $"and more: --before {next} --epoch {answer["nextEpoch"]}";
        }

        yield return $"ledger entry {answer["ledgerEntry"]} says that you looked";
    }
}
