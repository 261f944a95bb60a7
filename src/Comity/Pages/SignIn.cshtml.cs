using Comity.Core;
using Comity.Core.Access.SigningIn;
using Comity.Core.Registers;
using Comity.Core.Web;
using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Comity.Pages;

/// <summary>Sign-in by password and one-time code, or by passkey (the script does that through the API).</summary>
[AllowAnonymous]
public sealed class SignInModel(Node node) : PageModel
{
    /// <summary>Where to go then: a page of this node.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Next { get; set; }

    /// <summary>What is said on top; null for nothing.</summary>
    public Words? Refusal { get; private set; }

    public string Destination => Url.IsLocalUrl(Next) ? Next! : "/";

    public IActionResult OnGet() => HttpContext.ActorOrNull() is null ? Page() : LocalRedirect(Destination);

    public async Task<IActionResult> OnPostAsync(string? name, string? password, string? code)
    {
        var outcome = await node.People.SignIn.ByPasswordAsync(name, password, code, HttpContext.Connection.RemoteIpAddress, HttpContext.RequestAborted);
        if (outcome is SignInOutcome.Done done)
        {
            SessionCookie.Write(HttpContext, done.Secret);
            HttpContext.Prefer(done.Officer.Language == "fr" ? Language.French : Language.English);
            return LocalRedirect(Destination);
        }

        ModelState.Clear();   // what was typed is not shown again, but for the name
        ModelState.SetModelValue("name", name, name);
        ModelState.AddModelError("name", HttpContext.Speech().Say(outcome.Words!));
        return Page();
    }
}
