using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Members;
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

    internal static async Task<IResult> HandleAsync(HttpContext http, Node node, string? form, string? realm, CancellationToken cancel)
    {
        if (!RealmText.TryParse(realm ?? "live", out var of))
        {
            return Api.Invalid("realm", "must be live or exercise");
        }

        if (Gate.Decide(node.Context.Membership, http.Actor(), new Act.Change(DocumentRegister.RegisterName, of)) is { } refused)
        {
            return Api.Refuse(refused);
        }

        DocumentForm? chosen = form switch { null or "jsonl" => DocumentForm.JsonLines, "csv" => DocumentForm.Csv, "interpol" => DocumentForm.InterpolCsv, _ => null };
        if (chosen is null)
        {
            return Api.Invalid("form", "must be jsonl, csv or interpol");
        }

        http.Response.ContentType = chosen == DocumentForm.JsonLines ? "application/jsonl" : "text/csv; charset=utf-8";
        await DocumentExport.WriteAsync(http.Response.Body, Own(node, of), chosen.Value, cancel);
        return Results.Empty;
    }

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
