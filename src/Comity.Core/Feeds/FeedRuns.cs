using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Feeds;

/// <summary>A question for a run of a feed's entries.</summary>
/// <param name="Origin">Which feed.</param>
/// <param name="From">The first entry wanted.</param>
/// <param name="Most">1 to <see cref="PullAnswer.MostEntries"/>.</param>
internal sealed record FeedQuestion(string Origin, long From, int Most)
{
    /// <summary>Reads it; null where it cannot be read.</summary>
    public static FeedQuestion? Read(ReadOnlyMemory<byte> content, out string? fault)
    {
        if (!StrictJson.TryParseObject(content, 4, out var json, out fault))
        {
            return null;
        }

        var fields = new Fields(json);
        var question = new FeedQuestion(fields.Text("feed", 300), fields.Size("from"), Math.Clamp(fields.Number("most"), 1, PullAnswer.MostEntries));
        fault = fields.Fault;
        return fault is null ? question : null;
    }

    /// <summary>The bytes.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["feed"] = Origin, ["from"] = From, ["most"] = Most });
}

/// <summary>Reads runs of entries from the store as they travel, with the signed checkpoint that proves them.</summary>
internal static class FeedRuns
{
    /// <summary>Answers a member's question for a run; what is handed out is in the ledger before the answer leaves.</summary>
    /// <param name="node">The node.</param>
    /// <param name="message">The question.</param>
    /// <param name="find">The run; null for "no such feed" and for "not for you": one refusal, so that a stranger to a feed does not learn that it exists.</param>
    /// <param name="refuses">Why a feed that the member may have is not handed out now; null where it is.</param>
    public static async Task<ServiceAnswer> AnswerAsync(NodeContext node, Incoming message, Func<FeedName, FeedQuestion, PullAnswer?> find, Func<FeedName, Problem?>? refuses = null)
    {
        if (FeedQuestion.Read(message.Content, out var fault) is not { } question)
        {
            return ServiceAnswer.No(ProblemKind.BodyMalformed, fault);
        }

        var run = FeedName.TryParse(question.Origin, out var feed) ? find(feed, question) : null;
        if (run is null)
        {
            return ServiceAnswer.No(ProblemKind.NotAllowed);
        }

        if (refuses?.Invoke(feed!) is { } refusal)
        {
            return new ServiceAnswer.Refusal(refusal);
        }

        if (run.Entries.Count > 0)
        {
            await node.Store.WriteAsync(session => node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Disclosed, node.Now, Actor.Node)
                .With("to", message.From.ToString()).With("feed", question.Origin).With("from", question.From).With("count", run.Entries.Count)));
        }

        return new ServiceAnswer.Content(run.ToBytes());
    }

    /// <summary>A run of a feed's entries; null where it has no checkpoint or ends before the run. A mirror on its way is given as far as its checkpoint reaches.</summary>
    public static PullAnswer? Read(ReadSession session, FeedRow row, long from, int most, BodySealer sealer)
    {
        if (row.Checkpoint is not { } checkpoint || SizeOf(checkpoint) is not { } size || from > size)
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
                return bytes < PullService.AnswerBytes;
            },
            ("@log", row.Log), ("@from", from), ("@to", Math.Min(size, from + most)));
        var entries = Many.Make(rows.Count, i => new PulledEntry(rows[i].Leaf, rows[i].Body is { } body ? sealer.Open(body.Ciphertext, body.Secret) : null));
        var end = from + entries.Length;
        TreeHash[] proof = end == 0 || end == size ? [] : new StoredTree(session, row.Log).Consistency(end, size);
        return new PullAnswer(checkpoint, proof, from, entries);
    }

    private static long? SizeOf(byte[] checkpoint) =>
        SignedNote.TryParse(checkpoint, out var note, out _) && Checkpoint.TryParse(note.Text, out var read, out _) ? read.Head.Size : null;
}
