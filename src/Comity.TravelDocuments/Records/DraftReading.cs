using Comity.Core.Registers;
using System.Globalization;
using Comity.Core.Members;
using Comity.Emrtd;

namespace Comity.TravelDocuments.Records;

/// <summary>One pass over a draft: every field read, every fault kept.</summary>
internal struct DraftReading(DocumentDraft draft)
{
    /// <summary>The longest text of a few words.</summary>
    public const int ShortText = 120;

    /// <summary>The longest text of a few sentences.</summary>
    public const int LongText = 500;

    /// <summary>The longest reference.</summary>
    public const int ReferenceText = 60;

    private List<FieldFault>? _faults;

    public readonly IReadOnlyList<FieldFault> Faults => _faults ?? (IReadOnlyList<FieldFault>)[];

    public DocumentRecord? Read()
    {
        if (draft.Version != DocumentDraft.CurrentVersion) Fault("v", $"must be {DocumentDraft.CurrentVersion}", $"doit être {DocumentDraft.CurrentVersion}");
        var kind = ReadKind();
        var record = new DocumentRecord
        {
            Issuer = ReadIssuer(),
            Type = ReadType(),
            Numbers = ReadNumbers(kind),
            Kind = kind,
            Country = ReadCountry(),
            Place = Text("place", draft.Place, ShortText),
            Date = ReadIncidentDate(),
            Issued = Day("issued", draft.Issued),
            Expires = Day("expires", draft.Expires),
            Reference = Text("reference", draft.Reference, ReferenceText, mayGiveAddress: true),
            Circumstances = Text("circumstances", draft.Circumstances, LongText),
            EnteredBy = Text("enteredBy", draft.EnteredBy, ShortText) ?? "",
            Ground = Text("ground", draft.Ground, LongText),
            Contest = Text("contest", draft.Contest, LongText, mayGiveAddress: true),
            Disputed = ReadDispute(),
            Unknown = ReadUnknown(),
        };
        CheckTogether(record);
        return _faults is null ? record : null;
    }

    private void CheckTogether(DocumentRecord record)
    {
        if (record.EnteredBy.Length == 0) Fault("enteredBy", "is missing: say which desk or authority entered the record", "est à indiquer : quel bureau ou quelle autorité a saisi le signalement");
        if (record.IsBlank && record.Issued is not null) Fault("issued", "is given, but a blank was never issued", "est à laisser vide : un document vierge n’a jamais été délivré");
        if (record.IsBlank && record.Expires is not null) Fault("expires", "is given, but a blank was never issued and does not expire", "est à laisser vide : un document vierge n’expire pas");
        if (record.Expires < record.Issued) Fault("expires", "is before the date of issue", "précède la date de délivrance");
        if (record.Kind is ReportKind.Revoked or ReportKind.Invalid && record.Ground is null)
            Fault("ground", $"is missing: a record of kind {record.Kind.Code()} says on what ground", "est à indiquer : pour un document révoqué ou invalide, le motif est nécessaire");
        if (record.Kind is ReportKind.Revoked && record.Contest is null)
            Fault("contest", "is missing: a record of kind revoked says how the holder can contest it", "est à indiquer : comment le titulaire peut contester la révocation");
    }

    private ReportKind ReadKind()
    {
        if (Required("kind", draft.Kind) && !ReportKinds.TryParse(draft.Kind.AsSpan().Trim(), out var kind))
            Fault("kind", "must be stolenBlank, stolen, lost, revoked or invalid", "doit être stolenBlank, stolen, lost, revoked ou invalid");
        else
            ReportKinds.TryParse(draft.Kind.AsSpan().Trim(), out kind);
        return kind;
    }

    private IssuingCode ReadIssuer()
    {
        if (!Required("issuer", draft.Issuer)) return default;
        if (!IssuingCode.TryParse(draft.Issuer.AsSpan().Trim(), out var code)) Fault("issuer", "must be 1 to 3 letters A–Z", "doit comporter 1 à 3 lettres A–Z");
        return code;
    }

