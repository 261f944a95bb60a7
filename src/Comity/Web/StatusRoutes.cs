using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Processes;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>How the node, its charter and its partners stand.</summary>
internal static class StatusRoutes
{
    public sealed record Status(
        string Member, string Network, long Charter, DateTimeOffset CharterExpires, bool Expired, string Database, Protection Protection, string Process, double LagSeconds,
        IReadOnlyList<ProcessView> Processes, long Indexed, long Unreadable, string? OwnPastMissing, RecoveryRoutes.View Recovery, RevocationsView Revocations, IReadOnlyList<KeptView> KeptTooLong, IReadOnlyList<Partner> Partners);

    /// <summary>Up to when revocations are known; which registers and services ask for newer ones, and which of them are refused until there are.</summary>
    public sealed record RevocationsView(DateTimeOffset? AsOf, IReadOnlyList<string> Stale, IReadOnlyList<string> Refused);

    /// <summary>A feed of which this node keeps records longer than the charter's term after their end, or has kept bodies that it then erased.</summary>
    public sealed record KeptView(string Feed, long Expired, DateTimeOffset? Since, long ErasedLate, DateTimeOffset? ErasedLateAt);

    /// <summary>Whether what is acknowledged outlives the loss of a machine: protected, oneDisk or unprotected, and why.</summary>
    public sealed record Protection(string State, string Detail);

    public sealed record Partner(string Member, string Name, string Address, bool Suspended, DateTimeOffset? LastContact, DateTimeOffset? AsOf, DateTimeOffset? FailingSince, string? Failure, long Charter,
        long Waiting, DateTimeOffset? WaitingSince, long GivenUp, string? GivenUpFor, long ErasuresOverdue);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/status", Get).WithName("Status").WithSummary("How the node and its partners stand.").Produces<Status>();
        routes.MapPost("/charters", AddCharterAsync).WithName("AddCharter").WithSummary("Hand a signed charter to the node.");
        routes.MapPost("/notices", AddNoticeAsync).WithName("AddNotice").WithSummary("Hand a signed notice (revocation, suspension, rotation) to the node.");
        routes.MapPost("/expiry", ExpireAsync).WithName("Expire").WithSummary("Propose to delete what is over by this node's clock; a second person decides.").Produces<ApprovalRoutes.Proposed>(StatusCodes.Status202Accepted);
    }

    private static IResult Get(HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Look()) is { } refused)
        {
            return refused;
        }

        var membership = node.Context.Membership;
        var charter = membership.Directory.Charter;
        var waiting = node.Context.Store.Read(Outbox.Waiting);
        var overdue = node.Erasures.Owing().GroupBy(owed => owed.Member).ToDictionary(owed => owed.Key, owed => owed.Sum(feed => feed.Overdue));
        return TypedResults.Ok(new Status(
            membership.Self.ToString(), charter.Network, charter.Number, charter.Expires, membership.Expired(node.Context.Now), node.Context.Store.Database.Kind,
            new Protection(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(node.Protection.State.ToString()), node.Protection.Detail),
            node.Duties.Name, Math.Round(node.Follower.Lag.TotalSeconds, 3), node.Duties.View(),
            node.Indexed, node.Unreadable, node.OwnPastMissing, RecoveryRoutes.Show(node), View(membership.Revocations!),
            [.. node.Erasures.Kept().Select(kept => new KeptView(kept.Feed.Origin, kept.Expired, kept.Since, kept.Late, kept.LateAt))],
            [.. membership.Directory.Members.Where(member => member.Code != membership.Self).Select(member => View(node, member, waiting.GetValueOrDefault(member.Code), overdue.GetValueOrDefault(member.Code)))]));
    }

    private static RevocationsView View(Core.Contacts.Revocations revocations)
    {
        var stale = revocations.Stale;
        return new RevocationsView(revocations.AsOf, [.. stale.Select(name => name.Name.ToString())], [.. stale.Where(name => name.Refused).Select(name => name.Name.ToString())]);
    }

    private static Partner View(Node node, Member member, Waiting? waiting, long overdue)
    {
        var peer = node.Standings.Peers.GetValueOrDefault(member.Code);
        return new Partner(
            member.Code.ToString(), member.Listed.Name.En, member.Listed.Address.ToString(), member.Suspended, peer?.LastContact, peer?.AsOf, peer?.FailingSince, peer?.Failure, peer?.Charter ?? 0,
            waiting?.Count ?? 0, waiting?.Since, waiting?.GivenUp ?? 0, waiting?.Reason, overdue);
    }

    private static async Task<IResult> AddCharterAsync(HttpContext http, Node node, CancellationToken cancel)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        return await node.Context.Membership.AddAsync(await CoreRoutes.BodyAsync(http, cancel), http.Actor()) switch
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

        return await node.Context.Membership.AddNoticeAsync(await CoreRoutes.BodyAsync(http, cancel), http.Actor()) switch
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

    private static async Task<IResult> ExpireAsync(HttpContext http, Node node, string? reason = null) => CoreRoutes.Refused(http, node, new Act.Operate())
        ?? await ApprovalRoutes.ProposeAsync(http, node, ExpireByOwnClock.KindName, new System.Text.Json.Nodes.JsonObject(), reason ?? "deletion by this node's clock");
}
