namespace Comity.Emrtd.Mrz;

/// <summary>One field of a zone as read.</summary>
public abstract record MrzField
{
    private protected MrzField(MrzPart part, string raw, MrzSpan span, IReadOnlyList<MrzFinding> findings) =>
        (Part, Raw, Span, Findings) = (part, raw, span, findings);

    /// <summary>Which field.</summary>
    public MrzPart Part { get; }

    /// <summary>
    /// The characters of the field with fillers and without its check digit. Of a long number: both pieces together.
    /// </summary>
    public string Raw { get; }

    /// <summary>Where the field stands; of a long number, its first piece.</summary>
    public MrzSpan Span { get; }

    /// <summary>Where a long number continues, without the check digit; else <see langword="null"/>.</summary>
    public MrzSpan? Continued { get; init; }

    /// <summary>The field's own check digit; <see langword="null"/> where the format has none for it.</summary>
    public MrzCheck? Check { get; init; }

    /// <summary>What was found in the field and its check digit.</summary>
    public IReadOnlyList<MrzFinding> Findings { get; }

    /// <summary>Which field and where, without what it says: a zone is personal data, and a log is no place for it.</summary>
    public sealed override string ToString() => $"{Part} at {Span}";
}

/// <summary>One field and its meaning.</summary>
/// <typeparam name="T">What the field means; nullable where a field can be unreadable.</typeparam>
public sealed record MrzField<T> : MrzField
{
    internal MrzField(MrzPart part, string raw, MrzSpan span, IReadOnlyList<MrzFinding> findings, T value)
        : base(part, raw, span, findings) => Value = value;

    /// <summary>The meaning, also where the check digit is wrong; <see langword="null"/> where there is none to be had.</summary>
    public T Value { get; }
}

/// <summary>What became of a check digit.</summary>
public enum MrzCheckOutcome
{
    /// <summary>It is what the characters give, or a filler where nothing is to be checked and the standard allows it.</summary>
    Holds,

    /// <summary>It is not what the characters give.</summary>
    Wrong,

    /// <summary>A filler stands in its place.</summary>
    Missing,

    /// <summary>It cannot be computed: a character is invalid.</summary>
    NotComputable,
}

/// <summary>A check digit as printed and as computed.</summary>
/// <param name="Covers">What it covers.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Found">The character there.</param>
/// <param name="Expected">0 to 9, or <see langword="null"/> where it cannot be computed.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Repairs">Proposals, where it is wrong; never applied.</param>
public sealed record MrzCheck(
    MrzPart Covers, MrzSpan Span, char Found, int? Expected, MrzCheckOutcome Outcome, IReadOnlyList<MrzRepair> Repairs);

/// <summary>One character that, read as its optical twin (0/O, 1/I, 2/Z, 5/S, 8/B), would make a wrong check digit right.</summary>
/// <param name="Span">Where.</param>
/// <param name="Found">The character as read.</param>
/// <param name="Proposed">The character as it may have been printed.</param>
/// <param name="CompositeHolds">
/// Whether the composite check digit holds as well with the proposal; <see langword="null"/> where the format has none.
/// </param>
/// <remarks>A proposal is a question to a person who has the document at hand, no answer.</remarks>
public readonly record struct MrzRepair(MrzSpan Span, char Found, char Proposed, bool? CompositeHolds);

/// <summary>The holder's name.</summary>
/// <param name="Primary">The primary identifier, words parted by one space.</param>
/// <param name="Secondary">The secondary identifier, words parted by one space; empty where there is none.</param>
/// <param name="PossiblyTruncated">Whether the name fills its field to the end (Doc 9303-4 §4.2.3).</param>
public sealed record MrzName(string Primary, string Secondary, bool PossiblyTruncated);

/// <summary>The sex marker.</summary>
public enum MrzSex
{
    /// <summary>The filler: not specified.</summary>
    Unspecified,

    /// <summary>F.</summary>
    Female,

    /// <summary>M.</summary>
    Male,
}

/// <summary>What a document is by its code.</summary>
public enum MrzDocumentClass
{
    /// <summary>A first letter that Doc 9303 does not give a meaning.</summary>
    Other,

    /// <summary>P: passport, or a document of that size used as one.</summary>
    Passport,

    /// <summary>A, C or I: official travel document such as an identity card.</summary>
    OfficialDocument,

    /// <summary>AC: crew member certificate.</summary>
    CrewMemberCertificate,

    /// <summary>V: visa.</summary>
    Visa,
}

/// <summary>The kind of a passport by the second letter of its code; Doc 9303-4, eighth edition, §4.2.2.</summary>
public enum MrzPassportKind
{
    /// <summary>P followed by a filler (allowed before 2026), or by a letter that the standard does not list.</summary>
    NotStated,

    /// <summary>PP: national, ordinary.</summary>
    Ordinary,

    /// <summary>PE: emergency.</summary>
    Emergency,

    /// <summary>PD: diplomatic.</summary>
    Diplomatic,

    /// <summary>PO: official or service.</summary>
    Official,

    /// <summary>PR: refugee.</summary>
    Refugee,

    /// <summary>PT: alien.</summary>
    Alien,

    /// <summary>PS: stateless.</summary>
    Stateless,

    /// <summary>PL: laissez-passer.</summary>
    LaissezPasser,

    /// <summary>PM: military.</summary>
    Military,

    /// <summary>PU: single sheet (Doc 9303-8).</summary>
    SingleSheet,
}

/// <summary>The document code.</summary>
/// <param name="Text">One or two characters without fillers at the end: <c>PP</c>, <c>P</c>, <c>ID</c>.</param>
/// <param name="Class">What the document is.</param>
/// <param name="PassportKind">Which passport; <see langword="null"/> for what is no passport.</param>
public sealed record MrzDocumentCode(string Text, MrzDocumentClass Class, MrzPassportKind? PassportKind);
