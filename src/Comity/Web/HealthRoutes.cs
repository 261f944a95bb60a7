using System.Globalization;
using Comity.Core;
using Comity.Core.Processes;
using Comity.Core.Storage;

namespace Comity.Web;

/// <summary>Liveness and readiness, for whoever watches the process: no token, no secrets. A token that is sent all the same is not read, so that the answer never waits for the store.</summary>
internal static class HealthRoutes
{
    public static void Map(IEndpointRouteBuilder routes, Node node)
    {
        routes.MapGet("/health", () => TypedResults.Text("alive")).ExcludeFromDescription().AllowAnonymous().ShortCircuit();
        routes.MapGet("/ready", () => NotReady(node) is { } reason
            ? Results.Text(reason, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text(node.Protection is { State: ProtectionState.Unprotected } bare ? $"ready, unprotected: {bare.Detail}" : "ready")).ExcludeFromDescription().AllowAnonymous().ShortCircuit();
    }

    private static string? NotReady(Node node)
    {
        if (node.Context.Store.Broken is not null)
        {
            return "the store is broken";
        }

        if (node.Context.Membership.Past.Refuses(node.Context.Membership.Ledger.Origin) is { } reason)
        {
            return reason;   // not even a check can be answered: it could not be written down
        }

        try
        {
            node.Context.Store.Read(session => session.First("SELECT 1", row => row.GetInt64(0)));
        }
        catch (StorageException)
        {
            return "the database is away";
        }

        return node.Follower.Lag is var lag && lag > Follower.MostLag
            ? string.Create(CultureInfo.InvariantCulture, $"behind: the database has acknowledged nothing to this process for {lag.TotalSeconds:0.0} s")
            : null;
    }
}
