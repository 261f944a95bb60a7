using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Comity.Core.Web.Pages.Tags;

/// <summary><c>&lt;c-text name label hint width … /&gt;</c>: one line.</summary>
[HtmlTargetElement("c-text")]
public sealed class TextTag : FieldTag
{
    /// <summary>text (default), search, password, date, number, email, tel.</summary>
    public string Type { get; set; } = "text";

    /// <summary>How many characters wide: 2, 3, 4, 5, 10, 20 or 30; 0 for the whole width.</summary>
    public int Width { get; set; }

    /// <summary>The most characters; 0 for no limit.</summary>
    public int Most { get; set; }

    /// <summary>What browsers may fill in (autocomplete); default off.</summary>
    public string Autocomplete { get; set; } = "off";

    /// <summary>Whether the cursor stands here when the page opens.</summary>
    public bool Focus { get; set; }

    /// <summary>Whether it is a code or number: no spelling, letters of one width.</summary>
    public bool Code { get; set; }

    /// <summary>The keyboard of a telephone or tablet: numeric, …; null for the usual.</summary>
    public string? Inputmode { get; set; }

    /// <inheritdoc/>
    protected override void Write(HtmlContentBuilder html, IHtmlContent inside)
    {
        WriteLabel(html);
        WriteHintAndError(html);
        html.AppendFormat(
            "<input class=\"govuk-input{0}{1}{2}\" id=\"{3}\" name=\"{3}\" type=\"{4}\" value=\"{5}\" autocomplete=\"{6}\"{7}",
            Width > 0 ? $" govuk-input--width-{Width}" : "", Code ? " comity-number" : "", Error is null ? "" : " govuk-input--error", Name, Type, Type == "password" ? "" : Text, Autocomplete, DescribedBy());
        html.AppendHtml(Code ? " spellcheck=\"false\" autocapitalize=\"characters\"" : "");
        html.AppendHtml(Focus ? " autofocus" : "");
        if (Most > 0)
        {
            html.AppendFormat(" maxlength=\"{0}\"", Most);
        }

        if (Inputmode is not null)
        {
            html.AppendFormat(" inputmode=\"{0}\"", Inputmode);
        }

        html.AppendHtml(">");
    }
}

/// <summary><c>&lt;c-area name label hint rows /&gt;</c>: several lines.</summary>
[HtmlTargetElement("c-area")]
public sealed class AreaTag : FieldTag
{
    /// <summary>How many lines high. Default: 3.</summary>
    public int Rows { get; set; } = 3;

    /// <summary>Whether a scanner types into it: the lines of a machine-readable zone.</summary>
    public bool Scan { get; set; }

    /// <summary>Whether the cursor stands here when the page opens.</summary>
    public bool Focus { get; set; }

    /// <inheritdoc/>
    protected override void Write(HtmlContentBuilder html, IHtmlContent inside)
    {
        WriteLabel(html);
        WriteHintAndError(html);
        html.AppendFormat(
            "<textarea class=\"govuk-textarea{0}{1}\" id=\"{2}\" name=\"{2}\" rows=\"{3}\" autocomplete=\"off\"{4}{5}",
            Scan ? " comity-scan" : "", Error is null ? "" : " govuk-textarea--error", Name, Rows, DescribedBy(), new HtmlString(Scan ? " data-scan spellcheck=\"false\" autocapitalize=\"characters\"" : ""));
        html.AppendHtml(Focus ? " autofocus>" : ">");
        html.AppendFormat("\n{0}</textarea>", Text);   // a line feed right after the tag is not part of the text
    }
}

/// <summary><c>&lt;c-file name label hint accept /&gt;</c>: a file to send.</summary>
[HtmlTargetElement("c-file")]
public sealed class FileTag : FieldTag
{
    /// <summary>The kinds of file that are offered: .csv,.jsonl.</summary>
    public string Accept { get; set; } = "";

    /// <inheritdoc/>
    protected override void Write(HtmlContentBuilder html, IHtmlContent inside)
    {
        WriteLabel(html);
        WriteHintAndError(html);
        html.AppendFormat(
            "<input class=\"govuk-file-upload{0}\" id=\"{1}\" name=\"{1}\" type=\"file\" accept=\"{2}\"{3}>", Error is null ? "" : " govuk-file-upload--error", Name, Accept, DescribedBy());
    }
}
