using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity recover</c>: gets back from partners what a node that was set back has lost of its own feeds.</summary>
internal static class RecoverCommands
{
    public static Command Create(CommandLine line)
    {
        var without = new Option<string[]>("--without") { Description = "Go on without the word of partners that do not answer.", HelpName = "MEMBER", AllowMultipleArgumentsPerToken = true };
        var reason = new Option<string?>("--reason") { Description = "Why without them; it stands in the ledger and names nobody." };
        var command = new Command("recover", "Asks partners what they know of this node's own logs and fetches back what they hold. Exit code 1 where the node stays read-only.") { without, reason };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var request = new JsonObject { ["without"] = new JsonArray([.. (parsed.GetValue(without) ?? []).Select(code => JsonValue.Create(code))]), ["reason"] = parsed.GetValue(reason) };
            var answer = await client.PostAsync("recovery", request, cancel);
            await line.PrintAsync(parsed, answer, json => Lines(json).DefaultIfEmpty("the node knows all that it ever signed"));
            return answer["reason"] is null ? Reply.Ok : Reply.No;
        }));
        return command;
    }

    /// <summary>How a node stands with its own past, in lines; none where all is well.</summary>
    public static IEnumerable<string> Lines(JsonNode json)
    {
        foreach (var log in json["recovered"]?.AsArray() ?? [])
        {
            yield return $"{log!["log"]}: {log["entries"]} entries came back, {log["size"]} of {log["known"]} are here"
                + (log["withoutBody"]!.GetValue<long>() > 0 ? $", {log["withoutBody"]} records without their body" : "") + (log["detail"] is { } detail ? $": {detail}" : "");
        }

        if (json["reason"] is { } reason)
        {
            yield return $"READ-ONLY since {json["since"]}: {reason}";
        }

        foreach (var member in json["awaited"]!.AsArray())
        {
            yield return $"  {member} has not answered yet (comity recover --without {member} goes on without it)";
        }

        foreach (var log in json["behind"]!.AsArray())
        {
            yield return $"  {log!["origin"]}: {log["size"]} entries here, {log["known"]} known to {string.Join(", ", log["partners"]!.AsArray())}";
        }
    }
}
