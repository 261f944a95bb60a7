using System.Collections.Concurrent;
using System.Numerics;
using System.Security.Cryptography;
using Comity.Emrtd.Ber;

namespace Comity.Emrtd.Signatures;

/// <summary>The domain of an elliptic-curve key: a curve known by name, or one given by its numbers alone.</summary>
/// <remarks>Doc 9303-12 §4.4.2 has States write the numbers out; most are a known curve's, which OpenSSL computes faster and more safely.</remarks>
internal sealed class EcGroup
{
    private const int MaxFieldBytes = 80;
    private static readonly ConcurrentDictionary<string, EcGroup?> Named = new();

    /// <summary>Identifiers, names and field sizes in bits; the last column numbers the standardised domain parameters (Doc 9303-11 Table 6).</summary>
    private static readonly (string Oid, string Name, int Bits, int Id)[] Known =
    [
        ("1.2.840.10045.3.1.7", "secp256r1", 256, 12),
        ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256, 13),
        ("1.3.132.0.34", "secp384r1", 384, 15),
        ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384, 16),
        ("1.3.132.0.35", "secp521r1", 521, 18),
        ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512, 17),
        ("1.3.132.0.33", "secp224r1", 224, 10),
        ("1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1", 224, 11),
        ("1.2.840.10045.3.1.1", "secp192r1", 192, 8),
        ("1.3.36.3.3.2.8.1.1.3", "brainpoolP192r1", 192, 9),
        ("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1", 320, 14),
        ("1.3.36.3.3.2.8.1.1.1", "brainpoolP160r1", 160, -1),
        ("1.3.132.0.10", "secp256k1", 256, -1),
        ("1.3.36.3.3.2.8.1.1.8", "brainpoolP256t1", 256, -1),
        ("1.3.36.3.3.2.8.1.1.12", "brainpoolP384t1", 384, -1),
        ("1.3.36.3.3.2.8.1.1.14", "brainpoolP512t1", 512, -1),
    ];

    private readonly ECCurve _curve;
    private readonly ECCurve _explicit;

    private EcGroup(string? name, ECCurve curve, ECCurve numbers)
    {
        (Name, _curve, _explicit) = (name, curve, numbers);
        var prime = numbers.Prime.AsSpan().TrimStart((byte)0);
        FieldBytes = prime.Length;
        FieldBits = (8 * prime.Length) - BitOperations.LeadingZeroCount((uint)prime[0]) + 24;
        OrderBytes = numbers.Order.AsSpan().TrimStart((byte)0).Length;
    }

    public string? Name { get; }

    public int FieldBits { get; }

    public int FieldBytes { get; }

    public int OrderBytes { get; }

    /// <summary>The curve by its numbers.</summary>
    public ECCurve Numbers => _explicit;

    /// <summary>The curve in the form that OpenSSL computes fastest.</summary>
    public ECCurve Curve => _curve;

    /// <summary>A curve by its identifier.</summary>
    public static EcGroup? ByOid(string oid) => Named.GetOrAdd(oid, static oid =>
    {
        var at = Array.FindIndex(Known, k => k.Oid == oid);
        if (at < 0) return null;
        try
        {
            var curve = ECCurve.CreateFromValue(oid);
            using var key = ECDsa.Create(curve);
            return new(Known[at].Name, curve, key.ExportExplicitParameters(false).Curve);
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return null;
        }
    });

    /// <summary>Standardised domain parameters by number (Doc 9303-11 Table 6); none where the number is no curve's.</summary>
    public static EcGroup? Standardised(int id)
    {
        var at = Array.FindIndex(Known, k => k.Id == id && id >= 0);
        return at < 0 ? null : ByOid(Known[at].Oid);
    }

    /// <summary>Reads the parameters of a key: an identifier or the numbers (RFC 3279 §2.3.5, BSI TR-03111 §5.3).</summary>
    public static EcGroup? Read(Tlv parameters)
    {
        if (parameters.Tag == Tag.Oid) return ByOid(ObjectIdentifier.Text(parameters.Span));
        if (parameters.Tag != Tag.Sequence) return null;
        var reader = parameters.Inside();
        if (!reader.TryNext(Tag.Integer, out _) || !reader.TryNext(Tag.Sequence, out var field) || !reader.TryNext(Tag.Sequence, out var curve)
            || !reader.TryNext(Tag.OctetString, out var generator) || !reader.TryNext(Tag.Integer, out var order)) return null;
        var cofactor = reader.TryNext(Tag.Integer, out var h) ? h.Value : (byte[])[1];

        var fieldReader = field.Inside();
        var curveReader = curve.Inside();
        if (!fieldReader.TryNext(Tag.Oid, out var fieldType) || ObjectIdentifier.Text(fieldType.Span) != "1.2.840.10045.1.1"
            || !fieldReader.TryNext(Tag.Integer, out var prime)
            || !curveReader.TryNext(Tag.OctetString, out var a) || !curveReader.TryNext(Tag.OctetString, out var b)) return null;
        return OfNumbers(prime.Value, a.Value, b.Value, generator.Value, order.Value, cofactor);
    }

    private static EcGroup? OfNumbers(
        ReadOnlyMemory<byte> prime, ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b, ReadOnlyMemory<byte> generator, ReadOnlyMemory<byte> order, ReadOnlyMemory<byte> cofactor)
    {
        var p = prime.TrimStart((byte)0);
        var n = order.TrimStart((byte)0);
        if (p.Length is < 16 or > MaxFieldBytes || n.Length is < 14 or > MaxFieldBytes + 1 || cofactor.Length is 0 or > 8) return null;
        if (a.Length > p.Length + 1 || b.Length > p.Length + 1 || (p.Span[^1] & 1) == 0) return null;
        var g = generator.Span;
        var packed = g.Length == p.Length + 1 && g[0] is 2 or 3;
        if (!packed && (g.Length != (2 * p.Length) + 1 || g[0] != 4)) return null;

        foreach (var known in Known)
        {
            if (known.Bits > 8 * p.Length || known.Bits <= 8 * (p.Length - 1) || ByOid(known.Oid) is not { } group) continue;
            if (Same(group._explicit.Prime, p) && Same(group._explicit.B, b) && Same(group._explicit.A, a) && Same(group._explicit.Order, n)
                && group.IsGenerator(g)) return group;
        }
        if (packed) return null;
        var numbers = new ECCurve
        {
            CurveType = ECCurve.ECCurveType.PrimeShortWeierstrass,
            Prime = p.ToArray(),
            A = Pad(a.Span, p.Length),
            B = Pad(b.Span, p.Length),
            G = new() { X = g.Slice(1, p.Length).ToArray(), Y = g[(1 + p.Length)..].ToArray() },
            Order = n.ToArray(),
            Cofactor = cofactor.TrimStart((byte)0) is { Length: > 0 } c ? c.ToArray() : [1],
        };
        return new(null, numbers, numbers);
    }

    private bool IsGenerator(ReadOnlySpan<byte> g)
    {
        var x = _explicit.G.X.AsSpan();
        var y = _explicit.G.Y.AsSpan();
        if (!g[1..].StartsWith(x)) return false;
        return g[0] == 4 ? g[(1 + x.Length)..].SequenceEqual(y) : (g[0] & 1) == (y[^1] & 1);
    }

    private static bool Same(byte[]? known, ReadOnlyMemory<byte> given) =>
        known is not null && known.AsSpan().TrimStart((byte)0).SequenceEqual(given.Span.TrimStart((byte)0));

    private static byte[] Pad(ReadOnlySpan<byte> number, int length)
    {
        var trimmed = number.TrimStart((byte)0);
        var padded = new byte[length];
        trimmed[^Math.Min(length, trimmed.Length)..].CopyTo(padded.AsSpan(length - Math.Min(length, trimmed.Length)));
        return padded;
    }

    /// <summary>Whether some bytes have the form of a point, compressed or not.</summary>
    public bool IsPoint(ReadOnlySpan<byte> point) =>
        point.Length > 0 && ((point[0] == 4 && point.Length == (2 * FieldBytes) + 1) || (point[0] is 2 or 3 && point.Length == FieldBytes + 1));

    /// <summary>The curve and a point on it, decompressed where it must be.</summary>
    /// <exception cref="CryptographicException">The point is not of the curve.</exception>
    public ECParameters Parameters(ReadOnlySpan<byte> point)
    {
        if (!IsPoint(point)) throw new CryptographicException("The point has another length than the curve's.");
        var x = point.Slice(1, FieldBytes).ToArray();
        var y = point[0] == 4 ? point[(1 + FieldBytes)..].ToArray() : EcPoint.Decompress(this, x, odd: point[0] == 3);
        return new() { Curve = _curve, Q = new() { X = x, Y = y } };
    }
}
