using Comity.Core.Registers;

namespace Comity.TravelDocuments.Checks;

/// <summary>What an outcome means for the officer at the desk.</summary>
internal static class CheckAdvice
{
    public static Words For(CheckOutcome outcome)
    {
        var silent = string.Join(", ", outcome.Members.Where(member => member.Incomplete).Select(member => member.Member.ToString()));
        var advice = outcome.Switch(
            _ => new Words(
                "Hit. Not a verdict: the bearer may be the owner who found the document again. Ask the State that reported it before any measure.",
                "Concordance. Ce n'est pas une preuve : le porteur peut être le titulaire qui a retrouvé son document. Interrogez l'État qui l'a signalé avant toute mesure."),
            _ => new Words(
                "No record, as of the times given for each member.",
                "Aucun signalement, aux heures indiquées pour chaque membre."),
            _ => new Words(
                $"No record among the members that could be answered for. Nothing is known, or nothing recent, of: {silent}.",
                $"Aucun signalement parmi les membres connus. Rien n'est connu, ou rien de récent, de : {silent}."));
        return outcome is CheckOutcome.Hit && silent.Length > 0
            ? new Words($"{advice.En} Nothing recent is known of: {silent}.", $"{advice.Fr} Rien de récent n'est connu de : {silent}.")
            : advice;
    }
}
