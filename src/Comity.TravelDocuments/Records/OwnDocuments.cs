using System.Globalization;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Web;
using Comity.Emrtd;
using Comity.TravelDocuments.Checks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Comity.TravelDocuments.Records;

/// <summary>An own record in force, with what its feed says of it.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Reference">Feed and entry, as partners name it.</param>
/// <param name="Audience">For whom it is.</param>
/// <param name="Record">The record.</param>
/// <param name="Body">Handling, expiry, review, version.</param>
public sealed record OwnDocument(RecordAddress At, string Reference, string Audience, DocumentRecord Record, RecordBody Body)
{
    /// <summary>A name for this node's own addresses: no number of a document is in it.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{At.Log}-{At.Index}");
}

/// <summary>One slice: this State's own records to look at, a page at a time, by number, or one of them.</summary>
public static class OwnDocuments
{
    /// <summary>How many records a page has.</summary>
    public const int PageSize = 25;

    private const string Columns = """
        SELECT r.log, r.idx, e.body, k.secret FROM record r
        JOIN feed f ON f.log = r.log
        JOIN entry e ON e.log = r.log AND e.idx = r.idx
        JOIN entry_key k ON k.log = r.log AND k.idx = r.idx
        WHERE f.owner = @self AND f.register = @register AND f.realm = @realm AND r.state = 0
        """;

    /// <summary>A page of records.</summary>
    /// <param name="Records">Newest first within each audience.</param>
    /// <param name="Next">What to ask for the page after; absent on the last.</param>
    public sealed record Response(IReadOnlyList<Entry> Records, string? Next);

    /// <summary>One record.</summary>
    public sealed record Entry(
        string Id, string Reference, string Audience, int Version, DateTimeOffset Expires, DateOnly? Review, IReadOnlyList<string> Purposes, IReadOnlyList<string> Caveats, JsonNode Record);

