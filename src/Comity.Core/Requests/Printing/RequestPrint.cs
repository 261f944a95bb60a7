using System.Globalization;
using Comity.Core.Members;
using Comity.Core.Requests.Conditions;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Content;

namespace Comity.Core.Requests.Printing;

/// <summary>The printed form of a request, from its kind's declaration: what a State without a node is sent, and what goes to a file.</summary>
public static class RequestPrint
{
    private const double HeadGap = 10;
    private const double MostOfPage = 0.45;

    /// <summary>Prints, where the conditions that bind let it.</summary>
    public static PrintResult Print(PrintJob job)
    {
        var verdict = ConditionRule.Decide(new ExitAct.Print(), job.Conditions, job.Permissions, job.PrintedAt);
        if (verdict is not ConditionVerdict.Allowed)
        {
            return new PrintResult.Refused(verdict);
        }

        var head = Head(job).ToList();
        var full = Conditions(job, inFull: true).ToList();
        var tooMany = Height(full) > PrintLayout.PageHeight * MostOfPage;
        var foot = tooMany ? Conditions(job, inFull: false).ToList() : full;
        var body = tooMany ? [.. full, .. Body(job)] : Body(job).ToList();
        var room = PrintLayout.PageHeight - (2 * PrintLayout.Margin) - Height(head) - Height(foot) - (2 * PrintLayout.Small * 1.35) - (2 * HeadGap);
        var pages = PrintLayout.Paginate(body, room, room);

        var document = new PdfForm(job.Kind.Form.Heading.In(job.Language), job.Reference, job.Language == PrintLanguage.Fr ? "fr" : "en", job.PrintedAt);
        foreach (var (index, lines) in pages.Index())
        {
            Draw(document.AddPage(), job, head, lines, foot, index + 1, pages.Count);
        }

        return new PrintResult.Printed(document.ToBytes(), pages.Count);
    }

    private static IEnumerable<PrintLine> Head(PrintJob job)
    {
        var bold = new PrintLine("", IsBold: true);
        IEnumerable<PrintLine> lines =
        [
            .. job.Realm == Realm.Exercise ? PrintLayout.Wrap(PrintWords.Exercise.In(job.Language), bold) : [],
            .. PrintLayout.Wrap(job.Kind.Form.Heading.In(job.Language), bold with { Size = PrintLayout.Heading }),
            .. job.Kind.Form.Notice is { } notice ? PrintLayout.Wrap(notice.In(job.Language), bold) : [],
            .. Pair(job, PrintWords.Reference, job.Reference),
            .. job.OtherReference is { } other ? Pair(job, PrintWords.OtherReference, other) : [],
            .. PrintLayout.Wrap($"{PrintWords.From.In(job.Language)}: {job.From.In(job.Language)}    {PrintWords.To.In(job.Language)}: {job.To.In(job.Language)}", new PrintLine("")),
        ];
        return lines;
    }

    private static IEnumerable<PrintLine> Conditions(PrintJob job, bool inFull)
    {
        if (job.Conditions.Count == 0)
        {
            yield break;
        }

        var title = PrintWords.Conditions.In(job.Language) + (inFull ? "" : $" ({PrintWords.InFull.In(job.Language)})");
        foreach (var line in PrintLayout.Wrap(title, new PrintLine("", PrintLayout.Small, IsBold: true)))
        {
            yield return line;
        }

        var texts = inFull ? job.Conditions.Select(condition => $"• {condition.Text.In(job.Language)}") : [string.Join(", ", job.Conditions.Select(Title))];
        foreach (var line in texts.SelectMany(text => PrintLayout.Wrap(text, new PrintLine("", PrintLayout.Small))))
        {
            yield return line;
        }

        string Title(StandingCondition standing) => job.Kind.Condition(standing.Name)?.Title.In(job.Language) ?? standing.Name;
    }

    private static IEnumerable<PrintLine> Body(PrintJob job) =>
    [
        .. Pair(job, PrintWords.Urgency, PrintWords.Spell(job.Urgency).In(job.Language)),
        .. Pair(job, PrintWords.Purpose, job.Purpose.ToString()),
        .. Pair(job, PrintWords.PrintedAt, Spell(job.PrintedAt)),
        .. job.Kind.Form.Sections.SelectMany(section => Section(job, section.Title.In(job.Language), job.Ask, section.Fields)),
        .. Clocks(job),
        .. job.Acts.Count > 0 ? Title(PrintWords.Since.In(job.Language)) : [],
        .. job.Acts.SelectMany(act => Act(job, act)),
        .. Title(PrintWords.Sources.In(job.Language)),
        .. job.Kind.Sources.SelectMany(source => PrintLayout.Wrap($"• {source.Title.In(job.Language)}", new PrintLine("", PrintLayout.Small))),
        .. Seal(job),
    ];

    private static IEnumerable<PrintLine> Title(string text) =>
        [new PrintLine("", 6), .. PrintLayout.Wrap(text, new PrintLine("", PrintLayout.Heading, IsBold: true, KeepsWithNext: true))];

