using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Comity.TransparencyLog;

/// <summary>The bytes of up to 256 consecutive entries: each with its length before it, in two bytes big-endian.</summary>
/// <remarks>C2SP tlog-tiles, "Log entries".</remarks>
public static class EntryBundle
{
    /// <summary>The longest entry in bytes: 65,535.</summary>
    public const int MaxEntryLength = ushort.MaxValue;

    /// <summary>Writes one entry after those already written.</summary>
    /// <exception cref="ArgumentException">The entry is longer than <see cref="MaxEntryLength"/>.</exception>
    public static void Append(IBufferWriter<byte> bundle, ReadOnlySpan<byte> entry)
    {
        if (entry.Length > MaxEntryLength)
        {
            throw new ArgumentException($"An entry has at most {MaxEntryLength} bytes, not {entry.Length}.", nameof(entry));
        }

        var span = bundle.GetSpan(sizeof(ushort) + entry.Length);
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)entry.Length);
        entry.CopyTo(span[sizeof(ushort)..]);
        bundle.Advance(sizeof(ushort) + entry.Length);
    }

    /// <summary>The bytes of a whole bundle.</summary>
    /// <exception cref="ArgumentException">An entry is longer than <see cref="MaxEntryLength"/>.</exception>
    public static byte[] Encode(IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        var bundle = new ArrayBufferWriter<byte>();
        foreach (var entry in entries)
        {
            Append(bundle, entry.Span);
        }

        return bundle.WrittenSpan.ToArray();
    }

    /// <summary>Cuts a bundle into its entries, which share its memory.</summary>
    /// <param name="bundle">The bytes as fetched.</param>
    /// <param name="width">How many entries there must be, 1 to 256.</param>
    /// <param name="entries">The entries in order.</param>
    /// <param name="fault">In English, which entry or byte is wrong.</param>
    /// <returns>False where bytes are missing or left over.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The width is not 1 to 256.</exception>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bundle,
        int width,
        [NotNullWhen(true)] out ReadOnlyMemory<byte>[]? entries,
        [NotNullWhen(false)] out string? fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, TileId.FullWidth);
        (entries, fault) = (null, null);
        var found = new ReadOnlyMemory<byte>[width];
        var at = 0;
        for (var i = 0; i < width; i++)
        {
            var rest = bundle[at..];
            if (!BinaryPrimitives.TryReadUInt16BigEndian(rest.Span, out var length) || rest.Length - sizeof(ushort) < length)
            {
                fault = $"Entry {i} of {width} at byte {at} is cut off.";
                return false;
            }

            found[i] = rest.Slice(sizeof(ushort), length);
            at += sizeof(ushort) + length;
        }

        if (at != bundle.Length)
        {
            fault = $"{bundle.Length - at} bytes are left over after {width} entries at byte {at}.";
            return false;
        }

        entries = found;
        return true;
    }
}
