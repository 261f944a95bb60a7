using System.Security.Cryptography;
using Comity.Core.Jose;

namespace Comity.Core.Requests;

/// <summary>An event's name: SHA-256 of what its author signed. Equal events have equal names, however often they were signed.</summary>
public readonly record struct EventId : IComparable<EventId>
{
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private EventId(ReadOnlySpan<byte> hash) =>
        (_high, _low) = (System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash), System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));

    /// <summary>The name of a payload.</summary>
    public static EventId Of(ReadOnlySpan<byte> payload)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, hash);
        return new EventId(hash);
    }

    /// <summary>The name whose 32 bytes these are.</summary>
    public static EventId FromBytes(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, SHA256.HashSizeInBytes);
        return new EventId(hash);
    }

    /// <summary>Reads 43 characters of base64url.</summary>
    public static bool TryParse(string? text, out EventId id)
    {
        var read = StrictBase64Url.TryDecode(text, out var bytes) && bytes.Length == SHA256.HashSizeInBytes;
        id = read ? new EventId(bytes) : default;
        return read;
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), _low);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(EventId other) => _high != other._high ? _high.CompareTo(other._high) : _low.CompareTo(other._low);

    /// <summary>43 characters of base64url.</summary>
    public override string ToString() => StrictBase64Url.Encode(ToBytes());
}
