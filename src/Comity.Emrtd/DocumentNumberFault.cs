using System.Globalization;

namespace Comity.Emrtd;

/// <summary>Why a spelling is not a <see cref="DocumentNumber"/>.</summary>
public enum DocumentNumberFaultKind
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>Nothing is left once fillers and separators are dropped.</summary>
    Empty,

    /// <summary>A character that is neither A–Z, a–z, 0–9, filler nor separator.</summary>
    InvalidCharacter,

    /// <summary>More than <see cref="DocumentNumber.MaxLength"/> letters and digits.</summary>
    TooLong,
}

/// <summary>The first thing wrong with a spelling of a document number.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Position">Where, counted from 0 in UTF-16 units of the spelling; 0 where nothing was given.</param>
/// <param name="Character">The character there; U+0000 where nothing was given. May be half of a surrogate pair.</param>
public readonly record struct DocumentNumberFault(DocumentNumberFaultKind Kind, int Position, char Character)
{
    /// <summary>Nothing is wrong; the default value.</summary>
    public static DocumentNumberFault None => default;

    /// <summary>The fault in words, with the position counted from 1. It never repeats the number.</summary>
    public override string ToString() => Kind switch
    {
        DocumentNumberFaultKind.None => "",
        DocumentNumberFaultKind.Empty => "The document number has no letter or digit.",
        DocumentNumberFaultKind.TooLong => string.Create(CultureInfo.InvariantCulture,
            $"The document number has more than {DocumentNumber.MaxLength} letters and digits, from character {Position + 1} on."),
        _ => string.Create(CultureInfo.InvariantCulture,
            $"Character {Position + 1} of the document number is {Name(Character)}; only A-Z, 0-9, <, space, hyphen, dot and slash may stand there."),
    };

    private static string Name(char c) =>
        c is > ' ' and < '\x7F' ? $"'{c}'" : string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4}");
}
