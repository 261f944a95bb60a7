using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Conditions;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Printing;
using static Comity.Core.Tests.Requests.Kinds.SampleContent;

namespace Comity.Core.Tests.Requests.Printing;

/// <summary>What is on the paper, as another program reads it out of the file (pdftotext of Debian's poppler-utils).</summary>
public sealed partial class RequestPrintTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 29, 22, 15, 0, TimeSpan.Zero);
    private static readonly string Digest = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    public static TheoryData<string, PrintLanguage> Forms =>
        [.. KindLibrary.Program.All.SelectMany(kind => new[] { PrintLanguage.En, PrintLanguage.Fr }.Select(language => (kind.Name.ToString(), language)))];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_field_that_leaves_is_on_the_form_in_its_language_and_what_stays_is_not(string name, PrintLanguage language)
    {
        var job = Job(name, language);

        var text = Text(Print(job)).Text;

        foreach (var field in job.Ask.Act.Fields.Where(field => job.Ask.Values.ContainsKey(field.Name)))
        {
            var label = Plain(In(field.Label, language));
            if (field.Leaves == Leaving.WithAct)
            {
                Assert.Contains(label, text, StringComparison.Ordinal);
                Assert.All(Expected(field, job.Ask.Values[field.Name]!, language), value => Assert.Contains(Plain(value), text, StringComparison.Ordinal));
            }
        }

        Assert.Contains(Plain(In(job.Kind.Form.Heading, language)), text, StringComparison.Ordinal);
        Assert.All(job.Kind.Form.Sections, section => Assert.Contains(Plain(In(section.Title, language)), text, StringComparison.Ordinal));
        Assert.All(job.Kind.Sources, source => Assert.Contains(Plain(In(source.Title, language)), text, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_page_carries_the_conditions_the_reference_the_code_and_its_number()
    {
        var job = Job("expedited-preservation", PrintLanguage.Fr, isLong: true) with
        {
            Conditions = [.. Kind("expedited-preservation").Conditions.Select(condition => StandingCondition.Of("UTO-5f0c9d3a1b2c4d5e", condition))],
            Realm = Realm.Exercise,
        };

        var (_, pages) = Text(Print(job));

        Assert.True(pages.Count >= 4, $"{pages.Count} pages");
        foreach (var (index, page) in pages.Index())
        {
            Assert.All(job.Conditions, condition => Assert.Contains(Plain(condition.Text.Fr), page, StringComparison.Ordinal));
            Assert.Contains("0123 4567 89AB CDEF 0123", page, StringComparison.Ordinal);
            Assert.Contains("UTO-5f0c9d3a1b2c4d5e", page, StringComparison.Ordinal);
            Assert.Contains($"Page {index + 1} sur {pages.Count}", page, StringComparison.Ordinal);
            Assert.Contains("EXERCICE", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_isLongfield_goes_over_pages_whole_and_in_order()
    {
        var job = Job("expedited-preservation", PrintLanguage.En, isLong: true);

        var text = Text(Print(job)).Text;

        var numbers = Numbered().Matches(text).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(1, 700), numbers);
    }

    [Fact]
    public void Letters_of_other_alphabets_are_printed_and_what_the_typeface_lacks_is_shown_by_its_number()
    {
        var ask = Kind("training-offer").Act(RequestKind.Ask)!;
        var values = Of(ask);
        values["name"] = "Œuvre, Łódź, Ðakovo, Ἀθῆναι, Киев, Ş, ẞ, €, 東";
        Assert.True(TryRead(ask, values, out var content, out _));

        var text = Text(Print(Job("training-offer", PrintLanguage.En) with { Ask = content! })).Text;

        Assert.Contains("Œuvre, Łódź, Ðakovo, Ἀθῆναι, Киев, Ş, ẞ, €, [U+6771]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Clocks_acts_and_the_signature_are_on_it_and_a_draft_says_that_it_is_one()
    {
        var kind = Kind("expedited-preservation");
        var preserved = kind.Act("preserved")!;
        Assert.True(TryRead(preserved, Of(preserved), out var content, out _));
        var job = Job("expedited-preservation", PrintLanguage.En) with
        {
            Acts = [new PrintedAct(At, new Words("Arcadia", "Arcadie"), content!, "Duty desk, duty-officer")],
            Clocks = [new PrintedClock(kind.Clocks.Single(clock => clock.Name == "kept"), At.AddDays(60)), new PrintedClock(kind.Clocks.Single(clock => clock.Name == "kept-until-decided"), null)],
        };

        var text = Text(Print(job)).Text;
        Assert.Contains("Kept for at least sixty days: due 2026-05-28 22:15 UTC (Convention on Cybercrime, article 29(7))", text, StringComparison.Ordinal);
        Assert.Contains("without term, until it is ended", text, StringComparison.Ordinal);
        Assert.Contains("2026-03-29 22:15 UTC Arcadia: Provider confirms preservation", text, StringComparison.Ordinal);
        Assert.Contains("Office, as its State claims: Duty desk, duty-officer", text, StringComparison.Ordinal);
        Assert.Contains(Digest, text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("NOT SIGNED", text, StringComparison.Ordinal);

        var signed = Text(Print(job with { Seal = new PrintSeal(Digest, "kid-of-utopia", new string('s', 86)) })).Text;
        Assert.DoesNotContain("NOT SIGNED", signed, StringComparison.Ordinal);
        Assert.Contains("kid-of-utopia", signed, StringComparison.Ordinal);
    }

    [Fact]
    public void What_waits_for_acceptance_is_printed_only_after_it_and_what_stays_only_for_the_own_file()
    {
        var hit = Job("document-hit-confirmation", PrintLanguage.En);
        Assert.DoesNotContain("Bearer as the document says", Text(Print(hit)).Text, StringComparison.Ordinal);
        Assert.Contains("Bearer as the document says", Text(Print(hit with { Reader = PrintReader.PartnerWhoAccepted })).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_that_forbids_printing_stops_the_print_and_the_permission_lets_it_go()
    {
        var job = Job("training-offer", PrintLanguage.En);
        var forbids = new StandingCondition("UTO-1", "lead-only", new Words("No", "Non"), [Exit.Print], []);
        var asks = new StandingCondition("UTO-1", "ask", new Words("Ask", "Demander"), [], [Exit.Print]);

        Assert.IsType<ConditionVerdict.Forbidden>(Assert.IsType<PrintResult.Refused>(RequestPrint.Print(job with { Conditions = [forbids] })).Verdict);
        Assert.IsType<ConditionVerdict.AskFirst>(Assert.IsType<PrintResult.Refused>(RequestPrint.Print(job with { Conditions = [asks] })).Verdict);
        Assert.IsType<PrintResult.Printed>(RequestPrint.Print(job with { Conditions = [asks], Permissions = [new Permission("UTO-1", "ask", Exit.Print)] }));
    }

    [Fact]
    public void Conditions_that_would_fill_the_page_stand_in_full_on_the_first_and_by_name_on_each()
    {
        var job = Job("training-offer", PrintLanguage.En) with
        {
            Conditions = [.. Enumerable.Range(1, 40).Select(i => new StandingCondition("UTO-1", $"condition-{i}", new Words($"Number {i}: " + string.Concat(Enumerable.Repeat("not to be passed on ", 8)), "x"), [], []))],
        };

        var (text, pages) = Text(Print(job));

        Assert.All(Enumerable.Range(1, 40), i => Assert.Contains($"Number {i}: not to be passed on", text, StringComparison.Ordinal));
        Assert.All(pages, page => Assert.Contains("condition-40", page, StringComparison.Ordinal));
    }

    private static PrintJob Job(string name, PrintLanguage language, bool isLong = false)
    {
        var kind = Kind(name);
        var values = Of(kind.Act(RequestKind.Ask)!);
        if (isLong)
        {
            values["facts"] = string.Join("\n", Enumerable.Range(1, 700).Select(i => $"Fait {i}#."));
        }

        Assert.True(TryRead(kind.Act(RequestKind.Ask)!, values, out var ask, out var faults), string.Join('\n', faults));
        return new PrintJob
        {
            Kind = kind, Language = language, Reader = PrintReader.Partner, Reference = "UTO-5f0c9d3a1b2c4d5e", OtherReference = "XAR/2026/17",
            From = new Words("Utopia", "Utopie"), To = new Words("Arcadia", "Arcadie"), Realm = Realm.Live, Urgency = kind.Urgencies[0], Purpose = kind.Purposes[0],
            Ask = ask!, Seal = new PrintSeal(Digest, null, null), PrintedAt = At,
        };
    }

    private static IEnumerable<string> Expected(KindField field, JsonNode value, PrintLanguage language) => (value is JsonArray list ? list[0]! : value) switch
    {
        JsonObject parts when field.Type == FieldType.Amount => [$"{parts["value"]} {parts["currency"]}"],
        JsonObject parts => parts.Where(part => part.Key is not ("at" or "until")).Select(part => part.Value!.ToString()),
        var one => field.Type switch
        {
            FieldType.Choice => [In(field.Choices.Single(choice => choice.Name == one.ToString()).Label, language)],
            FieldType.YesNo => [language == PrintLanguage.Fr ? "Oui" : "Yes"],
            FieldType.Instant => ["2026-03-29 23:52:00 +02:00 (Europe/Paris)"],
            _ => one.ToString().Split('\n'),
        },
    };

    private static string In(Words words, PrintLanguage language) => language == PrintLanguage.Fr ? words.Fr : words.En;

    private static byte[] Print(PrintJob job) => Assert.IsType<PrintResult.Printed>(RequestPrint.Print(job)).Pdf;

    private static (string Text, IReadOnlyList<string> Pages) Text(byte[] pdf)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/pdftotext"), "pdftotext is not here (Debian: poppler-utils)");
        using var tool = Process.Start(new ProcessStartInfo("/usr/bin/pdftotext", "-layout -enc UTF-8 - -") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var reading = Task.Run(tool.StandardOutput.ReadToEnd);
        tool.StandardInput.BaseStream.Write(pdf);
        tool.StandardInput.Close();
        tool.WaitForExit();
        Assert.Equal(0, tool.ExitCode);
        var pages = reading.Result.Split('\f', StringSplitOptions.RemoveEmptyEntries).Select(Plain).ToList();
        return (string.Join(" ", pages), pages);
    }

    // A line may be broken anywhere between two words.
    private static string Plain(string text) => Blank().Replace(text, " ").Trim();

    [GeneratedRegex(@"[\s\u00A0\u202F]+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"Fait ([0-9]+)#")]
    private static partial Regex Numbered();
}
