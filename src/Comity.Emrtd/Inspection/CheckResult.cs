namespace Comity.Emrtd.Inspection;

/// <summary>The answer of a check: there are three.</summary>
public enum Verdict
{
    /// <summary>It was done, and holds.</summary>
    Passed,

    /// <summary>It could not be done, or says nothing either way.</summary>
    Open,

    /// <summary>It was done, and does not hold.</summary>
    Failed,
}

/// <summary>What is checked.</summary>
public enum CheckKind
{
    /// <summary>The form of the files (Doc 9303-10).</summary>
    Structure,

    /// <summary>The data groups against the hashes in the security object (Doc 9303-11 §5.1).</summary>
    Hashes,

    /// <summary>The signature of the security object.</summary>
    Signature,

    /// <summary>Whether an authority of a State vouches for the signer (Doc 9303-12 §6).</summary>
    Chain,

    /// <summary>Whether signer and authority are valid at the time asked.</summary>
    Validity,

    /// <summary>Whether signer or authority is revoked.</summary>
    Revocation,

    /// <summary>Whether the State, or another one, has made a fault known.</summary>
    KnownFaults,

    /// <summary>Whether the State in the zone is the signer's.</summary>
    IssuingState,

    /// <summary>Whether the printed zone is the chip's.</summary>
    PrintedZone,

    /// <summary>How the chip was opened (Doc 9303-11 §4).</summary>
    AccessControl,

    /// <summary>Whether the chip knows the private key of its chip authentication (Doc 9303-11 §6.2).</summary>
    ChipAuthentication,

    /// <summary>Whether the chip knows the private key of DG15 (Doc 9303-11 §6.1).</summary>
    ActiveAuthentication,

    /// <summary>Whether the chip accepted the terminal's rights (BSI TR-03110).</summary>
    TerminalAuthentication,
}

/// <summary>Why a check came out as it did. Codes for machines are these names in camelCase, and stable.</summary>
public enum Reason
{
    /// <summary>It holds.</summary>
    Holds,

    /// <summary>The files could be read, with defects that are listed.</summary>
    DefectsFound,

    /// <summary>A file that the standard demands was not given.</summary>
    FileMissing,

    /// <summary>A file is beyond reading.</summary>
    FileUnreadable,

    /// <summary>A data group is not the one that was signed.</summary>
    HashDiffers,

    /// <summary>A data group is there that the security object does not list.</summary>
    GroupNotCovered,

    /// <summary>No data group was given.</summary>
    NoGroups,

    /// <summary>The algorithm or key cannot be checked here.</summary>
    AlgorithmUnsupported,

    /// <summary>The signature does not belong to the signer's key and this content.</summary>
    SignatureWrong,

    /// <summary>The content is not the one that was signed.</summary>
    ContentChanged,

    /// <summary>The signed attributes lack what they must have.</summary>
    AttributesWrong,

    /// <summary>The certificate of the signer is neither in the file nor in the trust store.</summary>
    SignerCertificateMissing,

    /// <summary>The trust store has no certificate of the signer's State.</summary>
    UnknownState,

    /// <summary>The trust store has certificates of the signer's State, but not the one that vouches for this signer.</summary>
    UnknownSigner,

    /// <summary>The authority that the signer names did not sign its certificate.</summary>
    IssuerSignatureWrong,

    /// <summary>The only authority that vouches for the signer is of another State.</summary>
    StateMismatch,

    /// <summary>The signer's certificate is not meant for this.</summary>
    SignerNotForThis,

    /// <summary>The authority's certificate is not meant for signing certificates.</summary>
    AuthorityNotForThis,

    /// <summary>The signer may not sign documents of this type.</summary>
    DocumentTypeNotAllowed,

    /// <summary>A certificate has a critical extension that is not known here.</summary>
    UnknownCriticalExtension,

    /// <summary>Nothing to judge: no authority was found.</summary>
    NoAuthority,

    /// <summary>The signer's certificate has expired.</summary>
    SignerExpired,

    /// <summary>The signer's certificate is not valid yet.</summary>
    SignerNotYetValid,

    /// <summary>The authority's certificate has expired.</summary>
    AuthorityExpired,

    /// <summary>The authority's certificate is not valid yet.</summary>
    AuthorityNotYetValid,

    /// <summary>The document says it was signed when the signer's key must not have been used.</summary>
    SignedOutsideKeyPeriod,

    /// <summary>The signer's certificate is revoked.</summary>
    SignerRevoked,

    /// <summary>The authority's certificate is revoked.</summary>
    AuthorityRevoked,

    /// <summary>There is no revocation list of that authority.</summary>
    NoRevocationList,

    /// <summary>The newest revocation list is out of date, and does not list the signer.</summary>
    RevocationListStale,

    /// <summary>No deviation or defect list was given.</summary>
    NoFaultLists,

    /// <summary>A defect of this signer's documents is known.</summary>
    KnownDefect,

    /// <summary>A deviation of this signer's documents is known; they may be genuine all the same.</summary>
    KnownDeviation,

    /// <summary>The State in the zone is not the signer's.</summary>
    StateDiffers,

    /// <summary>The State in the zone is in no table, or cannot be read.</summary>
    StateUnclear,

    /// <summary>Not given.</summary>
    NotGiven,

    /// <summary>The printed zone is not the chip's.</summary>
    ZoneDiffers,

    /// <summary>The printed zone cannot be read.</summary>
    ZoneUnreadable,

    /// <summary>The chip was opened with PACE.</summary>
    OpenedWithPace,

    /// <summary>The chip was opened with basic access control.</summary>
    OpenedWithBac,

    /// <summary>PACE was offered and failed, and basic access control was used.</summary>
    BacAfterFailedPace,

    /// <summary>PACE was offered and not tried, and basic access control was used.</summary>
    BacInsteadOfPace,

    /// <summary>The chip gave its data without any access control.</summary>
    OpenedWithoutControl,

    /// <summary>The document does not offer it.</summary>
    NotOffered,

    /// <summary>It was not performed.</summary>
    NotPerformed,

    /// <summary>The chip answered rightly, but its key is not covered by the signature: a copy with its own key would, too.</summary>
    KeyNotCovered,

    /// <summary>The chip did not answer as the holder of the private key would.</summary>
    ChipAnsweredWrongly,

    /// <summary>The evidence was made with another key than the document's.</summary>
    KeyDiffers,
}

/// <summary>One check and its answer.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Verdict">The answer.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">Which group, certificate or number it is about; nothing of the bearer.</param>
public sealed record CheckResult(CheckKind Check, Verdict Verdict, Reason Reason, string? Detail = null)
{
    internal static CheckResult Passed(CheckKind check, string? detail = null) => new(check, Verdict.Passed, Reason.Holds, detail);

    internal static CheckResult Open(CheckKind check, Reason reason, string? detail = null) => new(check, Verdict.Open, reason, detail);

    internal static CheckResult Failed(CheckKind check, Reason reason, string? detail = null) => new(check, Verdict.Failed, reason, detail);

    /// <summary>Check, answer and reason as codes for machines: <c>hashes failed hashDiffers EF.DG2</c>.</summary>
    public override string ToString() => $"{Code(Check)} {Code(Verdict)} {Code(Reason)}{(Detail is null ? "" : " " + Detail)}";

    internal static string Code<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
