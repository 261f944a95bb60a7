namespace Comity.Emrtd.Mrz;

/// <summary>The check digit of a field of a machine-readable zone.</summary>
/// <remarks>
/// ICAO Doc 9303-3 §4.9: each character has a value (digits their own, A to Z 10 to 35, filler 0), the values
/// are weighted 7, 3, 1 over and over from the left, and the digit is the remainder of their sum by 10.
/// </remarks>
public static class CheckDigit
{
    /// <summary>There is no check digit: a character is not 0–9, A–Z or the filler.</summary>
    public const int None = -1;

    private const byte Invalid = 0x80;

    /// <summary>Values of the ASCII characters; <see cref="Invalid"/> where there is none.</summary>
    private static readonly byte[] Values = [.. Enumerable.Range(0, 128).Select(c => (byte)(DefinedValueOf((char)c) is >= 0 and var v ? v : Invalid))];

    /// <summary>Computes the check digit of a field.</summary>
    /// <param name="field">The characters, any length; none gives 0.</param>
    /// <returns>0 to 9, or <see cref="None"/> where a character is not 0–9, A–Z or the filler.</returns>
    public static int Of(ReadOnlySpan<char> field)
    {
        uint sum = 0;
        uint seen = 0;
        while (field.Length >= 3)
        {
            uint a = Lookup(field[0]), b = Lookup(field[1]), c = Lookup(field[2]);
            seen |= a | b | c;
            sum = (sum + 7 * a + 3 * b + c) % 10;
            field = field[3..];
        }
        if (field.Length > 0)
        {
            uint a = Lookup(field[0]), b = field.Length > 1 ? Lookup(field[1]) : 0u;
            seen |= a | b;
            sum += 7 * a + 3 * b;
        }
        return seen < Invalid ? (int)(sum % 10) : None;
    }

    /// <summary>The value of one character: 0 to 35, or <see cref="None"/>.</summary>
    /// <param name="character">Any character; lower case has no value.</param>
    public static int ValueOf(char character) => Lookup(character) is < Invalid and var value ? value : None;

    /// <summary>The weight of a position counted from 0: 7, 3 or 1.</summary>
    /// <param name="position">0 or more.</param>
    public static int WeightAt(int position) => (position % 3) switch { 0 => 7, 1 => 3, _ => 1 };

    /// <summary>The same in the standard's own words, one character at a time.</summary>
    internal static int OfScalar(ReadOnlySpan<char> field)
    {
        var sum = 0;
        for (var i = 0; i < field.Length; i++)
        {
            var value = DefinedValueOf(field[i]);
            if (value == None) return None;
            sum = (sum + value * WeightAt(i)) % 10;
        }
        return sum;
    }

    private static byte Lookup(char c) => c < 128 ? Values[c] : Invalid;

    private static int DefinedValueOf(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'A' and <= 'Z' => c - 'A' + 10,
        '<' => 0,
        _ => None,
    };
}
