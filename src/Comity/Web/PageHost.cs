using System.Text.Encodings.Web;
using System.Text.Unicode;
using Comity.Core;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Web;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Comity.Web;

/// <summary>The pages for people: what the host needs for them, and what happens before and after each.</summary>
internal static class PageHost
{
    private static readonly object BackKey = new();

    private const string LanguageCookie = "comity-language";
    private const string RealmCookie = "comity-realm";

    /// <summary>Nothing but the node's own files; no script or style within a page; nobody may frame it.</summary>
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void AddPages(IServiceCollection services)
    {
        var mvc = services.AddRazorPages(pages => pages.RootDirectory = "/Pages");
        mvc.ConfigureApplicationPartManager(manager => manager.ApplicationParts.Clear());   // what is there is said here, not by what lies in the folder
        mvc.AddApplicationPart(typeof(PageHost).Assembly);
        foreach (var module in Modules.All)
        {
            mvc.AddApplicationPart(module.GetType().Assembly);
        }

        services.Configure<MvcOptions>(options => options.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true);
        services.Configure<Microsoft.Extensions.WebEncoders.WebEncoderOptions>(encoders => encoders.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "comity-antiforgery";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.Configure<CookieTempDataProviderOptions>(notice =>
        {
            notice.Cookie.Name = "comity-notice";
            notice.Cookie.SameSite = SameSiteMode.Strict;
            notice.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
    }

    /// <summary>Before anything else: headers, language and realm; after everything else: the page that tells what was refused or failed.</summary>
    public static async Task FrameAsync(HttpContext http, RequestDelegate next)
    {
        if (!IsForPeople(http))
        {
            await next(http);
            return;
        }

        http.Items[BackKey] = http.Request.Path + (HttpMethods.IsGet(http.Request.Method) ? http.Request.QueryString.ToString() : "");
        Speak(http);
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        (headers.CacheControl, headers.Pragma) = ("no-cache, no-store", "no-cache");
        var problem = await RunAsync(http, next) ?? http.Refusal() ?? Missing(http);
        if (problem is not null && !http.Response.HasStarted)
        {
            await TellAsync(http, next, problem);
        }
    }

    /// <summary>Finds out who is there. A page is shown to nobody who is not known, but for those few that say so.</summary>
    public static Task LetInAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<PageActionDescriptor>() is null || metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return next(http);
        }

        if (Api.LetIn(http, http.RequestServices.GetRequiredService<Node>().Tokens) is { } problem)
        {
            http.Refuse(problem);
            return Task.CompletedTask;
        }

        return next(http);
    }

    /// <summary>Not the API, and not what watches the process.</summary>
    public static bool IsForPeople(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/api") && !http.Request.Path.StartsWithSegments("/openapi") && http.Request.Path.Value is not ("/health" or "/ready")
        && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    /// <summary>The page as it can be asked for again; what a form carried is not in it.</summary>
    public static string Back(HttpContext http) => (string)http.Items[BackKey]!;

    /// <summary>Goes to a realm, until the browser is closed or the person goes back.</summary>
    public static void SetRealm(HttpContext http, Realm realm) => SetCookie(http, RealmCookie, realm.Text(), lasting: false);

    /// <summary>Remembers the language in which this person reads.</summary>
    public static void SetLanguage(HttpContext http, Language language) => SetCookie(http, LanguageCookie, language == Language.French ? "fr" : "en", lasting: true);

    private static void Speak(HttpContext http)
    {
        var context = http.RequestServices.GetRequiredService<Node>().Context;
        http.Speak(new Speech(LanguageOf(http.Request), context.Now));
        // A form is for the realm of the page on which it stood, whatever another window did since.
        var realm = HttpMethods.IsPost(http.Request.Method) ? http.Request.Query["realm"].ToString() : http.Request.Cookies[RealmCookie];
        if (RealmText.TryParse(realm, out var known) && context.Membership.Allows(known))
        {
            http.Work(known);
        }
    }

    /// <summary>The language chosen before, else the first of the browser's that we speak, else English.</summary>
    private static Language LanguageOf(HttpRequest request)
    {
        var wanted = request.Cookies[LanguageCookie] is { } chosen
            ? [chosen]
            : request.GetTypedHeaders().AcceptLanguage.OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString());
        return wanted.FirstOrDefault(tag => Is(tag, "en") || Is(tag, "fr")) is { } tag && Is(tag, "fr") ? Language.French : Language.English;

        static bool Is(string tag, string language) => tag.StartsWith(language, StringComparison.OrdinalIgnoreCase);
    }

    private static void SetCookie(HttpContext http, string name, string value, bool lasting) => http.Response.Cookies.Append(name, value, new CookieOptions
    {
        HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, MaxAge = lasting ? TimeSpan.FromDays(400) : null,
    });

    private static async Task<Problem?> RunAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            return null;
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            return Problem.Of(e.StatusCode == StatusCodes.Status413PayloadTooLarge ? ProblemKind.TooLarge : ProblemKind.Invalid);
        }
        catch (Core.Storage.StorageException) when (!http.Response.HasStarted)
        {
            return Problem.Of(ProblemKind.Unavailable);
        }
        catch (Exception e) when (e is not OperationCanceledException && !http.Response.HasStarted)
        {
            ApiHost.LogFailure(http, e);
            return Problem.Of(ApiHost.Internal);
        }
    }

    private static Problem? Missing(HttpContext http) => http.Response is { HasStarted: false, ContentLength: null, ContentType: null, StatusCode: var status }
        ? status switch
        {
            400 => Problem.Of(ProblemKind.Invalid),   // what the antiforgery check refuses
            404 or 405 => Problem.Of(ProblemKind.NotFound),
            408 => Problem.Of(ProblemKind.TooSlow),
            413 => Problem.Of(ProblemKind.TooLarge),
            _ => null,
        }
        : null;

    private static async Task TellAsync(HttpContext http, RequestDelegate next, Problem problem)
    {
        http.Refuse(problem);
        http.SetEndpoint(null);
        http.Request.RouteValues.Clear();
        (http.Request.Path, http.Request.Method) = ("/problem", HttpMethods.Get);
        await next(http);
    }
}
