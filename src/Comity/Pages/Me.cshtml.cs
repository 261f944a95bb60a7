using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Core.Exchange;
using Comity.Core.Web;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages;

/// <summary>An officer's own account.</summary>
public sealed class MeModel : NodePage
{
    public Officer? Officer { get; private set; }

    public IReadOnlyList<SessionRow> Sessions => Node.People.Sessions.Of(Officer!.Id);

    public IReadOnlyList<PasskeyRow> Passkeys => Node.People.Passkeys.Of(Officer!.Id);

    public IReadOnlyList<TokenRow> Tokens => Node.Tokens.Of(Officer!.Id);

    public bool IsThis(SessionRow session) => HttpContext.Session()?.Row.Id == session.Id;

    protected override IEnumerable<Act> Acts => [new Act.Look()];

    public IActionResult OnGet() => Find() ? Page() : Refuse(ProblemKind.Forbidden);

    public Task<IActionResult> OnPostSessionAsync(string? id) => ChangeAsync("The session is over.", "La session est terminée.", officer => Node.People.Sessions.CloseAsync(officer.Id, id ?? ""));

    public Task<IActionResult> OnPostTokenAsync(string? id) => ChangeAsync("The token is revoked.", "Le jeton est révoqué.", officer => Node.Tokens.RevokeAsync(Actor, id ?? "", officer.Id));

    public Task<IActionResult> OnPostPasskeyAsync(string? id) => ChangeAsync("The passkey is gone.", "La clé d’accès est supprimée.", officer => Node.People.Passkeys.RemoveAsync(officer, id ?? ""));

    public Task<IActionResult> OnPostLanguageAsync(string? language) => ChangeAsync("The language is set.", "La langue est choisie.", async officer =>
    {
        await Node.People.Officers.SetLanguageAsync(officer.Id, language == "fr" ? "fr" : "en");
        HttpContext.Prefer(language == "fr" ? Language.French : Language.English);
        return true;
    });

    public async Task<IActionResult> OnPostEverywhereAsync()
    {
        if (!Find())
        {
            return Refuse(ProblemKind.Forbidden);
        }

        await Node.People.Sessions.CloseAllAsync(Officer!.Id);
        SessionCookie.Clear(HttpContext);
        return LocalRedirect("/sign-in");
    }

    private bool Find() => (Officer = Actor.Person is { } person ? Node.People.Officers.Find(person) : null) is not null;

    private async Task<IActionResult> ChangeAsync(string en, string fr, Func<Officer, Task<bool>> change) =>
        !Find() ? Refuse(ProblemKind.Forbidden) : await change(Officer!) ? Done("/me", new(en, fr)) : Refuse(ProblemKind.NotFound);
}