    private DocumentType ReadType()
    {
        if (!Required("type", draft.Type)) return default;
        if (!DocumentType.TryParse(draft.Type.AsSpan().Trim(), out var type)) Fault("type", "must be 1 or 2 letters A–Z", "doit comporter 1 ou 2 lettres A–Z");
        return type;
    }

    private NumberRange ReadNumbers(ReportKind kind)
    {
        if (!Required("number", draft.Number) || !Number("number", draft.Number, out var first)) return default;
        if (string.IsNullOrWhiteSpace(draft.Last)) return NumberRange.Single(first);
        if (!Number("last", draft.Last, out var last)) return default;
        if (!NumberRange.TryCreate(first, last, out var range, out var reason)) Fault("last", reason);
        else if (!range.IsSingle && kind is not (ReportKind.StolenBlank or default(ReportKind)))
            Fault("last", "is given, but only stolen blanks are reported as a range", "est à laisser vide : seuls des documents vierges volés se signalent par série");
        return range;
    }

    private bool Number(string field, string? text, out DocumentNumber number)
    {
        if (DocumentNumber.TryParse(text.AsSpan(), out number)) return true;
        Fault(field, $"must have 1 to {DocumentNumber.MaxLength} letters A–Z or digits", $"doit comporter 1 à {DocumentNumber.MaxLength} lettres A–Z ou chiffres");
        return false;
    }

    private IssuingCode? ReadCountry()
    {
        if (string.IsNullOrWhiteSpace(draft.Country)) return null;
        if (IssuingCode.TryParse(draft.Country.AsSpan().Trim(), out var code)) return code;
        Fault("country", "must be a code of 1 to 3 letters A–Z", "doit être un code de 1 à 3 lettres A–Z");
        return null;
    }

    private IncidentDate? ReadIncidentDate()
    {
        if (string.IsNullOrWhiteSpace(draft.Date)) return null;
        if (IncidentDate.TryParse(draft.Date.AsSpan().Trim(), out var date)) return date;
        Fault("date", "must be yyyy, yyyy-MM or yyyy-MM-dd, from 1900 to 2199", "doit s’écrire aaaa, aaaa-MM ou aaaa-MM-jj, de 1900 à 2199");
        return null;
    }

    private Dispute? ReadDispute()
    {
        var note = Text("disputeNote", draft.DisputeNote, LongText);
        if (Day("disputedSince", draft.DisputedSince) is { } since) return new(since, note);
        if (note is not null && string.IsNullOrWhiteSpace(draft.DisputedSince))
            Fault("disputedSince", "is missing: a dispute says since when", "est à indiquer : une contestation dit depuis quand");
        return null;
    }

    private DateOnly? Day(string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (DateOnly.TryParseExact(text.AsSpan().Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 1900 and <= 2199)
            return day;
        Fault(field, "must be a day yyyy-MM-dd, from 1900 to 2199", "doit être un jour, aaaa-MM-jj, de 1900 à 2199");
        return null;
    }

    private string? Text(string field, string? text, int maxLength, bool mayGiveAddress = false)
    {
        var tidy = FreeText.Tidy(text);
        if (tidy is not null && FreeText.Refusal(tidy, maxLength, mayGiveAddress) is { } reason) Fault(field, reason);
        return tidy;
    }

    private string ReadUnknown()
    {
        if (draft.Unknown is not { Count: > 0 } unknown) return "";
        if (unknown.ContainsKey(DocumentJson.Critical))
            Fault(DocumentJson.Critical, "names a property that this version must understand and does not", "nomme une propriété que cette version devrait comprendre et ne comprend pas");
        try
        {
            return DocumentJson.WriteUnknown(unknown);
        }
        catch (InvalidOperationException)
        {
            // JSON lets half a surrogate pair be written as an escape; UTF-8 has no bytes for it.
            Fault("json", "a property that is not known here has text that is no Unicode", "une propriété inconnue ici contient un texte qui n’est pas de l’Unicode");
            return "";
        }
    }

    private bool Required(string field, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text)) return true;
        Fault(field, "is missing", "est à indiquer");
        return false;
    }

    private void Fault(string field, string en, string fr) => Fault(field, new Words(en, fr));

    private void Fault(string field, Words why) => (_faults ??= []).Add(new(field, why));
}
