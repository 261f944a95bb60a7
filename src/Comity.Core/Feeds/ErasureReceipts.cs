using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Storage;

namespace Comity.Core.Feeds;

/// <summary>Holders tell the owner, signed, what they have erased. docs/protocol/feed.md, "Erasure".</summary>
public sealed class ErasureReceipts(NodeContext node) : IExchangeService
{
    /// <summary>At most so many entries in one receipt.</summary>
    public const int MostEntries = 100_000;

    private const int MostRanges = 8192;

    /// <inheritdoc/>
    public string Name => "feed.erased";

    /// <inheritdoc/>
    public int MaxBody => 512 * 1024;

    /// <inheritdoc/>
    public bool MustBeFresh => false;

    /// <summary>Queues the receipt for what this transaction erased.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="node">This node.</param>
    /// <param name="feed">The owner's feed.</param>
    /// <param name="indexes">The entries, ascending.</param>
    public static void Queue(WriteSession session, NodeContext node, FeedName feed, IEnumerable<long> indexes)
    {
        foreach (var ranges in Ranges(indexes).Chunk(MostRanges))
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString("feed", feed.Origin);
                json.WriteNumber("at", node.Now.ToUnixTimeMilliseconds());
                json.WriteStartArray("erased");
                foreach (var (from, to) in ranges)
                {
                    json.WriteNumberValue(from);
                    json.WriteNumberValue(to);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            Outbox.Queue(session, node, feed.Owner, "feed.erased", feed.Realm, buffer.ToArray());
        }
    }

    /// <inheritdoc/>
    public Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel)
    {
        var (feed, at, ranges, fault) = Read(message.Content);
        if (fault is not null)
        {
            return Task.FromResult(ServiceAnswer.No(ProblemKind.BodyMalformed, fault));
        }

        var row = node.Store.Read(session => session.Feed(feed!));
        return Task.FromResult(row is { Own: true } && row.Name.Audience.Includes(message.From) && ranges.All(range => range.To <= row.Size)
            ? new ServiceAnswer.Change(session => Keep(session, row, message, at, ranges))
            : ServiceAnswer.No(ProblemKind.NotAllowed));
    }

    private byte[] Keep(WriteSession session, FeedRow feed, Incoming message, DateTimeOffset at, List<(long From, long To)> ranges)
    {
        var id = message.Envelope.Id.ToString();
        session.Execute(
            "INSERT INTO erasure_receipt (id, member, envelope, body, at) VALUES (@id, @member, @envelope, @body, @at)",
            ("@id", id), ("@member", message.From.ToString()), ("@envelope", message.Signed), ("@body", message.Body), ("@at", at.ToUnixTimeMilliseconds()));
        foreach (var (from, to) in ranges)
        {
            session.Execute(
                "DELETE FROM erasure_owed WHERE log = @log AND member = @member AND idx >= @from AND idx < @to",
                ("@log", feed.Log), ("@member", message.From.ToString()), ("@from", from), ("@to", to));
            for (var index = from; index < to; index++)
            {
                session.Execute(
                    "INSERT INTO erasure (log, idx, member, receipt) VALUES (@log, @idx, @member, @receipt) ON CONFLICT (log, idx, member) DO NOTHING",
                    ("@log", feed.Log), ("@idx", index), ("@member", message.From.ToString()), ("@receipt", id));
            }
        }

        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.ErasureReceipt, node.Now, Actor.Node)
            .With("from", message.From.ToString()).With("feed", feed.Name.Origin).With("count", ranges.Sum(range => range.To - range.From)).With("receipt", id));
        return "{}"u8.ToArray();
    }

    private static (FeedName? Feed, DateTimeOffset At, List<(long From, long To)> Ranges, string? Fault) Read(ReadOnlyMemory<byte> content)
    {
        List<(long From, long To)> ranges = [];
        if (!StrictJson.TryParseObject(content, 4, out var json, out var fault))
        {
            return (null, default, ranges, fault);
        }

        var fields = new Fields(json);
        var feed = FeedName.TryParse(fields.Text("feed", 300), out var name) ? name : fields.Wrong<FeedName?>("feed", "is no feed", null);
        var at = fields.Instant("at");
        var numbers = fields.Items("erased", MostRanges * 2).Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var n) ? n : -1).ToList();
        for (var i = 0; i + 1 < numbers.Count; i += 2)
        {
            ranges.Add((numbers[i], numbers[i + 1]));
        }

        if (numbers.Count % 2 != 0 || ranges.Exists(range => range.From < 0 || range.To <= range.From) || ranges.Sum(range => Math.Min(range.To - range.From, MostEntries + 1)) > MostEntries)
        {
            fields.Wrong("erased", $"is not pairs of first and next index, at most {MostEntries} entries", 0);
        }

        return (feed, at, ranges, fields.Fault);
    }

    private static IEnumerable<(long From, long To)> Ranges(IEnumerable<long> indexes)
    {
        long from = -1, to = -1;
        foreach (var index in indexes)
        {
            if (index == to)
            {
                to++;
                continue;
            }

            if (from >= 0)
            {
                yield return (from, to);
            }

            (from, to) = (index, index + 1);
        }

        if (from >= 0)
        {
            yield return (from, to);
        }
    }
}
