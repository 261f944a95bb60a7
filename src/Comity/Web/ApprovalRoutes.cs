using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Registers;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>Acts that need two persons: seen, decided, countersigned. What is proposed is proposed where it belongs.</summary>
internal static class ApprovalRoutes
{
    public sealed record Reasoned(string? Reason);

    /// <summary>What is proposed, and where it is decided.</summary>
    public sealed record Proposed(string Outcome, string Approval);

    public sealed record View(
        string Id, string Kind, string State, Words Name, Words What, string Reason, string Proposer, string Desk, DateTimeOffset At, DateTimeOffset Expires, string? Decider, DateTimeOffset? Decided,
        string? Closer, DateTimeOffset? Closed, bool Mine, bool MayDecide, bool MayBreakGlass, bool MayClose, bool MayLook);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", List).WithName("ListApprovals").WithSummary("What waits for a second person and what was decided; one's own, and all for those who decide.").Produces<IReadOnlyList<View>>();
        routes.MapGet("/{id}", Get).WithName("GetApproval").WithSummary("One of them.").Produces<View>();
        Act(routes, "approval", "Approve", "Agree to another's proposal, which carries it out.", new Core.Access.Act.Approve(), (node, by, id, reason) => node.Approvals.DecideAsync(by, id, true, reason), "approved");
        Act(routes, "refusal", "Refuse", "Refuse another's proposal.", new Core.Access.Act.Approve(), (node, by, id, reason) => node.Approvals.DecideAsync(by, id, false, reason), "refused");
        Act(routes, "countersignature", "Countersign", "Agree to what another did alone.", new Core.Access.Act.Approve(), (node, by, id, reason) => node.Approvals.CloseAsync(by, id, true, reason), "countersigned");
        Act(routes, "objection", "Object", "Object to what another did alone.", new Core.Access.Act.Approve(), (node, by, id, reason) => node.Approvals.CloseAsync(by, id, false, reason), "objected");
        Act(routes, "withdrawal", "WithdrawProposal", "Take one's own proposal back.", new Core.Access.Act.Look(), (node, by, id, _) => node.Approvals.WithdrawAsync(by, id), "withdrawn");
        Act(routes, "break-glass", "BreakGlass", "Carry one's own proposal out alone, where nobody else who may decide is signed in.", new Core.Access.Act.Look(), (node, by, id, reason) => node.Approvals.BreakGlassAsync(by, id, reason), "alone");
        routes.MapPost("/{id}/look", LookAsync).WithName("LookAtApproval").WithSummary("Look at what one's own proposal opened; each look is in the ledger.");
    }

    /// <summary>Proposes an act and says where it waits.</summary>
    public static async Task<IResult> ProposeAsync(HttpContext http, Node node, string kind, JsonNode payload, string? reason)
    {
        var once = Api.Once(http, JsonSerializer.SerializeToUtf8Bytes(payload), out var badKey);
        if (badKey is not null)
        {
            return Api.Invalid(Api.OnceHeader, badKey);
        }

        var (approval, problem) = await node.Approvals.ProposeAsync(http.Actor(), kind, payload, reason, once);
        return approval is null ? Api.Refuse(problem!) : TypedResults.Accepted($"/api/v1/approvals/{approval.Id}", new Proposed("proposed", approval.Id));
    }

    private static void Act(IEndpointRouteBuilder routes, string path, string name, string summary, Act act, Func<Node, Actor, string, string?, Task<Problem?>> run, string outcome) =>
        routes.MapPost("/{id}/" + path, async (string id, Reasoned request, HttpContext http, Node node) => CoreRoutes.Refused(http, node, act)
            ?? (await run(node, http.Actor(), id, request.Reason) is { } problem ? Api.Refuse(problem) : Results.Ok(new { outcome }))).WithName(name).WithSummary(summary);

    private static IResult List(HttpContext http, Node node) =>
        CoreRoutes.Refused(http, node, new Act.Look()) ?? TypedResults.Ok(node.Approvals.List(http.Actor()).Select(Show).ToList());

    private static IResult Get(string id, HttpContext http, Node node) => CoreRoutes.Refused(http, node, new Act.Look())
        ?? (node.Approvals.Find(http.Actor(), id) is { } view ? TypedResults.Ok(Show(view)) : Api.Refuse(ProblemKind.NotFound));

    private static async Task<IResult> LookAsync(string id, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Look()) is { } refused)
        {
            return refused;
        }

        var (opened, problem) = await node.Approvals.LookAsync(http.Actor(), id);
        return opened is null ? Api.Refuse(problem!) : TypedResults.Ok(opened);
    }

    private static View Show(ApprovalView view)
    {
        var approval = view.Approval;
        return new View(
            approval.Id, approval.Kind, JsonNamingPolicy.CamelCase.ConvertName(approval.State.ToString()), view.Name, view.What, view.Reason, approval.Proposer, approval.Desk, approval.Proposed, approval.Expires,
            approval.Decider, approval.Decided, approval.Closer, approval.Closed, view.Mine, view.MayDecide, view.MayBreakGlass, view.MayClose, view.MayLook);
    }
}
