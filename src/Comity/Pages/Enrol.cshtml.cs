using Comity.Core;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Core.Web.Pages;
using Comity.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Comity.Pages;

/// <summary>With a one-time code an officer chooses a password and an authenticator app, or a passkey.</summary>
[AllowAnonymous]
public sealed class EnrolModel(Node node) : PageModel
{
    /// <summary>Whose code it is; null before it was given.</summary>
    public Officer? Officer { get; private set; }

    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public string? Ticket { get; set; }

    /// <summary>The app's secret in groups of four, as it is typed.</summary>
    public string Secret { get; private set; } = "";

    /// <summary>The same for an app on this very device.</summary>
    public string Link { get; private set; } = "";

    public void OnGet()
    {
    }

    /// <summary>The code alone: shows what to choose.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        if (await FindAsync())
        {
            Show(node.People.Credentials.NewSecret(Officer!));
        }

        return Page();
    }

    /// <summary>Everything: enrols.</summary>
    public async Task<IActionResult> OnPostChooseAsync(string? password, string? again, string? totp)
    {
        if (!await FindAsync())
        {
            return Page();
        }

        if (password != again)
        {
            ModelState.AddModelError("again", HttpContext.Speech().Say("The two passwords are not the same", "Les deux mots de passe diffèrent"));
        }
        else
        {
            using var place = await Passwords.EnterAsync(HttpContext.RequestAborted);
            foreach (var (field, reason) in await node.People.Credentials.EnrolAsync(Code, password, Ticket, totp))
            {
                ModelState.AddModelError(field == "ticket" ? "totp" : field, HttpContext.Speech().Say(Label(field).En + " " + reason.En, Label(field).Fr + " " + reason.Fr));
            }

            if (ModelState.IsValid)
            {
                return LocalRedirect("/sign-in");
            }
        }

        // The same secret again: it is in the app by now.
        if (node.People.Credentials.SecretOf(Officer!, Ticket) is { } secret)
        {
            Show((secret, Ticket!));
        }
        else
        {
            Show(node.People.Credentials.NewSecret(Officer!));
        }

        return Page();
    }

    private static Core.Registers.Words Label(string field) => field switch
    {
        "password" => new("The password", "Le mot de passe"),
        "totp" => new("This", "Ceci"),
        "ticket" => new("This page", "Cette page"),
        _ => new("The code", "Le code"),
    };

    private async Task<bool> FindAsync()
    {
        Officer = await SignInRoutes.HolderAsync(Code, HttpContext, node);
        if (Officer is null)
        {
            ModelState.AddModelError("code", HttpContext.Speech().Say("The code " + Credentials.CodeFault.En, "Le code " + Credentials.CodeFault.Fr));
        }

        return Officer is not null;
    }

    private void Show((byte[] Secret, string Ticket) made)
    {
        Secret = string.Join(' ', Totp.ToText(made.Secret).Chunk(4).Select(group => new string(group)));
        Link = Totp.ToUri(made.Secret, SignInRoutes.Issuer(node), Officer!.Name.ToString());
        ModelState.Remove("Ticket");
        Ticket = made.Ticket;
    }
}
