using System.Text;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Reading;

namespace Comity.Core.Tests.Requests.Kinds;

public sealed class KindReaderTests
{
    private const string Good = """
        kind: sample-kind
        version: 1
        title: {en: Sample, fr: Exemple}
        help: {en: For tests., fr: Pour les tests.}
        sources:
          treaty: {en: "Treaty, article 1", fr: "Traité, article 1"}
        purposes: [testing]
        languages: [en, fr]
        urgencies: [routine]
        retention: 30 days
        who:
          asking: {drafts: duty-officer, approves: supervisor}
          asked: {drafts: duty-officer, approves: []}
        acts:
          ask:
            en: Ask
            fr: Demander
            by: asking
            step: ask
            fields:
              what: {en: What, fr: Quoi, type: text, max: 40}
              urgent: {en: Urgent, fr: Urgent, type: yes-no}
              why: {en: Why, fr: Pourquoi, type: long-text, when: {field: urgent, is: "yes"}}
              due: {en: Due, fr: Échéance, type: date}
          answer:
            en: Answer
            fr: Répondre
            by: asked
            step: answer
            fields:
              result: {en: Result, fr: Résultat, type: long-text}
        clocks:
          answer:
            en: Answer
            fr: Répondre
            owed: asked
            starts: delivered
            stops: [answered]
            at-most: 10 days
            alarms: [3 days]
            source: treaty
        grounds:
          national-law: {en: National law, fr: Droit national}
        form:
          en: Sample
          fr: Exemple
          sections:
            - {en: All, fr: Tout, fields: [what, urgent, why, due]}
        """;

    [Fact]
    public void A_sound_file_is_read()
    {
        var kind = Read(Good);

        Assert.Equal("sample-kind", kind.Name.ToString());
        Assert.True(kind.Act("ask")!.NeedsTwoPersons);
        Assert.False(kind.Act("answer")!.NeedsTwoPersons);
        Assert.Equal(40, kind.Act("ask")!.Field("what")!.Max);
        Assert.Equal(new Term(10, TermUnit.Days), kind.Clocks[0].TermFor(Urgency.Routine)!.AtMost);
        Assert.NotNull(kind.Act("withdraw"));
    }

