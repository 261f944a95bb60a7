using System.Collections.Concurrent;
using Comity.Emrtd.Inspection;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Trust;

/// <summary>What a signer signs.</summary>
public enum SignerPurpose
{
    /// <summary>Documents' security objects.</summary>
    Documents,

    /// <summary>Master lists.</summary>
    MasterLists,

    /// <summary>Deviation lists.</summary>
    DeviationLists,

    /// <summary>Other lists, whose signers need no use of their own.</summary>
    OtherLists,
}

/// <summary>What is asked about a signer.</summary>
/// <param name="At">The point in time.</param>
/// <param name="Purpose">What it signed.</param>
/// <param name="DocumentCode">The document code in the zone, where known: <c>P</c>, <c>ID</c>.</param>
/// <param name="SignedAt">When it says it signed, where it says so.</param>
public sealed record PathQuestion(DateTimeOffset At, SignerPurpose Purpose, string? DocumentCode = null, DateTimeOffset? SignedAt = null);

/// <summary>The answer about a signer.</summary>
/// <param name="Authority">The authority that vouches for it, where one was found.</param>
/// <param name="Chain">Whether an authority vouches for it.</param>
/// <param name="Validity">Whether both are valid.</param>
/// <param name="Revocation">Whether either is revoked.</param>
public sealed record PathAnswer(TrustedAuthority? Authority, CheckResult Chain, CheckResult Validity, CheckResult Revocation);

/// <summary>Judges signers by a trust store, each State for itself, at a point in time (Doc 9303-12 §6). Safe for use by several threads.</summary>
/// <remarks>
/// A certificate authority of one State never vouches for another State's signer. .NET's own chain builder cannot be used: it refuses curves
/// given by their numbers, which Doc 9303 asks for, and knows neither link certificates nor States.
/// </remarks>
public sealed class PathValidator(TrustStore store)
{
    private const int MaxCached = 8192;
    private readonly ConcurrentDictionary<Certificate, Issuers> _cache = new();

    /// <summary>The store.</summary>
    public TrustStore Store => store;

    /// <summary>What came of looking for a signer's authorities: costs signatures, so it is done once.</summary>
    private sealed record Issuers(Certificate Signer, IReadOnlyList<TrustedAuthority> Authorities, Reason Reason);

    /// <summary>The same certificate as known before, whose key is loaded, where there is one.</summary>
    internal Certificate Known(Certificate certificate) => _cache.TryGetValue(certificate, out var known) ? known.Signer : certificate;

    /// <summary>Judges a signer.</summary>
    public PathAnswer Judge(Certificate signer, PathQuestion question)
    {
        var issuers = Find(signer);
        var authority = issuers.Authorities.OrderByDescending(a => a.Certificate.IsValidAt(question.At)).ThenByDescending(a => a.Certificate.IsSelfIssued).FirstOrDefault();
        if (authority is null)
        {
            var verdict = issuers.Reason is Reason.IssuerSignatureWrong or Reason.StateMismatch ? Verdict.Failed : Verdict.Open;
            return new(null, new(CheckKind.Chain, verdict, issuers.Reason, signer.Country),
                CertificateRules.Validity(signer, null, question), CheckResult.Open(CheckKind.Revocation, Reason.NoAuthority));
        }
        return new(authority, CertificateRules.Chain(signer, authority.Certificate, question),
            CertificateRules.Validity(signer, authority.Certificate, question), Revocation(signer, issuers.Authorities, question.At));
    }

    private Issuers Find(Certificate signer)
    {
        if (_cache.TryGetValue(signer, out var known)) return known;
        var found = Search(signer);
        if (_cache.Count >= MaxCached) _cache.Clear();
        return _cache.GetOrAdd(signer, found);
    }

    private Issuers Search(Certificate signer)
    {
        var reason = signer.Country is { } country && store.OfCountry(country).Any() ? Reason.UnknownSigner : Reason.UnknownState;
        var named = store.Candidates(signer).ToList();
        // An authority that changed its name is found by trying its State's keys.
        var rest = signer.Country is { } own ? store.OfCountry(own).Where(a => !named.Contains(a)) : [];
        var verified = new List<TrustedAuthority>();
        var foreign = false;
        foreach (var candidate in named.Concat(rest))
        {
            if (verified.Count > 0 && !named.Contains(candidate)) break;
            var outcome = verified.Any(v => v.Certificate.Key.Raw.Span.SequenceEqual(candidate.Certificate.Key.Raw.Span))
                ? SignatureOutcome.Valid
                : signer.SignedBy(candidate.Certificate.Key);
            if (outcome == SignatureOutcome.Valid && candidate.Certificate.Country == signer.Country) verified.Add(candidate);
            else if (outcome == SignatureOutcome.Valid) foreign = true;
            else if (outcome == SignatureOutcome.Invalid && IsNamedOutright(signer, candidate.Certificate)) reason = Reason.IssuerSignatureWrong;
            else if (outcome == SignatureOutcome.Unsupported && named.Contains(candidate) && reason != Reason.IssuerSignatureWrong) reason = Reason.AlgorithmUnsupported;
        }
        return new(signer, verified, verified.Count > 0 ? Reason.Holds : foreign ? Reason.StateMismatch : reason);
    }

    /// <summary>Only the very key that is named can give a wrong signature; of the same name alone there are many keys.</summary>
    private static bool IsNamedOutright(Certificate signer, Certificate authority) =>
        signer.Issuer.Equals(authority.Subject)
        && signer.Extensions.AuthorityKeyIdentifier is { } wanted && authority.Extensions.SubjectKeyIdentifier is { } has && wanted.Span.SequenceEqual(has.Span);

