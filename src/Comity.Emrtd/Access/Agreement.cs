using System.Numerics;
using System.Security.Cryptography;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Access;

/// <summary>Fills a span with random bytes.</summary>
public delegate void RandomFill(Span<byte> bytes);

/// <summary>A group in which two parties agree on a secret (Doc 9303-11 §9.6). Failures come as none, never as exceptions.</summary>
internal interface IAgreement
{
    byte[] NewPrivate(RandomFill random);

    byte[] Public(byte[] privateKey);

    byte[]? Secret(byte[] privateKey, ReadOnlySpan<byte> peer);

    /// <summary>The same group with the generator that generic mapping gives (Doc 9303-11 §4.4.3.3.1).</summary>
    IAgreement? MapGeneric(ReadOnlySpan<byte> nonce, byte[] privateKey, ReadOnlySpan<byte> peer);

    /// <summary>The same group with the generator that integrated mapping gives (Doc 9303-11 §4.4.3.3.2).</summary>
    IAgreement? MapIntegrated(SessionCipher cipher, byte[] nonce, byte[] other);

    /// <summary>What goes into a token or a signature for a public key (Doc 9303-11 §9.4.4): 86 for a point, 84 for a number.</summary>
    byte[] Element(ReadOnlySpan<byte> publicKey);

    /// <summary>Comp(PK) (BSI TR-03110-3 §A.2.2.3): the x of a point, SHA-1 of a number.</summary>
    byte[] Compress(ReadOnlySpan<byte> publicKey);
}

/// <summary>Groups of keys and of standardised domain parameters.</summary>
internal static class Agreement
{
    /// <summary>Standardised domain parameters (Doc 9303-11 Table 6): 0 to 2 are fields, 8 to 18 curves.</summary>
    public static IAgreement? Standardised(int id) =>
        EcGroup.Standardised(id) is { } group ? new EcAgreement(group) : DhAgreement.Standardised(id);

    /// <summary>The group of a chip's key.</summary>
    public static IAgreement? Of(SubjectKey key) => key.Kind switch
    {
        KeyKind.Ec => new EcAgreement(key.Group!),
        KeyKind.Dh when key.StandardParameters is { } id => DhAgreement.Standardised(id),
        KeyKind.Dh => new DhAgreement(EcPoint.Number(key.DhPrime.Span), EcPoint.Number(key.DhGenerator.Span), BigInteger.Zero),
        _ => null,
    };

    /// <summary>A number from 1 to below a bound, evenly: 64 bits more than needed are drawn.</summary>
    public static BigInteger Below(BigInteger bound, RandomFill random)
    {
        Span<byte> bytes = stackalloc byte[(int)(bound.GetBitLength() / 8) + 9];
        random(bytes);
        return (EcPoint.Number(bytes) % (bound - 1)) + 1;
    }

    /// <summary>The pseudo-random number of integrated mapping before it is reduced (Doc 9303-11 §4.4.3.3.2).</summary>
    public static byte[] Pseudorandom(SessionCipher cipher, byte[] nonce, byte[] other, int bits)
    {
        var wide = cipher is SessionCipher.Aes192 or SessionCipher.Aes256;
        var c0 = Convert.FromHexString(wide ? "D463D65234124EF7897054986DCA0A174E28DF758CBAA03F240616414D5A1676" : "A668892A7C41E3CA739F40B057D85904");
        var c1 = Convert.FromHexString(wide ? "54BD7255F0AAF831BEC3423FCF39D69B6CBF066677D0FAAE5AADD99DF8E53517" : "A4E136AC725F738B01C1F60217C188AD");
        var iv = new byte[ChipCipher.BlockOf(cipher)];
        byte[] Run(byte[] key, byte[] data) => ChipCipher.Encrypt(cipher, Key(cipher, key), iv, data);

        var state = Run(other, nonce);
        var output = new List<byte>();
        while (8 * output.Count < bits + 64)
        {
            output.AddRange(Run(state, c1));
            state = Run(state, c0);
        }
        return [.. output];
    }

    private static byte[] Key(SessionCipher cipher, byte[] bytes) => bytes[..ChipCipher.KeyLengthOf(cipher)];
}

/// <summary>Agreement over a curve. OpenSSL multiplies; only the sum of two points is computed here.</summary>
internal sealed class EcAgreement(EcGroup group, EcPoint? generator = null) : IAgreement
{
    private readonly ECCurve _curve = generator is null ? group.Curve : With(group.Numbers, group, generator.Value);

