using Comity.Emrtd.Lds;
using Comity.Emrtd.Mrz;
using Comity.Emrtd.Trust;

namespace Comity.Emrtd.Inspection;

/// <summary>What is known besides the files.</summary>
/// <param name="At">The point in time at which to judge.</param>
public sealed record InspectionContext(DateTimeOffset At)
{
    /// <summary>The zone as printed, where it was read.</summary>
    public MachineReadableZone? PrintedZone { get; init; }

    /// <summary>How the chip was opened, where it was.</summary>
    public AccessEvidence? Access { get; init; }

    /// <summary>What came of chip authentication, where it was performed.</summary>
    public ChipAuthenticationEvidence? ChipAuthentication { get; init; }

    /// <summary>What came of active authentication, where it was performed.</summary>
    public ActiveAuthenticationEvidence? ActiveAuthentication { get; init; }

    /// <summary>Whether terminal authentication succeeded; none where it was not performed.</summary>
    public bool? TerminalAuthentication { get; init; }
}

/// <summary>The result of an inspection. Codes for machines, sentences by <see cref="InspectionWording"/>.</summary>
public sealed record InspectionResult
{
    /// <summary>When it was judged for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The checks in their order; each kind once.</summary>
    public required IReadOnlyList<CheckResult> Checks { get; init; }

    /// <summary>What is wrong with the form of the files.</summary>
    public required IReadOnlyList<Defect> Defects { get; init; }

    /// <summary>The signer's certificate, where found.</summary>
    public Certificate? Signer { get; init; }

    /// <summary>The authority that vouches for the signer, where found.</summary>
    public TrustedAuthority? Authority { get; init; }

    /// <summary>Known faults that concern the signer.</summary>
    public IReadOnlyList<KnownFault> KnownFaults { get; init; } = [];

    /// <summary>One check.</summary>
    public CheckResult this[CheckKind check] => Checks.First(c => c.Check == check);

    /// <summary>
    /// Passive authentication as a whole (Doc 9303-11 §5.1): failed where hashes, signature, chain, validity, revocation or issuing State
    /// failed; passed where all passed; open otherwise.
    /// </summary>
    public Verdict PassiveAuthentication => Worst(
        CheckKind.Hashes, CheckKind.Signature, CheckKind.Chain, CheckKind.Validity, CheckKind.Revocation, CheckKind.IssuingState);

    /// <summary>The worst answer of some checks.</summary>
    public Verdict Worst(params ReadOnlySpan<CheckKind> checks)
    {
        var worst = Verdict.Passed;
        foreach (var check in checks) worst = (Verdict)Math.Max((int)worst, (int)this[check].Verdict);
        return worst;
    }

    /// <summary>One check a line, as codes.</summary>
    public override string ToString() => string.Join('\n', Checks);
}

/// <summary>Judges documents by one trust store. Safe for use by several threads; what it finds out about signers it remembers.</summary>
public sealed class Inspector(TrustStore trust)
{
    private readonly PathValidator _paths = new(trust);

    /// <summary>Judges a document.</summary>
    /// <param name="content">The files of its chip, read.</param>
    /// <param name="context">What is known besides.</param>
    public InspectionResult Inspect(ChipContent content, InspectionContext context)
    {
        var hashes = GroupHashes.Check(content);
        var (signer, signature, spelled) = Signature(content);
        var answer = signer is null ? null : Path(content, signer, context);
        var faults = signer is null ? [] : (trust.Faults ?? []).Where(f => f.Concerns(signer)).ToList();
        var issuing = IssuingState(content, signer);
        var covered = hashes.Result.Verdict == Verdict.Passed && signature.Verdict == Verdict.Passed
            && answer is { Chain.Verdict: Verdict.Passed, Validity.Verdict: Verdict.Passed, Revocation.Verdict: not Verdict.Failed }
            && issuing.Verdict == Verdict.Passed;
        var defects = spelled is null ? content.Defects : [.. content.Defects, spelled];
        return new()
        {
            At = context.At,
            Defects = defects,
            Signer = signer,
            Authority = answer?.Authority,
            KnownFaults = faults,
            Checks =
            [
                Structure(content, defects),
                hashes.Result,
                signature,
                answer?.Chain ?? CheckResult.Open(CheckKind.Chain, Reason.SignerCertificateMissing),
                answer?.Validity ?? CheckResult.Open(CheckKind.Validity, Reason.SignerCertificateMissing),
                answer?.Revocation ?? CheckResult.Open(CheckKind.Revocation, Reason.SignerCertificateMissing),
                Faults(faults),
                issuing,
                ZoneComparison.Check(content, context.PrintedZone),
                AccessEvidence.Check(context.Access, content),
                ChipAuthenticationEvidence.Check(context.ChipAuthentication, content, covered),
                ActiveAuthenticationEvidence.Check(context.ActiveAuthentication, content, covered),
                Terminal(context.TerminalAuthentication, content),
            ],
        };
    }

