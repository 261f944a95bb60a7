namespace Comity.Emrtd.Lds;

/// <summary>A file of the chip. The data groups have their own number.</summary>
/// <remarks>ICAO Doc 9303-10 §4 (LDS1) and Table 38; EF.CVCA: BSI TR-03110-1 §3.</remarks>
public enum EmrtdFile
{
    /// <summary>The machine-readable zone.</summary>
    Dg1 = 1,

    /// <summary>The face.</summary>
    Dg2,

    /// <summary>Fingers.</summary>
    Dg3,

    /// <summary>Irises.</summary>
    Dg4,

    /// <summary>The portrait as displayed.</summary>
    Dg5,

    /// <summary>Reserved.</summary>
    Dg6,

    /// <summary>The signature or usual mark as displayed.</summary>
    Dg7,

    /// <summary>Data features.</summary>
    Dg8,

    /// <summary>Structure features.</summary>
    Dg9,

    /// <summary>Substance features.</summary>
    Dg10,

    /// <summary>Further details of the person.</summary>
    Dg11,

    /// <summary>Further details of the document.</summary>
    Dg12,

    /// <summary>What the issuer likes.</summary>
    Dg13,

    /// <summary>Keys and parameters of chip and terminal authentication and PACE.</summary>
    Dg14,

    /// <summary>The key of active authentication.</summary>
    Dg15,

    /// <summary>Persons to notify.</summary>
    Dg16,

    /// <summary>Which files there are, and in which version.</summary>
    Com,

    /// <summary>The hashes of the data groups, signed.</summary>
    Sod,

    /// <summary>Parameters of PACE, readable by everybody.</summary>
    CardAccess,

    /// <summary>Keys of the whole card, signed.</summary>
    CardSecurity,

    /// <summary>Names of the keys that terminal authentication starts from.</summary>
    Cvca,
}

/// <summary>Identifiers, tags and names of the files.</summary>
public static class EmrtdFiles
{
    private static readonly byte[] GroupTags = [0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70];

    /// <summary>The tag that the file starts with; 0 for the three that have none of their own.</summary>
    public static int TagOf(EmrtdFile file) => file switch
    {
        >= EmrtdFile.Dg1 and <= EmrtdFile.Dg16 => GroupTags[(int)file - 1],
        EmrtdFile.Com => 0x60,
        EmrtdFile.Sod => 0x77,
        _ => 0,
    };

    /// <summary>The file's two-byte identifier.</summary>
    public static int IdentifierOf(EmrtdFile file) => file switch
    {
        >= EmrtdFile.Dg1 and <= EmrtdFile.Dg16 => 0x0100 + (int)file,
        EmrtdFile.Com => 0x011E,
        EmrtdFile.Sod => 0x011D,
        EmrtdFile.CardAccess => 0x011C,
        EmrtdFile.CardSecurity => 0x011D,
        _ => 0x011C,
    };

    /// <summary>The name in the standard: <c>EF.DG1</c>, <c>EF.SOD</c>.</summary>
    public static string NameOf(EmrtdFile file) => file switch
    {
        >= EmrtdFile.Dg1 and <= EmrtdFile.Dg16 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"EF.DG{(int)file}"),
        EmrtdFile.Com => "EF.COM",
        EmrtdFile.Sod => "EF.SOD",
        _ => $"EF.{file}",
    };

    /// <summary>The data group of a tag, as EF.COM lists them.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="file">The group; the default value where no group has the tag.</param>
    public static bool TryFromTag(int tag, out EmrtdFile file)
    {
        var at = Array.FindIndex(GroupTags, t => t == tag);
        file = (EmrtdFile)(at + 1);
        return at >= 0;
    }

    /// <summary>Which file some bytes are, by their first tag; the card's own two files cannot be told from others.</summary>
    /// <param name="content">The file.</param>
    /// <param name="file">The file; the default value where no file starts so.</param>
    public static bool TryRecognise(ReadOnlySpan<byte> content, out EmrtdFile file)
    {
        file = default;
        if (content.IsEmpty) return false;
        if (content[0] is 0x60 or 0x77)
        {
            file = content[0] == 0x60 ? EmrtdFile.Com : EmrtdFile.Sod;
            return true;
        }
        return TryFromTag(content[0], out file);
    }
}
