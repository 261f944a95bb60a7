using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Recovery;

/// <summary>Opens new epochs of this node's own logs, as its root has signed: what was in force in a feed that ends is published anew in the next one.</summary>
internal sealed class OwnEpochs(NodeContext node, RegisterIndexes registers, PastInquiry inquiry)
{
    /// <summary>Why the node cannot open these epochs; null where it can.</summary>
    public string? Fault(ReadSession session, Notice.Epoch notice)
    {
        if (OwnPast.Read(session).State == PastState.Unconfirmed)
        {
            return "partners have not said yet what they know of this node's logs: comity recover";
        }

        foreach (var end in notice.Ends.Where(end => FeedName.TryParse(end.Log, out _)))
        {
            var (log, frontier) = session.First("SELECT log, frontier FROM log WHERE origin = @origin", row => (row.GetInt64(0), row.Bytes(1)), ("@origin", end.Log));
            var head = log == 0 ? default : EpochPlan.HeadOf(frontier!);
            if (log == 0 ? end.Size > 0 : head.Size != end.Size || head.Root != end.Root || EpochPlan.InForce(session, log).Count != end.Carried)
            {
                return $"{end.Log} is not as it was when the notice was drawn up: draw it up again";
            }

            if (session.First("SELECT size FROM log WHERE origin = @origin", row => row.GetInt64(0), ("@origin", end.Next)) > 0)
            {
                return $"{end.Next} has entries already";
            }
        }

        return null;
    }

    /// <summary>Lets the heads of the logs that begin be signed: nobody has signed anything of them yet.</summary>
    public void Permit(Notice.Epoch notice) => node.Membership.Past.Permit(notice.Ends.Select(end => end.Next));

    /// <summary>Opens them, in the transaction that keeps the notice.</summary>
    public void Open(WriteSession session, Notice.Epoch notice, Actor by)
    {
        if (Fault(session, notice) is { } fault)
        {
            throw new StorageException(fault, away: false);
        }

        foreach (var end in notice.Ends)
        {
            session.Execute("DELETE FROM own_head WHERE origin = @origin", ("@origin", end.Log));
            if (FeedName.TryParse(end.Log, out var old) && FeedName.TryParse(end.Next, out var next) && end.Carried > 0)
            {
                Carry(session, old, next, by);
            }
        }

        inquiry.Conclude(session);
    }

    /// <summary>Publishes anew what is in force, entry by entry in its order, with the very bodies that partners have.</summary>
    private void Carry(WriteSession session, FeedName old, FeedName next, Actor by)
    {
        var (from, to) = (session.OpenFeed(old, LogKind.Own), session.OpenFeed(next, LogKind.Own));
        var register = registers.Find(old.Register);
        List<(RecordAddress From, RecordAddress To, IRegisterRecord Record)> moved = [];
        var records = EpochPlan.InForce(session, from);
        foreach (var record in records)
        {
            var sealedBody = session.Body(from, record.Index)!;
            var body = node.Sealer.Open(sealedBody.Ciphertext, sealedBody.Secret) ?? throw new StorageException($"Record {record.Index} of {old.Origin} cannot be read.", away: false);
            session.RemoveRecord(from, record.Index);
            session.EraseBody(from, record.Index);
            var index = session.Append(to, FeedLeaf.Publish(body).ToBytes(), node.Sealer.Seal(body));
            session.Add(record with { Log = to, Index = index });
            if (RecordBody.TryRead(SaltedBody.Content(body), out var read, out _) && register?.Judge(read!.Content, static _ => true) is Judgement.Accepted accepted)
            {
                moved.Add((new RecordAddress((int)from, record.Index), new RecordAddress((int)to, index), accepted.Record));
            }
        }

        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Published, node.Now, by).With("feed", next.Origin).With("from", 0).With("published", records.Count).With("amended", 0));
        session.AfterCommit(() =>
        {
            registers.Know(to, next);
            foreach (var (before, now, record) in moved)
            {
                register!.Remove(before, record);
                register.Add(now, record);
            }
        });
    }
}
