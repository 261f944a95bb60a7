namespace Comity.Emrtd;

/// <summary>What is wrong with the form of a file.</summary>
public enum DefectCode
{
    /// <summary>The file has no bytes.</summary>
    FileEmpty,

    /// <summary>No tag and length can be read there.</summary>
    HeaderMalformed,

    /// <summary>An element claims more bytes than there are; what is there was read.</summary>
    LengthBeyondEnd,

    /// <summary>Bytes follow where nothing should.</summary>
    TrailingBytes,

    /// <summary>Another element stands there than the standard has.</summary>
    TagUnexpected,

    /// <summary>An element that the standard demands is not there.</summary>
    ElementMissing,

    /// <summary>An element that should be there once is there again; the first was read.</summary>
    ElementRepeated,

    /// <summary>An element that no table has; it was kept unread.</summary>
    ElementUnknown,

    /// <summary>A value that does not have the form it should.</summary>
    ValueMalformed,

    /// <summary>A value in another form than the standard has, which could be read all the same.</summary>
    FormUnusual,

    /// <summary>An indefinite length or a string in pieces, where the standard asks for DER.</summary>
    NotDer,

    /// <summary>A count or version that does not agree with what is there.</summary>
    CountWrong,

    /// <summary>A date that is no date or not fully known; its text was kept.</summary>
    DateUnclear,

    /// <summary>Larger, deeper or more than this reader takes; the rest was not read.</summary>
    LimitReached,

    /// <summary>The name of the signer's issuer is spelled or ordered otherwise than in the signer's certificate.</summary>
    NameSpelledOtherwise,

    /// <summary>The list of files in EF.COM, or its versions, differ from the signed ones.</summary>
    ComDisagrees,
}

/// <summary>One thing wrong with the form of a file. Never says what the file holds about its bearer.</summary>
/// <param name="File">The file.</param>
/// <param name="Code">What is wrong.</param>
/// <param name="Offset">Where, in bytes from the start of the file.</param>
/// <param name="Element">Which element, by its name in the standard.</param>
/// <param name="Detail">Numbers that make it plain, or nothing.</param>
public sealed record Defect(string File, DefectCode Code, int Offset, string Element, string? Detail = null)
{
    /// <summary>As one line: file, offset, element, code, detail.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File} at {Offset}: {Element}: {Code}{(Detail is null ? "" : $" ({Detail})")}");
}
