using Comity.Emrtd.Ber;

namespace Comity.Emrtd.Signatures;

/// <summary>How a signature is made.</summary>
public enum SignatureScheme
{
    /// <summary>One that is not known here.</summary>
    Unknown,

    /// <summary>RSASSA-PKCS1-v1_5.</summary>
    RsaPkcs1,

    /// <summary>RSASSA-PSS.</summary>
    RsaPss,

    /// <summary>ECDSA, the signature as a sequence of two numbers.</summary>
    Ecdsa,

    /// <summary>ECDSA, the two numbers one after the other (BSI TR-03111 §5.2.1).</summary>
    EcdsaPlain,
}

/// <summary>A signature algorithm with its parameters (Doc 9303-12 §4.4).</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Hash">The hash; none where the identifier leaves it to its surroundings, or it is not known here.</param>
/// <param name="MaskHash">The hash of the mask of RSASSA-PSS.</param>
/// <param name="SaltLength">The salt of RSASSA-PSS in bytes, any length.</param>
/// <param name="Identifier">The object identifier.</param>
public sealed record SignatureAlgorithm(SignatureScheme Scheme, DigestName? Hash, DigestName MaskHash, int SaltLength, string Identifier)
{
    /// <summary>Name for people: <c>RSA-PSS SHA-256</c>.</summary>
    public override string ToString()
    {
        var hash = Hash is { } h ? $" {h.ToString().ToUpperInvariant()}" : "";
        return Scheme switch
        {
            SignatureScheme.RsaPkcs1 => "RSA" + hash,
            SignatureScheme.RsaPss => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"RSA-PSS{hash} salt {SaltLength}"),
            SignatureScheme.Unknown => Identifier,
            _ => "ECDSA" + hash,
        };
    }

    /// <summary>The same with a hash, where the identifier names none: bare <c>rsaEncryption</c> or <c>id-ecPublicKey</c> in a CMS signer.</summary>
    internal SignatureAlgorithm WithHash(DigestName? hash) => Hash is null ? this with { Hash = hash } : this;

    internal static SignatureAlgorithm Read(Tlv identifier, DefectLog? log)
    {
        var reader = identifier.Inside(log);
        if (!reader.Expect(Tag.Oid, "algorithm", out var oid)) return new(SignatureScheme.Unknown, null, default, 0, "");
        var text = ObjectIdentifier.Text(oid.Span);
        if (text == "1.2.840.113549.1.1.10") return ReadPss(reader, text, log);
        if (text == "1.2.840.10045.4.3" && reader.TryNext(Tag.Sequence, out var specified))
            return new(SignatureScheme.Ecdsa, ReadHash(specified), default, 0, text);
        var (scheme, hash) = FromOid(text);
        return new(scheme, hash, default, 0, text);
    }

    internal static (SignatureScheme Scheme, DigestName? Hash) FromOid(string oid) => oid switch
    {
        "1.2.840.113549.1.1.1" => (SignatureScheme.RsaPkcs1, null),
        "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" => (SignatureScheme.RsaPkcs1, DigestName.Sha1),
        "1.2.840.113549.1.1.14" => (SignatureScheme.RsaPkcs1, DigestName.Sha224),
        "1.2.840.113549.1.1.11" => (SignatureScheme.RsaPkcs1, DigestName.Sha256),
        "1.2.840.113549.1.1.12" => (SignatureScheme.RsaPkcs1, DigestName.Sha384),
        "1.2.840.113549.1.1.13" => (SignatureScheme.RsaPkcs1, DigestName.Sha512),
        "1.2.840.10045.2.1" => (SignatureScheme.Ecdsa, null),
        "1.2.840.10045.4.1" => (SignatureScheme.Ecdsa, DigestName.Sha1),
        "1.2.840.10045.4.3.1" => (SignatureScheme.Ecdsa, DigestName.Sha224),
        "1.2.840.10045.4.3.2" => (SignatureScheme.Ecdsa, DigestName.Sha256),
        "1.2.840.10045.4.3.3" => (SignatureScheme.Ecdsa, DigestName.Sha384),
        "1.2.840.10045.4.3.4" => (SignatureScheme.Ecdsa, DigestName.Sha512),
        "0.4.0.127.0.7.1.1.4.1.1" => (SignatureScheme.EcdsaPlain, DigestName.Sha1),
        "0.4.0.127.0.7.1.1.4.1.2" => (SignatureScheme.EcdsaPlain, DigestName.Sha224),
        "0.4.0.127.0.7.1.1.4.1.3" => (SignatureScheme.EcdsaPlain, DigestName.Sha256),
        "0.4.0.127.0.7.1.1.4.1.4" => (SignatureScheme.EcdsaPlain, DigestName.Sha384),
        "0.4.0.127.0.7.1.1.4.1.5" => (SignatureScheme.EcdsaPlain, DigestName.Sha512),
        _ => (SignatureScheme.Unknown, null),
    };

    /// <summary>The hash of an algorithm identifier.</summary>
    internal static DigestName? ReadHash(Tlv identifier)
    {
        var reader = identifier.Inside();
        return reader.TryNext(Tag.Oid, out var oid) ? Digest.FromOid(ObjectIdentifier.Text(oid.Span)) : null;
    }

    /// <summary>RFC 4055 §3.1: everything has a default.</summary>
    private static SignatureAlgorithm ReadPss(TlvReader reader, string oid, DefectLog? log)
    {
        DigestName? hash = DigestName.Sha1, mask = DigestName.Sha1;
        var salt = 20;
        if (reader.TryNext(Tag.Sequence, out var parameters))
        {
            var fields = parameters.Inside(log);
            while (fields.TryNext(out var field))
            {
                var inside = field.Inside(log);
                if (!inside.TryNext(out var value)) continue;
                if (field.Tag == 0xA0) hash = ReadHash(value);
                else if (field.Tag == 0xA1) mask = ReadMask(value);
                else if (field.Tag == 0xA2 && (!Asn1Value.TryInt(value, out salt) || salt > 1024)) return new(SignatureScheme.Unknown, null, default, 0, oid);
            }
        }
        return hash is null || mask is null ? new(SignatureScheme.Unknown, null, default, 0, oid) : new(SignatureScheme.RsaPss, hash, mask.Value, salt, oid);
    }

    private static DigestName? ReadMask(Tlv mask)
    {
        var reader = mask.Inside();
        if (!reader.TryNext(Tag.Oid, out var oid) || ObjectIdentifier.Text(oid.Span) != "1.2.840.113549.1.1.8") return null;
        return reader.TryNext(Tag.Sequence, out var hash) ? ReadHash(hash) : DigestName.Sha1;
    }
}
