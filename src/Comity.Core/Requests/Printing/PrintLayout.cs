using System.Text;

namespace Comity.Core.Requests.Printing;

/// <summary>One line of a page.</summary>
/// <param name="Text">What it says; empty for a gap.</param>
/// <param name="Size">In points.</param>
/// <param name="IsBold">Whether it is bold.</param>
/// <param name="Indent">From the left margin, in points.</param>
/// <param name="KeepsWithNext">Whether the next line must stand on the same page.</param>
internal sealed record PrintLine(string Text, double Size = PrintLayout.Body, bool IsBold = false, double Indent = 0, bool KeepsWithNext = false)
{
    /// <summary>From this line's top to the next one's.</summary>
    public double Height => Size * 1.35;
}

/// <summary>Breaks texts into lines and lines into pages. Sizes are such that a fax of 200 × 100 dots an inch can be read.</summary>
internal static class PrintLayout
{
    public const double PageWidth = 595, PageHeight = 842, Margin = 56, Body = 10.5, Small = 9, Heading = 12.5;

    public static double Width => PageWidth - (2 * Margin);

    /// <summary>A text as lines of at most the page's width; a character that the typeface lacks is shown by its number.</summary>
    public static IEnumerable<PrintLine> Wrap(string text, PrintLine like)
    {
        var face = like.IsBold ? Typeface.Bold : Typeface.Regular;
        var room = Width - like.Indent;
        foreach (var line in text.Split('\n'))
        {
            foreach (var part in Break(Show(line, face), face, like.Size, room))
            {
                yield return like with { Text = part };
            }
        }
    }

    private static string Show(string text, Typeface face)
    {
        if (text.EnumerateRunes().All(rune => face.Has(rune.Value)))
        {
            return text;
        }

        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value == '\t' ? shown.Append("    ") : face.Has(rune.Value) ? shown.Append(rune) : shown.Append($"[U+{rune.Value:X4}]");
        }

        return shown.ToString();
    }

    private static IEnumerable<string> Break(string text, Typeface face, double size, double room)
    {
        var lead = text.Length - text.TrimStart(' ').Length;
        var line = new StringBuilder(text[..lead]);
        var isEmpty = true;
        foreach (var word in text[lead..].Split(' '))
        {
            var rest = word;
            if (!isEmpty && face.Width(line + " " + rest, size) <= room)
            {
                line.Append(' ').Append(rest);
                continue;
            }

            if (!isEmpty)
            {
                yield return line.ToString();
                line.Clear().Append(' ', lead);
            }

            while (face.Width(line + rest, size) > room)
            {
                var fits = Fits(line.ToString(), rest, face, size, room);
                yield return line + rest[..fits];
                line.Clear().Append(' ', lead);
                rest = rest[fits..];
            }

            line.Append(rest);
            isEmpty = false;
        }

        yield return line.ToString();
    }

    // A hash or an address longer than a line is broken between two characters, never within one.
    private static int Fits(string line, string word, Typeface face, double size, double room)
    {
        var fits = 1;
        while (fits < word.Length && face.Width(line + word[..(fits + 1)], size) <= room)
        {
            fits++;
        }

        return char.IsHighSurrogate(word[fits - 1]) ? Math.Max(fits - 1, 2) : fits;
    }

    /// <summary>Deals lines to pages.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="first">The room on the first page, in points.</param>
    /// <param name="later">The room on each other page.</param>
    public static List<List<PrintLine>> Paginate(IReadOnlyList<PrintLine> lines, double first, double later)
    {
        var pages = new List<List<PrintLine>> { new() };
        var left = first;
        for (var i = 0; i < lines.Count; i++)
        {
            var needed = lines[i].Height;
            for (var next = i; lines[next].KeepsWithNext && next + 1 < lines.Count; next++)
            {
                needed += lines[next + 1].Height;
            }

            if (needed > left && pages[^1].Count > 0)
            {
                pages.Add([]);
                left = later;
            }

            if (lines[i].Text.Length > 0 || pages[^1].Count > 0)
            {
                pages[^1].Add(lines[i]);
                left -= lines[i].Height;
            }
        }

        return pages;
    }
}
