namespace Comity.Emrtd.Mrz;

/// <summary>Why content cannot be written as a zone.</summary>
/// <param name="Part">The field that does not fit.</param>
/// <param name="Words">What is wrong, in English; it repeats nothing of the content.</param>
public sealed record MrzContentFault(MrzPart Part, string Words);

/// <summary>What a zone is to say; written as lines with their check digits by <see cref="TryFormat"/>.</summary>
public sealed record MrzContent
{
    /// <summary>Which of the five formats.</summary>
    public required MrzFormat Format { get; init; }

    /// <summary>One or two characters A–Z or 0–9, as <c>PP</c>.</summary>
    public required string DocumentCode { get; init; }

    /// <summary>One to three letters A–Z.</summary>
    public required string IssuingState { get; init; }

    /// <summary>A–Z, 0–9 and fillers; at most 9, in TD1 22, in TD2 14. A number over 9 has no filler.</summary>
    public required string DocumentNumber { get; init; }

    /// <summary>Letters A–Z; words parted by space or hyphen; an apostrophe is dropped (Doc 9303-3 §4.6).</summary>
    public required string PrimaryIdentifier { get; init; }

    /// <summary>As <see cref="PrimaryIdentifier"/>; may be empty.</summary>
    public string SecondaryIdentifier { get; init; } = "";

    /// <summary>One to three letters A–Z.</summary>
    public required string Nationality { get; init; }

    /// <summary>The date of birth, possibly with unknown parts.</summary>
    public required MrzDate DateOfBirth { get; init; }

    /// <summary>The sex marker.</summary>
    public MrzSex Sex { get; init; }

    /// <summary>The date of expiry.</summary>
    public required MrzDate DateOfExpiry { get; init; }

    /// <summary>A–Z, 0–9 and fillers, as many as the format has room for after a long number.</summary>
    public string OptionalData { get; init; } = "";

    /// <summary>Only for TD1: A–Z, 0–9 and fillers, at most 11.</summary>
    public string OptionalData2 { get; init; } = "";

    /// <summary>Writes the lines. A name that is too long is cut as Doc 9303-4 §4.2.3 says, so that it ends in a letter.</summary>
    /// <param name="lines">The two or three lines; empty where a field does not fit.</param>
    /// <param name="fault">The first field that does not fit; <see langword="null"/> on success.</param>
    public bool TryFormat(out IReadOnlyList<string> lines, out MrzContentFault? fault) => MrzWriter.TryWrite(this, out lines, out fault);

    /// <summary>Only the format: a zone is personal data, and a log is no place for it.</summary>
    public override string ToString() => Format.ToString();

    internal static MrzContent? Of(MachineReadableZone.Recognised zone) =>
        zone is { IssuingState.Value: { } issuer, Nationality.Value: { } nationality, DocumentNumber.Value: not null,
            DateOfBirth.Value: { } birth, DateOfExpiry.Value: { } expiry, Sex.Value: { } sex }
            ? new()
            {
                Format = zone.Format,
                DocumentCode = zone.DocumentCode.Value.Text,
                IssuingState = issuer.ToString(),
                DocumentNumber = zone.DocumentNumber.Raw.TrimEnd('<'),
                PrimaryIdentifier = zone.Name.Value.Primary,
                SecondaryIdentifier = zone.Name.Value.Secondary,
                Nationality = nationality.ToString(),
                DateOfBirth = birth,
                Sex = sex,
                DateOfExpiry = expiry,
                OptionalData = zone.OptionalData.Value,
                OptionalData2 = zone.OptionalData2?.Value ?? "",
            }
            : null;
}
