using Comity.Testing;
using System.Text.Json;
using Comity.Emrtd.Mrz;
using static Comity.Emrtd.Tests.Mrz.Specimens;

namespace Comity.Emrtd.Tests.Mrz;

public sealed class MachineReadableZoneTests
{
    [Theory]
    [InlineData(Td1, MrzFormat.Td1, "D23145890", "UTO")]
    [InlineData(Td2, MrzFormat.Td2, "D23145890", "UTO")]
    [InlineData(Td3, MrzFormat.Td3, "L898902C3", "UTO")]
    [InlineData(MrvA, MrzFormat.MrvA, "L8988901C", "XXX")]
    [InlineData(MrvB, MrzFormat.MrvB, "L8988901C", "XXX")]
    public void The_standards_specimens_are_conformant(string text, MrzFormat format, string number, string nationality)
    {
        var zone = Read(text);

        Assert.Equal(format, zone.Format);
        Assert.Empty(zone.Findings);
        Assert.True(zone.IsConformant);
        Assert.Equal("UTO", zone.IssuingState.Value?.ToString());
        Assert.Equal(StateCodeKind.Specimen, zone.IssuingState.Value?.Kind);
        Assert.Equal(nationality, zone.Nationality.Value?.ToString());
        Assert.Equal(new MrzName("ERIKSSON", "ANNA MARIA", false), zone.Name.Value);
        Assert.Equal(DocumentNumber.Parse(number), zone.DocumentNumber.Value);
        Assert.Equal(MrzSex.Female, zone.Sex.Value);
        Assert.All(zone.Checks, c => Assert.Equal(MrzCheckOutcome.Holds, c.Outcome));
        Assert.Equal(format is MrzFormat.MrvA or MrzFormat.MrvB, zone.Composite is null);
        Assert.Equal(format == MrzFormat.Td1, zone.OptionalData2 is not null);
    }

    [Fact]
    public void The_passport_specimen_says_what_it_is_and_where_everything_stands()
    {
        var zone = Read(Td3);

        Assert.Equal(new MrzDocumentCode("P", MrzDocumentClass.Passport, MrzPassportKind.NotStated), zone.DocumentCode.Value);
        Assert.Equal("74-08-12", zone.DateOfBirth.Value.ToString());
        Assert.Equal("12-04-15", zone.DateOfExpiry.Value.ToString());
        Assert.Equal("ZE184226B", zone.OptionalData.Value);
        Assert.Equal(new MrzSpan(2, 29, 14), zone.OptionalData.Span);
        Assert.Equal(new MrzSpan(2, 43, 1), zone.OptionalData.Check?.Span);
        Assert.Equal(new MrzSpan(2, 44, 1), zone.Composite?.Span);
        Assert.Equal(new MrzSpan(2, 10, 1), zone.DocumentNumber.Check?.Span);
    }

    [Theory]
    [InlineData(LongTd1)]
    [InlineData(LongTd2)]
    public void A_long_number_continues_in_the_optional_data(string text)
    {
        var zone = Read(text);

        Assert.Empty(zone.Findings);
        Assert.Equal("D23145890734", zone.DocumentNumber.Value.ToString());
        Assert.Equal(3, zone.DocumentNumber.Continued?.Length);
        Assert.Equal(9, zone.DocumentNumber.Check?.Expected);
        Assert.Equal("", zone.OptionalData.Value);
    }

    [Fact]
    public void A_long_number_without_its_end_is_told_and_nothing_else_is_lost()
    {
        var zone = Read(LongTd1.Replace("7349<", "734<<", StringComparison.Ordinal));

        Assert.Equal("D2314589073", zone.DocumentNumber.Value.ToString());
        Assert.Contains(MrzFindingCode.CheckDigitWrong, Codes(zone));
        Assert.Contains(MrzFindingCode.LongNumberMalformed, Codes(Read(LongTd1.Replace("7349<", "73AX<", StringComparison.Ordinal))));
        Assert.Contains(MrzFindingCode.LongNumberMalformed, Codes(Read(LongTd2.Replace("7349<<<", "7349123", StringComparison.Ordinal))));
        var single = Read(LongTd2.Replace("7349<<<", "7<<<<<<", StringComparison.Ordinal));
        Assert.Contains(MrzFindingCode.LongNumberMalformed, Codes(single));
        Assert.Equal("D23145890", single.DocumentNumber.Value.ToString());
        Assert.Equal("STEVENSON", single.Name.Value.Primary);
    }

