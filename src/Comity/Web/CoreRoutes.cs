using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>The routes of the core: how the node stands, tokens, charters, feeds, ledger.</summary>
internal static class CoreRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        StatusRoutes.Map(routes.MapGroup("").WithTags("Node"));
        TokenRoutes.Map(routes.MapGroup("/tokens").WithTags("Tokens"));
        FeedRoutes.Map(routes.MapGroup("/feeds").WithTags("Feeds"));
        LedgerRoutes.Map(routes.MapGroup("/ledger").WithTags("Ledger"));
    }

    /// <summary>Null where it is allowed.</summary>
    public static IResult? Refused(HttpContext http, Node node, Act act) =>
        Gate.Decide(node.Context.Membership, http.Actor(), act) is { } refused ? Api.Refuse(refused) : null;
}

/// <summary>How the node, its charter and its partners stand.</summary>
internal static class StatusRoutes
{
    public sealed record Status(
        string Member, string Network, long Charter, DateTimeOffset CharterExpires, bool Expired, string Database, long Indexed, long Unreadable, string? OwnPastMissing, IReadOnlyList<Partner> Partners);

    public sealed record Partner(string Member, string Name, string Address, bool Suspended, DateTimeOffset? LastContact, DateTimeOffset? AsOf, DateTimeOffset? FailingSince, string? Failure, long Charter);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/status", Get).WithName("Status").WithSummary("How the node and its partners stand.").Produces<Status>();
        routes.MapPost("/charters", AddCharterAsync).WithName("AddCharter").WithSummary("Hand a signed charter to the node.");
        routes.MapPost("/notices", AddNoticeAsync).WithName("AddNotice").WithSummary("Hand a signed notice (revocation, suspension, rotation) to the node.");
        routes.MapPost("/expiry", ExpireAsync).WithName("Expire").WithSummary("Delete what is over by this node's clock, which the caller vouches for.");
    }

    private static IResult Get(HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Look()) is { } refused)
        {
            return refused;
        }

        var membership = node.Context.Membership;
        var charter = membership.Directory.Charter;
        return TypedResults.Ok(new Status(
            membership.Self.ToString(), charter.Network, charter.Number, charter.Expires, membership.Expired(node.Context.Now), node.Context.Store.Database.Kind,
            node.Indexed, node.Unreadable, node.OwnPastMissing,
            [.. membership.Directory.Members.Where(member => member.Code != membership.Self).Select(member => View(node, member))]));
    }

    private static Partner View(Node node, Member member)
    {
        var peer = node.Standings.Peers.GetValueOrDefault(member.Code);
        return new Partner(
            member.Code.ToString(), member.Listed.Name.En, member.Listed.Address.ToString(), member.Suspended, peer?.LastContact, peer?.AsOf, peer?.FailingSince, peer?.Failure, peer?.Charter ?? 0);
    }

    private static async Task<IResult> AddCharterAsync(HttpContext http, Node node, CancellationToken cancel)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        return await node.Context.Membership.AddAsync(await BodyAsync(http, cancel), http.Actor()) switch
        {
            CharterAddition.Added added => Results.Ok(new { outcome = "added", number = added.Charter.Number }),
            CharterAddition.AlreadyThere there => Results.Ok(new { outcome = "alreadyThere", number = there.Charter.Number }),
            CharterAddition.Gap gap => Api.Refuse(ProblemKind.Conflict, $"charter {gap.Missing} is missing"),
            CharterAddition.Refused no => Api.Refuse(ProblemKind.Invalid, no.Detail),
            _ => Api.Refuse(ProblemKind.Invalid),
        };
    }

    private static async Task<IResult> AddNoticeAsync(HttpContext http, Node node, CancellationToken cancel)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        return await node.Context.Membership.AddNoticeAsync(await BodyAsync(http, cancel), http.Actor()) switch
        {
            NoticeAddition.Added added => Results.Ok(new { outcome = "added", member = added.Notice.Member.ToString(), sequence = added.Notice.Sequence }),
            NoticeAddition.Conflict conflict => Results.Ok(new { outcome = "conflict", member = conflict.Notice.Member.ToString(), sequence = conflict.Notice.Sequence }),
            NoticeAddition.AlreadyThere there => Results.Ok(new { outcome = "alreadyThere", member = there.Notice.Member.ToString(), sequence = there.Notice.Sequence }),
            NoticeAddition.Superseded superseded => Results.Ok(new { outcome = "superseded", charter = superseded.Charter }),
            NoticeAddition.Gap gap => Api.Refuse(ProblemKind.Conflict, $"charter {gap.Missing} is missing"),
            NoticeAddition.Refused no => Api.Refuse(ProblemKind.Invalid, no.Detail),
            _ => Api.Refuse(ProblemKind.Invalid),
        };
    }

    private static async Task<IResult> ExpireAsync(HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        return Results.Ok(new { ended = await node.Retention.ExpireAsync(http.Actor(), node.Context.Now) });
    }

    private static async Task<byte[]> BodyAsync(HttpContext http, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, cancel);
        return buffer.ToArray();
    }
}

/// <summary>API tokens.</summary>
internal static class TokenRoutes
{
    public sealed record Request(string? Desk, IReadOnlyList<string>? Rights, IReadOnlyList<string>? Purposes, int? Days);

    public sealed record View(string Id, string Desk, string Rights, IReadOnlyList<string> Purposes, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset? Revoked);

