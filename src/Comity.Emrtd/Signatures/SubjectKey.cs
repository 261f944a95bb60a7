using System.Security.Cryptography;
using Comity.Emrtd.Ber;

namespace Comity.Emrtd.Signatures;

/// <summary>What came of checking a signature.</summary>
public enum SignatureOutcome
{
    /// <summary>The signature is that key's over these data.</summary>
    Valid,

    /// <summary>It is not.</summary>
    Invalid,

    /// <summary>The algorithm or the key is of a kind that cannot be checked here.</summary>
    Unsupported,
}

/// <summary>The kind of a public key.</summary>
public enum KeyKind
{
    /// <summary>One that is not known here, or is malformed.</summary>
    Unknown,

    /// <summary>RSA.</summary>
    Rsa,

    /// <summary>Elliptic curve.</summary>
    Ec,

    /// <summary>Diffie–Hellman.</summary>
    Dh,
}

/// <summary>A public key with its algorithm (RFC 5280 §4.1.2.7). Safe for use by several threads.</summary>
public sealed class SubjectKey
{
    private readonly Lock _gate = new();
    private RSA? _rsa;
    private ECDsa? _ecdsa;
    private bool _unusable;

    private SubjectKey(KeyKind kind, string algorithm, ReadOnlyMemory<byte> raw) => (Kind, Algorithm, Raw) = (kind, algorithm, raw);

    /// <summary>What kind of key.</summary>
    public KeyKind Kind { get; private init; }

    /// <summary>Object identifier of its algorithm.</summary>
    public string Algorithm { get; }

    /// <summary>The whole SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>Bits of the modulus or the field.</summary>
    public int Bits => Kind switch
    {
        KeyKind.Rsa => BitsOf(Modulus.Span),
        KeyKind.Ec => Group?.FieldBits ?? 0,
        KeyKind.Dh => BitsOf(DhPrime.Span),
        _ => 0,
    };

    /// <summary>Name of the curve; none where it is given by parameters that are no known curve's, or the key is of another kind.</summary>
    public string? CurveName => Group?.Name;

    internal ReadOnlyMemory<byte> Modulus { get; private init; }

    internal ReadOnlyMemory<byte> Exponent { get; private init; }

    internal EcGroup? Group { get; private init; }

    /// <summary>The point of an elliptic-curve key or the number of a Diffie–Hellman key, as encoded.</summary>
    internal ReadOnlyMemory<byte> Public { get; private init; }

    internal ReadOnlyMemory<byte> DhPrime { get; private init; }

    internal ReadOnlyMemory<byte> DhGenerator { get; private init; }

    /// <summary>Number of the standardised domain parameters, where the key names them so (BSI TR-03110-3 §A.2.1.1).</summary>
    internal int? StandardParameters { get; private init; }

    /// <summary>Reads a SubjectPublicKeyInfo.</summary>
    /// <param name="raw">Its bytes.</param>
    /// <returns>The key, of kind <see cref="KeyKind.Unknown"/> where it cannot be used; none where there is no such structure.</returns>
    public static SubjectKey? Read(ReadOnlyMemory<byte> raw) => Read(raw, null, 0);

    internal static SubjectKey? Read(ReadOnlyMemory<byte> raw, DefectLog? log, int offset)
    {
        var reader = new TlvReader(raw, offset, log);
        return reader.Expect(Tag.Sequence, "public key", out var info) ? Read(info, log) : null;
    }

    internal static SubjectKey? Read(Tlv info, DefectLog? log)
    {
        var fields = info.Inside(log);
        if (!fields.Expect(Tag.Sequence, "key algorithm", out var algorithm) || !fields.Expect(Tag.BitString, "key", out var bits)) return null;
        var inside = algorithm.Inside(log);
        if (!inside.Expect(Tag.Oid, "key algorithm", out var oid)) return null;
        var text = ObjectIdentifier.Text(oid.Span);
        var key = bits.Span.IsEmpty ? default : bits.Value[1..];
        var read = text switch
        {
            "1.2.840.113549.1.1.1" or "1.2.840.113549.1.1.10" or "1.2.840.113549.1.1.7" => ReadRsa(text, info.Raw, key),
            "1.2.840.10045.2.1" or "1.3.132.1.12" => ReadEc(text, info.Raw, inside, key),
            "1.2.840.113549.1.3.1" or "1.2.840.10046.2.1" => ReadDh(text, info.Raw, inside, key),
            "0.4.0.127.0.7.1.2" => ReadStandardised(text, info.Raw, inside, key),
            _ => null,
        };
        if (read is not null) return read;
        log?.Add(DefectCode.ValueMalformed, info.Offset, "public key", text);
        return new(KeyKind.Unknown, text, info.Raw);
    }

