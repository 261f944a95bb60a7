using System.Text.Json;
using System.Text.RegularExpressions;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds.Content;

/// <summary>Reads texts that people write.</summary>
internal static partial class FieldText
{
    public static readonly Words CoverRule = new(
        "must be a cover number: 3 to 20 capital letters, digits and hyphens, two digits at least, and never a name",
        "doit être un numéro de couverture : 3 à 20 majuscules, chiffres et tirets, deux chiffres au moins, jamais un nom");

    /// <summary>One line without control characters; null where it is none, or longer.</summary>
    public static string? Line(JsonElement value, long most) => value.ValueKind == JsonValueKind.String ? Line(value.GetString()!, most) : null;

    /// <inheritdoc cref="Line(JsonElement, long)"/>
    public static string? Line(string text, long most)
    {
        var line = text.Trim();
        return line.Length > 0 && line.Length <= most && !line.Any(c => char.IsControl(c) || IsHidden(c)) ? line : null;
    }

    /// <summary>Several lines, ended by line feeds; null where it is no text, or longer.</summary>
    public static string? Lines(JsonElement value, long most)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var text = value.GetString()!.ReplaceLineEndings("\n").Trim();
        return text.Length > 0 && text.Length <= most && !text.Any(c => (char.IsControl(c) && c is not ('\n' or '\t')) || IsHidden(c)) ? text : null;
    }

    /// <summary>A cover number as it is written; null where it may be something else.</summary>
    public static string? CoverNumber(string? text) => text is not null && Cover().IsMatch(text) && text.Count(char.IsAsciiDigit) >= 2 ? text : null;

    // What turns the direction of writing, or stands for a line of its own, makes a text read otherwise than it is.
    private static bool IsHidden(char c) => c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u2028' or '\u2029' or '\uFEFF';

    [GeneratedRegex(@"\A(?=.{3,20}\z)[A-Z0-9]+(-[A-Z0-9]+)*\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Cover();
}
