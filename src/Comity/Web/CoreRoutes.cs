using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>The routes of the core: how the node stands, tokens, charters, feeds, ledger.</summary>
internal static class CoreRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        SignInRoutes.Map(routes);
        StatusRoutes.Map(routes.MapGroup("").WithTags("Node"));
        TokenRoutes.Map(routes.MapGroup("/tokens").WithTags("Tokens"));
        ApprovalRoutes.Map(routes.MapGroup("/approvals").WithTags("Approvals"));
        OfficerRoutes.Map(routes.MapGroup("/officers").WithTags("Officers"), routes.MapGroup("/desks").WithTags("Officers"));
        MyRoutes.Map(routes.MapGroup("/me").WithTags("My account"));
        FeedRoutes.Map(routes.MapGroup("/feeds").WithTags("Feeds"));
        LedgerRoutes.Map(routes.MapGroup("/ledger").WithTags("Ledger"));
    }

    /// <summary>Null where it is allowed.</summary>
    public static IResult? Refused(HttpContext http, Node node, Act act) =>
        Gate.Decide(node.Context.Membership, http.Actor(), act) is { } refused ? Api.Refuse(refused) : null;
}
