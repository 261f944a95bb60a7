using Comity.Emrtd.Mrz;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.Emrtd.Tests.Mrz;

/// <summary>The specimens of Doc 9303 and generated content.</summary>
internal static class Specimens
{
    public const string Td3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    public const string Td1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    public const string Td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
    public const string MrvA = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<";
    public const string MrvB = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<";

    /// <summary>Doc 9303-11 appendix D.2: numbers of twelve characters.</summary>
    public const string LongTd1 = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<";
    public const string LongTd2 = "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8";

    public static MachineReadableZone.Recognised Read(string text) =>
        Assert.IsType<MachineReadableZone.Recognised>(MachineReadableZone.Parse(text));

    public static IEnumerable<MrzFindingCode> Codes(MachineReadableZone.Recognised zone) => zone.Findings.Select(f => f.Code);

    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Alphanumeric = Letters + "0123456789";

    public static Gen<string> Text(string alphabet, int least, int most) =>
        from length in Gen.Choose(least, most)
        from characters in Gen.Elements(alphabet.ToCharArray()).ArrayOf(length)
        select new string(characters);

    private static readonly Gen<MrzDate> Dates =
        from year in Gen.Frequency((9, Gen.Choose(0, 99).Select(y => (int?)y)), (1, Gen.Constant((int?)null)))
        from month in Gen.Frequency((9, Gen.Choose(1, 12).Select(m => (int?)m)), (1, Gen.Constant((int?)null)))
        from day in Gen.Frequency((9, Gen.Choose(1, 28).Select(d => (int?)d)), (1, Gen.Constant((int?)null)))
        select MrzDate.TryCreate(year, month, day, out var date) ? date : throw new InvalidOperationException();

    private static Gen<string> Words(int least, int most) =>
        from words in Text(Letters, 1, 8).ListOf()
        select string.Join(' ', words.Take(Math.Min(words.Count, most)).DefaultIfEmpty(least > 0 ? "A" : "").Take(most));

    /// <summary>Content that fits its format without loss.</summary>
    public static readonly Gen<MrzContent> Content =
        from format in Gen.Elements(Enum.GetValues<MrzFormat>())
        from code in Text(Letters, 1, 1).Select(second => format switch
        {
            MrzFormat.Td3 => "P" + second,
            MrzFormat.MrvA or MrzFormat.MrvB => "V" + second,
            _ => second == "V" ? "I" : "I" + second,
        })
        from issuer in Gen.Elements("UTO", "D", "XAR", "XLY", "GBD", "FRA")
        from number in Text(Alphanumeric, 1, format switch { MrzFormat.Td1 => 22, MrzFormat.Td2 => 14, _ => 9 })
        from primary in Words(1, 2)
        from secondary in Words(0, 1)
        from nationality in Gen.Elements("UTO", "D", "XXA", "GBR")
        from birth in Dates
        from expiry in Dates
        from sex in Gen.Elements(Enum.GetValues<MrzSex>())
        let room = (format switch { MrzFormat.Td1 => 15, MrzFormat.Td2 => 7, MrzFormat.Td3 => 14, MrzFormat.MrvA => 16, _ => 8 })
            - (number.Length > 9 ? number.Length - 9 + 2 : 0)
        from optional in Text(Alphanumeric, 0, room)
        from optional2 in Text(Alphanumeric, 0, format == MrzFormat.Td1 ? 11 : 0)
        select new MrzContent
        {
            Format = format, DocumentCode = code, IssuingState = issuer, DocumentNumber = number,
            PrimaryIdentifier = primary, SecondaryIdentifier = secondary, Nationality = nationality,
            DateOfBirth = birth, Sex = sex, DateOfExpiry = expiry, OptionalData = optional, OptionalData2 = optional2,
        };

    public static IReadOnlyList<string> Lines(this MrzContent content)
    {
        Assert.True(content.TryFormat(out var lines, out var fault), fault?.ToString());
        return lines;
    }
}
