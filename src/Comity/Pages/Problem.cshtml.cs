using Comity.Core.Exchange;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Comity.Home;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Comity.Pages;

/// <summary>Tells that something was refused, is not there or failed: one wording for each, whatever lies behind it.</summary>
[AllowAnonymous, IgnoreAntiforgeryToken]
public sealed class ProblemModel(NodeOptions options) : PageModel
{
    public sealed record Wordings(Words Title, Words What);

    public string Contact => options.DutyContact;

    public Wordings Wording => (HttpContext.Refusal() ?? Problem.Of(ProblemKind.NotFound)) switch
    {
        { Code: "unauthenticated" } => new(
            new("You are not signed in", "Vous n’êtes pas connecté"),
            new("This page is for people who are signed in.", "Cette page est réservée aux personnes connectées.")),
        { Status: 403 } => new(
            new("This is not for you", "Cela ne vous est pas permis"),
            new("You may not see or do this. Whether there is anything here is not said to anybody who may not know it.", "Vous ne pouvez ni voir ni faire cela. À qui ne doit pas le savoir, il n’est pas dit s’il y a quelque chose ici.")),
        { Code: "too-large" } => new(
            new("That is too large", "C’est trop volumineux"),
            new("The node takes less than that at once. Send it in parts.", "Le nœud n’accepte pas autant à la fois. Envoyez-le en plusieurs parties.")),
        { Status: 429 } => new(
            new("Too many requests", "Trop de demandes"),
            new("There were too many requests within this minute. Try again in a minute.", "Il y a eu trop de demandes en une minute. Réessayez dans une minute.")),
        { Code: "unavailable" } => new(
            new("Not possible right now", "Impossible pour le moment"),
            new("The node cannot do this now. Nothing was changed. Try again in a moment.", "Le nœud ne peut pas le faire maintenant. Rien n’a été modifié. Réessayez dans un instant.")),
        { Code: "revocations-stale" } => new(
            new("Refused until revocations are known again", "Refusé jusqu’à ce que les révocations soient connues"),
            new("No partner could be asked for too long which keys were revoked, and the charter does not let this be used without. Ask by telephone; tell the operator.", "Aucun partenaire n’a pu dire depuis trop longtemps quelles clés sont révoquées, et la charte ne permet pas de s’en passer. Demandez par téléphone ; avertissez l’opérateur.")),
        { Code: "invalid" } => new(
            new("This cannot be carried out", "Cela ne peut pas être exécuté"),
            new("The form is too old or incomplete. Nothing was changed. Open the page again and repeat.", "Le formulaire est trop ancien ou incomplet. Rien n’a été modifié. Rouvrez la page et recommencez.")),
        { Status: >= 500 } => new(
            new("The node failed to do this", "Le nœud n’y est pas parvenu"),
            new("Its operator finds why in the log. What was confirmed before is safe.", "Son opérateur en trouvera la raison dans le journal. Ce qui a été confirmé auparavant est conservé.")),
        _ => new(
            new("There is no such page", "Cette page n’existe pas"),
            new("It is not there, or it is not for you to know.", "Elle n’existe pas, ou elle ne vous est pas destinée.")),
    };

    public void OnGet()
    {
        if (HttpContext.Refusal() is null)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
