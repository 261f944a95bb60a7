using Comity.Emrtd.Ber;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Trust;

/// <summary>A certificate revocation list of a State (Doc 9303-12 §7.1.2, RFC 5280 §5).</summary>
public sealed class RevocationList
{
    /// <summary>The largest list that is read, in bytes.</summary>
    public const int MaxLength = 32 * 1024 * 1024;

    private readonly ReadOnlyMemory<byte> _body;
    private readonly ReadOnlyMemory<byte> _signature;
    private readonly Dictionary<string, DateTimeOffset> _revoked;

    private RevocationList(ReadOnlyMemory<byte> raw, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> signature, Dictionary<string, DateTimeOffset> revoked) =>
        (Raw, _body, _signature, _revoked) = (raw, body, signature, revoked);

    /// <summary>The whole list.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>Who issued it.</summary>
    public required DistinguishedName Issuer { get; init; }

    /// <summary>Identifier of the key that signed it, where told.</summary>
    public ReadOnlyMemory<byte>? AuthorityKeyIdentifier { get; private init; }

    /// <summary>How it was signed.</summary>
    public required SignatureAlgorithm SignatureAlgorithm { get; init; }

    /// <summary>When it was issued.</summary>
    public DateTimeOffset ThisUpdate { get; private init; }

    /// <summary>When the next was due; none where not told.</summary>
    public DateTimeOffset? NextUpdate { get; private init; }

    /// <summary>How many certificates it revokes.</summary>
    public int Count => _revoked.Count;

    /// <summary>Whether it carries a critical extension that is not known here: what it does not list may be revoked all the same.</summary>
    public bool IsPartial { get; private init; }

    /// <summary>When a certificate of its issuer was revoked; none where it is not listed.</summary>
    /// <param name="serialNumber">The certificate's serial number.</param>
    public DateTimeOffset? RevokedAt(ReadOnlySpan<byte> serialNumber) =>
        _revoked.TryGetValue(Convert.ToHexString(serialNumber.TrimStart((byte)0)), out var at) ? at : null;

    /// <summary>Checks whether a key signed it.</summary>
    public SignatureOutcome SignedBy(SubjectKey key) => key.Verify(SignatureAlgorithm, _body.Span, _signature.Span);

    /// <summary>Reads a list, DER or PEM.</summary>
    /// <param name="file">The file.</param>
    /// <param name="defects">What is wrong with its form.</param>
    /// <returns>The list, or none where there is no such structure.</returns>
    public static RevocationList? Read(ReadOnlyMemory<byte> file, out IReadOnlyList<Defect> defects)
    {
        var log = new DefectLog("revocation list");
        var list = file.Length > MaxLength ? null : ReadOuter(Pem.Decode(file, "CRL"), log);
        defects = log.Defects;
        return list;
    }

    private static RevocationList? ReadOuter(ReadOnlyMemory<byte> der, DefectLog log)
    {
        var reader = new TlvReader(der, 0, log);
        if (!reader.Expect(Tag.Sequence, "revocation list", out var root)) return null;
        var fields = root.Inside(log);
        if (!fields.Expect(Tag.Sequence, "list body", out var body)
            || !fields.Expect(Tag.Sequence, "signature algorithm", out var algorithm)
            || !fields.Expect(Tag.BitString, "signature", out var signature) || signature.Span.IsEmpty) return null;

        var inside = body.Inside(log);
        inside.TryNext(Tag.Integer, out _);
        if (!inside.Expect(Tag.Sequence, "inner signature algorithm", out var inner) || !inside.Expect(Tag.Sequence, "issuer", out var issuer)
            || !inside.TryNext(out var thisUpdate) || !Asn1Value.TryTime(thisUpdate, out var from)) return null;
        DateTimeOffset? next = inside.PeekTag() is Tag.UtcTime or Tag.GeneralizedTime && inside.TryNext(out var update) && Asn1Value.TryTime(update, out var to) ? to : null;
        var revoked = new Dictionary<string, DateTimeOffset>();
        if (inside.TryNext(Tag.Sequence, out var entries)) ReadEntries(entries, revoked, log);
        var (keyIdentifier, partial) = inside.TryNext(0xA0, out var extensions) ? ReadExtensions(extensions, log) : default;
        var outer = SignatureAlgorithm.Read(algorithm, log);
        return new(root.Raw, body.Raw, signature.Value[1..], revoked)
        {
            Issuer = DistinguishedName.Read(issuer, log),
            SignatureAlgorithm = SignatureAlgorithm.Read(inner, null) == outer ? outer : outer with { Scheme = SignatureScheme.Unknown },
            ThisUpdate = from,
            NextUpdate = next,
            AuthorityKeyIdentifier = keyIdentifier,
            IsPartial = partial,
        };
    }

    private static void ReadEntries(Tlv entries, Dictionary<string, DateTimeOffset> revoked, DefectLog log)
    {
        var reader = entries.Inside(log);
        while (reader.TryNext(out var entry))
        {
            var fields = entry.Inside(log);
            if (!fields.Expect(Tag.Integer, "revoked serial number", out var serial)) continue;
            // A date that cannot be read revokes from the beginning: the certificate is listed.
            if (!fields.TryNext(out var date) || !Asn1Value.TryTime(date, out var at)) at = DateTimeOffset.MinValue;
            revoked[Convert.ToHexString(serial.Span.TrimStart((byte)0))] = at;
        }
    }

    private static (ReadOnlyMemory<byte>? KeyIdentifier, bool Partial) ReadExtensions(Tlv wrapper, DefectLog log)
    {
        ReadOnlyMemory<byte>? identifier = null;
        var partial = false;
        var reader = wrapper.Inside(log);
        if (!reader.TryNext(Tag.Sequence, out var list)) return default;
        foreach (var extension in list.Inside(log).All())
        {
            var fields = extension.Inside(log);
            if (!fields.TryNext(Tag.Oid, out var oid)) continue;
            var critical = fields.TryNext(Tag.Boolean, out var flag) && flag.Span is [not 0, ..];
            var text = ObjectIdentifier.Text(oid.Span);
            if (text == "2.5.29.35" && fields.TryNext(Tag.OctetString, out var value))
            {
                var content = value.Inside();
                if (content.TryNext(out var key) && key.Inside().TryFind(0x80, out var id)) identifier = id.Value;
            }
            else if (critical) partial = true;
        }
        return (identifier, partial);
    }

    /// <summary>Issuer and date.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Issuer} {ThisUpdate:yyyy-MM-dd} ({Count})");
}
