using Comity.Emrtd.Ber;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Trust;

/// <summary>A fault of some documents that a State has made known, on a deviation or a defect list.</summary>
/// <param name="Type">Object identifier of its kind.</param>
/// <param name="Description">The State's words, where it gave any.</param>
/// <param name="Issuer">Issuer of the signer's certificate that it concerns; none where it concerns every signer.</param>
/// <param name="SerialNumber">That certificate's serial number.</param>
/// <param name="SubjectKeyIdentifier">Or the identifier of the signer's key.</param>
/// <param name="DocumentType">The document code that it concerns; none for every one.</param>
/// <param name="DocumentNumbers">The numbers that it concerns; none for every one.</param>
/// <param name="IssuedFrom">First day of issue that it concerns.</param>
/// <param name="IssuedUntil">Last day of issue that it concerns.</param>
/// <param name="IsDefect">Whether it stands on a defect list; else on a deviation list.</param>
public sealed record KnownFault(
    string Type,
    string? Description,
    DistinguishedName? Issuer,
    ReadOnlyMemory<byte>? SerialNumber,
    ReadOnlyMemory<byte>? SubjectKeyIdentifier,
    string? DocumentType,
    IReadOnlyList<string> DocumentNumbers,
    DateOnly? IssuedFrom,
    DateOnly? IssuedUntil,
    bool IsDefect)
{
    /// <summary>Whether it says that the signer's certificate is revoked (BSI TR-03129 §C, id-CertRevoked).</summary>
    public bool IsRevocation => Type == "0.4.0.127.0.7.3.1.5.1.1";

    /// <summary>Whether it concerns a signer's documents.</summary>
    public bool Concerns(Certificate signer)
    {
        if (SubjectKeyIdentifier is { } key) return signer.Extensions.SubjectKeyIdentifier is { } has && has.Span.SequenceEqual(key.Span);
        if (Issuer is not null && !Issuer.SaysTheSame(signer.Issuer)) return false;
        return SerialNumber is null ? Issuer is not null : SerialNumber.Value.Span.SequenceEqual(signer.SerialNumber.Span);
    }

    /// <summary>Kind and words.</summary>
    public override string ToString() => Description is null ? Type : $"{Type}: {Description}";
}

/// <summary>A deviation list (Doc 9303-3 §7.3) or a defect list (BSI TR-03129 §C).</summary>
/// <param name="Message">The signed message.</param>
/// <param name="Faults">What it makes known.</param>
/// <param name="Defects">What is wrong with its form.</param>
public sealed record FaultList(SignedData Message, IReadOnlyList<KnownFault> Faults, IReadOnlyList<Defect> Defects)
{
    private const string DeviationType = "2.23.136.1.1.7";
    private const string DefectType = "0.4.0.127.0.7.3.1.5";
    private const int MaxFaults = 10_000;

    /// <summary>Reads either list. Its signature is judged by <see cref="ListSignature.Judge"/>.</summary>
    /// <param name="file">The file.</param>
    /// <param name="defects">What is wrong with its form, also where none comes out.</param>
    public static FaultList? Read(ReadOnlyMemory<byte> file, out IReadOnlyList<Defect> defects)
    {
        var log = new DefectLog("fault list");
        defects = log.Defects;
        var list = file.Length > MasterList.MaxLength ? null : Read(file, log);
        defects = log.Defects;
        return list;
    }

    private static FaultList? Read(ReadOnlyMemory<byte> file, DefectLog log)
    {
        if (SignedData.Read(Indefinite.Resolve(file, log), log) is not { } message) return null;
        if (message.ContentType is not (DeviationType or DefectType))
        {
            log.Add(DefectCode.ValueMalformed, message.ContentOffset, "content type", message.ContentType);
            return null;
        }
        var reader = new TlvReader(message.Content, message.ContentOffset, log);
        if (!reader.Expect(Tag.Sequence, "fault list", out var body) || !body.Inside(log).TryFind(Tag.Set, out var set)) return null;
        var faults = new List<KnownFault>();
        foreach (var entry in set.Inside(log).All())
        {
            if (message.ContentType == DeviationType) ReadDeviation(entry, faults, log);
            else ReadDefect(entry, faults, log);
            if (faults.Count < MaxFaults) continue;
            log.Add(DefectCode.LimitReached, entry.Offset, "faults");
            break;
        }
        return new(message, faults, log.Defects);
    }

