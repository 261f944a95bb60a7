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
}
