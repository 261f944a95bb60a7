using System.Diagnostics.CodeAnalysis;

namespace Comity.TravelDocuments.Records;

/// <summary>What sort of document a type is. Two records are about the same document only within one class.</summary>
public enum DocumentClass
{
    /// <summary>A type that Doc 9303 does not name.</summary>
    Other = 0,

    /// <summary>A passport: P, PP, PD, PS…</summary>
    Passport = 1,

    /// <summary>An identity card or another official card: I, ID, A, AC, C.</summary>
    Card = 2,

    /// <summary>A visa: V, VA…</summary>
    Visa = 3,
}

/// <summary>
/// The document code of the machine-readable zone, 1 or 2 letters A–Z: P, PP, I, ID, V. Made only by parsing;
/// the default is empty and is no type.
/// </summary>
/// <remarks>ICAO Doc 9303-4 §4.2.2, 9303-5 §4.2.2, 9303-7 §4.2.2: the second character may be a filler, dropped here.</remarks>
public readonly record struct DocumentType : ISpanParsable<DocumentType>
{
    private readonly char _first;
    private readonly char _second;

    private DocumentType(char first, char second) => (_first, _second) = (first, second);

    /// <summary>Whether this is the default value, which is no type.</summary>
    public bool IsEmpty => _first == '\0';

    /// <summary>The class that the first letter says.</summary>
    public DocumentClass Class => _first switch
    {
        'P' => DocumentClass.Passport,
        'I' or 'A' or 'C' => DocumentClass.Card,
        'V' => DocumentClass.Visa,
        _ => DocumentClass.Other,
    };

    /// <summary>The letters without filler; empty for the default value.</summary>
    public override string ToString() =>
        IsEmpty ? "" : _second == '\0' ? _first.ToString() : string.Concat([_first], [_second]);

    /// <summary>Reads a type as typed or as scanned.</summary>
    /// <param name="s">1 or 2 letters of either case, then any number of fillers or spaces.</param>
    /// <param name="result">The type, or the default value on refusal.</param>
    public static bool TryParse(ReadOnlySpan<char> s, out DocumentType result)
    {
        result = default;
        s = s.TrimEnd("< ");
        if (s.Length is 0 or > 2 || !char.IsAsciiLetter(s[0]) || (s.Length == 2 && !char.IsAsciiLetter(s[1])))
            return false;
        result = new((char)(s[0] & ~0x20), s.Length == 2 ? (char)(s[1] & ~0x20) : '\0');
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out DocumentType)"/>
    /// <param name="s">1 or 2 letters of either case, then any number of fillers or spaces.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The type, or the default value on refusal.</param>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out DocumentType result) =>
        TryParse(s, out result);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out DocumentType)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DocumentType result) =>
        TryParse(s.AsSpan(), out result);

    /// <summary>Reads a type that is known to be good, such as a constant.</summary>
    /// <exception cref="FormatException">It is refused.</exception>
    public static DocumentType Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out var type) ? type : throw new FormatException("A document type is 1 or 2 letters A–Z.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static DocumentType Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);
}
