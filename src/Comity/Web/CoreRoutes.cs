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
        RecoveryRoutes.Map(routes.MapGroup("/recovery").WithTags("Recovery"));
        LedgerRoutes.Map(routes.MapGroup("/ledger").WithTags("Ledger"));
        RequestRoutes.Map(routes.MapGroup("/requests").WithTags("Requests"));
        HitRoutes.Map(routes.MapGroup("/hits").WithTags("Hits"));
        LawRoutes.MapLaw(routes.MapGroup("/law").WithTags("Law"));
        LawRoutes.MapObstacles(routes.MapGroup("/obstacles").WithTags("Law"));
    }

    /// <summary>Null where it is allowed.</summary>
    public static IResult? Refused(HttpContext http, Node node, Act act) =>
        Gate.Decide(node.Context.Membership, http.Actor(), act) is { } refused ? Api.Refuse(refused) : null;

    /// <summary>The request's body, as far as the server lets one be.</summary>
    public static async Task<byte[]> BodyAsync(HttpContext http, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, cancel);
        return buffer.ToArray();
    }
}