    public sealed record Made(string Token, View Details);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", List).WithName("ListTokens").WithSummary("All tokens; never their secrets.").Produces<IReadOnlyList<View>>();
        routes.MapPost("", MakeAsync).WithName("MakeToken").WithSummary("Make a token; its secret is in the answer and nowhere else.").Produces<Made>();
        routes.MapDelete("/{id}", RevokeAsync).WithName("RevokeToken").WithSummary("Revoke a token.");
    }

    /// <summary>Reads rights and purposes as they are written on the command line and in the API.</summary>
    public static string? Read(string? desk, IEnumerable<string> rights, IEnumerable<string> purposes, int days, out Rights allowed, out List<Purpose> served)
    {
        (allowed, served) = (Rights.None, []);
        foreach (var text in rights)
        {
            if (!Enum.TryParse<Rights>(text, ignoreCase: true, out var right) || !Enum.IsDefined(right) || right == Rights.None)
            {
                return "rights must be check, publish, audit or operate";
            }

            allowed |= right;
        }

        foreach (var text in purposes)
        {
            if (!Purpose.TryParse(text, null, out var purpose))
            {
                return "purposes must be lower-case words joined by hyphens";
            }

            served.Add(purpose);
        }

        return desk is not { Length: > 0 and <= 60 } || desk.Any(char.IsControl) ? "desk must have 1 to 60 characters on one line"
            : allowed == Rights.None ? "rights must name at least one"
            : days is < 1 or > 3650 ? "days must be 1 to 3650"
            : null;
    }

    public static View Show(TokenRow row) => new(
        row.Id, row.Desk, row.Rights.ToString().ToLowerInvariant(), [.. row.Purposes.Select(purpose => purpose.ToString())], row.Created, row.Expires, row.Revoked);

    private static IResult List(HttpContext http, Node node) =>
        CoreRoutes.Refused(http, node, new Act.Operate()) ?? TypedResults.Ok(node.Tokens.List().Select(Show).ToList());

    private static async Task<IResult> MakeAsync(Request request, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        var fault = Read(request.Desk, request.Rights ?? [], request.Purposes ?? [], request.Days ?? 365, out var rights, out var purposes);
        if (fault is not null)
        {
            return Api.Invalid(fault.Split(' ')[0], fault[(fault.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        }

        var (secret, row) = await node.Tokens.MakeAsync(http.Actor(), request.Desk!, rights, purposes, TimeSpan.FromDays(request.Days ?? 365));
        return TypedResults.Ok(new Made(secret, Show(row)));
    }

    private static async Task<IResult> RevokeAsync(string id, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        return await node.Tokens.RevokeAsync(http.Actor(), id) ? Results.Ok(new { outcome = "revoked" }) : Api.Refuse(ProblemKind.NotFound);
    }
}

/// <summary>Feeds: how far, how fresh, by hand, by file.</summary>
internal static class FeedRoutes
{
    public sealed record View(
        string Feed, string Owner, string Register, string Realm, string Audience, bool Own, long Size, long? Told, Fault? Quarantine, IReadOnlyList<Holder> Holders);

    public sealed record Fault(string Code, long Index, string Text, DateTimeOffset At);

    public sealed record Holder(string Member, long Size, DateTimeOffset At);

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
        return TypedResults.Ok(node.Context.Store.Read(session => session.Feeds()).Select(feed => new View(
            feed.Name.Origin, feed.Name.Owner.ToString(), feed.Name.Register.ToString(), feed.Name.Realm.Text(), feed.Name.Audience.ToString(), feed.Own, feed.Size,
            feed.Own ? null : feed.ToldSize, feed.Fault is { } fault ? new Fault(fault.Name, fault.Index, fault.Text, fault.At) : null, [.. holders[feed.Log]])).ToList());
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

/// <summary>The ledger: read, verified, proved.</summary>
internal static class LedgerRoutes
{
    private const int Most = 1000;

    public sealed record Entry(long Index, JsonElement Note);

    public sealed record Page(long Size, IReadOnlyList<Entry> Entries);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", List).WithName("ListLedger").WithSummary("Entries of the ledger, 1,000 at most.").Produces<Page>();
        routes.MapPost("/verification", Verify).WithName("VerifyLedger").WithSummary("Walk every log and the database against each other.").Produces<VerificationResult>();
        routes.MapGet("/{index:long}/proof", Prove).WithName("ProveLedgerEntry").WithSummary("A file that proves one entry to anybody, without the node.");
    }

    private static IResult List(HttpContext http, Node node, long from = 0, int most = 100)
    {
        if (CoreRoutes.Refused(http, node, new Act.Audit()) is { } refused)
        {
            return refused;
        }

        var page = node.Context.Store.Read(session =>
        {
            var log = node.Context.Membership.Ledger.Find(session);
            var size = session.First("SELECT size FROM log WHERE log = @log", row => row.GetInt64(0), ("@log", log));
            var first = from < 0 ? Math.Max(0, size + from) : from;
            return new Page(size, session.Query(
                "SELECT idx, leaf FROM entry WHERE log = @log AND idx >= @from ORDER BY idx LIMIT @most",
                row => new Entry(row.GetInt64(0), JsonSerializer.Deserialize<JsonElement>((byte[])row.GetValue(1))),
                ("@log", log), ("@from", first), ("@most", (long)Math.Clamp(most, 1, Most))));
        });
        return TypedResults.Ok(page);
    }

    private static IResult Verify(HttpContext http, Node node) =>
        CoreRoutes.Refused(http, node, new Act.Audit()) ?? TypedResults.Ok(new LedgerVerification(node.Context).Run());

    private static IResult Prove(long index, HttpContext http, Node node) =>
        CoreRoutes.Refused(http, node, new Act.Audit())
        ?? (LedgerProofFile.Make(node.Context, index) is { } file ? Results.Bytes(file, "application/json") : Api.Refuse(ProblemKind.NotFound));
}
