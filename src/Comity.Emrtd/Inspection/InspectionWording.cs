namespace Comity.Emrtd.Inspection;

/// <summary>Checks and their answers in the words of one language, for an officer.</summary>
/// <remarks>A template may use {detail}. Another language is another instance: every key of <see cref="English"/> must be there.</remarks>
public sealed partial class InspectionWording
{
    private readonly IReadOnlyDictionary<CheckKind, string> _names;
    private readonly IReadOnlyDictionary<CheckKind, string> _holds;
    private readonly IReadOnlyDictionary<Reason, string> _reasons;
    private readonly IReadOnlyDictionary<Verdict, string> _verdicts;

    /// <summary>Takes the tables of one language.</summary>
    /// <param name="names">What each check is called.</param>
    /// <param name="holds">What it means that it holds.</param>
    /// <param name="reasons">Every other reason.</param>
    /// <param name="verdicts">The three answers.</param>
    /// <exception cref="ArgumentException">A key is missing.</exception>
    public InspectionWording(
        IReadOnlyDictionary<CheckKind, string> names,
        IReadOnlyDictionary<CheckKind, string> holds,
        IReadOnlyDictionary<Reason, string> reasons,
        IReadOnlyDictionary<Verdict, string> verdicts)
    {
        (_names, _holds, _reasons, _verdicts) = (names, holds, reasons, verdicts);
        if (!Enum.GetValues<CheckKind>().All(k => names.ContainsKey(k) && holds.ContainsKey(k))
            || !Enum.GetValues<Reason>().All(r => r == Reason.Holds || reasons.ContainsKey(r))
            || !Enum.GetValues<Verdict>().All(verdicts.ContainsKey))
            throw new ArgumentException("A wording must have words for every check, reason and answer.");
    }

    /// <summary>What a check is called.</summary>
    public string NameOf(CheckKind check) => _names[check];

    /// <summary>What an answer is called.</summary>
    public string NameOf(Verdict verdict) => _verdicts[verdict];

    /// <summary>A check's answer in a sentence.</summary>
    public string Say(CheckResult result) => (result.Reason == Reason.Holds ? _holds[result.Check] : _reasons[result.Reason])
        .Replace("{detail}", result.Detail ?? "–", StringComparison.Ordinal);

