using System.Diagnostics.CodeAnalysis;

namespace Comity.Core.Members;

/// <summary>
/// The code that a travel document carries for the State or organisation that issued it: 1 to 3 letters A–Z
/// (D, GBD, UTO). A member may publish for several. Made only by parsing; the default is empty and is no code.
/// </summary>
/// <remarks>
/// ICAO Doc 9303-3 §5: codes of two letters or one are filled with <c>&lt;</c> to three, and the fillers are
/// dropped here. Letters are raised. Order and equality are those of the letters.
/// </remarks>
public readonly record struct IssuingCode : ISpanParsable<IssuingCode>, IComparable<IssuingCode>
{
    /// <summary>The most letters that a code may have.</summary>
    public const int MaxLength = 3;

    /// <summary>The greatest <see cref="Ordinal"/>: that of ZZZ.</summary>
    public const int MaxOrdinal = 26 * Base * Base + 26 * Base + 26;

    private const int Base = 27;
    private readonly ushort _ordinal;

    private IssuingCode(int ordinal) => _ordinal = (ushort)ordinal;

    /// <summary>
    /// The code as a number of 15 bits, 1 to <see cref="MaxOrdinal"/>, in alphabetical order; 0 for the default value.
    /// </summary>
    public int Ordinal => _ordinal;

    /// <summary>Whether this is the default value, which is no code.</summary>
    public bool IsEmpty => _ordinal == 0;

    /// <summary>The code with a given <see cref="Ordinal"/>.</summary>
    /// <param name="ordinal">As <see cref="Ordinal"/> gave it; 0 gives the default value.</param>
    /// <exception cref="ArgumentOutOfRangeException">No code has this ordinal.</exception>
    public static IssuingCode FromOrdinal(int ordinal)
    {
        if (ordinal is < 0 or > MaxOrdinal) throw new ArgumentOutOfRangeException(nameof(ordinal));
        var code = new IssuingCode(ordinal);
        // A gap between letters ("A_B") prints as two letters and reads back as another number.
        if (ordinal != 0 && (!TryParse(code.ToString(), out var back) || back != code))
            throw new ArgumentOutOfRangeException(nameof(ordinal));
        return code;
    }

    /// <summary>The letters without fillers; empty for the default value.</summary>
    public override string ToString()
    {
        Span<char> letters = stackalloc char[MaxLength];
        var length = 0;
        for (var divisor = Base * Base; divisor > 0; divisor /= Base)
        {
            var letter = _ordinal / divisor % Base;
            if (letter != 0) letters[length++] = (char)('A' + letter - 1);
        }
        return new string(letters[..length]);
    }

    /// <summary>Alphabetical order; the default value comes first.</summary>
    public int CompareTo(IssuingCode other) => _ordinal.CompareTo(other._ordinal);

    /// <summary>Reads a code as printed or as scanned.</summary>
    /// <param name="s">1 to 3 letters of either case, then any number of fillers or spaces.</param>
    /// <param name="result">The code, or the default value on refusal.</param>
    /// <returns>False where there is no letter, more than three, or anything but a letter.</returns>
    public static bool TryParse(ReadOnlySpan<char> s, out IssuingCode result)
    {
        result = default;
        s = s.TrimEnd("< ");
        if (s.Length is 0 or > MaxLength) return false;
        var ordinal = 0;
        for (var i = 0; i < MaxLength; i++)
        {
            if (i < s.Length && !char.IsAsciiLetter(s[i])) return false;
            ordinal = ordinal * Base + (i < s.Length ? (s[i] | 0x20) - 'a' + 1 : 0);
        }
        result = new(ordinal);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out IssuingCode)"/>
    /// <param name="s">1 to 3 letters of either case, then any number of fillers or spaces.</param>
    /// <param name="provider">Not used: the form is the same everywhere.</param>
    /// <param name="result">The code, or the default value on refusal.</param>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IssuingCode result) =>
        TryParse(s, out result);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out IssuingCode)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IssuingCode result) =>
        TryParse(s.AsSpan(), out result);

    /// <summary>Reads a code that is known to be good, such as a constant.</summary>
    /// <exception cref="FormatException">It is refused.</exception>
    public static IssuingCode Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out var code) ? code : throw new FormatException("An issuing code is 1 to 3 letters A–Z.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static IssuingCode Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);
}
