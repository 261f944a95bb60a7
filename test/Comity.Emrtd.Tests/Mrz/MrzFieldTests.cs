using Comity.Emrtd.Mrz;
using static Comity.Emrtd.Tests.Mrz.Specimens;

namespace Comity.Emrtd.Tests.Mrz;

public sealed class MrzFieldTests
{
    /// <summary>The passport specimen with the upper line's first five characters replaced.</summary>
    private static MachineReadableZone.Recognised Headed(string head) => Read(head + Td3[5..]);

    /// <summary>The passport specimen with the lower line replaced.</summary>
    private static MachineReadableZone.Recognised Lower(string line) => Read(Td3.Split('\n')[0] + "\n" + line);

    private static MachineReadableZone.Recognised Named(string name) => Read("P<UTO" + name.PadRight(39, '<') + "\n" + Td3.Split('\n')[1]);

    [Theory]
    [InlineData("PP", MrzPassportKind.Ordinary)]
    [InlineData("PE", MrzPassportKind.Emergency)]
    [InlineData("PD", MrzPassportKind.Diplomatic)]
    [InlineData("PO", MrzPassportKind.Official)]
    [InlineData("PR", MrzPassportKind.Refugee)]
    [InlineData("PT", MrzPassportKind.Alien)]
    [InlineData("PS", MrzPassportKind.Stateless)]
    [InlineData("PL", MrzPassportKind.LaissezPasser)]
    [InlineData("PM", MrzPassportKind.Military)]
    [InlineData("PU", MrzPassportKind.SingleSheet)]
    [InlineData("P<", MrzPassportKind.NotStated)]
    public void The_second_letter_of_a_passport_says_its_kind(string code, MrzPassportKind kind)
    {
        var zone = Headed(code + "UTO");

        Assert.Equal(kind, zone.DocumentCode.Value.PassportKind);
        Assert.Empty(zone.Findings);
    }

    [Theory]
    [InlineData("PQ", MrzFindingCode.DocumentSubtypeUnlisted)]
    [InlineData("I<", MrzFindingCode.DocumentCodeUnexpected)]
    [InlineData("<P", MrzFindingCode.FillerOutOfPlace)]
    public void An_odd_document_code_is_told(string code, MrzFindingCode finding) => Assert.Equal([finding], Codes(Headed(code + "UTO")));

    [Theory]
    [InlineData("AC", MrzDocumentClass.CrewMemberCertificate, true)]
    [InlineData("ID", MrzDocumentClass.OfficialDocument, true)]
    [InlineData("P<", MrzDocumentClass.Passport, true)]
    [InlineData("IV", MrzDocumentClass.OfficialDocument, false)]
    [InlineData("X<", MrzDocumentClass.Other, false)]
    public void A_card_says_its_class(string code, MrzDocumentClass kind, bool conformant)
    {
        var zone = Read(code + Td1[2..]);

        Assert.Equal(kind, zone.DocumentCode.Value.Class);
        Assert.Equal(conformant, zone.IsConformant);
    }

