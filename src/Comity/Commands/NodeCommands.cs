using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity status</c> and <c>comity feed …</c>: how the node stands, and its feeds, over its API.</summary>
internal static class NodeCommands
{
    public static Command CreateStatus(CommandLine line)
    {
        var command = new Command("status", "How the node and its partners stand. Exit code 1 where something needs a person.");
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.GetAsync("status", cancel);
            await line.PrintAsync(parsed, answer, Status);
            var wrong = answer["expired"]!.GetValue<bool>() || answer["protection"]!["state"]!.GetValue<string>() == "unprotected" || answer["processes"]!.AsArray().Any(process => process!["silent"]!.GetValue<bool>()) || answer["recovery"]!["reason"] is not null || answer["partners"]!.AsArray().Any(partner => partner!["failure"] is not null || partner["erasuresOverdue"]!.GetValue<long>() > 0)
                || answer["keptTooLong"]!.AsArray().Any(kept => kept!["expired"]!.GetValue<long>() > 0) || answer["revocations"]!["stale"]!.AsArray().Count > 0;
            return wrong ? Reply.No : Reply.Ok;
        }));
        return command;
    }

    public static Command CreateFeed(CommandLine line) => new("feed", "Feeds: how far, how fresh; by hand, by file.")
    {
        FeedStatus(line), Pull(line), Export(line), Import(line), Release(line),
    };

    /// <summary><c>charter take</c> and <c>notice take</c>: hand a signed document to the running node.</summary>
    public static Command CreateTake(CommandLine line, string path, string what)
    {
        var file = new Argument<FileInfo>("file") { Description = $"The {what}, signed as it must be." };
        var command = new Command("take", $"Hands a signed {what} to the running node.") { file };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await using var stream = parsed.GetRequiredValue(file).OpenRead();
            var answer = await client.PostFileAsync(path, stream, cancel);
            await line.PrintAsync(parsed, answer, json => [string.Join(' ', json.AsObject().Select(fact => fact.Value!.ToString()))]);
            return Reply.Ok;
        }));
        return Root.Talks(command, line);
    }

    private static IEnumerable<string> Status(JsonNode json)
    {
        yield return $"{json["member"]} in {json["network"]}, charter {json["charter"]} until {json["charterExpires"]}{(json["expired"]!.GetValue<bool>() ? ": EXPIRED, exchange is stopped" : "")}";
        yield return $"{json["database"]}, {json["indexed"]} records indexed at start";
        yield return json["protection"]!["state"]!.GetValue<string>() switch
        {
            "unprotected" => $"UNPROTECTED: {json["protection"]!["detail"]}. What was acknowledged is lost with this one database server",
            "protected" => $"protected: {json["protection"]!["detail"]}",
            _ => json["protection"]!["detail"]!.GetValue<string>(),
        };
        foreach (var process in json["processes"]!.AsArray())
        {
            var duties = string.Join(", ", process!["duties"]!.AsArray().Select(duty => duty!.GetValue<string>()));
            yield return $"process {process["name"]} since {process["started"]}{(process["silent"]!.GetValue<bool>() ? ": SILENT" : "")}{(duties.Length > 0 ? $": {duties}" : "")}"
                + (process["name"]!.GetValue<string>() == json["process"]!.GetValue<string>() ? $" (this one, {json["lagSeconds"]} s behind)" : "");
        }

        foreach (var text in RecoverCommands.Lines(json["recovery"]!))
        {
            yield return text;
        }

        if (json["revocations"]!["stale"]!.AsArray() is { Count: > 0 } stale)
        {
            var refused = json["revocations"]!["refused"]!.AsArray();
            yield return $"REVOCATIONS known as of {json["revocations"]!["asOf"]?.ToString() ?? "never"}, too old for {string.Join(", ", stale)}: {(refused.Count > 0 ? $"refused until there are newer ones: {string.Join(", ", refused)}" : "used with this warning")}";
        }

        foreach (var kept in json["keptTooLong"]!.AsArray())
        {
            yield return kept!["expired"]!.GetValue<long>() > 0
                ? $"KEPT TOO LONG: {kept["expired"]} records of {kept["feed"]}, over since {kept["since"]}: nobody confirms the time; comity approval expire"
                : $"{kept["erasedLate"]} bodies of {kept["feed"]} were erased late, last on {kept["erasedLateAt"]}";
        }

        foreach (var partner in json["partners"]!.AsArray())
        {
            if (partner!["erasuresOverdue"]!.GetValue<long>() is > 0 and var overdue)
            {
                yield return $"{partner["member"]} owes {overdue} receipts of erasure for longer than the charter lets it: call its desk";
            }

            yield return $"{partner["member"]} {partner["name"]}: complete as of {partner["asOf"]?.ToString() ?? "never"}{(partner["failure"] is { } failure ? $"; failing since {partner["failingSince"]}: {failure}" : "")}";
            if (partner["waiting"]!.GetValue<long>() > 0)
            {
                yield return $"  {partner["waiting"]} messages wait for its receipt, the oldest since {partner["waitingSince"]}";
            }

            if (partner["givenUp"]!.GetValue<long>() > 0)
            {
                yield return $"  {partner["givenUp"]} messages were given up, for {partner["givenUpFor"]}";
            }
        }
    }

    private static Command FeedStatus(CommandLine line)
    {
        var command = new Command("status", "Every feed here: size, lag, quarantine, who has signed for how much.");
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.GetAsync("feeds", cancel);
            await line.PrintAsync(parsed, answer, Feeds);
            return answer.AsArray().Any(feed => feed!["quarantine"] is not null || feed["owing"]!.AsArray().Any(debt => debt!["overdue"]!.GetValue<long>() > 0)) ? Reply.No : Reply.Ok;
        }));
        return command;
    }

    private static IEnumerable<string> Feeds(JsonNode json)
    {
        foreach (var feed in json.AsArray())
        {
            var own = feed!["own"]!.GetValue<bool>();
            yield return $"{feed["feed"]}: {feed["size"]} entries{(own ? ", ours" : $" of {feed["told"]}")}";
            if (feed["quarantine"] is { } fault)
            {
                yield return $"  quarantine since {fault["at"]}, {fault["code"]} at {fault["index"]}: {fault["text"]}";
            }

            foreach (var holder in feed["holders"]!.AsArray())
            {
                yield return $"  {holder!["member"]} has signed for {holder["size"]} on {holder["at"]}";
            }

            foreach (var debt in feed["owing"]!.AsArray())
            {
                yield return $"  {debt!["member"]} owes {debt["receipts"]} receipts of erasure since {debt["since"]}{(debt["overdue"]!.GetValue<long>() is > 0 and var overdue ? $", {overdue} of them OVERDUE" : "")}";
            }
        }
    }

    private static Command Pull(CommandLine line)
    {
        var member = new Argument<string?>("member") { Description = "The partner; all where absent.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("pull", "Contacts a partner now and takes in what is new. Exit code 1 where something is missing.") { member };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.PostAsync("feeds/pull", new JsonObject { ["member"] = parsed.GetValue(member) }, cancel);
            await line.PrintAsync(parsed, answer, json => json.AsArray().Select(round => $"{round!["member"]}: {(round["complete"]!.GetValue<bool>() ? "complete" : round["detail"]?.ToString() ?? "not complete")}"));
            return answer.AsArray().All(round => round!["complete"]!.GetValue<bool>()) ? Reply.Ok : Reply.No;
        }));
        return command;
    }

    private static Command Export(CommandLine line)
    {
        var member = new Argument<string>("member") { Description = "For whom; only this member can open the file." };
        var file = new Argument<FileInfo>("file") { Description = "Where to; it must not exist yet." };
        var whole = new Option<bool>("--whole") { Description = "From the beginning, also where the member has signed for a part." };
        var command = new Command("export", "Writes what a partner may have of our feeds to a file encrypted to it, for a node with no line.") { member, file, whole };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var path = parsed.GetRequiredValue(file).FullName;
            await using var stream = new FileStream(path, FileMode.CreateNew);
            await client.CopyToAsync($"feeds/export?member={Uri.EscapeDataString(parsed.GetRequiredValue(member))}&whole={(parsed.GetValue(whole) ? "true" : "false")}", stream, cancel);
            await line.PrintAsync(parsed, new JsonObject { ["file"] = path, ["bytes"] = stream.Length }, json => [$"{json["file"]}: {json["bytes"]} bytes"]);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Import(CommandLine line)
    {
        var file = new Argument<FileInfo>("file") { Description = "A partner's file, made for this member." };
        var command = new Command("import", "Takes in a partner's file; every entry is verified as on the line.") { file };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            await using var stream = parsed.GetRequiredValue(file).OpenRead();
            var answer = await client.PostFileAsync("feeds/import", stream, cancel);
            await line.PrintAsync(parsed, answer, json => [$"{json["entries"]} entries, complete as of {json["asOf"]}"]);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Release(CommandLine line)
    {
        var feed = new Argument<string>("feed") { Description = "The feed, as status prints it." };
        var reason = new Option<string>("--reason") { Description = "Why, naming nobody.", Required = true };
        var command = new Command("release", "Lets a quarantined feed go on.") { feed, reason };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.PostAsync("feeds/release", new JsonObject { ["feed"] = parsed.GetValue(feed), ["reason"] = parsed.GetValue(reason) }, cancel);
            await line.PrintAsync(parsed, answer, json => [$"released; {json["admitted"]} records held back are in force"]);
            return Reply.Ok;
        }));
        return command;
    }
}