    [Theory]
    [InlineData("version: 1", "version: one", "version", "must be a whole number")]
    [InlineData("version: 1\n", "", "version", "is missing")]
    [InlineData("fr: Exemple}\nhelp", "de: Beispiel}\nhelp", "title.fr", "is missing")]
    [InlineData("retention: 30 days", "retention: 30 moons", "retention", "must be a term")]
    [InlineData("retention: 30 days", "retention: 3 hours", "retention", "must be a number of days")]
    [InlineData("step: answer", "step: reply", "acts.answer.step", "must be one of ask, acknowledge")]
    [InlineData("by: asked\n    step: answer", "by: asking\n    step: answer", "acts.answer.by", "must be asked for the step answer")]
    [InlineData("step: ask\n", "step: answer\n", "acts.ask", "must have the step ask")]
    [InlineData("type: text, max: 40", "type: txt", "acts.ask.fields.what.type", "must be one of text, long-text")]
    [InlineData("type: text, max: 40", "type: text, max: 9999", "acts.ask.fields.what.max", "from 1 to 500")]
    [InlineData("type: text, max: 40", "type: choice", "acts.ask.fields.what.choices", "at least two")]
    [InlineData("type: text, max: 40", "type: subject", "acts.ask.fields.what.register", "is missing")]
    [InlineData("type: text, max: 40", "type: text, requird: no", "acts.ask.fields.what.requird", "is not known here")]
    [InlineData("type: text, max: 40", "type: text, at-most: 3", "acts.ask.fields.what.at-most", "is for lists")]
    [InlineData("field: urgent, is", "field: due, is", "acts.ask.fields.why.when.field", "must be a choice or yes-no")]
    [InlineData("is: \"yes\"", "is: maybe", "acts.ask.fields.why.when.is", "'maybe', which is not a value")]
    [InlineData("drafts: duty-officer, approves: []", "drafts: king, approves: []", "who.asked.drafts", "must be one of duty-officer")]
    [InlineData("starts: delivered", "starts: arrival", "clocks.answer.starts", "'arrival', which is not an act or an event")]
    [InlineData("at-most: 10 days", "at-least: 20 days\n    at-most: 10 days", "clocks.answer.at-least", "is longer than at-most")]
    [InlineData("at-most: 10 days", "at-most: {urgent: 10 days}", "clocks.answer", "which this kind has not")]
    [InlineData("at-most: 10 days", "from: due", "clocks.answer.from", "must be a date or an instant")]
    [InlineData("at-most: 10 days", "before: yes", "clocks.answer.before", "needs from and a term")]
    [InlineData("source: treaty", "source: pact", "clocks.answer.source", "is not among the sources")]
    [InlineData("fields: [what, urgent, why, due]", "fields: [what, urgent, why]", "form.sections", "leaves out due")]
    [InlineData("fields: [what, urgent, why, due]", "fields: [what, what, urgent, why, due]", "form.sections", "twice")]
    [InlineData("fields: [what, urgent, why, due]", "fields: [what, urgent, why, due, owner]", "form.sections", "'owner', which is not a field")]
    [InlineData("purposes: [testing]", "purposes: [Testing!]", "purposes[0]", "must be lower-case")]
    [InlineData("purposes: [testing]", "purposes: []", "purposes", "must be a list of 1")]
    [InlineData("languages: [en, fr]", "languages: [en, de]", "languages[1]", "must be en or fr")]
    [InlineData("version: 1", "version: 1\nversion: 2", "version", "stands twice")]
    [InlineData("help: {en", "help: !!map {en", "help", "no anchor and no tag")]
    [InlineData("help: {en", "help: &a {en", "help", "no anchor and no tag")]
    [InlineData("form:\n  en: Sample\n", "form:\n  en: *a\n", "form.en", "must not refer to another part")]
    [InlineData("retention: 30 days", "retention: [30 days", "", "is not YAML")]
    public void A_wrong_file_is_refused_with_its_line_its_part_and_the_reason(string from, string to, string path, string reason)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        var text = Good.Replace(from, to, StringComparison.Ordinal);

        Assert.False(KindReader.TryRead("sample.yaml", Encoding.UTF8.GetBytes(text), out _, out var faults));

