using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests;
using Comity.Core.Requests.Delivery;
using Comity.Core.Requests.Desk;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Web;
using Microsoft.AspNetCore.Http.Features;

namespace Comity.Web;

/// <summary>Requests between States: drafted, sent, answered, due.</summary>
internal static class RequestRoutes
{
    public sealed record Page(IReadOnlyList<Row> Requests, string? Next);

    public sealed record Row(
        string Id, string Kind, string From, string To, bool Mine, string Realm, string Purpose, string Urgency, string Phase, DateTimeOffset Opened, DateTimeOffset Changed, DateTimeOffset? Ended, DateTimeOffset? Erased);

    public sealed record Said(string? Reference, string? Text, JsonElement? Content, IReadOnlyList<FileReference> Files);

    /// <summary>One thing that happened. Desk, role and officer are claimed by the State that signed it.</summary>
    public sealed record Happened(
        string Event, string Type, string? Act, Words Title, string From, DateTimeOffset At, DateTimeOffset Received, Authority ClaimedBy, Authority? ClaimedSecond, string Standing, string? Fault, string? OvertakenBy, Words? Why,
        string? Ground, IReadOnlyList<string>? Conditions, string? Clock, string? Member, Said? Said, bool Erased, string? Commitment, long LedgerEntry, bool WaitsForReceipt);

    public sealed record File(string Name, string MediaType, long Size, string Sha256, string State, long Have);

    public sealed record Due(
        string Request, string Kind, string Clock, Words Title, string Owed, bool Mine, DateTimeOffset Started, DateTimeOffset? Earliest, DateTimeOffset? RunsOut, string State, DateTimeOffset? Paused, bool Stated, Words? Source);

    public sealed record View(
        Row Request, Said? Draft, IReadOnlyList<string> Bound, string? Ground, string? TransferredTo, string? Offer, IReadOnlyList<Due> Clocks, IReadOnlyList<Happened> Line, int Waiting, IReadOnlyList<File> Files,
        IReadOnlyList<MayDo> May, DateTimeOffset? NotDeliveredSince, string? GivenUp, string? Approval);

    public sealed record KindView(string Name, int Version, Words Title, Words Help, string Digest, IReadOnlyList<string> Purposes, IReadOnlyList<string> Urgencies, IReadOnlyList<string> Members, JsonElement Declaration);

    public sealed record Proved(string Event, string Signed, long LedgerEntry, string? Body);

    public sealed record Reasoned(string? Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("", List).WithName("ListRequests").WithSummary("Requests to and from this State, the one that changed last first.").Produces<Page>();
        routes.MapGet("/kinds", Kinds).WithName("ListRequestKinds").WithSummary("The kinds of request in use, each as it is declared, and the members that may be asked.").Produces<IReadOnlyList<KindView>>();
        routes.MapGet("/due", DueNow).WithName("ListDue").WithSummary("What is due, the first to run out first.").Produces<IReadOnlyList<Due>>();
        routes.MapPost("", DraftAsync).WithName("DraftRequest").WithSummary("Begin a draft; nothing leaves.").Produces<View>();
        routes.MapGet("/{id}", GetAsync).WithName("GetRequest").WithSummary("A request with all that happened. The look is in the ledger.").Produces<View>();
        routes.MapPut("/{id}", RedraftAsync).WithName("RedraftRequest").WithSummary("Write a draft anew.").Produces<View>();
        routes.MapDelete("/{id}", DiscardAsync).WithName("DiscardRequest").WithSummary("Throw a draft away.");
        routes.MapPost("/{id}/sending", SendAsync).WithName("SendRequest").WithSummary("Send a draft, or propose it to a second person where the kind asks for two.").Produces<View>().Produces<View>(StatusCodes.Status202Accepted);
        routes.MapPost("/{id}/acts", ActAsync).WithName("ActInRequest").WithSummary("Acknowledge, accept, refuse, answer, withdraw, …: whatever act the kind has; or decline, pause, resume, message.").Produces<View>().Produces<View>(StatusCodes.Status202Accepted);
        routes.MapPost("/{id}/files", AttachAsync).WithName("AttachToRequest").WithSummary("Keep a file for the draft or the next act; nothing of it leaves before an act names it.").Produces<KeptFile>();
        routes.MapGet("/{id}/files/{sha256}", FileAsync).WithName("GetRequestFile").WithSummary("A file that is whole. The look is in the ledger.");
        routes.MapGet("/{id}/proof", ProofAsync).WithName("ProveRequest").WithSummary("All events as they were signed, with the salted bodies that they commit to, as far as they are kept.").Produces<IReadOnlyList<Proved>>();
    }

