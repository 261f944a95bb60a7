using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Comity.Core;

/// <summary>The one source of random bytes and identifiers; whole networks of nodes run from one seed in a test.</summary>
/// <remarks>
/// Every member may be called from several threads at once. Generation of key pairs and the nonce of an ECDSA signature
/// come from the cryptographic library and never from here.
/// </remarks>
public abstract class Randomness
{
    private Randomness() { }

    /// <summary>The operating system's generator; the only one that a node in service uses.</summary>
    public static Randomness System { get; } = new SystemSource();

    /// <summary>A repeatable sequence for simulations: SHA-256 over the seed and a counter.</summary>
    /// <param name="seed">Equal seeds give equal sequences.</param>
    public static Randomness Seeded(ulong seed) => new SeededSource(seed);

    /// <summary>Fills the whole of <paramref name="destination"/>, of any length.</summary>
    public abstract void Fill(Span<byte> destination);

    /// <summary>A new array of random bytes.</summary>
    /// <param name="count">Zero or more.</param>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    /// <summary>A new identifier: UUID version 4 (RFC 9562, section 5.4), which tells nothing of when it was made.</summary>
    public Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        return ToId(bytes);
    }

    /// <summary>The identifier that 16 random bytes make; they are changed.</summary>
    internal static Guid ToId(Span<byte> bytes)
    {
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private sealed class SystemSource : Randomness
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }

    private sealed class SeededSource(ulong seed) : Randomness
    {
        private long _counter;

        public override void Fill(Span<byte> destination)
        {
            Span<byte> input = stackalloc byte[16];
            Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
            BinaryPrimitives.WriteUInt64BigEndian(input, seed);
            while (!destination.IsEmpty)
            {
                BinaryPrimitives.WriteInt64BigEndian(input[8..], Interlocked.Increment(ref _counter));
                SHA256.HashData(input, block);
                int taken = Math.Min(block.Length, destination.Length);
                block[..taken].CopyTo(destination);
                destination = destination[taken..];
            }
        }
    }
}
