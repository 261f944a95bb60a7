using System.Text.Json;
using Comity.Core.Ledger;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;

namespace Comity.Pages;

/// <summary>The ledger's entries in words.</summary>
internal static class LedgerWords
{
    /// <summary>Every kind with what it means, as the search offers them.</summary>
    public static IReadOnlyList<(string Kind, Words Words)> Kinds { get; } =
    [
        (LedgerKind.Check, new("A check", "Un contrôle")),
        (LedgerKind.QueryAnswered, new("A partner’s question answered", "Question d’un partenaire à laquelle il fut répondu")),
        (LedgerKind.LookedWhoAsked, new("Somebody looked who had asked", "Quelqu’un a cherché qui avait demandé")),
        (LedgerKind.HitNotice, new("A partner told of a hit on our records", "Un partenaire a annoncé une concordance")),
        (LedgerKind.Published, new("Records published or amended", "Signalements publiés ou modifiés")),
        (LedgerKind.Withdrawn, new("A record withdrawn", "Un signalement retiré")),
        (LedgerKind.Expired, new("Own records expired", "Nos signalements expirés")),
        (LedgerKind.Disclosed, new("Entries handed to a partner", "Entrées remises à un partenaire")),
        (LedgerKind.TakenIn, new("A partner’s entries taken in", "Entrées d’un partenaire reçues")),
        (LedgerKind.Recovered, new("Own entries that a partner gave back", "Nos entrées rendues par un partenaire")),
        (LedgerKind.WentOnWithout, new("Went on without a partner’s word on our own past", "Poursuite sans la parole d’un partenaire sur notre propre passé")),
        (LedgerKind.Erased, new("A partner’s records erased here", "Signalements d’un partenaire effacés ici")),
        (LedgerKind.ErasedLate, new("Records that should have been gone, erased late", "Signalements qui auraient dû disparaître, effacés en retard")),
        (LedgerKind.ErasureReceipt, new("A partner signed that it erased", "Un partenaire a signé l’effacement")),
        (LedgerKind.Sent, new("An envelope sent, with receipt", "Un pli envoyé, avec reçu")),
        (LedgerKind.Received, new("An envelope received", "Un pli reçu")),
        (LedgerKind.Quarantined, new("A feed put in quarantine", "Un flux mis en quarantaine")),
        (LedgerKind.Released, new("A feed released", "Un flux libéré")),
        (LedgerKind.ForkFound, new("Two pasts of one log found", "Deux passés d’un même journal découverts")),
        (LedgerKind.Charter, new("A charter in force", "Une charte en vigueur")),
        (LedgerKind.Notice, new("A notice in force", "Un avis en vigueur")),
        (LedgerKind.TokenMade, new("A token made", "Un jeton créé")),
        (LedgerKind.TokenRevoked, new("A token revoked", "Un jeton révoqué")),
        (LedgerKind.Exported, new("A feed written to a file", "Un flux écrit dans un fichier")),
        (LedgerKind.Imported, new("A feed taken in from a file", "Un flux reçu par fichier")),
        (LedgerKind.Verified, new("All logs verified", "Tous les journaux vérifiés")),
        (LedgerKind.Refusals, new("Strangers turned away", "Inconnus éconduits")),
        (LedgerKind.Started, new("The node started", "Le nœud a démarré")),
    ];

    private static readonly Dictionary<string, Words> Fields = new(StringComparer.Ordinal)
    {
        ["by"] = new("by", "par"), ["desk"] = new("desk", "bureau"), ["register"] = new("register", "registre"), ["realm"] = new("realm", "domaine"), ["purpose"] = new("purpose", "finalité"),
        ["outcome"] = new("outcome", "résultat"), ["hits"] = new("hits", "concordances"), ["without"] = new("without", "sans"), ["commitment"] = new("commitment", "engagement"), ["feed"] = new("feed", "flux"),
        ["count"] = new("how many", "combien"), ["from"] = new("from", "de"), ["to"] = new("to", "à"), ["published"] = new("published", "publiés"), ["amended"] = new("amended", "modifiés"), ["index"] = new("entry of the feed", "entrée du flux"),
        ["fault"] = new("fault", "défaut"), ["reason"] = new("reason", "motif"), ["service"] = new("service", "service"), ["envelope"] = new("envelope", "pli"), ["found"] = new("found", "trouvées"), ["entries"] = new("entries", "entrées"),
        ["asked"] = new("commitment of the question", "engagement de la question"), ["check"] = new("their ledger entry", "entrée de leur journal"), ["records"] = new("records", "signalements"), ["number"] = new("number", "numéro"),
        ["hash"] = new("hash", "empreinte"), ["version"] = new("version", "version"), ["charter"] = new("charter", "charte"), ["token"] = new("token", "jeton"), ["logs"] = new("logs", "journaux"),
    };

    /// <summary>What an entry of a kind tells; a kind that a later program wrote stands as it is.</summary>
    public static string Kind(string kind, Speech speech) => Kinds.FirstOrDefault(known => known.Kind == kind).Words is { } words ? speech.Say(words) : kind;

    /// <summary>A field's name.</summary>
    public static string Field(string name, Speech speech) => Fields.TryGetValue(name, out var words) ? speech.Say(words) : name;

    /// <summary>A field's value.</summary>
    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "–" : string.Join(", ", value.EnumerateArray().Select(Value)),
        _ => value.GetRawText(),
    };

    /// <summary>The outcome of a check.</summary>
    public static string Outcome(string outcome, Speech speech) => outcome switch
    {
        "hit" => speech.Say("Hit", "Concordance"),
        "noHit" => speech.Say("No hit", "Aucun signalement"),
        "incomplete" => speech.Say("Incomplete", "Incomplet"),
        _ => outcome,
    };

    /// <summary>The two or three facts that tell one entry of a kind from another.</summary>
    public static string Gist(LedgerLine line, Speech speech)
    {
        IEnumerable<string?> facts =
        [
            line.Text("outcome") is { } outcome ? Outcome(outcome, speech) : null, line.Text("purpose"), line.Text("register") ?? Feed(line), Named(line, "from", speech), Named(line, "to", speech), line.Text("service"),
            Named(line, "count", speech), Named(line, "published", speech), Named(line, "amended", speech), Named(line, "records", speech), Named(line, "fault", speech), Named(line, "reason", speech),
            Named(line, "number", speech), Named(line, "version", speech), line.Text("token"), line.Text("realm") == "exercise" ? speech.Say("exercise", "exercice") : null,
        ];
        return string.Join(" · ", facts.Where(fact => !string.IsNullOrEmpty(fact)));
    }

    private static string? Feed(LedgerLine line) => line.Text("feed")?.Split('/') is [_, _, var owner, var register, var realm, var audience, ..] ? $"{owner} {register}, {audience}{(realm == "live" ? "" : $", {realm}")}" : null;

    // A feed's entries are told "from" an index, an envelope comes "from" a member.
    private static string? Named(LedgerLine line, string name, Speech speech) =>
        line.Text(name) is { } text ? $"{Field(name, speech)} {text}" : name != "from" && line.Number(name) is { } number ? $"{Field(name, speech)} {number}" : null;
}