    /// <summary>English.</summary>
    public static InspectionWording English { get; } = new(
        new Dictionary<CheckKind, string>
        {
            [CheckKind.Structure] = "Form of the files",
            [CheckKind.Hashes] = "Data unchanged",
            [CheckKind.Signature] = "Signature",
            [CheckKind.Chain] = "Signer known",
            [CheckKind.Validity] = "Signer valid",
            [CheckKind.Revocation] = "Signer not revoked",
            [CheckKind.KnownFaults] = "Known faults",
            [CheckKind.IssuingState] = "Issuing State",
            [CheckKind.PrintedZone] = "Printed lines",
            [CheckKind.AccessControl] = "Opening of the chip",
            [CheckKind.ChipAuthentication] = "Chip authentication",
            [CheckKind.ActiveAuthentication] = "Active authentication",
            [CheckKind.TerminalAuthentication] = "Terminal authentication",
        },
        new Dictionary<CheckKind, string>
        {
            [CheckKind.Structure] = "The files have the form that the standard asks for.",
            [CheckKind.Hashes] = "The data are those that were signed ({detail}).",
            [CheckKind.Signature] = "The signature belongs to the signer and this content.",
            [CheckKind.Chain] = "The signer is vouched for by {detail}.",
            [CheckKind.Validity] = "The signer's certificate is valid, until {detail}.",
            [CheckKind.Revocation] = "The signer is not on the revocation list of {detail}.",
            [CheckKind.KnownFaults] = "No fault of this signer's documents is known.",
            [CheckKind.IssuingState] = "The State in the document is the signer's ({detail}).",
            [CheckKind.PrintedZone] = "The printed lines are those of the chip.",
            [CheckKind.AccessControl] = "The chip was opened as it should be.",
            [CheckKind.ChipAuthentication] = "The chip is the one that was issued: it knows its private key.",
            [CheckKind.ActiveAuthentication] = "The chip is the one that was issued: it answered the challenge rightly.",
            [CheckKind.TerminalAuthentication] = "The chip accepted this reader's rights.",
        },
        new Dictionary<Reason, string>
        {
            [Reason.DefectsFound] = "The files can be read; {detail} departures from the standard are listed.",
            [Reason.FileMissing] = "{detail} was not given.",
            [Reason.FileUnreadable] = "{detail} cannot be read.",
            [Reason.HashDiffers] = "The data are not those that were signed: {detail} was changed or damaged.",
            [Reason.GroupNotCovered] = "{detail} is in the chip but not among the signed data.",
            [Reason.NoGroups] = "No data group was given.",
            [Reason.AlgorithmUnsupported] = "The algorithm or key cannot be checked here ({detail}).",
            [Reason.SignatureWrong] = "The signature is wrong: it is not the signer's over this content.",
            [Reason.ContentChanged] = "The signed list of hashes was changed after it was signed.",
            [Reason.AttributesWrong] = "The signature is not made as it must be.",
            [Reason.SignerCertificateMissing] = "The signer's certificate is neither in the document nor among those known here.",
            [Reason.UnknownState] = "No certificate of the signer's State ({detail}) is known here. Ask that State's unit.",
            [Reason.UnknownSigner] = "The signer is unknown: none of the certificates of its State ({detail}) known here vouches for it. Ask that State's unit.",
            [Reason.IssuerSignatureWrong] = "The signer's certificate is false: the authority that it names did not sign it.",
            [Reason.StateMismatch] = "The signer's certificate names State {detail}, but only another State's authority signed it.",
            [Reason.SignerNotForThis] = "The signer's certificate is not meant for signing this: {detail}.",
            [Reason.AuthorityNotForThis] = "The authority's certificate is not meant for signing certificates: {detail}.",
            [Reason.DocumentTypeNotAllowed] = "The signer may only sign documents of type {detail}.",
            [Reason.UnknownCriticalExtension] = "A certificate has a condition that is not understood here ({detail}).",
            [Reason.NoAuthority] = "Cannot be judged: no authority vouches for the signer.",
            [Reason.SignerExpired] = "The signer's certificate expired on {detail}.",
            [Reason.SignerNotYetValid] = "The signer's certificate is valid only from {detail}.",
            [Reason.AuthorityExpired] = "The authority's certificate expired on {detail}.",
            [Reason.AuthorityNotYetValid] = "The authority's certificate is valid only from {detail}.",
            [Reason.SignedOutsideKeyPeriod] = "The document was signed on {detail}, when the signer's key was not in use.",
            [Reason.SignerRevoked] = "The signer's certificate was revoked on {detail}.",
            [Reason.AuthorityRevoked] = "The authority's certificate is revoked.",
            [Reason.NoRevocationList] = "No revocation list of that State ({detail}) is at hand.",
            [Reason.RevocationListStale] = "The newest revocation list at hand, of {detail}, is out of date; the signer is not on it.",
            [Reason.NoFaultLists] = "No list of known faults is at hand.",
            [Reason.KnownDefect] = "A defect of this signer's documents is known: {detail}.",
            [Reason.KnownDeviation] = "This signer's documents are known to depart from the standard and may be genuine all the same: {detail}.",
            [Reason.StateDiffers] = "The State in the document is not the signer's ({detail}).",
            [Reason.StateUnclear] = "The State in the document cannot be matched with the signer's ({detail}).",
            [Reason.NotGiven] = "The printed lines were not given.",
            [Reason.ZoneDiffers] = "The printed lines are not those of the chip ({detail}).",
            [Reason.ZoneUnreadable] = "The lines cannot be read and compared.",
            [Reason.OpenedWithPace] = "The chip was opened with PACE.",
            [Reason.OpenedWithBac] = "The chip was opened with basic access control, the only way it offers.",
            [Reason.BacAfterFailedPace] = "PACE failed and basic access control was used instead. Try again; the chip or the radio may be tampered with.",
            [Reason.BacInsteadOfPace] = "The chip offers PACE, but the weaker basic access control was used.",
            [Reason.OpenedWithoutControl] = "The chip gave its data to everybody.",
            [Reason.NotOffered] = "The document does not offer it.",
            [Reason.NotPerformed] = "It was not performed.",
            [Reason.KeyNotCovered] = "The chip answered rightly, but its key is not vouched for; a copy with a key of its own would, too.",
            [Reason.ChipAnsweredWrongly] = "The chip does not know the private key: it may be a copy.",
            [Reason.KeyDiffers] = "The chip used another key than the document's.",
        },
        new Dictionary<Verdict, string> { [Verdict.Passed] = "passed", [Verdict.Open] = "not established", [Verdict.Failed] = "failed" });
}
