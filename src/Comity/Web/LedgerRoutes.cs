using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web;

namespace Comity.Web;

/// <summary>The ledger: read, searched, verified, proved; who asked about a subject.</summary>
internal static class LedgerRoutes
{
    private const int Most = 1000;

    /// <summary>An entry; the places are counted anew in each epoch of the ledger.</summary>
    public sealed record Entry(long Index, JsonElement Note, int Epoch);

    public sealed record Page(long Size, IReadOnlyList<Entry> Entries, int Epoch, IReadOnlyList<int> Epochs);

    /// <summary>Next and NextEpoch: where to go on (before, epoch), absent where everything was looked at; Reached: the time of the last entry looked at.</summary>
    public sealed record Findings(long Size, IReadOnlyList<Entry> Entries, long? Next, int? NextEpoch, DateTimeOffset? Reached);

    public sealed record Proved(long Index, int Epoch, bool Over, JsonElement Note, string Hash, long Size, string Root, IReadOnlyList<string> Path, string Checkpoint, IReadOnlyList<Cosignature> Cosigned, bool DetailKept);

    public sealed record Cosignature(string Member, long Size, DateTimeOffset At);

    public sealed record Verdict(bool Proved, string? Reason, string? Member, string? Genesis, bool? OwnNetwork, long? Index, long? Size, JsonElement? Note);

    public sealed record AskedRequest(string? Register, string? Realm, string? Subject, long? Before, int? Epoch);

    public sealed record Asked(IReadOnlyList<Questioner> Questions, long? Next, int? NextEpoch, DateTimeOffset? Since, long LedgerEntry);

