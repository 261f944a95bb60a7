using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Comity.TransparencyLog;

/// <summary>A node of a Merkle tree: 32 bytes of SHA-256, held in place.</summary>
/// <remarks>The default value is 32 zero bytes. Prints as 44 characters of base64 (RFC 4648 section 4).</remarks>
public readonly record struct TreeHash
{
    /// <summary>The length of a hash in bytes: 32.</summary>
    public const int Length = 32;

    /// <summary>The length of a hash in base64, padding included: 44.</summary>
    public const int TextLength = 44;

    private readonly ulong _a, _b, _c, _d;

    /// <summary>Takes 32 bytes as they are.</summary>
    /// <exception cref="ArgumentException">Not exactly 32 bytes.</exception>
    public TreeHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _a = BitConverter.ToUInt64(bytes);
        _b = BitConverter.ToUInt64(bytes[8..]);
        _c = BitConverter.ToUInt64(bytes[16..]);
        _d = BitConverter.ToUInt64(bytes[24..]);
    }

    /// <summary>The 32 bytes, in place.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> AsSpan() => MemoryMarshal.AsBytes(new ReadOnlySpan<TreeHash>(in this));

    /// <summary>Copies the 32 bytes to the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than 32 bytes.</exception>
    public void CopyTo(Span<byte> destination) => AsSpan().CopyTo(destination);

    /// <summary>The 32 bytes in an array of their own.</summary>
    public byte[] ToArray() => AsSpan().ToArray();

    /// <summary>Reads exactly 44 characters of canonical base64; nothing around them, unused bits zero.</summary>
    /// <returns>False, and a default hash, for anything else.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TreeHash hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var ok = text.Length == TextLength && StrictBase64.TryDecode(text, bytes, out var written) && written == Length;
        hash = ok ? new TreeHash(bytes) : default;
        return ok;
    }

    /// <summary>Reads consecutive hashes, such as a tile or a proof sent as bytes.</summary>
    /// <returns>False where the length is not a multiple of 32.</returns>
    public static bool TryReadMany(ReadOnlySpan<byte> bytes, out TreeHash[] hashes)
    {
        var ok = bytes.Length % Length == 0;
        hashes = ok ? MemoryMarshal.Cast<byte, TreeHash>(bytes).ToArray() : [];
        return ok;
    }

    /// <summary>The base64 of the hash, 44 characters.</summary>
    public override string ToString() => Convert.ToBase64String(AsSpan());

    /// <summary>A quarter of the hash is as good a hash code as any.</summary>
    public override int GetHashCode() => unchecked((int)_a);

    /// <summary>Hashes <paramref name="data"/> with SHA-256 straight into a value.</summary>
    internal static TreeHash Sha256(ReadOnlySpan<byte> data)
    {
        Unsafe.SkipInit(out TreeHash hash);
        SHA256.HashData(data, MemoryMarshal.AsBytes(new Span<TreeHash>(ref hash)));
        return hash;
    }
}
