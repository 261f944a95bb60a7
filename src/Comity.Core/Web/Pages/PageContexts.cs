using Comity.Core.Exchange;
using Comity.Core.Members;
using Microsoft.AspNetCore.Http;

namespace Comity.Core.Web.Pages;

/// <summary>What a request for a page carries with it: language, realm, and a refusal on its way to the page that tells it.</summary>
public static class PageContexts
{
    /// <summary>The notice that is shown once, in English, among the temporary data.</summary>
    public const string NoticeEn = "notice-en";

    /// <summary>The same in French.</summary>
    public const string NoticeFr = "notice-fr";

    /// <summary>View data: the id of a form that shows this very page again in the language that it is sent; for a page that came of a form and has no address.</summary>
    public const string Again = "again";

    /// <summary>The cookie that remembers the language.</summary>
    public const string LanguageCookie = "comity-language";

    private static readonly object SpeechKey = new(), RealmKey = new(), ProblemKey = new();

    /// <summary>How the page speaks.</summary>
    public static Speech Speech(this HttpContext http) => (Speech)http.Items[SpeechKey]!;

    /// <summary>Sets how the page speaks; once, before anything is written.</summary>
    public static void Speak(this HttpContext http, Speech speech) => http.Items[SpeechKey] = speech;

    /// <summary>The realm in which the page works.</summary>
    public static Realm Realm(this HttpContext http) => http.Items[RealmKey] is Realm realm ? realm : Members.Realm.Live;

    /// <summary>Sets the realm in which the page works.</summary>
    public static void Work(this HttpContext http, Realm realm) => http.Items[RealmKey] = realm;

    /// <summary>Why the request was refused; null where it was not.</summary>
    public static Problem? Refusal(this HttpContext http) => (Problem?)http.Items[ProblemKey];

    /// <summary>Refuses the request; the page that tells it is made once everything else has stopped.</summary>
    public static void Refuse(this HttpContext http, Problem problem)
    {
        http.Items[ProblemKey] = problem;
        http.Response.StatusCode = problem.Status;
    }

    /// <summary>Remembers the language in which this person reads, and speaks it from now on.</summary>
    public static void Prefer(this HttpContext http, Language language)
    {
        SetCookie(http, LanguageCookie, language == Language.French ? "fr" : "en", TimeSpan.FromDays(400));
        http.Speak(http.Speech() with { Language = language });
    }

    /// <summary>A cookie of the node's own: no script reads it, no other site sends it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">What it says.</param>
    /// <param name="life">How long it lasts; null until the browser is closed.</param>
    public static void SetCookie(this HttpContext http, string name, string value, TimeSpan? life = null) => http.Response.Cookies.Append(name, value, new CookieOptions
    {
        HttpOnly = true, IsEssential = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, MaxAge = life,
    });
}
