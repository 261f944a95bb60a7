using Comity.Core.Access;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Exchange;

/// <summary>Messages that must arrive: queued with the change that makes them due, sent until there is a receipt, under one id.</summary>
public sealed class Outbox(NodeContext node, Correspondent correspondent)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseForUnknown = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeepForUnknown = TimeSpan.FromDays(30);

    // Whatever else a partner refuses may be taken in later: a line that delivered twice, a clock put right, a new charter or program.
    private static readonly HashSet<string> ForGood =
        new([ProblemKind.BodyMalformed.Code, ProblemKind.TooLarge.Code, ProblemKind.IdConflict.Code, ProblemKind.NotAllowed.Code], StringComparer.Ordinal);

    /// <summary>Queues a message; durable with the transaction.</summary>
    public static Guid Queue(WriteSession session, NodeContext node, MemberCode to, string service, Realm realm, byte[] content, string purpose = "", string basis = "")
    {
        var id = node.Randomness.NewId();
        var now = node.Now.ToUnixTimeMilliseconds();
        session.Execute(
            """
            INSERT INTO outbox (id, recipient, service, purpose, basis, realm, body, queued, next_try)
            VALUES (@id, @recipient, @service, @purpose, @basis, @realm, @body, @now, @now)
            """,
            ("@id", id.ToString()), ("@recipient", to.ToString()), ("@service", service), ("@purpose", purpose), ("@basis", basis),
            ("@realm", realm.Text()), ("@body", SaltedBody.Make(content, node.Randomness)), ("@now", now));
        return id;
    }

    /// <summary>Sends what is due to one partner; returns how many got their receipt.</summary>
    public async Task<int> SendDueAsync(MemberCode to, CancellationToken cancel)
    {
        var due = node.Store.Read(session => session.Query(
            """
            SELECT id, service, purpose, basis, realm, body, attempts FROM outbox
            WHERE recipient = @to AND next_try <= @now AND receipt IS NULL AND failure IS NULL ORDER BY queued LIMIT 100
            """,
            row => (Message: Read(row, to), Attempts: row.GetInt64(6)),
            ("@to", to.ToString()), ("@now", node.Now.ToUnixTimeMilliseconds())));
        var sent = 0;
        HashSet<string> unknown = new(StringComparer.Ordinal);
        foreach (var (message, attempts) in due)
        {
            if (unknown.Contains(message.Service))
            {
                continue;
            }

            var reply = await correspondent.AskAsync(message, Patience, cancel);
            await node.Store.WriteAsync(session => Note(session, message, attempts, reply));
            if (reply is Reply.Silent)
            {
                break;   // the others would only wait for the same silence
            }

            if (reply is Reply.Refused { Problem: var problem } && problem.Code == ProblemKind.ServiceUnknown.Code)
            {
                unknown.Add(message.Service);
            }

            sent += reply is Reply.Answered ? 1 : 0;
        }

        return sent;
    }

    private static Message Read(System.Data.Common.DbDataReader row, MemberCode to)
    {
        RealmText.TryParse(row.GetString(4), out var realm);
        return new Message(Guid.Parse(row.GetString(0)), to, row.GetString(1), row.GetString(2), row.GetString(3), realm, row.Bytes(5));
    }

    private void Note(WriteSession session, Message message, long attempts, Reply reply)
    {
        var id = ("@id", (object?)message.Id.ToString());
        switch (reply)
        {
            case Reply.Answered answered:
                session.Execute("UPDATE outbox SET receipt = @receipt WHERE id = @id", ("@receipt", answered.Signed), id);
                node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Sent, node.Now, Actor.Node)
                    .With("to", message.To.ToString()).With("service", message.Service).With("id", message.Id.ToString())
                    .With("envelope", answered.Receipt.Envelope).With("realm", message.Realm.Text()));
                break;
            case Reply.Refused { Problem: var problem } when ForGood.Contains(problem.Code):
                session.Execute("UPDATE outbox SET failure = @failure, attempts = attempts + 1 WHERE id = @id", ("@failure", problem.Code), id);
                break;
            case Reply.Refused { Problem: var problem } when problem.Code == ProblemKind.ServiceUnknown.Code:
                AwaitNewerProgram(session, message);
                break;
            default:
                session.Execute(
                    "UPDATE outbox SET attempts = attempts + 1, next_try = @next WHERE id = @id",
                    ("@next", (node.Now + Pause(attempts)).ToUnixTimeMilliseconds()), id);
                break;
        }
    }

    /// <summary>The partner's program does not know the service yet: one message an hour asks again for all of them, until they are old.</summary>
    private void AwaitNewerProgram(WriteSession session, Message message)
    {
        (string, object?)[] which = [("@to", message.To.ToString()), ("@service", message.Service)];
        session.Execute(
            "UPDATE outbox SET failure = @failure WHERE recipient = @to AND service = @service AND receipt IS NULL AND failure IS NULL AND queued < @before",
            [("@failure", ProblemKind.ServiceUnknown.Code), .. which, ("@before", (node.Now - KeepForUnknown).ToUnixTimeMilliseconds())]);
        session.Execute(
            "UPDATE outbox SET attempts = attempts + 1, next_try = @next WHERE recipient = @to AND service = @service AND receipt IS NULL AND failure IS NULL",
            [("@next", (node.Now + PauseForUnknown).ToUnixTimeMilliseconds()), .. which]);
    }

    /// <summary>What waits for each partner, and what was given up, in the last 90 days.</summary>
    public static IReadOnlyDictionary<MemberCode, Waiting> Waiting(ReadSession session) => session.Query(
        """
        SELECT recipient, SUM(CASE WHEN failure IS NULL THEN 1 ELSE 0 END), MIN(CASE WHEN failure IS NULL THEN queued END), SUM(CASE WHEN failure IS NULL THEN 0 ELSE 1 END), MAX(failure)
        FROM outbox WHERE receipt IS NULL GROUP BY recipient
        """,
        row => (Member: MemberCode.Parse(row.GetString(0)), Waiting: new Waiting(
            Convert.ToInt64(row.GetValue(1), System.Globalization.CultureInfo.InvariantCulture), row.InstantOrNull(2),
            Convert.ToInt64(row.GetValue(3), System.Globalization.CultureInfo.InvariantCulture), row.TextOrNull(4)))).ToDictionary(item => item.Member, item => item.Waiting);

    /// <summary>Doubles up to the longest pause; half of it by chance, so that many nodes do not return at once.</summary>
    private TimeSpan Pause(long attempts)
    {
        var full = Math.Min(LongestPause.Ticks, FirstPause.Ticks << (int)Math.Min(attempts, 12));
        Span<byte> chance = stackalloc byte[2];
        node.Randomness.Fill(chance);
        return TimeSpan.FromTicks((full / 2) + (full / 2 * System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(chance) / ushort.MaxValue));
    }
}

/// <summary>How the messages to one partner stand.</summary>
/// <param name="Count">How many wait for their receipt.</param>
/// <param name="Since">Since when the oldest waits; null where none does.</param>
/// <param name="GivenUp">How many will not be sent again, because the partner refused them for good.</param>
/// <param name="Reason">The code of one such refusal; null where there is none.</param>
public sealed record Waiting(long Count, DateTimeOffset? Since, long GivenUp, string? Reason);
