using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;

namespace Comity.Pages;

/// <summary>Something that a person has to see to.</summary>
/// <param name="What">What is the matter.</param>
/// <param name="Do">What it means, and what to do.</param>
/// <param name="Urgent">Whether it makes answers wrong or missing already.</param>
public sealed record Need(Words What, Words Do, bool Urgent)
{
    /// <summary>How long before its end a charter is a matter for somebody.</summary>
    private static readonly TimeSpan CharterEnds = TimeSpan.FromDays(14);

    /// <summary>Everything that needs somebody now, the urgent first.</summary>
    public static IReadOnlyList<Need> All(Node node, Actor actor, Speech speech) =>
        [.. Self(node).Concat(Charter(node, speech)).Concat(Feeds(node)).Concat(Partners(node, speech)).OrderByDescending(need => need.Urgent)];

    private static IEnumerable<Need> Self(Node node)
    {
        switch (node.Context.Membership.Past.Now.State)
        {
            case Core.Recovery.PastState.Unconfirmed:
                yield return new(
                    new("This node may have been set back: partners are asked what they know of its past.", "Ce nœud est peut-être revenu en arrière : les partenaires sont interrogés sur son passé."),
                    new("Until they have answered nothing can be published or checked. Call the operator if it lasts.", "Jusqu’à leur réponse, rien ne peut être publié ni contrôlé. Appelez l’opérateur si cela dure."), true);
                break;
            case Core.Recovery.PastState.Behind:
                yield return new(
                    new("This node was set back: partners know more of its own past than it does.", "Ce nœud est revenu en arrière : les partenaires connaissent mieux que lui son propre passé."),
                    new("Checks are answered; nothing can be published before the operator has recovered it.", "Les contrôles reçoivent réponse ; rien ne peut être publié avant que l’opérateur l’ait rétabli."), true);
                break;
        }

        if (node.Unreadable > 0)
        {
            yield return new(
                new($"Records that this node holds and cannot read: {node.Unreadable}.", $"Signalements que ce nœud détient sans pouvoir les lire : {node.Unreadable}."),
                new("They do not answer checks. Call the operator.", "Ils ne répondent pas aux contrôles. Appelez l’opérateur."), true);
        }
    }

    private static IEnumerable<Need> Charter(Node node, Speech speech)
    {
        var expires = node.Context.Membership.Directory.Charter.Expires;
        if (node.Context.Membership.Expired(node.Context.Now))
        {
            yield return new(
                new($"The charter expired {speech.Ago(expires)}.", $"La charte a expiré {speech.Ago(expires)}."),
                new("Nothing is exchanged with partners until the members have signed a new one.", "Rien n’est échangé avec les partenaires tant que les membres n’en ont pas signé une nouvelle."), true);
        }
        else if (expires - node.Context.Now < CharterEnds)
        {
            yield return new(
                new($"The charter ends {speech.Ago(expires)}, at {speech.Time(expires)}.", $"La charte prend fin {speech.Ago(expires)}, à {speech.Time(expires)}."),
                new("The members must sign the next one before.", "Les membres doivent signer la suivante avant cette date."), false);
        }
    }

    private static IEnumerable<Need> Feeds(Node node) => node.Standings.Feeds.Where(feed => feed.Fault is not null).Select(feed => new Need(
        new($"A feed of {feed.Name.Owner} is in quarantine: {feed.Fault!.Name}.", $"Un flux de {feed.Name.Owner} est en quarantaine : {feed.Fault.Name}."),
        new($"Nothing after entry {feed.Fault.Index} is used in checks. {feed.Fault.Text}", $"Rien après l’entrée {feed.Fault.Index} n’est utilisé dans les contrôles. {feed.Fault.Text}"), true));

    private static IEnumerable<Need> Partners(Node node, Speech speech)
    {
        foreach (var partner in node.Context.Membership.Partners.OrderBy(partner => partner.Code))
        {
            var peer = node.Standings.Peers.GetValueOrDefault(partner.Code);
            var stale = node.Indexes.All.Any(register => node.Standings.For(register.Name, Realm.Live).Any(standing => standing.Member == partner.Code && standing.State is StandingState.Stale or StandingState.Never));
            if (stale || peer?.FailingSince is not null)
            {
                yield return Silent(partner, peer, stale, speech);
            }
        }
    }

    private static Need Silent(Member partner, PeerRow? peer, bool stale, Speech speech)
    {
        var (code, contact) = (partner.Code, partner.Listed.Contact);
        var words = (peer?.AsOf, peer?.FailingSince) switch
        {
            (null, _) => new Words($"Nothing was ever received from {partner.Listed.Name.En} ({code}).", $"{partner.Listed.Name.Fr} ({code}) : rien n’a jamais été reçu."),
            (_, { } since) => new($"{partner.Listed.Name.En} ({code}) is silent since {speech.Time(since)} ({speech.Ago(since)}).", $"{partner.Listed.Name.Fr} ({code}) : plus de réponse depuis {speech.Time(since)} ({speech.Ago(since)})."),
            ({ } asOf, null) => new($"The records of {partner.Listed.Name.En} ({code}) are as of {speech.Time(asOf)} ({speech.Ago(asOf)}).", $"{partner.Listed.Name.Fr} ({code}) : les signalements datent de {speech.Time(asOf)} ({speech.Ago(asOf)})."),
        };
        return new(
            words,
            stale
                ? new($"Checks are incomplete: nothing recent enough is known of its records. If it lasts, call {contact.Desk}: {contact.Phone} ({contact.Hours}).", $"Les contrôles sont incomplets : rien d’assez récent n’est connu de ses signalements. Si cela dure, appelez {contact.Desk} : {contact.Phone} ({contact.Hours}).")
                : new("Checks are still complete: what is here is recent enough. If it lasts, call the operator.", "Les contrôles restent complets : ce qui est ici est assez récent. Si cela dure, appelez l’opérateur."),
            stale);
    }
}
