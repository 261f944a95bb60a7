using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Comity.Core.Web.Pages.Tags;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.ImportExport;
using Comity.TravelDocuments.Inventory;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Pages;

/// <summary>What the fields and codes of records are called on pages.</summary>
internal static class DocumentWords
{
    private static readonly Dictionary<string, Words> Fields = new(StringComparer.Ordinal)
    {
        ["issuer"] = new("Issuing State", "État émetteur"),
        ["type"] = new("Type", "Type"),
        ["number"] = new("Number", "Numéro"),
        ["first"] = new("First number", "Premier numéro"),
        ["last"] = new("Last number", "Dernier numéro"),
        ["kind"] = new("Kind of report", "Nature du signalement"),
        ["country"] = new("Country of theft or loss", "Pays du vol ou de la perte"),
        ["place"] = new("Place", "Lieu"),
        ["date"] = new("Date of theft, loss or revocation", "Date du vol, de la perte ou de la révocation"),
        ["issued"] = new("Issued on", "Délivré le"),
        ["expires"] = new("Document expires on", "Expiration du document"),
        ["reference"] = new("Own reference", "Référence nationale"),
        ["circumstances"] = new("Circumstances", "Circonstances"),
        ["enteredBy"] = new("Entered by", "Saisi par"),
        ["ground"] = new("Ground", "Motif"),
        ["contest"] = new("How to contest it", "Comment contester"),
        ["disputedSince"] = new("Disputed since", "Contesté depuis"),
        ["disputeNote"] = new("About the dispute", "Sur la contestation"),
        ["audience"] = new("Audience", "Destinataires"),
        ["purposes"] = new("Purposes", "Finalités"),
        ["caveats"] = new("Caveats", "Réserves"),
        ["delete"] = new("Delete on", "À effacer le"),
        ["review"] = new("Look at again on", "À réexaminer le"),
        ["purpose"] = new("Purpose", "Finalité"),
        ["case"] = new("Case reference", "Référence de l’affaire"),
        ["reason"] = new("Reason", "Raison"),
        ["status"] = new("What became of them", "Ce qu’ils sont devenus"),
        ["on"] = new("Since", "Depuis"),
        ["from"] = new("Came from", "Provenance"),
        ["box"] = new("Box", "Carton"),
    };

    private static readonly Dictionary<string, Words> Kinds = new(StringComparer.Ordinal)
    {
        ["stolenBlank"] = new("Stolen blank", "Vierge volé"),
        ["stolen"] = new("Stolen", "Volé"),
        ["lost"] = new("Lost", "Perdu"),
        ["revoked"] = new("Revoked", "Révoqué"),
        ["invalid"] = new("Invalid", "Invalide"),
    };

    private static readonly Dictionary<string, Words> Strengths = new(StringComparer.Ordinal)
    {
        [MatchStrength.Exact.Code()] = new("The very number", "Le numéro même"),
        [MatchStrength.InRange.Code()] = new("Within a reported batch of blanks", "Dans un lot de vierges signalé"),
        [MatchStrength.NearOtherType.Code()] = new("The number, of a document of another type", "Le numéro, d’un document d’un autre type"),
        [MatchStrength.NearOptical.Code()] = new("Characters that look alike", "Caractères qui se ressemblent"),
        [MatchStrength.NearTransposed.Code()] = new("Two characters swapped", "Deux caractères intervertis"),
        [MatchStrength.NearSubstituted.Code()] = new("One character differs", "Un caractère diffère"),
        [MatchStrength.NearMissing.Code()] = new("One character missing", "Un caractère manque"),
        [MatchStrength.NearExtra.Code()] = new("One character too many", "Un caractère de trop"),
    };