    public EcGroup Group => group;

    private BigInteger Order => EcPoint.Number(group.Numbers.Order);

    private static ECCurve With(ECCurve numbers, EcGroup group, EcPoint g)
    {
        numbers.G = new() { X = EcPoint.Bytes(g.X, group.FieldBytes), Y = EcPoint.Bytes(g.Y, group.FieldBytes) };
        return numbers;
    }

    public byte[] NewPrivate(RandomFill random) => EcPoint.Bytes(Agreement.Below(Order, random), group.OrderBytes);

    public byte[] Public(byte[] privateKey)
    {
        using var key = Load(privateKey);
        var q = key.ExportParameters(false).Q;
        return [4, .. q.X!, .. q.Y!];
    }

    private ECDiffieHellman Load(byte[] privateKey) => ECDiffieHellman.Create(new ECParameters { Curve = _curve, D = privateKey });

    public byte[]? Secret(byte[] privateKey, ReadOnlySpan<byte> peer)
    {
        if (EcPoint.Read(group, peer) is null) return null;
        try
        {
            using var own = Load(privateKey);
            using var other = ECDiffieHellman.Create(new ECParameters
            {
                Curve = _curve,
                Q = new() { X = peer.Slice(1, group.FieldBytes).ToArray(), Y = peer[(1 + group.FieldBytes)..].ToArray() },
            });
            return own.DeriveRawSecretAgreement(other.PublicKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The whole point of an agreement, of which the library gives only x: y follows from the x of the next multiple.</summary>
    /// <remarks>With H = kP and the x of H + P, the formula of addition is linear in y (Okeya and Sakurai, CHES 2001).</remarks>
    internal EcPoint? Multiply(byte[] privateKey, ReadOnlySpan<byte> peer)
    {
        var next = (EcPoint.Number(privateKey) + 1) % Order;
        if (next.IsZero || EcPoint.Read(group, peer) is not { } p || Secret(privateKey, peer) is not { } first
            || Secret(EcPoint.Bytes(next, group.OrderBytes), peer) is not { } second) return null;
        var prime = EcPoint.Number(group.Numbers.Prime);
        var (x, x1) = (EcPoint.Number(first), EcPoint.Number(second));
        if (x == p.X) return null;
        var square = (x * x * x) + (EcPoint.Number(group.Numbers.A) * x) + EcPoint.Number(group.Numbers.B);
        var difference = x - p.X;
        var y = (square + (p.Y * p.Y) - ((x1 + x + p.X) * difference * difference)) * EcPoint.Inverse(2 * p.Y, prime);
        var point = new EcPoint(x, EcPoint.Mod(y, prime));
        return point.IsOn(group) ? point : null;
    }

    public IAgreement? MapGeneric(ReadOnlySpan<byte> nonce, byte[] privateKey, ReadOnlySpan<byte> peer)
    {
        var s = EcPoint.Number(nonce) % Order;
        if (s.IsZero || Multiply(privateKey, peer) is not { } h || EcPoint.Read(group, Public(EcPoint.Bytes(s, group.OrderBytes))) is not { } sg) return null;
        return EcPoint.Add(group, sg, h) is { } mapped ? new EcAgreement(group, mapped) : null;
    }

    public IAgreement? MapIntegrated(SessionCipher cipher, byte[] nonce, byte[] other)
    {
        var prime = EcPoint.Number(group.Numbers.Prime);
        var t = EcPoint.Number(Agreement.Pseudorandom(cipher, nonce, other, group.FieldBits)) % prime;
        return Encode(t) is { } mapped ? new EcAgreement(group, mapped) : null;
    }

    internal EcPoint? Generator => generator;

    /// <summary>The point of a number (Doc 9303-11 appendix B.2, affine). For curves of cofactor 1 over primes of 3 mod 4: all but secp224r1.</summary>
    private EcPoint? Encode(BigInteger t)
    {
        var p = EcPoint.Number(group.Numbers.Prime);
        var (a, b) = (EcPoint.Number(group.Numbers.A), EcPoint.Number(group.Numbers.B));
        if ((p & 3) != 3) return null;
        var alpha = EcPoint.Mod(-t * t, p);
        var sum = EcPoint.Mod(alpha + (alpha * alpha), p);
        if (sum.IsZero) return null;
        var x2 = EcPoint.Mod(-b * EcPoint.Inverse(a, p) * (1 + EcPoint.Inverse(sum, p)), p);
        var x3 = EcPoint.Mod(alpha * x2, p);
        var h2 = EcPoint.Mod((x2 * x2 * x2) + (a * x2) + b, p);
        var u = EcPoint.Mod(t * t * t * h2, p);
        var root = BigInteger.ModPow(h2, p - 1 - ((p + 1) >> 2), p);
        var point = EcPoint.Mod(root * root * h2, p).IsOne ? new EcPoint(x2, EcPoint.Mod(root * h2, p)) : new(x3, EcPoint.Mod(root * u, p));
        return point.IsOn(group) ? point : null;
    }

    public byte[] Element(ReadOnlySpan<byte> publicKey) => TlvWriter.Of(0x86, publicKey.ToArray());

    public byte[] Compress(ReadOnlySpan<byte> publicKey) => publicKey.Slice(1, group.FieldBytes).ToArray();
}

/// <summary>Agreement in a field (RFC 2631). .NET has none, so <see cref="BigInteger"/> computes it; keys live for one session.</summary>
internal sealed class DhAgreement(BigInteger prime, BigInteger generator, BigInteger order) : IAgreement
{
    /// <summary>RFC 5114 §2.1 to §2.3, as OpenSSL writes them: p, g, q.</summary>
    private static readonly string[] Standard =
    [
        "MIIBHwKBgQCxC4+WoIDgHd6S3l6uXVTsUsmfvPsGo8aaap3KUtI7YWBz4oZ1oj0YmDjvHi7mUsAT7LSuqQYRIySXXDzUm4O/rMvdfZDEvXCYSI6cIZpzck7/" +
            "1vrlZEc4+qMaT/VbzMChUa9fDci0vUW/N982XBpl5oz9p21NpwjfH7K8LkpDcQKBgQCk0cvVw/00EmdlpELvuZkF+BBN0lisUH/WQGz/FCZtMSZv6h5cQVZL" +
            "d35pD1UE8hMWAhe0sBuIal6RVH+eJ0n01/vX07mpLuGQnQ0iY/gKdqaiTAh6CR9THb8KAWm2oorWYqTRjnOvoy13nVkY0IvIhY9Nzvl8KiSFXm7rIrOy5QIV" +
            "APUYqoeBqN8nirpOfWS3y51JRiNT",
        "MIICKQKCAQEArRB+HpEjqdDWYPqnlVnFH6INZOVoO5/RtUsVl7YdCnXm+hQd+VpW26+aPEB7od8V6z1oijCcGA4d5rhaEnSgpm0/gVKtasISkDfJ7e/aTfjZ" +
            "Ho/vVbc5S3rVt9C2wSIHyfmNEe002/bGugssi7wnvmoA4KC5xJcIs7+KMXCRiDaBKGEwvImF2xYC5xRBXZMwJ4Jzx94x79xzEPcSH9WgdBWYfZrcCkhtzfk6" +
            "zEQyg4cxXXXhmMZBpIDNhqG55YfovmDmnMkosrnFIXLkEwQumyPxCw4W55djybU9z0uoCinj+3PBa451uX7zY+L/ox9xz53lOE5xuBwKxN/+DBDmTwKCAQEA" +
            "rEAy708tmuOd8wtcj/2sUGzevnuJmYyvdIZqCM/k/+OmgkpOELmm8N2SHwGnDEr6q3OddwDCn1LFfbF8YgqGUr5ekAGo1mrXwXZpEBmZAkr00CcnWsE0i7in" +
            "YtBSG8mK4kcVBCLqHtQJk51U2nRgzbX2xrJQcXy+8YDrNBGOmNEZUppF1vg0Vm4wJeMWozDvu3eobwwasVsFGuPUKMj4rLcKgTcVC47rEOGD7dGZY93Z4mPk" +
            "dwWJ72qiHn9fL/OBtTnM40CdE81Wavu0jWwBkYHhvP6UswJp7f5y/ptqpL17Wg8ccc//TBnEGOH27AF5gbwIfypwZbOEuJDTGR8r+gIdAIAcDTTFjZP+mXF3" +
            "EB+AU1pHOM68vziambNjces=",
        "MIICLAKCAQEAh6jmHbS2Zjz/u9GcZRlZmYzu9ghmDdDyXSzu1ENeOwDgDfjx1hlX1Pr330VhsqowFsPZETQJb6o79Cltgw6afCCeDGSXUXq9WoqdMGvPZ+2R" +
            "+eZyW0dYwCLgse9Cdb97bFv8EdRfkIi5QfVOseWbuLw5oL8SMH9cT9twxYGyP3a2Osrhyqa3kC1SUmc1SIoO8TxtmlG/pKs62DR3llJNjvahZ7WkGCXZZ+FE" +
            "5RQFZCUcysuD5rSG9rPKP3lxUGAmwLhX9omWKFbe1AEKvQvmIcOjlgpU5xDDdfJjddcBQQOktUMwwZivEmEW0iduEXFfaTh3+tfvCcrbCUrpHhoVlwKCAQA/" +
            "syybcxNNCy53UGZg7b1ITKexjyHvIFQH9Hk6GguhJRDbwVB3vkY//0/tSqwLtVW+OmwbDGtHsbw3c79+jG9ikBIo+MKMuxilWuMTQQAKZQGW+THHelfy3fRj" +
            "5ensFEt3feYqqrioYorDdtKC1u04ZOZ5gkKOvIMdFDSPby+Rk7UEWvJ2cWTh38lnwfs/LlWkvRv/6DucgNBSuYXRguoK2yo7cxPT/hTISEseBSWIubfSu9Lf" +
            "AWGZ7NBuFVfNCRWzNTu7ZODsN3/QKDcN+StSx4kUKM3GfrYYS1I9HbJGwy9jB4SQ8A741kfRSNR5VFFeIyfP75jFgmZLTA9sxBZZAiEAjPg2QqcJoJe0R5l2" +
            "QBKdopmxpH0es3ULowiw/mT1+9M=",
    ];

    private int Length => (int)((prime.GetBitLength() + 7) / 8);

    public static DhAgreement? Standardised(int id)
    {
        if (id is < 0 or > 2) return null;
        var reader = new TlvReader(Convert.FromBase64String(Standard[id]), 0, null);
        reader.TryNext(out var sequence);
        var numbers = sequence.Inside().All();
        return new(EcPoint.Number(numbers[0].Span), EcPoint.Number(numbers[1].Span), EcPoint.Number(numbers[2].Span));
    }

    public byte[] NewPrivate(RandomFill random) => Agreement.Below(order.IsZero ? (prime - 1) >> 1 : order, random).ToByteArray(isUnsigned: true, isBigEndian: true);

    public byte[] Public(byte[] privateKey) => EcPoint.Bytes(BigInteger.ModPow(generator, EcPoint.Number(privateKey), prime), Length);

    public byte[]? Secret(byte[] privateKey, ReadOnlySpan<byte> peer)
    {
        var y = EcPoint.Number(peer);
        // RFC 2631 §2.1.5: a number of a small subgroup would give the private key away.
        if (y <= 1 || y >= prime - 1 || (!order.IsZero && !BigInteger.ModPow(y, order, prime).IsOne)) return null;
        return EcPoint.Bytes(BigInteger.ModPow(y, EcPoint.Number(privateKey), prime), Length);
    }

    public IAgreement? MapGeneric(ReadOnlySpan<byte> nonce, byte[] privateKey, ReadOnlySpan<byte> peer)
    {
        if (Secret(privateKey, peer) is not { } h) return null;
        var mapped = BigInteger.ModPow(generator, EcPoint.Number(nonce), prime) * EcPoint.Number(h) % prime;
        return mapped <= 1 ? null : new DhAgreement(prime, mapped, order);
    }

    public IAgreement? MapIntegrated(SessionCipher cipher, byte[] nonce, byte[] other)
    {
        if (order.IsZero) return null;
        var x = EcPoint.Number(Agreement.Pseudorandom(cipher, nonce, other, (int)prime.GetBitLength())) % prime;
        var mapped = BigInteger.ModPow(x, (prime - 1) / order, prime);
        return mapped <= 1 ? null : new DhAgreement(prime, mapped, order);
    }

    public byte[] Element(ReadOnlySpan<byte> publicKey) => TlvWriter.Of(0x84, publicKey.ToArray());

    public byte[] Compress(ReadOnlySpan<byte> publicKey) => SHA1.HashData(publicKey);
}
