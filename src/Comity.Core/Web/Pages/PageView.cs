using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Registers;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;

namespace Comity.Core.Web.Pages;

/// <summary>The text of a page: <c>@inherits</c> of every page, by <c>_ViewImports.cshtml</c>.</summary>
public abstract class PageView : Page
{
    /// <summary>How the page speaks.</summary>
    public Speech Speech => HttpContext.Speech();

    /// <summary>The node.</summary>
    public Node Node => HttpContext.RequestServices.GetRequiredService<Node>();

    /// <summary>Who is there.</summary>
    public Actor Actor => HttpContext.Actor();

    /// <summary>The realm in which the page works.</summary>
    public Realm Realm => HttpContext.Realm();

    /// <summary>Whether the person may do something.</summary>
    public bool May(Act act) => Gate.Permits(Node.Context.Membership, Actor, act);

    /// <summary>One of two texts that say the same.</summary>
    public string Say(string en, string fr) => Speech.Say(en, fr);

    /// <summary>One of two texts that say the same.</summary>
    public string Say(Words words) => Speech.Say(words);

    /// <summary>The title of page and window.</summary>
    public void Title(string en, string fr) => ViewContext.ViewData["Title"] = Say(en, fr);
}

/// <summary>The text of a part of pages: a partial begins with <c>@inherits PartView&lt;…&gt;</c>.</summary>
public abstract class PartView<TModel> : RazorPage<TModel>
{
    /// <summary>How the page speaks.</summary>
    public Speech Speech => Context.Speech();

    /// <summary>The node.</summary>
    public Node Node => Context.RequestServices.GetRequiredService<Node>();

    /// <summary>Who is there; null on the few pages that need nobody.</summary>
    public Actor? Actor => Context.ActorOrNull();

    /// <summary>The realm in which the page works.</summary>
    public Realm Realm => Context.Realm();

    /// <summary>Whether the person may do something.</summary>
    public bool May(Act act) => Actor is { } actor && Gate.Permits(Node.Context.Membership, actor, act);

    /// <summary>One of two texts that say the same.</summary>
    public string Say(string en, string fr) => Speech.Say(en, fr);

    /// <summary>One of two texts that say the same.</summary>
    public string Say(Words words) => Speech.Say(words);
}
