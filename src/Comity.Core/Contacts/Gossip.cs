using System.Collections.Concurrent;
using System.Text;
using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Contacts;

/// <summary>Compares what partners have seen of third members' logs with what is known here: so that a log with two pasts is found by somebody.</summary>
internal sealed class Gossip(NodeContext node, Witness witness)
{
    private readonly ConcurrentDictionary<(MemberCode To, string Origin), long> _told = new();
    private readonly ConcurrentDictionary<string, (byte[] Note, TreeHead Head, MemberCode Source)> _ahead = new(StringComparer.Ordinal);

    /// <summary>Set when a partner showed a checkpoint of one of this node's own logs that this node does not have: it was set back.</summary>
    public string? OwnPastMissing { get; private set; }

    /// <summary>The checkpoints to show a partner: of feeds it may have, too, and of ledgers; those it was not told yet.</summary>
    public string[] For(MemberCode partner)
    {
        var (feeds, ledgers) = node.Store.Read(session => (session.Feeds(), WitnessTable.All(session)));
        List<string> seen = [];
        foreach (var feed in feeds.Where(feed => !feed.Own && feed.Name.Owner != partner && feed.Checkpoint is not null && PullService.MayHave(node.Membership, feed.Name, partner)))
        {
            Tell(partner, feed.Name.Origin, feed.Size, feed.Checkpoint!);
        }

        foreach (var ledger in ledgers.Where(ledger => ledger.Owner != partner))
        {
            Tell(partner, ledger.Origin, ledger.Head.Size, ledger.Note);
        }

        return [.. seen];

        void Tell(MemberCode to, string origin, long size, byte[] note)
        {
            if (seen.Count < ContactLimits.MaxNotes / 10 && _told.GetValueOrDefault((to, origin), -1) != size)
            {
                _told[(to, origin)] = size;
                seen.Add(Encoding.UTF8.GetString(note));
            }
        }
    }

    /// <summary>A contact that failed told nothing.</summary>
    public void Forget(MemberCode partner)
    {
        foreach (var key in _told.Keys.Where(key => key.To == partner))
        {
            _told.TryRemove(key, out _);
        }
    }

    /// <summary>Compares what a partner shows.</summary>
    public async Task HearAsync(MemberCode source, IEnumerable<string> notes)
    {
        foreach (var text in notes)
        {
            var note = Encoding.UTF8.GetBytes(text);
            if (Origin(note) is { } origin && OwnerOf(origin) is { } owner && CheckpointReader.Read(node.Membership, owner, origin, note) is CheckpointReading.Valid { Head: var head })
            {
                await CompareAsync(origin, owner, head, note, source);
            }
        }
    }

    /// <summary>The sizes of a member's ledger that others have shown and that its next answer must prove.</summary>
    public long[] ToProve(MemberCode owner) =>
        _ahead.TryGetValue(LedgerOf(owner), out var ahead) ? [ahead.Head.Size] : [];

    /// <summary>Judges the owner's proofs that what others have shown leads to its head.</summary>
    public async Task JudgeProofsAsync(MemberCode owner, TreeHead head, byte[] note, LedgerProof[] proofs)
    {
        var origin = LedgerOf(owner);
        if (!_ahead.TryRemove(origin, out var ahead))
        {
            return;
        }

        var proof = proofs.FirstOrDefault(proof => proof.From == ahead.Head.Size);
        var proved = head == ahead.Head || (proof is not null && Proofs.TryRead(proof.Proof, out var hashes)
            && ConsistencyProof.Verify(ahead.Head, head, hashes) == ProofVerdict.Valid);
        if (!proved)
        {
            await node.Store.WriteAsync(session => witness.Contradict(session, origin, note, ahead.Note, ahead.Source));
        }
    }

    /// <summary>Compares again what was ahead of a mirror, now that it grew.</summary>
    public async Task RecheckAsync(FeedName feed)
    {
        if (_ahead.TryRemove(feed.Origin, out var ahead))
        {
            await CompareAsync(feed.Origin, feed.Owner, ahead.Head, ahead.Note, ahead.Source);
        }
    }

    private string LedgerOf(MemberCode member) => FeedName.LedgerOrigin(node.Membership.Network, member, 1);

    private async Task CompareAsync(string origin, MemberCode owner, TreeHead head, byte[] note, MemberCode source)
    {
        if (owner == node.Membership.Self)
        {
            CompareOwn(origin, head);
            return;
        }

        if (FeedName.TryParse(origin, out _))
        {
            await CompareFeedAsync(origin, head, note, source);
            return;
        }

        var known = node.Store.Read(session => WitnessTable.Find(session, origin));
        if (known?.Head.Size == head.Size && known.Head.Root != head.Root)
        {
            await node.Store.WriteAsync(session => witness.Contradict(session, origin, known.Note, note, source));
        }
        else if (known is not null && known.Head.Size != head.Size)
        {
            _ahead[origin] = (note, head, source);   // only its owner can prove how the two hang together
        }
    }

    private async Task CompareFeedAsync(string origin, TreeHead head, byte[] note, MemberCode source)
    {
        var ours = node.Store.Read(session => session.First(
            "SELECT l.log, l.size, l.checkpoint FROM log l WHERE l.origin = @origin", row => (Log: row.GetInt64(0), Size: row.GetInt64(1), Note: row.BytesOrNull(2)), ("@origin", origin)));
        if (ours.Log == 0)
        {
            return;
        }

        if (head.Size > ours.Size)
        {
            _ahead[origin] = (note, head, source);
        }
        else if (node.Store.Read(session => new StoredTree(session, ours.Log).RootAt(head.Size)) != head.Root)
        {
            await node.Store.WriteAsync(session =>
            {
                witness.Contradict(session, origin, ours.Note ?? note, note, source);
                var fault = new FeedFault(FeedFaultCode.Fork, head.Size, $"{source} was shown another past of this feed at size {head.Size}", node.Now);
                session.SetFault(ours.Log, fault);
                node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Quarantined, node.Now, Actor.Node)
                    .With("feed", origin).With("fault", fault.Name).With("index", head.Size));
            });
        }
    }

    private void CompareOwn(string origin, TreeHead head)
    {
        var missing = node.Store.Read(session =>
        {
            var (log, size) = session.First("SELECT log, size FROM log WHERE origin = @origin", row => (row.GetInt64(0), row.GetInt64(1)), ("@origin", origin));
            return log == 0 || size < head.Size || new StoredTree(session, log).RootAt(head.Size) != head.Root;
        });
        if (missing)
        {
            OwnPastMissing = origin;
        }
    }

    private MemberCode? OwnerOf(string origin)
    {
        var parts = origin.Split('/');
        return parts.Length >= 4 && parts[0] == "comity" && parts[1] == node.Membership.Network && MemberCode.TryParse(parts[2], null, out var owner)
            && (parts[3] == "ledger" || FeedName.TryParse(origin, out _)) ? owner : null;
    }

    private static string? Origin(byte[] note) =>
        SignedNote.TryParse(note, out var parsed, out _) && Checkpoint.TryParse(parsed.Text, out var checkpoint, out _) ? checkpoint.Origin : null;
}
