using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.ImportExport;

/// <summary>One column of a CSV form and the field of a draft that it fills.</summary>
/// <param name="Header">The name in the header; read in any case.</param>
/// <param name="Get">Takes the text out of a draft.</param>
/// <param name="Set">Puts the text into a draft.</param>
public sealed record Column(string Header, Func<DocumentDraft, string?> Get, Action<DocumentDraft, string?> Set);

/// <summary>The columns of a CSV form, in the order in which they are written; they are read in any order.</summary>
/// <param name="Columns">The columns.</param>
public sealed record ColumnProfile(IReadOnlyList<Column> Columns)
{
    /// <summary>Every field, under the names of the JSON form.</summary>
    public static ColumnProfile Native { get; } = new(
    [
        new("issuer", d => d.Issuer, (d, v) => d.Issuer = v),
        new("type", d => d.Type, (d, v) => d.Type = v),
        new("number", d => d.Number, (d, v) => d.Number = v),
        new("last", d => d.Last, (d, v) => d.Last = v),
        new("kind", d => d.Kind, (d, v) => d.Kind = v),
        new("country", d => d.Country, (d, v) => d.Country = v),
        new("place", d => d.Place, (d, v) => d.Place = v),
        new("date", d => d.Date, (d, v) => d.Date = v),
        new("issued", d => d.Issued, (d, v) => d.Issued = v),
        new("expires", d => d.Expires, (d, v) => d.Expires = v),
        new("reference", d => d.Reference, (d, v) => d.Reference = v),
        new("circumstances", d => d.Circumstances, (d, v) => d.Circumstances = v),
        new("enteredBy", d => d.EnteredBy, (d, v) => d.EnteredBy = v),
        new("ground", d => d.Ground, (d, v) => d.Ground = v),
        new("contest", d => d.Contest, (d, v) => d.Contest = v),
        new("disputedSince", d => d.DisputedSince, (d, v) => d.DisputedSince = v),
        new("disputeNote", d => d.DisputeNote, (d, v) => d.DisputeNote = v),
    ]);

    /// <summary>
    /// The field list of INTERPOL's database of stolen and lost travel documents as it is publicly described. The
    /// column names and codes are ours: the exchange format itself is not public. It has no column for who entered a
    /// record, on what ground and how it is contested, so an import gives these as defaults.
    /// </summary>
    public static ColumnProfile Interpol { get; } = new(
    [
        new("DIN", d => d.Number, (d, v) => d.Number = v),
        new("DIN_LAST", d => d.Last, (d, v) => d.Last = v),
        new("ISSUING_COUNTRY", d => d.Issuer, (d, v) => d.Issuer = v),
        new("DOCUMENT_TYPE", d => d.Type, (d, v) => d.Type = v),
        new("STATUS", d => ToStatus(d.Kind), (d, v) => d.Kind = FromStatus(v)),
        new("COUNTRY_OF_THEFT", d => d.Country, (d, v) => d.Country = v),
        new("PLACE_OF_THEFT", d => d.Place, (d, v) => d.Place = v),
        new("DATE_OF_THEFT", d => d.Date, (d, v) => d.Date = v),
        new("DATE_OF_ISSUE", d => d.Issued, (d, v) => d.Issued = v),
        new("DATE_OF_EXPIRY", d => d.Expires, (d, v) => d.Expires = v),
        new("NATIONAL_REFERENCE", d => d.Reference, (d, v) => d.Reference = v),
        new("ADDITIONAL_INFORMATION", d => d.Circumstances, (d, v) => d.Circumstances = v),
    ]);

    /// <summary>The profile of a form.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The form is not CSV.</exception>
    internal static ColumnProfile Of(DocumentForm form) => form switch
    {
        DocumentForm.Csv => Native,
        DocumentForm.InterpolCsv => Interpol,
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    /// <summary>Gives a draft's empty fields the text of another draft.</summary>
    internal static void FillFrom(DocumentDraft draft, DocumentDraft defaults)
    {
        foreach (var column in Native.Columns)
        {
            if (string.IsNullOrWhiteSpace(column.Get(draft)) && column.Get(defaults) is { } value) column.Set(draft, value);
        }
    }

    private static string? ToStatus(string? kind) => kind == "stolenBlank" ? "STOLEN BLANK" : kind?.ToUpperInvariant();

    private static string? FromStatus(string? status) =>
        status is not null && status.Trim().Equals("STOLEN BLANK", StringComparison.OrdinalIgnoreCase) ? "stolenBlank" : status;
}
