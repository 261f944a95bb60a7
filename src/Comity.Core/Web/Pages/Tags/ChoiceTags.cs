using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Comity.Core.Web.Pages.Tags;

/// <summary>A field with several choices, all on the page.</summary>
public abstract class ChoicesTag : FieldTag
{
    /// <summary>The choices.</summary>
    public IEnumerable<Choice> Choices { get; set; } = [];

    /// <summary>Those that are chosen before anything was sent.</summary>
    public IEnumerable<string>? Chosen { get; set; }

    /// <summary>Whether the choices stand beside each other.</summary>
    public bool Inline { get; set; }

    /// <summary>Writes a fieldset of choices.</summary>
    /// <param name="html">Takes it.</param>
    /// <param name="kind">radios or checkboxes.</param>
    /// <param name="input">radio or checkbox.</param>
    private protected void WriteChoices(HtmlContentBuilder html, string kind, string input)
    {
        html.AppendFormat("<fieldset class=\"govuk-fieldset\"{0}><legend class=\"govuk-fieldset__legend{1}\">{2}</legend>", DescribedBy(), Large ? " govuk-fieldset__legend--m" : "", Label);
        WriteHintAndError(html);
        html.AppendFormat("<div class=\"govuk-{0} govuk-{0}--small{1}\">", kind, Inline ? $" govuk-{kind}--inline" : "");
        var chosen = (Sent.Any() || View.ModelState.ContainsKey(Name) ? Sent : Chosen ?? []).ToHashSet(StringComparer.Ordinal);
        var number = 0;
        foreach (var choice in Choices)
        {
            // The first has the field's own id, so that the summary of errors leads to it.
            var id = number++ == 0 ? Name : $"{Name}-{number}";
            html.AppendFormat(
                "<div class=\"govuk-{0}__item\"><input class=\"govuk-{0}__input\" id=\"{1}\" name=\"{2}\" type=\"{3}\" value=\"{4}\"{5}{6}><label class=\"govuk-label govuk-{0}__label\" for=\"{1}\">{7}</label>",
                kind, id, Name, input, choice.Value, new HtmlString(chosen.Contains(choice.Value) ? " checked" : ""),
                choice.Hint is null ? HtmlString.Empty : new HtmlContentBuilder().AppendFormat(" aria-describedby=\"{0}-choice-hint\"", id), choice.Text);
            if (choice.Hint is not null)
            {
                html.AppendFormat("<div id=\"{0}-choice-hint\" class=\"govuk-hint govuk-{1}__hint\">{2}</div>", id, kind, choice.Hint);
            }

            html.AppendHtml("</div>");
        }

        html.AppendHtml("</div></fieldset>");
    }
}

/// <summary><c>&lt;c-radios name label choices /&gt;</c>: one of a few.</summary>
[HtmlTargetElement("c-radios")]
public sealed class RadiosTag : ChoicesTag
{
    /// <inheritdoc/>
    protected override void Write(HtmlContentBuilder html, IHtmlContent inside) => WriteChoices(html, "radios", "radio");
}

/// <summary><c>&lt;c-checks name label choices /&gt;</c>: any of a few.</summary>
[HtmlTargetElement("c-checks")]
public sealed class ChecksTag : ChoicesTag
{
    /// <inheritdoc/>
    protected override void Write(HtmlContentBuilder html, IHtmlContent inside) => WriteChoices(html, "checkboxes", "checkbox");
}

/// <summary><c>&lt;c-select name label choices /&gt;</c>: one of many.</summary>
[HtmlTargetElement("c-select")]
public sealed class SelectTag : FieldTag
{
    /// <summary>The choices.</summary>
    public IEnumerable<Choice> Choices { get; set; } = [];

    /// <inheritdoc/>
    protected override void Write(HtmlContentBuilder html, IHtmlContent inside)
    {
        WriteLabel(html);
        WriteHintAndError(html);
        html.AppendFormat("<select class=\"govuk-select{0}\" id=\"{1}\" name=\"{1}\"{2}>", Error is null ? "" : " govuk-select--error", Name, DescribedBy());
        foreach (var choice in Choices)
        {
            html.AppendFormat("<option value=\"{0}\"{1}>{2}</option>", choice.Value, new HtmlString(choice.Value == Text ? " selected" : ""), choice.Text);
        }

        html.AppendHtml("</select>");
    }
}
