using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web;
using Comity.Emrtd;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Comity.TravelDocuments.Records;

/// <summary>One slice: a document was found again, or its record was an error; nobody must find it any more.</summary>
public static class WithdrawDocument
{
    /// <summary>Which record.</summary>
    /// <param name="Issuer">The issuing code.</param>
    /// <param name="Number">The number, or the first of a range.</param>
    /// <param name="Last">The last number of a range, as it was published; absent for one document.</param>
    /// <param name="Type">The document type; P where absent.</param>
    /// <param name="Realm">live (default) or exercise.</param>
    /// <param name="Reason">recovered, error, disputed or other, for the ledger; may be absent.</param>
    public sealed record Request(string? Issuer, string? Number, string? Last, string? Type, string? Realm, string? Reason = null);

    /// <summary>Why a record is withdrawn: codes, so that nothing about anybody comes into the ledger.</summary>
    internal static IReadOnlyList<string> Reasons { get; } = ["recovered", "error", "disputed", "other"];

    /// <summary>What became of it.</summary>
    /// <param name="Outcome">withdrawn; for a range proposed, because that takes two persons.</param>
    /// <param name="Approval">The proposal that waits for a second person.</param>
    public sealed record Response(string Outcome, string? Approval = null);

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/withdrawals", HandleAsync).WithName(nameof(WithdrawDocument)).WithSummary("Withdraw a record; its data are erased here and with every partner.").Produces<Response>();

    private static async Task<IResult> HandleAsync(Request request, HttpContext http, Node node)
    {
        var once = Api.Once(http, JsonSerializer.SerializeToUtf8Bytes(request), out var badKey);
        return badKey is null ? (await WithdrawAsync(request, http.Actor(), node, once)).ToResult() : Api.Invalid(Api.OnceHeader, badKey);
    }

    /// <summary>Withdraws for somebody; durable when the task completes.</summary>
    internal static async Task<Answer<Response>> WithdrawAsync(Request request, Actor actor, Node node, OnceKey? once)
    {
        if (!RealmText.TryParse(request.Realm ?? "live", out var realm))
        {
            return new FieldFault("realm", "must be live or exercise", "doit être live ou exercise");
        }

        if (Gate.Decide(node.Context.Membership, actor, new Act.Change(DocumentRegister.RegisterName, realm)) is { } refused)
        {
            return refused;
        }

        var (key, fault) = KeyOf(request);
        if (key is null)
        {
            return fault!.Value;
        }

        if (request.Reason is not null && !Reasons.Contains(request.Reason))
        {
            return new FieldFault("reason", "must be recovered, error, disputed or other", "est à choisir");
        }

        if (request.Last is not null)
        {
            return await ProposeAsync(request, realm, key, once, actor, node);
        }

        var change = await node.Changes.WithdrawAsync(actor, node.Indexes.Find(DocumentRegister.RegisterName)!, realm, key, once, request.Reason);
        return change is null ? Problem.Of(ProblemKind.Conflict, "the idempotency key was used for something else")
            : change.Kind == ChangeKind.NotThere ? ProblemKind.NotFound
            : new Response("withdrawn");
    }

    /// <summary>A whole batch that nobody finds any more takes two persons.</summary>
    private static async Task<Answer<Response>> ProposeAsync(Request request, Realm realm, string key, OnceKey? once, Actor actor, Node node)
    {
        var words = new Words(
            $"Withdraw {request.Issuer} {request.Number} to {request.Last} ({realm.Text()}): no check finds these numbers any more",
            $"Retirer {request.Issuer} {request.Number} à {request.Last} ({realm.Text()}) : aucun contrôle ne trouvera plus ces numéros");
        var (approval, problem) = await node.Approvals.ProposeAsync(
            actor, WithdrawRange.KindName, WithdrawRange.Of(DocumentRegister.RegisterName, realm, key, request.Reason, words), request.Reason ?? "withdrawal of a range", once);
        return approval is null ? problem! : new Answer<Response>.Waiting(new Response("proposed", approval.Id), approval.Id);
    }

    /// <summary>The natural key of a record that need not be known otherwise.</summary>
    private static (string? Key, FieldFault? Fault) KeyOf(Request request)
    {
        DocumentNumber last = default;
        FieldFault? fault =
            !IssuingCode.TryParse(request.Issuer, null, out var issuer) ? new("issuer", "must be 1 to 3 letters A to Z", "doit comporter 1 à 3 lettres A–Z")
            : !DocumentNumber.TryParse(request.Number, out var first, out var wrong) ? new("number", NumberWording.Of(wrong))
            : request.Last is not null && !DocumentNumber.TryParse(request.Last, out last, out wrong) ? new("last", NumberWording.Of(wrong))
            : null;
        if (fault is not null)
        {
            return (null, fault);
        }

        var draft = new DocumentDraft
        {
            Version = DocumentDraft.CurrentVersion,
            Issuer = issuer.ToString(),
            Type = request.Type ?? "P",
            Number = request.Number,
            Last = request.Last,
            Kind = request.Last is null ? "lost" : "stolenBlank",
            EnteredBy = "key",
        };
        return DocumentRecord.TryCreate(draft, out var record, out var faults) ? (record.NaturalKey, null) : (null, faults[0]);
    }
}