        var fault = faults.FirstOrDefault(found => found.Path == path && found.Reason.Contains(reason, StringComparison.Ordinal));
        Assert.True(fault is not null, string.Join('\n', faults));
        Assert.True(fault.Line > 0);
        Assert.StartsWith($"sample.yaml, line {fault.Line}: ", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_has_the_line_on_which_it_stands()
    {
        var text = Good.Replace("type: yes-no", "type: maybe", StringComparison.Ordinal);
        var line = text[..text.IndexOf("type: maybe", StringComparison.Ordinal)].Count(c => c == '\n') + 1;

        Assert.False(KindReader.TryRead("sample.yaml", Encoding.UTF8.GetBytes(text), out _, out var faults));

        Assert.Contains(faults, fault => fault.Line == line && fault.Path == "acts.ask.fields.urgent.type");
    }

    [Fact]
    public void All_faults_are_told_at_once_in_order_of_their_lines()
    {
        var text = Good.Replace("version: 1", "version: x", StringComparison.Ordinal).Replace("type: date", "type: day", StringComparison.Ordinal).Replace("source: treaty", "source: pact", StringComparison.Ordinal);

        Assert.False(KindReader.TryRead("sample.yaml", Encoding.UTF8.GetBytes(text), out _, out var faults));

        Assert.Equal(["version", "acts.ask.fields.due.type", "clocks.answer.source"], faults.Select(fault => fault.Path));
    }

    [Fact]
    public void What_is_too_large_too_deep_or_no_text_is_refused_and_nothing_throws()
    {
        foreach (var bytes in new[]
        {
            Encoding.UTF8.GetBytes("kind: " + new string('x', 300_000)),
            Encoding.UTF8.GetBytes("kind: " + new string('[', 5000)),
            Encoding.UTF8.GetBytes("kind: " + string.Concat(Enumerable.Repeat("- a\n", 30_000))),
            Encoding.UTF8.GetBytes(""),
            Encoding.UTF8.GetBytes("# nothing but a comment"),
            Encoding.UTF8.GetBytes("just a text"),
            Encoding.UTF8.GetBytes(Good + "\n---\nkind: second\n"),
            [0xC3, 0x28],
            [0xFF, 0xFE, 0x00],
        })
        {
            Assert.False(KindReader.TryRead("sample.yaml", bytes, out _, out var faults));
            Assert.NotEmpty(faults);
        }
    }

    [Fact]
    public void Any_damage_to_a_file_is_read_or_refused_and_never_throws()
    {
        var bytes = Encoding.UTF8.GetBytes(Good);
        var random = new Random(20260329);
        for (var i = 0; i < 2000; i++)
        {
            var damaged = bytes.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            var read = KindReader.TryRead("sample.yaml", damaged, out var kind, out var faults);
            Assert.Equal(read, kind is not null);
            Assert.Equal(read, faults.Count == 0);
        }
    }

    [Fact]
    public void Comments_layout_quotes_and_the_order_of_names_do_not_change_the_digest_but_any_text_does()
    {
        var digest = Read(Good).Digest;

        Assert.Equal(digest, Read("# reviewed\n" + Good.Replace("version: 1", "version: \"1\"", StringComparison.Ordinal)).Digest);
        Assert.Equal(digest, Read(Good.Replace("kind: sample-kind\nversion: 1\n", "version: 1\nkind: sample-kind\n", StringComparison.Ordinal)).Digest);
        Assert.Equal(digest, Read(Good.Replace("title: {en: Sample, fr: Exemple}", "title:\n  fr: Exemple\n  en: Sample", StringComparison.Ordinal)).Digest);
        Assert.NotEqual(digest, Read(Good.Replace("at-most: 10 days", "at-most: 11 days", StringComparison.Ordinal)).Digest);
        Assert.NotEqual(digest, Read(Good.Replace("fr: Demander", "fr: Prier", StringComparison.Ordinal)).Digest);
    }

    [Fact]
    public void The_canonical_form_is_sorted_JSON_of_texts_alone()
    {
        Assert.True(KindYaml.TryRead(Encoding.UTF8.GetBytes("b: [1, \"é\\t\\u0001\"]\na: {y: no, x: 'it''s \"so\"'}\n"), new KindFaults("x"), out var root));

        Assert.Equal("""{"a":{"x":"it's \"so\"","y":"no"},"b":["1","é\t\u0001"]}""", Encoding.UTF8.GetString(KindCanon.Of(root)));
    }

    [Fact]
    public void A_folder_adds_kinds_without_code_takes_the_place_of_shipped_ones_and_stops_the_start_where_one_is_wrong()
    {
        var folder = Directory.CreateTempSubdirectory("comity-kinds-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "sample.yaml"), Good);
            var library = KindLibrary.Load(folder.FullName, out var none);
            Assert.Empty(none);
            Assert.Equal(KindLibrary.Program.All.Count() + 1, library!.All.Count());

            File.WriteAllText(Path.Combine(folder.FullName, "twin.yaml"), Good);
            Assert.Null(KindLibrary.Load(folder.FullName, out var twice));
            Assert.Contains("sample.yaml, too", Assert.Single(twice).Reason);

            File.WriteAllText(Path.Combine(folder.FullName, "twin.yaml"), Good.Replace("sample-kind", "training-offer", StringComparison.Ordinal));
            Assert.Equal("Sample", KindLibrary.Load(folder.FullName, out _)!.Find(Comity.Core.Members.RegisterName.Parse("training-offer"))!.Title.En);

            File.WriteAllText(Path.Combine(folder.FullName, "wrong.yaml"), Good.Replace("version: 1", "version: x", StringComparison.Ordinal));
            File.WriteAllText(Path.Combine(folder.FullName, "worse.yaml"), "kind: [");
            Assert.Null(KindLibrary.Load(folder.FullName, out var faults));
            Assert.Equal(["worse.yaml", "wrong.yaml"], faults.Select(fault => fault.File).Distinct().Order());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static RequestKind Read(string text)
    {
        Assert.True(KindReader.TryRead("sample.yaml", Encoding.UTF8.GetBytes(text), out var kind, out var faults), string.Join('\n', faults));
        return kind!;
    }
}
