using System.Diagnostics.CodeAnalysis;
using Comity.Core.Registers;
using System.Globalization;
using Comity.Emrtd;

namespace Comity.TravelDocuments.Records;

/// <summary>
/// One document number, or a run of them as blanks come from the printer: the same length, the same prefix,
/// and a suffix of digits that counts up. Made only by <see cref="TryCreate"/> or <see cref="Single"/>.
/// </summary>
/// <remarks>
/// The suffix is the longest run of digits at the end, at most <see cref="MaxSuffix"/> of them; the prefix is the
/// rest. So AB12C0001 to AB12C0500 is a range of 500, and A0001 to B0001 is none.
/// </remarks>
public readonly record struct NumberRange
{
    /// <summary>The most documents in one range.</summary>
    public const long MaxCount = 10_000_000;

    /// <summary>The most digits that count; further digits before them belong to the prefix.</summary>
    public const int MaxSuffix = 18;

    private NumberRange(DocumentNumber first, DocumentNumber last) => (First, Last) = (first, last);

    /// <summary>The first number.</summary>
    public DocumentNumber First { get; }

    /// <summary>The last number, itself included.</summary>
    public DocumentNumber Last { get; }

    /// <summary>Whether it is one number.</summary>
    public bool IsSingle => First == Last;

    /// <summary>How many numbers: 1 to <see cref="MaxCount"/>.</summary>
    public long Count => IsSingle ? 1 : SuffixOf(Last) - SuffixOf(First) + 1;

    /// <summary>One number.</summary>
    public static NumberRange Single(DocumentNumber number) => new(number, number);

    /// <summary>Makes a range.</summary>
    /// <param name="first">The first number.</param>
    /// <param name="last">The last number, itself included; the same as the first for one number.</param>
    /// <param name="range">The range, or the default value on refusal.</param>
    /// <param name="why">Why it was refused; null on success.</param>
    public static bool TryCreate(DocumentNumber first, DocumentNumber last, out NumberRange range, [NotNullWhen(false)] out Words? why)
    {
        range = default;
        why = Refusal(first, last);
        if (why is not null) return false;
        range = new(first, last);
        return true;
    }

    /// <summary>Whether a number is in the range.</summary>
    public bool Contains(DocumentNumber number)
    {
        if (IsSingle) return number == First;
        return number.Length == First.Length && PrefixLength(number.AsSpan()) == PrefixLength(First.AsSpan())
            && PrefixOf(number).SequenceEqual(PrefixOf(First))
            && SuffixOf(number) >= SuffixOf(First) && SuffixOf(number) <= SuffixOf(Last);
    }

    /// <summary>How many characters stand before the digits that count.</summary>
    public static int PrefixLength(ReadOnlySpan<char> number)
    {
        var stop = Math.Max(0, number.Length - MaxSuffix);
        var length = number.Length;
        while (length > stop && char.IsAsciiDigit(number[length - 1])) length--;
        return length;
    }

    /// <summary>The number, or first–last with a hyphen between, as keys and errors show it.</summary>
    public override string ToString() => IsSingle ? First.ToString() : $"{First}-{Last}";

    /// <summary>The number with the same prefix and length as a sample and another suffix.</summary>
    /// <param name="sample">A number whose prefix and length are taken.</param>
    /// <param name="suffix">0 or more, with no more digits than the sample's suffix.</param>
    internal static DocumentNumber WithSuffix(DocumentNumber sample, long suffix)
    {
        var prefix = PrefixOf(sample);
        var digits = sample.Length - prefix.Length;
        if (digits == 0) return sample;
        return DocumentNumber.Parse(string.Concat(prefix, suffix.ToString("D" + digits, CultureInfo.InvariantCulture)));
    }

    /// <summary>The range of a prefix and so many digits from one suffix to another.</summary>
    internal static NumberRange Of(string prefix, int digits, long start, long end) => new(Number(prefix, digits, start), Number(prefix, digits, end));

    private static DocumentNumber Number(string prefix, int digits, long suffix) =>
        DocumentNumber.Parse(digits == 0 ? prefix : prefix + suffix.ToString("D" + digits, CultureInfo.InvariantCulture));

    internal static ReadOnlySpan<char> PrefixOf(DocumentNumber number) => number.AsSpan()[..PrefixLength(number.AsSpan())];

    internal static long SuffixOf(DocumentNumber number) => SuffixOf(number.AsSpan()[PrefixLength(number.AsSpan())..]);

    /// <summary>The value of up to 18 digits; nothing is 0.</summary>
    internal static long SuffixOf(ReadOnlySpan<char> digits)
    {
        long value = 0;
        foreach (var c in digits) value = value * 10 + (c - '0');
        return value;
    }

    private static Words? Refusal(DocumentNumber first, DocumentNumber last)
    {
        if (first.IsEmpty || last.IsEmpty) return new("needs a first and a last number", "doit avoir un premier et un dernier numéro");
        if (first == last) return null;
        if (first.Length != last.Length) return new("must have the same length as the first number", "doit avoir la même longueur que le premier numéro");
        if (!PrefixOf(first).SequenceEqual(PrefixOf(last)))
            return new("may differ from the first number only in the digits at the end", "ne peut différer du premier numéro que par les chiffres de la fin");
        var count = SuffixOf(last) - SuffixOf(first) + 1;
        if (count < 1) return new("comes before the first number", "précède le premier numéro");
        return count > MaxCount ? new($"makes a range of {count} documents; at most {MaxCount} are allowed", $"donne une série de {count} documents ; {MaxCount} au plus sont admis") : null;
    }
}