    [Fact]
    public void A_short_number_without_its_digit_does_not_continue_in_the_optional_data()
    {
        var zone = Read(Td1.Replace("D231458907<<<<<", "D23145<<<<AB12<", StringComparison.Ordinal));

        Assert.Equal("D23145", zone.DocumentNumber.Value.ToString());
        Assert.Equal("AB12", zone.OptionalData.Value);
        Assert.Contains(MrzFindingCode.CheckDigitMissing, Codes(zone));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\n\n  \t\n")]
    [InlineData("  \r\n   ")]
    public void Lines_are_read_however_they_are_parted(string between)
    {
        foreach (var text in new[] { Td1, Td2, Td3, MrvA, MrvB })
        {
            var zone = Read($"\uFEFF \n {text.Replace("\n", between, StringComparison.Ordinal)} \r\n");
            Assert.Empty(zone.Findings);
            Assert.Equal(text, string.Join('\n', zone.Lines));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Lost_line_breaks_are_a_note(string between)
    {
        foreach (var text in new[] { Td1, Td2, Td3, MrvA, MrvB })
        {
            var zone = Read(text.Replace("\n", between, StringComparison.Ordinal));
            Assert.Equal([MrzFindingCode.LineBreaksLost], Codes(zone));
            Assert.True(zone.IsConformant);
            Assert.Equal(text, string.Join('\n', zone.Lines));
        }
    }

    [Fact]
    public void Lower_case_is_raised_and_told_line_by_line()
    {
        var zone = Read(Td3.Replace("ERIKSSON", "Eriksson", StringComparison.Ordinal).Replace("ZE184226B", "ze184226b", StringComparison.Ordinal));

        Assert.Equal([(MrzFindingCode.LowerCase, 1, 7), (MrzFindingCode.LowerCase, 2, 29)],
            zone.Findings.Select(f => (f.Code, f.Span.Line, f.Span.Column)));
        Assert.Equal(Td3, string.Join('\n', zone.Lines));
    }

    [Theory]
    [InlineData("", MrzRefusalReason.Empty, 1, 1)]
    [InlineData(" \n\t\r\n", MrzRefusalReason.Empty, 1, 1)]
    [InlineData("P<UTOERIKSSON", MrzRefusalReason.LineCount, 1, 1)]
    [InlineData("A\nB\nC\nD", MrzRefusalReason.LineCount, 4, 1)]
    [InlineData("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n\n  L898902C36UTO7408122F1204159ZE184226B<<<<<1", MrzRefusalReason.LineLength, 3, 46)]
    [InlineData("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\r\nL898902C36UTO7408122F1204159ZE184226B<<<<<1", MrzRefusalReason.LineLength, 2, 44)]
    [InlineData("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L\n898902C36UTO7408122F1204159ZE184226B<<<<<10", MrzRefusalReason.LineLength, 1, 45)]
    [InlineData("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<66", MrzRefusalReason.LineLength, 2, 37)]
    [InlineData("I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<\nERIKSSON<<ANNA<MARIA<<<<<<<<<<", MrzRefusalReason.LineLength, 2, 30)]
    public void What_is_no_zone_is_refused_with_reason_line_and_column(string text, MrzRefusalReason reason, int line, int column)
    {
        var refusal = Assert.IsType<MachineReadableZone.Unrecognisable>(MachineReadableZone.Parse(text));

        Assert.Equal((reason, line, column), (refusal.Reason, refusal.Line, refusal.Column));
        Assert.DoesNotContain('{', refusal.ToString());
    }

    [Fact]
    public void More_text_than_any_zone_has_is_refused_unread() =>
        Assert.Equal(MrzRefusalReason.TooLong,
            Assert.IsType<MachineReadableZone.Unrecognisable>(MachineReadableZone.Parse(new string(' ', 1025))).Reason);

    [Fact]
    public void Fillers_lost_or_added_at_the_end_of_a_name_line_are_mended_and_told()
    {
        var lines = Td3.Split('\n');

        var shorter = Read(lines[0].TrimEnd('<') + "\n" + lines[1]);
        var longer = Read(lines[0] + "<\n" + lines[1]);

        Assert.Equal([MrzFindingCode.LineTooShort], Codes(shorter));
        Assert.Equal([MrzFindingCode.LineTooLong], Codes(longer));
        Assert.Contains(MrzFindingCode.LineTooLong, Codes(Read(lines[0].Replace('<', 'X') + "<\n" + lines[1])));
        Assert.Equal(lines, shorter.Lines);
        Assert.Equal(lines, longer.Lines);
    }

    [Fact]
    public void The_standards_printed_names_are_read()
    {
        var folder = Repository.SharedData("emrtd");
        using var specimens = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "mrz_specimens_doc9303.json")));
        // Taken from the standard by pattern: only lines of full length are lines.
        var names = specimens.RootElement.EnumerateArray().Select(s => s.GetProperty("text").GetString()!)
            .Where(t => t.Length == 44 && t.StartsWith("PPUTO", StringComparison.Ordinal)).Distinct()
            .Select(line => Read(line + "\n" + Td3.Split('\n')[1])).ToDictionary(z => z.Name.Value.Primary, z => z.Name.Value);

        Assert.Equal(7, names.Count);
        Assert.Equal(new("SMITH JONES", "SUSIE MARGARET", false), names["SMITH JONES"]);
        Assert.Equal(new("VAN DER MUELLEN", "MARTIN", false), names["VAN DER MUELLEN"]);
        Assert.Equal(new("SATRIYA SUDARPA", "", false), names["SATRIYA SUDARPA"]);
        Assert.Equal(new("NILAVADHANANANDA", "ARNPOL PETCH CHARONGU", true), names["NILAVADHANANANDA"]);
        Assert.Equal(new("BENNELONG WOOLOOM WARRAND WARNAM", "DINGO", true), names["BENNELONG WOOLOOM WARRAND WARNAM"]);
        Assert.Equal(new("PAPANDROPOULOUS", "JONATHON WARREN TREVOR", true), names["PAPANDROPOULOUS"]);
    }
}
