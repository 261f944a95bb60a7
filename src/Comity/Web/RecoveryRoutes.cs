using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Recovery;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>What the node knows of its own past, and getting back what it lost.</summary>
internal static class RecoveryRoutes
{
    /// <summary>How the node stands with its own past.</summary>
    /// <param name="State">sound, unconfirmed or behind.</param>
    /// <param name="Reason">Why own records cannot be changed; null where they can.</param>
    /// <param name="Since">Since when.</param>
    /// <param name="Awaited">Partners whose word is awaited.</param>
    /// <param name="Behind">Logs of which partners have seen more.</param>
    /// <param name="Recovered">What came back now.</param>
    public sealed record View(
        string State, string? Reason, DateTimeOffset? Since, IReadOnlyList<string> Awaited, IReadOnlyList<Log> Behind, IReadOnlyList<RecoveredLog>? Recovered = null);

    /// <summary>A log of which partners have seen more.</summary>
    public sealed record Log(string Origin, long Size, long Known, IReadOnlyList<string> Partners);

    public sealed record Request(IReadOnlyList<string>? Without, string? Reason);

    public sealed record EpochRequest(string? Reason, IReadOnlyList<string>? Logs);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", Get).WithName("Recovery").WithSummary("Whether the node knows all that it ever signed.").Produces<View>();
        routes.MapPost("", RecoverAsync).WithName("Recover").WithSummary("Ask partners, and fetch back own entries that they hold.").Produces<View>();
        routes.MapPost("/epoch", ProposeEpochAsync).WithName("ProposeEpoch").WithSummary("Propose to end the logs that cannot be gone on with; a second person decides, the root then signs.")
            .Produces<ApprovalRoutes.Proposed>(StatusCodes.Status202Accepted);
    }

    public static View Show(Node node, IReadOnlyList<RecoveredLog>? recovered = null)
    {
        var standing = node.Context.Membership.Past.Now;
        var sizes = node.Context.Store.Read(session => session.Query("SELECT origin, size FROM log WHERE kind <> 'mirror'", row => (row.GetString(0), row.GetInt64(1)))).ToDictionary();
        return new View(
            standing.State.ToString().ToLowerInvariant(), node.ReadOnly, standing.State == PastState.Sound ? null : standing.Since,
            standing.State != PastState.Unconfirmed ? [] : [.. node.Context.Membership.Partners.Where(partner => !standing.Heard.Contains(partner.Code)).Select(partner => partner.Code.ToString()).Order()],
            [.. standing.Ahead.GroupBy(head => head.Origin).Select(heads => new Log(
                heads.Key, sizes.GetValueOrDefault(heads.Key), heads.Max(head => head.Head.Size), [.. heads.Select(head => head.Member.ToString()).Order()]))],
            recovered);
    }

    private static async Task<IResult> ProposeEpochAsync(EpochRequest request, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        if (!NewEpoch.IsReason(request.Reason))
        {
            return Api.Invalid("reason", $"must have 1 to {NewEpoch.LongestReason} characters on one line, naming nobody");
        }

        var (payload, fault) = node.Context.Store.Read(session => (NewEpoch.Of(session, node.Context.Membership, request.Reason!, [.. request.Logs ?? []], out var wrong), wrong));
        return fault is not null ? Api.Refuse(Core.Exchange.ProblemKind.Conflict, fault) : await ApprovalRoutes.ProposeAsync(http, node, NewEpoch.KindName, payload, request.Reason);
    }

    private static IResult Get(HttpContext http, Node node) => CoreRoutes.Refused(http, node, new Act.Look()) ?? TypedResults.Ok(Show(node));

    private static async Task<IResult> RecoverAsync(Request request, HttpContext http, Node node, CancellationToken cancel)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        var partners = node.Context.Membership.Partners.Select(partner => partner.Code).ToList();
        var without = (request.Without ?? []).Select(text => MemberCode.TryParse(text, null, out var code) && partners.Contains(code) ? code : default).ToList();
        if (without.Contains(default))
        {
            return Api.Invalid("without", "must name partners");
        }

        if (without.Count > 0 && request.Reason is not { Length: > 0 and <= 200 })
        {
            return Api.Invalid("reason", "must have 1 to 200 characters, naming nobody");
        }

        var past = node.Context.Membership.Past;
        if (past.Now.State != PastState.Sound)
        {
            await Task.WhenAll(partners.Except(without).Select(partner => node.ContactAsync(partner, 0, cancel)));
            await node.Inquiry.GoOnWithoutAsync(http.Actor(), without, request.Reason ?? "");
        }

        var recovered = past.Now.State == PastState.Unconfirmed ? [] : await node.Recovery.RunAsync(http.Actor(), cancel);
        return TypedResults.Ok(Show(node, recovered));
    }
}