    /// <summary>Checks a signature over some data.</summary>
    /// <param name="algorithm">How it was made; must name its hash.</param>
    /// <param name="data">The data, not their hash.</param>
    /// <param name="signature">The signature.</param>
    public SignatureOutcome Verify(SignatureAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (algorithm.Hash is not { } name) return SignatureOutcome.Unsupported;
        Span<byte> buffer = stackalloc byte[Digest.MaxLength];
        return VerifyHash(algorithm, Digest.Of(name, data, buffer), signature);
    }

    /// <summary>Checks a signature over a hash; its kind must fit this key's.</summary>
    internal SignatureOutcome VerifyHash(SignatureAlgorithm algorithm, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        try
        {
            return (algorithm.Scheme, Kind) switch
            {
                (SignatureScheme.RsaPkcs1 or SignatureScheme.RsaPss, KeyKind.Rsa) => VerifyRsa(algorithm, hash, signature),
                (SignatureScheme.Ecdsa or SignatureScheme.EcdsaPlain, KeyKind.Ec) => VerifyEc(algorithm, hash, signature),
                _ => SignatureOutcome.Unsupported,
            };
        }
        catch (CryptographicException)
        {
            return SignatureOutcome.Unsupported;
        }
    }

    private SignatureOutcome VerifyRsa(SignatureAlgorithm algorithm, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (algorithm.Hash is not { } name) return SignatureOutcome.Unsupported;
        var length = (Bits + 7) / 8;
        if (signature.Length > length) return SignatureOutcome.Invalid;
        Span<byte> padded = stackalloc byte[length];
        padded.Clear();
        signature.CopyTo(padded[(length - signature.Length)..]);

        var pss = algorithm.Scheme == SignatureScheme.RsaPss;
        var own = Digest.InBox(name) is null || (pss && (algorithm.SaltLength != hash.Length || algorithm.MaskHash != name));
        if (own) return RsaEncoding.Verify(Modulus.Span, Exponent.Span, algorithm, hash, padded) ? SignatureOutcome.Valid : SignatureOutcome.Invalid;

        lock (_gate)
        {
            if (_unusable) return SignatureOutcome.Unsupported;
            _rsa ??= Load(() => RSA.Create(new RSAParameters { Modulus = Modulus.ToArray(), Exponent = Exponent.ToArray() }));
            var padding = pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
            return _rsa.VerifyHash(hash, padded, Digest.InBox(name)!.Value, padding) ? SignatureOutcome.Valid : SignatureOutcome.Invalid;
        }
    }

    private SignatureOutcome VerifyEc(SignatureAlgorithm algorithm, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        var size = Group!.OrderBytes;
        Span<byte> plain = stackalloc byte[2 * size];
        if (algorithm.Scheme == SignatureScheme.EcdsaPlain)
        {
            if (signature.Length != plain.Length) return SignatureOutcome.Invalid;
            signature.CopyTo(plain);
        }
        else if (!TryFlatten(signature, plain)) return SignatureOutcome.Invalid;

        lock (_gate)
        {
            if (_unusable) return SignatureOutcome.Unsupported;
            _ecdsa ??= Load(() => ECDsa.Create(Group.Parameters(Public.Span)));
            return _ecdsa.VerifyHash(hash, plain, DSASignatureFormat.IeeeP1363FixedFieldConcatenation) ? SignatureOutcome.Valid : SignatureOutcome.Invalid;
        }
    }