    [Theory]
    [InlineData("D<<", "D", StateCodeKind.Doc9303)]
    [InlineData("FRA", "FRA", StateCodeKind.Iso3166)]
    [InlineData("GBN", "GBN", StateCodeKind.Doc9303)]
    [InlineData("RKS", "RKS", StateCodeKind.Doc9303)]
    [InlineData("UNO", "UNO", StateCodeKind.Doc9303)]
    [InlineData("XPO", "XPO", StateCodeKind.Doc9303)]
    [InlineData("UTO", "UTO", StateCodeKind.Specimen)]
    [InlineData("XAR", "XAR", StateCodeKind.UserAssigned, MrzFindingCode.StateCodeUserAssigned)]
    [InlineData("XLY", "XLY", StateCodeKind.UserAssigned, MrzFindingCode.StateCodeUserAssigned)]
    [InlineData("ZZA", "ZZA", StateCodeKind.UserAssigned, MrzFindingCode.StateCodeUserAssigned)]
    [InlineData("QLZ", "QLZ", StateCodeKind.Unknown, MrzFindingCode.StateCodeUnknown)]
    [InlineData("YYY", "YYY", StateCodeKind.Unknown, MrzFindingCode.StateCodeUnknown)]
    [InlineData("FR<", "FR", StateCodeKind.Unknown, MrzFindingCode.StateCodeUnknown)]
    [InlineData("XXB", "XXB", StateCodeKind.Person, MrzFindingCode.StateCodeNotAnIssuer)]
    [InlineData("<<<", null, StateCodeKind.Unknown, MrzFindingCode.FieldEmpty)]
    [InlineData("D<D", null, StateCodeKind.Unknown, MrzFindingCode.FillerOutOfPlace)]
    [InlineData("UT0", null, StateCodeKind.Unknown, MrzFindingCode.CharacterNotAllowedHere)]
    public void An_issuer_is_known_or_told(string raw, string? code, StateCodeKind kind, params MrzFindingCode[] findings)
    {
        var zone = Headed("P<" + raw);

        Assert.Equal(code, zone.IssuingState.Value?.ToString());
        Assert.Equal(kind, zone.IssuingState.Value?.Kind ?? StateCodeKind.Unknown);
        Assert.Equal(findings, Codes(zone));
    }

    [Fact]
    public void A_person_without_nationality_has_a_code_and_no_finding() =>
        Assert.Empty(Lower("L898902C36XXA7408122F1204159ZE184226B<<<<<10").Findings);

