using Comity.Core.Web.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Comity.Pages;

/// <summary>Remembers a language and goes back to the page.</summary>
[AllowAnonymous]
public sealed class LanguageModel : PageModel
{
    public IActionResult OnGet(string tag, string? back)
    {
        HttpContext.Prefer(tag == "fr" ? Language.French : Language.English);
        return LocalRedirect(Url.IsLocalUrl(back) ? back : "/");
    }
}
