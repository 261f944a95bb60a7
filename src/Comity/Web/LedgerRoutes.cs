using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Ledger;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>The ledger: read, verified, proved.</summary>
internal static class LedgerRoutes
{
    private const int Most = 1000;

    public sealed record Entry(long Index, JsonElement Note);

    public sealed record Page(long Size, IReadOnlyList<Entry> Entries);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", List).WithName("ListLedger").WithSummary("Entries of the ledger, 1,000 at most.").Produces<Page>();
        routes.MapPost("/verification", Verify).WithName("VerifyLedger").WithSummary("Walk every log and the database against each other.").Produces<VerificationResult>();
        routes.MapPost("/{index:long}/opening", OpenAsync).WithName("OpenLedgerDetail").WithSummary("Propose to open what is sealed in an entry; a second person decides.").Produces<ApprovalRoutes.Proposed>(StatusCodes.Status202Accepted);
        routes.MapGet("/{index:long}/proof", Prove).WithName("ProveLedgerEntry").WithSummary("A file that proves one entry to anybody, without the node.");
    }

    private static IResult List(HttpContext http, Node node, long from = 0, int most = 100)
    {
        if (CoreRoutes.Refused(http, node, new Act.Audit()) is { } refused)
        {
            return refused;
        }

        var page = node.Context.Store.Read(session =>
        {
            var log = node.Context.Membership.Ledger.Find(session);
            var size = session.First("SELECT size FROM log WHERE log = @log", row => row.GetInt64(0), ("@log", log));
            var first = from < 0 ? Math.Max(0, size + from) : from;
            return new Page(size, session.Query(
                "SELECT idx, leaf FROM entry WHERE log = @log AND idx >= @from ORDER BY idx LIMIT @most",
                row => new Entry(row.GetInt64(0), JsonSerializer.Deserialize<JsonElement>((byte[])row.GetValue(1))),
                ("@log", log), ("@from", first), ("@most", (long)Math.Clamp(most, 1, Most))));
        });
        return TypedResults.Ok(page);
    }

    private static async Task<IResult> OpenAsync(long index, ApprovalRoutes.Reasoned request, HttpContext http, Node node) => CoreRoutes.Refused(http, node, new Act.Protect())
        ?? await ApprovalRoutes.ProposeAsync(http, node, OpenDetail.KindName, OpenDetail.Of(index), request.Reason);

    private static IResult Verify(HttpContext http, Node node) =>
        CoreRoutes.Refused(http, node, new Act.Audit()) ?? TypedResults.Ok(new LedgerVerification(node.Context).Run());

    private static IResult Prove(long index, HttpContext http, Node node) =>
        CoreRoutes.Refused(http, node, new Act.Audit())
        ?? (LedgerProofFile.Make(node.Context, index) is { } file ? Results.Bytes(file, "application/json") : Api.Refuse(ProblemKind.NotFound));
}
