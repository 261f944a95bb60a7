using Comity.Core.Registers;

namespace Comity.TravelDocuments.Records;

/// <summary>What became of a record, in words, where it was not published.</summary>
internal static class ChangeWords
{
    public static Words Of(string outcome) => outcome switch
    {
        "differs" => new("A record about this document is in force and says something else: amend that one.", "Un signalement de ce document est en vigueur et dit autre chose : modifiez celui-là."),
        "otherAudience" => new("A record about this document is in force for another audience: withdraw that one first.", "Un signalement de ce document est en vigueur pour d’autres destinataires : retirez d’abord celui-là."),
        "unchanged" => new("The very same record was in force already.", "Le même signalement était déjà en vigueur."),
        _ => new("This record was not taken.", "Ce signalement n’a pas été accepté."),
    };
}
