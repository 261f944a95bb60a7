using System.Numerics;
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

    private const int NumberBits = 47;
    private const uint Base = 37;

    /// <summary>1 to 36 for 0–9 and A–Z. No character has the value 0, so that 1 and 01 differ.</summary>
    private static ReadOnlySpan<byte> Values =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0, 0, 0, 0, 0,
        0, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>Packs a key.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="number">1 to <see cref="MaxLength"/> characters, each A–Z or 0–9.</param>
    public static ulong Of(IssuingCode issuer, ReadOnlySpan<char> number)
    {
        // Two characters a step: the multiplications wait for one another half as often.
        ulong value = (number.Length & 1) != 0 ? Values[number[0] & 127] : 0u;
        for (var i = number.Length & 1; i + 1 < number.Length; i += 2)
            value = value * (Base * Base) + (Values[number[i] & 127] * Base + Values[number[i + 1] & 127]);
        return (ulong)issuer.Ordinal << NumberBits | value;
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
}