    private static void ReadDeviation(Tlv entry, List<KnownFault> faults, DefectLog log)
    {
        var fields = entry.Inside(log);
        if (!fields.Expect(Tag.Sequence, "documents", out var documents) || !fields.Expect(Tag.Set, "descriptions", out var descriptions)) return;
        var scope = Scope(documents, log);
        foreach (var description in descriptions.Inside(log).All())
        {
            var parts = description.Inside(log);
            string? words = parts.PeekTag() is Tag.PrintableString or Tag.Utf8String && parts.TryNext(out var text) ? Asn1Value.Text(text) : null;
            if (parts.Expect(Tag.Oid, "deviation type", out var type)) faults.Add(scope with { Type = ObjectIdentifier.Text(type.Span), Description = words });
        }
    }

    /// <summary>DeviationDocuments: which documents are concerned.</summary>
    private static KnownFault Scope(Tlv documents, DefectLog log)
    {
        var scope = new KnownFault("", null, null, null, null, null, [], null, null, IsDefect: false);
        foreach (var field in documents.Inside(log).All())
        {
            switch (field.Tag)
            {
                case 0x80 or 0xA0: scope = scope with { DocumentType = Asn1Value.Text(field.IsConstructed && field.Inside().TryNextAny(out var inner) ? inner : field) }; break;
                case 0xA1: scope = WithSigner(scope, field, log); break;
                case 0xA4: scope = WithPeriod(scope, field); break;
                case 0xA5: scope = scope with { DocumentNumbers = [.. Unwrap(field).Select(Asn1Value.Text)] }; break;
                case 0x82: scope = scope with { SubjectKeyIdentifier = field.Value }; break;
            }
        }
        return scope;
    }

    private static IEnumerable<Tlv> Unwrap(Tlv field)
    {
        var children = field.Inside().All();
        return children is [{ Tag: Tag.Set or Tag.Sequence } only] ? only.Inside().All() : children;
    }

    /// <summary>IssuerAndSerialNumber, implicit or explicit, or a key identifier.</summary>
    private static KnownFault WithSigner(KnownFault scope, Tlv field, DefectLog log)
    {
        var children = field.Inside(log).All();
        if (children is [{ Tag: Tag.Sequence } only]) children = only.Inside(log).All();
        return children switch
        {
            [{ Tag: Tag.Sequence } issuer, { Tag: Tag.Integer } serial, ..] => scope with { Issuer = DistinguishedName.Read(issuer, log), SerialNumber = serial.Value.TrimStart((byte)0) },
            [{ Tag: Tag.OctetString or 0x80 } key, ..] => scope with { SubjectKeyIdentifier = key.Value },
            _ => scope,
        };
    }

    private static KnownFault WithPeriod(KnownFault scope, Tlv field)
    {
        var times = Unwrap(field).Select(t => Asn1Value.TryTime(t with { Tag = t.Tag is Tag.UtcTime ? Tag.UtcTime : Tag.GeneralizedTime }, out var time)
            ? DateOnly.FromDateTime(time.UtcDateTime) : (DateOnly?)null).ToArray();
        return times is [var from, var until, ..] ? scope with { IssuedFrom = from, IssuedUntil = until } : scope;
    }

    private static void ReadDefect(Tlv entry, List<KnownFault> faults, DefectLog log)
    {
        var fields = entry.Inside(log);
        if (!fields.TryNext(out var signer)) return;
        var scope = new KnownFault("", null, null, null, null, null, [], null, null, IsDefect: true);
        scope = signer.Tag is 0x80 ? scope with { SubjectKeyIdentifier = signer.Value } : WithSigner(scope, signer, log);
        if (!fields.TryFind(Tag.Set, out var known)) return;
        foreach (var fault in known.Inside(log).All())
        {
            var parts = fault.Inside(log);
            if (parts.Expect(Tag.Oid, "defect type", out var type)) faults.Add(scope with { Type = ObjectIdentifier.Text(type.Span) });
        }
    }

    /// <summary>How many faults.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Faults.Count} faults");
}
