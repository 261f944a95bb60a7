using Comity.Core.Access.TwoPersons;
using Comity.Core.Registers;

namespace Comity.Pages;

/// <summary>Where a proposal stands, in words.</summary>
internal static class ApprovalWords
{
    public static Words Of(ApprovalState state) => state switch
    {
        ApprovalState.Waiting => new("waits for a second person", "attend une seconde personne"),
        ApprovalState.Approved => new("approved", "approuvé"),
        ApprovalState.Refused => new("refused", "refusé"),
        ApprovalState.Withdrawn => new("taken back", "retiré"),
        ApprovalState.Lapsed => new("lapsed: nobody decided in time", "caduc : personne n’a décidé à temps"),
        ApprovalState.Alone => new("done alone, to be countersigned", "fait par une personne seule, à contresigner"),
        ApprovalState.Countersigned => new("done alone, countersigned", "fait par une personne seule, contresigné"),
        _ => new("done alone; a second person objected", "fait par une personne seule ; une seconde personne s’y est opposée"),
    };
}
