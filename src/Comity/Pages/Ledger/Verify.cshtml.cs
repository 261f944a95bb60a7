using Comity.Core.Access;
using Comity.Core.Ledger;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages.Ledger;

/// <summary>Has all logs walked, with progress; verifies a proof file of anybody's.</summary>
public sealed class VerifyModel : NodePage
{
    public VerificationState? Walk { get; private set; }

    public LedgerProofVerdict? Verdict { get; private set; }

    protected override IEnumerable<Act> Acts => [new Act.Audit()];

    public void OnGet() => Walk = Node.Verification.Last;

    public async Task<IActionResult> OnPostWalkAsync()
    {
        await Node.Verification.StartAsync(Actor);
        return LocalRedirect("/ledger/verify");
    }

    public async Task<IActionResult> OnPostFileAsync(IFormFile? proof, CancellationToken cancel)
    {
        OnGet();
        if (proof is null || proof.Length is 0 or > LedgerProofFile.MaxBytes)
        {
            Fault("proof", new("Choose a proof file.", "Choisissez un fichier de preuve."));
            return Page();
        }

        using var buffer = new MemoryStream();
        await proof.CopyToAsync(buffer, cancel);
        Verdict = LedgerProofFile.Check(buffer.ToArray(), null);
        return Page();
    }
}