    private static IResult? Refused(HttpContext http, Node node) => CoreRoutes.Refused(http, node, new Act.Requests());

    /// <summary>What only a person may, who may work on requests.</summary>
    private static IResult? NoPerson(HttpContext http, Node node) => Refused(http, node) ?? (http.Actor().Person is null ? Api.Refuse(ProblemKind.Forbidden) : null);

    private static IResult List(HttpContext http, Node node, string? phase, string? kind, string? member, bool open = false, string? before = null, int most = 50)
    {
        if (Refused(http, node) is { } refused)
        {
            return refused;
        }

        if (before is not null && !RequestId.TryParse(before, out _))
        {
            return Api.Invalid("before", "is no name of a request");
        }

        var self = node.Context.Membership.Self;
        var from = RequestId.TryParse(before, out var last) ? last : (RequestId?)null;
        var (rows, next) = node.Requests.Desk.List(
            http.Actor(),
            row => (phase is null || row.Phase.Text() == phase) && (kind is null || row.Kind.ToString() == kind) && (member is null || row.Other(self).ToString() == member) && (!open || !row.Phase.IsOver()),
            from, most);
        return TypedResults.Ok(new Page([.. rows.Select(row => Show(row, self))], next?.ToString()));
    }

    private static IResult Kinds(HttpContext http, Node node)
    {
        var membership = node.Context.Membership;
        return Refused(http, node) ?? TypedResults.Ok(node.Requests.Desk.Kinds.Select(kind => new KindView(
            kind.Name.ToString(), kind.Version, kind.Title, kind.Help, kind.Digest.ToString(), [.. kind.Purposes.Select(purpose => purpose.ToString())], [.. kind.Urgencies.Select(urgency => urgency.ToString().ToLowerInvariant())],
            [.. membership.Directory.Members.Where(member => membership.Directory.MayRequest(kind.Name, member.Code, membership.Self)).Select(member => member.Code.ToString()).Order(StringComparer.Ordinal)],
            JsonSerializer.Deserialize<JsonElement>(kind.Canonical.Span))).ToList());
    }

    private static IResult DueNow(HttpContext http, Node node, bool mine = false, int most = 200) =>
        Refused(http, node) ?? TypedResults.Ok(node.Requests.Desk.Due(http.Actor(), mine, most).Select(Show).ToList());

    private static async Task<IResult> DraftAsync(DraftInput input, HttpContext http, Node node)
    {
        if (Refused(http, node) is { } refused)
        {
            return refused;
        }

        var once = Api.Once(http, JsonSerializer.SerializeToUtf8Bytes(input), out var badKey);
        return badKey is not null ? Api.Invalid(Api.OnceHeader, badKey) : Show(await node.Requests.Desk.DraftAsync(http.Actor(), input, once), node);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, Node node) =>
        Refused(http, node) ?? (RequestId.TryParse(id, out var request) ? Show(await node.Requests.Desk.FindAsync(http.Actor(), request), node) : Api.Refuse(ProblemKind.NotFound));

    private static async Task<IResult> RedraftAsync(string id, DraftInput input, HttpContext http, Node node) =>
        Refused(http, node) ?? (RequestId.TryParse(id, out var request) ? Show(await node.Requests.Desk.RedraftAsync(http.Actor(), request, input), node) : Api.Refuse(ProblemKind.NotFound));

    private static async Task<IResult> DiscardAsync(string id, HttpContext http, Node node) => Refused(http, node)
        ?? (!RequestId.TryParse(id, out var request) ? Api.Refuse(ProblemKind.NotFound)
            : await node.Requests.Desk.DiscardAsync(http.Actor(), request) is { } problem ? Api.Refuse(problem) : Results.Ok(new { outcome = "discarded" }));

    private static async Task<IResult> SendAsync(string id, Reasoned request, HttpContext http, Node node) => NoPerson(http, node)
        ?? (RequestId.TryParse(id, out var name) ? Show(await node.Requests.Desk.SendAsync(http.Actor(), name, request.Reason), node) : Api.Refuse(ProblemKind.NotFound));

    private static async Task<IResult> ActAsync(string id, ActInput input, HttpContext http, Node node) => NoPerson(http, node)
        ?? (RequestId.TryParse(id, out var name) ? Show(await node.Requests.Desk.ActAsync(http.Actor(), name, input), node) : Api.Refuse(ProblemKind.NotFound));

