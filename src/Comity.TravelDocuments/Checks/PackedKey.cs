using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Comity.Core.Members;

namespace Comity.TravelDocuments.Checks;

/// <summary>
/// Issuer and number in one word: 15 bits of issuer above 47 bits of at most nine characters to the base 37, so that
/// equal words mean equal keys and no text need be kept.
/// </summary>
internal static class PackedKey
{
    /// <summary>The longest number that fits; it is also the length of the field in a passport.</summary>
    public const int MaxLength = 9;

    /// <summary>How many other characters may stand in a place.</summary>
    public const int Others = 35;

    private const int NumberBits = 47;
    private const uint Base = 37;

    /// <summary>Packs a key.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="number">1 to <see cref="MaxLength"/> characters, each A–Z or 0–9.</param>
    public static ulong Of(IssuingCode issuer, ReadOnlySpan<char> number)
    {
        ulong value = 0;
        if (Vector128.IsHardwareAccelerated && number.Length >= Vector128<ushort>.Count)
        {
            value = OfEight(number);
            number = number[Vector128<ushort>.Count..];
        }
        return (ulong)issuer.Ordinal << NumberBits | Continue(value, number);
    }

    /// <summary>The same in the definition's own words, one character at a time.</summary>
    internal static ulong OfScalar(IssuingCode issuer, ReadOnlySpan<char> number) =>
        (ulong)issuer.Ordinal << NumberBits | Continue(0, number);

    /// <summary>Writes the keys of all numbers that differ from one in one character: for each place from the last to the first, for each other character in the order of the alphabet.</summary>
    /// <param name="key">The number's own key.</param>
    /// <param name="number">The number.</param>
    /// <param name="keys">Takes <see cref="Others"/> for each character.</param>
    public static void Substitute(ulong key, ReadOnlySpan<char> number, Span<ulong> keys)
    {
        ulong weight = 1;
        var next = 0;
        for (var place = number.Length - 1; place >= 0; place--, weight *= Base)
        {
            var own = ValueOf(number[place]);
            var without = key - own * weight;
            for (var value = 1UL; value < Base; value++)
            {
                if (value != own) keys[next++] = without + value * weight;
            }
        }
    }

    private static ulong Continue(ulong value, ReadOnlySpan<char> number)
    {
        foreach (var c in number) value = value * Base + ValueOf(c);
        return value;
    }

    /// <summary>1 to 36: no character has the value 0, so that 1 and 01 differ.</summary>
    private static ulong ValueOf(char c) => (ulong)(c <= '9' ? c - '0' + 1 : c - 'A' + 11);

    /// <summary>The value of the first eight characters: neighbours are joined, then pairs, then fours.</summary>
    private static ulong OfEight(ReadOnlySpan<char> number)
    {
        var characters = Vector128.Create(MemoryMarshal.Cast<char, ushort>(number));
        var letters = Vector128.GreaterThan(characters, Vector128.Create((ushort)'9'));
        var values = characters - Vector128.Create((ushort)('0' - 1)) - (letters & Vector128.Create((ushort)('A' - '9' - 1)));
        // At most 36 × 37 + 36, then 1368 × 37² + 1368: each fits its lane.
        var weighted = (values * Vector128.Create((ushort)37, 1, 37, 1, 37, 1, 37, 1)).AsUInt32();
        var pairs = (weighted & Vector128.Create(0xFFFFu)) + (weighted >> 16);
        var fours = (pairs * Vector128.Create(Base * Base, 1, Base * Base, 1)).AsUInt64();
        var sums = (fours & Vector128.Create(0xFFFF_FFFFUL)) + (fours >> 32);
        return sums.GetElement(0) * (Base * Base * Base * Base) + sums.GetElement(1);
    }

    /// <summary>
    /// Spreads keys over the whole of 64 bits, one to one, so that the spread word stands for the key. The seed keeps
    /// a partner from choosing numbers that crowd together.
    /// </summary>
    public static ulong Spread(ulong key, ulong seed)
    {
        key ^= seed;
        key ^= key >> 32;
        key *= 0xD6E8FEB86659FD93;
        key ^= key >> 32;
        key = BitOperations.RotateLeft(key ^ seed, 17);
        key *= 0x9FB21C651E98DF25;
        return key ^ key >> 32;
    }

    /// <summary>The key that was spread.</summary>
    public static ulong Gather(ulong spread, ulong seed)
    {
        spread ^= spread >> 32;
        spread *= 0x02AB9C720D1024AD;
        spread = BitOperations.RotateRight(spread, 17) ^ seed;
        spread ^= spread >> 32;
        spread *= 0xCFEE444D8B59A89B;
        return spread ^ spread >> 32 ^ seed;
    }

    /// <summary>The issuer in a key.</summary>
    public static IssuingCode IssuerOf(ulong key) => IssuingCode.FromOrdinal(OrdinalOf(key));

    /// <summary>The issuer's ordinal in a key; in a word that is no key, any 17 bits.</summary>
    public static int OrdinalOf(ulong key) => (int)(key >> NumberBits);
}
