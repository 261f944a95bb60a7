using Comity.Emrtd.Ber;

namespace Comity.Emrtd.Trust;

/// <summary>The uses of a key (RFC 5280 §4.2.1.3) that matter here.</summary>
[Flags]
public enum KeyUses
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Signing documents and lists.</summary>
    DigitalSignature = 1,

    /// <summary>Signing certificates.</summary>
    CertificateSigning = 2,

    /// <summary>Signing revocation lists.</summary>
    CrlSigning = 4,

    /// <summary>Any other.</summary>
    Other = 8,
}

/// <summary>The extensions of a certificate (Doc 9303-12 Table 5).</summary>
public sealed record CertificateExtensions
{
    /// <summary>No extensions.</summary>
    public static CertificateExtensions None { get; } = new();

    /// <summary>What the key may be used for; none where not told.</summary>
    public KeyUses? KeyUses { get; private init; }

    /// <summary>Whether the subject is an authority; none where not told.</summary>
    public bool? IsAuthority { get; private init; }

    /// <summary>Identifier of the subject's key.</summary>
    public ReadOnlyMemory<byte>? SubjectKeyIdentifier { get; private init; }

    /// <summary>Identifier of the issuer's key.</summary>
    public ReadOnlyMemory<byte>? AuthorityKeyIdentifier { get; private init; }

    /// <summary>From when the private key may sign.</summary>
    public DateTimeOffset? PrivateKeyFrom { get; private init; }

    /// <summary>Until when the private key may sign.</summary>
    public DateTimeOffset? PrivateKeyUntil { get; private init; }

    /// <summary>Document codes that the signer may sign (Doc 9303-12 §7.1.1.6); none where not told.</summary>
    public IReadOnlyList<string>? DocumentTypes { get; private init; }

    /// <summary>Whether it announces a change of the authority's name (Doc 9303-12 §7.1.1.7).</summary>
    public bool HasNameChange { get; private init; }

    /// <summary>Identifiers of extended key usages.</summary>
    public IReadOnlyList<string> ExtendedUses { get; private init; } = [];

    /// <summary>Critical extensions that are not known here: the certificate must not be relied on.</summary>
    public IReadOnlyList<string> UnknownCritical { get; private init; } = [];

    internal static CertificateExtensions Read(Tlv wrapper, DefectLog log)
    {
        var result = None;
        var reader = wrapper.Inside(log);
        if (!reader.Expect(Tag.Sequence, "extensions", out var list)) return result;
        var seen = new HashSet<string>();
        foreach (var extension in list.Inside(log).All())
        {
            var fields = extension.Inside(log);
            if (!fields.Expect(Tag.Oid, "extension", out var oid)) continue;
            var critical = fields.TryNext(Tag.Boolean, out var flag) && flag.Span is [not 0, ..];
            if (!fields.Expect(Tag.OctetString, "extension value", out var value)) continue;
            var text = ObjectIdentifier.Text(oid.Span);
            if (!seen.Add(text)) log.Add(DefectCode.ElementRepeated, extension.Offset, "extension", text);
            else result = result.With(text, critical, value, log);
        }
        return result;
    }

    private CertificateExtensions With(string oid, bool critical, Tlv value, DefectLog log)
    {
        var reader = value.Inside(log);
        if (!reader.TryNext(out var content))
        {
            log.Add(DefectCode.ValueMalformed, value.Offset, "extension", oid);
            return this;
        }
        switch (oid)
        {
            case "2.5.29.15": return this with { KeyUses = ReadUses(content.Span) };
            case "2.5.29.19": return this with { IsAuthority = content.Inside().TryBoolean() };
            case "2.5.29.14": return this with { SubjectKeyIdentifier = content.Tag == Tag.OctetString ? content.Value : value.Value };
            case "2.5.29.35": return content.Inside().TryFind(0x80, out var id) ? this with { AuthorityKeyIdentifier = id.Value } : this;
            case "2.5.29.16": return ReadPeriod(content);
            case "2.23.136.1.1.6.2": return this with { DocumentTypes = ReadTypes(content, log) };
            case "2.23.136.1.1.6.1": return this with { HasNameChange = true };
            case "2.5.29.37": return this with { ExtendedUses = [.. content.Inside().All().Select(o => ObjectIdentifier.Text(o.Span))] };
            // Names, policies, distribution points: read by nobody here, and not needed to judge.
            case "2.5.29.17" or "2.5.29.18" or "2.5.29.31" or "2.5.29.32": return this;
            default: return critical ? this with { UnknownCritical = [.. UnknownCritical, oid] } : this;
        }
    }

    private static KeyUses ReadUses(ReadOnlySpan<byte> bits)
    {
        if (bits.Length < 2) return Trust.KeyUses.None;
        var uses = Trust.KeyUses.None;
        if ((bits[1] & 0x80) != 0) uses |= Trust.KeyUses.DigitalSignature;
        if ((bits[1] & 0x04) != 0) uses |= Trust.KeyUses.CertificateSigning;
        if ((bits[1] & 0x02) != 0) uses |= Trust.KeyUses.CrlSigning;
        if ((bits[1] & 0x79) != 0 || bits.Length > 2) uses |= Trust.KeyUses.Other;
        return uses;
    }

    private CertificateExtensions ReadPeriod(Tlv content)
    {
        DateTimeOffset? Time(uint tag) =>
            content.Inside().TryFind(tag, out var tlv) && Asn1Value.TryTime(tlv with { Tag = Tag.GeneralizedTime }, out var time) ? time : null;
        return this with { PrivateKeyFrom = Time(0x80), PrivateKeyUntil = Time(0x81) };
    }

    /// <summary>A version and a SET of strings; some States leave the version out or write a SEQUENCE.</summary>
    private static List<string> ReadTypes(Tlv content, DefectLog log)
    {
        var types = new List<string>();
        foreach (var child in content.Inside(log).All())
        {
            if (child.Tag is Tag.Set or Tag.Sequence) types.AddRange(child.Inside(log).All().Select(Asn1Value.Text));
            else if (child.Tag is Tag.PrintableString or Tag.Utf8String or Tag.Ia5String) types.Add(Asn1Value.Text(child));
        }
        return types;
    }
}
