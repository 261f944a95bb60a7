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
internal sealed class Gossip(NodeContext node, Witness witness, Standings standings, Recovery.PastInquiry inquiry)
{
    // An answer may be lost without its sender knowing, and a partner forgets when it starts anew: so everything is told again after a while.
    private static readonly TimeSpan ToldFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(MemberCode To, string Origin), (long Size, DateTimeOffset At)> _told = new();
    private readonly ConcurrentDictionary<(string Origin, MemberCode Source), Ahead> _ahead = new();   // what cannot be compared yet

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
            var told = _told.GetValueOrDefault((to, origin), (-1, default));
            if (seen.Count < ContactLimits.MaxNotes / 10 && (told.Size != size || node.Now - told.At > ToldFor))
            {
                _told[(to, origin)] = (size, node.Now);
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
            if (Witness.OriginOf(note) is { } origin && OwnerOf(origin) is { } owner && !IsKnown(origin, note) && CheckpointReader.Read(node.Membership, owner, origin, note) is CheckpointReading.Valid { Head: var head })
            {
                await CompareAsync(origin, owner, head, note, source);
            }
        }
    }

    /// <summary>The sizes of a member's ledger that its next answer must prove: what is known here, and what others have shown.</summary>
    public long[] ToProve(MemberCode owner)
    {
        var origin = LedgerOf(owner);
        var known = node.Store.Read(session => WitnessTable.Find(session, origin)?.Head.Size ?? 0);
        return [.. _ahead.Where(pair => pair.Key.Origin == origin).Select(pair => pair.Value.Head.Size).Prepend(known).Where(size => size > 0).Distinct().Take(ContactLimits.MaxProofs)];
    }

    /// <summary>Judges the owner's proofs that what was known here or shown by others leads to its head.</summary>
    /// <param name="origin">Whose ledger, in which epoch.</param>
    /// <param name="head">Its head by the answer.</param>
    /// <param name="note">The head as signed.</param>
    /// <param name="asked">The sizes for which proofs were asked; only these can be missing.</param>
    /// <param name="proofs">The proofs given.</param>
    public async Task JudgeProofsAsync(string origin, TreeHead head, byte[] note, long[] asked, LedgerProof[] proofs)
    {
        foreach (var (key, ahead) in _ahead.Where(pair => pair.Key.Origin == origin && asked.Contains(pair.Value.Head.Size)))
        {
            _ahead.TryRemove(new KeyValuePair<(string, MemberCode), Ahead>(key, ahead));
            if (!Follows(ahead.Head, head, proofs))
            {
                await node.Store.WriteAsync(session => witness.Contradict(session, origin, note, ahead.Note, key.Source));
            }
        }

        // The question named what is known here, so an answer with less is of a ledger that was set back.
        if (node.Store.Read(session => WitnessTable.Find(session, origin)) is { } known && asked.Contains(known.Head.Size) && head.Size < known.Head.Size)
        {
            await node.Store.WriteAsync(session => witness.Contradict(session, origin, known.Note, note, known.Owner));
        }
    }

    /// <summary>Compares again what was ahead of a mirror, now that it grew.</summary>
    public async Task RecheckAsync(FeedName feed)
    {
        foreach (var (key, ahead) in _ahead.Where(pair => pair.Key.Origin == feed.Origin))
        {
            _ahead.TryRemove(new KeyValuePair<(string, MemberCode), Ahead>(key, ahead));
            await CompareAsync(key.Origin, feed.Owner, ahead.Head, ahead.Note, key.Source);
        }
    }

    /// <summary>What others have been shown of an owner's feeds and is not here: by the owner's next answer it must be offered.</summary>
    public IReadOnlyList<Shown> ShownOf(MemberCode owner) =>
        [.. _ahead.Where(pair => pair.Key.Source != owner && FeedName.TryParse(pair.Key.Origin, out var feed) && feed.Owner == owner && node.Membership.Directory.End(owner, pair.Key.Origin) is null && PullService.MayHave(node.Membership, feed, node.Membership.Self))
            .Select(pair => new Shown(pair.Key.Origin, pair.Value.Head.Size, pair.Key.Source))];

    /// <summary>A member's ledger in the newest epoch that it has shown.</summary>
    private string LedgerOf(MemberCode member) => node.Store.Read(WitnessTable.All)
        .Where(known => known.Owner == member && witness.IsLedgerOf(member, known.Origin)).OrderBy(known => LedgerName.TryParse(known.Origin, out var ledger) ? ledger.Epoch : 0)
        .LastOrDefault()?.Origin ?? FeedName.LedgerOrigin(node.Membership.Network, member, node.Membership.Directory.LedgerEpoch(member));

    private async Task CompareAsync(string origin, MemberCode owner, TreeHead head, byte[] note, MemberCode source)
    {
        if (owner == node.Membership.Self)
        {
            await inquiry.HearAsync(source, [Encoding.UTF8.GetString(note)], all: false);
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
        else if (known?.Head.Size != head.Size)
        {
            _ahead[(origin, source)] = new Ahead(note, head);   // only its owner can prove how the two hang together
        }
    }

    private async Task CompareFeedAsync(string origin, TreeHead head, byte[] note, MemberCode source)
    {
        var ours = node.Store.Read(session => session.First(
            "SELECT l.log, l.size, l.checkpoint FROM log l WHERE l.origin = @origin", row => (Log: row.GetInt64(0), Size: row.GetInt64(1), Note: row.BytesOrNull(2)), ("@origin", origin)));
        if (head.Size > ours.Size)
        {
            _ahead[(origin, source)] = new Ahead(note, head);
        }
        else if (ours.Log != 0 && node.Store.Read(session => new StoredTree(session, ours.Log).RootAt(head.Size)) != head.Root)
        {
            await node.Store.WriteAsync(session => Forked(session, ours.Log, origin, head, ours.Note ?? note, note, source));
        }
    }

    private void Forked(WriteSession session, long log, string origin, TreeHead head, byte[] ours, byte[] theirs, MemberCode source)
    {
        witness.Contradict(session, origin, ours, theirs, source);
        if (session.Feed(log)?.Fault is { Stops: true })
        {
            return;   // what was found first stays
        }

        var fault = new FeedFault(FeedFaultCode.Fork, head.Size, $"{source} was shown another past of this feed at size {head.Size}", node.Now);
        session.SetFault(log, fault);
        session.AfterCommit(standings.Refresh);
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Quarantined, node.Now, Actor.Node)
            .With("feed", origin).With("fault", fault.Name).With("index", head.Size));
    }

    private static bool Follows(TreeHead earlier, TreeHead head, LedgerProof[] proofs) =>
        head == earlier || (proofs.FirstOrDefault(proof => proof.From == earlier.Size) is { } proof && Proofs.TryRead(proof.Proof, out var hashes)
            && ConsistencyProof.Verify(earlier, head, hashes) == ProofVerdict.Valid);

    /// <summary>Whether this very note was verified and kept before.</summary>
    private bool IsKnown(string origin, byte[] note) => node.Store.Read(session =>
        session.First("SELECT checkpoint FROM log WHERE origin = @origin AND kind = 'mirror'", row => row.BytesOrNull(0), ("@origin", origin))?.AsSpan().SequenceEqual(note) == true
        || WitnessTable.Find(session, origin)?.Note.AsSpan().SequenceEqual(note) == true);

    private MemberCode? OwnerOf(string origin)
    {
        var parts = origin.Split('/');
        return parts.Length >= 4 && parts[0] == "comity" && parts[1] == node.Membership.Network && MemberCode.TryParse(parts[2], null, out var owner)
            && (parts[3] == "ledger" || FeedName.TryParse(origin, out _)) ? owner : null;
    }

    private sealed record Ahead(byte[] Note, TreeHead Head);
}

/// <summary>A feed's size as a third member was shown it, signed by its owner.</summary>
internal sealed record Shown(string Origin, long Size, MemberCode To);
