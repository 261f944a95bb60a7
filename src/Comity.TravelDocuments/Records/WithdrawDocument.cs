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
    /// <param name="Reason">Why, where it is a range: for the person who decides. At most 500 characters, naming nobody.</param>
    public sealed record Request(string? Issuer, string? Number, string? Last, string? Type, string? Realm, string? Reason = null);

    /// <summary>What became of it.</summary>
    /// <param name="Outcome">withdrawn; for a range proposed, because that takes two persons.</param>
    /// <param name="Approval">The proposal that waits for a second person.</param>
    public sealed record Response(string Outcome, string? Approval = null);

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/withdrawals", HandleAsync).WithName(nameof(WithdrawDocument)).WithSummary("Withdraw a record; its data are erased here and with every partner.").Produces<Response>();

    internal static async Task<IResult> HandleAsync(Request request, HttpContext http, Node node)
    {
        if (!RealmText.TryParse(request.Realm ?? "live", out var realm))
        {
            return Api.Invalid("realm", "must be live or exercise");
        }

        if (Gate.Decide(node.Context.Membership, http.Actor(), new Act.Change(DocumentRegister.RegisterName, realm)) is { } refused)
        {
            return Api.Refuse(refused);
        }

        var (key, fault) = KeyOf(request);
        if (key is null)
        {
            return Api.Invalid(fault!.Value.Field, fault.Value.Reason);
        }

        var once = Api.Once(http, JsonSerializer.SerializeToUtf8Bytes(request), out var badKey);
        if (badKey is not null)
        {
            return Api.Invalid(Api.OnceHeader, badKey);
        }

        if (request.Last is not null)
        {
            return await ProposeAsync(request, realm, key, once, http, node);
        }

        var change = await node.Changes.WithdrawAsync(http.Actor(), node.Indexes.Find(DocumentRegister.RegisterName)!, realm, key, once);
        return change is null ? Api.Refuse(ProblemKind.Conflict, "the idempotency key was used for something else")
            : change.Kind == ChangeKind.NotThere ? Api.Refuse(ProblemKind.NotFound)
            : TypedResults.Ok(new Response("withdrawn"));
    }

    private static async Task<IResult> ProposeAsync(Request request, Realm realm, string key, OnceKey? once, HttpContext http, Node node)
    {
        var words = new Words(
            $"Withdraw {request.Issuer} {request.Number} to {request.Last} ({realm.Text()}): no check finds these numbers any more",
            $"Retirer {request.Issuer} {request.Number} à {request.Last} ({realm.Text()}) : aucun contrôle ne trouvera plus ces numéros");
        var (approval, problem) = await node.Approvals.ProposeAsync(
            http.Actor(), WithdrawRange.KindName, WithdrawRange.Of(DocumentRegister.RegisterName, realm, key, words), request.Reason ?? "withdrawal of a range", once);
        return approval is null ? Api.Refuse(problem!) : TypedResults.Accepted($"/api/v1/approvals/{approval.Id}", new Response("proposed", approval.Id));
    }

    /// <summary>The natural key of a record that need not be known otherwise.</summary>
    private static (string? Key, FieldFault? Fault) KeyOf(Request request)
    {
        DocumentNumber last = default;
        FieldFault? fault =
            !IssuingCode.TryParse(request.Issuer, null, out var issuer) ? new("issuer", "must be 1 to 3 letters A to Z")
            : !DocumentNumber.TryParse(request.Number, out var first, out var wrong) ? new("number", wrong.ToString())
            : request.Last is not null && !DocumentNumber.TryParse(request.Last, out last, out wrong) ? new("last", wrong.ToString())
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