    /// <summary>What may become of blanks: the code, the words, and how it is drawn.</summary>
    public static IReadOnlyList<(StockStatus Status, string Code, Words Words, string Shade)> Statuses { get; } =
    [
        (StockStatus.Delivered, "delivered", new("Delivered by the printer", "Livrés par l’imprimeur"), "delivered"),
        (StockStatus.InStock, "inStock", new("In stock", "En stock"), "held"),
        (StockStatus.Issued, "issued", new("On the way to another place", "En route vers un autre lieu"), "issued"),
        (StockStatus.Used, "used", new("Made out to bearers", "Établis au nom de titulaires"), "used"),
        (StockStatus.Destroyed, "destroyed", new("Destroyed", "Détruits"), "destroyed"),
        (StockStatus.ReportedLost, "reportedLost", new("Missing and reported", "Disparus et signalés"), "stolen"),
    ];

    /// <summary>A field's name; its code where it has none.</summary>
    public static Words Field(string name) => Fields.GetValueOrDefault(name) ?? new Words(name, name);

    /// <summary>A field's name; null where it has none.</summary>
    public static Words? FieldOrNull(string name) => Fields.GetValueOrDefault(name);

    /// <summary>A kind of report by its code.</summary>
    public static Words Kind(string code) => Kinds.GetValueOrDefault(code) ?? new Words(code, code);

    /// <summary>A status of blanks.</summary>
    public static Words Status(StockStatus status) => Statuses[(int)status - 1].Words;

    /// <summary>How a status is drawn.</summary>
    public static string Shade(StockStatus status) => Statuses[(int)status - 1].Shade;

    /// <summary>A fault of the stock.</summary>
    public static Words Fault(StockFault fault) => fault switch
    {
        StockFault.Missing => new("Accounted for nowhere", "Comptés nulle part"),
        StockFault.CountedTwice => new("Accounted for more than once", "Comptés plus d’une fois"),
        StockFault.NeverDelivered => new("Never delivered", "Jamais livrés"),
        _ => new("Delivered more than once", "Livrés plus d’une fois"),
    };

    /// <summary>A number, or the first and the last of a batch.</summary>
    public static string Numbers(NumberRange numbers) => numbers.IsSingle ? numbers.First.ToString() : $"{numbers.First} – {numbers.Last}";

    /// <summary>For whom a feed is.</summary>
    public static Words Audience(string audience) => audience switch
    {
        "all" => new("all partners", "tous les partenaires"),
        "self" => new("nobody else", "personne d’autre"),
        _ => new(audience.Replace(",", ", ", StringComparison.Ordinal), audience.Replace(",", ", ", StringComparison.Ordinal)),
    };

    /// <summary>Why a record is withdrawn.</summary>
    public static IReadOnlyList<Choice> Reasons(Speech speech) =>
    [
        new("recovered", speech.Say("The document was found again", "Le document a été retrouvé")),
        new("error", speech.Say("The record was an error", "Le signalement était une erreur")),
        new("disputed", speech.Say("The holder contested it with success", "Le titulaire l’a contesté avec succès")),
        new("other", speech.Say("Another reason", "Une autre raison")),
    ];

    /// <summary>How well a record answers, by its code.</summary>
    public static Words Strength(string code) => Strengths.GetValueOrDefault(code) ?? new Words(code, code);

    /// <summary>What a record says, field by field; empty fields are left out.</summary>
    public static IEnumerable<RecordLine> Lines(DocumentRecord record)
    {
        var draft = record.ToDraft();
        return ColumnProfile.Native.Columns.Where(column => column.Get(draft) is not null)
            .Select(column => new RecordLine(Field(column.Header), column.Header == "kind" ? Kind(column.Get(draft)!) : new Words(column.Get(draft)!, column.Get(draft)!)));
    }

    /// <summary>The same with the fields' codes, in a person's language.</summary>
    public static IEnumerable<(string Name, string Value)> Rows(DocumentRecord record, Speech speech)
    {
        var draft = record.ToDraft();
        foreach (var column in ColumnProfile.Native.Columns)
        {
            if (column.Get(draft) is { } value)
            {
                yield return (column.Header, column.Header == "kind" ? speech.Say(Kind(value)) : value);
            }
        }
    }
}
