using Comity.Core;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;

namespace Comity.Pages.Network;

/// <summary>How what flows between this node and a partner stands; the worse, the greater.</summary>
public enum LineState
{
    /// <summary>The charter lets nothing flow this way.</summary>
    None = 0,

    /// <summary>As fresh as the charter demands; everything signed for.</summary>
    Good = 1,

    /// <summary>Going out: the partner has not signed for everything yet.</summary>
    Behind = 2,

    /// <summary>Nothing ever came, or was ever signed for.</summary>
    Never = 3,

    /// <summary>Coming in: older than the charter allows; a check without a hit is incomplete.</summary>
    Stale = 4,

    /// <summary>A feed is in quarantine.</summary>
    Quarantined = 5,

    /// <summary>The partner is suspended.</summary>
    Suspended = 6,
}

/// <summary>What flows between this node and one partner.</summary>
/// <param name="Partner">Who.</param>
/// <param name="In">How its records here stand.</param>
/// <param name="AsOf">Up to when they are known.</param>
/// <param name="Gives">The registers that it gives to this node.</param>
/// <param name="Until">Until when a check without a hit counts as complete; null where it does not now.</param>
/// <param name="Out">How this State's records there stand.</param>
/// <param name="Signed">How many entries of this State's feeds it has signed for.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Takes">The registers that it gets from this node.</param>
/// <param name="Failure">Why it does not answer, or what is missing; null where nothing is.</param>
public sealed record Line(
    Member Partner, LineState In, DateTimeOffset? AsOf, IReadOnlyList<RegisterName> Gives, DateTimeOffset? Until, LineState Out, long Signed, long Total, IReadOnlyList<RegisterName> Takes, string? Failure);

/// <summary>Who gives what to whom, and how fresh it is, as this node knows it.</summary>
internal static class Lines
{
    /// <summary>One line for each partner, by code.</summary>
    public static IReadOnlyList<Line> All(Node node, Realm realm)
    {
        var signed = node.Context.Store.Read(session => session.Query("SELECT log, member, size FROM cosignature", row => (Log: row.GetInt64(0), Member: row.GetString(1), Size: row.GetInt64(2))))
            .ToDictionary(row => (row.Log, row.Member), row => row.Size);
        return [.. node.Context.Membership.Directory.Members.Where(member => member.Code != node.Context.Membership.Self).OrderBy(member => member.Code).Select(member => Of(node, realm, member, signed))];
    }

    private static Line Of(Node node, Realm realm, Member partner, Dictionary<(long, string), long> signed)
    {
        var (membership, self) = (node.Context.Membership, node.Context.Membership.Self);
        var shared = membership.Directory.Charter.Registers.Where(terms => terms.Mode == SharingMode.Replicated && node.Indexes.Find(terms.Name) is not null).ToList();
        var gives = shared.Where(terms => terms.Between.Any(pair => pair.Allows(partner.Code, self))).ToList();
        var takes = shared.Where(terms => terms.Between.Any(pair => pair.Allows(self, partner.Code))).ToList();
        var peer = node.Standings.Peers.GetValueOrDefault(partner.Code);
        var incoming = gives.Select(terms => In(node.Standings.For(terms.Name, realm).FirstOrDefault(standing => standing.Member == partner.Code))).DefaultIfEmpty(LineState.None).Max();
        var feeds = node.Standings.Feeds.Where(feed => feed.Own && feed.Size > 0 && feed.Name.Realm == realm && PullService.MayHave(membership, feed.Name, partner.Code)).ToList();
        var (has, total) = (feeds.Sum(feed => Math.Min(feed.Size, signed.GetValueOrDefault((feed.Log, partner.Code.ToString())))), feeds.Sum(feed => feed.Size));
        var outgoing = takes.Count == 0 ? LineState.None : partner.Suspended ? LineState.Suspended : has == total ? LineState.Good : has == 0 ? LineState.Never : LineState.Behind;
        return new Line(
            partner, incoming, peer?.AsOf, [.. gives.Select(terms => terms.Name)], incoming == LineState.Good && peer?.AsOf is { } asOf ? asOf + gives.Min(terms => terms.StaleAfter) : null,
            outgoing, has, total, [.. takes.Select(terms => terms.Name)], peer?.Failure);
    }

