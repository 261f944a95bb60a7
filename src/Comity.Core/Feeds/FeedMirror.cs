using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Ledger;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Feeds;

/// <summary>What came of taking in a run of entries.</summary>
public abstract record TakeIn
{
    private TakeIn()
    {
    }

    /// <summary>Verified, stored and indexed.</summary>
    /// <param name="Count">How many entries.</param>
    /// <param name="Size">The mirror's size now.</param>
    /// <param name="Complete">Whether that is all the owner's checkpoint covers.</param>
    public sealed record Taken(int Count, long Size, bool Complete) : TakeIn;

    /// <summary>Nothing was stored: the run does not fit, cannot be believed, or the feed is stopped.</summary>
    public sealed record NotTaken(string Reason) : TakeIn;

    /// <summary>The feed is in quarantine by what was found.</summary>
    public sealed record Quarantined(FeedFault Fault) : TakeIn;
}

/// <summary>Takes in partners' feeds: verifies every entry against the owner's signed checkpoint before it is stored.</summary>
public sealed class FeedMirror(NodeContext node, RegisterIndexes registers, Standings standings)
{
    /// <summary>Takes in a run of entries, from a partner's line or from a file.</summary>
    public Task<TakeIn> TakeInAsync(FeedName feed, PullAnswer run)
    {
        var entries = ReadEntry.All(feed, run, node, registers);
        return node.Store.WriteAsync(session => TakeInto(session, feed, run, entries));
    }

    private TakeIn TakeInto(WriteSession session, FeedName feed, PullAnswer run, ReadEntry[] entries)
    {
        if (node.Membership.Directory.Newest(feed) != feed)
        {
            return new TakeIn.NotTaken($"the root of {feed.Owner} has opened {node.Membership.Directory.Newest(feed).Origin}, and not this epoch of it");
        }

        var log = session.OpenFeed(feed, LogKind.Mirror);
        var row = session.Feed(log)!;
        if (row.Fault is { Stops: true } stopped)
        {
            return new TakeIn.NotTaken($"the feed is in quarantine: {stopped.Text}");
        }

        if (run.From != row.Size)
        {
            return new TakeIn.NotTaken($"the run begins at {run.From}; {row.Size} entries are here");
        }

        switch (CheckpointReader.Read(node.Membership, feed.Owner, feed.Origin, run.Checkpoint))
        {
            case CheckpointReading.Revoked revoked:
                return Quarantine(session, row, FeedFaultCode.KeyRevoked, revoked.Size, revoked.Reason);
            case CheckpointReading.Unbelievable unbelievable:
                return new TakeIn.NotTaken(unbelievable.Reason);
            case CheckpointReading.Valid { Head: var head }:
                var fault = Verify(session.FrontierOf(log), run, head);
                return fault is null ? Store(session, row, run, entries, head)
                    : Forked(session, row, run, fault);
            default:
                throw new InvalidOperationException("A checkpoint is valid, revoked or unbelievable.");
        }
    }

    /// <summary>Whether the run, appended to what is here, leads to the signed head.</summary>
    private static string? Verify(TreeFrontier frontier, PullAnswer run, TreeHead head)
    {
        if (run.End > head.Size || (run.Entries.Count == 0 && head.Size < run.From))
        {
            return $"entries up to {run.End} are here or given, and the checkpoint covers {head.Size}";
        }

        foreach (var entry in run.Entries)
        {
            frontier.Append(Rfc6962.LeafHash(entry.Leaf));
        }

        return ConsistencyProof.Verify(frontier.Head, head, run.Proof) == ProofVerdict.Valid
            ? null
            : $"the entries up to {run.End} do not lead to the checkpoint of size {head.Size}";
    }

    private TakeIn Forked(WriteSession session, FeedRow row, PullAnswer run, string fault)
    {
        if (row.Checkpoint is { } ours)
        {
            ForkTable.Keep(session, row.Name.Origin, ours, run.Checkpoint, row.Name.Owner, node.Now);
        }

        return Quarantine(session, row, FeedFaultCode.Rewritten, row.Size, fault);
    }

    private TakeIn Store(WriteSession session, FeedRow row, PullAnswer run, ReadEntry[] entries, TreeHead head)
    {
        var changes = new MirrorChanges(session, row, node, registers);
        for (var i = 0; i < entries.Length; i++)
        {
            if (changes.Judge(run.From + i, entries[i]) is { } fault)
            {
                // Nothing of a run with such a fault is kept: the log stops before it. The transaction holds no change yet.
                return Quarantine(session, row, fault.Code, fault.Index, fault.Text);
            }
        }

        changes.Store();
        var complete = run.End == head.Size;
        if (complete)
        {
            session.SetCheckpoint(row.Log, run.Checkpoint);
        }

        session.SetTold(row.Log, head.Size);
        if (run.Entries.Count > 0)
        {
            node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.TakenIn, node.Now, Actor.Node)
                .With("feed", row.Name.Origin).With("from", run.From).With("count", run.Entries.Count));
        }

        var found = changes.Fault ?? (complete ? MissingBody(session, row.Log) : null);
        if (found is not null && (row.Fault is null || found.Stops))
        {
            Quarantine(session, row, found.Code, found.Index, found.Text);
        }

        Recovery.EndedFeeds.Follow(session, node, registers, row.Name, run.End);
        session.AfterCommit(() =>
        {
            changes.Index();
            Telemetry.TakenIn.Add(run.Entries.Count);
        });
        return found is null ? new TakeIn.Taken(run.Entries.Count, run.End, complete) : new TakeIn.Quarantined(found);
    }

    private FeedFault? MissingBody(WriteSession session, long log)
    {
        var missing = session.First(
            "SELECT idx FROM record WHERE log = @log AND state = @state ORDER BY idx", row => (long?)row.GetInt64(0), ("@log", log), ("@state", (long)RecordState.BodyAwaited));
        return missing is { } index
            ? new FeedFault(FeedFaultCode.BodyMissing, index, $"entry {index} came without its body, and nothing supersedes it", node.Now)
            : null;
    }

    private TakeIn.Quarantined Quarantine(WriteSession session, FeedRow row, FeedFaultCode code, long index, string text)
    {
        var fault = new FeedFault(code, index, text, node.Now);
        session.SetFault(row.Log, fault);
        session.AfterCommit(standings.Refresh);
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Quarantined, fault.At, Actor.Node)
            .With("feed", row.Name.Origin).With("fault", fault.Name).With("index", index));
        return new TakeIn.Quarantined(fault);
    }
}
