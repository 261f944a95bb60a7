
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.TransparencyLog;

namespace Comity.Federation.Tests.Simulation;

/// <summary>What must hold when the storm is over.</summary>
internal sealed class Verdict(TestNodes nodes, Truth truth, Treason? treason)
{
    public void Pass()
    {
        foreach (var place in nodes.Places)
        {
            var fault = place.Verify().Fault;
            Assert.True(fault is null, $"{place.Member}: {fault}");
            IndexIsTheTruth(place);
            NothingErasedIsKept(place);
            Assert.True(place.Node.Erasures.Kept().Count == 0, $"{place.Member} keeps, or kept, what has ended");
            var before = Lines(place);
            place.Start();
            Assert.Equal(before, Lines(place));
        }

        foreach (var owner in nodes.Places.Where(Faithful))
        {
            foreach (var feed in owner.Store.Read(session => session.Feeds()).Where(feed => feed is { Own: true, Size: > 0 }))
            {
                foreach (var holder in nodes.Places.Where(holder => holder != owner && feed.Name.Audience.Includes(holder.Member)))
                {
                    MirrorIsTheFeed(owner, feed, holder);
                    EverythingErasedIsReceipted(owner, feed, holder);
                }
            }

            EverybodyCosigned(owner);
            OwnerWasToldOfEveryHitOnce(owner);
            var owing = owner.Node.Erasures.Owing().Where(owed => Faithful(nodes[owed.Member])).ToList();
            Assert.True(owing.Count == 0, $"{owner.Member} says that {owing.FirstOrDefault()?.Member} owes receipts of erasure");
        }

        Assert.True(Parties.All.Sum(owner => truth.HitsOn(owner).Count()) > 10, "there were hardly any hits: the simulation shows nothing of them");
        treason?.WasFound();
    }

    private bool Faithful(Place place) => place.Member != treason?.Traitor;

    private void IndexIsTheTruth(Place place)
    {
        var expected = truth.For(place.Member, nodes.Time.Now, owner => owner != treason?.Traitor);
        var actual = Lines(place);
        actual.RemoveWhere(line => line.StartsWith($"{treason?.Traitor}:", StringComparison.Ordinal));
        Assert.True(expected.SetEquals(actual), $"{place.Member} lacks [{string.Join("; ", expected.Except(actual).Take(3))}] and has besides [{string.Join("; ", actual.Except(expected).Take(3))}]");
        Assert.All(Lines(place), line => Assert.True(
            line.Contains(" for all ", StringComparison.Ordinal) || line.StartsWith($"{place.Member}:", StringComparison.Ordinal) || line[..line.IndexOf('=', StringComparison.Ordinal)].Contains(place.Member.ToString(), StringComparison.Ordinal), line));
    }

    private static SortedSet<string> Lines(Place place) =>
        new(place.Records.Records.Select(pair => Truth.Line(place.Node.Indexes.FeedOf(pair.Key.Log)!.Owner, pair.Value)), StringComparer.Ordinal);

    /// <summary>Bodies and keys are there for records in force, and for nothing else.</summary>
    private static void NothingErasedIsKept(Place place) => place.Store.Read(session =>
    {
        foreach (var feed in session.Feeds())
        {
            var inForce = session.Query("SELECT idx FROM record WHERE log = @log AND state IN (0, 1, 2) ORDER BY idx", row => row.GetInt64(0), ("@log", feed.Log));
            Assert.Equal(inForce, session.Query("SELECT idx FROM entry WHERE log = @log AND body IS NOT NULL ORDER BY idx", row => row.GetInt64(0), ("@log", feed.Log)));
            Assert.Equal(inForce, session.Query("SELECT idx FROM entry_key WHERE log = @log ORDER BY idx", row => row.GetInt64(0), ("@log", feed.Log)));
        }

        return true;
    });

