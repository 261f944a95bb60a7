using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Web;
using Comity.TravelDocuments.ImportExport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Comity.TravelDocuments.Records;

/// <summary>One slice: this State's own records as a file, also in the field list with which a unit feeds INTERPOL's database.</summary>
public static class ListDocuments
{
    private const int AtOnce = 1000;

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/records", HandleAsync).WithName(nameof(ListDocuments)).WithSummary("This State's own records as JSON Lines, CSV, or CSV in INTERPOL's field list.");

    private static async Task<IResult> HandleAsync(HttpContext http, Node node, string? form, string? realm, CancellationToken cancel)
    {
        if (!RealmText.TryParse(realm ?? "live", out var of))
        {
            return Api.Invalid("realm", "must be live or exercise");
        }

        var answer = Export(form, of, http.Actor(), node);
        if (answer is not Answer<DocumentForm>.Given { Value: var chosen })
        {
            return answer.ToResult();
        }

        http.Response.ContentType = MediaType(chosen);
        await DocumentExport.WriteAsync(http.Response.Body, Own(node, of), chosen, cancel);
        return Results.Empty;
    }

    /// <summary>Whether somebody may have the records as a file, and in which form.</summary>
    internal static Answer<DocumentForm> Export(string? form, Realm realm, Actor actor, Node node) =>
        Gate.Decide(node.Context.Membership, actor, new Act.Change(DocumentRegister.RegisterName, realm)) is { } refused ? refused : form switch
        {
            null or "jsonl" => DocumentForm.JsonLines,
            "csv" => DocumentForm.Csv,
            "interpol" => DocumentForm.InterpolCsv,
            _ => new FieldFault("form", "must be jsonl, csv or interpol", "doit être jsonl, csv ou interpol"),
        };

    /// <summary>The media type of a form.</summary>
    internal static string MediaType(DocumentForm form) => form == DocumentForm.JsonLines ? "application/jsonl" : "text/csv; charset=utf-8";

    /// <summary>Own records in force, in the order in which they were published; read page by page.</summary>
    internal static async IAsyncEnumerable<DocumentRecord> Own(Node node, Realm realm)
    {
        var feeds = node.Context.Store.Read(session => session.Feeds()).Where(feed => feed.Own && feed.Name.Register == DocumentRegister.RegisterName && feed.Name.Realm == realm);
        foreach (var feed in feeds)
        {
            for (var (from, more) = (-1L, true); more;)
            {
                var page = node.Context.Store.Read(session => Page(session, node, feed.Log, from));
                foreach (var (index, record) in page)
                {
                    from = index;
                    if (record is not null)
                    {
                        yield return record;
                    }
                }

                more = page.Count == AtOnce;
                await Task.Yield();
            }
        }
    }

    private static List<(long Index, DocumentRecord? Record)> Page(ReadSession session, Node node, long log, long after) => session.Query(
        """
        SELECT r.idx, e.body, k.secret FROM record r
        JOIN entry e ON e.log = r.log AND e.idx = r.idx
        JOIN entry_key k ON k.log = r.log AND k.idx = r.idx
        WHERE r.log = @log AND r.idx > @after AND r.state = 0 ORDER BY r.idx LIMIT @most
        """,
        row => (row.GetInt64(0), node.Indexes.Open(new SealedBody(row.Bytes(1), row.Bytes(2))) is { } body && DocumentJson.TryRead(body.Content.Span, out var record, out _) ? record : null),
        ("@log", log), ("@after", after), ("@most", (long)AtOnce));
}