    public sealed record Questioner(long Entry, int Epoch, DateTimeOffset At, string Kind, string? From, string Desk, string By, string Purpose, string Outcome, string? Besides);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", List).WithName("ListLedger").WithSummary("Entries of the ledger, 1,000 at most.").Produces<Page>();
        routes.MapGet("/search", Search).WithName("SearchLedger").WithSummary("Entries by time, kind, desk, actor, register, realm and outcome, newest first, a bounded stretch at a time.").Produces<Findings>();
        routes.MapGet("/{index:long}", Show).WithName("ShowLedgerEntry").WithSummary("One entry with its inclusion proof and the newest cosignatures.").Produces<Proved>();
        routes.MapPost("/{index:long}/opening", OpenAsync).WithName("OpenLedgerDetail").WithSummary("Propose to open what is sealed in an entry; a second person decides.").Produces<ApprovalRoutes.Proposed>(StatusCodes.Status202Accepted);
        routes.MapGet("/{index:long}/proof", Prove).WithName("ProveLedgerEntry").WithSummary("A file that proves one entry to anybody, without the node.");
        routes.MapPost("/proof", CheckProofAsync).WithName("CheckLedgerProof").WithSummary("Verify a proof file, of this or another member.").Produces<Verdict>();
        routes.MapPost("/verification", VerifyAsync).WithName("VerifyLedger").WithSummary("Begin to walk every log and the database against each other.").Produces<VerificationState>();
        routes.MapGet("/verification", Verification).WithName("LedgerVerification").WithSummary("How far the last walk came, and what it found.").Produces<VerificationState>();
        routes.MapPost("/asked", AskedAsync).WithName("WhoAsked").WithSummary("Who asked about a subject; looking is itself an entry.").Produces<Asked>();
    }

    private static IResult List(HttpContext http, Node node, int? epoch = null, long from = 0, int most = 100)
    {
        if (CoreRoutes.Refused(http, node, new Act.Audit()) is { } refused)
        {
            return refused;
        }

        var page = node.Context.Store.Read(session =>
        {
            var epochs = LedgerEpoch.All(session);
            if (epochs.Find(known => epoch is null || known.Epoch == epoch) is not { } ledger)
            {
                return null;
            }

            var first = from < 0 ? Math.Max(0, ledger.Size + from) : from;
            return new Page(ledger.Size, session.Query(
                "SELECT idx, leaf FROM entry WHERE log = @log AND idx >= @from ORDER BY idx LIMIT @most",
                row => new Entry(row.GetInt64(0), JsonSerializer.Deserialize<JsonElement>((byte[])row.GetValue(1)), ledger.Epoch),
                ("@log", ledger.Log), ("@from", first), ("@most", (long)Math.Clamp(most, 1, Most))), ledger.Epoch, [.. epochs.Select(known => known.Epoch)]);
        });
        return page is null ? Api.Refuse(ProblemKind.NotFound) : TypedResults.Ok(page);
    }

    private static IResult Search(
        HttpContext http, Node node, DateTimeOffset? from, DateTimeOffset? to, string[]? kind, string? by, string? desk, string? register, string? realm, string? outcome, long? before, int? epoch, int most = 50)
    {
        if (CoreRoutes.Refused(http, node, new Act.Audit()) is { } refused)
        {
            return refused;
        }

        var found = LedgerSearch.Run(node.Context, new LedgerQuery
        {
            From = from, To = to, Kinds = kind ?? [], By = by, Desk = desk, Register = register, Realm = realm, Outcome = outcome, Before = before, Epoch = epoch, Most = most,
        });
        return TypedResults.Ok(new Findings(found.Size, [.. found.Entries.Select(entry => new Entry(entry.Index, entry.Line.Json, entry.Epoch))], found.Next, found.Epoch, found.Reached));
    }

    private static IResult Show(long index, HttpContext http, Node node, int? epoch = null)
    {
        if (CoreRoutes.Refused(http, node, new Act.Audit()) is { } refused)
        {
            return refused;
        }

        return ProvedEntry.Find(node.Context, index, epoch) is { } entry
            ? TypedResults.Ok(new Proved(
                entry.Index, entry.Epoch, entry.Over, entry.Line.Json, entry.Hash.ToString(), entry.Size, entry.Root.ToString(), [.. entry.Path.Select(hash => hash.ToString())], entry.Checkpoint,
                [.. entry.Cosigned.Select(cosigned => new Cosignature(cosigned.Member.ToString(), cosigned.Size, cosigned.At))], entry.DetailKept))
            : Api.Refuse(ProblemKind.NotFound);
    }

    private static async Task<IResult> OpenAsync(long index, ApprovalRoutes.Reasoned request, HttpContext http, Node node, int? epoch = null) => CoreRoutes.Refused(http, node, new Act.Protect())
        ?? await ApprovalRoutes.ProposeAsync(http, node, OpenDetail.KindName, OpenDetail.Of(index, epoch ?? node.Context.Store.Read(session => LedgerEpoch.Find(session, null))?.Epoch ?? 1), request.Reason);

    private static IResult Prove(long index, HttpContext http, Node node, int? epoch = null) =>
        CoreRoutes.Refused(http, node, new Act.Audit())
        ?? (LedgerProofFile.Make(node.Context, index, epoch) is { } file ? Results.Bytes(file, "application/json") : Api.Refuse(ProblemKind.NotFound));

    private static async Task<IResult> CheckProofAsync(HttpContext http, Node node, CancellationToken cancel)
    {
        if (CoreRoutes.Refused(http, node, new Act.Audit()) is { } refused)
        {
            return refused;
        }

        return TypedResults.Ok(LedgerProofFile.Check(await CoreRoutes.BodyAsync(http, cancel), null) switch
        {
            LedgerProofVerdict.Proved proved => new Verdict(
                true, null, proved.Member.ToString(), proved.Genesis.ToString(), proved.Genesis == node.Context.Membership.Genesis, proved.Index, proved.Size, JsonSerializer.Deserialize<JsonElement>(proved.Entry)),
            LedgerProofVerdict.Invalid invalid => new Verdict(false, invalid.Reason, null, null, null, null, null, null),
            _ => throw new InvalidOperationException("A proof holds or does not."),
        });
    }

    private static async Task<IResult> VerifyAsync(HttpContext http, Node node) =>
        CoreRoutes.Refused(http, node, new Act.Audit()) ?? TypedResults.Ok(await node.Verification.StartAsync(http.Actor()));

    private static IResult Verification(HttpContext http, Node node) =>
        CoreRoutes.Refused(http, node, new Act.Audit()) ?? (node.Verification.Last is { } last ? TypedResults.Ok(last) : Api.Refuse(ProblemKind.NotFound));

    private static async Task<IResult> AskedAsync(AskedRequest request, HttpContext http, Node node)
    {
        if (CoreRoutes.Refused(http, node, new Act.Protect()) is { } refused)
        {
            return refused;
        }

        if (!RealmText.TryParse(request.Realm ?? "live", out var realm))
        {
            return Api.Invalid("realm", "must be live or exercise");
        }

        if (!RegisterName.TryParse(request.Register, null, out var name) || node.Indexes.Find(name) is not { } register)
        {
            return Api.Invalid("register", "is no register of this node");
        }

        if (request.Subject is not { Length: > 0 and <= 200 } subject)
        {
            return Api.Invalid("subject", "is missing or longer than 200 characters");
        }

        return register.ReadSubject(subject) switch
        {
            ProbeReading.Accepted accepted => TypedResults.Ok(View(await node.Asked.LookAsync(http.Actor(), register, realm, accepted.Probe, request.Before, request.Epoch))),
            ProbeReading.Invalid invalid => Api.Invalid(invalid.Field, invalid.Reason),
            _ => throw new InvalidOperationException("A probe is read or not."),
        };
    }

    private static Asked View(WhoAskedAnswer answer) => new(
        [.. answer.Questions.Select(question => new Questioner(
            question.Entry, question.Epoch, question.At, question.Kind, question.From?.ToString(), question.Desk, question.By, question.Purpose, question.Outcome, question.Besides))],
        answer.Next, answer.Epoch, answer.Since, answer.LedgerEntry);
}
