using Comity.Core.Registers;
using Comity.Core.Web.Pages;

namespace Comity.Pages;

/// <summary>What became of a record that was hit, as an officer reads it.</summary>
internal static class HitWords
{
    public static string State(HitRecordState state, Speech speech) => state switch
    {
        HitRecordState.InForce => speech.Say("The record is in force.", "Le signalement est en vigueur."),
        HitRecordState.Amended => speech.Say("The record was amended since; this is what it says now.", "Le signalement a été modifié depuis ; voici ce qu’il dit maintenant."),
        HitRecordState.Ended => speech.Say("The record was withdrawn or has expired since.", "Le signalement a été retiré ou a expiré depuis."),
        HitRecordState.EndedBefore => speech.Say(
            "The record had ended before the hit was told: the asker had not heard of it yet. Tell it that there is nothing to act upon.",
            "Le signalement avait pris fin avant que la concordance ne soit annoncée : le demandeur ne le savait pas encore. Dites-lui qu’il n’y a pas lieu d’agir."),
        _ => speech.Say("This State has no such record for that member. Ask it what it saw.", "Cet État n’a pas de tel signalement pour ce membre. Demandez-lui ce qu’il a vu."),
    };
}
