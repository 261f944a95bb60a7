using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Comity.TravelDocuments.Records;

/// <summary>One slice: this State reports documents, or says something new of them.</summary>
public static class PublishDocuments
{
    /// <summary>The most records in one request.</summary>
    public const int Most = 5000;

    /// <summary>What is published, for whom and under which conditions.</summary>
    /// <param name="Records">1 to 5,000 records.</param>
    /// <param name="Audience">all (default), or members' codes joined by commas.</param>
    /// <param name="Realm">live (default) or exercise.</param>
    /// <param name="Amend">Whether a record in force about the same document is amended; otherwise it is a conflict unless it says the same.</param>
    /// <param name="Purposes">The purposes for which it may be used; absent for all.</param>
    /// <param name="Caveats">Conditions shown with every hit; at most ten of 300 characters.</param>
    /// <param name="Delete">The day on which every holder deletes the records; absent for the longest that the charter allows.</param>
    /// <param name="Review">The day on which the records are looked at again; may be absent.</param>
    public sealed record Request(
        IReadOnlyList<DocumentDraft>? Records, string? Audience, string? Realm, bool Amend, IReadOnlyList<string>? Purposes, IReadOnlyList<string>? Caveats, DateOnly? Delete, DateOnly? Review);

    /// <summary>What became of each record, in the order given.</summary>
    public sealed record Response(IReadOnlyList<Result> Results);

    /// <summary>What became of one record.</summary>
    /// <param name="Outcome">published, amended, unchanged, differs, otherAudience, foreignIssuer or invalid.</param>
    /// <param name="Reference">Feed and entry, as partners name it; absent where nothing is in force.</param>
    /// <param name="Errors">Field and reason, where it is invalid.</param>
    public sealed record Result(string Outcome, string? Reference, IReadOnlyList<FieldFault>? Errors);

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/records", HandleAsync).WithName(nameof(PublishDocuments)).WithSummary("Publish or amend records of this State's documents.").Produces<Response>();

    private static async Task<IResult> HandleAsync(Request request, HttpContext http, Node node)
    {
        var once = Api.Once(http, JsonSerializer.SerializeToUtf8Bytes(request), out var badKey);
        return badKey is null ? (await PublishAsync(request, http.Actor(), node, once)).ToResult() : Api.Invalid(Api.OnceHeader, badKey);
    }

    /// <summary>Publishes or amends for somebody; durable when the task completes.</summary>
    internal static async Task<Answer<Response>> PublishAsync(Request request, Actor actor, Node node, OnceKey? once)
    {
        if (TermsFor(request, actor, node, out var terms) is { } objection)
        {
            return objection;
        }

        if (request.Records is not { Count: > 0 and <= Most })
        {
            return new FieldFault("records", $"must be 1 to {Most}", $"doit en compter 1 à {Most}");
        }

        var results = new Result?[request.Records.Count];
        var publications = Judge(request, node, terms, results);
        var register = node.Indexes.Find(DocumentRegister.RegisterName)!;
        var changes = publications.Count == 0 ? [] : await node.Changes.PublishAsync(
            actor, register, terms.Realm, terms.Audience, publications.ConvertAll(item => item.Publication), request.Amend ? WhenThere.Amend : WhenThere.Refuse, once);
        if (changes is null)
        {
            return Problem.Of(ProblemKind.Conflict, "the idempotency key was used for something else");
        }

        for (var i = 0; i < changes.Count; i++)
        {
            results[publications[i].Place] = new Result(JsonNamingPolicy.CamelCase.ConvertName(changes[i].Kind.ToString()), $"{node.Indexes.FeedOf(changes[i].At.Log)?.Origin}#{changes[i].At.Index}", null);
        }

        return new Response(results!);
    }

    /// <summary>What stands against publishing on these terms, whatever the records; null where nothing does.</summary>
    internal static Answer<Response>? Objection(Request request, Actor actor, Node node) => TermsFor(request, actor, node, out _);

    private static Answer<Response>? TermsFor(Request request, Actor actor, Node node, out Terms terms)
    {
        var (read, fault) = Terms.Read(request, node);
        terms = read!;
        if (read is null)
        {
            return fault!.Value;
        }

        return Gate.Decide(node.Context.Membership, actor, new Act.Change(DocumentRegister.RegisterName, read.Realm)) is { } refused ? (Answer<Response>)refused : null;
    }

    private static List<(int Place, Publication Publication)> Judge(Request request, Node node, Terms terms, Result?[] results)
    {
        List<(int Place, Publication Publication)> publications = [];
        for (var i = 0; i < results.Length; i++)
        {
            if (request.Records![i] is not { } draft)
            {
                results[i] = new Result("invalid", null, [new FieldFault("record", "is null", "est nul")]);
            }
            else if (!DocumentRecord.TryCreate(draft, out var record, out var faults))
            {
                results[i] = new Result("invalid", null, faults);
            }
            else if (!node.Context.Membership.MayPublish(DocumentRegister.RegisterName, node.Context.Membership.Self, record.Issuer))
            {
                results[i] = new Result("foreignIssuer", null, [new FieldFault("issuer", "is a code for which the charter does not let this State publish", "est un code pour lequel la charte ne permet pas à cet État de publier")]);
            }
            else
            {
                publications.Add((i, new Publication(record, terms.Handling, terms.Delete, terms.Review)));
            }
        }

        return publications;
    }

    private sealed record Terms(Realm Realm, Audience Audience, Handling Handling, DateTimeOffset? Delete, DateOnly? Review)
    {
        public static (Terms? Terms, FieldFault? Fault) Read(Request request, Node node)
        {
            List<Purpose> purposes = [];
            foreach (var text in request.Purposes ?? [])
            {
                if (!Purpose.TryParse(text, null, out var purpose) || !(node.Context.Membership.Terms(DocumentRegister.RegisterName)?.Serves(purpose) ?? true))
                {
                    return (null, new FieldFault("purposes", "holds one that the charter does not give this register", "en comporte une que la charte ne donne pas à ce registre"));
                }

                purposes.Add(purpose);
            }

            var realm = Realm.Live;
            Audience audience = default;
            FieldFault? fault =
                !RealmText.TryParse(request.Realm ?? "live", out realm) ? new("realm", "must be live or exercise", "doit être live ou exercise")
                : !Audience.TryParse(request.Audience ?? "all", out audience) ? new("audience", "must be all, self, or members' codes joined by commas", "doit être all, self ou des codes de membres joints par des virgules")
                : node.Changes.Unfit(DocumentRegister.RegisterName, realm, audience) is { } unfit ? new("audience", unfit)
                : request.Caveats is { } caveats && (caveats.Count > 10 || caveats.Any(caveat => caveat is null or { Length: > 300 })) ? new("caveats", "must be at most ten of at most 300 characters", "doit en compter dix au plus, de 300 caractères au plus")
                : request.Delete is { } day && day.ToDateTime(default, DateTimeKind.Utc) <= node.Context.Now ? new("delete", "is not in the future", "n’est pas dans l’avenir")
                : null;
            return fault is null
                ? (new Terms(
                    realm, audience, purposes.Count == 0 && request.Caveats is null ? Handling.Open : new Handling(purposes, request.Caveats ?? []),
                    request.Delete is { } delete ? new DateTimeOffset(delete.ToDateTime(default), TimeSpan.Zero) : null, request.Review), null)
                : (null, fault);
        }
    }
}