    private static LineState In(MemberStanding? standing) => standing?.State switch
    {
        StandingState.Fresh => LineState.Good,
        StandingState.Stale => LineState.Stale,
        StandingState.Quarantined => LineState.Quarantined,
        StandingState.Suspended => LineState.Suspended,
        StandingState.Never => LineState.Never,
        _ => LineState.None,
    };

    /// <summary>The State of what comes in, in a word or two.</summary>
    public static string InWords(LineState state, Speech speech) => state switch
    {
        LineState.Good => speech.Say("fresh", "à jour"),
        LineState.Stale => speech.Say("older than the charter allows", "plus ancien que la charte ne le permet"),
        LineState.Never => speech.Say("nothing received yet", "rien reçu encore"),
        LineState.Quarantined => speech.Say("in quarantine", "en quarantaine"),
        LineState.Suspended => speech.Say("suspended", "suspendu"),
        _ => speech.Say("gives us nothing by the charter", "ne nous donne rien selon la charte"),
    };

    /// <summary>The State of what goes out, in a few words.</summary>
    public static string OutWords(Line line, Speech speech) => line.Out switch
    {
        LineState.Good => line.Total == 0 ? speech.Say("there is nothing to give yet", "il n’y a encore rien à donner") : speech.Say("has everything", "a tout"),
        LineState.Behind => speech.Say($"has signed for {speech.Number(line.Signed)} of {speech.Number(line.Total)} entries", $"a signé pour {speech.Number(line.Signed)} entrées sur {speech.Number(line.Total)}"),
        LineState.Never => speech.Say("has signed for nothing yet", "n’a encore signé pour rien"),
        LineState.Suspended => speech.Say("suspended: is given nothing", "suspendu : ne reçoit rien"),
        _ => speech.Say("gets nothing by the charter", "ne reçoit rien selon la charte"),
    };

    /// <summary>What the age of a partner's records means for a check.</summary>
    public static string Meaning(Line line, Speech speech)
    {
        var (en, fr) = (line.Partner.Listed.Name.En, line.Partner.Listed.Name.Fr);
        var asOf = line.AsOf is { } at ? speech.Time(at) : "";
        return line.In switch
        {
            LineState.Good => speech.Say(
                $"{en}’s records are known as of {asOf}. Unless something newer comes, a check without a hit will be called incomplete after {speech.Time(line.Until!.Value)}.",
                $"Les signalements de {fr} sont connus jusqu’à {asOf}. Si rien de plus récent n’arrive, un contrôle sans concordance sera dit incomplet après {speech.Time(line.Until!.Value)}."),
            LineState.Stale => speech.Say(
                $"{en}’s records are known as of {asOf}, which is older than the charter allows: a check without a hit is called incomplete now.",
                $"Les signalements de {fr} sont connus jusqu’à {asOf}, plus anciens que la charte ne le permet : un contrôle sans concordance est dit incomplet."),
            LineState.Never => speech.Say(
                $"Nothing was ever received from {en}: a check without a hit is called incomplete.",
                $"Rien n’a jamais été reçu de {fr} : un contrôle sans concordance est dit incomplet."),
            LineState.Quarantined => speech.Say(
                $"A feed of {en} is in quarantine: what came before still hits, what comes after is not used, and a check without a hit is called incomplete.",
                $"Un flux de {fr} est en quarantaine : ce qui est arrivé avant concorde encore, la suite n’est pas utilisée, et un contrôle sans concordance est dit incomplet."),
            LineState.Suspended => speech.Say(
                $"The network has suspended {en}: nothing is exchanged with it. What came before still hits, marked as such.",
                $"Le réseau a suspendu {fr} : rien n’est échangé. Ce qui est arrivé avant concorde encore, avec mention."),
            _ => speech.Say($"By the charter {en} gives us no records.", $"Selon la charte, {fr} ne nous donne pas de signalements."),
        };
    }
}
