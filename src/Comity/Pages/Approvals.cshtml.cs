using Comity.Core.Access;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Recovery;
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

    /// <summary>Whether there are logs to end, and the person may propose it.</summary>
    public bool MayProposeEpoch => May(new Act.Operate()) && Node.Context.Membership.Past.Now.Ahead.Count > 0;

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

    public async Task<IActionResult> OnPostEpochAsync()
    {
        if (!May(new Act.Operate()))
        {
            return Refuse(ProblemKind.Forbidden);
        }

        var reason = Sent("epoch-reason");
        if (!NewEpoch.IsReason(reason))
        {
            Fault("epoch-reason", new Words($"Give a reason of at most {NewEpoch.LongestReason} characters on one line.", $"Donnez un motif d’au plus {NewEpoch.LongestReason} caractères sur une ligne."));
            Load();
            return Page();
        }

        var (payload, fault) = Node.Context.Store.Read(session => (NewEpoch.Of(session, Node.Context.Membership, reason!, [], out var wrong), wrong));
        var problem = fault is null ? (await Node.Approvals.ProposeAsync(Actor, NewEpoch.KindName, payload, reason)).Problem : Problem.Of(ProblemKind.Conflict);
        return problem is null ? Done("/approvals", new("Proposed: another person decides.", "Proposé : une autre personne décide.")) : Refuse(problem);
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
