using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity requests …</c>: requests between States. What waits for a second person is decided by <c>comity approval</c>.</summary>
internal static class RequestCommands
{
    private const int LongestContent = 1 << 20;

    public static Command Create(CommandLine line) => Root.Talks(new Command("requests", "Requests between States: ask, answer, and see what is due.")
    {
        List(line), Due(line), Kinds(line), KindCommand.Create(line), Show(line), Draft(line), Redraft(line), Discard(line), Send(line), Act(line), Attach(line), File(line), Prove(line),
    }, line);

    private static Command List(CommandLine line)
    {
        var open = new Option<bool>("--open") { Description = "Only those from which something is still expected." };
        var (phase, kind, member) = (new Option<string?>("--phase") { Description = "Only in this phase, e.g. delivered." }, new Option<string?>("--kind") { Description = "Only of this kind." }, new Option<string?>("--member") { Description = "Only with this member." });
        var (before, most) = (new Option<string?>("--before") { Description = "Those after this one in the list." }, new Option<int>("--most") { Description = "1 to 100.", DefaultValueFactory = _ => 50 });
        var command = new Command("list", "Requests to and from this State, the one that changed last first.") { open, phase, kind, member, before, most };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var query = string.Concat(new[] { ("phase", parsed.GetValue(phase)), ("kind", parsed.GetValue(kind)), ("member", parsed.GetValue(member)), ("before", parsed.GetValue(before)) }
                .Where(pair => pair.Item2 is not null).Select(pair => $"&{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}"));
            await line.PrintAsync(parsed, await client.GetAsync($"requests?most={parsed.GetValue(most)}&open={(parsed.GetValue(open) ? "true" : "false")}{query}", cancel), json =>
                [.. json["requests"]!.AsArray().Select(row => Row(row!)), .. json["next"] is { } next ? new[] { $"and more: --before {next}" } : []]);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Due(CommandLine line)
    {
        var mine = new Option<bool>("--mine") { Description = "Only what this State owes." };
        var command = new Command("due", "What is due, the first to run out first. Exit code 1 where something this State owes has run out.") { mine };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.GetAsync($"requests/due?mine={(parsed.GetValue(mine) ? "true" : "false")}", cancel);
            await line.PrintAsync(parsed, answer, json => json.AsArray().Select(due => Clock(due!, parsed.GetValue(line.FrenchOption))));
            return answer.AsArray().Any(due => due!["state"]!.GetValue<string>() == "over" && due["mine"]!.GetValue<bool>()) ? Reply.No : Reply.Ok;
        }));
        return command;
    }

    private static Command Kinds(CommandLine line)
    {
        var command = new Command("kinds", "The kinds of request in use; with --json each as it is declared.");
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await line.PrintAsync(parsed, await client.GetAsync("requests/kinds", cancel), json => json.AsArray().Select(kind =>
                $"{kind!["name"]}: {Words(kind["title"]!, parsed.GetValue(line.FrenchOption))}; {string.Join(' ', kind["purposes"]!.AsArray())}; {string.Join(' ', kind["members"]!.AsArray())}; {kind["digest"]}"));
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Show(CommandLine line)
    {
        var id = Id();
        var command = new Command("show", "A request with all that happened.") { id };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await PrintAsync(line, parsed, await client.GetAsync(Path(parsed, id), cancel));
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Draft(CommandLine line)
    {
        var kind = new Argument<string>("kind") { Description = "As kinds prints it." };
        var to = new Argument<string>("member") { Description = "Whom to ask." };
        var purpose = new Option<string>("--purpose") { Description = "One of the kind's purposes.", Required = true };
        var follows = new Option<string?>("--follows") { Description = "The request that this one follows on." };
        var exercise = new Option<bool>("--exercise") { Description = "In the exercise realm." };
        var written = new Written();
        var command = new Command("draft", "Begins a draft; nothing leaves.") { kind, to, purpose, follows, exercise };
        written.AddTo(command);
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            if (written.Body(parsed) is not { } body)
            {
                return Reply.No;
            }

            (body["kind"], body["to"], body["purpose"], body["follows"]) = (parsed.GetValue(kind), parsed.GetValue(to), parsed.GetValue(purpose), parsed.GetValue(follows));
            body["realm"] = parsed.GetValue(exercise) ? "exercise" : "live";
            await PrintAsync(line, parsed, await client.PostAsync("requests", body, cancel));
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Redraft(CommandLine line)
    {
        var id = Id();
        var follows = new Option<string?>("--follows") { Description = "The request that this one follows on." };
        var written = new Written();
        var command = new Command("redraft", "Writes a draft anew.") { id, follows };
        written.AddTo(command);
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            if (written.Body(parsed) is not { } body)
            {
                return Reply.No;
            }

            body["follows"] = parsed.GetValue(follows);
            await PrintAsync(line, parsed, await client.PutAsync(Path(parsed, id), body, cancel));
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Discard(CommandLine line)
    {
        var id = Id();
        var command = new Command("discard", "Throws a draft away.") { id };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await line.PrintAsync(parsed, await client.DeleteAsync(Path(parsed, id), cancel), json => [$"{json["outcome"]}"]);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Send(CommandLine line)
    {
        var (id, reason) = (Id(), Reason());
        var command = new Command("send", "Sends a draft, or proposes it to a second person where the kind asks for two.") { id, reason };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await PrintAsync(line, parsed, await client.PostAsync(Path(parsed, id) + "/sending", new JsonObject { ["reason"] = parsed.GetValue(reason) }, cancel));
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Act(CommandLine line)
    {
        var (id, reason, written) = (Id(), Reason(), new Written());
        var act = new Argument<string>("act") { Description = "An act of the kind, or decline, pause, resume, message." };
        var ground = new Option<string?>("--ground") { Description = "Of a refusal." };
        var conditions = new Option<string[]>("--condition") { Description = "Of an offer; may be given several times." };
        var clock = new Option<string?>("--clock") { Description = "Of pause and resume." };
        var member = new Option<string?>("--member") { Description = "Of a transfer to another member." };
        var command = new Command("act", "Acknowledges, accepts, refuses, answers, withdraws, …: whatever act the kind has.") { id, act, ground, conditions, clock, member, reason };
        written.AddTo(command, urgency: false);
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            if (written.Body(parsed) is not { } body)
            {
                return Reply.No;
            }

            (body["act"], body["ground"], body["clock"], body["member"], body["reason"]) =
                (parsed.GetValue(act), parsed.GetValue(ground), parsed.GetValue(clock), parsed.GetValue(member), parsed.GetValue(reason));
            body["conditions"] = parsed.GetValue(conditions) is { Length: > 0 } offered ? new JsonArray([.. offered.Select(condition => (JsonNode)condition)]) : null;
            await PrintAsync(line, parsed, await client.PostAsync(Path(parsed, id) + "/acts", body, cancel));
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Attach(CommandLine line)
    {
        var id = Id();
        var file = new Argument<FileInfo>("file") { Description = "The file." };
        var command = new Command("attach", "Keeps a file for the draft or the next act, and prints how to name it there; nothing of it leaves before.") { id, file };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await using var stream = parsed.GetRequiredValue(file).OpenRead();
            await line.PrintAsync(parsed, await client.PostFileAsync(Path(parsed, id) + "/files", stream, cancel), json => [$"{json["sha256"]} {json["size"]}"]);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command File(CommandLine line)
    {
        var id = Id();
        var sha256 = new Argument<string>("sha256") { Description = "As show prints it." };
        var target = new Argument<FileInfo>("file") { Description = "Where to put it; must not be there." };
        var command = new Command("file", "Fetches a file of a request.") { id, sha256, target };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await using var stream = new FileStream(parsed.GetRequiredValue(target).FullName, FileMode.CreateNew);
            await client.CopyToAsync($"{Path(parsed, id)}/files/{Uri.EscapeDataString(parsed.GetRequiredValue(sha256))}", stream, cancel);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Prove(CommandLine line)
    {
        var id = Id();
        var command = new Command("prove", "All events as they were signed, with the salted bodies that they commit to.") { id };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await line.PrintAsync(parsed, await client.GetAsync(Path(parsed, id) + "/proof", cancel), json => json.AsArray().Select(item => $"{item!["ledgerEntry"]} {item["event"]} {item["signed"]}"));
            return Reply.Ok;
        }));
        return command;
    }

    private static Argument<string> Id() => new("request") { Description = "Its name, e.g. UTO-5f0c9d3a1b2c4d5e." };

    private static Option<string?> Reason() => new("--reason") { Description = "For the second person, naming nobody: at most 500 characters." };

    private static string Path(ParseResult parsed, Argument<string> id) => "requests/" + Uri.EscapeDataString(parsed.GetRequiredValue(id));

    private static string Words(JsonNode words, bool french) => (french ? words["fr"] : words["en"])!.GetValue<string>();

    private static string Row(JsonNode row) => $"{row["id"]} {row["kind"]} {row["from"]} to {row["to"]}: {row["phase"]}, {row["urgency"]}, {row["changed"]}{(row["realm"]!.GetValue<string>() == "live" ? "" : ", exercise")}";

    private static string Clock(JsonNode due, bool french) =>
        $"{due["runsOut"]?.ToString() ?? (due["paused"] is { } paused ? $"stands since {paused}" : "no term")} {due["request"]} {due["kind"]}: {Words(due["title"]!, french)} ({(due["mine"]!.GetValue<bool>() ? "owed by this State" : "owed to this State")}), {due["state"]}{(due["stated"]!.GetValue<bool>() ? "" : ", reckoned here")}";

    private static Task PrintAsync(CommandLine line, ParseResult parsed, JsonNode answer) => line.PrintAsync(parsed, answer, view => Lines(view, parsed.GetValue(line.FrenchOption)));

    private static IEnumerable<string> Lines(JsonNode view, bool french)
    {
        yield return Row(view["request"]!);
        if (view["approval"] is { } approval)
        {
            yield return $"{approval} waits for a second person";
        }

        if (view["notDeliveredSince"] is { } since)
        {
            yield return $"not delivered since {since}";
        }

        if (view["givenUp"] is { } code)
        {
            yield return $"the other side's node refused something for good: {code}";
        }

        if (view["bound"]!.AsArray().Count > 0)
        {
            yield return $"conditions that bind: {string.Join(' ', view["bound"]!.AsArray())}";
        }

        if (view["draft"] is { } draft)
        {
            yield return $"draft: {draft["content"]?.ToJsonString()}";
        }

        foreach (var item in view["line"]!.AsArray())
        {
            // Whoever is named is named by the State that signed the event.
            yield return $"{item!["at"]} {item["from"]} {Words(item["title"]!, french)}, signed by {item["from"]}, which says: {item["claimedBy"]!["role"]} {item["claimedBy"]!["officer"]}{(item["claimedSecond"] is { } second ? $" and {second["role"]} {second["officer"]}" : "")}"
                + $"{(item["standing"]!.GetValue<string>() == "stands" ? "" : $" [{item["standing"]}{(item["fault"] is { } fault ? $": {fault}" : "")}{(item["why"] is { } why ? $": {Words(why, french)}" : "")}]")}{(item["waitsForReceipt"]!.GetValue<bool>() ? " [waits for the receipt]" : "")}";
            if (item["ground"] is { } ground)
            {
                yield return $"  ground: {ground}";
            }

            if (item["said"] is { } said)
            {
                yield return $"  {said["reference"]} {said["text"]} {said["content"]?.ToJsonString()}".TrimEnd();
            }
            else if (item["erased"]!.GetValue<bool>())
            {
                yield return $"  erased; commitment {item["commitment"]}";
            }
        }

        foreach (var file in view["files"]!.AsArray())
        {
            yield return $"file {file!["sha256"]} {file["name"]} {file["size"]}: {file["state"]} ({file["have"]} here)";
        }

        foreach (var due in view["clocks"]!.AsArray())
        {
            yield return Clock(due!, french);
        }

        if (view["may"]!.AsArray() is { Count: > 0 } may)
        {
            yield return $"you may: {string.Join(' ', may.Select(act => act!["act"]))}";
        }
    }

    /// <summary>What is said with a draft or an act.</summary>
    private sealed class Written
    {
        private readonly Option<FileInfo?> _content = new("--content") { Description = "A file with the act's fields as a JSON object." };
        private readonly Option<string?> _text = new("--text") { Description = "A message, or reasons in words." };
        private readonly Option<string?> _reference = new("--reference") { Description = "This State's own file reference." };
        private readonly Option<string?> _urgency = new("--urgency") { Description = "routine, urgent or emergency." };
        private readonly Option<FileInfo?> _files = new("--files") { Description = "A file with a JSON array of name, mediaType, size and sha256 of files attached before." };

        public void AddTo(Command command, bool urgency = true)
        {
            foreach (var option in new Option[] { _content, _text, _reference, _files })
            {
                command.Add(option);
            }

            if (urgency)
            {
                command.Add(_urgency);
            }
        }

        /// <summary>Null where a file cannot be read; why is said.</summary>
        public JsonObject? Body(ParseResult parsed)
        {
            var body = new JsonObject { ["text"] = parsed.GetValue(_text), ["reference"] = parsed.GetValue(_reference), ["urgency"] = parsed.CommandResult.Command.Options.Contains(_urgency) ? parsed.GetValue(_urgency) : null };
            foreach (var (name, option) in new[] { ("content", _content), ("files", _files) })
            {
                if (parsed.GetValue(option) is not { } file)
                {
                    continue;
                }

                if (!CommandFile.TryRead(file.FullName, LongestContent, out var bytes, out var fault))
                {
                    CommandLine.Error(parsed).WriteLine(fault);
                    return null;
                }

                try
                {
                    body[name] = JsonNode.Parse(bytes);
                }
                catch (JsonException e)
                {
                    CommandLine.Error(parsed).WriteLine($"{file}: {e.Message}");
                    return null;
                }
            }

            return body;
        }
    }
}
