using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages;

/// <summary>Officers' accounts and desks. What changes an account is proposed here and decided under approvals.</summary>
public sealed class AccountsModel : NodePage
{
    public IReadOnlyList<Officer> All => Node.People.Officers.List();

    public IReadOnlyList<string> Desks => Node.People.Desks.List();

    /// <summary>The account that is being changed; null for a new one.</summary>
    public Officer? Changing { get; private set; }

    public DateTimeOffset? WaitsUntil(Officer officer) => Node.People.LockOuts.WaitUntil(Node.People.LockOuts.Account(officer.Name.ToString()));

    protected override IEnumerable<Act> Acts => [new Act.Administer()];

    public void OnGet(string? id) => Changing = id is null ? null : Node.People.Officers.Find(id);

    public async Task<IActionResult> OnPostAsync(string? id, string? name, string? desk, string[]? roles, string? purposes, string? language, string? reason)
    {
        Changing = id is null ? null : Node.People.Officers.Find(id);
        var (draft, faults) = OfficerDraft.Read(name, desk, roles, purposes?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries), language);
        foreach (var (field, text) in faults)
        {
            ModelState.AddModelError(field, field switch
            {
                "name" => Say("The name must be 3 to 60 of a to z, 0 to 9, dot, hyphen, at sign, and begin with a letter", "L’identifiant doit avoir de 3 à 60 caractères parmi a à z, 0 à 9, point, tiret, arobase, et commencer par une lettre"),
                "roles" => Say("Choose at least one role", "Choisissez au moins un rôle"),
                "purposes" => Say("Purposes are lower-case words joined by hyphens", "Les finalités sont des mots en minuscules joints par des tirets"),
                _ => text,
            });
        }

        if (!Approvals.IsReason(reason))
        {
            ModelState.AddModelError("reason", Say("Say why, in at most 500 characters", "Dites pourquoi, en 500 caractères au plus"));
        }

        return ModelState.IsValid ? await ProposeAsync(id is null ? Node.Officers.Make(draft!) : OfficerActs.Change(id, draft!), reason) : Page();
    }

    public Task<IActionResult> OnPostResetAsync(string id, string? reason) => ProposeAsync(OfficerActs.Reset(id), reason);

    public Task<IActionResult> OnPostCloseAsync(string id, string? reason) => ProposeAsync(OfficerActs.Close(id), reason);

    public async Task<IActionResult> OnPostUnlockAsync(string id)
    {
        if (Node.People.Officers.Find(id) is not { Active: true } officer)
        {
            return Refuse(ProblemKind.NotFound);
        }

        await Node.People.SignIn.UnlockAsync(Actor, officer);
        return Done("/accounts", new("The account may try again at once.", "Le compte peut réessayer immédiatement."));
    }

    public async Task<IActionResult> OnPostDeskAsync(string? declare)
    {
        if (!Core.Access.Officers.Desks.IsName(declare))
        {
            ModelState.AddModelError("declare", Say("A desk has 1 to 60 characters on one line", "Un bureau a de 1 à 60 caractères sur une ligne"));
            return Page();
        }

        await Node.People.Desks.DeclareAsync(Actor, declare!);
        return Done("/accounts", new("The desk is declared.", "Le bureau est déclaré."));
    }

    private async Task<IActionResult> ProposeAsync(System.Text.Json.Nodes.JsonObject payload, string? reason)
    {
        var (approval, problem) = await Node.Approvals.ProposeAsync(Actor, OfficerActs.KindName, payload, reason);
        if (approval is not null)
        {
            return Done("/approvals", new("Proposed; a second person decides.", "Proposé ; une seconde personne décide."));
        }

        if (problem!.Code != "invalid")
        {
            return Refuse(problem);
        }

        ModelState.AddModelError("", Say("It cannot be proposed: the name is another account's, the desk was not declared, or the reason is missing.", "Proposition impossible : identifiant déjà pris, bureau non déclaré ou motif absent."));
        return Page();
    }
}
