using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Web;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Commands;

/// <summary><c>comity documents publish|amend|withdraw</c>: one record at a time; many go by import.</summary>
internal static class PublishCommands
{
    private static readonly (string Option, string Property, string Description)[] Details =
    [
        ("--type", "type", "The document type: P, I, V… Default: P."),
        ("--last", "last", "The last number of a range of blanks."),
        ("--kind", "kind", "stolenBlank, stolen, lost, revoked or invalid."),
        ("--country", "country", "Where it was stolen or lost: three letters."),
        ("--place", "place", "The place of theft or loss."),
        ("--date", "date", "When: yyyy, yyyy-MM or yyyy-MM-dd."),
        ("--issued", "issued", "The date of issue."),
        ("--expires", "expires", "The date of expiry."),
        ("--reference", "reference", "Your own reference."),
        ("--circumstances", "circumstances", "What happened, naming nobody."),
        ("--entered-by", "enteredBy", "The desk or authority that enters the record."),
        ("--ground", "ground", "The legal or administrative ground; needed for revoked and invalid."),
        ("--contest", "contest", "How the holder can contest the record; needed for revoked."),
        ("--disputed-since", "disputedSince", "Since when the record is disputed."),
        ("--dispute-note", "disputeNote", "What the dispute is about, naming nobody."),
    ];

    public static Command CreatePublish(CommandLine line) => Create(line, "publish", "Report a document, or a range of blanks, to partner States.", amend: false);

    public static Command CreateAmend(CommandLine line) => Create(line, "amend", "Say something new of a document that is reported.", amend: true);

    public static Command CreateWithdraw(CommandLine line)
    {
        var (issuer, number) = Document();
        var last = new Option<string?>("--last") { Description = "The last number of a range, as it was published." };
        var type = new Option<string?>("--type") { Description = "The document type. Default: P." };
        var realm = Realm();
        var reason = new Option<string?>("--reason") { Description = "recovered, error, disputed or other, for the ledger." };
        var command = new Command("withdraw", "Take a record back: its data are erased here and with every partner.") { issuer, number, last, type, realm, reason };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.PostAsync("travel-documents/withdrawals", new JsonObject
            {
                ["issuer"] = parsed.GetValue(issuer),
                ["number"] = parsed.GetValue(number),
                ["last"] = parsed.GetValue(last),
                ["type"] = parsed.GetValue(type),
                ["realm"] = parsed.GetValue(realm),
                ["reason"] = parsed.GetValue(reason),
            }, cancel, Guid.CreateVersion7().ToString());
            await line.PrintAsync(parsed, answer, json => [json["outcome"]!.GetValue<string>()]);
            return 0;
        }));
        return command;
    }

    internal static Option<string> Realm() => new("--realm") { Description = "live or exercise.", DefaultValueFactory = _ => "live" };

    internal static Option<string> Audience() => new("--audience") { Description = "all, or members' codes joined by commas.", DefaultValueFactory = _ => "all" };

    private static (Argument<string> Issuer, Argument<string> Number) Document() =>
        (new("issuer") { Description = "The issuing code, as it stands in the document." }, new("number") { Description = "The number, or the first of a range." });

    private static Command Create(CommandLine line, string name, string description, bool amend)
    {
        var (issuer, number) = Document();
        var details = Details.Select(detail => (detail.Property, Option: new Option<string?>(detail.Option) { Description = detail.Description })).ToList();
        var (audience, realm) = (Audience(), Realm());
        var caveats = new Option<string[]>("--caveat") { Description = "A condition shown with every hit; may be repeated." };
        var delete = new Option<string?>("--delete") { Description = "The day on which every holder deletes the record. Default: the longest the charter allows." };
        var review = new Option<string?>("--review") { Description = "The day on which you look at the record again." };
        var command = new Command(name, description) { issuer, number, audience, realm, caveats, delete, review };
        details.ForEach(detail => command.Add(detail.Option));
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var record = new JsonObject { ["v"] = DocumentDraft.CurrentVersion, ["issuer"] = parsed.GetValue(issuer), ["number"] = parsed.GetValue(number), ["type"] = "P" };
            foreach (var (property, option) in details)
            {
                if (parsed.GetValue(option) is { } value)
                {
                    record[property] = value;
                }
            }

            var question = new JsonObject
            {
                ["records"] = new JsonArray(record),
                ["audience"] = parsed.GetValue(audience),
                ["realm"] = parsed.GetValue(realm),
                ["amend"] = amend,
                ["delete"] = parsed.GetValue(delete),
                ["review"] = parsed.GetValue(review),
            };
            if (parsed.GetValue(caveats) is { Length: > 0 } texts)
            {
                question["caveats"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]);
            }

            var answer = await client.PostAsync("travel-documents/records", question, cancel, Guid.CreateVersion7().ToString());
            var result = answer["results"]![0]!;
            await line.PrintAsync(parsed, result, Words);
            return result["outcome"]!.GetValue<string>() is "published" or "amended" or "unchanged" ? 0 : 1;
        }));
        return command;
    }

    private static IEnumerable<string> Words(JsonNode result)
    {
        yield return result["outcome"]!.GetValue<string>() switch
        {
            "differs" => "differs: a record about this document is in force and says something else; use amend",
            "otherAudience" => "otherAudience: a record about this document is in force for another audience; withdraw it first",
            var outcome => $"{outcome}{(result["reference"] is { } reference ? $" ({reference})" : "")}",
        };
        foreach (var fault in result["errors"] as JsonArray ?? [])
        {
            yield return $"  {fault!["field"]}: {fault["reason"]}";
        }
    }
}
