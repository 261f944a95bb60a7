using Comity.Emrtd.Inspection;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Trust;

/// <summary>Who signed a list, and whether that can be relied on.</summary>
/// <param name="Signer">The signer's certificate, where found.</param>
/// <param name="Authority">The authority that vouches for it, where found.</param>
/// <param name="Checks">Signature, chain, validity and revocation.</param>
public sealed record ListSignature(Certificate? Signer, TrustedAuthority? Authority, IReadOnlyList<CheckResult> Checks)
{
    /// <summary>
    /// Whether the list may be relied on: signature, chain and validity hold, and no revocation is known.
    /// A revocation list that is missing does not bar it: lists are what brings the first ones.
    /// </summary>
    public bool IsTrusted => Checks.All(c => c.Verdict == Verdict.Passed || (c.Check == CheckKind.Revocation && c.Verdict == Verdict.Open));

    /// <summary>Judges the signature of a master, deviation or defect list.</summary>
    /// <param name="message">The signed message.</param>
    /// <param name="purpose">What kind of list.</param>
    /// <param name="anchors">The authorities relied on already. Certificates inside the list count for nothing by themselves.</param>
    /// <param name="at">The point in time.</param>
    public static ListSignature Judge(SignedData message, SignerPurpose purpose, TrustStore anchors, DateTimeOffset at)
    {
        if (message.Signers is not [var info]) return new(null, null, [CheckResult.Failed(CheckKind.Signature, Reason.AttributesWrong, "signers")]);
        var (signer, signature) = SignerCheck.Run(message, info, anchors, c => c);
        if (signer is null) return new(null, null, [signature]);
        var answer = new PathValidator(anchors).Judge(signer, new(at, purpose, SignedAt: info.SigningTime));
        return new(signer, answer.Authority, [signature, answer.Chain, answer.Validity, answer.Revocation]);
    }
}

/// <summary>Finds the signer's certificate and checks the signature.</summary>
internal static class SignerCheck
{
    public static (Certificate? Signer, CheckResult Result) Run(SignedData message, Signer info, TrustStore store, Func<Certificate, Certificate> known)
    {
        // The name of the signer is not signed. Where it fits none of the certificates that came along, the key decides.
        var named = message.Certificates.Concat(store.Signers).FirstOrDefault(info.IsNamed);
        var signer = named ?? (message.Certificates is [var only] ? only : null);
        if (signer is null) return (null, CheckResult.Open(CheckKind.Signature, Reason.SignerCertificateMissing, info.ToString()));
        signer = known(signer);
        return (signer, info.Verify(message, signer.Key) switch
        {
            SignerOutcome.Valid => CheckResult.Passed(CheckKind.Signature, signer.ToString()),
            SignerOutcome.ContentChanged => CheckResult.Failed(CheckKind.Signature, Reason.ContentChanged),
            SignerOutcome.AttributesWrong => CheckResult.Failed(CheckKind.Signature, Reason.AttributesWrong),
            SignerOutcome.Unsupported => CheckResult.Open(CheckKind.Signature, Reason.AlgorithmUnsupported, $"{info.Algorithm}, {signer.Key}"),
            _ when named is null => CheckResult.Open(CheckKind.Signature, Reason.SignerCertificateMissing, info.ToString()),
            _ => CheckResult.Failed(CheckKind.Signature, Reason.SignatureWrong),
        });
    }
}