    private static async Task<IResult> AttachAsync(string id, HttpContext http, Node node, CancellationToken cancel)
    {
        if (Refused(http, node) is { } refused)
        {
            return refused;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = RequestFiles.LargestFile + 1;   // read piece by piece
        }

        return RequestId.TryParse(id, out var request) ? (await node.Requests.Desk.AttachAsync(http.Actor(), request, http.Request.Body, cancel)).ToResult() : Api.Refuse(ProblemKind.NotFound);
    }

    private static async Task<IResult> FileAsync(string id, string sha256, HttpContext http, Node node, CancellationToken cancel)
    {
        if (Refused(http, node) is { } refused)
        {
            return refused;
        }

        if (!RequestId.TryParse(id, out var request) || await node.Requests.Desk.FileAsync(http.Actor(), request, sha256) is not Answer<KeptFile>.Given given)
        {
            return Api.Refuse(ProblemKind.NotFound);
        }

        // Whatever its author says that it is, no browser of ours opens it.
        http.Response.ContentType = "application/octet-stream";
        http.Response.Headers.ContentDisposition = "attachment";
        http.Response.ContentLength = given.Value.Size;
        foreach (var piece in node.Requests.Desk.Files.Pieces(request, given.Value))
        {
            await http.Response.Body.WriteAsync(piece, cancel);
        }

        return Results.Empty;
    }

    private static async Task<IResult> ProofAsync(string id, HttpContext http, Node node)
    {
        if (Refused(http, node) is { } refused)
        {
            return refused;
        }

        return RequestId.TryParse(id, out var request) && await node.Requests.Desk.ProveAsync(http.Actor(), request) is { } proof
            ? TypedResults.Ok(proof.Select(item => new Proved(item.Kept.Event.Id.ToString(), item.Kept.Signed, item.Kept.Entry, item.Body is { } body ? System.Buffers.Text.Base64Url.EncodeToString(body) : null)).ToList())
            : Api.Refuse(ProblemKind.NotFound);
    }

    private static IResult Show(Answer<RequestView> answer, Node node) => answer switch
    {
        Answer<RequestView>.Given given => TypedResults.Ok(Show(given.Value, node, null)),
        Answer<RequestView>.Waiting waiting => TypedResults.Accepted($"/api/v1/approvals/{waiting.Approval}", Show(waiting.Value, node, waiting.Approval)),
        _ => answer.ToResult(),
    };

    private static View Show(RequestView view, Node node, string? approval) => new(
        Show(view.Row, node.Context.Membership.Self), view.Draft is { } draft ? Show(draft) : null, view.State?.Bound ?? [], view.State?.Ground, view.State?.TransferredTo?.ToString(), view.State?.Offer?.Id.ToString(),
        [.. view.Clocks.Select(Show)], [.. view.Line.Select(Show)], view.State?.Waiting.Count ?? 0,
        [.. view.Files.Select(file => new File(file.File.Name, file.File.MediaType, file.File.Size, file.File.Sha256, file.State, file.Have))], view.May, view.UndeliveredSince, view.GivenUp, approval);

    private static Row Show(RequestRow row, MemberCode self) => new(
        row.Id.ToString(), row.Kind.ToString(), row.Asker.ToString(), row.Asked.ToString(), row.Asker == self, row.Realm.Text(), row.Purpose.ToString(), row.Urgency.ToString().ToLowerInvariant(), row.Phase.Text(),
        row.Opened, row.Changed, row.Ended, row.Erased);

    private static Said Show(EventBody body) => new(body.Reference, body.Text, body.Content, body.Files);

    private static Due Show(DueView due) => new(
        due.Request.Id.ToString(), due.Request.Kind.ToString(), due.Clock, due.Title, due.Owed.ToString().ToLowerInvariant(), due.Mine, due.Started, due.Earliest, due.Due, due.State.ToString().ToLowerInvariant(),
        due.Paused, due.Stated, due.Source);

    private static Happened Show(HappenedView happened)
    {
        var (entry, made) = (happened.Entry, happened.Entry.Event);
        return new Happened(
            made.Id.ToString(), made.Type.Text(), made.Facts.Act, happened.Title, made.From.ToString(), made.At, happened.Received, made.By, made.Second, entry.Standing.ToString().ToLowerInvariant(), entry.Fault?.Text(),
            entry.By?.ToString(), entry.Why, made.Facts.Ground, made.Facts.Conditions.Count > 0 ? made.Facts.Conditions : null, made.Facts.Clock, made.Facts.Member?.ToString(),
            happened.Said is { } said ? Show(said) : null, happened.Erased, made.Commitment is { } commitment ? System.Buffers.Text.Base64Url.EncodeToString(commitment) : null, happened.LedgerEntry, happened.Waits);
    }
}
