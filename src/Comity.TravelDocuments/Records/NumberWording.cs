using Comity.Core.Registers;
using Comity.Emrtd;

namespace Comity.TravelDocuments.Records;

/// <summary>Says in words why a text is no document number.</summary>
internal static class NumberWording
{
    public static Words Of(DocumentNumberFault fault) => new(fault.ToString(), fault.Kind switch
    {
        DocumentNumberFaultKind.Empty => "Le numéro du document n’a ni lettre ni chiffre.",
        DocumentNumberFaultKind.TooLong => $"Le numéro du document a plus de {DocumentNumber.MaxLength} lettres et chiffres, à partir du caractère {fault.Position + 1}.",
        _ => $"Le caractère {fault.Position + 1} du numéro n’est pas admis ; seuls A–Z, 0–9, <, espace, tiret, point et barre le sont.",
    });
}