    private (Certificate? Signer, CheckResult Result, Defect? Spelled) Signature(ChipContent content)
    {
        if (content.Sod is not { } sod)
        {
            var reason = content.Files.ContainsKey(EmrtdFile.Sod) ? Reason.FileUnreadable : Reason.FileMissing;
            return (null, CheckResult.Open(CheckKind.Signature, reason, "EF.SOD"), null);
        }
        if (sod.Message.Signers is not [var info])
            return (null, CheckResult.Failed(CheckKind.Signature, Reason.AttributesWrong, "signers"), null);
        var (signer, result) = SignerCheck.Run(sod.Message, info, trust, _paths.Known);
        var otherwise = signer is not null && info.Issuer is { } name && !name.Raw.Span.SequenceEqual(signer.Issuer.Raw.Span);
        return (signer, result, otherwise ? new("EF.SOD", DefectCode.NameSpelledOtherwise, 0, "signer's issuer") : null);
    }

    private PathAnswer Path(ChipContent content, Certificate signer, InspectionContext context)
    {
        var code = content.Dg1?.Zone is MachineReadableZone.Recognised zone ? zone.DocumentCode.Value.Text : null;
        return _paths.Judge(signer, new(context.At, SignerPurpose.Documents, code, content.Sod!.Message.Signers[0].SigningTime));
    }

    private static CheckResult Structure(ChipContent content, IReadOnlyList<Defect> defects)
    {
        foreach (var file in (ReadOnlySpan<EmrtdFile>)[EmrtdFile.Sod, EmrtdFile.Dg1])
        {
            if (!content.Files.ContainsKey(file)) return CheckResult.Open(CheckKind.Structure, Reason.FileMissing, EmrtdFiles.NameOf(file));
        }
        if (content.Unreadable.Any())
            return CheckResult.Failed(CheckKind.Structure, Reason.FileUnreadable, string.Join(' ', content.Unreadable.Select(EmrtdFiles.NameOf)));
        return defects.Count == 0
            ? CheckResult.Passed(CheckKind.Structure)
            : new(CheckKind.Structure, Verdict.Passed, Reason.DefectsFound, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{defects.Count}"));
    }

    private CheckResult Faults(List<KnownFault> faults)
    {
        if (trust.Faults is null) return CheckResult.Open(CheckKind.KnownFaults, Reason.NoFaultLists);
        if (faults.Find(f => f.IsDefect) is { } defect) return CheckResult.Failed(CheckKind.KnownFaults, Reason.KnownDefect, defect.ToString());
        return faults.Count > 0
            ? CheckResult.Open(CheckKind.KnownFaults, Reason.KnownDeviation, faults[0].ToString())
            : CheckResult.Passed(CheckKind.KnownFaults);
    }

    private static CheckResult IssuingState(ChipContent content, Certificate? signer)
    {
        const CheckKind Check = CheckKind.IssuingState;
        if (content.Dg1 is null) return CheckResult.Open(Check, content.Files.ContainsKey(EmrtdFile.Dg1) ? Reason.FileUnreadable : Reason.FileMissing, "EF.DG1");
        if (signer is null) return CheckResult.Open(Check, Reason.SignerCertificateMissing);
        if (content.Dg1.IssuingState is not { } state) return CheckResult.Open(Check, Reason.StateUnclear);
        var detail = $"{state} {signer.Country}";
        return Countries.Agrees(state, signer.Country) switch
        {
            true => CheckResult.Passed(Check, detail),
            false => CheckResult.Failed(Check, Reason.StateDiffers, detail),
            null => CheckResult.Open(Check, Reason.StateUnclear, detail),
        };
    }

    private static CheckResult Terminal(bool? outcome, ChipContent content) => outcome switch
    {
        true => CheckResult.Passed(CheckKind.TerminalAuthentication),
        false => CheckResult.Failed(CheckKind.TerminalAuthentication, Reason.ChipAnsweredWrongly),
        null => CheckResult.Open(CheckKind.TerminalAuthentication, content.Dg14?.OffersTerminalAuthentication == true ? Reason.NotPerformed : Reason.NotOffered),
    };
}
