using Comity.Emrtd.Lds;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Inspection;

/// <summary>The protocol that opened a chip.</summary>
public enum AccessProtocol
{
    /// <summary>None: the chip gave its data to everybody.</summary>
    None,

    /// <summary>Basic access control.</summary>
    Bac,

    /// <summary>PACE.</summary>
    Pace,
}

/// <summary>How a chip was opened.</summary>
/// <param name="Protocol">What opened it.</param>
/// <param name="PaceOffered">Whether the chip offered PACE.</param>
/// <param name="PaceFailed">Whether PACE was tried and failed.</param>
public sealed record AccessEvidence(AccessProtocol Protocol, bool PaceOffered, bool PaceFailed)
{
    internal static CheckResult Check(AccessEvidence? evidence, ChipContent content)
    {
        const CheckKind Check = CheckKind.AccessControl;
        if (evidence is null) return CheckResult.Open(Check, Reason.NotPerformed);
        var offered = evidence.PaceOffered || content.CardAccess?.Pace.Count > 0 || content.Dg14?.Pace.Count > 0;
        return evidence.Protocol switch
        {
            AccessProtocol.Pace => new(Check, Verdict.Passed, Reason.OpenedWithPace),
            AccessProtocol.Bac when evidence.PaceFailed => CheckResult.Open(Check, Reason.BacAfterFailedPace),
            // DG14 is signed and EF.CardAccess is not: who takes the latter away makes a reader fall back to the weaker protocol.
            AccessProtocol.Bac when offered => CheckResult.Open(Check, Reason.BacInsteadOfPace),
            AccessProtocol.Bac => new(Check, Verdict.Passed, Reason.OpenedWithBac),
            _ => CheckResult.Open(Check, Reason.OpenedWithoutControl),
        };
    }
}

/// <summary>What came of chip authentication, or of PACE with chip authentication mapping.</summary>
/// <param name="PublicKey">The chip's key that was used: the whole SubjectPublicKeyInfo.</param>
/// <param name="Succeeded">Whether the chip went on under the new keys.</param>
public sealed record ChipAuthenticationEvidence(ReadOnlyMemory<byte> PublicKey, bool Succeeded)
{
    internal static CheckResult Check(ChipAuthenticationEvidence? evidence, ChipContent content, bool covered)
    {
        const CheckKind Check = CheckKind.ChipAuthentication;
        var keys = content.Dg14?.ChipKeys ?? [];
        if (evidence is null) return CheckResult.Open(Check, keys.Count > 0 ? Reason.NotPerformed : Reason.NotOffered);
        if (!evidence.Succeeded) return CheckResult.Failed(Check, Reason.ChipAnsweredWrongly);
        if (!keys.Any(k => k.Key.Raw.Span.SequenceEqual(evidence.PublicKey.Span))) return CheckResult.Failed(Check, Reason.KeyDiffers);
        return covered ? CheckResult.Passed(Check, "EF.DG14") : CheckResult.Open(Check, Reason.KeyNotCovered, "EF.DG14");
    }
}

/// <summary>What the chip answered to a challenge.</summary>
/// <param name="Challenge">The eight bytes sent.</param>
/// <param name="Response">The bytes that came back.</param>
public sealed record ActiveAuthenticationEvidence(ReadOnlyMemory<byte> Challenge, ReadOnlyMemory<byte> Response)
{
    internal static CheckResult Check(ActiveAuthenticationEvidence? evidence, ChipContent content, bool covered)
    {
        const CheckKind Check = CheckKind.ActiveAuthentication;
        if (content.Dg15 is not { } key) return CheckResult.Open(Check, content.Files.ContainsKey(EmrtdFile.Dg15) ? Reason.FileUnreadable : Reason.NotOffered);
        if (evidence is null) return CheckResult.Open(Check, Reason.NotPerformed);
        return ActiveAuthentication.Verify(key, content.Dg14?.ActiveAuthentication, evidence.Challenge.Span, evidence.Response.Span) switch
        {
            SignatureOutcome.Valid when covered => CheckResult.Passed(Check, key.ToString()),
            SignatureOutcome.Valid => CheckResult.Open(Check, Reason.KeyNotCovered, "EF.DG15"),
            SignatureOutcome.Invalid => CheckResult.Failed(Check, Reason.ChipAnsweredWrongly, key.ToString()),
            _ => CheckResult.Open(Check, Reason.AlgorithmUnsupported, key.ToString()),
        };
    }
}
