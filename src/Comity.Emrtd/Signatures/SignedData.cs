using System.Security.Cryptography;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Trust;

namespace Comity.Emrtd.Signatures;

/// <summary>A CMS signed message: a security object, a master, deviation or defect list (RFC 5652 §5).</summary>
public sealed record SignedData
{
    /// <summary>Object identifier of what is signed.</summary>
    public required string ContentType { get; init; }

    /// <summary>What is signed.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Certificates that came with it.</summary>
    public required IReadOnlyList<Certificate> Certificates { get; init; }

    /// <summary>Revocation lists that came with it, as encoded.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> RevocationLists { get; init; }

    /// <summary>The signers.</summary>
    public required IReadOnlyList<Signer> Signers { get; init; }

    /// <summary>Where the content starts in the file, for offsets of what is inside.</summary>
    internal int ContentOffset { get; init; }

    private const int MaxCertificates = 256;

    internal static SignedData? Read(ReadOnlyMemory<byte> file, DefectLog log, int offset = 0)
    {
        var reader = new TlvReader(file, offset, log);
        if (!reader.Expect(Tag.Sequence, "content info", out var info)) return null;
        var outer = info.Inside(log);
        if (!outer.Expect(Tag.Oid, "content type", out var type)) return null;
        if (ObjectIdentifier.Text(type.Span) != "1.2.840.113549.1.7.2") log.Add(DefectCode.ValueMalformed, type.Offset, "content type");
        if (!outer.Expect(0xA0, "content", out var wrapper)) return null;
        var inside = wrapper.Inside(log);
        if (!inside.Expect(Tag.Sequence, "signed data", out var data)) return null;

        var fields = data.Inside(log);
        if (!fields.Expect(Tag.Integer, "version", out _)
            || !fields.Expect(Tag.Set, "digest algorithms", out _)
            || !fields.Expect(Tag.Sequence, "encapsulated content", out var encapsulated)) return null;
        var contentFields = encapsulated.Inside(log);
        if (!contentFields.Expect(Tag.Oid, "encapsulated content type", out var contentType)) return null;
        Tlv content = default;
        if (contentFields.Expect(0xA0, "encapsulated content", out var explicitContent))
        {
            var octets = explicitContent.Inside(log);
            octets.Expect(Tag.OctetString, "encapsulated content", out content);
        }

        var certificates = new List<Certificate>();
        var lists = new List<ReadOnlyMemory<byte>>();
        if (fields.TryNext(0xA0, out var certificateSet)) ReadCertificates(certificateSet, certificates, log);
        if (fields.TryNext(0xA1, out var crls)) lists.AddRange(crls.Inside(log).All().Select(c => c.Raw));
        var signers = new List<Signer>();
        if (fields.Expect(Tag.Set, "signers", out var signerSet))
            signers.AddRange(signerSet.Inside(log).All().Take(16).Select(s => Signer.Read(s, log)).OfType<Signer>());
        if (signers.Count == 0) log.Add(DefectCode.ElementMissing, data.Offset, "signer");
        return new()
        {
            ContentType = ObjectIdentifier.Text(contentType.Span),
            Content = content.Raw.IsEmpty ? default : content.Value,
            ContentOffset = content.Raw.IsEmpty ? 0 : content.ValueOffset,
            Certificates = certificates,
            RevocationLists = lists,
            Signers = signers,
        };
    }

    private static void ReadCertificates(Tlv set, List<Certificate> certificates, DefectLog log)
    {
        foreach (var tlv in set.Inside(log).All())
        {
            if (certificates.Count == MaxCertificates)
            {
                log.Add(DefectCode.LimitReached, tlv.Offset, "certificates");
                return;
            }
            var own = new DefectLog("certificate");
            if (Certificate.Read(tlv.Raw, own, tlv.Offset) is { } certificate) certificates.Add(certificate);
            else log.Add(DefectCode.ValueMalformed, tlv.Offset, "certificate");
        }
    }

    /// <summary>Content type and number of signers.</summary>
    public override string ToString() => $"{ContentType} {Signers.Count}";
}

/// <summary>What came of a signer's signature over a message.</summary>
public enum SignerOutcome
{
    /// <summary>The signature holds, and covers the content.</summary>
    Valid,

    /// <summary>The signature is not that certificate's key's over these attributes.</summary>
    SignatureWrong,

    /// <summary>The signature may hold, but the hash that it covers is not the content's.</summary>
    ContentChanged,

    /// <summary>The signed attributes lack what they must have (RFC 5652 §5.3), or name another content type.</summary>
    AttributesWrong,

    /// <summary>The algorithm or key cannot be checked here.</summary>
    Unsupported,
}

/// <summary>One signer of a message (RFC 5652 §5.3).</summary>
public sealed record Signer
{
    /// <summary>The issuer of the signer's certificate, where the signer is named so.</summary>
    public DistinguishedName? Issuer { get; private init; }

    /// <summary>The serial number of the signer's certificate.</summary>
    public ReadOnlyMemory<byte>? SerialNumber { get; private init; }

    /// <summary>The identifier of the signer's key, where the signer is named so.</summary>
    public ReadOnlyMemory<byte>? KeyIdentifier { get; private init; }

    /// <summary>The hash of the content; none where not known here.</summary>
    public DigestName? DigestAlgorithm { get; private init; }

    /// <summary>How it was signed.</summary>
    public required SignatureAlgorithm Algorithm { get; init; }

