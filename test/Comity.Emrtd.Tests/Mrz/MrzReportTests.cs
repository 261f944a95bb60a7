using System.Text.Json;
using Comity.Emrtd.Mrz;
using static Comity.Emrtd.Tests.Mrz.Specimens;

namespace Comity.Emrtd.Tests.Mrz;

public sealed class MrzReportTests
{
    private static readonly DateOnly Day = new(2004, 5, 11);

    [Fact]
    public void The_text_has_one_fact_a_line() =>
        Assert.Equal("""
            outcome: recognised
            format: td3
            conformant: yes
            documentClass: passport
            passportKind: notStated
            documentCode: P
            issuingState: UTO
            name: ERIKSSON, ANNA MARIA
            documentNumber: L898902C3
            documentNumber.checkDigit: holds
            nationality: UTO
            dateOfBirth: 1974-08-12
            dateOfBirth.checkDigit: holds
            sex: female
            dateOfExpiry: 2012-04-15
            dateOfExpiry.checkDigit: holds
            optionalData: ZE184226B
            optionalData.checkDigit: holds
            composite.checkDigit: holds

            """, MrzReport.Of(Read(Td3), Day).ToText());

    [Fact]
    public void Findings_and_proposals_are_lines_of_the_text()
    {
        var text = MrzReport.Of(Read(Td3.Replace("L898902C3", "L8989O2C3", StringComparison.Ordinal))).ToText();

        Assert.Contains("\nconformant: no\n", text, StringComparison.Ordinal);
        Assert.Contains("O at 2:6 may be 0 (composite agrees)", text, StringComparison.Ordinal);
        Assert.Contains("\nerror: checkDigitWrong at 2:10: The check digit of the document number is '6'", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_says_why_and_where_in_text_and_in_json()
    {
        var report = MrzReport.Of(MachineReadableZone.Parse("A\nB\nC\nD"));

        Assert.Equal("outcome: unrecognisable\nrefused: lineCount at 4:1: There are 4 lines; a machine-readable zone has two or three.\n", report.ToText());
        Assert.Equal("""{"outcome":"unrecognisable","lines":[],"fields":{},"findings":[],"refusal":{"code":"lineCount","line":4,"column":1,"words":"There are 4 lines; a machine-readable zone has two or three."}}""", report.ToJson());
    }

    [Fact]
    public void The_json_has_stable_names_and_keeps_fillers()
    {
        using var json = JsonDocument.Parse(MrzReport.Of(Read(Td1), Day).ToJson());
        var root = json.RootElement;

        Assert.Equal(["outcome", "format", "conformant", "lines", "documentClass", "name", "fields", "composite", "findings"],
            root.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["documentCode", "issuingState", "name", "documentNumber", "nationality", "dateOfBirth", "sex", "dateOfExpiry", "optionalData", "optionalData2"],
            root.GetProperty("fields").EnumerateObject().Select(p => p.Name));
        Assert.Equal("""{"value":"74-08-12","resolved":"1974-08-12","raw":"740812","line":2,"column":1,"length":6,"check":{"outcome":"holds","found":"2","expected":2,"line":2,"column":7,"repairs":[]}}""",
            root.GetProperty("fields").GetProperty("dateOfBirth").GetRawText());
        Assert.Equal("""{"primary":"ERIKSSON","secondary":"ANNA MARIA","possiblyTruncated":false}""", root.GetProperty("name").GetRawText());
        Assert.Equal("I<UTOD231458907<<<<<<<<<<<<<<<", root.GetProperty("lines")[0].GetString());
        Assert.DoesNotContain("\\u003C", MrzReport.Of(Read(Td1)).ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_reads_back_as_the_report_it_was()
    {
        var report = MrzReport.Of(Read(Td3.Replace("740812", "74O812", StringComparison.Ordinal)), Day);

        var back = JsonSerializer.Deserialize(report.ToJson(), MrzReportJson.Default.MrzReport)!;

        Assert.Equal(report.ToText(), back.ToText());
        Assert.Equal(report.ToJson(), back.ToJson());
    }

    [Fact]
    public void A_wording_without_words_for_everything_is_refused() =>
        Assert.Throws<ArgumentException>(() => new MrzWording(
            new Dictionary<MrzPart, string>(), new Dictionary<MrzFindingCode, string>(), new Dictionary<MrzRefusalReason, string>()));
}
