using Comity.Core.Registers;
using System.Globalization;
using Comity.Core.Members;

namespace Comity.TravelDocuments.Records;

/// <summary>
/// What one State says of one document, or of one range of blanks. It holds no personal data: circumstances and
/// grounds name nobody, and whom to ask is the issuer's desk in the charter. Made only by <see cref="TryCreate"/>,
/// so that every instance obeys the rules; equality is by content.
/// </summary>
public sealed record DocumentRecord : IRegisterRecord
{
    internal DocumentRecord() { }

    /// <summary>The State or organisation that issued the document; only its member may publish the record.</summary>
    public required IssuingCode Issuer { get; init; }

    /// <summary>The document type.</summary>
    public required DocumentType Type { get; init; }

    /// <summary>The number; a range only where the kind is <see cref="ReportKind.StolenBlank"/>.</summary>
    public required NumberRange Numbers { get; init; }

    /// <summary>Why it is on the register.</summary>
    public required ReportKind Kind { get; init; }

    /// <summary>Whether the document had not been made out to anybody; follows from the kind.</summary>
    public bool IsBlank => Kind == ReportKind.StolenBlank;

    /// <summary>Where it was stolen or lost, or null where that is not known or does not apply.</summary>
    public IssuingCode? Country { get; init; }

    /// <summary>The place of theft or loss, or null.</summary>
    public string? Place { get; init; }

    /// <summary>When it was stolen, lost, revoked or made invalid, as far as known, or null.</summary>
    public IncidentDate? Date { get; init; }

    /// <summary>The date of issue, or null; always null for blanks.</summary>
    public DateOnly? Issued { get; init; }

    /// <summary>The date of expiry, not before the date of issue, or null; always null for blanks.</summary>
    public DateOnly? Expires { get; init; }

    /// <summary>The reporting State's own reference, or null.</summary>
    public string? Reference { get; init; }

    /// <summary>What happened, or null.</summary>
    public string? Circumstances { get; init; }

    /// <summary>The desk or authority that entered the record.</summary>
    public required string EnteredBy { get; init; }

    /// <summary>The legal or administrative ground; never null for revoked and invalid documents.</summary>
    public string? Ground { get; init; }

    /// <summary>How the holder can contest the record; never null for revoked documents.</summary>
    public string? Contest { get; init; }

    /// <summary>The dispute, or null where there is none.</summary>
    public Dispute? Disputed { get; init; }

    /// <summary>One JSON object, sorted by name, with the properties that this version does not know; empty for none.</summary>
    public string Unknown { get; init; } = "";

    /// <summary>
    /// Says which records are about the same document: <c>issuer|class|number</c> or <c>issuer|class|first-last</c>,
    /// with the class as P (passport), I (card), V (visa) or X (other). An import that meets a known key with the same
    /// content changes nothing; with other content it amends.
    /// </summary>
    public string NaturalKey => $"{Issuer}|{ClassLetter}|{Numbers}";

    /// <inheritdoc/>
    public byte[] ToContent() => DocumentJson.Write(this);

    private char ClassLetter => Type.Class switch
    {
        DocumentClass.Passport => 'P',
        DocumentClass.Card => 'I',
        DocumentClass.Visa => 'V',
        _ => 'X',
    };

    /// <summary>Checks a draft and makes a record of it.</summary>
    /// <param name="draft">The draft; its texts are trimmed. It is not kept.</param>
    /// <param name="record">The record, or null where something is wrong.</param>
    /// <param name="faults">Every field that is wrong, once each; empty on success.</param>
    public static bool TryCreate(
        DocumentDraft draft, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DocumentRecord? record, out IReadOnlyList<FieldFault> faults)
    {
        var reading = new DraftReading(draft);
        record = reading.Read();
        faults = reading.Faults;
        return record is not null;
    }

    /// <summary>The record as a draft, to be amended or written.</summary>
    public DocumentDraft ToDraft() => new()
    {
        Version = DocumentDraft.CurrentVersion,
        Issuer = Issuer.ToString(),
        Type = Type.ToString(),
        Number = Numbers.First.ToString(),
        Last = Numbers.IsSingle ? null : Numbers.Last.ToString(),
        Kind = Kind.Code(),
        Country = Country?.ToString(),
        Place = Place,
        Date = Date?.ToString(),
        Issued = Iso(Issued),
        Expires = Iso(Expires),
        Reference = Reference,
        Circumstances = Circumstances,
        EnteredBy = EnteredBy,
        Ground = Ground,
        Contest = Contest,
        DisputedSince = Iso(Disputed?.Since),
        DisputeNote = Disputed?.Note,
        Unknown = DocumentJson.ParseUnknown(Unknown),
    };

    private static string? Iso(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Somebody contests a record; it stays, and every hit on it says so.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Note">What it is about, naming nobody, or null.</param>
public sealed record Dispute(DateOnly Since, string? Note);
