using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity approval …</c>: acts that need two persons.</summary>
internal static class ApprovalCommands
{
    public static Command Create(CommandLine line) => Root.Talks(
        new Command("approval", "Acts that need two persons: what waits, and deciding on it.")
        {
            List(line), Show(line),
            Act(line, "approve", "Agrees to another's proposal, which carries it out.", "approval"),
            Act(line, "refuse", "Refuses another's proposal.", "refusal"),
            Act(line, "withdraw", "Takes your own proposal back.", "withdrawal"),
            Act(line, "break-glass", "Carries your own proposal out alone, where nobody else who may decide is signed in. Give a reason.", "break-glass"),
            Act(line, "countersign", "Agrees to what another did alone.", "countersignature"),
            Act(line, "object", "Objects to what another did alone.", "objection"),
            OpenDetail(line), Expire(line),
            Act(line, "look", "Looks at what your own proposal opened; each look is in the ledger.", "look"),
        },
        line);

    private static Command List(CommandLine line)
    {
        var command = new Command("list", "What waits for a second person, what was done alone, and what was decided. Exit code 1 where something waits for you.");
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.GetAsync("approvals", cancel);
            await line.PrintAsync(parsed, answer, json => json.AsArray().SelectMany(approval => Words(line, parsed, approval!)));
            return answer.AsArray().Any(approval => approval!["mayDecide"]!.GetValue<bool>() || approval["mayClose"]!.GetValue<bool>()) ? Reply.No : Reply.Ok;
        }));
        return command;
    }

    private static Command Show(CommandLine line)
    {
        var id = Id();
        var command = new Command("show", "One of them.") { id };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await line.PrintAsync(parsed, await client.GetAsync($"approvals/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", cancel), json => Words(line, parsed, json));
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Act(CommandLine line, string name, string description, string path)
    {
        var id = Id();
        var reason = new Option<string?>("--reason") { Description = "Why, naming nobody: at most 500 characters." };
        var command = new Command(name, description) { id, reason };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.PostAsync($"approvals/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/{path}", new JsonObject { ["reason"] = parsed.GetValue(reason) }, cancel);
            await line.PrintAsync(parsed, answer, json => json.AsObject().Select(fact => fact.Key == "outcome" ? fact.Value!.ToString() : $"{fact.Key} {fact.Value?.ToJsonString()}"));
            return Reply.Ok;
        }));
        return command;
    }

    private static Command OpenDetail(CommandLine line)
    {
        var entry = new Argument<long>("entry") { Description = "The entry of the ledger." };
        var reason = new Option<string>("--reason") { Description = "Why, naming nobody: at most 500 characters.", Required = true };
        var epoch = LedgerCommands.Epoch();
        var command = new Command("open-detail", "Proposes to open what is sealed in an entry of the ledger.") { entry, epoch, reason };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.PostAsync($"ledger/{parsed.GetValue(entry)}/opening{LedgerCommands.Of(parsed.GetValue(epoch))}", new JsonObject { ["reason"] = parsed.GetValue(reason) }, cancel);
            await line.PrintAsync(parsed, answer, OfficerCommands.Outcome);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Expire(CommandLine line)
    {
        var command = new Command("expire", "Proposes to delete what is over by the node's own clock, where no two partners confirm the time.");
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await line.PrintAsync(parsed, await client.PostAsync("expiry", new JsonObject(), cancel), OfficerCommands.Outcome);
            return Reply.Ok;
        }));
        return command;
    }

    private static Argument<string> Id() => new("id") { Description = "The proposal: a-…" };

    private static IEnumerable<string> Words(CommandLine line, ParseResult parsed, JsonNode approval)
    {
        var language = parsed.GetValue(line.FrenchOption) ? "fr" : "en";
        yield return $"{approval["id"]} {approval["state"]}: {approval["what"]![language]}";
        yield return $"  {approval["proposer"]}, {approval["desk"]}, {approval["at"]}: {approval["reason"]}";
        if (approval["decider"] is { } decider)
        {
            yield return $"  {decider}, {approval["decided"]}";
        }
    }
}
