namespace Comity.Emrtd.Mrz;

/// <summary>The parts of a zone that findings speak of.</summary>
public enum MrzPart
{
    /// <summary>A whole line.</summary>
    Line,

    /// <summary>Two characters that say what the document is.</summary>
    DocumentCode,

    /// <summary>The issuing State or organization.</summary>
    IssuingState,

    /// <summary>The holder's name.</summary>
    Name,

    /// <summary>The document number.</summary>
    DocumentNumber,

    /// <summary>The holder's nationality.</summary>
    Nationality,

    /// <summary>The holder's date of birth.</summary>
    DateOfBirth,

    /// <summary>The holder's sex.</summary>
    Sex,

    /// <summary>The document's (or visa's) date of expiry.</summary>
    DateOfExpiry,

    /// <summary>Optional data; in TD1 those of the upper line.</summary>
    OptionalData,

    /// <summary>Optional data of the middle line of TD1.</summary>
    OptionalData2,

    /// <summary>What the composite check digit covers together.</summary>
    Composite,
}

/// <summary>How a finding weighs.</summary>
public enum MrzSeverity
{
    /// <summary>Worth telling, but the standard or good practice allows it.</summary>
    Note,

    /// <summary>Against the standard: misread, misprinted or forged.</summary>
    Error,
}

/// <summary>What can be found in a zone. Names are stable: they are keys of messages and of JSON output.</summary>
public enum MrzFindingCode
{
    /// <summary>Lines came as one run of characters, or spaces stood between them.</summary>
    LineBreaksLost,

    /// <summary>A line came in lower case and was raised.</summary>
    LowerCase,

    /// <summary>A line that ends in text was too short and was filled up.</summary>
    LineTooShort,

    /// <summary>A line had surplus fillers at its end, which were dropped.</summary>
    LineTooLong,

    /// <summary>A character that no zone may have.</summary>
    InvalidCharacter,

    /// <summary>A letter where only digits may stand, or a digit where only letters may.</summary>
    CharacterNotAllowedHere,

    /// <summary>A filler before or between what it should follow.</summary>
    FillerOutOfPlace,

    /// <summary>A field that must be filled has fillers only.</summary>
    FieldEmpty,

    /// <summary>A check digit is not what the characters give.</summary>
    CheckDigitWrong,

    /// <summary>A filler where a check digit must stand.</summary>
    CheckDigitMissing,

    /// <summary>An invalid character keeps a check digit from being computed.</summary>
    CheckDigitNotComputable,

    /// <summary>No calendar has such a day.</summary>
    DateImpossible,

    /// <summary>An unknown part of a date is spelled 00 or XX instead of fillers.</summary>
    UnknownDatePartSpelling,

    /// <summary>Year, month or day is unknown.</summary>
    DateIncomplete,

    /// <summary>A character that is no sex marker (F, M or filler; X belongs in the visual zone).</summary>
    SexUnlisted,

    /// <summary>A State code that is in no table.</summary>
    StateCodeUnknown,

    /// <summary>A State code that is left to users and not assigned by Doc 9303.</summary>
    StateCodeUserAssigned,

    /// <summary>A code for a person without nationality stands as issuer.</summary>
    StateCodeNotAnIssuer,

    /// <summary>A document code that its format does not have.</summary>
    DocumentCodeUnexpected,

    /// <summary>A second letter of a passport's code that Doc 9303-4 does not list.</summary>
    DocumentSubtypeUnlisted,

    /// <summary>The name fills its field to the end: it may have been cut.</summary>
    NamePossiblyTruncated,

    /// <summary>A number seems to continue in the optional data, but its end is not as the standard says.</summary>
    LongNumberMalformed,
}

/// <summary>One thing that was found, and where.</summary>
/// <param name="Code">What.</param>
/// <param name="Part">In which part of the zone.</param>
/// <param name="Span">Where, in lines and columns of the zone.</param>
/// <param name="Found">The characters concerned, or the length of a line; <see langword="null"/> where they say nothing.</param>
/// <param name="Expected">What should stand there; <see langword="null"/> where that is not one thing.</param>
public sealed record MrzFinding(MrzFindingCode Code, MrzPart Part, MrzSpan Span, string? Found = null, string? Expected = null)
{
    /// <summary>How the finding weighs.</summary>
    public MrzSeverity Severity => Code switch
    {
        MrzFindingCode.LineBreaksLost or MrzFindingCode.LowerCase or MrzFindingCode.LineTooShort
            or MrzFindingCode.LineTooLong or MrzFindingCode.UnknownDatePartSpelling or MrzFindingCode.DateIncomplete
            or MrzFindingCode.StateCodeUserAssigned or MrzFindingCode.DocumentSubtypeUnlisted
            or MrzFindingCode.NamePossiblyTruncated => MrzSeverity.Note,
        _ => MrzSeverity.Error,
    };

    /// <summary>The finding in English words. It may quote characters of the zone: keep it out of logs.</summary>
    public override string ToString() => MrzWording.English.Say(this);
}
