using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>Officers' accounts and desks. What changes an account is proposed; a second person decides.</summary>
internal static class OfficerRoutes
{
    public sealed record Request(string? Name, string? Desk, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Purposes, string? Language, string? Reason);

    public sealed record View(
        string Id, string Name, string Desk, IReadOnlyList<string> Roles, IReadOnlyList<string> Purposes, string Language, string State, DateTimeOffset Created, DateTimeOffset Changed, DateTimeOffset? WaitsUntil);

    public sealed record DeskRequest(string? Name);

    public static void Map(IEndpointRouteBuilder officers, IEndpointRouteBuilder desks)
    {
        officers.MapGet("", List).WithName("ListOfficers").WithSummary("All accounts.").Produces<IReadOnlyList<View>>();
        officers.MapPost("", MakeAsync).WithName("ProposeOfficer").WithSummary("Propose a new account; a second person decides.").Produces<ApprovalRoutes.Proposed>(StatusCodes.Status202Accepted);
        officers.MapPut("/{id}", ChangeAsync).WithName("ProposeOfficerChange").WithSummary("Propose to change an account.").Produces<ApprovalRoutes.Proposed>(StatusCodes.Status202Accepted);
        officers.MapPost("/{id}/reset", ResetAsync).WithName("ProposeOfficerReset").WithSummary("Propose to take an account's credentials away and give a new one-time code.").Produces<ApprovalRoutes.Proposed>(StatusCodes.Status202Accepted);
        officers.MapPost("/{id}/closure", CloseAsync).WithName("ProposeOfficerClosure").WithSummary("Propose to close an account for good.").Produces<ApprovalRoutes.Proposed>(StatusCodes.Status202Accepted);
        officers.MapPost("/{id}/unlock", UnlockAsync).WithName("UnlockOfficer").WithSummary("Let an account that has to wait after failed attempts try again at once.");
        desks.MapGet("", (HttpContext http, Node node) => CoreRoutes.Refused(http, node, new Act.Administer()) ?? TypedResults.Ok(node.People.Desks.List())).WithName("ListDesks").WithSummary("All desks.");
        desks.MapPost("", DeclareAsync).WithName("DeclareDesk").WithSummary("Declare a desk.");
    }

    public static View Show(Node node, Officer officer) => new(
        officer.Id, officer.Name.ToString(), officer.Desk, [.. officer.Roles.Select(role => role.Text())], [.. officer.Purposes.Select(purpose => purpose.ToString())], officer.Language,
        officer.Active ? "active" : "closed", officer.Created, officer.Changed, node.People.LockOuts.WaitUntil(node.People.LockOuts.Account(officer.Name.ToString())));

    private static IResult List(HttpContext http, Node node) =>
        CoreRoutes.Refused(http, node, new Act.Administer()) ?? TypedResults.Ok(node.People.Officers.List().Select(officer => Show(node, officer)).ToList());

    private static Task<IResult> MakeAsync(Request request, HttpContext http, Node node) => DraftAsync(request, http, node, node.Officers.Make);

    private static Task<IResult> ChangeAsync(string id, Request request, HttpContext http, Node node) => DraftAsync(request, http, node, draft => OfficerActs.Change(id, draft));

    private static async Task<IResult> DraftAsync(Request request, HttpContext http, Node node, Func<OfficerDraft, System.Text.Json.Nodes.JsonObject> propose)
    {
        if (CoreRoutes.Refused(http, node, new Act.Administer()) is { } refused)
        {
            return refused;
        }

        var (draft, faults) = OfficerDraft.Read(request.Name, request.Desk, request.Roles, request.Purposes, request.Language);
        return draft is null ? Api.Invalid(faults) : await ApprovalRoutes.ProposeAsync(http, node, OfficerActs.KindName, propose(draft), request.Reason);
    }

    private static async Task<IResult> ResetAsync(string id, ApprovalRoutes.Reasoned request, HttpContext http, Node node) => CoreRoutes.Refused(http, node, new Act.Administer())
        ?? await ApprovalRoutes.ProposeAsync(http, node, OfficerActs.KindName, OfficerActs.Reset(id), request.Reason);

    private static async Task<IResult> CloseAsync(string id, ApprovalRoutes.Reasoned request, HttpContext http, Node node) => CoreRoutes.Refused(http, node, new Act.Administer())
        ?? await ApprovalRoutes.ProposeAsync(http, node, OfficerActs.KindName, OfficerActs.Close(id), request.Reason);

    private static async Task<IResult> UnlockAsync(string id, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Administer()) is { } refused)
        {
            return refused;
        }

        if (node.People.Officers.Find(id) is not { Active: true } officer)
        {
            return Api.Refuse(ProblemKind.NotFound);
        }

        await node.People.SignIn.UnlockAsync(http.Actor(), officer);
        return Results.Ok(new { outcome = "unlocked" });
    }

    private static async Task<IResult> DeclareAsync(DeskRequest request, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Administer()) is { } refused)
        {
            return refused;
        }

        return !Desks.IsName(request.Name) ? Api.Invalid("name", "must have 1 to 60 characters on one line")
            : Results.Ok(new { outcome = await node.People.Desks.DeclareAsync(http.Actor(), request.Name!) ? "declared" : "thereAlready" });
    }
}
