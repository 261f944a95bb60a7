using System.Security.Claims;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Core.Exchange;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Comity.Core.Web;

/// <summary>The one place that finds out who asks, for pages and API alike: by a token in the Authorization header, else by the cookie of a session.</summary>
/// <remarks>
/// Nobody unknown comes past it, but to endpoints that say <c>AllowAnonymous</c>; also a path that leads nowhere is told only to somebody known.
/// A cookie opens the API only together with the antiforgery header, because browsers send cookies unasked.
/// </remarks>
public static class Entrance
{
    private const string Bearer = "Bearer ";
    private static readonly object SessionKey = new();

    /// <summary>The session by which somebody came; null for a token.</summary>
    public static (Officer Officer, SessionRow Row)? Session(this HttpContext http) => http.Items.TryGetValue(SessionKey, out var session) ? ((Officer, SessionRow)?)session : null;

    /// <summary>Lets a request in, or answers it: a problem for the API, the way to the sign-in for pages.</summary>
    public static async Task LetInAsync(HttpContext http, RequestDelegate next)
    {
        var node = http.RequestServices.GetRequiredService<Node>();
        var api = http.Request.Path.StartsWithSegments("/api");
        if (IsCrossSite(http.Request))
        {
            await Api.Refuse(ProblemKind.Forbidden).ExecuteAsync(http);
            return;
        }

        http.SetActor(await FindAsync(http, node, api));
        if (http.ActorOrNull() is not null || http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            await next(http);
        }
        else if (api || !ToSignIn(http))
        {
            await Api.Refuse(ProblemKind.Unauthenticated).ExecuteAsync(http);
        }
    }

    private static async Task<Actor?> FindAsync(HttpContext http, Node node, bool api)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length > 0)
        {
            return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? node.Tokens.Find(header[Bearer.Length..].Trim()) : null;
        }

        if (SessionCookie.Read(http) is not { } secret || await node.People.Sessions.FindAsync(secret) is not { } session)
        {
            return null;
        }

        // What the antiforgery token is bound to.
        http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, session.Officer.Id + session.Row.Id)], "session"));
        if (api && !await IsOursAsync(http))
        {
            return null;
        }

        http.Items[SessionKey] = session;
        return session.Officer.Actor;
    }

    private static async Task<bool> IsOursAsync(HttpContext http)
    {
        var antiforgery = http.RequestServices.GetRequiredService<IAntiforgery>();
        try
        {
            await antiforgery.ValidateRequestAsync(http);
            return true;
        }
        catch (AntiforgeryValidationException)
        {
            return false;
        }
    }

    /// <summary>Whether a browser says that another site makes it send a change.</summary>
    private static bool IsCrossSite(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";

    /// <summary>Shows a person the way; false for somebody who does not read pages.</summary>
    private static bool ToSignIn(HttpContext http)
    {
        if (http.Request.Headers.ContainsKey("HX-Request"))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;   // a part of a page cannot show the sign-in; the whole page goes there
            http.Response.Headers["HX-Redirect"] = "/sign-in";
            return true;
        }

        if (!http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            return false;
        }

        var back = HttpMethods.IsGet(http.Request.Method) && http.Request.Path != "/" ? "?next=" + Uri.EscapeDataString(http.Request.Path + http.Request.QueryString) : "";
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = "/sign-in" + back;
        return true;
    }
}

/// <summary>The cookie in which a browser holds its session.</summary>
public static class SessionCookie
{
    /// <summary>The session's secret; null where there is no cookie.</summary>
    public static string? Read(HttpContext http) => http.Request.Cookies[Name(http)] is { Length: > 0 } secret ? secret : null;

    /// <summary>Hands the browser a session; it forgets it when it is closed.</summary>
    public static void Write(HttpContext http, string secret) => http.Response.Cookies.Append(Name(http), secret, Options(http));

    /// <summary>Takes the session from the browser.</summary>
    public static void Clear(HttpContext http) => http.Response.Cookies.Delete(Name(http), Options(http));

    /// <summary>With the prefix a browser takes the cookie from this very host over TLS only.</summary>
    private static string Name(HttpContext http) => http.Request.IsHttps ? "__Host-comity" : "comity";

    private static CookieOptions Options(HttpContext http) => new() { HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };
}
