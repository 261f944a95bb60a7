using System.Text.Encodings.Web;
using System.Text.Unicode;
using Comity.Core;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Web;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Web;

/// <summary>The pages for people: what the host needs for them, and what happens before and after each.</summary>
internal static class PageHost
{
    private static readonly object BackKey = new();

    private const string RealmCookie = "comity-realm";

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
        services.Configure<CookieTempDataProviderOptions>(notice =>
        {
            notice.Cookie.Name = "comity-notice";
            notice.Cookie.SameSite = SameSiteMode.Strict;
            notice.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }

    /// <summary>Before anything else: language and realm; after everything else: the page that tells what was refused or failed.</summary>
    public static async Task FrameAsync(HttpContext http, RequestDelegate next)
    {
        if (!IsForPeople(http))
        {
            await next(http);
            return;
        }

        http.Items[BackKey] = http.Request.Path + (HttpMethods.IsGet(http.Request.Method) ? http.Request.QueryString.ToString() : "");
        Speak(http);
        var problem = await RunAsync(http, next) ?? http.Refusal() ?? Missing(http);
        if (problem is not null && !http.Response.HasStarted)
        {
            await (http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal) ? TellAsync(http, next, problem) : Api.Refuse(problem).ExecuteAsync(http));
        }
    }

    /// <summary>Not the API, and not what watches the process.</summary>
    private static bool IsForPeople(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/api") && !http.Request.Path.StartsWithSegments("/openapi") && http.Request.Path.Value is not ("/health" or "/ready");

    /// <summary>The page as it can be asked for again; what a form carried is not in it.</summary>
    public static string Back(HttpContext http) => (string)http.Items[BackKey]!;

    /// <summary>Goes to a realm, until the browser is closed or the person goes back.</summary>
    public static void SetRealm(HttpContext http, Realm realm) => http.SetCookie(RealmCookie, realm.Text());

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
        var wanted = request.Cookies[PageContexts.LanguageCookie] is { } chosen
            ? [chosen]
            : request.GetTypedHeaders().AcceptLanguage.OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString());
        return wanted.FirstOrDefault(tag => Is(tag, "en") || Is(tag, "fr")) is { } tag && Is(tag, "fr") ? Language.French : Language.English;

        static bool Is(string tag, string language) => tag.StartsWith(language, StringComparison.OrdinalIgnoreCase);
    }

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
