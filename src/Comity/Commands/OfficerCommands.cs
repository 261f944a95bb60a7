using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity officer …</c> and <c>comity desk …</c>: accounts. What changes them online is proposed, and another person decides.</summary>
internal static class OfficerCommands
{
    public static Command Create(CommandLine line, TimeProvider clock) => new("officer", "Officers' accounts.")
    {
        OfficerHomeCommands.New(clock), OfficerHomeCommands.Reset(clock),
        Root.Talks(List(line), line), Root.Talks(Propose(line), line), Root.Talks(Change(line), line),
        Root.Talks(Simple(line, "propose-reset", "Proposes to take an officer's credentials away and give a new one-time code: a lost telephone.", "reset"), line),
        Root.Talks(Simple(line, "close", "Proposes to close an account for good.", "closure"), line),
        Root.Talks(Unlock(line), line),
    };

    public static Command CreateDesk(CommandLine line)
    {
        var list = new Command("list", "All desks.");
        list.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await line.PrintAsync(parsed, await client.GetAsync("desks", cancel), json => json.AsArray().Select(desk => desk!.GetValue<string>()));
            return Reply.Ok;
        }));
        var name = new Argument<string>("name") { Description = "1 to 60 characters; never a person's name." };
        var add = new Command("add", "Declares a desk.") { name };
        add.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await line.PrintAsync(parsed, await client.PostAsync("desks", new JsonObject { ["name"] = parsed.GetValue(name) }, cancel), Outcome);
            return Reply.Ok;
        }));
        return Root.Talks(new Command("desk", "Desks.") { list, add }, line);
    }

    private static Command List(CommandLine line)
    {
        var command = new Command("list", "All accounts.");
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await line.PrintAsync(parsed, await client.GetAsync("officers", cancel), json => json.AsArray().Select(officer =>
                $"{officer!["id"]} {officer["name"]} {officer["state"]}: {officer["desk"]}; {string.Join(' ', officer["roles"]!.AsArray())}{(officer["waitsUntil"] is { } until ? $"; has to wait until {until}" : "")}"));
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Propose(CommandLine line)
    {
        var (name, desk, roles, purposes, language) = OfficerHomeCommands.Fields();
        var reason = Reason();
        var command = new Command("propose", "Proposes a new account.") { name, desk, roles, purposes, language, reason };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var body = Body(parsed.GetValue(name), parsed.GetValue(desk), parsed.GetValue(roles), parsed.GetValue(purposes), parsed.GetValue(language), parsed.GetValue(reason));
            await line.PrintAsync(parsed, await client.PostAsync("officers", body, cancel), Outcome);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Change(CommandLine line)
    {
        var id = Id();
        var (name, desk, roles, purposes, language) = OfficerHomeCommands.Fields();
        var reason = Reason();
        var command = new Command("change", "Proposes what an account is to say from now on.") { id, name, desk, roles, purposes, language, reason };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var body = Body(parsed.GetValue(name), parsed.GetValue(desk), parsed.GetValue(roles), parsed.GetValue(purposes), parsed.GetValue(language), parsed.GetValue(reason));
            await line.PrintAsync(parsed, await client.PutAsync($"officers/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", body, cancel), Outcome);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Simple(CommandLine line, string name, string description, string path)
    {
        var (id, reason) = (Id(), Reason());
        var command = new Command(name, description) { id, reason };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.PostAsync($"officers/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/{path}", new JsonObject { ["reason"] = parsed.GetValue(reason) }, cancel);
            await line.PrintAsync(parsed, answer, Outcome);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Unlock(CommandLine line)
    {
        var id = Id();
        var command = new Command("unlock", "Lets an account that has to wait after failed attempts try again at once.") { id };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await line.PrintAsync(parsed, await client.PostAsync($"officers/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}/unlock", new JsonObject(), cancel), Outcome);
            return Reply.Ok;
        }));
        return command;
    }

    private static Argument<string> Id() => new("id") { Description = "The account's id: o-…" };

    private static Option<string> Reason() => new("--reason") { Description = "Why, naming nobody: at most 500 characters.", Required = true };

    private static JsonObject Body(string? name, string? desk, string[]? roles, string[]? purposes, string? language, string? reason) => new()
    {
        ["name"] = name, ["desk"] = desk, ["roles"] = Texts(roles), ["purposes"] = Texts(purposes), ["language"] = language, ["reason"] = reason,
    };

    private static JsonArray Texts(string[]? texts) => new([.. (texts ?? []).Select(text => (JsonNode)text)]);

    internal static IEnumerable<string> Outcome(JsonNode json) => [$"{json["outcome"]}{(json["approval"] is { } approval ? $": {approval} waits for a second person" : "")}"];
}
