using Comity.Core;
using Comity.Core.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Comity.Pages;

/// <summary>Ends the session. By a form only.</summary>
[AllowAnonymous]
public sealed class SignOutModel(Node node) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/");

    public async Task<IActionResult> OnPostAsync()
    {
        if (SessionCookie.Read(HttpContext) is { } secret)
        {
            await node.People.Sessions.CloseAsync(secret);
            SessionCookie.Clear(HttpContext);
        }

        return LocalRedirect("/sign-in");
    }
}