    private static void MirrorIsTheFeed(Place owner, FeedRow feed, Place holder)
    {
        var mirror = holder.Store.Read(session => session.Feed(feed.Name));
        Assert.True(mirror is { Fault: null } && mirror.Size == feed.Size, $"{holder.Member} has {mirror?.Size} of {feed.Size} entries of {feed.Name.Origin}: {mirror?.Fault?.Text}");
        Assert.Equal(owner.Store.Read(session => new StoredTree(session, feed.Log).RootAt(feed.Size)), holder.Store.Read(session => new StoredTree(session, mirror!.Log).RootAt(feed.Size)));
        var standing = holder.Node.Standings.For(Parties.Replicated, Realm.Live).Single(standing => standing.Member == owner.Member);
        Assert.True(standing.State == StandingState.Fresh, $"{holder.Member} on {owner.Member}: {standing.State} {standing.Detail}");
        var note = owner.Store.Read(session => session.First("SELECT note FROM cosignature WHERE log = @log AND member = @member", row => row.Bytes(0), ("@log", feed.Log), ("@member", holder.Member.ToString())));
        Assert.True(note is not null && SignedNote.TryParse(note, out var signed, out _) && Checkpoint.TryParse(signed.Text, out var checkpoint, out _) && checkpoint.Head.Size == feed.Size, $"{holder.Member} has not cosigned the newest head of {feed.Name.Origin}");
    }

    private static void EverythingErasedIsReceipted(Place owner, FeedRow feed, Place holder) => owner.Store.Read(session =>
    {
        var ended = session.Query("SELECT idx, leaf FROM entry WHERE log = @log ORDER BY idx", row => (Index: row.GetInt64(0), Leaf: row.Bytes(1)), ("@log", feed.Log))
            .Select(entry => FeedLeaf.TryRead(entry.Leaf, entry.Index, out var leaf, out _) ? leaf.Supersedes : null).OfType<long>().Order();
        var receipted = session.Query("SELECT idx FROM erasure WHERE log = @log AND member = @member ORDER BY idx", row => row.GetInt64(0), ("@log", feed.Log), ("@member", holder.Member.ToString()));
        Assert.True(ended.SequenceEqual(receipted), $"{holder.Member} has not receipted {string.Join(", ", ended.Except(receipted).Take(5))} of {feed.Name.Origin}");
        return true;
    });

    /// <summary>Whoever asked, and however often a notice was sent: the owner has each hit on its records exactly once, and no other.</summary>
    private void OwnerWasToldOfEveryHitOnce(Place owner)
    {
        var told = owner.Store.Read(session => session.Query(
            "SELECT member, COALESCE(their_entry, entry), feed, idx FROM hit_notice", row => $"{row.GetString(0)} {row.GetInt64(1)}: {row.GetString(2)}#{row.GetInt64(3)}")).Order(StringComparer.Ordinal).ToList();
        var hits = truth.HitsOn(owner.Member).ToList();
        Assert.True(
            hits.SequenceEqual(told),
            $"{owner.Member} was not told of {string.Join("; ", hits.Except(told).Take(3))}, told of {string.Join("; ", told.Except(hits).Take(3))} that were none, and more than once of {string.Join("; ", told.GroupBy(hit => hit).Where(same => same.Count() > 1).Select(same => same.Key).Take(3))}");
    }

    /// <summary>Every partner has cosigned the ledger, not long ago.</summary>
    private void EverybodyCosigned(Place owner)
    {
        var ledger = owner.Node.Context.Membership.Ledger;
        var (log, size) = owner.Store.Read(session => session.First("SELECT log, size FROM log WHERE origin = @origin", row => (row.GetInt64(0), row.GetInt64(1)), ("@origin", ledger.Origin)));
        foreach (var partner in nodes.Places.Where(partner => partner != owner && Faithful(partner)))
        {
            var cosigned = owner.Store.Read(session => session.First("SELECT size FROM cosignature WHERE log = @log AND member = @member", row => row.GetInt64(0), ("@log", log), ("@member", partner.Member.ToString())));
            Assert.True(cosigned > 0 && cosigned > size - 200, $"{partner.Member} has cosigned {cosigned} of the {size} entries of the ledger of {owner.Member}");
        }

        Assert.True(owner.Node.OwnPastMissing is null, $"{owner.Member} is told of a past that it has not: {owner.Node.OwnPastMissing}");
        Assert.True(treason is not null || owner.Store.Read(session => session.Forks()).Count == 0, $"{owner.Member} accuses the faithful of a fork");
    }
}
