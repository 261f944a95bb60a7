using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Processes;
using Comity.Core.Storage;

namespace Comity.Core.Registers;

/// <summary>Answers partners' questions to queried registers: hit or no hit with a reference, never the record. docs/protocol/query.md.</summary>
public sealed class QueryService(NodeContext node, RegisterIndexes registers, HitNotices notices, Follower follower) : IExchangeService
{
    private const int MostMatches = 20;

    /// <inheritdoc/>
    public string Name => "register.query";

    /// <inheritdoc/>
    public int MaxBody => 64 * 1024;

    /// <inheritdoc/>
    public bool MustBeFresh => true;

    /// <summary>The content of a question: what both ledgers commit to, with the salt before it.</summary>
    public static byte[] Question(CheckQuestion question) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["register"] = question.Register.ToString(),
        ["case"] = question.Case,
        ["probe"] = JsonNode.Parse(question.Probe.ToContent()),
    });

    /// <inheritdoc/>
    public async Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel)
    {
        if (!StrictJson.TryParseObject(message.Content, 32, out var json, out var fault))
        {
            return ServiceAnswer.No(ProblemKind.BodyMalformed, fault);
        }

        var fields = new Fields(json);
        var name = fields.Value<RegisterName>("register", (string text, out RegisterName read) => RegisterName.TryParse(text, null, out read));
        var reference = fields.Text("case", 60);
        var probeJson = fields.Object("probe");
        if (fields.Fault is not null || probeJson is null)
        {
            return ServiceAnswer.No(ProblemKind.BodyMalformed, fields.Fault ?? "probe is missing");
        }

        if (Allowed(message, name) is not { } allowed)
        {
            return ServiceAnswer.No(ProblemKind.NotAllowed);
        }

        if (node.Membership.Revocations?.Refuses(name) is { } stale)
        {
            return new ServiceAnswer.Refusal(stale);   // who asks may have lost the key it asks with
        }

        var (register, contract, purpose) = allowed;
        if (contract.NeedsCase && reference.Length == 0)
        {
            return ServiceAnswer.No(ProblemKind.BodyMalformed, "case is empty; this register demands a case reference");
        }

        if (register.ReadProbe(System.Text.Encoding.UTF8.GetBytes(probeJson.Value.GetRawText())) is not ProbeReading.Accepted { Probe: var probe })
        {
            return ServiceAnswer.No(ProblemKind.BodyMalformed, "probe cannot be read");
        }

        // The question counts and is in the ledger before its answer leaves; the probe itself is not kept.
        var position = follower.Position;
        var found = Hits(register, probe);
        var tag = WhoAsked.TagOf(node.Sealer, register, message.Envelope.Realm, probe);
        return await node.Store.WriteAsync(session => Answer(
            session, message, register, contract, purpose, position == follower.Position ? found : Hits(register, probe), tag));
    }

    private static List<Found> Hits(IRegister register, IProbe probe) => [.. register.Find(probe).Matches.Where(match => match.Hit)];

    private (IRegister Register, QueriedContract Contract, Purpose Purpose)? Allowed(Incoming message, RegisterName name)
    {
        var membership = node.Membership;
        return registers.Find(name) is { Contract: { } contract } register
            && membership.Terms(name) is { Mode: SharingMode.Queried } terms
            && Purpose.TryParse(message.Envelope.Purpose, null, out var purpose) && terms.Serves(purpose)
            && membership.Directory.MayRead(name, membership.Self, message.From)
                ? (register, contract, purpose) : null;
    }

    private ServiceAnswer Answer(WriteSession session, Incoming message, IRegister register, QueriedContract contract, Purpose purpose, List<Found> found, byte[]? tag)
    {
        var perDay = Math.Min(contract.PerDay, node.Membership.Terms(register.Name)?.QuotaFor(message.From, purpose) ?? int.MaxValue);
        if (!Quotas.Use(session, register.Name, message.From, purpose, node.Now, perDay))
        {
            return ServiceAnswer.No(ProblemKind.QuotaExceeded);
        }

        var visible = found.Where(match => registers.FeedOf(match.At.Log)?.Realm == message.Envelope.Realm
            && registers.Open(session.LiveBody(match.At.Log, match.At.Index)) is { } body && body.Handling.Allows(purpose)).Take(MostMatches).ToList();
        var detail = JsonSerializer.SerializeToUtf8Bytes(new JsonArray([.. visible.Select(match => (JsonNode)$"{match.At.Log}#{match.At.Index}")]));
        var entry = node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.QueryAnswered, node.Now, Actor.Node)
            .With("from", message.From.ToString()).With("register", register.Name.ToString()).With("purpose", purpose.ToString()).With("realm", message.Envelope.Realm.Text())
            .With("asked", message.Envelope.Digest).With("hits", visible.Count).WithDetail(SaltedBody.Make(detail, node.Randomness)).About(tag));
        notices.Answered(session, message, register, purpose, entry, visible);
        var matches = visible.Select((match, i) => (JsonNode)new JsonObject
        {
            ["reference"] = $"{node.Membership.Self}-{entry}-{i + 1}",
            ["strength"] = match.Strength,
            ["en"] = match.Explanation.En,
            ["fr"] = match.Explanation.Fr,
        });
        return new ServiceAnswer.Content(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["matches"] = new JsonArray([.. matches]) }));
    }
}

/// <summary>Counts questions against quotas, by day (UTC).</summary>
internal static class Quotas
{
    /// <summary>How many were used today.</summary>
    public static long Used(ReadSession session, RegisterName register, MemberCode member, string what, DateTimeOffset now) => session.First(
        "SELECT used FROM quota WHERE register = @register AND member = @member AND purpose = @what AND day = @day", row => row.GetInt64(0),
        ("@register", register.ToString()), ("@member", member.ToString()), ("@what", what), ("@day", Day(now)));

    /// <summary>Counts some, whatever is left.</summary>
    public static void Count(WriteSession session, RegisterName register, MemberCode member, string what, DateTimeOffset now, long count) => session.Execute(
        """
        INSERT INTO quota (register, member, purpose, day, used) VALUES (@register, @member, @what, @day, @count)
        ON CONFLICT (register, member, purpose, day) DO UPDATE SET used = quota.used + excluded.used
        """,
        ("@register", register.ToString()), ("@member", member.ToString()), ("@what", what), ("@day", Day(now)), ("@count", count));

    /// <summary>Uses one; false where none is left.</summary>
    public static bool Use(WriteSession session, RegisterName register, MemberCode member, Purpose purpose, DateTimeOffset now, int perDay) =>
        perDay > 0 && session.Execute(
            """
            INSERT INTO quota (register, member, purpose, day, used) VALUES (@register, @member, @purpose, @day, 1)
            ON CONFLICT (register, member, purpose, day) DO UPDATE SET used = quota.used + 1 WHERE quota.used < @most
            """,
            ("@register", register.ToString()), ("@member", member.ToString()), ("@purpose", purpose.ToString()), ("@day", Day(now)), ("@most", (long)perDay)) > 0;

    private static long Day(DateTimeOffset now) => now.ToUnixTimeSeconds() / 86400;
}
