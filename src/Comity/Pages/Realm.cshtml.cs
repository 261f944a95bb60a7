using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Web.Pages;
using Comity.Web;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages;

/// <summary>Goes from live to exercise and back. By a form only: nobody is led into the other realm by a link.</summary>
public sealed class RealmModel : NodePage
{
    protected override IEnumerable<Act> Acts => [new Act.Look()];

    public IActionResult OnGet() => LocalRedirect("/");

    public IActionResult OnPost(string? to)
    {
        if (RealmText.TryParse(to, out var realm) && Node.Context.Membership.Allows(realm))
        {
            PageHost.SetRealm(HttpContext, realm);
        }

        return LocalRedirect("/");
    }
}
