using System.Globalization;

namespace Comity.Emrtd.Mrz;

/// <summary>Findings and refusals in the words of one language, by key.</summary>
/// <remarks>
/// A template may use {part}, {found}, {expected}, {line} and {column}. Another language is another instance:
/// every key of <see cref="English"/> must be there.
/// </remarks>
public sealed partial class MrzWording
{
    private readonly IReadOnlyDictionary<MrzPart, string> _parts;
    private readonly IReadOnlyDictionary<MrzFindingCode, string> _findings;
    private readonly IReadOnlyDictionary<MrzRefusalReason, string> _refusals;

    /// <summary>Takes the tables of one language.</summary>
    /// <exception cref="ArgumentException">A key is missing.</exception>
    public MrzWording(
        IReadOnlyDictionary<MrzPart, string> parts,
        IReadOnlyDictionary<MrzFindingCode, string> findings,
        IReadOnlyDictionary<MrzRefusalReason, string> refusals)
    {
        (_parts, _findings, _refusals) = (parts, findings, refusals);
        if (!Enum.GetValues<MrzPart>().All(parts.ContainsKey)
            || !Enum.GetValues<MrzFindingCode>().All(findings.ContainsKey)
            || !Enum.GetValues<MrzRefusalReason>().All(refusals.ContainsKey))
            throw new ArgumentException("A wording must have words for every part, finding and refusal.");
    }

    /// <summary>A finding in one sentence.</summary>
    public string Say(MrzFinding finding) => Fill(_findings[finding.Code], finding.Span.Line, finding.Span.Column)
        .Replace("{part}", _parts[finding.Part], StringComparison.Ordinal)
        .Replace("{expected}", finding.Expected, StringComparison.Ordinal)
        .Replace("{found}", finding.Found, StringComparison.Ordinal);

    /// <summary>A refusal in one sentence.</summary>
    public string Say(MachineReadableZone.Unrecognisable refusal) => Fill(_refusals[refusal.Reason], refusal.Line, refusal.Column)
        .Replace("{expected}", refusal.Expected, StringComparison.Ordinal)
        .Replace("{found}", refusal.Found, StringComparison.Ordinal);

    private static string Fill(string template, int line, int column) => template
        .Replace("{line}", line.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{column}", column.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>English.</summary>
    public static MrzWording English { get; } = new(
        new Dictionary<MrzPart, string>
        {
            [MrzPart.Line] = "line",
            [MrzPart.DocumentCode] = "document code",
            [MrzPart.IssuingState] = "issuing State",
            [MrzPart.Name] = "name",
            [MrzPart.DocumentNumber] = "document number",
            [MrzPart.Nationality] = "nationality",
            [MrzPart.DateOfBirth] = "date of birth",
            [MrzPart.Sex] = "sex",
            [MrzPart.DateOfExpiry] = "date of expiry",
            [MrzPart.OptionalData] = "optional data",
            [MrzPart.OptionalData2] = "second optional data",
            [MrzPart.Composite] = "whole zone",
        },
        new Dictionary<MrzFindingCode, string>
        {
            [MrzFindingCode.LineBreaksLost] = "The lines came without line breaks or with spaces in them; they were cut by length.",
            [MrzFindingCode.LowerCase] = "Line {line} has lower-case letters from column {column} on; they were raised.",
            [MrzFindingCode.LineTooShort] = "Line {line} has {found} characters instead of {expected}; fillers were added at its end.",
            [MrzFindingCode.LineTooLong] = "Line {line} has {found} characters instead of {expected}; fillers at its end were dropped.",
            [MrzFindingCode.InvalidCharacter] = "'{found}' at line {line}, column {column} ({part}) is no character of a machine-readable zone.",
            [MrzFindingCode.CharacterNotAllowedHere] = "'{found}' at line {line}, column {column} may not stand in the {part}.",
            [MrzFindingCode.FillerOutOfPlace] = "A filler at line {line}, column {column} stands in an odd place in the {part}.",
            [MrzFindingCode.FieldEmpty] = "The {part} (line {line}, column {column}) is empty.",
            [MrzFindingCode.CheckDigitWrong] = "The check digit of the {part} is '{found}' (line {line}, column {column}); its characters give {expected}.",
            [MrzFindingCode.CheckDigitMissing] = "The check digit of the {part} is missing (line {line}, column {column}); its characters give {expected}.",
            [MrzFindingCode.CheckDigitNotComputable] = "The check digit of the {part} (line {line}, column {column}) cannot be checked: a character is invalid.",
            [MrzFindingCode.DateImpossible] = "The {part} '{found}' (line {line}, column {column}) is no date.",
            [MrzFindingCode.UnknownDatePartSpelling] = "'{found}' at line {line}, column {column} is taken for an unknown part of the {part}; the standard has '<<'.",
            [MrzFindingCode.DateIncomplete] = "The {part} is not fully known: {found}.",
            [MrzFindingCode.SexUnlisted] = "'{found}' at line {line}, column {column} is no sex marker; the standard has F, M or '<'.",
            [MrzFindingCode.StateCodeUnknown] = "'{found}' ({part}, line {line}, column {column}) is in no table of State codes.",
            [MrzFindingCode.StateCodeUserAssigned] = "'{found}' ({part}, line {line}, column {column}) is a code that ISO 3166-1 leaves to its users.",
            [MrzFindingCode.StateCodeNotAnIssuer] = "'{found}' (line {line}, column {column}) is a code for persons without nationality; none of them issues documents.",
            [MrzFindingCode.DocumentCodeUnexpected] = "The document code '{found}' (line {line}, column {column}) does not belong in this format, which has {expected}.",
            [MrzFindingCode.DocumentSubtypeUnlisted] = "'{found}' at line {line}, column {column} is no kind of passport that the standard lists.",
            [MrzFindingCode.NamePossiblyTruncated] = "The name fills its field to the end (line {line}, column {column}); it may have been cut.",
            [MrzFindingCode.LongNumberMalformed] = "The document number seems to continue at line {line}, column {column}, but no check digit and filler end it.",
        },
        new Dictionary<MrzRefusalReason, string>
        {
            [MrzRefusalReason.Empty] = "There is no text.",
            [MrzRefusalReason.TooLong] = "The text has {found} characters; a machine-readable zone with its surroundings has at most {expected}.",
            [MrzRefusalReason.LineCount] = "There are {found} lines; a machine-readable zone has two or three.",
            [MrzRefusalReason.LineLength] = "Line {line} has {found} characters instead of {expected} (column {column}).",
        });
}
