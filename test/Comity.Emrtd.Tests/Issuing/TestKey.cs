using System.Numerics;
using System.Security.Cryptography;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Tests.Issuing;

/// <summary>A key that signs certificates and documents of a State that does not exist.</summary>
internal sealed class TestKey
{
    private readonly Func<byte[], byte[]> _sign;

    private TestKey(byte[] info, byte[] algorithm, DigestName hash, Func<byte[], byte[]> sign) => (Info, Algorithm, Hash, _sign) = (info, algorithm, hash, sign);

    /// <summary>The SubjectPublicKeyInfo.</summary>
    public byte[] Info { get; }

    public byte[] Algorithm { get; }

    public DigestName Hash { get; }

    public byte[] Identifier => SHA1.HashData(Info);

    public byte[] Sign(byte[] data) => _sign(data);

    public static byte[] AlgorithmOf(string oid, params byte[][] parameters) => TlvWriter.Of(Tag.Sequence, [TlvWriter.Oid(oid), .. parameters]);

    public static byte[] BitString(byte[] content) => TlvWriter.Of(Tag.BitString, [0], content);

    public static TestKey Ec(string curve = "1.3.36.3.3.2.8.1.1.7", DigestName hash = DigestName.Sha256, bool byNumbers = true)
    {
        var key = ECDsa.Create(ECCurve.CreateFromValue(curve));
        return new(InfoOf(key.ExportExplicitParameters(false), byNumbers ? null : curve), AlgorithmOf(EcdsaOid(hash)), hash,
            data => key.SignHash(Digest.Of(hash, data), DSASignatureFormat.Rfc3279DerSequence));
    }

    private static string EcdsaOid(DigestName hash) => hash == DigestName.Sha1 ? "1.2.840.10045.4.1" : $"1.2.840.10045.4.3.{(int)hash}";

    /// <summary>The key's structure, the curve by its numbers as Doc 9303-12 asks, or by name.</summary>
    public static byte[] InfoOf(ECParameters key, string? curve)
    {
        byte[] Point(ECPoint p) => [4, .. p.X!, .. p.Y!];
        var c = key.Curve;
        var parameters = curve is not null ? TlvWriter.Oid(curve) : TlvWriter.Of(Tag.Sequence,
            TlvWriter.Of(Tag.Integer, [1]),
            TlvWriter.Of(Tag.Sequence, TlvWriter.Oid("1.2.840.10045.1.1"), TlvWriter.Unsigned(c.Prime)),
            TlvWriter.Of(Tag.Sequence, TlvWriter.Of(Tag.OctetString, c.A!), TlvWriter.Of(Tag.OctetString, c.B!)),
            TlvWriter.Of(Tag.OctetString, Point(c.G)), TlvWriter.Unsigned(c.Order), TlvWriter.Of(Tag.Integer, [1]));
        return TlvWriter.Of(Tag.Sequence, AlgorithmOf("1.2.840.10045.2.1", parameters), BitString(Point(key.Q)));
    }

    public static TestKey Rsa(DigestName hash = DigestName.Sha256, int bits = 1024)
    {
        var key = RSA.Create(bits);
        var oid = hash switch { DigestName.Sha1 => 5, DigestName.Sha224 => 14, DigestName.Sha256 => 11, DigestName.Sha384 => 12, _ => 13 };
        return new(key.ExportSubjectPublicKeyInfo(), AlgorithmOf($"1.2.840.113549.1.1.{oid}", TlvWriter.Of(Tag.Null)), hash, data =>
        {
            var info = TlvWriter.Of(Tag.Sequence, AlgorithmOf(Digest.OidOf(hash), TlvWriter.Of(Tag.Null)), TlvWriter.Of(Tag.OctetString, Digest.Of(hash, data)));
            var length = bits / 8;
            return Raw(key, [0, 1, .. Enumerable.Repeat((byte)0xFF, length - info.Length - 3), 0, .. info]);
        });
    }

    /// <summary>RSASSA-PSS with any salt, made by hand after RFC 8017 §9.1.1.</summary>
    public static TestKey Pss(DigestName hash, int salt, DigestName? mask = null, int bits = 1024)
    {
        var key = RSA.Create(bits);
        var maskHash = mask ?? hash;
        var algorithm = AlgorithmOf("1.2.840.113549.1.1.10", TlvWriter.Of(Tag.Sequence,
            TlvWriter.Of(0xA0, AlgorithmOf(Digest.OidOf(hash))),
            TlvWriter.Of(0xA1, AlgorithmOf("1.2.840.113549.1.1.8", AlgorithmOf(Digest.OidOf(maskHash)))),
            TlvWriter.Of(0xA2, TlvWriter.Unsigned([(byte)salt]))));
        return new(key.ExportSubjectPublicKeyInfo(), algorithm, hash, data =>
        {
            var random = RandomNumberGenerator.GetBytes(salt);
            var h = Digest.Of(hash, [0, 0, 0, 0, 0, 0, 0, 0, .. Digest.Of(hash, data), .. random]);
            var block = new byte[(bits / 8) - h.Length - 1];
            block[^(salt + 1)] = 1;
            random.CopyTo(block.AsSpan(block.Length - salt));
            var at = 0;
            for (byte counter = 0; at < block.Length; counter++)
            {
                foreach (var b in Digest.Of(maskHash, [.. h, 0, 0, 0, counter]).TakeWhile(_ => at < block.Length)) block[at++] ^= b;
            }
            block[0] &= 0x7F;
            return Raw(key, [.. block, .. h, 0xBC]);
        });
    }

    /// <summary>The private operation alone.</summary>
    public static byte[] Raw(RSA key, byte[] representative)
    {
        var p = key.ExportParameters(true);
        BigInteger Number(byte[] b) => new(b, isUnsigned: true, isBigEndian: true);
        return EcPoint.Bytes(BigInteger.ModPow(Number(representative), Number(p.D!), Number(p.Modulus!)), p.Modulus!.Length);
    }
}
