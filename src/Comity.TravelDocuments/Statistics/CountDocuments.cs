using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.Core.Web;
using Comity.TravelDocuments.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Comity.TravelDocuments.Statistics;

/// <summary>One slice: how much is reported, asked and hit.</summary>
public static class CountDocuments
{
    /// <summary>The figures.</summary>
    /// <param name="Own">This State's records by issuer and kind.</param>
    /// <param name="Indexed">All records that a check is answered from, partners' included.</param>
    /// <param name="Checks">Checks since the ledger began, or since the day asked for.</param>
    /// <param name="Hits">How many of them hit.</param>
    /// <param name="Incomplete">How many could not be answered for every member.</param>
    public sealed record Response(IReadOnlyList<RecordView> Own, long Indexed, long Checks, long Hits, long Incomplete);

    /// <summary>Records of one issuer and kind.</summary>
    public sealed record RecordView(string Issuer, string Kind, long Records, long Documents, long Disputed);

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/statistics", HandleAsync).WithName(nameof(CountDocuments)).WithSummary("Statistics of records, checks and hits.").Produces<Response>();

    private static async Task<IResult> HandleAsync(HttpContext http, Node node, DateOnly? since) => (await CountAsync(http.Actor(), node, since)).ToResult();

    /// <summary>Counts for somebody.</summary>
    internal static async Task<Answer<Response>> CountAsync(Actor actor, Node node, DateOnly? since)
    {
        if (Gate.Decide(node.Context.Membership, actor, new Act.Audit()) is { } refused)
        {
            return refused;
        }

        List<DocumentRecord> own = [];
        await foreach (var record in ListDocuments.Own(node, Realm.Live))
        {
            own.Add(record);
        }

        var checks = node.Context.Store.Read(session => CountChecks(session, since ?? DateOnly.MinValue));
        return new Response(
            [.. DocumentStatistics.Count(own).Select(count => new RecordView(count.Issuer.ToString(), count.Kind.Code(), count.Records, count.Documents, count.Disputed))],
            ((DocumentRegister)node.Indexes.Find(DocumentRegister.RegisterName)!).Count, checks.Checks, checks.Hits, checks.Incomplete);
    }

    private static CheckCount CountChecks(ReadSession session, DateOnly since)
    {
        var count = default(CheckCount);
        session.Each(
            "SELECT leaf FROM entry WHERE log IN (SELECT log FROM log WHERE kind = 'ledger')",
            row =>
            {
                using var json = JsonDocument.Parse(row.Bytes(0));
                var entry = json.RootElement;
                if (entry.GetProperty("kind").GetString() == LedgerKind.Check && entry.GetProperty("register").GetString() == DocumentRegister.RegisterName.ToString()
                    && DateOnly.FromDateTime(entry.GetProperty("at").GetDateTime()) >= since)
                {
                    var outcome = entry.GetProperty("outcome").GetString();
                    count += new CheckCount(1, outcome == "hit" ? 1 : 0, 0, outcome == "incomplete" ? 1 : 0);
                }

                return true;
            });
        return count;
    }
}
