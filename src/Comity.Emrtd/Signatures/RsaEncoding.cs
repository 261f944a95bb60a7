using System.Numerics;
using System.Security.Cryptography;
using Comity.Emrtd.Ber;

namespace Comity.Emrtd.Signatures;

/// <summary>Encodings of RSA signatures that .NET does not check: PSS with a salt or mask of its own, and SHA-224 (RFC 8017 §8 and §9).</summary>
/// <remarks>Only public values go through here.</remarks>
internal static class RsaEncoding
{
    /// <summary>The message representative of a signature (RSAVP1); none where the signature is not below the modulus.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> signature)
    {
        var n = EcPoint.Number(modulus);
        var s = EcPoint.Number(signature);
        if (n.IsEven || s >= n) return null;
        return EcPoint.Bytes(BigInteger.ModPow(s, EcPoint.Number(exponent), n), modulus.Length);
    }

    public static bool Verify(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, SignatureAlgorithm algorithm, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (Open(modulus, exponent, signature) is not { } encoded) return false;
        if (algorithm.Scheme == SignatureScheme.RsaPkcs1) return IsPkcs1(encoded, algorithm.Hash!.Value, hash);
        var bits = (8 * modulus.Length) - 1 - (BitOperations.LeadingZeroCount((uint)modulus[0]) - 24);
        return IsPss(encoded, bits, algorithm, hash);
    }

    /// <summary>EMSA-PKCS1-v1_5 is made again and compared: nothing is parsed that an attacker wrote.</summary>
    private static bool IsPkcs1(ReadOnlySpan<byte> encoded, DigestName name, ReadOnlySpan<byte> hash)
    {
        var info = TlvWriter.Of(Tag.Sequence,
            TlvWriter.Of(Tag.Sequence, TlvWriter.Oid(Digest.OidOf(name)), TlvWriter.Of(Tag.Null)),
            TlvWriter.Of(Tag.OctetString, hash.ToArray()));
        if (encoded.Length < info.Length + 11) return false;
        Span<byte> expected = stackalloc byte[encoded.Length];
        expected.Fill(0xFF);
        (expected[0], expected[1], expected[^(info.Length + 1)]) = (0, 1, 0);
        info.CopyTo(expected[^info.Length..]);
        return CryptographicOperations.FixedTimeEquals(expected, encoded);
    }

    /// <summary>EMSA-PSS-VERIFY (RFC 8017 §9.1.2).</summary>
    private static bool IsPss(ReadOnlySpan<byte> representative, int bits, SignatureAlgorithm algorithm, ReadOnlySpan<byte> hash)
    {
        var length = (bits + 7) / 8;
        if (representative.Length > length && representative[0] != 0) return false;
        var encoded = representative[^length..];
        if (length < hash.Length + algorithm.SaltLength + 2 || encoded[^1] != 0xBC) return false;

        var masked = encoded[..(length - hash.Length - 1)];
        var h = encoded.Slice(masked.Length, hash.Length);
        var unused = (8 * length) - bits;
        if (masked[0] >> (8 - unused) != 0) return false;

        var block = Mask(algorithm.MaskHash, h, masked.Length);
        for (var i = 0; i < block.Length; i++) block[i] ^= masked[i];
        block[0] &= (byte)(0xFF >> unused);
        var zeros = block.Length - algorithm.SaltLength - 1;
        if (block.AsSpan(0, zeros).ContainsAnyExcept((byte)0) || block[zeros] != 1) return false;

        byte[] prime = [0, 0, 0, 0, 0, 0, 0, 0, .. hash, .. block.AsSpan(zeros + 1)];
        return CryptographicOperations.FixedTimeEquals(Digest.Of(algorithm.Hash!.Value, prime), h);
    }

    /// <summary>MGF1 (RFC 8017 §B.2.1).</summary>
    private static byte[] Mask(DigestName name, ReadOnlySpan<byte> seed, int length)
    {
        var mask = new byte[length];
        Span<byte> input = stackalloc byte[seed.Length + 4];
        seed.CopyTo(input);
        var size = Digest.LengthOf(name);
        Span<byte> buffer = stackalloc byte[Digest.MaxLength];
        for (var (at, counter) = (0, 0); at < length; at += size, counter++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(input[seed.Length..], counter);
            Digest.Of(name, input, buffer)[..Math.Min(size, length - at)].CopyTo(mask.AsSpan(at));
        }
        return mask;
    }
}
