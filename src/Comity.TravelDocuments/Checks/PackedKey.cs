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

    /// <summary>Packs a key.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="number">1 to <see cref="MaxLength"/> characters, each A–Z or 0–9.</param>
    public static ulong Of(IssuingCode issuer, ReadOnlySpan<char> number)
    {
        ulong value = 0;
        // No character has the value 0, so that 1 and 01 differ.
        foreach (var c in number) value = value * 37 + (ulong)(c <= '9' ? c - '0' + 1 : c - 'A' + 11);
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
