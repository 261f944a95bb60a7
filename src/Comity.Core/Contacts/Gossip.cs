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
        List<Ahead> ahead = [];
        foreach (var text in notes)
        {
            var note = Encoding.UTF8.GetBytes(text);
            if (Witness.OriginOf(note) is { } origin && OwnerOf(origin) is { } owner && !IsKnown(origin, note) && CheckpointReader.Read(node.Membership, owner, origin, note) is CheckpointReading.Valid { Head: var head })
            {
                await CompareAsync(new Ahead(origin, source, head, note), owner, ahead);
            }
        }

        await KeepAsync(ahead);
    }

    /// <summary>The sizes of a member's ledger that its next answer must prove: what is known here, and what others have shown.</summary>
    public long[] ToProve(MemberCode owner)
    {
        var origin = LedgerOf(owner);
        var (known, ahead) = node.Store.Read(session => (WitnessTable.Find(session, origin)?.Head.Size ?? 0, AheadTable.Of(session, origin)));
        return [.. ahead.Select(item => item.Head.Size).Prepend(known).Where(size => size > 0).Distinct().Take(ContactLimits.MaxProofs)];
    }

    /// <summary>Judges the owner's proofs that what was known here or shown by others leads to its head.</summary>
    /// <param name="origin">Whose ledger, in which epoch.</param>
    /// <param name="head">Its head by the answer.</param>
    /// <param name="note">The head as signed.</param>
    /// <param name="asked">The sizes for which proofs were asked; only these can be missing.</param>
    /// <param name="proofs">The proofs given.</param>
    public async Task JudgeProofsAsync(string origin, TreeHead head, byte[] note, long[] asked, LedgerProof[] proofs)
    {
        foreach (var ahead in node.Store.Read(session => AheadTable.Of(session, origin)).Where(ahead => asked.Contains(ahead.Head.Size)))
        {
            await node.Store.WriteAsync(session =>
            {
                AheadTable.Remove(session, ahead);
                if (!Follows(ahead.Head, head, proofs))
                {
                    witness.Contradict(session, origin, note, ahead.Note, ahead.Source);
                }
            });
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
        List<Ahead> still = [];
        var before = node.Store.Read(session => AheadTable.Of(session, feed.Origin));
        foreach (var ahead in before)
        {
            await CompareAsync(ahead, feed.Owner, still);
        }

        if (before.Count > still.Count)
        {
            await node.Store.WriteAsync(session => before.Except(still).ToList().ForEach(ahead => AheadTable.Remove(session, ahead)));
        }
    }

    /// <summary>What others have been shown of an owner's feeds and is not here: by the owner's next answer it must be offered.</summary>
    public IReadOnlyList<Shown> ShownOf(MemberCode owner) =>
        [.. node.Store.Read(AheadTable.All).Where(ahead => ahead.Source != owner && FeedName.TryParse(ahead.Origin, out var feed) && feed.Owner == owner && node.Membership.Directory.End(owner, ahead.Origin) is null && PullService.MayHave(node.Membership, feed, node.Membership.Self))
            .Select(ahead => new Shown(ahead.Origin, ahead.Head.Size, ahead.Source))];

    /// <summary>A member's ledger in the newest epoch that it has shown.</summary>
    private string LedgerOf(MemberCode member) => node.Store.Read(WitnessTable.All)
        .Where(known => known.Owner == member && witness.IsLedgerOf(member, known.Origin)).OrderBy(known => LedgerName.TryParse(known.Origin, out var ledger) ? ledger.Epoch : 0)
        .LastOrDefault()?.Origin ?? FeedName.LedgerOrigin(node.Membership.Network, member, node.Membership.Directory.LedgerEpoch(member));

    /// <summary>Compares a checkpoint with what is here; one that cannot be compared yet is added to <paramref name="ahead"/>.</summary>
    private async Task CompareAsync(Ahead shown, MemberCode owner, List<Ahead> ahead)
    {
        var (origin, source, head, note) = shown;
        if (owner == node.Membership.Self)
        {
            await inquiry.HearAsync(source, [Encoding.UTF8.GetString(note)], all: false);
            return;
        }

        if (FeedName.TryParse(origin, out _))
        {
            await CompareFeedAsync(shown, ahead);
            return;
        }

        var known = node.Store.Read(session => WitnessTable.Find(session, origin));
        if (known?.Head.Size == head.Size && known.Head.Root != head.Root)
        {
            await node.Store.WriteAsync(session => witness.Contradict(session, origin, known.Note, note, source));
        }
        else if (known?.Head.Size != head.Size)
        {
            ahead.Add(shown);   // only its owner can prove how the two hang together
        }
    }

    private async Task KeepAsync(List<Ahead> ahead)
    {
        if (ahead.Count > 0 && node.Store.Read(AheadTable.All) is var kept && ahead.Exists(shown => !kept.Exists(shown.IsSameAs)))
        {
            await node.Store.WriteAsync(session => ahead.ForEach(shown => AheadTable.Keep(session, shown)));
        }
    }

    private async Task CompareFeedAsync(Ahead shown, List<Ahead> ahead)
    {
        var (origin, source, head, note) = shown;
        var ours = node.Store.Read(session => session.First(
            "SELECT l.log, l.size, l.checkpoint FROM log l WHERE l.origin = @origin", row => (Log: row.GetInt64(0), Size: row.GetInt64(1), Note: row.BytesOrNull(2)), ("@origin", origin)));
        if (head.Size > ours.Size)
        {
            ahead.Add(shown);
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

}

/// <summary>A checkpoint that a member was shown and that cannot be compared yet with what is here.</summary>
/// <param name="Origin">The log.</param>
/// <param name="Source">Who was shown it.</param>
/// <param name="Head">What it says.</param>
/// <param name="Note">As signed.</param>
internal sealed record Ahead(string Origin, MemberCode Source, TreeHead Head, byte[] Note)
{
    /// <summary>Whether it is the same in everything but the signature's bytes.</summary>
    public bool IsSameAs(Ahead other) => Origin == other.Origin && Source == other.Source && Head == other.Head;
}

/// <summary>What is ahead: the newest of each log and member; in the store, for a partner's question and its owner's answer may reach two processes.</summary>
internal static class AheadTable
{
    private const string Columns = "SELECT origin, source, size, root, note FROM ahead";

    public static List<Ahead> All(ReadSession session) => session.Query(Columns + " ORDER BY origin, source", Row);

    public static List<Ahead> Of(ReadSession session, string origin) => session.Query(Columns + " WHERE origin = @origin ORDER BY source", Row, ("@origin", origin));

    public static void Keep(WriteSession session, Ahead ahead) => session.Execute(
        """
        INSERT INTO ahead (origin, source, size, root, note) VALUES (@origin, @source, @size, @root, @note)
        ON CONFLICT (origin, source) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note
        """,
        ("@origin", ahead.Origin), ("@source", ahead.Source.ToString()), ("@size", ahead.Head.Size), ("@root", ahead.Head.Root.ToArray()), ("@note", ahead.Note));

    /// <summary>Removes it, unless a newer one took its place.</summary>
    public static void Remove(WriteSession session, Ahead ahead) => session.Execute(
        "DELETE FROM ahead WHERE origin = @origin AND source = @source AND size = @size",
        ("@origin", ahead.Origin), ("@source", ahead.Source.ToString()), ("@size", ahead.Head.Size));

    private static Ahead Row(System.Data.Common.DbDataReader row) =>
        new(row.GetString(0), MemberCode.Parse(row.GetString(1)), new TreeHead(row.GetInt64(2), new TreeHash(row.Bytes(3))), row.Bytes(4));
}

/// <summary>A feed's size as a third member was shown it, signed by its owner.</summary>
internal sealed record Shown(string Origin, long Size, MemberCode To);
