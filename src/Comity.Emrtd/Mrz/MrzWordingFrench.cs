namespace Comity.Emrtd.Mrz;

public sealed partial class MrzWording
{
    /// <summary>French. The part stands in brackets, so that no article has to fit it.</summary>
    public static MrzWording French { get; } = new(
        new Dictionary<MrzPart, string>
        {
            [MrzPart.Line] = "ligne",
            [MrzPart.DocumentCode] = "code du document",
            [MrzPart.IssuingState] = "État émetteur",
            [MrzPart.Name] = "nom",
            [MrzPart.DocumentNumber] = "numéro du document",
            [MrzPart.Nationality] = "nationalité",
            [MrzPart.DateOfBirth] = "date de naissance",
            [MrzPart.Sex] = "sexe",
            [MrzPart.DateOfExpiry] = "date d’expiration",
            [MrzPart.OptionalData] = "données facultatives",
            [MrzPart.OptionalData2] = "autres données facultatives",
            [MrzPart.Composite] = "zone entière",
        },
        new Dictionary<MrzFindingCode, string>
        {
            [MrzFindingCode.LineBreaksLost] = "Les lignes sont arrivées sans retour à la ligne ou avec des espaces ; elles ont été coupées d’après leur longueur.",
            [MrzFindingCode.LowerCase] = "La ligne {line} a des minuscules à partir de la colonne {column} ; elles ont été mises en majuscules.",
            [MrzFindingCode.LineTooShort] = "La ligne {line} a {found} caractères au lieu de {expected} ; elle a été complétée à la fin.",
            [MrzFindingCode.LineTooLong] = "La ligne {line} a {found} caractères au lieu de {expected} ; le remplissage de la fin a été ôté.",
            [MrzFindingCode.InvalidCharacter] = "« {found} », ligne {line}, colonne {column} ({part}), n’est pas un caractère de zone de lecture automatique.",
            [MrzFindingCode.CharacterNotAllowedHere] = "« {found} », ligne {line}, colonne {column}, n’a pas sa place ici ({part}).",
            [MrzFindingCode.FillerOutOfPlace] = "Un caractère de remplissage est mal placé, ligne {line}, colonne {column} ({part}).",
            [MrzFindingCode.FieldEmpty] = "Ce champ est vide : {part} (ligne {line}, colonne {column}).",
            [MrzFindingCode.CheckDigitWrong] = "Le chiffre de contrôle ({part}) est « {found} » (ligne {line}, colonne {column}) ; les caractères donnent {expected}.",
            [MrzFindingCode.CheckDigitMissing] = "Le chiffre de contrôle ({part}) manque (ligne {line}, colonne {column}) ; les caractères donnent {expected}.",
            [MrzFindingCode.CheckDigitNotComputable] = "Le chiffre de contrôle ({part}, ligne {line}, colonne {column}) ne peut être vérifié : un caractère n’est pas admis.",
            [MrzFindingCode.DateImpossible] = "« {found} » n’est pas une date ({part}, ligne {line}, colonne {column}).",
            [MrzFindingCode.UnknownDatePartSpelling] = "« {found} », ligne {line}, colonne {column}, est pris pour une partie inconnue ({part}) ; la norme écrit « << ».",
            [MrzFindingCode.DateIncomplete] = "N’est pas entièrement connu : {part}, {found}.",
            [MrzFindingCode.SexUnlisted] = "« {found} », ligne {line}, colonne {column}, n’est pas une mention de sexe ; la norme connaît F, M ou « < ».",
            [MrzFindingCode.StateCodeUnknown] = "« {found} » ({part}, ligne {line}, colonne {column}) ne figure dans aucune table de codes d’États.",
            [MrzFindingCode.StateCodeUserAssigned] = "« {found} » ({part}, ligne {line}, colonne {column}) est un code que la norme ISO 3166-1 laisse à ses utilisateurs.",
            [MrzFindingCode.StateCodeNotAnIssuer] = "« {found} » (ligne {line}, colonne {column}) est un code pour des personnes sans nationalité ; nul ne délivre de documents sous ce code.",
            [MrzFindingCode.DocumentCodeUnexpected] = "Le code du document « {found} » (ligne {line}, colonne {column}) n’appartient pas à ce format, qui porte {expected}.",
            [MrzFindingCode.DocumentSubtypeUnlisted] = "« {found} », ligne {line}, colonne {column}, n’est pas une sorte de passeport que la norme énumère.",
            [MrzFindingCode.NamePossiblyTruncated] = "Le nom remplit son champ jusqu’au bout (ligne {line}, colonne {column}) ; il peut avoir été coupé.",
            [MrzFindingCode.LongNumberMalformed] = "Le numéro du document semble continuer ligne {line}, colonne {column}, mais ni chiffre de contrôle ni remplissage ne le terminent.",
        },
        new Dictionary<MrzRefusalReason, string>
        {
            [MrzRefusalReason.Empty] = "Il n’y a pas de texte.",
            [MrzRefusalReason.TooLong] = "Le texte a {found} caractères ; une zone de lecture automatique avec ses abords en a {expected} au plus.",
            [MrzRefusalReason.LineCount] = "Il y a {found} ligne(s) ; une zone de lecture automatique en a deux ou trois.",
            [MrzRefusalReason.LineLength] = "La ligne {line} a {found} caractères au lieu de {expected} (colonne {column}).",
        });
}
