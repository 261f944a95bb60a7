using Comity.Emrtd.Mrz;
using FsCheck;
using FsCheck.Fluent;
using static Comity.Emrtd.Tests.Mrz.Specimens;

namespace Comity.Emrtd.Tests.Mrz;

public sealed class MrzPropertyTests
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1000);

    [Fact]
    public void What_is_written_reads_back_as_it_was_in_all_five_formats() =>
        Check.One(Thorough, Prop.ForAll(Content.ToArbitrary(), content =>
        {
            var zone = Read(string.Join("\r\n", content.Lines()));
            Assert.Equal(content, zone.ToContent());
            Assert.True(zone.IsConformant, string.Join('\n', zone.Findings));
            Assert.Equal(zone.Lines, zone.ToContent()!.Lines());
        }));

    [Fact]
    public void What_is_written_reads_back_without_line_breaks_too() =>
        Check.One(Thorough, Prop.ForAll(Content.ToArbitrary(), content =>
            Assert.Equal(content, Read(string.Concat(content.Lines())).ToContent())));

    [Theory]
    [InlineData(Td1)]
    [InlineData(Td2)]
    [InlineData(Td3)]
    [InlineData(MrvA)]
    [InlineData(MrvB)]
    [InlineData(LongTd1)]
    [InlineData(LongTd2)]
    public void Every_substitution_in_a_checked_field_that_changes_the_digit_is_found(string text)
    {
        var zone = Read(text);
        var tried = 0;
        foreach (var field in zone.Fields.Where(f => f.Check is not null
            || (zone.Composite is not null && f.Part is MrzPart.OptionalData or MrzPart.OptionalData2)))
        {
            foreach (var span in new[] { field.Span, field.Continued ?? default })
            {
                for (var i = 0; i < span.Length; i++)
                {
                    var at = new MrzSpan(span.Line, span.Column + i, 1);
                    foreach (var c in Alphabet)
                    {
                        var before = zone.Lines[at.Line - 1][at.Column - 1];
                        // The weights are prime to ten, so the digit changes exactly where the value changes by ten.
                        if ((CheckDigit.ValueOf(before) - CheckDigit.ValueOf(c)) % 10 == 0) continue;
                        tried++;
                        var changed = Read(With(zone.Lines, at, c));
                        Assert.Contains(changed.Findings, f =>
                            f.Severity == MrzSeverity.Error && (f.Part == field.Part || f.Part == MrzPart.Composite));
                        Assert.False(changed.IsConformant);
                    }
                }
            }
        }
        Assert.True(tried > 500);
    }

    [Theory]
    [InlineData(Td1)]
    [InlineData(Td2)]
    [InlineData(Td3)]
    [InlineData(MrvA)]
    [InlineData(MrvB)]
    public void A_fault_in_one_field_leaves_the_others_as_they_were(string text)
    {
        var zone = Read(text);
        foreach (var field in zone.Fields)
        {
            for (var i = 0; i < field.Span.Length; i++)
            {
                var changed = Read(With(zone.Lines, new(field.Span.Line, field.Span.Column + i, 1), '?'));
                var finding = Assert.Single(changed.Findings, f => f.Code == MrzFindingCode.InvalidCharacter);
                Assert.Equal(new MrzSpan(field.Span.Line, field.Span.Column + i, 1), finding.Span);
                Assert.Equal(field.Part, finding.Part);
                foreach (var (was, now) in zone.Fields.Zip(changed.Fields).Where(p => p.First.Part != field.Part))
                    Assert.Equal((was.Part, was.Raw, was.Check?.Outcome), (now.Part, now.Raw, now.Check?.Outcome));
            }
        }
    }

    [Fact]
    public void Any_text_is_answered_and_every_answer_says_where() =>
        Check.One(Thorough.WithMaxTest(3000), Prop.ForAll(AnyText.ToArbitrary(), text => Answered(MachineReadableZone.Parse(text), text)));

    [Fact]
    public void Mutated_zones_are_answered_and_every_answer_says_where() =>
        Check.One(Thorough.WithMaxTest(3000), Prop.ForAll(Mutated.ToArbitrary(), text => Answered(MachineReadableZone.Parse(text), text)));

    private static void Answered(MachineReadableZone answer, string text)
    {
        if (answer is MachineReadableZone.Recognised zone)
        {
            Assert.All(zone.Findings, f =>
            {
                Assert.InRange(f.Span.Line, 1, zone.Lines.Count);
                Assert.InRange(f.Span.Column, 1, zone.Lines[0].Length);
                Assert.InRange(f.Span.Column + f.Span.Length - 1, 1, zone.Lines[0].Length);
                Assert.DoesNotMatch(@"\{(part|found|expected|line|column)\}|[^ -~]", f.ToString());
            });
            Assert.All(zone.Checks, c => Assert.True(c.Outcome == MrzCheckOutcome.Holds || !zone.IsConformant));
            Assert.All(zone.Checks.SelectMany(c => c.Repairs.Select(r => (Check: c, Repair: r))), p =>
            {
                var repaired = Read(With(zone.Lines, p.Repair.Span, p.Repair.Proposed)).Checks.Single(c => c.Covers == p.Check.Covers);
                Assert.Equal(MrzCheckOutcome.Holds, repaired.Outcome);
            });
        }
        else
        {
            var refusal = Assert.IsType<MachineReadableZone.Unrecognisable>(answer);
            Assert.InRange(refusal.Line, 1, text.Split('\n', '\r').Length);
            Assert.InRange(refusal.Column, 1, text.Length + 1);
            Assert.DoesNotMatch(@"\{(part|found|expected|line|column)\}|[^ -~]", refusal.ToString());
        }
        Assert.DoesNotMatch(@"[^ -~\n]", MrzReport.Of(answer).ToText());
        Assert.NotEmpty(MrzReport.Of(answer, new DateOnly(2004, 5, 11)).ToJson());
    }

    private static string With(IReadOnlyList<string> lines, MrzSpan at, char c) => string.Join('\n', lines.Select((line, i) =>
        i == at.Line - 1 ? $"{line[..(at.Column - 1)]}{c}{line[at.Column..]}" : line));

    private static readonly Gen<char> AnyCharacter = Gen.Frequency(
        (6, Gen.Elements(Alphabet.ToCharArray())), (1, Gen.Choose(0, 127).Select(c => (char)c)), (1, Gen.Choose(0, 0xFFFF).Select(c => (char)c)));

    /// <summary>Any characters, more often than not in lines of a length that a format has.</summary>
    private static readonly Gen<string> AnyText =
        from count in Gen.Choose(1, 3)
        from lines in Gen.OneOf(Gen.Elements(30, 36, 44, 72, 88, 90), Gen.Choose(0, 100))
            .SelectMany(n => AnyCharacter.ArrayOf(n)).Select(c => new string(c)).ArrayOf(count)
        select string.Join('\n', lines);

    private static readonly Gen<string> Mutated =
        from content in Content
        let text = string.Join('\n', content.Lines())
        from edits in (from kind in Gen.Choose(0, 2)
                       from at in Gen.Choose(0, text.Length - 1)
                       from character in AnyCharacter
                       select (kind, at, character)).ListOf()
        select edits.Aggregate(text, (t, edit) =>
        {
            var at = Math.Min(edit.at, t.Length);
            return edit.kind switch
            {
                0 => t.Insert(at, edit.character.ToString()),
                1 when at < t.Length => t.Remove(at, 1),
                _ when at < t.Length => t.Remove(at, 1).Insert(at, edit.character.ToString()),
                _ => t,
            };
        });
}
