using Comity.Core.Access;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages;

/// <summary>Acts that need two persons: what waits for me, what I proposed, what is to be countersigned, what was decided.</summary>
public sealed class ApprovalsModel : NodePage
{
    public IReadOnlyList<ApprovalView> All { get; private set; } = [];

    /// <summary>What the last look opened, as JSON; null for no look.</summary>
    public string? Opened { get; private set; }

    protected override IEnumerable<Act> Acts => [new Act.Look()];

    public void OnGet() => Load();

    public async Task<IActionResult> OnPostAsync(string? id, string? act, string? reason)
    {
        id ??= "";
        if (act == "look")
        {
            return await LookAsync(id);
        }

        var (problem, done) = act switch
        {
            "approve" => (await Node.Approvals.DecideAsync(Actor, id, true, reason), new Words("Approved and carried out.", "Approuvé et exécuté.")),
            "refuse" => (await Node.Approvals.DecideAsync(Actor, id, false, reason), new Words("Refused.", "Refusé.")),
            "countersign" => (await Node.Approvals.CloseAsync(Actor, id, true, reason), new Words("Countersigned.", "Contresigné.")),
            "object" => (await Node.Approvals.CloseAsync(Actor, id, false, reason), new Words("Your objection is recorded.", "Votre objection est enregistrée.")),
            "withdraw" => (await Node.Approvals.WithdrawAsync(Actor, id), new Words("Taken back.", "Retiré.")),
            "break-glass" => (await Node.Approvals.BreakGlassAsync(Actor, id, reason), new Words("Carried out; it waits to be countersigned.", "Exécuté ; à contresigner.")),
            _ => (Problem.Of(ProblemKind.Invalid), new Words("", "")),
        };
        if (problem is null)
        {
            return Done("/approvals", done);
        }

        if (problem.Code is not ("invalid" or "conflict"))
        {
            return Refuse(problem);
        }

        ModelState.AddModelError("", problem.Code == "conflict"
            ? Say("This was decided already, or its time is over.", "Cela a déjà été décidé, ou le délai est écoulé.")
            : Say("It cannot be carried out: a reason of 1 to 500 characters is needed, or things have changed meanwhile.", "Impossible : un motif de 1 à 500 caractères est requis, ou la situation a changé entre-temps."));
        Load();
        return Page();
    }

    private async Task<IActionResult> LookAsync(string id)
    {
        var (opened, problem) = await Node.Approvals.LookAsync(Actor, id);
        if (opened is null)
        {
            return Refuse(problem!);
        }

        Opened = opened.ToJsonString(new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Load();
        return Page();
    }

    private void Load() => All = Node.Approvals.List(Actor);
}
