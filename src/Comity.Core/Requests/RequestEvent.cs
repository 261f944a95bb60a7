using System.Security.Cryptography;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests;

/// <summary>In whose name an event was made: what its State claims and signs. Never a person's name.</summary>
/// <param name="Desk">The desk.</param>
/// <param name="Role">The role in which it was done, one of those that the kind allows.</param>
/// <param name="Officer">The State's own reference of the officer.</param>
public sealed record Authority(string Desk, string Role, string Officer)
{
    /// <summary>The role of a node that acts by itself.</summary>
    public const string NodeRole = "node";

    /// <summary>The node.</summary>
    public static Authority Node { get; } = new("node", NodeRole, "node");
}

/// <summary>What the first event fixes for good.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="KindDigest">The kind's digest: both sides go by the same.</param>
/// <param name="To">The member asked.</param>
/// <param name="Realm">Live or exercise.</param>
/// <param name="Purpose">One of the charter's purposes for the kind.</param>
/// <param name="Urgency">One of the kind's.</param>
/// <param name="Follows">The request that it follows on; null for none.</param>
public sealed record Opening(RegisterName Kind, KindDigest KindDigest, MemberCode To, Realm Realm, Purpose Purpose, Urgency Urgency, RequestId? Follows = null);

/// <summary>What an event says in codes, so that the state of a request is known when all that names a person is erased.</summary>
public sealed record EventFacts
{
    /// <summary>The most conditions of one offer.</summary>
    public const int MostConditions = 30;

    /// <summary>The most clocks of a kind.</summary>
    public const int MostClocks = 20;

    /// <summary>The kind's act that this is; null for what every request has, whatever its kind.</summary>
    public string? Act { get; init; }

    /// <summary>Nothing.</summary>
    public static EventFacts None { get; } = new();

    /// <summary>Of <see cref="EventType.Ask"/>: what it fixes.</summary>
    public Opening? Opening { get; init; }

    /// <summary>Of a refusal: one of the kind's grounds.</summary>
    public string? Ground { get; init; }

    /// <summary>Of an offer: some of the kind's conditions.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];

    /// <summary>Which event this is about: the offer that is taken or declined, the act to which more is supplied.</summary>
    public EventId? About { get; init; }

    /// <summary>Of expire, pause and resume: one of the kind's clocks.</summary>
    public string? Clock { get; init; }

    /// <summary>Of a transfer: the member from which it can be had; null where another authority of the same State has it.</summary>
    public MemberCode? Member { get; init; }

    /// <summary>Of the asked State's events: when each clock that runs ends, by its own calendar; all of them, or null where nothing changed.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? Dues { get; init; }
}

/// <summary>Something that happened to a request, as its author signed it. docs/protocol/request.md, section 2.</summary>
public sealed class RequestEvent
{
    /// <summary>The <c>typ</c> of an event's JWS.</summary>
    public const string JwsType = "comity-request-event";

    /// <summary>An event longer than this (as signed, without its body) is refused.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>The most events that one has seen last: more cannot be concurrent between two sides that work.</summary>
    public const int MostSeen = 16;

    private RequestEvent(byte[] payload) => (Payload, Id) = (payload, EventId.Of(payload));

    /// <summary>What is signed: JSON, UTF-8. Fields that this version does not know are kept.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Its name.</summary>
    public EventId Id { get; }

    /// <summary>Of which request.</summary>
    public required RequestId Request { get; init; }

    /// <summary>What happened.</summary>
    public required EventType Type { get; init; }

    /// <summary>Whose node signed it.</summary>
    public required MemberCode From { get; init; }

    /// <summary>When, by its author's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The last events its author had seen, in order; none in the first.</summary>
    public required IReadOnlyList<EventId> Seen { get; init; }

    /// <summary>In whose name.</summary>
    public required Authority By { get; init; }

    /// <summary>The second person, where two had to agree.</summary>
    public required Authority? Second { get; init; }

    /// <summary>SHA-256 of the salted body; null where there is none.</summary>
    public required byte[]? Commitment { get; init; }

    /// <summary>What it says in codes.</summary>
    public required EventFacts Facts { get; init; }

    /// <summary>Makes an event.</summary>
    public static RequestEvent Make(
        RequestId request, EventType type, MemberCode from, DateTimeOffset at, IEnumerable<EventId> seen, Authority by, Authority? second = null, byte[]? commitment = null, EventFacts? facts = null)
    {
        var (last, whole) = (seen.Distinct().Order().ToList(), DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()));
        var payload = EventJson.Write(request, type, from, whole, last, by, second, commitment, facts ?? EventFacts.None);
        return new RequestEvent(payload)
        {
            Request = request, Type = type, From = from, At = whole, Seen = last, By = by, Second = second, Commitment = commitment, Facts = facts ?? EventFacts.None,
        };
    }

    /// <summary>Signs it as a compact JWS.</summary>
    public string Sign(SigningKey key) => Jws.Sign(Payload.Span, key, JwsType);

    /// <summary>Reads a payload whose signature was checked.</summary>
    /// <param name="payload">The JWS payload.</param>
    /// <param name="fault">Which field is wrong.</param>
    public static RequestEvent? Read(ReadOnlyMemory<byte> payload, out string? fault)
    {
        if (!StrictJson.TryParseObject(payload, 8, out var json, out fault))
        {
            return null;
        }

        var fields = new Fields(json);
        var type = fields.Value<EventType>("type", EventTypes.TryParse);
        var read = new RequestEvent(payload.ToArray())
        {
            Request = fields.Value<RequestId>("request", RequestId.TryParse),
            Type = type,
            From = fields.Member("from"),
            At = fields.Instant("at"),
            Seen = EventJson.ReadSeen(fields, type),
            By = EventJson.ReadAuthority(fields, "by") ?? fields.Wrong("by", "is missing", Authority.Node),
            Second = EventJson.ReadAuthority(fields, "second"),
            Commitment = fields.TextOrNull("body", 43) is null ? null : fields.Bytes("body", SHA256.HashSizeInBytes),
            Facts = EventJson.ReadFacts(fields, type),
        };
        _ = fields.Number("v") == 1 || fields.Wrong("v", "is not 1", false);
        fault = fields.Fault;
        return fault is null ? read : null;
    }
}
