using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Core.Exchange;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>Signing in and out, and choosing credentials with a one-time code. Most of it is open to anybody, and tells nobody whether an account exists.</summary>
internal static class SignInRoutes
{
    public sealed record SignInRequest(string? Name, string? Password, string? Code);

    public sealed record TokenRequest(string? Name, string? Password, string? Code, int? Days);

    public sealed record PasskeyAnswer(string? Ticket, JsonElement? Credential);

    public sealed record CodeRequest(string? Code);

    public sealed record EnrolRequest(string? Code, string? Ticket, string? Password, string? Totp);

    public sealed record EnrolPasskeyRequest(string? Code, string? Ticket, JsonElement? Credential, string? Label);

    /// <summary>What a browser's credential call needs.</summary>
    public sealed record Ceremony(JsonElement Options, string Ticket);

    public sealed record Begun(string Name, string Secret, string Uri, string Ticket);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").WithTags("Sign-in").AllowAnonymous();
        open.MapPost("/session", SignInAsync).WithName("SignIn").WithSummary("Sign in by password and one-time code; the answer sets a cookie.");
        open.MapPost("/session/token", TokenAsync).WithName("SignInForToken").WithSummary("Sign in by password and one-time code; the answer is a personal token.").Produces<TokenRoutes.Made>();
        open.MapPost("/session/passkey/options", PasskeyOptionsAsync).WithName("PasskeyOptions").WithSummary("What a browser needs to sign in by passkey.").Produces<Ceremony>();
        open.MapPost("/session/passkey", PasskeyAsync).WithName("SignInByPasskey").WithSummary("Sign in by passkey; the answer sets a cookie.");
        open.MapPost("/enrolment", Begin).WithName("BeginEnrolment").WithSummary("With a one-time code: a secret for the authenticator app.").Produces<Begun>();
        open.MapPost("/enrolment/password", EnrolAsync).WithName("EnrolPassword").WithSummary("With a one-time code: choose password and authenticator app.");
        open.MapPost("/enrolment/passkey/options", EnrolOptionsAsync).WithName("EnrolPasskeyOptions").WithSummary("With a one-time code: what a browser needs to make a passkey.").Produces<Ceremony>();
        open.MapPost("/enrolment/passkey", EnrolPasskeyAsync).WithName("EnrolPasskey").WithSummary("With a one-time code: choose a passkey.");
        var mine = routes.MapGroup("").WithTags("Sign-in");
        mine.MapDelete("/session", SignOutAsync).WithName("SignOut").WithSummary("End this session, or revoke this personal token.");
    }

    public static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static async Task<IResult> SignInAsync(SignInRequest request, HttpContext http, Node node, CancellationToken cancel) =>
        Answer(http, await node.People.SignIn.ByPasswordAsync(request.Name, request.Password, request.Code, http.Connection.RemoteIpAddress, cancel));

    private static async Task<IResult> TokenAsync(TokenRequest request, HttpContext http, Node node, CancellationToken cancel)
    {
        if (request.Days is < 1 or > 30)
        {
            return Api.Invalid("days", "must be 1 to 30");
        }

        TokenRow? made = null;
        var outcome = await node.People.SignIn.ByPasswordAsync(request.Name, request.Password, request.Code, http.Connection.RemoteIpAddress, (session, officer) =>
        {
            (var secret, made) = node.Tokens.MakePersonal(session, officer, officer.Rights, TimeSpan.FromDays(request.Days ?? 1));
            return secret;
        }, cancel);
        return outcome is SignInOutcome.Done done ? TypedResults.Ok(new TokenRoutes.Made(done.Secret, TokenRoutes.Show(made!))) : Refuse(outcome);
    }

    private static async Task<IResult> PasskeyOptionsAsync(HttpContext http, Node node)
    {
        var (options, ticket) = await node.People.Passkeys.RequestAsync(http);
        return TypedResults.Ok(new Ceremony(Parse(options), ticket));
    }

    private static async Task<IResult> PasskeyAsync(PasskeyAnswer request, HttpContext http, Node node) =>
        Answer(http, await node.People.Passkeys.SignInAsync(http, request.Ticket, request.Credential?.GetRawText()));

    private static async Task<IResult> Begin(CodeRequest request, HttpContext http, Node node)
    {
        if (await HolderAsync(request.Code, http, node) is not { } officer)
        {
            return Unknown();
        }

        var (secret, ticket) = node.People.Credentials.NewSecret(officer);
        return TypedResults.Ok(new Begun(officer.Name.ToString(), Totp.ToText(secret), Totp.ToUri(secret, Issuer(node), officer.Name.ToString()), ticket));
    }

    private static async Task<IResult> EnrolAsync(EnrolRequest request, HttpContext http, Node node)
    {
        if (await HolderAsync(request.Code, http, node) is null)
        {
            return Unknown();
        }

        using var place = await Passwords.EnterAsync(http.RequestAborted);
        var faults = await node.People.Credentials.EnrolAsync(request.Code, request.Password, request.Ticket, request.Totp);
        return faults.Count == 0 ? Results.Ok(new { outcome = "enrolled" }) : Api.Invalid(faults.Select(fault => (fault.Field, fault.Reason.En)));
    }

    private static async Task<IResult> EnrolOptionsAsync(CodeRequest request, HttpContext http, Node node)
    {
        if (await HolderAsync(request.Code, http, node) is not { } officer)
        {
            return Unknown();
        }

        var (options, ticket) = await node.People.Passkeys.CreationAsync(http, officer);
        return TypedResults.Ok(new Ceremony(Parse(options), ticket));
    }

    private static async Task<IResult> EnrolPasskeyAsync(EnrolPasskeyRequest request, HttpContext http, Node node)
    {
        if (await HolderAsync(request.Code, http, node) is not { } officer)
        {
            return Unknown();
        }

        return await node.People.Passkeys.AddAsync(http, officer, request.Ticket, request.Credential?.GetRawText(), Label(request.Label), request.Code)
            ? Results.Ok(new { outcome = "enrolled" })
            : Api.Invalid("credential", "was not taken");
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, Node node)
    {
        if (SessionCookie.Read(http) is { } secret && http.Session() is not null)
        {
            await node.People.Sessions.CloseAsync(secret);
            SessionCookie.Clear(http);
        }
        else if (http.Actor() is { Person: { } person } actor)
        {
            await node.Tokens.RevokeAsync(actor, actor.Id, person);
        }

        return Results.Ok(new { outcome = "signedOut" });
    }

    /// <summary>Whose code it is; a wrong one counts as a failed attempt of the address.</summary>
    internal static async Task<Officer?> HolderAsync(string? code, HttpContext http, Node node)
    {
        var address = node.People.LockOuts.Address(http.Connection.RemoteIpAddress);
        if (node.People.LockOuts.WaitUntil(address) is not null)
        {
            return null;
        }

        if (node.People.Credentials.ByCode(code) is { } officer)
        {
            return officer;
        }

        await node.Context.Store.WriteAsync(session => node.People.LockOuts.Failed(session, address, LockOuts.FreeOfAddress));
        return null;
    }

    /// <summary>Whose node it is, as an authenticator app shows it.</summary>
    internal static string Issuer(Node node) => $"Comity {node.Context.Membership.Self}";

    /// <summary>A passkey's name: what its owner said, shortened, or what there is to say.</summary>
    internal static string Label(string? text) => text?.Trim() is { Length: > 0 } label && !label.Any(char.IsControl) ? label[..Math.Min(label.Length, 60)] : "passkey";

    private static IResult Answer(HttpContext http, SignInOutcome outcome)
    {
        if (outcome is not SignInOutcome.Done done)
        {
            return Refuse(outcome);
        }

        SessionCookie.Write(http, done.Secret);
        return Results.Ok(new { officer = done.Officer.Id, language = done.Officer.Language });
    }

    private static IResult Refuse(SignInOutcome outcome) =>
        Api.Refuse(outcome is SignInOutcome.Wait ? new ProblemKind("wait", "Too many attempts failed; wait.", 429) : new ProblemKind("sign-in-refused", "This is not enough to sign in.", 401), outcome.Words!.En);

    private static IResult Unknown() => Api.Invalid("code", Credentials.CodeFault.En);
}
