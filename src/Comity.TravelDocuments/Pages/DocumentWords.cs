using Comity.Core.Registers;
using Comity.TravelDocuments.Inventory;

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
        ["kind"] = new("Reported as", "Signalé comme"),
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

    private static readonly Dictionary<StockStatus, Words> Statuses = new()
    {
        [StockStatus.Delivered] = new("Delivered by the printer", "Livrés par l’imprimeur"),
        [StockStatus.InStock] = new("In stock", "En stock"),
        [StockStatus.Issued] = new("On the way to another place", "En route vers un autre lieu"),
        [StockStatus.Used] = new("Made out to bearers", "Établis au nom de titulaires"),
        [StockStatus.Destroyed] = new("Destroyed", "Détruits"),
        [StockStatus.ReportedLost] = new("Missing and reported", "Disparus et signalés"),
    };

    /// <summary>A field's name; its code where it has none.</summary>
    public static Words Field(string name) => Fields.GetValueOrDefault(name) ?? new Words(name, name);

    /// <summary>A field's name; null where it has none.</summary>
    public static Words? FieldOrNull(string name) => Fields.GetValueOrDefault(name);

    /// <summary>A kind of report by its code.</summary>
    public static Words Kind(string code) => Kinds.GetValueOrDefault(code) ?? new Words(code, code);

    /// <summary>A status of blanks.</summary>
    public static Words Status(StockStatus status) => Statuses[status];
}
