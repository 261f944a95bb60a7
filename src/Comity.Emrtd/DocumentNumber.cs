using System.Diagnostics.CodeAnalysis;

namespace Comity.Emrtd;

/// <summary>
/// The number of a travel document in the one normal form that every register uses: 1 to 24 characters,
/// each A–Z or 0–9. Made only by parsing; the default is empty and is no number.
/// </summary>
/// <remarks>
/// ICAO Doc 9303-4, -5, -6 and -7 (§4.2.2) turn special characters and spaces of a number into fillers, so a scan
/// has lost its punctuation. Parsing drops the filler, space, hyphen, dot and slash and raises
/// a–z, so that <c>l 898.902-c</c> as typed and <c>L898902C&lt;</c> as scanned are one value. Nothing else is
/// mended: O stays O and 0 stays 0. Equality, order and hash are ordinal.
/// </remarks>
public readonly record struct DocumentNumber : ISpanParsable<DocumentNumber>, IComparable<DocumentNumber>
{
    /// <summary>The most characters that a number may have once normalised; Doc 9303 itself allows up to 22 (TD1).</summary>
    public const int MaxLength = 24;

    private readonly string? _text;

    private DocumentNumber(string text) => _text = text;

    /// <summary>How many characters the number has: 1 to <see cref="MaxLength"/>, or 0 for the default value.</summary>
    public int Length => _text?.Length ?? 0;

    /// <summary>Whether this is the default value, which is no number.</summary>
    public bool IsEmpty => _text is null;

    /// <summary>One character, A–Z or 0–9, counted from 0.</summary>
    /// <exception cref="IndexOutOfRangeException">The index is not below <see cref="Length"/>.</exception>
    public char this[int index] => AsSpan()[index];

    /// <summary>The characters of the number; empty for the default value.</summary>
    public ReadOnlySpan<char> AsSpan() => _text;

    /// <summary>The number in normal form; empty for the default value.</summary>
    public override string ToString() => _text ?? "";

    /// <summary>Ordinal order; the default value comes first.</summary>
    public int CompareTo(DocumentNumber other) => string.CompareOrdinal(ToString(), other.ToString());

    /// <summary>Reads a number as typed or as scanned, and says why when it is refused.</summary>
    /// <param name="s">Any spelling. Fillers, spaces, hyphens, dots and slashes may stand anywhere.</param>
    /// <param name="result">The number, or the default value on refusal.</param>
    /// <param name="fault">The first thing wrong; <see cref="DocumentNumberFault.None"/> on success.</param>
    public static bool TryParse(ReadOnlySpan<char> s, out DocumentNumber result, out DocumentNumberFault fault)
    {
        result = default;
        Span<char> kept = stackalloc char[MaxLength];
        var length = 0;
        for (var i = 0; i < s.Length; i++)
        {
            var c = s[i];
            if (IsDropped(c)) continue;
            if (!char.IsAsciiLetterOrDigit(c))
            {
                fault = new(DocumentNumberFaultKind.InvalidCharacter, i, c);
                return false;
            }
            if (length == MaxLength)
            {
                fault = new(DocumentNumberFaultKind.TooLong, i, c);
                return false;
            }
            kept[length++] = char.IsAsciiLetterLower(c) ? (char)(c - 'a' + 'A') : c;
        }
        if (length == 0)
        {
            fault = new(DocumentNumberFaultKind.Empty, 0, '\0');
            return false;
        }
        result = new(new string(kept[..length]));
        fault = default;
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out DocumentNumber, out DocumentNumberFault)"/>
    public static bool TryParse(ReadOnlySpan<char> s, out DocumentNumber result) => TryParse(s, out result, out _);

    /// <summary>Reads a number as typed or as scanned.</summary>
    /// <param name="s">Any spelling.</param>
    /// <param name="provider">Not used: the form is the same everywhere.</param>
    /// <param name="result">The number, or the default value on refusal.</param>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out DocumentNumber result) =>
        TryParse(s, out result, out _);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out DocumentNumber)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DocumentNumber result) =>
        TryParse(s.AsSpan(), out result, out _);

    /// <summary>Reads a number that is known to be good, such as a constant.</summary>
    /// <param name="s">Any spelling.</param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">It is refused; the message says what and where.</exception>
    public static DocumentNumber Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out var number, out var fault) ? number : throw new FormatException(fault.ToString());

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static DocumentNumber Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    private static bool IsDropped(char c) => c is '<' or ' ' or '-' or '.' or '/';
}
