using Comity.Core.Registers;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests.Printing;

/// <summary>The words of a print that are no kind's own.</summary>
internal static class PrintWords
{
    public static readonly Words Reference = new("Reference", "Référence");
    public static readonly Words OtherReference = new("Your reference", "Votre référence");
    public static readonly Words From = new("From", "De");
    public static readonly Words To = new("To", "À");
    public static readonly Words Urgency = new("Urgency", "Urgence");
    public static readonly Words Purpose = new("Purpose", "Finalité");
    public static readonly Words PrintedAt = new("Printed", "Imprimé");
    public static readonly Words Page = new("Page", "Page");
    public static readonly Words Of = new("of", "sur");
    public static readonly Words Exercise = new("EXERCISE – EXERCISE – EXERCISE: nothing here is real", "EXERCICE – EXERCICE – EXERCICE : rien ici n’est réel");
    public static readonly Words Conditions = new("Conditions that bind whoever holds this page", "Conditions qui lient quiconque détient cette page");
    public static readonly Words InFull = new("in full on page 1", "texte complet en page 1");
    public static readonly Words Code = new("Verification code", "Code de vérification");
    public static readonly Words Clocks = new("Terms", "Délais");
    public static readonly Words Due = new("due", "échéance");
    public static readonly Words NoTerm = new("without term, until it is ended", "sans terme, jusqu’à sa fin");
    public static readonly Words NetworkTerm = new("set by the network", "fixé par le réseau");
    public static readonly Words Since = new("What was done since", "Ce qui a été fait depuis");
    public static readonly Words Sources = new("Legal sources", "Sources juridiques");
    public static readonly Words Verify = new("How to verify this form", "Comment vérifier ce formulaire");
    public static readonly Words VerifyHow = new(
        "Call back the authority that asks on the number you have for it, not on one in this form, and compare the verification code; or check the signature with the member’s key.",
        "Rappelez l’autorité requérante au numéro que vous en avez, non à celui du formulaire, et comparez le code de vérification ; ou vérifiez la signature avec la clé du membre.");
    public static readonly Words Digest = new("SHA-256", "SHA-256");
    public static readonly Words Key = new("Key", "Clé");
    public static readonly Words Signature = new("Signature (ES256)", "Signature (ES256)");
    public static readonly Words Unsigned = new("NOT SIGNED: a draft", "NON SIGNÉ : un projet");
    public static readonly Words Authority = new("Office, as its State claims", "Fonction, selon son État");
    public static readonly Words Yes = new("Yes", "Oui");
    public static readonly Words No = new("No", "Non");
    public static readonly Words None = new("–", "–");

    private static readonly Dictionary<string, Words> Parts = new(StringComparer.Ordinal)
    {
        ["name"] = new("Name", "Nom"), ["law"] = new("Provision", "Disposition"), ["maximum"] = new("Maximum penalty", "Peine maximale"),
        ["instrument"] = new("Instrument", "Instrument"), ["clause"] = new("Clause", "Article"), ["value"] = new("Value", "Valeur"), ["currency"] = new("Currency", "Monnaie"),
        ["family"] = new("Family name", "Nom de famille"), ["given"] = new("Given names", "Prénoms"), ["alias"] = new("Alias", "Alias"), ["born"] = new("Born", "Naissance"),
        ["sex"] = new("Sex", "Sexe"), ["nationality"] = new("Nationality", "Nationalité"), ["document"] = new("Document", "Document"), ["note"] = new("Note", "Note"),
        ["role"] = new("Office", "Fonction"), ["phone"] = new("Telephone", "Téléphone"), ["fax"] = new("Fax", "Télécopie"), ["email"] = new("E-mail", "Courriel"),
        ["address"] = new("Address", "Adresse"), ["hours"] = new("Hours", "Horaires"), ["zone"] = new("Time zone", "Fuseau horaire"), ["languages"] = new("Languages", "Langues"),
        ["channel"] = new("Preferred channel", "Voie préférée"), ["type"] = new("Type", "Type"), ["port"] = new("Port", "Port"), ["at"] = new("At", "Le"), ["until"] = new("Until", "Jusqu’au"),
        ["provider"] = new("Provider", "Fournisseur"), ["mediaType"] = new("Media type", "Type de média"), ["size"] = new("Bytes", "Octets"), ["sha256"] = new("SHA-256", "SHA-256"),
        ["algorithm"] = new("Algorithm", "Algorithme"), ["of"] = new("Of", "De"),
    };

    /// <summary>What a part of a value is called.</summary>
    public static Words Part(string name) => Parts.TryGetValue(name, out var words) ? words : new Words(name, name);

    /// <summary>An urgency.</summary>
    public static Words Spell(Urgency urgency) => urgency switch
    {
        Kinds.Urgency.Routine => new("Routine", "Ordinaire"),
        Kinds.Urgency.Urgent => new("URGENT", "URGENT"),
        Kinds.Urgency.Emergency => new("EMERGENCY", "EXTRÊME URGENCE"),
        _ => throw new ArgumentOutOfRangeException(nameof(urgency)),
    };

    /// <summary>The words in a language.</summary>
    public static string In(this Words words, PrintLanguage language) => language == PrintLanguage.Fr ? words.Fr : words.En;
}
