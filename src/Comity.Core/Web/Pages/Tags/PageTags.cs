using System.Globalization;
using Comity.Core.Members;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.DependencyInjection;

namespace Comity.Core.Web.Pages.Tags;

/// <summary>A tag that needs to know its page.</summary>
public abstract class PageTag : TagHelper
{
    /// <summary>The page.</summary>
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext View { get; set; } = null!;

    /// <summary>How the page speaks.</summary>
    protected Speech Speech => View.HttpContext.Speech();
}

/// <summary><c>&lt;c-errors /&gt;</c>: the summary of what is wrong with a form, on top of the page; nothing where nothing is.</summary>
[HtmlTargetElement("c-errors", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ErrorsTag : PageTag
{
    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (View.ModelState.IsValid)
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "govuk-error-summary");
        output.Attributes.SetAttribute("tabindex", "-1");
        output.Content.AppendFormat(
            "<div role=\"alert\"><h2 class=\"govuk-error-summary__title\">{0}</h2><div class=\"govuk-error-summary__body\"><ul class=\"govuk-list govuk-error-summary__list\">",
            Speech.Say("There is a problem", "Il y a un problème"));
        foreach (var (field, error) in View.ModelState.SelectMany(entry => entry.Value!.Errors.Select(error => (entry.Key, error.ErrorMessage))))
        {
            output.Content.AppendHtml(field.Length == 0
                ? new HtmlContentBuilder().AppendFormat("<li>{0}</li>", error)
                : new HtmlContentBuilder().AppendFormat("<li><a href=\"#{0}\">{1}</a></li>", field, error));
        }

        output.Content.AppendHtml("</ul></div></div>");
    }
}

/// <summary><c>&lt;c-form action … &gt;</c>: a form that changes or asks something: it carries the antiforgery token, and the realm of the page on which it stands.</summary>
[HtmlTargetElement("c-form")]
public sealed class FormTag : PageTag
{
    /// <summary>Where it goes; null: to the page itself.</summary>
    public string? Action { get; set; }

    /// <summary>Whether a file is sent.</summary>
    public bool File { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var http = View.HttpContext;
        var token = http.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http);
        output.TagName = "form";
        output.Attributes.SetAttribute("method", "post");
        var action = Action ?? http.Request.Path.ToString();
        output.Attributes.SetAttribute("action", http.Realm() == Realm.Live ? action : $"{action}{(action.Contains('?', StringComparison.Ordinal) ? '&' : '?')}realm={http.Realm().Text()}");
        output.Attributes.SetAttribute("novalidate", "novalidate");
        if (File)
        {
            output.Attributes.SetAttribute("enctype", "multipart/form-data");
        }

        output.PreContent.AppendFormat("<input type=\"hidden\" name=\"{0}\" value=\"{1}\">", token.FormFieldName, token.RequestToken);
    }
}

/// <summary><c>&lt;c-time at ago /&gt;</c>: an instant in UTC, with how long ago it was.</summary>
[HtmlTargetElement("c-time", TagStructure = TagStructure.WithoutEndTag)]
public sealed class TimeTag : PageTag
{
    /// <summary>The instant; null writes a dash.</summary>
    public DateTimeOffset? At { get; set; }

    /// <summary>Whether it is also said how long ago. Default: yes.</summary>
    public bool Ago { get; set; } = true;

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagMode = TagMode.StartTagAndEndTag;
        if (At is not { } at)
        {
            output.TagName = null;
            output.Content.SetContent("–");
            return;
        }

        output.TagName = "time";
        output.Attributes.SetAttribute("datetime", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        output.Content.SetContent(Speech.Time(at) + (Ago ? $" ({Speech.Ago(at)})" : ""));
    }
}

/// <summary><c>&lt;c-next back forward /&gt;</c>: back to the first page and on to the next, for lists that are read by a cursor.</summary>
[HtmlTargetElement("c-next", TagStructure = TagStructure.WithoutEndTag)]
public sealed class NextTag : PageTag
{
    /// <summary>The first page, or null where this is it.</summary>
    public string? Back { get; set; }

    /// <summary>The page after, or null where this is the last.</summary>
    public string? Forward { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (string.IsNullOrEmpty(Back) && string.IsNullOrEmpty(Forward))
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "govuk-pagination");
        output.Attributes.SetAttribute("aria-label", Speech.Say("Pages", "Pages"));
        Write(output, Back, "prev", Speech.Say("To the first page", "Vers la première page"));
        Write(output, Forward, "next", Speech.Say("Next page", "Page suivante"));
    }

    private static void Write(TagHelperOutput output, string? path, string direction, string text)
    {
        if (!string.IsNullOrEmpty(path))
        {
            output.Content.AppendFormat(
                "<div class=\"govuk-pagination__{0}\"><a class=\"govuk-link govuk-pagination__link\" href=\"{1}\" rel=\"{0}\"><span class=\"govuk-pagination__link-title\">{2}</span></a></div>", direction, path, text);
        }
    }
}
