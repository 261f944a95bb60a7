using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.FeedExchange;

public sealed class FeedExchangeTests
{
    private static readonly TestRecord Record = new(IssuingCode.Parse("UTO"), "1", "XAR,XLY", "a");

    [Fact]
    public async Task What_is_published_is_found_by_its_audience_and_by_nobody_else()
    {
        using var nodes = new TestNodes();
        var owner = nodes[Parties.Utopia];
        await owner.PublishAsync(Audience.Of(Parties.Arcadia, Parties.Lyonesse), null, WhenThere.Refuse, Record);

        await nodes.RoundsAsync(2);

        Assert.Single(owner.Records.Records);
        Assert.Single(nodes[Parties.Arcadia].Records.Records);
        Assert.Single(nodes[Parties.Lyonesse].Records.Records);
        Assert.Empty(nodes[Parties.Ruritania].Records.Records);
        Assert.All(nodes.Places, place => Assert.Null(place.Verify().Fault));
    }

    [Fact]
    public async Task A_pull_that_breaks_off_goes_on_where_it_stopped_though_the_feed_changed_meanwhile()
    {
        var pulls = 0;
        TestNodes? nodes = null;
        using var network = nodes = new TestNodes(line: from => new StraightLine(() => nodes!, from) { Sending = (_, sent) => sent.Service == "feed.pull" && ++pulls == 2 ? null : sent });
        var (owner, holder) = (network[Parties.Utopia], network[Parties.Arcadia]);
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, [.. Enumerable.Range(0, PullAnswer.MostEntries + 500).Select(i => Record with { Key = $"{i}" })]);

        var first = await holder.Node.ContactAsync(Parties.Utopia);
        Assert.False(first.Complete);
        Assert.Null(holder.Node.Standings.Peers[Parties.Utopia].AsOf);
        Assert.Equal(PullAnswer.MostEntries, holder.Records.Records.Count);
        Assert.Null(holder.Verify().Fault);
        await owner.WithdrawAsync("UTO-3");      // was taken in
        await owner.WithdrawAsync("UTO-8200");   // was not, and now comes without its body
        holder.Start();

        Assert.True((await holder.Node.ContactAsync(Parties.Utopia)).Complete);
        Assert.Equal(owner.Records.Records.Values.Order(ByKey).Select(record => record.Key), holder.Records.Records.Values.Order(ByKey).Select(record => record.Key));
        Assert.Null(holder.Verify().Fault);
        Assert.Equal(2, owner.Store.Read(session => session.First("SELECT COUNT(*) FROM erasure", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task Who_waits_for_news_is_woken_by_news_and_else_by_the_clock()
    {
        using var nodes = new TestNodes();
        var (owner, holder) = (nodes[Parties.Utopia], nodes[Parties.Arcadia]);
        await nodes.RoundsAsync();

        var waiting = holder.Node.ContactAsync(Parties.Utopia, wait: 20);
        Assert.False(waiting.IsCompleted);
        await owner.PublishAsync(Audience.Of(Parties.Arcadia), null, WhenThere.Refuse, Record);
        Assert.True((await waiting.WaitAsync(TimeSpan.FromSeconds(30))).Complete);
        Assert.Single(holder.Records.Records);

        waiting = holder.Node.ContactAsync(Parties.Utopia, wait: 20);
        Assert.False(waiting.IsCompleted);
        nodes.Time.Pass(TimeSpan.FromSeconds(20));
        Assert.True((await waiting.WaitAsync(TimeSpan.FromSeconds(30))).Complete);
    }

    [Fact]
    public async Task A_record_without_its_body_stops_the_feed_and_index_and_store_agree()
    {
        using var nodes = new TestNodes();
        var (owner, holder) = (nodes[Parties.Utopia], nodes[Parties.Arcadia]);
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, Record, Record with { Key = "2" }, Record with { Key = "3" });
        var feed = owner.Node.Changes.FeedFor(Parties.Replicated, Realm.Live, Audience.All);
        var run = owner.Store.Read(session => owner.Node.Pulls.Read(session, feed, 0, 100))!;

        var taken = await holder.Node.Mirror.TakeInAsync(feed, run with { Entries = [run.Entries[0], run.Entries[1] with { Body = null }, run.Entries[2]] });

        Assert.Equal(FeedFaultCode.BodyMissing, Assert.IsType<TakeIn.Quarantined>(taken).Fault.Code);
        Assert.Equal(["1", "3"], holder.Records.Records.Values.Select(record => record.Key).Order());
        Assert.Equal(StandingState.Quarantined, holder.Node.Standings.For(Parties.Replicated, Realm.Live).Single(standing => standing.Member == Parties.Utopia).State);
        holder.Start();
        Assert.Equal(["1", "3"], holder.Records.Records.Values.Select(record => record.Key).Order());
        Assert.Null(holder.Verify().Fault);
    }

    [Fact]
    public async Task Nothing_is_kept_beyond_the_charters_term_whatever_its_owner_wrote()
    {
        using var nodes = new TestNodes();
        var (owner, holder) = (nodes[Parties.Utopia], nodes[Parties.Arcadia]);
        var feed = owner.Node.Changes.FeedFor(Parties.Replicated, Realm.Live, Audience.All);
        var body = SaltedBody.Make(new RecordBody(Randomness.System.NewId(), 1, Handling.Open, nodes.Time.Now.AddYears(90), null, Record.ToContent()).ToJson(), Randomness.System);
        var leaf = FeedLeaf.Publish(body).ToBytes();
        var frontier = new TransparencyLog.TreeFrontier();
        frontier.Append(TransparencyLog.Rfc6962.LeafHash(leaf));
        var note = new CheckpointSigner(nodes.Parties.Online(Parties.Utopia).Current(KeyUse.Log).Log).Sign(feed.Origin, 1, frontier.Root);

        Assert.IsType<TakeIn.Taken>(await holder.Node.Mirror.TakeInAsync(feed, new PullAnswer(note, [], 0, [new PulledEntry(leaf, body)])));
        Assert.Single(holder.Records.Records);
        await holder.Node.Retention.ExpireAsync(Parties.Officer, nodes.Time.Now + Parties.Retention);

        Assert.Empty(holder.Records.Records);
    }

    private static Comparer<TestRecord> ByKey { get; } = Comparer<TestRecord>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key));
}
