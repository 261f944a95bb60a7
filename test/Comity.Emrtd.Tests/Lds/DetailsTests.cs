using System.Text;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Lds;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.Emrtd.Tests.Lds;

public sealed class DetailsTests
{
    private static byte[] Text(uint tag, string text) => TlvWriter.Of(tag, Encoding.UTF8.GetBytes(text));

    private static PersonDetails Person(out IReadOnlyList<Defect> defects, params byte[][] fields)
    {
        var content = RealFiles.Content(EmrtdFile.Dg11, TlvWriter.Of(0x6B, fields));
        defects = content.Defects;
        return content.Dg11!;
    }

    [Fact]
    public void Details_of_the_person_are_read()
    {
        var person = Person(out var defects,
            TlvWriter.Of(0x5C, [0x5F, 0x0E]), Text(0x5F0E, "ÉRIKSSON<<ANNA"),
            TlvWriter.Of(0xA0, TlvWriter.Of(2, [1]), Text(0x5F0F, "SMITH")),
            Text(0x5F2B, "19740812"), Text(0x5F11, "ZENITH<UTOPIA"), Text(0x5F13, "PILOT"));

        Assert.Empty(defects);
        Assert.Equal("ÉRIKSSON<<ANNA", person.FullName);
        Assert.Equal(["SMITH"], person.OtherNames);
        Assert.Equal("1974-08-12", person.DateOfBirth!.Date.ToString());
        Assert.Equal(["ZENITH", "UTOPIA"], person.PlaceOfBirth);
        Assert.Equal("PILOT", person.Profession);
    }

    [Fact]
    public void A_date_in_BCD_is_read_and_told()
    {
        var person = Person(out var defects, TlvWriter.Of(0x5F2B, [0x19, 0x74, 0x08, 0x12]));

        Assert.Equal("1974-08-12", person.DateOfBirth!.Date.ToString());
        Assert.Equal(DefectCode.FormUnusual, Assert.Single(defects).Code);
    }

    [Theory]
    [InlineData("19740000", "1974-XX-XX")]
    [InlineData("1974XXXX", "1974-XX-XX")]
    [InlineData("1974<<<<", "1974-XX-XX")]
    public void Unknown_parts_of_a_date_stay_unknown(string text, string expected)
    {
        var person = Person(out var defects, Text(0x5F2B, text));

        Assert.Equal(expected, person.DateOfBirth!.Date.ToString());
        Assert.Equal(DefectCode.DateUnclear, Assert.Single(defects).Code);
    }

    [Fact]
    public void A_date_that_is_none_keeps_its_text_and_hides_nothing()
    {
        var person = Person(out var defects, Text(0x5F2B, "19741399"), Text(0x5F13, "PILOT"), Text(0x5F77, "?"));

        Assert.Equal(("19741399", null), (person.DateOfBirth!.Text, person.DateOfBirth.Date));
        Assert.Equal("PILOT", person.Profession);
        Assert.Equal(0x5F77, Assert.Single(person.Unknown).Tag);
        Assert.Equal([DefectCode.DateUnclear, DefectCode.ElementUnknown], defects.Select(d => d.Code));
    }

    [Fact]
    public void A_length_off_by_one_still_gives_the_last_field()
    {
        byte[] file = TlvWriter.Of(0x6B, Text(0x5F0E, "ERIKSSON<<ANNA"), Text(0x5F13, "PILOT"));
        file[1]++;

        var content = RealFiles.Content(EmrtdFile.Dg11, file);

        Assert.Equal("PILOT", content.Dg11!.Profession);
        Assert.Equal(DefectCode.LengthBeyondEnd, Assert.Single(content.Defects).Code);
    }

    [Fact]
    public void Whatever_bytes_one_field_holds_the_others_come_out() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[]>(bytes =>
        {
            var person = Person(out _, TlvWriter.Of(0x5F2B, bytes), TlvWriter.Of(0xA0, bytes), TlvWriter.Of(0x5F0E, bytes), Text(0x5F13, "PILOT"));
            return person.Profession == "PILOT";
        }));

    [Fact]
    public void Details_of_the_document_and_persons_to_notify_are_read()
    {
        var document = RealFiles.Content(EmrtdFile.Dg12, TlvWriter.Of(0x6C, Text(0x5F19, "UTOPIA"), Text(0x5F26, "20040511"), TlvWriter.Of(0x5F55, [0x20, 4, 5, 0x11, 9, 0x30, 0])));
        var persons = RealFiles.Content(EmrtdFile.Dg16, TlvWriter.Of(0x70, TlvWriter.Of(2, [1]),
            TlvWriter.Of(0xA1, Text(0x5F50, "20040511"), Text(0x5F51, "ERIKSSON<<BO"), Text(0x5F52, "1"), Text(0x5F53, "ZENITH<UTOPIA"))));

        Assert.Equal("2004-05-11", document.Dg12!.DateOfIssue!.Date.ToString());
        Assert.Equal("20040511093000", document.Dg12.Personalised);
        Assert.Equal(["ZENITH", "UTOPIA"], Assert.Single(persons.Dg16!).Address);
        Assert.Empty(persons.Defects);
    }

    [Fact]
    public void The_signature_as_displayed_and_free_data_are_handed_on()
    {
        Assert.Equal([1, 2, 3], RealFiles.Content(EmrtdFile.Dg7, TlvWriter.Of(0x67, TlvWriter.Of(2, [1]), TlvWriter.Of(0x5F43, [1, 2, 3]))).Dg7!.Images[0].ToArray());
        Assert.Equal([9], RealFiles.Content(EmrtdFile.Dg13, TlvWriter.Of(0x6D, [9])).Dg13!.Value.ToArray());
    }
}
