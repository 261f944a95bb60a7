using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Comity.Core.Web.Pages.Tags;

/// <summary>What every field of a form has: a name, a label, perhaps a hint, what was sent before and what was wrong with it.</summary>
/// <remarks>The pattern is govuk-frontend's: the error stands between hint and field, and the summary on top leads to the field by its id, which is its name.</remarks>
public abstract class FieldTag : TagHelper
{
    /// <summary>The page.</summary>
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext View { get; set; } = null!;

    /// <summary>The field's name in the form.</summary>
    public string Name { get; set; } = "";

    /// <summary>What is asked.</summary>
    public string Label { get; set; } = "";

    /// <summary>How to answer; null for none.</summary>
    public string? Hint { get; set; }

    /// <summary>What stands in it before anything was sent.</summary>
    public string? Value { get; set; }

    /// <summary>Whether the label is the heading of its part of the page, in large type.</summary>
    public bool Large { get; set; }

    /// <summary>The id of something else on the page that says what the field is about; null for none.</summary>
    public string? About { get; set; }

    /// <summary>What stands in the field.</summary>
    protected string Text => Entry?.AttemptedValue ?? Value ?? "";

    /// <summary>Everything that was sent under the name.</summary>
    protected IEnumerable<string> Sent => Entry?.RawValue as string[] ?? (Text.Length > 0 ? [Text] : []);

    /// <summary>What is wrong with the field; null where nothing is.</summary>
    protected string? Error => Entry is { Errors.Count: > 0 } entry ? string.Join(" ", entry.Errors.Select(error => error.ErrorMessage)) : null;

    private ModelStateEntry? Entry => View.ModelState.GetValueOrDefault(Name);

    /// <inheritdoc/>
    public sealed override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var inside = await output.GetChildContentAsync();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "govuk-form-group" + (Error is null ? "" : " govuk-form-group--error"));
        var body = new HtmlContentBuilder();
        Write(body, inside);
        output.Content.SetHtmlContent(body);
    }

    /// <summary>Writes label, hint, error and field.</summary>
    /// <param name="html">Takes them; encodes what is put into a format.</param>
    /// <param name="inside">What stands inside the tag on the page.</param>
    protected abstract void Write(HtmlContentBuilder html, IHtmlContent inside);

    /// <summary>The label of a single field.</summary>
    protected void WriteLabel(HtmlContentBuilder html) => html.AppendFormat("<label class=\"govuk-label{0}\" for=\"{1}\">{2}</label>", Large ? " govuk-label--m" : "", Name, Label);

    /// <summary>Hint and error.</summary>
    protected void WriteHintAndError(HtmlContentBuilder html)
    {
        if (!string.IsNullOrEmpty(Hint))
        {
            html.AppendFormat("<div id=\"{0}-hint\" class=\"govuk-hint\">{1}</div>", Name, Hint);
        }

        if (Error is { } error)
        {
            html.AppendFormat(
                "<p id=\"{0}-error\" class=\"govuk-error-message\"><span class=\"govuk-visually-hidden\">{1}</span> {2}</p>", Name, View.HttpContext.Speech().Say("Error:", "Erreur :"), error);
        }
    }

    /// <summary>The attribute that ties hint and error to the field.</summary>
    protected IHtmlContent DescribedBy()
    {
        var ids = string.Join(' ', new[] { About, string.IsNullOrEmpty(Hint) ? null : Name + "-hint", Error is null ? null : Name + "-error" }.Where(id => !string.IsNullOrEmpty(id)));
        return ids.Length == 0 ? HtmlString.Empty : new HtmlContentBuilder().AppendFormat(" aria-describedby=\"{0}\"", ids);
    }
}

/// <summary>One choice of several.</summary>
/// <param name="Value">What is sent.</param>
/// <param name="Text">What is shown.</param>
/// <param name="Hint">What it means; null for none.</param>
public sealed record Choice(string Value, string Text, string? Hint = null);
