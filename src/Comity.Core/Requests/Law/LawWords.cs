using Comity.Core.Registers;

namespace Comity.Core.Requests.Law;

/// <summary>How people say what statements say in codes.</summary>
internal static class LawWords
{
    public static Words Of(Authoriser authoriser) => authoriser switch
    {
        Authoriser.Desk => new("the desk itself authorises", "autorisé par le bureau même"),
        Authoriser.Police => new("a senior police officer authorises", "autorisé par un officier supérieur de police"),
        Authoriser.Prosecutor => new("a prosecutor authorises", "autorisé par un procureur"),
        Authoriser.Judge => new("a judge authorises", "autorisé par un juge"),
        Authoriser.Minister => new("a minister or central authority authorises", "autorisé par un ministre ou l’autorité centrale"),
        _ => throw new ArgumentOutOfRangeException(nameof(authoriser)),
    };

    public static Words Of(ForeignOfficers foreign) => foreign switch
    {
        ForeignOfficers.No => new("no foreign officers", "pas d’agents étrangers"),
        ForeignOfficers.Present => new("foreign officers may be present", "présence d’agents étrangers possible"),
        ForeignOfficers.ByAgreement => new("foreign officers by agreement", "agents étrangers par accord"),
        _ => throw new ArgumentOutOfRangeException(nameof(foreign)),
    };
}