    /// <summary>A page as pages of the node take it.</summary>
    internal sealed record Found(IReadOnlyList<OwnDocument> Records, string? Next);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/own", List).WithName("ListOwnDocuments").WithSummary("This State's own records, a page at a time, or those about one number.").Produces<Response>();
        routes.MapGet("/own/{id}", Get).WithName("GetOwnDocument").WithSummary("One of this State's own records.").Produces<Entry>();
    }

    private static IResult List(HttpContext http, Node node, string? number, string? after, string? realm) =>
        !RealmText.TryParse(realm ?? "live", out var of) ? Api.Invalid("realm", "must be live or exercise")
        : Look(node, http.Actor(), of, number, after) switch
        {
            Answer<Found>.Given found => TypedResults.Ok(new Response([.. found.Value.Records.Select(View)], found.Value.Next)),
            var other => other.ToResult(),
        };

    private static IResult Get(string id, HttpContext http, Node node, string? realm) =>
        !RealmText.TryParse(realm ?? "live", out var of) ? Api.Invalid("realm", "must be live or exercise")
        : One(node, http.Actor(), of, id) switch
        {
            Answer<OwnDocument>.Given found => TypedResults.Ok(View(found.Value)),
            var other => other.ToResult(),
        };

    /// <summary>A page of records, or those about a number: under the very number, in a range that holds it, and near it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="actor">Who looks.</param>
    /// <param name="realm">In which realm.</param>
    /// <param name="number">As typed; null or empty for all.</param>
    /// <param name="after">What the page before named as the next; null for the first.</param>
    internal static Answer<Found> Look(Node node, Actor actor, Realm realm, string? number, string? after)
    {
        if (Gate.Decide(node.Context.Membership, actor, new Act.Change(DocumentRegister.RegisterName, realm)) is { } refused)
        {
            return refused;
        }

        if (!string.IsNullOrWhiteSpace(number))
        {
            return DocumentNumber.TryParse(number, out var wanted, out var wrong)
                ? new Found(About(node, realm, wanted), null)
                : new FieldFault("number", NumberWording.Of(wrong));
        }

        var from = new RecordAddress(int.MaxValue, 0);
        return after is null || TryId(after, out from) ? Page(node, realm, from) : new FieldFault("after", "is no place in the list", "n’est pas un endroit de la liste");
    }

    /// <summary>One record in force.</summary>
    internal static Answer<OwnDocument> One(Node node, Actor actor, Realm realm, string id) =>
        Gate.Decide(node.Context.Membership, actor, new Act.Change(DocumentRegister.RegisterName, realm)) is { } refused ? refused
        : TryId(id, out var at) && Read(node, realm, at) is { } found ? found
        : ProblemKind.NotFound;

    private static Found Page(Node node, Realm realm, RecordAddress after)
    {
        var rows = node.Context.Store.Read(session => session.Query(
            Columns + " AND (r.log < @log OR (r.log = @log AND r.idx < @idx)) ORDER BY r.log DESC, r.idx DESC LIMIT @most",
            row => Open(node, row), [.. Mine(node, realm), ("@log", (long)after.Log), ("@idx", after.Index), ("@most", PageSize + 1L)]));
        var next = rows.Count > PageSize ? rows[PageSize - 1].At : (RecordAddress?)null;
        return new Found([.. rows.Take(PageSize).Select(row => row.Document).OfType<OwnDocument>()], next is { } last ? string.Create(CultureInfo.InvariantCulture, $"{last.Log}-{last.Index}") : null);
    }

    private static IReadOnlyList<OwnDocument> About(Node node, Realm realm, DocumentNumber number)
    {
        var register = node.Indexes.Find(DocumentRegister.RegisterName)!;
        var mine = register.Find(new DocumentProbe(number)).Matches
            .Where(match => node.Indexes.FeedOf(match.At.Log) is { } feed && feed.Owner == node.Context.Membership.Self && feed.Realm == realm);
        return [.. mine.Select(match => Read(node, realm, match.At)).OfType<OwnDocument>()];
    }

    private static OwnDocument? Read(Node node, Realm realm, RecordAddress at) => node.Context.Store.Read(session => session.Query(
        Columns + " AND r.log = @log AND r.idx = @idx", row => Open(node, row).Document, [.. Mine(node, realm), ("@log", (long)at.Log), ("@idx", at.Index)])).FirstOrDefault();

    private static (string, object?)[] Mine(Node node, Realm realm) =>
        [("@self", node.Context.Membership.Self.ToString()), ("@register", DocumentRegister.RegisterName.ToString()), ("@realm", realm.Text())];

    private static (RecordAddress At, OwnDocument? Document) Open(Node node, System.Data.Common.DbDataReader row)
    {
        var at = new RecordAddress((int)row.GetInt64(0), row.GetInt64(1));
        var feed = node.Indexes.FeedOf(at.Log);
        return node.Indexes.Open(new SealedBody(row.Bytes(2), row.Bytes(3))) is { } body && feed is not null && DocumentJson.TryRead(body.Content.Span, out var record, out _)
            ? (at, new OwnDocument(at, $"{feed.Origin}#{at.Index}", feed.Audience.ToString(), record, body))
            : (at, null);
    }

    private static bool TryId(string id, out RecordAddress at)
    {
        at = default;
        if (id.Split('-') is not [var log, var index]
            || !int.TryParse(log, NumberStyles.None, CultureInfo.InvariantCulture, out var feed) || !long.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var entry))
        {
            return false;
        }

        at = new RecordAddress(feed, entry);
        return true;
    }

    private static Entry View(OwnDocument own) => new(
        own.Id, own.Reference, own.Audience, own.Body.Version, own.Body.Expires, own.Body.Review,
        [.. own.Body.Handling.Purposes.Select(purpose => purpose.ToString())], own.Body.Handling.Caveats, JsonNode.Parse(DocumentJson.Write(own.Record))!);
}