    /// <summary>Two numbers of a sequence side by side. .NET's own reader refuses what some signers write, such as needless zeros.</summary>
    private static bool TryFlatten(ReadOnlySpan<byte> signature, Span<byte> plain)
    {
        var size = plain.Length / 2;
        plain.Clear();
        if (!TlvReader.TryHeader(signature, out var tag, out var header, out var length) || tag != Tag.Sequence || length < 0) return false;
        var rest = signature[header..(int)Math.Min(signature.Length, header + length)];
        for (var i = 0; i < 2; i++)
        {
            if (!TlvReader.TryHeader(rest, out tag, out header, out length) || tag != Tag.Integer || length < 0 || length > rest.Length - header) return false;
            var number = rest.Slice(header, (int)length).TrimStart((byte)0);
            if (number.Length > size || number.IsEmpty) return false;
            number.CopyTo(plain[(((i + 1) * size) - number.Length)..]);
            rest = rest[(header + (int)length)..];
        }
        return true;
    }

    /// <summary>A key that OpenSSL refuses is refused once.</summary>
    private T Load<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            _unusable = true;
            throw new CryptographicException("The key cannot be used.", e);
        }
    }

    private static SubjectKey? ReadRsa(string oid, ReadOnlyMemory<byte> raw, ReadOnlyMemory<byte> key)
    {
        var reader = new TlvReader(key, 0, null);
        if (!reader.TryNext(Tag.Sequence, out var sequence)) return null;
        var numbers = sequence.Inside();
        if (!numbers.TryNext(Tag.Integer, out var n) || !numbers.TryNext(Tag.Integer, out var e)) return null;
        var modulus = Trim(n.Value);
        var exponent = Trim(e.Value);
        // Beyond these OpenSSL refuses or one signature would cost what thousands do.
        if (modulus.Length is < 64 or > 1024 || exponent.Length is 0 or > 8) return null;
        return new(KeyKind.Rsa, oid, raw) { Modulus = modulus, Exponent = exponent };
    }

    private static SubjectKey? ReadEc(string oid, ReadOnlyMemory<byte> raw, TlvReader parameters, ReadOnlyMemory<byte> key) =>
        parameters.TryNext(out var curve) && EcGroup.Read(curve) is { } group && group.IsPoint(key.Span)
            ? new(KeyKind.Ec, oid, raw) { Group = group, Public = key }
            : null;

    private static SubjectKey? ReadStandardised(string oid, ReadOnlyMemory<byte> raw, TlvReader parameters, ReadOnlyMemory<byte> key)
    {
        if (!parameters.TryNext(Tag.Integer, out var number) || !Asn1Value.TryInt(number, out var id)) return null;
        if (EcGroup.Standardised(id) is { } group)
            return group.IsPoint(key.Span) ? new(KeyKind.Ec, oid, raw) { Group = group, Public = key, StandardParameters = id } : null;
        var integer = new TlvReader(key, 0, null);
        return id is >= 0 and <= 2 && integer.TryNext(Tag.Integer, out var y)
            ? new(KeyKind.Dh, oid, raw) { Public = Trim(y.Value), StandardParameters = id }
            : null;
    }

    private static SubjectKey? ReadDh(string oid, ReadOnlyMemory<byte> raw, TlvReader parameters, ReadOnlyMemory<byte> key)
    {
        if (!parameters.TryNext(Tag.Sequence, out var sequence)) return null;
        var numbers = sequence.Inside();
        var integer = new TlvReader(key, 0, null);
        if (!numbers.TryNext(Tag.Integer, out var p) || !numbers.TryNext(Tag.Integer, out var g) || !integer.TryNext(Tag.Integer, out var y)) return null;
        var prime = Trim(p.Value);
        return prime.Length is >= 64 and <= 1024
            ? new(KeyKind.Dh, oid, raw) { DhPrime = prime, DhGenerator = Trim(g.Value), Public = Trim(y.Value) }
            : null;
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> number) => number.TrimStart((byte)0);

    private static int BitsOf(ReadOnlySpan<byte> number) =>
        number.IsEmpty ? 0 : (8 * number.Length) - System.Numerics.BitOperations.LeadingZeroCount((uint)number[0]) + 24;

    /// <summary>Kind and size: <c>RSA 2048</c>, <c>EC brainpoolP256r1</c>.</summary>
    public override string ToString() => Kind == KeyKind.Ec && CurveName is { } name ? $"EC {name}" : $"{Kind.ToString().ToUpperInvariant()} {Bits}";
}
