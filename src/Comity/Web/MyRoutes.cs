using Comity.Core;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Core.Exchange;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>An officer's own account: sessions, passkeys, personal tokens, language. For persons; a system has none of it.</summary>
internal static class MyRoutes
{
    public sealed record View(
        string Id, string Name, string Desk, IReadOnlyList<string> Roles, IReadOnlyList<string> Purposes, string Language, IReadOnlyList<SessionRow> Sessions, IReadOnlyList<PasskeyRow> Passkeys,
        IReadOnlyList<TokenRoutes.View> Tokens);

    public sealed record LanguageRequest(string? Language);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", Get).WithName("GetMe").WithSummary("My account.").Produces<View>();
        routes.MapPost("/language", (LanguageRequest request, HttpContext http, Node node) => request.Language is not ("en" or "fr")
            ? Task.FromResult(Api.Invalid("language", "must be en or fr"))
            : ForAsync(http, node, async officer => { await node.People.Officers.SetLanguageAsync(officer.Id, request.Language); return true; })).WithName("SetMyLanguage").WithSummary("The language in which I am spoken to.");
        routes.MapDelete("/sessions", (HttpContext http, Node node) => ForAsync(http, node, async officer => { await node.People.Sessions.CloseAllAsync(officer.Id); return true; }))
            .WithName("EndMySessions").WithSummary("Sign out everywhere.");
        routes.MapDelete("/sessions/{id}", (string id, HttpContext http, Node node) => ForAsync(http, node, officer => node.People.Sessions.CloseAsync(officer.Id, id)))
            .WithName("EndMySession").WithSummary("End one of my sessions.");
        routes.MapDelete("/tokens/{id}", (string id, HttpContext http, Node node) => ForAsync(http, node, officer => node.Tokens.RevokeAsync(http.Actor(), id, officer.Id)))
            .WithName("RevokeMyToken").WithSummary("Revoke one of my personal tokens.");
        routes.MapDelete("/passkeys/{id}", (string id, HttpContext http, Node node) => ForAsync(http, node, officer => node.People.Passkeys.RemoveAsync(officer, id)))
            .WithName("RemoveMyPasskey").WithSummary("Give one of my passkeys up.");
        routes.MapPost("/passkeys/options", OptionsAsync).WithName("MyPasskeyOptions").WithSummary("What a browser needs to make a passkey.").Produces<SignInRoutes.Ceremony>();
        routes.MapPost("/passkeys", AddAsync).WithName("AddMyPasskey").WithSummary("Add a passkey.");
    }

    private static IResult Get(HttpContext http, Node node)
    {
        if (Me(http, node) is not { } officer)
        {
            return Api.Refuse(ProblemKind.Forbidden);
        }

        var account = OfficerRoutes.Show(node, officer);
        return TypedResults.Ok(new View(
            account.Id, account.Name, account.Desk, account.Roles, account.Purposes, account.Language, node.People.Sessions.Of(officer.Id), node.People.Passkeys.Of(officer.Id),
            [.. node.Tokens.Of(officer.Id).Select(TokenRoutes.Show)]));
    }

    /// <summary>A passkey outlives the session or token by which it was added, so it takes a session.</summary>
    private static async Task<IResult> OptionsAsync(HttpContext http, Node node)
    {
        if (http.Session() is not { } session)
        {
            return Api.Refuse(ProblemKind.Forbidden);
        }

        var (options, ticket) = await node.People.Passkeys.CreationAsync(http, session.Officer);
        return TypedResults.Ok(new SignInRoutes.Ceremony(SignInRoutes.Parse(options), ticket));
    }

    private static async Task<IResult> AddAsync(SignInRoutes.EnrolPasskeyRequest request, HttpContext http, Node node) =>
        http.Session() is not { } session ? Api.Refuse(ProblemKind.Forbidden)
        : await node.People.Passkeys.AddAsync(http, session.Officer, request.Ticket, request.Credential?.GetRawText(), SignInRoutes.Label(request.Label)) ? Results.Ok(new { outcome = "added" })
        : Api.Invalid("credential", "was not taken");

    private static Officer? Me(HttpContext http, Node node) => http.Actor().Person is { } person ? node.People.Officers.Find(person) : null;

    private static async Task<IResult> ForAsync(HttpContext http, Node node, Func<Officer, Task<bool>> act) =>
        Me(http, node) is not { } officer ? Api.Refuse(ProblemKind.Forbidden)
        : await act(officer) ? Results.Ok(new { outcome = "done" })
        : Api.Refuse(ProblemKind.NotFound);
}
