using System.Globalization;

namespace Comity.Emrtd.Mrz;

/// <summary>From text as scanned to lines of a format.</summary>
internal static class MrzScan
{
    /// <summary>One line that is not blank, and where it stood.</summary>
    private readonly record struct Row(string Text, int Line, int Column);

    public static MachineReadableZone Read(ReadOnlySpan<char> text)
    {
        if (text.Length > MachineReadableZone.MaxInput)
            return new MachineReadableZone.Unrecognisable(MrzRefusalReason.TooLong, 1, 1, Text(text.Length), Text(MachineReadableZone.MaxInput));

        var rows = Split(text);
        if (rows.Count == 0) return new MachineReadableZone.Unrecognisable(MrzRefusalReason.Empty, 1, 1);

        if (TryFit(rows, out var layout, out var lines, out var findings, out var refusal)
            || (TryRunTogether(rows, out layout, out lines) && (findings = [BreaksLost(layout)]) is not null))
        {
            RaiseLowerCase(lines, findings);
            return new MrzReader(Reconsider(layout, lines), lines).Read(findings);
        }
        return refusal;
    }

    private static List<Row> Split(ReadOnlySpan<char> text)
    {
        var rows = new List<Row>();
        var number = 0;
        while (true)
        {
            number++;
            var end = text.IndexOfAny('\r', '\n');
            var line = end < 0 ? text : text[..end];
            var start = line.Length - line.TrimStart().TrimStart('\uFEFF').TrimStart().Length;
            var content = line[start..].TrimEnd();
            if (!content.IsEmpty) rows.Add(new(content.ToString(), number, start + 1));
            if (end < 0) return rows;
            text = text[(end + (text[end..].StartsWith("\r\n") ? 2 : 1))..];
        }
    }

    private static bool TryFit(
        List<Row> rows, out MrzLayout layout, out string[] lines, out List<MrzFinding> findings, out MachineReadableZone.Unrecognisable refusal)
    {
        (layout, lines, findings) = (MrzLayout.Of(MrzFormat.Td3), [], []);
        refusal = new(MrzRefusalReason.LineCount, rows[^1].Line, rows[^1].Column, Text(rows.Count), "2 or 3");
        var visa = rows[0].Text[0] is 'V' or 'v';
        MrzFormat[] candidates = rows.Count switch
        {
            3 => [MrzFormat.Td1],
            2 => visa ? [MrzFormat.MrvA, MrzFormat.MrvB] : [MrzFormat.Td3, MrzFormat.Td2],
            _ => [],
        };
        // The format nearest in length is tried last, so that a refusal speaks of what was probably meant.
        foreach (var candidate in candidates.Select(MrzLayout.Of).OrderByDescending(c => rows.Sum(r => Math.Abs(r.Text.Length - c.Width))))
        {
            layout = candidate;
            if (TryFit(rows, candidate, out lines, out findings, out refusal)) return true;
        }
        return false;
    }

    /// <summary>Takes lines of the right length, and mends a line whose end is mere fillers if another is right.</summary>
    private static bool TryFit(
        List<Row> rows, MrzLayout layout, out string[] lines, out List<MrzFinding> findings, out MachineReadableZone.Unrecognisable refusal)
    {
        (lines, findings) = (new string[rows.Count], []);
        refusal = new(MrzRefusalReason.LineLength, 1, 1);
        var exact = rows.Any(r => r.Text.Length == layout.Width);
        for (var i = 0; i < rows.Count; i++)
        {
            var (text, line, column) = rows[i];
            var mendable = exact && layout.EndsOpen(i + 1) && text.AsSpan().TrimEnd('<').Length <= layout.Width;
            if (text.Length != layout.Width && !mendable)
            {
                refusal = new(MrzRefusalReason.LineLength, line, column + Math.Min(text.Length, layout.Width), Text(text.Length), Text(layout.Width));
                return false;
            }
            if (text.Length != layout.Width)
            {
                var code = text.Length < layout.Width ? MrzFindingCode.LineTooShort : MrzFindingCode.LineTooLong;
                findings.Add(new(code, MrzPart.Line, new(i + 1, 1, layout.Width), Text(text.Length), Text(layout.Width)));
            }
            lines[i] = text.PadRight(layout.Width, '<')[..layout.Width];
        }
        return true;
    }

    /// <summary>Cuts one run of 72, 88 or 90 characters, whatever white space is left in it.</summary>
    private static bool TryRunTogether(List<Row> rows, out MrzLayout layout, out string[] lines)
    {
        (layout, lines) = (MrzLayout.Of(MrzFormat.Td3), []);
        // Lines of wrong length without any space between must not be cut anew: characters would move between fields.
        if (rows.Count > 1 && !rows.Exists(r => r.Text.AsSpan().ContainsAny(' ', '\t'))) return false;

        var run = string.Concat(rows.SelectMany(r => r.Text.Where(c => !char.IsWhiteSpace(c))));
        var visa = run is ['V' or 'v', ..];
        if (run.Length is not (72 or 88 or 90)) return false;
        layout = MrzLayout.Of(run.Length switch
        {
            90 => MrzFormat.Td1,
            88 => visa ? MrzFormat.MrvA : MrzFormat.Td3,
            _ => visa ? MrzFormat.MrvB : MrzFormat.Td2,
        });
        var width = layout.Width;
        lines = [.. Enumerable.Range(0, layout.LineCount).Select(i => run.Substring(i * width, width))];
        return true;
    }

    /// <summary>
    /// Where the first letter says nothing, a wrong composite digit speaks for a visa, which has none: so a misread V
    /// does not shift the fields after it.
    /// </summary>
    private static MrzLayout Reconsider(MrzLayout layout, string[] lines)
    {
        if (layout.LineCount == 3 || layout.IsVisa || lines[0][0] is 'P' or 'A' or 'C' or 'I') return layout;
        var composite = new MrzChecker(layout, new MrzText(lines)).CheckComposite(layout.Composite!.Value, othersHold: false, []);
        return composite.Outcome == MrzCheckOutcome.Holds ? layout
            : MrzLayout.Of(layout.Format == MrzFormat.Td3 ? MrzFormat.MrvA : MrzFormat.MrvB);
    }

    private static MrzFinding BreaksLost(MrzLayout layout) => new(MrzFindingCode.LineBreaksLost, MrzPart.Line, new(1, 1, layout.Width));

    private static void RaiseLowerCase(string[] lines, List<MrzFinding> findings)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var first = lines[i].AsSpan().IndexOfAnyInRange('a', 'z');
            if (first < 0) continue;
            findings.Add(new(MrzFindingCode.LowerCase, MrzPart.Line, new(i + 1, first + 1, 1)));
            lines[i] = string.Concat(lines[i].Select(c => char.IsAsciiLetterLower(c) ? (char)(c - 'a' + 'A') : c));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