    [Theory]
    [InlineData("ERIKSSON", "ERIKSSON", "")]
    [InlineData("O<CONNOR<<ENYA<SIOBHAN", "O CONNOR", "ENYA SIOBHAN")]
    [InlineData("<<ANNA", "", "ANNA", MrzFindingCode.FillerOutOfPlace)]
    [InlineData("ERIKSSON<<<ANNA", "ERIKSSON", "ANNA", MrzFindingCode.FillerOutOfPlace)]
    [InlineData("ERIKSSON<<ANNA<<MARIA", "ERIKSSON", "ANNA MARIA", MrzFindingCode.FillerOutOfPlace)]
    [InlineData("ERIKSS0N<<ANNA", "ERIKSS0N", "ANNA", MrzFindingCode.CharacterNotAllowedHere)]
    [InlineData("", "", "", MrzFindingCode.FieldEmpty)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM", "", MrzFindingCode.NamePossiblyTruncated)]
    public void A_name_parts_into_primary_and_secondary(string field, string primary, string secondary, params MrzFindingCode[] findings)
    {
        var zone = Named(field);

        Assert.Equal((primary, secondary), (zone.Name.Value.Primary, zone.Name.Value.Secondary));
        Assert.Equal(findings, Codes(zone));
        Assert.Equal(findings.Contains(MrzFindingCode.NamePossiblyTruncated), zone.Name.Value.PossiblyTruncated);
    }

    [Theory]
    [InlineData("740812", "74-08-12")]
    [InlineData("74<<<<", "74-XX-XX", MrzFindingCode.DateIncomplete)]
    [InlineData("7408<<", "74-08-XX", MrzFindingCode.DateIncomplete)]
    [InlineData("<<<<<<", "XX-XX-XX", MrzFindingCode.DateIncomplete)]
    [InlineData("000229", "00-02-29")]
    [InlineData("740000", "74-XX-XX", MrzFindingCode.UnknownDatePartSpelling, MrzFindingCode.DateIncomplete, MrzFindingCode.UnknownDatePartSpelling)]
    [InlineData("XX08XX", "XX-08-XX", MrzFindingCode.UnknownDatePartSpelling, MrzFindingCode.DateIncomplete, MrzFindingCode.UnknownDatePartSpelling)]
    [InlineData("741312", null, MrzFindingCode.DateImpossible)]
    [InlineData("740231", null, MrzFindingCode.DateImpossible)]
    [InlineData("750229", null, MrzFindingCode.DateImpossible)]
    [InlineData("74O812", null, MrzFindingCode.CharacterNotAllowedHere)]
    [InlineData("74<812", null, MrzFindingCode.FillerOutOfPlace)]
    public void A_date_keeps_its_unknown_parts_and_impossible_ones_are_told(string raw, string? date, params MrzFindingCode[] findings)
    {
        var line = $"L898902C36UTO{raw}{CheckDigit.Of(raw)}F1204159ZE184226B<<<<<1";
        line += CheckDigit.Of(line[..10] + line[13..20] + line[21..43]);
        var zone = Lower(line);

        Assert.Equal(date, zone.DateOfBirth.Value?.ToString());
        Assert.Equal(findings.Order(), Codes(zone).Order());
        Assert.Equal("12-04-15", zone.DateOfExpiry.Value?.ToString());
    }

    [Theory]
    [InlineData('M', MrzSex.Male, true)]
    [InlineData('<', MrzSex.Unspecified, true)]
    [InlineData('X', MrzSex.Unspecified, false)]
    [InlineData('Q', null, false)]
    public void The_sex_marker_is_read_or_told(char raw, MrzSex? sex, bool conformant)
    {
        var zone = Lower($"L898902C36UTO7408122{raw}1204159ZE184226B<<<<<10");

        Assert.Equal(sex, zone.Sex.Value);
        Assert.Equal(conformant, zone.IsConformant);
    }

    [Theory]
    [InlineData("<<<<<<<<<<<<<<<2", true)]
    [InlineData("<<<<<<<<<<<<<<02", true)]
    [InlineData("<<<<<<<<<<<<<<12", false)]
    [InlineData("ZE184226B<<<<<<0", false)]
    public void The_digit_of_optional_data_may_be_a_filler_only_where_they_are_empty(string end, bool holds)
    {
        var line = "L898902C36UTO7408122F1204159" + end[..15];
        var zone = Lower(line + CheckDigit.Of(line[..10] + line[13..20] + line[21..43]));

        Assert.Equal(holds, zone.OptionalData.Check?.Outcome == MrzCheckOutcome.Holds);
        Assert.Equal(holds, zone.IsConformant);
    }

    [Fact]
    public void An_empty_number_and_a_number_after_a_filler_are_told()
    {
        Assert.Contains(MrzFindingCode.FieldEmpty, Codes(Lower("<<<<<<<<<0UTO7408122F1204159ZE184226B<<<<<10")));
        Assert.Contains(MrzFindingCode.FillerOutOfPlace, Codes(Lower("<98902C<<1UTO7408122F1204159ZE184226B<<<<<10")));
    }

    [Fact]
    public void A_space_inside_a_number_makes_it_unreadable_and_is_not_passed_over()
    {
        var zone = Lower("L89 902C36UTO7408122F1204159ZE184226B<<<<<10");

        Assert.Null(zone.DocumentNumber.Value);
        Assert.Equal(MrzCheckOutcome.NotComputable, zone.DocumentNumber.Check?.Outcome);
        Assert.Contains("'U+0020' at line 2, column 4 (document number)", zone.Findings.First().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_digit_says_what_was_found_and_expected()
    {
        var zone = Lower("L898902C35UTO7408122F1204159ZE184226B<<<<<10");

        Assert.Equal([MrzFindingCode.CheckDigitWrong, MrzFindingCode.CheckDigitWrong], Codes(zone));
        Assert.Equal("The check digit of the document number is '5' (line 2, column 10); its characters give 6.", zone.Findings.First().ToString());
        Assert.Equal("L898902C3", zone.DocumentNumber.Value.ToString());
    }

    [Fact]
    public void A_filler_for_a_check_digit_is_missing_and_not_wrong() =>
        Assert.Contains(MrzFindingCode.CheckDigitMissing, Codes(Lower("L898902C3<UTO7408122F1204159ZE184226B<<<<<10")));
}
