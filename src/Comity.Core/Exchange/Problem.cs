using System.Text.Json;
using System.Text.Json.Serialization;

namespace Comity.Core.Exchange;

/// <summary>A refusal as RFC 9457 problem details. The same words go to everybody, whatever exists behind the refusal.</summary>
/// <param name="Type">A URN: <c>urn:comity:problem:</c> and the code.</param>
/// <param name="Title">The code in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">Which field, line or byte; no personal data.</param>
public sealed record Problem(string Type, string Title, int Status, string? Detail)
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    private const string Prefix = "urn:comity:problem:";

    /// <summary>The code: the type without its prefix.</summary>
    [JsonIgnore]
    public string Code => Type.StartsWith(Prefix, StringComparison.Ordinal) ? Type[Prefix.Length..] : Type;

    /// <summary>A problem of a known kind.</summary>
    public static Problem Of(ProblemKind kind, string? detail = null) => new(Prefix + kind.Code, kind.Title, kind.Status, detail);

    /// <summary>The JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ProblemJson.Default.Problem);

    /// <summary>Reads a partner's problem; one that cannot be read becomes one that says so.</summary>
    public static Problem Read(int status, ReadOnlySpan<byte> json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, ProblemJson.Default.Problem) is { Type.Length: < 100, Title.Length: < 300 } problem && !problem.Type.Any(char.IsControl))
            {
                return problem with { Status = status };
            }
        }
        catch (JsonException)
        {
            // said below
        }

        return new Problem("about:blank", "The partner refused without saying why.", status, null);
    }
}

/// <summary>A kind of refusal.</summary>
/// <param name="Code">Stable; other programs act on it.</param>
/// <param name="Title">The same in words.</param>
/// <param name="Status">The HTTP status.</param>
public sealed record ProblemKind(string Code, string Title, int Status)
{
    /// <summary>The envelope cannot be read.</summary>
    public static ProblemKind EnvelopeMalformed { get; } = new("envelope-malformed", "The envelope cannot be read.", 400);

    /// <summary>The body is not the one the envelope names.</summary>
    public static ProblemKind BodyMismatch { get; } = new("body-mismatch", "The body is not the one the envelope names.", 400);

    /// <summary>The body cannot be read.</summary>
    public static ProblemKind BodyMalformed { get; } = new("body-malformed", "The body cannot be read.", 400);

    /// <summary>Too large.</summary>
    public static ProblemKind TooLarge { get; } = new("too-large", "The message is larger than this service takes.", 413);

    /// <summary>The body came too slowly.</summary>
    public static ProblemKind TooSlow { get; } = new("too-slow", "The message did not arrive in time.", 408);

    /// <summary>The signature does not hold.</summary>
    public static ProblemKind SignatureInvalid { get; } = new("signature-invalid", "The signature does not hold.", 401);

    /// <summary>Nobody's key.</summary>
    public static ProblemKind KeyUnknown { get; } = new("key-unknown", "The key is no member's.", 401);

    /// <summary>A key out of use.</summary>
    public static ProblemKind KeyRetired { get; } = new("key-retired", "The key is out of use.", 401);

    /// <summary>A revoked key.</summary>
    public static ProblemKind KeyRevoked { get; } = new("key-revoked", "The key was revoked.", 401);

    /// <summary>The line belongs to another member than the envelope says.</summary>
    public static ProblemKind SenderMismatch { get; } = new("sender-mismatch", "The connection, the key and the sender named are not one member's.", 403);

    /// <summary>Not for this node.</summary>
    public static ProblemKind WrongRecipient { get; } = new("wrong-recipient", "The envelope is for another member.", 403);

    /// <summary>The sender is suspended.</summary>
    public static ProblemKind Suspended { get; } = new("member-suspended", "The member is suspended.", 403);

    /// <summary>Exchange is stopped.</summary>
    public static ProblemKind CharterExpired { get; } = new("charter-expired", "The charter has expired; exchange is stopped.", 403);

    /// <summary>The charter does not allow it.</summary>
    public static ProblemKind NotAllowed { get; } = new("not-allowed", "The charter does not allow this.", 403);

    /// <summary>No such service.</summary>
    public static ProblemKind ServiceUnknown { get; } = new("service-unknown", "This service is not known here.", 404);

    /// <summary>The clocks are too far apart.</summary>
    public static ProblemKind ClockSkew { get; } = new("clock-skew", "The clocks of the two nodes are too far apart for a question that must be fresh.", 400);

    /// <summary>The transmission is void.</summary>
    public static ProblemKind Expired { get; } = new("transmission-expired", "This transmission is void; sign it again.", 400);

    /// <summary>Another body under a known id.</summary>
    public static ProblemKind IdConflict { get; } = new("id-conflict", "Another body was sent under the same id.", 409);

    /// <summary>The very same transmission again.</summary>
    public static ProblemKind Replayed { get; } = new("replayed", "This very transmission was received before.", 409);

    /// <summary>A version this node does not speak.</summary>
    public static ProblemKind VersionUnsupported { get; } = new("version-unsupported", "This protocol version is not spoken here.", 400);

    /// <summary>Something critical that is not understood.</summary>
    public static ProblemKind CriticalUnknown { get; } = new("critical-unknown", "The envelope demands something that is not understood here.", 400);

    /// <summary>A quota is used up.</summary>
    public static ProblemKind QuotaExceeded { get; } = new("quota-exceeded", "The quota for today is used up.", 429);

    /// <summary>The node cannot serve now.</summary>
    public static ProblemKind Unavailable { get; } = new("unavailable", "The node cannot serve this now; try again later.", 503);

    /// <summary>The node changes nothing of its own for now.</summary>
    public static ProblemKind ReadOnly { get; } = new("read-only", "The node is read-only until its own past is known again.", 503);

    /// <summary>What this node knows of revocations is too old for a service that the charter does not let go on without.</summary>
    public static ProblemKind RevocationsStale { get; } = new("revocations-stale", "Revocations could not be fetched for longer than this service may go on without them.", 503);

    /// <summary>The caller may not.</summary>
    public static ProblemKind Forbidden { get; } = new("forbidden", "This is not allowed with this token.", 403);

    /// <summary>No token, or no good one.</summary>
    public static ProblemKind Unauthenticated { get; } = new("unauthenticated", "A valid token is needed.", 401);

    /// <summary>What was asked does not make sense.</summary>
    public static ProblemKind Invalid { get; } = new("invalid", "The request cannot be carried out as it stands.", 400);

    /// <summary>No such thing, or not for this caller.</summary>
    public static ProblemKind NotFound { get; } = new("not-found", "There is no such thing, or it is not for you to know.", 404);

    /// <summary>It contradicts what is there.</summary>
    public static ProblemKind Conflict { get; } = new("conflict", "This contradicts what is there.", 409);
}

[JsonSerializable(typeof(Problem))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ProblemJson : JsonSerializerContext;
