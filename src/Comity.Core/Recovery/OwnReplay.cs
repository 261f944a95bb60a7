using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Recovery;

/// <summary>Does again what a run of own entries did, under the head that this node signed for it then.</summary>
internal sealed class OwnReplay(WriteSession session, NodeContext node, RegisterIndexes registers, FeedName feed)
{
    private readonly IRegister? _register = registers.Find(feed.Register);

    /// <summary>Appends a run; why it cannot be, or null. All of it or nothing.</summary>
    public string? Take(Actor by, MemberCode partner, PullAnswer run, ReadEntry[] entries, TreeHead head)
    {
        var log = session.OpenFeed(feed, LogKind.Own);
        if (session.SizeOf(log) != run.From)
        {
            return "the feed grew meanwhile";
        }

        if (Fault(session.FrontierOf(log), run, entries, head) is { } fault)
        {
            return $"{partner}: {fault}";
        }

        Append(by, partner, log, run, entries);
        session.Resume(log, run.End == head.Size ? run.Checkpoint : null);
        return null;
    }

    /// <summary>Gives bodies to records in force that have none.</summary>
    public void Fill(long from, ReadEntry[] entries)
    {
        var log = session.OpenFeed(feed, LogKind.Own);
        for (var i = 0; i < entries.Length; i++)
        {
            var (index, entry) = (from + i, entries[i]);
            if (entry is { Altered: false, Sealed: { } closed, Record: { } record } && session.Record(log, index) is { State: RecordState.BodyAwaited } && IsLeaf(log, index, entry.Bytes))
            {
                session.RemoveRecord(log, index);
                session.Execute("UPDATE entry SET body = @body WHERE log = @log AND idx = @idx", ("@body", closed.Ciphertext), ("@log", log), ("@idx", index));
                session.Execute("INSERT INTO entry_key (log, idx, secret) VALUES (@log, @idx, @secret)", ("@log", log), ("@idx", index), ("@secret", closed.Secret));
                PutInForce(log, index, record, entry.Judgement);
            }
        }
    }

    private void Append(Actor by, MemberCode partner, long log, PullAnswer run, ReadEntry[] entries)
    {
        var superseded = entries.Select(entry => entry.Leaf!.Supersedes).OfType<long>().ToHashSet();
        for (var i = 0; i < entries.Length; i++)
        {
            var (index, entry) = (run.From + i, entries[i]);
            if (entry.Leaf!.Supersedes is { } ended && ended < run.From)
            {
                TakeOut(log, ended);
            }

            var gone = superseded.Contains(index);
            session.Append(log, entry.Bytes, gone ? null : entry.Sealed);
            if (entry.Leaf.HasBody && !gone)
            {
                PutInForce(log, index, entry.Record, entry.Judgement);
            }
        }

        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Recovered, node.Now, by)
            .With("feed", feed.Origin).With("from", run.From).With("count", entries.Length).With("of", partner.ToString()));
        EndedFeeds.Follow(session, node, registers, feed, run.End);
        GiveKeys(log);
        session.AfterCommit(() => registers.Know(log, feed));
    }

    /// <summary>Why the run cannot follow what is here.</summary>
    private string? Fault(TreeFrontier frontier, PullAnswer run, ReadEntry[] entries, TreeHead head)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i] is { Leaf: null } or { Altered: true })
            {
                return $"entry {run.From + i} is not as it was signed";
            }

            frontier.Append(Rfc6962.LeafHash(entries[i].Bytes));
        }

        return ConsistencyProof.Verify(frontier.Head, head, run.Proof) == ProofVerdict.Valid ? null : "the entries do not follow from those that are here: this store has signed another past";
    }

    private void PutInForce(long log, long index, RecordBody? record, Judgement? judgement)
    {
        if (record is null)
        {
            session.Add(new RecordRow(log, index, null, RecordState.BodyAwaited, long.MaxValue));
            return;
        }

        var known = judgement is Judgement.Accepted accepted ? accepted.Record : null;
        session.Add(new RecordRow(log, index, known is null ? null : KeyOf(known), RecordState.Live, record.Expires.ToUnixTimeMilliseconds()));
        if (known is not null)
        {
            session.AfterCommit(() => _register!.Add(new RecordAddress((int)log, index), known));
        }
    }

    /// <summary>The key under which the record is found; null where an older record still has it, whose end may come back from another feed.</summary>
    private byte[]? KeyOf(IRegisterRecord record)
    {
        var key = RecordChanges.KeyOf(node.Sealer, feed.Register, feed.Realm, record.NaturalKey);
        return session.FindRecords(node.Store.Database, [key])[0] is null ? key : null;
    }

    /// <summary>Gives records their keys that an older record had when they came back.</summary>
    private void GiveKeys(long log)
    {
        foreach (var index in session.Query("SELECT idx FROM record WHERE log = @log AND natural_key IS NULL AND state = @live", row => row.GetInt64(0), ("@log", log), ("@live", (long)RecordState.Live)))
        {
            if (registers.Open(session.Body(log, index)) is { } body && _register?.Judge(body.Content, static _ => true) is Judgement.Accepted accepted && KeyOf(accepted.Record) is { } key)
            {
                session.Execute("UPDATE record SET natural_key = @key WHERE log = @log AND idx = @idx", ("@key", key), ("@log", log), ("@idx", index));
            }
        }
    }

    private void TakeOut(long log, long index)
    {
        var record = registers.Open(session.Body(log, index)) is { } body && _register?.Judge(body.Content, static _ => true) is Judgement.Accepted accepted ? accepted.Record : null;
        session.RemoveRecord(log, index);
        session.EraseBody(log, index);
        if (record is not null)
        {
            session.AfterCommit(() => _register!.Remove(new RecordAddress((int)log, index), record));
        }
    }

    private bool IsLeaf(long log, long index, byte[] leaf) =>
        session.First("SELECT leaf FROM entry WHERE log = @log AND idx = @idx", row => row.Bytes(0), ("@log", log), ("@idx", index))?.AsSpan().SequenceEqual(leaf) == true;
}
