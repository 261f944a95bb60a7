using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>Feeds: how far, how fresh, by hand, by file.</summary>
internal static class FeedRoutes
{
    public sealed record View(
        string Feed, string Owner, string Register, string Realm, string Audience, bool Own, long Size, long? Told, Fault? Quarantine, IReadOnlyList<Holder> Holders, IReadOnlyList<Debt> Owing);

    public sealed record Fault(string Code, long Index, string Text, DateTimeOffset At);

    public sealed record Holder(string Member, long Size, DateTimeOffset At);

    /// <summary>Receipts of erasure that a member owes, since it signed for the end of the first; and how many for longer than the charter's term.</summary>
    public sealed record Debt(string Member, long Receipts, long Overdue, DateTimeOffset Since);

    public sealed record Round(string Member, bool Reached, bool Complete, string? Detail);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", List).WithName("ListFeeds").WithSummary("All feeds here: size, quarantine, and who has signed for how much.").Produces<IReadOnlyList<View>>();
        routes.MapPost("/pull", PullAsync).WithName("PullFeeds").WithSummary("Contact one partner, or all, now.").Produces<IReadOnlyList<Round>>();
        routes.MapPost("/release", ReleaseAsync).WithName("ReleaseFeed").WithSummary("Let a quarantined feed go on.");
        routes.MapGet("/export", ExportAsync).WithName("ExportFeeds").WithSummary("A file, encrypted to one member, with what it may have of this node's feeds.");
        routes.MapPost("/import", ImportAsync).WithName("ImportFeeds").WithSummary("Take in a partner's file.");
    }

    private static IResult List(HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Look()) is { } refused)
        {
            return refused;
        }

        var holders = node.Context.Store.Read(session => session.Query(
            "SELECT log, member, size, at FROM cosignature ORDER BY member",
            row => (Log: row.GetInt64(0), Holder: new Holder(row.GetString(1), row.GetInt64(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)))))).ToLookup(item => item.Log, item => item.Holder);
        var owing = node.Erasures.Owing().ToLookup(owed => owed.Feed, owed => new Debt(owed.Member.ToString(), owed.Count, owed.Overdue, owed.Since));
        return TypedResults.Ok(node.Context.Store.Read(session => session.Feeds()).Select(feed => new View(
            feed.Name.Origin, feed.Name.Owner.ToString(), feed.Name.Register.ToString(), feed.Name.Realm.Text(), feed.Name.Audience.ToString(), feed.Own, feed.Size,
            feed.Own ? null : feed.ToldSize, feed.Fault is { } fault ? new Fault(fault.Name, fault.Index, fault.Text, fault.At) : null, [.. holders[feed.Log]], [.. owing[feed.Name]])).ToList());
    }

    public sealed record PullRequest(string? Member);

    private static async Task<IResult> PullAsync(PullRequest request, HttpContext http, Node node, CancellationToken cancel)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        var partners = node.Context.Membership.Partners.Select(partner => partner.Code).Where(code => request.Member is null || code.ToString() == request.Member).ToList();
        if (partners.Count == 0)
        {
            return Api.Invalid("member", "is no partner");
        }

        var rounds = await Task.WhenAll(partners.Select(async partner => (partner, Result: await node.ContactAsync(partner, 0, cancel))));
        return TypedResults.Ok(rounds.Select(round => new Round(round.partner.ToString(), round.Result.Reached, round.Result.Complete, round.Result.Detail)).ToList());
    }

    public sealed record ReleaseRequest(string? Feed, string? Reason);

    private static async Task<IResult> ReleaseAsync(ReleaseRequest request, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        if (request.Reason is not { Length: > 0 and <= 300 })
        {
            return Api.Invalid("reason", "must have 1 to 300 characters, naming nobody");
        }

        return FeedName.TryParse(request.Feed ?? "", out var feed) && await node.Quarantine.ReleaseAsync(http.Actor(), feed, request.Reason) is { } admitted
            ? Results.Ok(new { outcome = "released", admitted })
            : Api.Refuse(ProblemKind.NotFound);
    }

    private static async Task<IResult> ExportAsync(HttpContext http, Node node, string? member, bool whole = false)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        if (!MemberCode.TryParse(member, null, out var to) || node.Context.Membership.Directory.Find(to) is not { Suspended: false } || to == node.Context.Membership.Self)
        {
            return Api.Invalid("member", "is no partner");
        }

        http.Response.ContentType = "application/octet-stream";
        await node.Files.ExportAsync(http.Actor(), to, whole, http.Response.Body);
        return Results.Empty;
    }

    private static async Task<IResult> ImportAsync(HttpContext http, Node node, CancellationToken cancel)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;   // read line by line, each of bounded length
        }

        var import = await node.Files.ImportAsync(http.Actor(), http.Request.Body, cancel);
        return import.Fault is null
            ? Results.Ok(new { entries = import.Entries, asOf = import.AsOf })
            : Api.Refuse(ProblemKind.Invalid, $"{import.Fault} ({import.Entries} entries before it were taken in)");
    }
}
