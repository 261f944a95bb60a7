using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Law;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>What partners can do by their law, and what stood in the way.</summary>
internal static class LawRoutes
{
    public sealed record StatementView(string Member, int Version, DateTimeOffset Expires, Words Summary, JsonObject Statement);

    public sealed record ObstacleView(string Member, int Version, DateTimeOffset Expires, JsonObject Obstacle);

    public sealed record StatementPage(IReadOnlyList<StatementView> Statements);

    public sealed record ObstaclePage(IReadOnlyList<ObstacleView> Obstacles);

    public sealed record Done(string Outcome, string? Id = null);

    public static void MapLaw(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", ListStatements).WithName("ListLaw").WithSummary("What members say of their law, by member and kind of request.").Produces<StatementPage>();
        routes.MapPost("", StateAsync).WithName("StateLaw").WithSummary("Say what this State's law is for a kind of request.").Produces<Done>();
        routes.MapDelete("/{kind}", WithdrawAsync).WithName("WithdrawLaw").WithSummary("Take this State's statement for a kind of request back.").Produces<Done>();
    }

    public static void MapObstacles(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", ListObstacles).WithName("ListObstacles").WithSummary("Obstacles that members met, with their remedies.").Produces<ObstaclePage>();
        routes.MapPost("", RecordAsync).WithName("RecordObstacle").WithSummary("Record an obstacle, or say more of one by its id.").Produces<Done>();
    }

    private static IResult ListStatements(HttpContext http, Node node, string? member, string? kind)
    {
        var (code, name) = (default(MemberCode), default(RegisterName));
        if (member is not null && !MemberCode.TryParse(member, null, out code))
        {
            return Api.Invalid("member", "must be three letters A to Z");
        }

        if (kind is not null && !RegisterName.TryParse(kind, null, out name))
        {
            return Api.Invalid("kind", "is no name of a kind");
        }

        return new LawBook(node).Statements(http.Actor(), member is null ? null : code, kind is null ? null : name) switch
        {
            Answer<IReadOnlyList<Entered<LawStatement>>>.Given given => TypedResults.Ok(new StatementPage(
                [.. given.Value.Select(one => new StatementView(one.Owner.ToString(), one.Version, one.Expires, one.Entry.Summary(), one.Entry.ToJson()))])),
            var other => other.ToResult(),
        };
    }

    private static async Task<IResult> StateAsync(HttpContext http, Node node, CancellationToken cancel)
    {
        if (CoreRoutes.Refused(http, node, new Core.Access.Act.Approve()) is { } refused)
        {
            return refused;
        }

        var body = await CoreRoutes.BodyAsync(http, cancel);
        return !LawStatement.TryRead(body, out var statement, out var fault) ? Api.Invalid(fault.Field, fault.Reason)
            : Api.Once(http, body, out var badKey) is var once && badKey is not null ? Api.Invalid(Api.OnceHeader, badKey)
            : Show(await new LawBook(node).StateAsync(http.Actor(), statement, once));
    }

    private static async Task<IResult> WithdrawAsync(string kind, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Core.Access.Act.Approve()) is { } refused)
        {
            return refused;
        }

        return RegisterName.TryParse(kind, null, out var name) ? Show(await new LawBook(node).WithdrawAsync(http.Actor(), name)) : Api.Refuse(Core.Exchange.ProblemKind.NotFound);
    }

    private static IResult ListObstacles(HttpContext http, Node node, string? with, bool open = false)
    {
        var code = default(MemberCode);
        if (with is not null && !MemberCode.TryParse(with, null, out code))
        {
            return Api.Invalid("with", "must be three letters A to Z");
        }

        return new LawBook(node).Obstacles(http.Actor(), with is null ? null : code, open) switch
        {
            Answer<IReadOnlyList<Entered<Obstacle>>>.Given given => TypedResults.Ok(new ObstaclePage(
                [.. given.Value.Select(one => new ObstacleView(one.Owner.ToString(), one.Version, one.Expires, one.Entry.ToJson()))])),
            var other => other.ToResult(),
        };
    }

    private static async Task<IResult> RecordAsync(HttpContext http, Node node, CancellationToken cancel)
    {
        if (CoreRoutes.Refused(http, node, new Core.Access.Act.Requests()) is { } refused)
        {
            return refused;
        }

        var body = await CoreRoutes.BodyAsync(http, cancel);
        var once = Api.Once(http, body, out var badKey);
        if (badKey is not null)
        {
            return Api.Invalid(Api.OnceHeader, badKey);
        }

        return Obstacle.TryRead(body, out var obstacle, out var fault, () => Obstacle.NewId(node.Context.Randomness))
            ? Show(await new LawBook(node).RecordAsync(http.Actor(), obstacle, once), obstacle.Id) : Api.Invalid(fault.Field, fault.Reason);
    }

    private static IResult Show(Answer<string> answer, string? id = null) => answer is Answer<string>.Given given ? TypedResults.Ok(new Done(given.Value, id)) : answer.ToResult();
}
