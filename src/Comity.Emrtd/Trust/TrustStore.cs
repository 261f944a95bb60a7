using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Trust;

/// <summary>How a certificate of a signing authority hangs together with the others of a store.</summary>
public enum AuthorityKind
{
    /// <summary>Its own key signed it.</summary>
    SelfSigned,

    /// <summary>An earlier key of the same name signed it (Doc 9303-12 §4.2.1).</summary>
    Link,

    /// <summary>An earlier key of another name signed it: the authority changed its name.</summary>
    RenamedLink,

    /// <summary>No authority of its issuer's name in the store signed it.</summary>
    Orphaned,
}

/// <summary>A certificate of a signing authority and who vouches for it.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Sources">The lists, feeds or persons that it came from; at least one.</param>
public sealed record TrustedAuthority(Certificate Certificate, IReadOnlyList<string> Sources)
{
    /// <summary>The certificate.</summary>
    public override string ToString() => Certificate.ToString();
}

/// <summary>What one relies on: authorities' certificates, revocation lists, known faults. Does not change; made by <see cref="TrustStoreBuilder"/>.</summary>
public sealed class TrustStore
{
    private readonly ILookup<DistinguishedName, TrustedAuthority> _byName;
    private readonly ILookup<string, TrustedAuthority> _byKey;
    private readonly ILookup<string, TrustedAuthority> _byCountry;
    private readonly ILookup<DistinguishedName, RevocationList> _lists;

    internal TrustStore(IReadOnlyList<TrustedAuthority> authorities, IReadOnlyList<Certificate> signers, IReadOnlyList<RevocationList> lists, IReadOnlyList<KnownFault>? faults)
    {
        (Authorities, Signers, RevocationLists, Faults) = (authorities, signers, lists, faults);
        _byName = authorities.ToLookup(a => a.Certificate.Subject);
        _byKey = authorities.Where(a => a.Certificate.Extensions.SubjectKeyIdentifier is not null)
            .ToLookup(a => Convert.ToHexString(a.Certificate.Extensions.SubjectKeyIdentifier!.Value.Span));
        _byCountry = authorities.ToLookup(a => a.Certificate.Country ?? "");
        _lists = lists.ToLookup(l => l.Issuer);
    }

    /// <summary>A store of nothing.</summary>
    public static TrustStore Empty { get; } = new TrustStoreBuilder().Build();

    /// <summary>The authorities' certificates, each once.</summary>
    public IReadOnlyList<TrustedAuthority> Authorities { get; }

    /// <summary>Signers' certificates, for documents that do not bring theirs. They are not trusted for being here.</summary>
    public IReadOnlyList<Certificate> Signers { get; }

    /// <summary>Revocation lists. They are checked against the authority when they are used.</summary>
    public IReadOnlyList<RevocationList> RevocationLists { get; }

    /// <summary>Known faults; null where no such list was ever added.</summary>
    public IReadOnlyList<KnownFault>? Faults { get; }

    /// <summary>The authorities of a country.</summary>
    /// <param name="country">Two letters, raised.</param>
    public IEnumerable<TrustedAuthority> OfCountry(string country) => _byCountry[country];

    /// <summary>The countries that have an authority here.</summary>
    public IEnumerable<string> Countries => _byCountry.Select(g => g.Key).Order(StringComparer.Ordinal);

    /// <summary>Tells how an authority's certificate hangs together with the others. Costs one or a few signatures.</summary>
    public AuthorityKind KindOf(Certificate certificate)
    {
        if (certificate.SelfSigned == SignatureOutcome.Valid) return AuthorityKind.SelfSigned;
        var parent = _byName[certificate.Issuer].FirstOrDefault(a => certificate.SignedBy(a.Certificate.Key) == SignatureOutcome.Valid);
        return parent is null ? AuthorityKind.Orphaned : certificate.IsSelfIssued ? AuthorityKind.Link : AuthorityKind.RenamedLink;
    }

    /// <summary>Authorities that a certificate may have been issued by, those of the named key first.</summary>
    internal IEnumerable<TrustedAuthority> Candidates(Certificate certificate)
    {
        IEnumerable<TrustedAuthority> byKey = certificate.Extensions.AuthorityKeyIdentifier is { } key ? _byKey[Convert.ToHexString(key.Span)] : [];
        return byKey.Concat(_byName[certificate.Issuer]).Distinct();
    }

    internal IEnumerable<RevocationList> ListsOf(Certificate authority) => _lists[authority.Subject];
}

/// <summary>Gathers a trust store.</summary>
public sealed class TrustStoreBuilder
{
    private readonly Dictionary<Certificate, List<string>> _authorities = [];
    private readonly List<Certificate> _order = [];
    private readonly HashSet<Certificate> _signers = [];
    private readonly List<RevocationList> _lists = [];
    private List<KnownFault>? _faults;

    /// <summary>Adds an authority's certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="source">Who vouches for it, in words that an officer knows.</param>
    public TrustStoreBuilder Add(Certificate certificate, string source)
    {
        if (!_authorities.TryGetValue(certificate, out var sources))
        {
            _authorities[certificate] = sources = [];
            _order.Add(certificate);
        }
        if (!sources.Contains(source)) sources.Add(source);
        return this;
    }

    /// <summary>Adds every certificate of a master list, whose signature the caller has judged.</summary>
    public TrustStoreBuilder Add(MasterList list, string source)
    {
        foreach (var certificate in list.Certificates) Add(certificate, source);
        return this;
    }

    /// <summary>Adds a signer's certificate, for documents that do not bring theirs.</summary>
    public TrustStoreBuilder AddSigner(Certificate certificate)
    {
        _signers.Add(certificate);
        return this;
    }

    /// <summary>Adds a revocation list.</summary>
    public TrustStoreBuilder Add(RevocationList list)
    {
        _lists.Add(list);
        return this;
    }

    /// <summary>Adds a deviation or defect list, whose signature the caller has judged.</summary>
    public TrustStoreBuilder Add(FaultList list)
    {
        (_faults ??= []).AddRange(list.Faults);
        return this;
    }

    /// <summary>The store of what was added so far.</summary>
    public TrustStore Build() =>
        new([.. _order.Select(c => new TrustedAuthority(c, [.. _authorities[c]]))], [.. _signers], [.. _lists], _faults is null ? null : [.. _faults]);
}
