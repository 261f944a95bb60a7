using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Web.Pages;

/// <summary>Purposes in words; the charter names them by code. One that is not known here is shown by its code.</summary>
public static class PurposeWords
{
    private static readonly Dictionary<string, Words> Known = new(StringComparer.Ordinal)
    {
        ["border-control"] = new("Border control", "Contrôle aux frontières"),
        ["police-check"] = new("Police check", "Contrôle de police"),
        ["document-issuance"] = new("Issuing of documents", "Délivrance de documents"),
        ["visa-issuance"] = new("Issuing of visas", "Délivrance de visas"),
        ["asylum"] = new("Asylum", "Asile"),
    };

    /// <summary>The purpose in words.</summary>
    public static Words Of(Purpose purpose) => Known.GetValueOrDefault(purpose.ToString()) ?? new Words(purpose.ToString().Replace('-', ' '), purpose.ToString().Replace('-', ' '));
}
