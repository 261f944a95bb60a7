using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Registers;
using Microsoft.AspNetCore.Http;

namespace Comity.Core.Web;

/// <summary>What the slices of the HTTP API share: who asks, and how a refusal looks.</summary>
public static class Api
{
    /// <summary>The header in which a caller names a change: sent again, it has one effect.</summary>
    public const string OnceHeader = "Idempotency-Key";

    private static readonly object ActorKey = new();

    /// <summary>Who asks: a token's holder or who is signed in. Not on endpoints that are open to anybody.</summary>
    public static Actor Actor(this HttpContext http) => http.ActorOrNull() ?? throw new InvalidOperationException("nobody was let in");

    /// <summary>Who asks; null for somebody who is not known, which only endpoints that are open to anybody meet.</summary>
    public static Actor? ActorOrNull(this HttpContext http) => http.Items.TryGetValue(ActorKey, out var actor) ? (Actor?)actor : null;

    /// <summary>Notes who asks; for <see cref="Entrance"/>.</summary>
    internal static void SetActor(this HttpContext http, Actor? actor) => http.Items[ActorKey] = actor;

    /// <summary>A refusal as RFC 9457 problem details.</summary>
    public static IResult Refuse(Problem problem) => new ProblemResult(problem);

    /// <summary>A refusal of a kind.</summary>
    public static IResult Refuse(ProblemKind kind, string? detail = null) => Refuse(Problem.Of(kind, detail));

    /// <summary>A refusal that names fields.</summary>
    /// <param name="faults">Field and reason.</param>
    public static IResult Invalid(IEnumerable<(string Field, string Reason)> faults) => new ProblemResult(Problem.Of(ProblemKind.Invalid), faults);

    /// <summary>A refusal that names one field.</summary>
    public static IResult Invalid(string field, string reason) => Invalid([(field, reason)]);

    /// <summary>The caller's name for this change; null where it gave none.</summary>
    /// <param name="http">The request.</param>
    /// <param name="question">What is asked, as bytes that are equal for equal questions.</param>
    /// <param name="fault">Set where the header cannot be used.</param>
    public static OnceKey? Once(HttpContext http, ReadOnlySpan<byte> question, out string? fault)
    {
        var key = http.Request.Headers[OnceHeader].ToString();
        fault = key.Length > 64 ? "is longer than 64 characters" : null;
        return key.Length is 0 or > 64 ? null : new OnceKey(http.Actor().Id, key, SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(http.Request.Path + "\n"), .. question]));
    }

    private sealed class ProblemResult(Problem problem, IEnumerable<(string Field, string Reason)>? faults = null) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var json = new JsonObject { ["type"] = problem.Type, ["title"] = problem.Title, ["status"] = problem.Status };
            if (problem.Detail is { } detail)
            {
                json["detail"] = detail;
            }

            if (faults is not null)
            {
                json["errors"] = new JsonArray([.. faults.Select(fault => (JsonNode)new JsonObject { ["field"] = fault.Field, ["reason"] = fault.Reason })]);
            }

            httpContext.Response.StatusCode = problem.Status;
            httpContext.Response.ContentType = Problem.MediaType;
            return httpContext.Response.WriteAsync(json.ToJsonString());
        }
    }
}
