using System.Text;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Signatures;
using Comity.Emrtd.Trust;

namespace Comity.Emrtd.Tests.Issuing;

/// <summary>What a certificate says, with defaults of a document signer.</summary>
internal sealed record CertificatePlan
{
    public string Issuer { get; init; } = "CSCA";
    public string Subject { get; init; } = "Document Signer";
    public string Country { get; init; } = "UT";
    public string? IssuerCountry { get; init; }
    public byte Serial { get; init; } = 7;
    public DateTimeOffset From { get; init; } = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public DateTimeOffset To { get; init; } = new(2035, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public byte? KeyUses { get; init; } = 0x80;
    public bool IsAuthority { get; init; }
    public string[]? DocumentTypes { get; init; }
    public string? ExtendedUse { get; init; }
    public string? UnknownCritical { get; init; }
    public (DateTimeOffset From, DateTimeOffset To)? PrivateKeyPeriod { get; init; }

    public static CertificatePlan Authority { get; } = new() { Subject = "CSCA", Serial = 1, KeyUses = 0x06, IsAuthority = true, From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero) };
}

/// <summary>A signing authority of a State that does not exist: issues signers, documents and lists.</summary>
internal sealed class TestState
{
    public static DateTimeOffset Now { get; } = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    public TestState(TestKey? key = null, string country = "UT", string name = "CSCA")
    {
        Key = key ?? TestKey.Ec();
        Plan = CertificatePlan.Authority with { Country = country, Issuer = name, Subject = name };
        Certificate = Issue(Plan, Key);
    }

    public TestKey Key { get; }

    public CertificatePlan Plan { get; }

    public Certificate Certificate { get; }

    public TrustStore Store => new TrustStoreBuilder().Add(Certificate, "test").Build();

    /// <summary>A certificate signed by this authority.</summary>
    public Certificate Issue(CertificatePlan plan, TestKey subject) => Emrtd.Trust.Certificate.Read(IssueRaw(plan, subject), out _)!;

    public byte[] IssueRaw(CertificatePlan plan, TestKey subject)
    {
        var body = TlvWriter.Of(Tag.Sequence, TlvWriter.Of(0xA0, TlvWriter.Of(Tag.Integer, [2])), TlvWriter.Of(Tag.Integer, [plan.Serial]), Key.Algorithm,
            Name(plan.IssuerCountry ?? plan.Country, plan.Issuer), TlvWriter.Of(Tag.Sequence, Time(plan.From), Time(plan.To)), Name(plan.Country, plan.Subject), subject.Info,
            TlvWriter.Of(0xA3, TlvWriter.Of(Tag.Sequence, [.. Extensions(plan, subject)])));
        return TlvWriter.Of(Tag.Sequence, body, Key.Algorithm, TestKey.BitString(Key.Sign(body)));
    }

    private IEnumerable<byte[]> Extensions(CertificatePlan plan, TestKey subject)
    {
        static byte[] Of(string oid, byte[] value, bool critical = false) => TlvWriter.Of(Tag.Sequence,
            [TlvWriter.Oid(oid), .. critical ? new[] { TlvWriter.Of(Tag.Boolean, [0xFF]) } : [], TlvWriter.Of(Tag.OctetString, value)]);
        yield return Of("2.5.29.14", TlvWriter.Of(Tag.OctetString, subject.Identifier));
        yield return Of("2.5.29.35", TlvWriter.Of(Tag.Sequence, TlvWriter.Of(0x80, Key.Identifier)));
        if (plan.KeyUses is { } uses) yield return Of("2.5.29.15", TlvWriter.Of(Tag.BitString, [1, uses]), critical: true);
        if (plan.IsAuthority) yield return Of("2.5.29.19", TlvWriter.Of(Tag.Sequence, TlvWriter.Of(Tag.Boolean, [0xFF])), critical: true);
        if (plan.DocumentTypes is { } types)
            yield return Of("2.23.136.1.1.6.2", TlvWriter.Of(Tag.Sequence, TlvWriter.Of(Tag.Integer, [0]), TlvWriter.Of(Tag.Set, [.. types.Select(t => TlvWriter.Of(Tag.PrintableString, Encoding.ASCII.GetBytes(t)))])));
        if (plan.ExtendedUse is { } use) yield return Of("2.5.29.37", TlvWriter.Of(Tag.Sequence, TlvWriter.Oid(use)), critical: true);
        if (plan.UnknownCritical is { } unknown) yield return Of(unknown, TlvWriter.Of(Tag.Null), critical: true);
        if (plan.PrivateKeyPeriod is var (from, to)) yield return Of("2.5.29.16", TlvWriter.Of(Tag.Sequence, TlvWriter.Of(0x80, Time(from)[2..]), TlvWriter.Of(0x81, Time(to)[2..])));
    }

