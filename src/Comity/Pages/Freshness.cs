using Comity.Core;
using Comity.Core.Web.Pages;

namespace Comity.Pages;

/// <summary>How fresh partners' records are, in one sentence.</summary>
internal static class Freshness
{
    public static string Of(Node node, Speech speech)
    {
        var peers = node.Standings.Peers;
        var partners = node.Context.Membership.Partners.Select(partner => (partner.Code, AsOf: peers.GetValueOrDefault(partner.Code)?.AsOf)).ToList();
        if (partners.Count == 0)
        {
            return speech.Say("There are no partners in the network.", "Le réseau ne compte aucun partenaire.");
        }

        var never = partners.Where(partner => partner.AsOf is null).Select(partner => partner.Code.ToString()).ToList();
        if (never.Count > 0)
        {
            return speech.Say($"Nothing was received yet from {speech.List(never)}.", $"Rien n’a encore été reçu de {speech.List(never)}.");
        }

        var oldest = partners.MinBy(partner => partner.AsOf);
        return speech.Say(
            $"Records of all {speech.Number(partners.Count)} partners are here as of {speech.Time(oldest.AsOf!.Value)} or later (oldest: {oldest.Code}).",
            $"Les signalements des {speech.Number(partners.Count)} partenaires sont connus ici jusqu’à {speech.Time(oldest.AsOf.Value)} au moins (le plus ancien : {oldest.Code}).");
    }
}
