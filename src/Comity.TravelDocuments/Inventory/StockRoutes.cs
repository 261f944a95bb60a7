using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Comity.TravelDocuments.Inventory;

/// <summary>One slice: the stock of blanks, and what is missing from it.</summary>
public static class StockRoutes
{
    /// <summary>The most entries in one request.</summary>
    public const int Most = 5000;

    /// <summary>Entries to be kept; one about the same numbers is amended.</summary>
    /// <param name="Entries">Deliveries and boxes: issuer, type, first, last, status, place, on, from, box.</param>
    public sealed record Request(IReadOnlyList<JsonElement>? Entries);

    /// <summary>What became of each entry.</summary>
    public sealed record Kept(IReadOnlyList<string> Outcomes);

    /// <summary>The stock taken.</summary>
    /// <param name="Entries">How many entries there are.</param>
    /// <param name="Delivered">How many blanks were delivered.</param>
    /// <param name="Findings">What is accounted for nowhere or twice, or was never delivered.</param>
    public sealed record Taken(int Entries, long Delivered, IReadOnlyList<FindingView> Findings);

    /// <summary>A run of numbers with one fault.</summary>
    public sealed record FindingView(string Fault, string Issuer, string First, string Last, long Count, Words Words);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/stock", KeepAsync).WithName("KeepStock").WithSummary("Enter deliveries and boxes of blanks.").Produces<Kept>();
        routes.MapGet("/stock", Take).WithName("TakeStock").WithSummary("Take stock: which blanks are accounted for nowhere, or twice.").Produces<Taken>();
    }

    internal static async Task<IResult> KeepAsync(Request request, HttpContext http, Node node)
    {
        if (Refused(http, node) is { } refused)
        {
            return refused;
        }

        if (request.Entries is not { Count: > 0 and <= Most })
        {
            return Api.Invalid("entries", $"must be 1 to {Most}");
        }

        List<Publication> publications = [];
        var register = node.Indexes.Find(StockRegister.RegisterName)!;
        for (var i = 0; i < request.Entries.Count; i++)
        {
            switch (register.Judge(System.Text.Encoding.UTF8.GetBytes(WithVersion(request.Entries[i])), code => node.Context.Membership.MayPublish(StockRegister.RegisterName, node.Context.Membership.Self, code)))
            {
                case Judgement.Accepted accepted:
                    publications.Add(new Publication(accepted.Record, Handling.Open));
                    break;
                case Judgement.Invalid invalid:
                    return Api.Invalid($"entries[{i}].{invalid.Field}", invalid.Reason);
                default:
                    return Api.Invalid($"entries[{i}].issuer", "is not one of this State's codes");
            }
        }

        var changes = await node.Changes.PublishAsync(http.Actor(), register, Realm.Live, Audience.Self, publications, WhenThere.Amend);
        return TypedResults.Ok(new Kept([.. changes!.Select(change => JsonNamingPolicy.CamelCase.ConvertName(change.Kind.ToString()))]));
    }

    internal static IResult Take(HttpContext http, Node node)
    {
        if (Refused(http, node) is { } refused)
        {
            return refused;
        }

        var entries = ((StockRegister)node.Indexes.Find(StockRegister.RegisterName)!).Entries.ToList();
        var findings = StockTaking.Compare(entries).Select(finding => new FindingView(
            JsonNamingPolicy.CamelCase.ConvertName(finding.Fault.ToString()), finding.Issuer.ToString(), finding.Numbers.First.ToString(), finding.Numbers.Last.ToString(), finding.Numbers.Count, finding.Explain()));
        return TypedResults.Ok(new Taken(entries.Count, entries.Where(entry => entry.Status == StockStatus.Delivered).Sum(entry => entry.Numbers.Count), [.. findings]));
    }

    private static IResult? Refused(HttpContext http, Node node) =>
        Gate.Decide(node.Context.Membership, http.Actor(), new Act.Change(StockRegister.RegisterName, Realm.Live)) is { } refused ? Api.Refuse(refused) : null;

    /// <summary>A person who enters a box need not know schema versions.</summary>
    private static string WithVersion(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || entry.TryGetProperty("v", out _))
        {
            return entry.GetRawText();
        }

        var json = JsonObject.Create(entry)!;
        json["v"] = 1;
        return json.ToJsonString();
    }
}