    public byte[] RevocationList(byte[] serials, DateTimeOffset issued, DateTimeOffset next)
    {
        var entries = serials.Select(s => TlvWriter.Of(Tag.Sequence, TlvWriter.Of(Tag.Integer, [s]), Time(issued))).ToArray();
        var body = TlvWriter.Of(Tag.Sequence, [TlvWriter.Of(Tag.Integer, [1]), Key.Algorithm, Name(Plan.Country, Plan.Subject), Time(issued), Time(next),
            .. entries.Length > 0 ? new[] { TlvWriter.Of(Tag.Sequence, entries) } : []]);
        return TlvWriter.Of(Tag.Sequence, body, Key.Algorithm, TestKey.BitString(Key.Sign(body)));
    }

    public static byte[] Name(string country, string common) => TlvWriter.Of(Tag.Sequence,
        TlvWriter.Of(Tag.Set, TlvWriter.Of(Tag.Sequence, TlvWriter.Oid("2.5.4.6"), TlvWriter.Of(Tag.PrintableString, Encoding.ASCII.GetBytes(country)))),
        TlvWriter.Of(Tag.Set, TlvWriter.Of(Tag.Sequence, TlvWriter.Oid("2.5.4.3"), TlvWriter.Of(Tag.Utf8String, Encoding.UTF8.GetBytes(common)))));

    public static byte[] Time(DateTimeOffset time) => TlvWriter.Of(Tag.GeneralizedTime, Encoding.ASCII.GetBytes(time.ToString("yyyyMMddHHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>A signed message.</summary>
    public static byte[] Sign(string contentType, byte[] content, Certificate signer, TestKey key, DateTimeOffset? signedAt = null)
    {
        byte[] Attribute(string oid, byte[] value) => TlvWriter.Of(Tag.Sequence, TlvWriter.Oid(oid), TlvWriter.Of(Tag.Set, value));
        byte[][] attributes =
        [
            Attribute("1.2.840.113549.1.9.3", TlvWriter.Oid(contentType)),
            Attribute("1.2.840.113549.1.9.4", TlvWriter.Of(Tag.OctetString, Digest.Of(key.Hash, content))),
            .. signedAt is { } at ? new[] { Attribute("1.2.840.113549.1.9.5", Time(at)) } : [],
        ];
        var digest = TestKey.AlgorithmOf(Digest.OidOf(key.Hash));
        var info = TlvWriter.Of(Tag.Sequence, TlvWriter.Of(Tag.Integer, [1]),
            TlvWriter.Of(Tag.Sequence, signer.Issuer.Raw.ToArray(), TlvWriter.Unsigned(signer.SerialNumber.Span)),
            digest, TlvWriter.Of(0xA0, attributes), key.Algorithm, TlvWriter.Of(Tag.OctetString, key.Sign(TlvWriter.Of(Tag.Set, attributes))));
        var data = TlvWriter.Of(Tag.Sequence, TlvWriter.Of(Tag.Integer, [3]), TlvWriter.Of(Tag.Set, digest),
            TlvWriter.Of(Tag.Sequence, TlvWriter.Oid(contentType), TlvWriter.Of(0xA0, TlvWriter.Of(Tag.OctetString, content))),
            TlvWriter.Of(0xA0, signer.Raw.ToArray()), TlvWriter.Of(Tag.Set, info));
        return TlvWriter.Of(Tag.Sequence, TlvWriter.Oid("1.2.840.113549.1.7.2"), TlvWriter.Of(0xA0, data));
    }
}
