using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>API tokens.</summary>
internal static class TokenRoutes
{
    public sealed record Request(string? Desk, IReadOnlyList<string>? Rights, IReadOnlyList<string>? Purposes, int? Days);

    public sealed record View(string Id, string Desk, string Rights, IReadOnlyList<string> Purposes, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset? Revoked, string? Officer);

    public sealed record Made(string Token, View Details);

    /// <summary>What a system may have; the others are for persons.</summary>
    private static readonly Rights[] OfSystems = [Rights.Check, Rights.Publish, Rights.Audit, Rights.Operate, Rights.Protect];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", List).WithName("ListTokens").WithSummary("All tokens; never their secrets.").Produces<IReadOnlyList<View>>();
        routes.MapPost("", MakeAsync).WithName("MakeToken").WithSummary("Make a token; its secret is in the answer and nowhere else.").Produces<Made>();
        routes.MapDelete("/{id}", RevokeAsync).WithName("RevokeToken").WithSummary("Revoke a token.");
    }

    /// <summary>Reads rights and purposes as they are written on the command line and in the API.</summary>
    public static string? Read(string? desk, IEnumerable<string> rights, IEnumerable<string> purposes, int days, out Rights allowed, out List<Purpose> served)
    {
        (allowed, served) = (Rights.None, []);
        foreach (var text in rights)
        {
            if (!Enum.TryParse<Rights>(text, ignoreCase: true, out var right) || !OfSystems.Contains(right))
            {
                return "rights must be check, publish, audit, operate or protect";
            }

            allowed |= right;
        }

        foreach (var text in purposes)
        {
            if (!Purpose.TryParse(text, null, out var purpose))
            {
                return "purposes must be lower-case words joined by hyphens";
            }

            served.Add(purpose);
        }

        return desk is not { Length: > 0 and <= 60 } || desk.Any(char.IsControl) ? "desk must have 1 to 60 characters on one line"
            : allowed == Rights.None ? "rights must name at least one"
            : days is < 1 or > 3650 ? "days must be 1 to 3650"
            : null;
    }

    public static View Show(TokenRow row) => new(
        row.Id, row.Desk, row.Rights.ToString().ToLowerInvariant(), [.. row.Purposes.Select(purpose => purpose.ToString())], row.Created, row.Expires, row.Revoked, row.Officer);

    private static IResult List(HttpContext http, Node node) =>
        CoreRoutes.Refused(http, node, new Act.Operate()) ?? TypedResults.Ok(node.Tokens.List().Select(Show).ToList());

    private static async Task<IResult> MakeAsync(Request request, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        var fault = Read(request.Desk, request.Rights ?? [], request.Purposes ?? [], request.Days ?? 365, out var rights, out var purposes);
        if (fault is not null)
        {
            return Api.Invalid(fault.Split(' ')[0], fault[(fault.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        }

        var (secret, row) = await node.Tokens.MakeAsync(http.Actor(), request.Desk!, rights, purposes, TimeSpan.FromDays(request.Days ?? 365));
        return TypedResults.Ok(new Made(secret, Show(row)));
    }

    private static async Task<IResult> RevokeAsync(string id, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Operate()) is { } refused)
        {
            return refused;
        }

        return await node.Tokens.RevokeAsync(http.Actor(), id) ? Results.Ok(new { outcome = "revoked" }) : Api.Refuse(ProblemKind.NotFound);
    }
}
