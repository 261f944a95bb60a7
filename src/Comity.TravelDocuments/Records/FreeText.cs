using Comity.Core.Registers;
using System.Buffers;

namespace Comity.TravelDocuments.Records;

/// <summary>
/// Text that people write into a record. Records go to every partner, so text names nobody: what is plainly a line
/// of a machine-readable zone, an e-mail address or a labelled date of birth is refused.
/// </summary>
internal static class FreeText
{
    private const int ShortestZoneLine = 28;
    private const int ShortestFilledRun = 10;

    private static readonly SearchValues<string> BirthLabels = SearchValues.Create(
        ["date of birth", "birth date", "birthdate", "born on", "d.o.b", "dob", "date de naissance", "né le", "née le",
         "geburtsdatum", "geboren am", "fecha de nacimiento", "дата рождения"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Trims a text and makes every line end a line feed.</summary>
    /// <returns>The text, or null where nothing is left.</returns>
    public static string? Tidy(string? text)
    {
        if (text is null) return null;
        if (text.Contains('\r')) text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        text = text.Trim();
        return text.Length == 0 ? null : text;
    }

    /// <summary>What is wrong with a tidy text.</summary>
    /// <param name="text">A text as <see cref="Tidy"/> gave it.</param>
    /// <param name="maxLength">The most UTF-16 units.</param>
    /// <param name="mayGiveAddress">Whether an e-mail address is welcome, as where it says whom to write to.</param>
    /// <returns>What is wrong, or null where nothing is.</returns>
    public static Words? Refusal(string text, int maxLength, bool mayGiveAddress = false)
    {
        if (text.Length > maxLength) return new($"has {text.Length} characters; at most {maxLength} are allowed", $"compte {text.Length} caractères ; {maxLength} au plus sont admis");
        if (HasForbiddenCharacter(text)) return new("has a control character, an unpaired surrogate or a mark that reverses text", "contient un caractère de commande, une moitié de caractère ou une marque qui inverse le texte");
        if (HasZoneLine(text)) return new("seems to hold a line of a machine-readable zone; the text must name nobody", "semble contenir une ligne de zone de lecture automatique ; le texte ne doit nommer personne");
        if (!mayGiveAddress && HasAddress(text)) return new("seems to hold an e-mail address; the text must name nobody", "semble contenir une adresse électronique ; le texte ne doit nommer personne");
        return HasBirthLabel(text) ? new("seems to hold a date of birth; the text must name nobody", "semble contenir une date de naissance ; le texte ne doit nommer personne") : null;
    }

    private static bool HasForbiddenCharacter(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\n' or (>= ' ' and < '\u007f')) continue;
            if (char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')) return true;
            if (!char.IsSurrogate(c)) continue;
            if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return true;
            i++;
        }
        return false;
    }

    private static bool HasZoneLine(string text)
    {
        int run = 0, fillers = 0;
        foreach (var c in text)
        {
            if (c != '<' && !char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c))
            {
                run = fillers = 0;
                continue;
            }
            run++;
            if (c == '<') fillers++;
            if (run >= ShortestZoneLine || (fillers > 0 && run >= ShortestFilledRun)) return true;
        }
        return false;
    }

    private static bool HasAddress(string text)
    {
        for (var at = text.IndexOf('@', StringComparison.Ordinal); at >= 0; at = text.IndexOf('@', at + 1))
        {
            if (at > 0 && at + 1 < text.Length && char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[at + 1]))
                return true;
        }
        return false;
    }

    private static bool HasBirthLabel(string text)
    {
        var rest = text.AsSpan();
        var before = ' ';
        while (rest.IndexOfAny(BirthLabels) is >= 0 and var at)
        {
            // "abandonné le" holds "né le": a label begins a word.
            if (!char.IsLetter(at == 0 ? before : rest[at - 1])) return true;
            before = rest[at];
            rest = rest[(at + 1)..];
        }
        return false;
    }
}
