using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Registers;

public sealed class RecordChangesTests
{
    private static readonly TestRecord Record = new(IssuingCode.Parse("UTO"), "1", "all", "a");

    [Fact]
    public async Task Each_change_is_told_for_what_it_is()
    {
        using var nodes = new TestNodes();
        var owner = nodes[Parties.Utopia];
        async Task<ChangeKind> PublishAsync(TestRecord record, Audience audience, WhenThere whenThere) => (await owner.PublishAsync(audience, null, whenThere, record))[0].Kind;

        Assert.Equal(ChangeKind.Published, await PublishAsync(Record, Audience.All, WhenThere.Refuse));
        Assert.Equal(ChangeKind.Unchanged, await PublishAsync(Record, Audience.All, WhenThere.Refuse));
        Assert.Equal(ChangeKind.Unchanged, await PublishAsync(Record, Audience.All, WhenThere.Amend));
        Assert.Equal(ChangeKind.Differs, await PublishAsync(Record with { Value = "b" }, Audience.All, WhenThere.Refuse));
        Assert.Equal(ChangeKind.Amended, await PublishAsync(Record with { Value = "b" }, Audience.All, WhenThere.Amend));
        Assert.Equal(ChangeKind.OtherAudience, await PublishAsync(Record with { Value = "b" }, Audience.Self, WhenThere.Amend));
        Assert.Equal(ChangeKind.Withdrawn, (await owner.WithdrawAsync(Record.NaturalKey)).Kind);
        Assert.Equal(ChangeKind.NotThere, (await owner.WithdrawAsync(Record.NaturalKey)).Kind);
        Assert.Equal(ChangeKind.Published, await PublishAsync(Record, Audience.Self, WhenThere.Refuse));
        Assert.Equal(Record, Assert.Single(owner.Records.Records).Value);
        Assert.Null(owner.Verify().Fault);
    }

    [Fact]
    public async Task Of_two_publications_about_one_thing_in_one_batch_the_first_counts()
    {
        using var nodes = new TestNodes();
        var changes = await nodes[Parties.Utopia].PublishAsync(Audience.All, null, WhenThere.Amend, Record, Record with { Value = "b" });

        Assert.Equal([ChangeKind.Published, ChangeKind.Differs], changes.Select(change => change.Kind));
        Assert.Equal("a", Assert.Single(nodes[Parties.Utopia].Records.Records).Value.Value);
    }

    [Fact]
    public async Task Nothing_expires_by_this_nodes_clock_alone()
    {
        using var nodes = new TestNodes();
        var owner = nodes[Parties.Utopia];
        await owner.PublishAsync(Audience.All, nodes.Time.Now.AddDays(2), WhenThere.Refuse, Record);
        await nodes.RoundsAsync();

        owner.Clock.Skew = TimeSpan.FromDays(20);   // gone wrong
        await owner.Node.MaintainAsync();
        await owner.Node.ContactAsync(Parties.Arcadia);
        await owner.Node.ContactAsync(Parties.Lyonesse);
        await owner.Node.MaintainAsync();

        Assert.Single(owner.Records.Records);
    }

    [Fact]
    public async Task What_is_over_is_deleted_everywhere_unasked_and_the_owners_entry_still_fits()
    {
        using var nodes = new TestNodes();
        var (owner, holder) = (nodes[Parties.Utopia], nodes[Parties.Arcadia]);
        await owner.PublishAsync(Audience.All, nodes.Time.Now.AddDays(2), WhenThere.Refuse, Record);
        await nodes.RoundsAsync();
        nodes.Time.Pass(TimeSpan.FromDays(3));
        await nodes.RoundsAsync();

        await holder.Node.MaintainAsync();   // before its owner has said anything
        Assert.Empty(holder.Records.Records);
        Assert.Single(owner.Records.Records);
        Assert.Null(holder.Verify().Fault);
        holder.Start();

        await owner.Node.MaintainAsync();
        await nodes.RoundsAsync(2);
        Assert.Empty(owner.Records.Records);
        Assert.All(nodes.Places, place => Assert.Null(place.Verify().Fault));
        Assert.DoesNotContain(holder.Node.Standings.Feeds, feed => feed.Fault is not null);
        Assert.Equal(1, owner.Store.Read(session => session.First("SELECT COUNT(*) FROM erasure WHERE member = 'XAR'", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task A_feed_with_a_foreign_record_is_held_until_an_operator_releases_it()
    {
        using var nodes = new TestNodes();
        var (owner, holder) = (nodes[Parties.Utopia], nodes[Parties.Arcadia]);
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, Record);
        await nodes.RoundsAsync();
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("XLY"), "9", "all", "x"));
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, Record with { Key = "2" });
        await nodes.RoundsAsync();

        var feed = Assert.Single(holder.Node.Standings.Feeds, feed => feed.Fault is not null);
        Assert.Equal(FeedFaultCode.ForeignIssuer, feed.Fault!.Code);
        Assert.Contains("XLY", feed.Fault.Text, StringComparison.Ordinal);
        Assert.Equal("1", Assert.Single(holder.Records.Records).Value.Key);   // what came before still answers
        var standing = holder.Node.Standings.For(Parties.Replicated, Realm.Live).Single(standing => standing.Member == Parties.Utopia);
        Assert.Equal(StandingState.Quarantined, standing.State);
        Assert.Equal(StandingState.Fresh, holder.Node.Standings.For(Parties.Replicated, Realm.Live).Single(standing => standing.Member == Parties.Lyonesse).State);

        Assert.Equal(1, await holder.Node.Quarantine.ReleaseAsync(Parties.Officer, feed.Name, "settled by telephone"));
        Assert.Null(await holder.Node.Quarantine.ReleaseAsync(Parties.Officer, feed.Name, "again"));
        Assert.Equal(["1", "2"], holder.Records.Records.Values.Select(record => record.Key).Order());
        holder.Start();
        Assert.Equal(["1", "2"], holder.Records.Records.Values.Select(record => record.Key).Order());
        Assert.Null(holder.Verify().Fault);
    }
}