    /// <summary>When it says it was signed; the signer's own word.</summary>
    public DateTimeOffset? SigningTime { get; private init; }

    private ReadOnlyMemory<byte> Attributes { get; init; }

    private ReadOnlyMemory<byte>? MessageDigest { get; init; }

    private string? AttributedType { get; init; }

    private ReadOnlyMemory<byte> Signature { get; init; }

    private bool AttributesUnclear { get; init; }

    internal static Signer? Read(Tlv tlv, DefectLog log)
    {
        var fields = tlv.Inside(log);
        if (!fields.Expect(Tag.Integer, "signer version", out _) || !fields.TryNext(out var id)) return null;
        if (!fields.Expect(Tag.Sequence, "digest algorithm", out var digest)) return null;
        fields.TryNext(0xA0, out var attributes);
        if (!fields.Expect(Tag.Sequence, "signature algorithm", out var algorithm) || !fields.Expect(Tag.OctetString, "signature", out var signature)) return null;
        var hash = SignatureAlgorithm.ReadHash(digest);
        var signer = new Signer
        {
            DigestAlgorithm = hash,
            Algorithm = SignatureAlgorithm.Read(algorithm, log).WithHash(hash),
            Signature = signature.Value,
        };
        if (id.Tag is 0x80 or 0xA0) signer = signer with { KeyIdentifier = id.Tag == 0x80 ? id.Value : Inner(id) };
        else
        {
            var names = id.Inside(log);
            if (names.Expect(Tag.Sequence, "signer's issuer", out var issuer) && names.Expect(Tag.Integer, "signer's serial number", out var serial))
                signer = signer with { Issuer = DistinguishedName.Read(issuer, log), SerialNumber = serial.Value.TrimStart((byte)0) };
        }
        return attributes.Raw.IsEmpty ? signer : signer.WithAttributes(attributes, log);
    }

    private static ReadOnlyMemory<byte> Inner(Tlv wrapper)
    {
        var reader = wrapper.Inside();
        return reader.TryNext(out var inner) ? inner.Value : default;
    }

    private Signer WithAttributes(Tlv attributes, DefectLog log)
    {
        var signer = this with { Attributes = attributes.Raw };
        var seen = new HashSet<string>();
        foreach (var attribute in attributes.Inside(log).All())
        {
            var fields = attribute.Inside(log);
            if (!fields.TryNext(Tag.Oid, out var oid) || !fields.TryNext(Tag.Set, out var set)) continue;
            var values = set.Inside(log);
            if (!values.TryNext(out var value)) continue;
            var type = ObjectIdentifier.Text(oid.Span);
            if (!seen.Add(type)) signer = signer with { AttributesUnclear = true };
            switch (type)
            {
                case "1.2.840.113549.1.9.3": signer = signer with { AttributedType = ObjectIdentifier.Text(value.Span) }; break;
                case "1.2.840.113549.1.9.4": signer = signer with { MessageDigest = value.Value }; break;
                case "1.2.840.113549.1.9.5" when Asn1Value.TryTime(value, out var time): signer = signer with { SigningTime = time }; break;
            }
        }
        return signer;
    }

    /// <summary>Whether a certificate is the one that the signer names.</summary>
    public bool IsNamed(Certificate certificate) => KeyIdentifier is { } key
        ? certificate.Extensions.SubjectKeyIdentifier is { } has && has.Span.SequenceEqual(key.Span)
        : SerialNumber is { } serial && serial.Span.SequenceEqual(certificate.SerialNumber.Span) && Issuer is not null && certificate.Issuer.SaysTheSame(Issuer);

    /// <summary>Checks this signer's signature over a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="key">The signer's key.</param>
    public SignerOutcome Verify(SignedData message, SubjectKey key)
    {
        if (Attributes.IsEmpty)
        {
            // RFC 5652 §5.3: attributes may be left out only where the content is plain data, but that is no danger to the content's integrity.
            return Outcome(key.Verify(Algorithm, message.Content.Span, Signature.Span));
        }
        if (AttributesUnclear || MessageDigest is not { } expected || AttributedType is null) return SignerOutcome.AttributesWrong;
        if (AttributedType != message.ContentType) return SignerOutcome.AttributesWrong;
        if (DigestAlgorithm is not { } name) return SignerOutcome.Unsupported;
        Span<byte> buffer = stackalloc byte[Digest.MaxLength];
        if (!CryptographicOperations.FixedTimeEquals(Digest.Of(name, message.Content.Span, buffer), expected.Span)) return SignerOutcome.ContentChanged;

        // The attributes are signed under the tag of a SET, not the one they travel under.
        var length = Attributes.Length;
        Span<byte> signed = length <= 1024 ? stackalloc byte[length] : new byte[length];
        Attributes.Span.CopyTo(signed);
        signed[0] = (byte)Tag.Set;
        return Outcome(key.Verify(Algorithm, signed, Signature.Span));
    }

    private static SignerOutcome Outcome(SignatureOutcome outcome) => outcome switch
    {
        SignatureOutcome.Valid => SignerOutcome.Valid,
        SignatureOutcome.Invalid => SignerOutcome.SignatureWrong,
        _ => SignerOutcome.Unsupported,
    };

    /// <summary>Issuer and serial number, or the key's identifier.</summary>
    public override string ToString() => SerialNumber is { } serial
        ? $"{Issuer} [{Convert.ToHexString(serial.Span)}]"
        : $"key {Convert.ToHexString((KeyIdentifier ?? default).Span)}";
}
