using Comity.Emrtd.Mrz;
using static Comity.Emrtd.Tests.Mrz.Specimens;

namespace Comity.Emrtd.Tests.Mrz;

public sealed class MrzWriterTests
{
    private static MrzContent Specimen(string text) => Read(text).ToContent()!;

    [Theory]
    [InlineData(Td1)]
    [InlineData(Td2)]
    [InlineData(Td3)]
    [InlineData(MrvA)]
    [InlineData(MrvB)]
    [InlineData(LongTd1)]
    [InlineData(LongTd2)]
    public void The_standards_specimens_are_written_as_printed(string text) =>
        Assert.Equal(text, string.Join('\n', Specimen(text).Lines()));

    [Theory]
    [InlineData("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K")]
    [InlineData("NILAVADHANANANDA", "CHAYAPAX DEJTHAMRONG KRASUANG", "NILAVADHANANAND<<CHAYAPAX<DEJTHAMRONG<K")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ KLMNOP", "ANNA", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ<<A")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOP", "", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKL NOP", "", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJK<N")]
    public void A_long_name_is_cut_and_ends_in_a_letter(string primary, string secondary, string field)
    {
        var lines = (Specimen(Td3) with { PrimaryIdentifier = primary, SecondaryIdentifier = secondary }).Lines();

        Assert.Equal(field, lines[0][5..]);
        Assert.True(Read(string.Join('\n', lines)).Name.Value.PossiblyTruncated);
    }

    [Fact]
    public void Hyphens_become_fillers_and_apostrophes_go() =>
        Assert.StartsWith("P<UTOOCONNOR<<ENYA<SIOBHAN<<<",
            (Specimen(Td3) with { PrimaryIdentifier = "O'CONNOR", SecondaryIdentifier = "ENYA-SIOBHAN" }).Lines()[0], StringComparison.Ordinal);

    [Fact]
    public void What_does_not_fit_is_refused_by_field()
    {
        var td3 = Specimen(Td3);
        Assert.Equal(MrzPart.DocumentNumber, Refused(td3 with { DocumentNumber = "ABCDEFGHIJ" }));
        Assert.Equal(MrzPart.DocumentNumber, Refused(td3 with { DocumentNumber = "" }));
        Assert.Equal(MrzPart.DocumentNumber, Refused(Specimen(Td1) with { DocumentNumber = new string('A', 23) }));
        Assert.Equal(MrzPart.DocumentNumber, Refused(Specimen(Td2) with { DocumentNumber = new string('A', 15) }));
        Assert.Equal(MrzPart.DocumentNumber, Refused(Specimen(Td1) with { DocumentNumber = "ABCDEFGH<J1" }));
        Assert.Equal(MrzPart.OptionalData, Refused(Specimen(LongTd2) with { OptionalData = "ABC" }));
        Assert.Equal(MrzPart.OptionalData2, Refused(td3 with { OptionalData2 = "A" }));
        Assert.Equal(MrzPart.IssuingState, Refused(td3 with { IssuingState = "U1" }));
        Assert.Equal(MrzPart.Name, Refused(td3 with { PrimaryIdentifier = "\u00C5NGSTR\u00D6M" }));
        Assert.Equal(MrzPart.Name, Refused(td3 with { PrimaryIdentifier = "" , SecondaryIdentifier = "" }));
        Assert.Equal(MrzPart.DocumentCode, Refused(td3 with { DocumentCode = "p" }));
    }

    private static MrzPart? Refused(MrzContent content)
    {
        Assert.False(content.TryFormat(out var lines, out var fault));
        Assert.Empty(lines);
        return fault?.Part;
    }
}
