using System.Numerics;
using System.Security.Cryptography;

namespace Comity.Emrtd.Signatures;

/// <summary>A point in affine form; the point at infinity has no coordinates. For public values only: its time depends on them.</summary>
internal readonly record struct EcPoint(BigInteger X, BigInteger Y)
{
    /// <summary>The sum of two points (BSI TR-03111 §4.3.2); none where it is the point at infinity.</summary>
    public static EcPoint? Add(EcGroup group, EcPoint p, EcPoint q)
    {
        var prime = Number(group.Numbers.Prime!);
        BigInteger slope;
        if (p.X == q.X)
        {
            if ((p.Y + q.Y) % prime == 0) return null;
            slope = ((3 * p.X * p.X) + Number(group.Numbers.A!)) * Inverse(2 * p.Y, prime);
        }
        else slope = (q.Y - p.Y) * Inverse(Mod(q.X - p.X, prime), prime);
        var x = Mod((slope * slope) - p.X - q.X, prime);
        return new(x, Mod((slope * (p.X - x)) - p.Y, prime));
    }

    /// <summary>One of the two y of an x.</summary>
    public static byte[] Decompress(EcGroup group, ReadOnlySpan<byte> x, bool odd)
    {
        var prime = Number(group.Numbers.Prime!);
        // Every named curve but secp224r1 has a prime of 3 mod 4; nobody compresses that one's points.
        if ((prime & 3) != 3) throw new CryptographicException("Points of this curve are not decompressed.");
        var at = Number(x);
        var square = SquareOf(group, at, prime);
        var y = BigInteger.ModPow(square, (prime + 1) >> 2, prime);
        if (Mod(y * y, prime) != square) throw new CryptographicException("The point is not on the curve.");
        if (y.IsEven == odd) y = prime - y;
        return Bytes(y, group.FieldBytes);
    }

    /// <summary>Whether the point is on the curve.</summary>
    public bool IsOn(EcGroup group)
    {
        var prime = Number(group.Numbers.Prime!);
        return X.Sign >= 0 && Y.Sign >= 0 && X < prime && Y < prime && Mod(Y * Y, prime) == SquareOf(group, X, prime);
    }

    /// <summary>Reads an uncompressed point of a curve; none where it is none.</summary>
    public static EcPoint? Read(EcGroup group, ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != (2 * group.FieldBytes) + 1 || encoded[0] != 4) return null;
        var point = new EcPoint(Number(encoded.Slice(1, group.FieldBytes)), Number(encoded[(1 + group.FieldBytes)..]));
        return point.IsOn(group) ? point : null;
    }

    /// <summary>Uncompressed.</summary>
    public byte[] Encode(EcGroup group) => [4, .. Bytes(X, group.FieldBytes), .. Bytes(Y, group.FieldBytes)];

    public static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    public static byte[] Bytes(BigInteger number, int length)
    {
        var bytes = new byte[length];
        var raw = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (raw.Length > length) throw new CryptographicException("The number is too large.");
        raw.CopyTo(bytes, length - raw.Length);
        return bytes;
    }

    public static BigInteger Mod(BigInteger value, BigInteger prime)
    {
        var rest = value % prime;
        return rest.Sign < 0 ? rest + prime : rest;
    }

    public static BigInteger Inverse(BigInteger value, BigInteger prime) => BigInteger.ModPow(value, prime - 2, prime);

    private static BigInteger SquareOf(EcGroup group, BigInteger x, BigInteger prime) =>
        Mod((x * x * x) + (Number(group.Numbers.A!) * x) + Number(group.Numbers.B!), prime);
}
