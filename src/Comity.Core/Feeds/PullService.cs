using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Feeds;

/// <summary>Hands the entries of this node's feeds to the members that they are for. docs/protocol/feed.md, "Pull".</summary>
public sealed class PullService(NodeContext node) : IExchangeService
{
    /// <summary>About so many bytes of bodies in one answer; the last entry may go beyond.</summary>
    public const int AnswerBytes = 4 << 20;

    /// <inheritdoc/>
    public string Name => "feed.pull";

    /// <inheritdoc/>
    public int MaxBody => 1024;

    /// <inheritdoc/>
    public bool MustBeFresh => false;

    /// <summary>The question: which feed, from which entry.</summary>
    public static byte[] Question(FeedName feed, long from, int most = PullAnswer.MostEntries) =>
        JsonSerializer.SerializeToUtf8Bytes(new System.Text.Json.Nodes.JsonObject { ["feed"] = feed.Origin, ["from"] = from, ["most"] = most });

    /// <summary>Whether a member may have an owner's feed: it is in the audience, and the charter lets it read the register.</summary>
    public static bool MayHave(Membership membership, FeedName feed, MemberCode member) =>
        feed.Audience.Includes(member) && membership.Allows(feed.Realm) && !membership.IsSuspended(member)
        && membership.Terms(feed.Register) is { Mode: SharingMode.Replicated } && membership.Directory.MayRead(feed.Register, feed.Owner, member);

    /// <inheritdoc/>
    public async Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel)
    {
        if (!StrictJson.TryParseObject(message.Content, 4, out var json, out var fault))
        {
            return ServiceAnswer.No(ProblemKind.BodyMalformed, fault);
        }

        var fields = new Fields(json);
        var origin = fields.Text("feed", 300);
        var from = fields.Size("from");
        var most = Math.Clamp(fields.Number("most"), 1, PullAnswer.MostEntries);
        if (fields.Fault is not null)
        {
            return ServiceAnswer.No(ProblemKind.BodyMalformed, fields.Fault);
        }

        // One refusal for "no such feed" and "not for you": a stranger to a feed does not learn that it exists.
        var run = FeedName.TryParse(origin, out var feed) && feed.Owner == node.Membership.Self && MayHave(node.Membership, feed, message.From)
            ? node.Store.Read(session => Read(session, feed, from, most))
            : null;
        if (run is null)
        {
            return ServiceAnswer.No(ProblemKind.NotAllowed);
        }

        if (run.Entries.Count > 0)
        {
            await node.Store.WriteAsync(session => node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Disclosed, node.Now, Actor.Node)
                .With("to", message.From.ToString()).With("feed", origin).With("from", from).With("count", run.Entries.Count)));
        }

        return new ServiceAnswer.Content(run.ToBytes());
    }

    /// <summary>A run of an own feed's entries as they go to partners; null where there is no such feed or it ends before the run.</summary>
    public PullAnswer? Read(ReadSession session, FeedName feed, long from, int most)
    {
        if (session.Feed(feed) is not { Own: true, Checkpoint: { } checkpoint } row || from > row.Size)
        {
            return null;
        }

        List<(byte[] Leaf, SealedBody? Body)> rows = [];
        var bytes = 0;
        session.Each(
            """
            SELECT e.leaf, e.body, k.secret FROM entry e LEFT JOIN entry_key k ON k.log = e.log AND k.idx = e.idx
            WHERE e.log = @log AND e.idx >= @from AND e.idx < @to ORDER BY e.idx
            """,
            entry =>
            {
                var body = entry.IsDBNull(1) || entry.IsDBNull(2) ? null : new SealedBody(entry.Bytes(1), entry.Bytes(2));
                rows.Add((entry.Bytes(0), body));
                bytes += body?.Ciphertext.Length ?? 0;
                return bytes < AnswerBytes;
            },
            ("@log", row.Log), ("@from", from), ("@to", from + most));
        var entries = Many.Make(rows.Count, i => new PulledEntry(rows[i].Leaf, rows[i].Body is { } body ? node.Sealer.Open(body.Ciphertext, body.Secret) : null));
        var end = from + entries.Length;
        TreeHash[] proof = end == 0 || end == row.Size ? [] : new StoredTree(session, row.Log).Consistency(end, row.Size);
        return new PullAnswer(checkpoint, proof, from, entries);
    }
}
