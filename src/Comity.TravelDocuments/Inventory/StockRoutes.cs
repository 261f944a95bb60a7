using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
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
        routes.MapPost("/stock", HandleKeepAsync).WithName("KeepStock").WithSummary("Enter deliveries and boxes of blanks.").Produces<Kept>();
        routes.MapGet("/stock", HandleTake).WithName("TakeStock").WithSummary("Take stock: which blanks are accounted for nowhere, or twice.").Produces<Taken>();
    }

    private static async Task<IResult> HandleKeepAsync(Request request, HttpContext http, Node node) => (await KeepAsync(request, http.Actor(), node)).ToResult();

    private static IResult HandleTake(HttpContext http, Node node) => Take(http.Actor(), node) switch
    {
        Answer<Stock>.Given given => TypedResults.Ok(View(given.Value)),
        var other => other.ToResult(),
    };

    /// <summary>Enters deliveries and boxes for somebody, all or none.</summary>
    internal static async Task<Answer<Kept>> KeepAsync(Request request, Actor actor, Node node)
    {
        if (Refused(actor, node) is { } refused)
        {
            return refused;
        }

        if (request.Entries is not { Count: > 0 and <= Most })
        {
            return new FieldFault("entries", $"must be 1 to {Most}", $"doit en compter 1 à {Most}");
        }

        List<Publication> publications = [];
        for (var i = 0; i < request.Entries.Count; i++)
        {
            var (entry, fault) = Read(request.Entries[i], node.Context.Membership);
            if (entry is null)
            {
                return new FieldFault($"entries[{i}].{fault.Field}", fault.Why);
            }

            publications.Add(new Publication(entry, Handling.Open));
        }

        var changes = await node.Changes.PublishAsync(actor, node.Indexes.Find(StockRegister.RegisterName)!, Realm.Live, Audience.Self, publications, WhenThere.Amend);
        return new Kept([.. changes!.Select(change => JsonNamingPolicy.CamelCase.ConvertName(change.Kind.ToString()))]);
    }

    /// <summary>The stock as it is entered, and what is wrong with it.</summary>
    internal sealed record Stock(IReadOnlyList<StockEntry> Entries, IReadOnlyList<StockFinding> Findings);

    /// <summary>Takes stock for somebody.</summary>
    internal static Answer<Stock> Take(Actor actor, Node node)
    {
        if (Refused(actor, node) is { } refused)
        {
            return refused;
        }

        var entries = ((StockRegister)node.Indexes.Find(StockRegister.RegisterName)!).Entries.ToList();
        return new Stock(entries, StockTaking.Compare(entries));
    }

    private static Taken View(Stock stock) => new(
        stock.Entries.Count, stock.Entries.Where(entry => entry.Status == StockStatus.Delivered).Sum(entry => entry.Numbers.Count),
        [.. stock.Findings.Select(finding => new FindingView(
            JsonNamingPolicy.CamelCase.ConvertName(finding.Fault.ToString()), finding.Issuer.ToString(), finding.Numbers.First.ToString(), finding.Numbers.Last.ToString(), finding.Numbers.Count, finding.Explain()))]);

    private static (StockEntry? Entry, FieldFault Fault) Read(JsonElement json, Membership membership) =>
        !StockEntry.TryRead(System.Text.Encoding.UTF8.GetBytes(WithVersion(json)), out var entry, out var fault) ? (null, fault)
        : !membership.MayPublish(StockRegister.RegisterName, membership.Self, entry.Issuer) ? (null, new FieldFault("issuer", "is not one of this State's codes", "n’est pas un code de cet État"))
        : (entry, default);

    private static Problem? Refused(Actor actor, Node node) => Gate.Decide(node.Context.Membership, actor, new Act.Change(StockRegister.RegisterName, Realm.Live));

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