    private CheckResult Revocation(Certificate signer, IReadOnlyList<TrustedAuthority> authorities, DateTimeOffset at)
    {
        RevocationList? newest = null;
        foreach (var list in authorities.SelectMany(a => store.ListsOf(a.Certificate)).Distinct())
        {
            // Any key of that authority may sign its list, also the one that came after (Doc 9303-12 §7.1.2).
            var signed = store.OfCountry(signer.Country ?? "").Any(a => a.Certificate.Subject.Equals(list.Issuer) && list.SignedBy(a.Certificate.Key) == SignatureOutcome.Valid);
            if (!signed) continue;
            if (list.RevokedAt(signer.SerialNumber.Span) is { } when && when <= at)
                return CheckResult.Failed(CheckKind.Revocation, Reason.SignerRevoked, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{when:yyyy-MM-dd}"));
            if (authorities.All(a => list.RevokedAt(a.Certificate.SerialNumber.Span) <= at))
                return CheckResult.Failed(CheckKind.Revocation, Reason.AuthorityRevoked);
            if (list.ThisUpdate <= at && !list.IsPartial && (newest is null || list.ThisUpdate > newest.ThisUpdate)) newest = list;
        }
        if (newest is null) return CheckResult.Open(CheckKind.Revocation, Reason.NoRevocationList, signer.Country);
        var day = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{newest.ThisUpdate:yyyy-MM-dd}");
        return newest.NextUpdate < at ? CheckResult.Open(CheckKind.Revocation, Reason.RevocationListStale, day) : CheckResult.Passed(CheckKind.Revocation, day);
    }
}

/// <summary>What certificates must say for themselves.</summary>
internal static class CertificateRules
{
    private const string MasterListUse = "2.23.136.1.1.3";
    private const string DeviationListUse = "2.23.136.1.1.8";

    public static CheckResult Chain(Certificate signer, Certificate authority, PathQuestion question)
    {
        CheckResult Fail(Reason reason, string? detail = null) => CheckResult.Failed(CheckKind.Chain, reason, detail);
        if (signer.Extensions.UnknownCritical.Concat(authority.Extensions.UnknownCritical).FirstOrDefault() is { } unknown)
            return Fail(Reason.UnknownCriticalExtension, unknown);
        if (authority.Extensions.IsAuthority == false || authority.Extensions.KeyUses?.HasFlag(KeyUses.CertificateSigning) == false)
            return Fail(Reason.AuthorityNotForThis, authority.ToString());
        if (!MaySign(signer, question.Purpose)) return Fail(Reason.SignerNotForThis, signer.ToString());
        if (question.DocumentCode is { Length: > 0 } code && signer.Extensions.DocumentTypes is { } types && !types.Any(t => IsOfType(code, t)))
            return Fail(Reason.DocumentTypeNotAllowed, string.Join(' ', types));
        return CheckResult.Passed(CheckKind.Chain, authority.ToString());
    }

    private static bool MaySign(Certificate signer, SignerPurpose purpose)
    {
        var extensions = signer.Extensions;
        if (extensions.IsAuthority == true || extensions.KeyUses?.HasFlag(KeyUses.DigitalSignature) == false) return false;
        return purpose switch
        {
            SignerPurpose.MasterLists => extensions.ExtendedUses.Contains(MasterListUse),
            SignerPurpose.DeviationLists => extensions.ExtendedUses.Contains(DeviationListUse),
            SignerPurpose.Documents => !extensions.ExtendedUses.Contains(MasterListUse) && !extensions.ExtendedUses.Contains(DeviationListUse),
            _ => true,
        };
    }

    /// <summary>A list may name the whole code or its first letter only (Doc 9303-12 §7.1.1.6).</summary>
    private static bool IsOfType(string code, string type)
    {
        var bare = code.TrimEnd('<');
        var listed = type.TrimEnd('<');
        return bare == listed || (listed.Length == 1 && bare.StartsWith(listed, StringComparison.Ordinal));
    }

    public static CheckResult Validity(Certificate signer, Certificate? authority, PathQuestion question)
    {
        static string Day(DateTimeOffset time) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd}");
        CheckResult Fail(Reason reason, DateTimeOffset day) => CheckResult.Failed(CheckKind.Validity, reason, Day(day));

        if (question.At > signer.NotAfter) return Fail(Reason.SignerExpired, signer.NotAfter);
        if (question.At < signer.NotBefore) return Fail(Reason.SignerNotYetValid, signer.NotBefore);
        if (authority is not null && question.At > authority.NotAfter) return Fail(Reason.AuthorityExpired, authority.NotAfter);
        if (authority is not null && question.At < authority.NotBefore) return Fail(Reason.AuthorityNotYetValid, authority.NotBefore);
        if (question.SignedAt is { } signed
            && (signed < (signer.Extensions.PrivateKeyFrom ?? signer.NotBefore).AddDays(-1) || signed > (signer.Extensions.PrivateKeyUntil ?? signer.NotAfter).AddDays(1)))
            return Fail(Reason.SignedOutsideKeyPeriod, signed);
        return authority is null ? CheckResult.Open(CheckKind.Validity, Reason.NoAuthority) : CheckResult.Passed(CheckKind.Validity, Day(signer.NotAfter));
    }
}
