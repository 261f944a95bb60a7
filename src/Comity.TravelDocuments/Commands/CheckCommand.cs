using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.TravelDocuments.Commands;

/// <summary><c>comity documents check UTO L898902C3</c>, or with the scanned lines.</summary>
internal static class CheckCommand
{
    public static Command Create(CommandLine line)
    {
        var what = new Argument<string[]>("document") { Description = "Issuer and number, a number alone, or (with --mrz) the scanned lines.", Arity = new ArgumentArity(1, 3) };
        var mrz = new Option<bool>("--mrz") { Description = "The arguments are the lines of the machine-readable zone; - reads them from standard input." };
        var purpose = new Option<string>("--purpose") { Description = "For which purpose.", DefaultValueFactory = _ => "border-control" };
        var type = new Option<string?>("--type") { Description = "The document type: P, I, V…" };
        var realm = new Option<string>("--realm") { Description = "live or exercise.", DefaultValueFactory = _ => "live" };
        var reference = new Option<string?>("--case") { Description = "Your case reference." };
        var command = new Command("check", "Has any partner State reported this document? Exit code 0: no hit; 1: hit, or nothing sure.") { what, mrz, purpose, type, realm, reference };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var arguments = parsed.GetRequiredValue(what);
            var question = new JsonObject { ["purpose"] = parsed.GetValue(purpose), ["realm"] = parsed.GetValue(realm), ["case"] = parsed.GetValue(reference) };
            if (parsed.GetValue(mrz))
            {
                var lines = arguments is ["-"] ? (await Console.In.ReadToEndAsync(cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : arguments;
                question["mrz"] = new JsonArray([.. lines.Select(text => (JsonNode)text)]);
            }
            else
            {
                question["issuer"] = arguments.Length > 1 ? arguments[0] : null;
                question["number"] = arguments[^1];
                question["type"] = parsed.GetValue(type);
            }

            var answer = await client.PostAsync("travel-documents/checks", question, cancel);
            await line.PrintAsync(parsed, answer, json => Words(json, parsed.GetValue(line.FrenchOption) ? "fr" : "en"));
            return answer["outcome"]!.GetValue<string>() == "noHit" ? 0 : 1;
        }));
        return command;
    }

    internal static IEnumerable<string> Words(JsonNode answer, string language)
    {
        yield return $"{Outcome(answer["outcome"]!.GetValue<string>(), language)}: {answer["asked"]}";
        foreach (var hit in answer["hits"]!.AsArray())
        {
            foreach (var text in Record(hit!, language))
            {
                yield return text;
            }
        }

        yield return answer["advice"]![language]!.GetValue<string>();
        foreach (var near in answer["near"]!.AsArray())
        {
            yield return $"{near!["explanation"]![language]} [{near["strength"]}]";
        }

        if (answer["nearCut"]!.GetValue<bool>())
        {
            yield return "… and more that are near";
        }

        foreach (var member in answer["members"]!.AsArray())
        {
            yield return $"{member!["member"]}: {member["state"]}{(member["asOf"] is { } asOf ? $" as of {asOf.GetValue<DateTimeOffset>().UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")}{(member["detail"] is { } detail ? $" ({detail})" : "")}";
        }

        if (answer["warning"] is { } warning)
        {
            yield return warning[language]!.GetValue<string>();
        }

        yield return $"ledger entry {answer["ledgerEntry"]}";
    }

    private static IEnumerable<string> Record(JsonNode match, string language)
    {
        var record = match["record"];
        yield return $"  {match["explanation"]![language]}";
        if (record is not null)
        {
            yield return $"  {record["kind"]}, {record["issuer"]} {record["type"]} {record["number"]}{(record["last"] is { } last ? $" to {last}" : "")}{(record["date"] is { } date ? $", {date}" : "")}{(record["country"] is { } country ? $", {country}" : "")}, entered by {record["enteredBy"]}";
            foreach (var name in new[] { "reference", "circumstances", "ground", "contest", "disputedSince", "disputeNote" })
            {
                if (record[name] is { } value)
                {
                    yield return $"  {name}: {value}";
                }
            }
        }

        foreach (var caveat in match["caveats"]!.AsArray())
        {
            yield return $"  caveat: {caveat}";
        }

        if (match["ask"] is { } ask)
        {
            yield return $"  ask {match["owner"]}: {ask["desk"]}, {ask["phone"]}, {ask["email"]}, {ask["hours"]}";
        }

        yield return $"  reference {match["reference"]}";
    }

    private static string Outcome(string outcome, string language) => (outcome, language) switch
    {
        ("hit", "fr") => "concordance",
        ("noHit", "fr") => "aucun signalement",
        ("incomplete", "fr") => "incomplet",
        ("hit", _) => "hit",
        ("noHit", _) => "no hit",
        _ => "incomplete",
    };
}
