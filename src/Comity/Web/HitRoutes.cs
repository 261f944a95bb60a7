using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>Hits on this State's own records.</summary>
internal static class HitRoutes
{
    public sealed record Page(IReadOnlyList<View> Hits, string? Next);

    public sealed record View(
        string Id, string From, string Desk, string Register, string Realm, string Purpose, DateTimeOffset At, DateTimeOffset Received, string Reference, string Strength,
        string State, JsonElement? Record, long? TheirEntry, string Commitment, long LedgerEntry, DateTimeOffset? Read);

    public sealed record ReadRequest(IReadOnlyList<string>? Ids);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", List).WithName("ListHits").WithSummary("Hits on this State's records, newest first, each with what became of the record.").Produces<Page>();
        routes.MapPost("/read", ReadAsync).WithName("MarkHitsRead").WithSummary("Mark hits as read by the caller's desk.");
    }

    /// <summary>Whether the caller may see hits on the records of a register: whoever may change the records.</summary>
    public static bool MaySee(Node node, Actor actor, RegisterName register, Realm realm) => Gate.Decide(node.Context.Membership, actor, new Act.Change(register, realm)) is null;

    /// <summary>Whether there is any register whose hits the caller may see.</summary>
    public static bool MaySeeAny(Node node, Actor actor) =>
        node.Indexes.All.Any(register => MaySee(node, actor, register.Name, Realm.Live) || MaySee(node, actor, register.Name, Realm.Exercise));

    private static IResult List(HttpContext http, Node node, string? before, int most = 50, bool unread = false)
    {
        var actor = http.Actor();
        if (!MaySeeAny(node, actor))
        {
            return Api.Refuse(ProblemKind.Forbidden);
        }

        var from = HitAddress.Last;
        if (before is not null && !HitAddress.TryParse(before, out from))
        {
            return Api.Invalid("before", "is no name of a hit");
        }

        var (hits, next) = node.Hits.Page(actor.Desk, (register, realm) => MaySee(node, actor, register, realm), from, most, unread);
        return TypedResults.Ok(new Page([.. hits.Select(Show)], next?.ToString()));
    }

    private static async Task<IResult> ReadAsync(ReadRequest request, HttpContext http, Node node)
    {
        if (!MaySeeAny(node, http.Actor()))
        {
            return Api.Refuse(ProblemKind.Forbidden);
        }

        List<HitAddress> hits = [];
        foreach (var id in request.Ids ?? [])
        {
            if (!HitAddress.TryParse(id, out var hit) || hits.Count == 1000)
            {
                return Api.Invalid("ids", "has more than 1000 names, or one that is no name of a hit");
            }

            hits.Add(hit);
        }

        return Results.Ok(new { marked = await node.Hits.ReadAsync(http.Actor(), hits) });
    }

    private static View Show(Hit hit) => new(
        hit.Address.ToString(), hit.Report.From.ToString(), hit.Report.Desk, hit.Report.Register.ToString(), hit.Report.Realm.Text(), hit.Report.Purpose, hit.Report.At, hit.Received,
        $"{hit.Record.Feed}#{hit.Record.Index}", hit.Record.Strength, JsonNamingPolicy.CamelCase.ConvertName(hit.State.ToString()),
        hit.Body is { } body ? JsonSerializer.Deserialize<JsonElement>(body.Content.Span) : null, hit.Report.TheirEntry,
        System.Buffers.Text.Base64Url.EncodeToString(hit.Report.Commitment), hit.Address.Entry, hit.Read);
}
