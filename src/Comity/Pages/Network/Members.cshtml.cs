using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages.Network;

/// <summary>The members and the charter in words; a charter or a notice is handed in here.</summary>
public sealed class MembersModel : NodePage
{
    public Charter Charter => Node.Context.Membership.Directory.Charter;

    public IEnumerable<Member> Members => Node.Context.Membership.Directory.Members.OrderBy(member => member.Code);

    protected override IEnumerable<Act> Acts => [new Act.Look()];

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(IFormFile? document, CancellationToken cancel)
    {
        if (!May(new Act.Operate()))
        {
            return Refuse(ProblemKind.Forbidden);
        }

        if (document is not { Length: > 0 and <= 8 * Charter.MaxBytes })
        {
            Fault("document", new("Choose a signed charter or notice.", "Choisissez une charte ou un avis signés."));
            return Page();
        }

        using var buffer = new MemoryStream();
        await document.CopyToAsync(buffer, cancel);
        var bytes = buffer.ToArray();
        var (done, fault) = Notice.TryRead(bytes, out _, out _)
            ? Told(await Node.Context.Membership.AddNoticeAsync(bytes, Actor))
            : Told(await Node.Context.Membership.AddAsync(bytes, Actor));
        if (done is not null)
        {
            return Done("/members", done);
        }

        Fault("document", fault!);
        return Page();
    }

    /// <summary>A key's thumbprint as people read it out.</summary>
    public static string Print(Jwk key) => StrictBase64Url.TryDecode(key.Id.ToString(), out var hash) ? Fingerprint.Of(hash) : key.Id.ToString();

    public Words Use(KeyUse use) => use switch
    {
        KeyUse.Root => new("root", "racine"),
        KeyUse.Signing => new("signing", "signature"),
        KeyUse.Tls => new("connection (TLS)", "liaison (TLS)"),
        KeyUse.Encryption => new("encryption", "chiffrement"),
        _ => new("log", "journal"),
    };

    public Words State(Jwk key) => Node.Context.Membership.Directory.Find(key.Id)?.Status switch
    {
        KeyStatus.Current => new("in use", "en usage"),
        KeyStatus.Next => new("next", "suivante"),
        KeyStatus.Retired retired => new($"retired {retired.At:yyyy-MM-dd}", $"retirée le {retired.At:yyyy-MM-dd}"),
        KeyStatus.Revoked revoked => new($"REVOKED ({revoked.Reason})", $"RÉVOQUÉE ({revoked.Reason})"),
        _ => new("unknown", "inconnue"),
    };

    /// <summary>What becomes of a register or service while revocations cannot be fetched.</summary>
    public Words WithoutRevocations(bool mayBeStale, TimeSpan within) => mayBeStale
        ? new("Used with a warning while it cannot be learnt which keys were revoked.", "Utilisé avec un avertissement tant qu’on ne peut apprendre quelles clés sont révoquées.")
        : new(
            $"Refused when for {(Speech with { Language = Language.English }).Length(within)} it could not be learnt which keys were revoked.",
            $"Refusé quand, depuis {(Speech with { Language = Language.French }).Length(within)}, on n’a pu apprendre quelles clés sont révoquées.");

