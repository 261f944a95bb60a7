using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Ledger;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages.Ledger;

/// <summary>One entry, what proves it, and the file that proves it to others.</summary>
public sealed class EntryModel : NodePage
{
    public ProvedEntry Entry { get; private set; } = null!;

    protected override IEnumerable<Act> Acts => [new Act.Audit()];

    public IActionResult OnGet(long index, int? epoch)
    {
        if (ProvedEntry.Find(Node.Context, index, epoch) is not { } entry)
        {
            return Refuse(ProblemKind.NotFound);
        }

        Entry = entry;
        return Page();
    }

    public IActionResult OnGetProof(long index, int? epoch) => LedgerProofFile.Make(Node.Context, index, epoch) is { } file
        ? File(file, "application/json", $"ledger-{Node.Context.Membership.Self}-{(epoch is null ? "" : $"{epoch}-")}{index}.proof.json")
        : Refuse(ProblemKind.NotFound);
}
