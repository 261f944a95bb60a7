using System.Security.Cryptography;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Trust;

/// <summary>An X.509 certificate of a country signing authority, a document signer or a list signer, read as far as its errors allow.</summary>
/// <remarks>Doc 9303-12 §7.1 and RFC 5280 §4. Equal where their bytes are. Safe for use by several threads.</remarks>
public sealed class Certificate : IEquatable<Certificate>
{
    /// <summary>The largest certificate that is read, in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    private readonly ReadOnlyMemory<byte> _body;
    private readonly ReadOnlyMemory<byte> _signature;
    private string? _fingerprint;
    private SignatureOutcome? _selfSigned;

    private Certificate(ReadOnlyMemory<byte> raw, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> signature) =>
        (Raw, _body, _signature) = (raw, body, signature);

    /// <summary>The whole certificate.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>Serial number, big-endian, without needless zeros.</summary>
    public ReadOnlyMemory<byte> SerialNumber { get; private init; }

    /// <summary>Issuer.</summary>
    public required DistinguishedName Issuer { get; init; }

    /// <summary>Subject.</summary>
    public required DistinguishedName Subject { get; init; }

    /// <summary>First instant of validity; the least value where unreadable.</summary>
    public DateTimeOffset NotBefore { get; private init; }

    /// <summary>Last instant of validity; the least value where unreadable.</summary>
    public DateTimeOffset NotAfter { get; private init; }

    /// <summary>The subject's key.</summary>
    public required SubjectKey Key { get; init; }

    /// <summary>How the issuer signed.</summary>
    public required SignatureAlgorithm SignatureAlgorithm { get; init; }

    /// <summary>The extensions.</summary>
    public required CertificateExtensions Extensions { get; init; }

    /// <summary>What is wrong with its form.</summary>
    public IReadOnlyList<Defect> Defects { get; private init; } = [];

    /// <summary>The State: the subject's country, else the issuer's; two letters, raised.</summary>
    public string? Country => Subject.Country ?? Issuer.Country;

    /// <summary>SHA-256 of the whole certificate, 64 hexadecimal digits in lower case.</summary>
    public string Fingerprint => _fingerprint ??= Convert.ToHexStringLower(SHA256.HashData(Raw.Span));

    /// <summary>Whether it is issued in its own name.</summary>
    public bool IsSelfIssued => Issuer.Equals(Subject);

    /// <summary>Whether its own key signed it.</summary>
    public SignatureOutcome SelfSigned => _selfSigned ??= SignedBy(Key);

    /// <summary>Reads a certificate, DER or PEM.</summary>
    /// <param name="file">The file.</param>
    /// <param name="defects">What is wrong with its form, also where none comes out.</param>
    /// <returns>The certificate, or none where there is no such structure.</returns>
    public static Certificate? Read(ReadOnlyMemory<byte> file, out IReadOnlyList<Defect> defects)
    {
        var log = new DefectLog("certificate");
        var certificate = Read(Pem.Decode(file, "CERTIFICATE"), log, 0);
        defects = log.Defects;
        return certificate;
    }

    internal static Certificate? Read(ReadOnlyMemory<byte> der, DefectLog log, int offset)
    {
        if (der.Length > MaxLength)
        {
            log.Add(DefectCode.LimitReached, offset, "certificate");
            return null;
        }
        var reader = new TlvReader(der, offset, log);
        if (!reader.Expect(Tag.Sequence, "certificate", out var root)) return null;
        var fields = root.Inside(log);
        if (!fields.Expect(Tag.Sequence, "certificate body", out var body)
            || !fields.Expect(Tag.Sequence, "signature algorithm", out var algorithm)
            || !fields.Expect(Tag.BitString, "signature", out var signature)) return null;
        return ReadBody(root.Raw, body, SignatureAlgorithm.Read(algorithm, log), signature, log);
    }

    private static Certificate? ReadBody(ReadOnlyMemory<byte> raw, Tlv body, SignatureAlgorithm algorithm, Tlv signature, DefectLog log)
    {
        var fields = body.Inside(log);
        fields.TryNext(0xA0, out _);
        if (!fields.Expect(Tag.Integer, "serial number", out var serial)
            || !fields.Expect(Tag.Sequence, "inner signature algorithm", out var inner)
            || !fields.Expect(Tag.Sequence, "issuer", out var issuer)
            || !fields.Expect(Tag.Sequence, "validity", out var validity)
            || !fields.Expect(Tag.Sequence, "subject", out var subject)
            || !fields.Expect(Tag.Sequence, "public key", out var spki)) return null;
        if (SubjectKey.Read(spki, log) is not { } key) return null;
        // RFC 5280 §4.1.1.2: the two must be equal, or the algorithm is chosen by bytes that nobody signed.
        if (SignatureAlgorithm.Read(inner, null) != algorithm)
        {
            log.Add(DefectCode.ValueMalformed, inner.Offset, "signature algorithm", "differs inside and outside");
            algorithm = algorithm with { Scheme = SignatureScheme.Unknown };
        }
        var extensions = fields.Find(0xA3, out var wrapper) ? CertificateExtensions.Read(wrapper, log) : CertificateExtensions.None;
        var (from, to) = ReadValidity(validity, log);
        return new(raw, body.Raw, signature.Span.IsEmpty ? default : signature.Value[1..])
        {
            SerialNumber = serial.Value.TrimStart((byte)0),
            Issuer = DistinguishedName.Read(issuer, log),
            Subject = DistinguishedName.Read(subject, log),
            NotBefore = from,
            NotAfter = to,
            Key = key,
            SignatureAlgorithm = algorithm,
            Extensions = extensions,
            Defects = log.Defects,
        };
    }

    private static (DateTimeOffset From, DateTimeOffset To) ReadValidity(Tlv validity, DefectLog log)
    {
        DateTimeOffset Next(ref TlvReader reader, string element)
        {
            if (reader.TryNext(out var tlv) && Asn1Value.TryTime(tlv, out var time)) return time;
            log.Add(DefectCode.DateUnclear, validity.Offset, element);
            return DateTimeOffset.MinValue;
        }

        var reader = validity.Inside(log);
        return (Next(ref reader, "not before"), Next(ref reader, "not after"));
    }

    /// <summary>Checks whether a key signed this certificate.</summary>
    public SignatureOutcome SignedBy(SubjectKey issuerKey) => issuerKey.Verify(SignatureAlgorithm, _body.Span, _signature.Span);

    /// <summary>Whether an instant lies within its validity.</summary>
    public bool IsValidAt(DateTimeOffset at) => at >= NotBefore && at <= NotAfter;

    /// <inheritdoc />
    public bool Equals(Certificate? other) => other is not null && (ReferenceEquals(this, other) || Raw.Span.SequenceEqual(other.Raw.Span));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Certificate);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_signature.Span);
        return hash.ToHashCode();
    }

    /// <summary>Subject and serial number.</summary>
    public override string ToString() => $"{Subject} [{Convert.ToHexString(SerialNumber.Span)}]";
}