    /// <summary>A register's rules as sentences.</summary>
    public IEnumerable<Words> Rules(RegisterTerms terms)
    {
        yield return terms.Mode switch
        {
            SharingMode.Replicated => new("Members hold copies: a check is answered on the spot, also with the line down.", "Les membres détiennent des copies : un contrôle reçoit réponse sur place, même liaison coupée."),
            SharingMode.Queried => new("Records stay with their owner: a check is sent to it, and it says hit or no hit.", "Les signalements restent chez leur propriétaire : le contrôle lui est envoyé, et il dit s’il y a concordance."),
            SharingMode.Blind => new("Neither side shows the other its data.", "Aucun côté ne montre ses données à l’autre."),
            _ => new("Not shared.", "Non partagé."),
        };
        yield return new($"May be used for: {string.Join(", ", terms.Purposes)}.", $"Peut servir à : {string.Join(", ", terms.Purposes)}.");
        foreach (var pair in terms.Between)
        {
            yield return Between(pair, new("may read the records of", "peut lire les signalements de"));
        }

        var (en, fr) = (Speech with { Language = Language.English }, Speech with { Language = Language.French });
        yield return new($"Kept for at most {en.Length(terms.Retention)}; what is withdrawn is deleted everywhere within {en.Length(terms.ErasureWithin)}.", $"Conservés au plus {fr.Length(terms.Retention)} ; ce qui est retiré est supprimé partout sous {fr.Length(terms.ErasureWithin)}.");
        if (terms.Mode == SharingMode.Replicated)
        {
            yield return new($"When a member’s records are older than {en.Length(terms.StaleAfter)}, a check without a hit is called incomplete.", $"Quand les signalements d’un membre ont plus de {fr.Length(terms.StaleAfter)}, un contrôle sans concordance est dit incomplet.");
        }

        if (terms.Mode != SharingMode.Local)
        {
            yield return WithoutRevocations(terms.RevocationMayBeStale, terms.StaleAfter);
        }

        if (terms.Deadline is { } deadline)
        {
            yield return new($"A member that is asked has {en.Length(deadline)} to answer.", $"Un membre interrogé a {fr.Length(deadline)} pour répondre.");
        }

        foreach (var quota in terms.Quotas)
        {
            yield return new(
                $"{quota.Member?.ToString() ?? "Each member"} may ask at most {quota.PerDay} times a day{(quota.Purpose is { } purpose ? $" for {purpose}" : "")}.",
                $"{quota.Member?.ToString() ?? "Chaque membre"} peut demander au plus {quota.PerDay} fois par jour{(quota.Purpose is { } but ? $" pour {but}" : "")}.");
        }
    }

    /// <summary>Who may do something with whose.</summary>
    public static Words Between(SharingPair pair, Words may) => new(
        $"{(pair.Readers is null ? "Every member" : string.Join(", ", pair.Readers.Order()))} {may.En} {(pair.Owners is null ? "every member" : string.Join(", ", pair.Owners.Order()))}.",
        $"{(pair.Readers is null ? "Tout membre" : string.Join(", ", pair.Readers.Order()))} {may.Fr} {(pair.Owners is null ? "tout membre" : string.Join(", ", pair.Owners.Order()))}.");

    private static (Words? Done, Words? Fault) Told(CharterAddition addition) => addition switch
    {
        CharterAddition.Added added => (new($"Charter {added.Charter.Number} is in force.", $"La charte {added.Charter.Number} est en vigueur."), null),
        CharterAddition.AlreadyThere there => (new($"Charter {there.Charter.Number} was here already.", $"La charte {there.Charter.Number} était déjà ici."), null),
        CharterAddition.Gap gap => (null, new($"Charter {gap.Missing} is missing before it.", $"Il manque avant elle la charte {gap.Missing}.")),
        CharterAddition.Refused no => (null, new($"Refused: {no.Detail}", $"Refusée : {no.Detail}")),
        _ => (null, new("Refused.", "Refusée.")),
    };

    private static (Words? Done, Words? Fault) Told(NoticeAddition addition) => addition switch
    {
        NoticeAddition.Added added => (new($"The notice about {added.Notice.Member} is in force.", $"L’avis concernant {added.Notice.Member} est en vigueur."), null),
        NoticeAddition.AlreadyThere => (new("The notice was here already.", "L’avis était déjà ici."), null),
        NoticeAddition.Conflict conflict => (new($"Two notices about {conflict.Notice.Member} contradict each other; both are kept.", $"Deux avis concernant {conflict.Notice.Member} se contredisent ; les deux sont conservés."), null),
        NoticeAddition.Superseded superseded => (new($"Charter {superseded.Charter} has taken the notice in already.", $"La charte {superseded.Charter} a déjà intégré l’avis."), null),
        NoticeAddition.Gap gap => (null, new($"Charter {gap.Missing} is missing before it.", $"Il manque avant lui la charte {gap.Missing}.")),
        NoticeAddition.Refused no => (null, new($"Refused: {no.Detail}", $"Refusé : {no.Detail}")),
        _ => (null, new("Refused.", "Refusé.")),
    };
}