    private static IEnumerable<PrintLine> Section(PrintJob job, string title, ActContent content, IEnumerable<string> names)
    {
        var fields = names.Select(name => content.Act.Field(name)!).Where(field => Shows(job, field) && content.Values[field.Name] is not null).ToList();
        return fields.Count == 0 ? [] : [.. Title(title), .. fields.SelectMany(field => Field(job, field, content))];
    }

    private static bool Shows(PrintJob job, KindField field) => job.Reader switch
    {
        PrintReader.Partner => field.Leaves == Leaving.WithAct,
        PrintReader.PartnerWhoAccepted => field.Leaves != Leaving.Never,
        _ => true,
    };

    private static IEnumerable<PrintLine> Field(PrintJob job, KindField field, ActContent content) =>
    [
        .. PrintLayout.Wrap(field.Label.In(job.Language), new PrintLine("", PrintLayout.Small, IsBold: true, KeepsWithNext: true)),
        .. PrintedValue.Lines(field, content.Values[field.Name]!, job.Language).SelectMany(line => PrintLayout.Wrap(line, new PrintLine("", Indent: 12))),
        new PrintLine("", 3),
    ];

    private static IEnumerable<PrintLine> Clocks(PrintJob job)
    {
        if (job.Clocks.Count == 0)
        {
            return [];
        }

        return
        [
            .. Title(PrintWords.Clocks.In(job.Language)),
            .. job.Clocks.SelectMany(one => PrintLayout.Wrap(
                $"• {one.Clock.Title.In(job.Language)}: {(one.Due is { } due ? $"{PrintWords.Due.In(job.Language)} {Spell(due)}" : PrintWords.NoTerm.In(job.Language))}"
                    + $" ({(one.Clock.Source is { } source ? job.Kind.Source(source)!.Title : PrintWords.NetworkTerm).In(job.Language)})",
                new PrintLine(""))),
        ];
    }

    private static IEnumerable<PrintLine> Act(PrintJob job, PrintedAct act) =>
    [
        .. PrintLayout.Wrap($"{Spell(act.At)}  {act.By.In(job.Language)}: {act.Content.Act.Title.In(job.Language)}", new PrintLine("", IsBold: true, KeepsWithNext: act.Content.Values.Count > 0)),
        .. act.Authority is { } authority ? PrintLayout.Wrap($"{PrintWords.Authority.In(job.Language)}: {authority}", new PrintLine("", PrintLayout.Small, KeepsWithNext: act.Content.Values.Count > 0)) : [],
        .. act.Content.Act.Fields.Where(field => Shows(job, field) && act.Content.Values[field.Name] is not null).SelectMany(field => Field(job, field, act.Content)),
        new PrintLine("", 4),
    ];

    private static IEnumerable<PrintLine> Seal(PrintJob job) =>
    [
        .. Title(PrintWords.Verify.In(job.Language)),
        .. PrintLayout.Wrap(PrintWords.VerifyHow.In(job.Language), new PrintLine("", PrintLayout.Small)),
        .. Pair(job, PrintWords.Digest, job.Seal.Digest),
        .. job.Seal is { KeyId: { } key, Signature: { } signature }
            ? [.. Pair(job, PrintWords.Key, key), .. Pair(job, PrintWords.Signature, signature)]
            : PrintLayout.Wrap(PrintWords.Unsigned.In(job.Language), new PrintLine("", IsBold: true)),
    ];

    private static IEnumerable<PrintLine> Pair(PrintJob job, Registers.Words label, string value) => PrintLayout.Wrap($"{label.In(job.Language)}: {value}", new PrintLine(""));

    private static string Spell(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static double Height(IEnumerable<PrintLine> lines) => lines.Sum(line => line.Height);

    private static void Draw(PdfPage page, PrintJob job, List<PrintLine> head, List<PrintLine> lines, List<PrintLine> foot, int number, int count)
    {
        var top = Lines(page, head, PrintLayout.Margin);
        page.Rule(top + (HeadGap / 2));
        Lines(page, lines, top + HeadGap);

        var last = new PrintLine("", PrintLayout.Small);
        var below = PrintLayout.PageHeight - PrintLayout.Margin - Height(foot) - (2 * last.Height);
        page.Rule(below - (HeadGap / 2));
        var under = Lines(page, foot, below);
        Lines(
            page,
            [
                last with { Text = $"{PrintWords.Code.In(job.Language)}: {job.Seal.Code}    {job.Reference}", IsBold = true },
                last with { Text = $"{PrintWords.Page.In(job.Language)} {number} {PrintWords.Of.In(job.Language)} {count}" },
            ],
            under);
    }

    private static double Lines(PdfPage page, IEnumerable<PrintLine> lines, double top)
    {
        foreach (var line in lines)
        {
            if (line.Text.Length > 0)
            {
                page.Write(line.Text, line.IsBold, line.Size, PrintLayout.Margin + line.Indent, top + line.Size);
            }

            top += line.Height;
        }

        return top;
    }
}
