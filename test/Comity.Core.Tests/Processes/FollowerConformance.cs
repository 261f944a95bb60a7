using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.Core.Tests.Storage;
using Comity.Testing;

namespace Comity.Core.Tests.Processes;

/// <summary>What one process of a node does, the others know: on each database.</summary>
public abstract class FollowerConformance : IDisposable
{
    private readonly TestDatabase _database;
    private readonly Twins _twins;

    protected FollowerConformance(TestDatabase database) => (_database, _twins) = (database, new Twins(database));

    public void Dispose()
    {
        _twins.Dispose();
        _database.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Whatever_one_process_changed_another_answers_by_without_being_told()
    {
        var random = Randomness.Seeded(7);
        Dictionary<string, string> truth = [];
        for (var step = 0; step < 120; step++)
        {
            var dice = random.Bytes(3);
            var (here, there, key) = (dice[0] % 2, (dice[0] + 1) % 2, $"k{dice[1] % 12}");
            if (dice[2] % 3 == 0)
            {
                await _twins.WithdrawAsync(here, Record(key, ""));
                truth.Remove(key);
            }
            else
            {
                await _twins.PublishAsync(here, WhenThere.Amend, Record(key, $"v{step}"));
                truth[key] = $"v{step}";
            }

            Assert.Equal(truth.TryGetValue(key, out var value) ? [value] : [], await _twins.FindAsync(there, key));
        }

        foreach (var (node, records) in _twins.All)
        {
            node.Follower.CatchUp();
            node.Follower.Forget();
            Assert.Equal(truth.OrderBy(pair => pair.Key), records.Records.Values.Select(record => KeyValuePair.Create(record.Key, record.Value)).OrderBy(pair => pair.Key));
        }

        Assert.Null(new Comity.Core.Ledger.LedgerVerification(_twins.All[0].Node.Context).Run().Fault);
    }

    [Fact]
    public async Task What_is_ended_elsewhere_is_no_hit_at_once_and_leaves_memory_when_the_process_gets_to_it()
    {
        await _twins.PublishAsync(0, WhenThere.Refuse, Record("a", "1"), Record("b", "2"));
        Assert.Equal(["1"], await _twins.FindAsync(1, "a"));
        await _twins.WithdrawAsync(0, Record("a", "1"));

        Assert.Empty(await _twins.FindAsync(1, "a"));
        Assert.Equal(2, _twins.All[1].Records.Records.Count);
        _twins.All[1].Node.Follower.Forget();
        Assert.Equal("b", Assert.Single(_twins.All[1].Records.Records).Value.Key);
    }

    [Fact]
    public async Task A_partners_feed_its_quarantine_and_its_release_hold_in_every_process()
    {
        var arcadia = _twins.Arcadia;
        await arcadia.PublishAsync(Audience.All, null, WhenThere.Refuse, Foreign("a", "1"));
        Assert.IsType<TakeIn.Taken>(await _twins.TakeInAsync(0));
        Assert.Equal(["1"], await _twins.FindAsync(1, "a"));

        // A record about what another State issues, then a good one, which is held back.
        await arcadia.Node.Changes.PublishAsync(Parties.Officer, arcadia.Records, Realm.Live, Audience.All, [new Publication(Record("x", "9"), Handling.Open)], WhenThere.Refuse);
        Assert.IsType<TakeIn.Quarantined>(await _twins.TakeInAsync(0));
        await arcadia.PublishAsync(Audience.All, null, WhenThere.Refuse, Foreign("c", "3"));
        await _twins.TakeInAsync(0);
        Assert.Empty(await _twins.FindAsync(1, "c"));
        var standing = _twins.All[1].Node.Standings.For(Parties.Replicated, Realm.Live).Single(member => member.Member == Parties.Arcadia);
        Assert.Equal(StandingState.Quarantined, standing.State);

        var feed = arcadia.Node.Changes.FeedFor(Parties.Replicated, Realm.Live, Audience.All);
        Assert.Equal(1, await _twins.All[1].Node.Quarantine.ReleaseAsync(Parties.Officer, feed, "settled by telephone"));
        Assert.Equal(["3"], await _twins.FindAsync(0, "c"));
        Assert.Empty(await _twins.FindAsync(0, "x"));
        Assert.DoesNotContain(_twins.All[0].Node.Standings.Feeds, row => row.Fault is not null);
    }

    [Fact]
    public async Task A_record_that_came_into_force_again_is_not_forgotten()
    {
        await _twins.PublishAsync(0, WhenThere.Refuse, Record("a", "1"));
        await _twins.FindAsync(1, "a");
        await SetAsync(RecordState.Held);
        Assert.Empty(await _twins.FindAsync(1, "a"));
        await SetAsync(RecordState.Live);
        _twins.All[1].Node.Follower.CatchUp();
        _twins.All[1].Node.Follower.Forget();
        Assert.Equal(["1"], await _twins.FindAsync(1, "a"));

        await SetAsync(RecordState.Held);
        _twins.All[1].Node.Follower.CatchUp();
        await SetAsync(RecordState.Live, at: 1);   // by the process that had still to forget it
        _twins.All[1].Node.Follower.Forget();
        Assert.Equal(["1"], await _twins.FindAsync(1, "a"));

        await SetAsync(RecordState.Held);
        _twins.All[1].Node.Follower.CatchUp();
        _twins.All[1].Node.Follower.Forget();
        Assert.Empty(_twins.All[1].Records.Records);
        await SetAsync(RecordState.Live);
        Assert.Equal(["1"], await _twins.FindAsync(1, "a"));
    }

    [Fact]
    public async Task A_charter_taken_in_by_one_process_is_gone_by_in_the_other_and_is_not_taken_in_twice()
    {
        var draft = CharterDraft.After(_twins.Network.Genesis, NoticeBoard.Empty, Parties.Start, 26);
        var next = _twins.Network.Parties.Sign(draft).Document.ToJson();
        var (one, other) = (_twins.All[0].Node, _twins.All[1].Node);

        var additions = await Task.WhenAll(Task.Run(() => one.Context.Membership.AddAsync(next, Parties.Officer)), Task.Run(() => other.Context.Membership.AddAsync(next, Parties.Officer)));

        Assert.Single(additions, addition => addition is CharterAddition.Added);
        Assert.Single(additions, addition => addition is CharterAddition.AlreadyThere);
        one.Follower.CatchUp();
        other.Follower.CatchUp();
        Assert.Equal((2, 2), (one.Context.Membership.Number, other.Context.Membership.Number));
    }

    [Fact]
    public async Task A_transmission_that_one_process_received_is_refused_by_the_other()
    {
        var letter = new Envelope(
            1, _twins.Network.Randomness.NewId(), Parties.Arcadia, Parties.Utopia, "documents", "", "", Realm.Live, 1, Parties.Start, Parties.Start + TimeSpan.FromMinutes(2), []);
        var body = SaltedBody.Make("{\"after\":0,\"notices\":[]}"u8, _twins.Network.Randomness);
        var signed = (letter with { Digest = SaltedBody.Digest(body) }).Sign(_twins.Network.Parties.Online(Parties.Arcadia).Current(KeyUse.Signing).Signer);
        var transmission = new Transmission("documents", signed, body);

        var first = await _twins.All[0].Node.Reception.ReceiveAsync(Parties.Arcadia, transmission, TestContext.Current.CancellationToken);
        var second = await _twins.All[1].Node.Reception.ReceiveAsync(Parties.Arcadia, transmission, TestContext.Current.CancellationToken);

        Assert.Equal(200, first.Status);
        Assert.Equal(ProblemKind.Replayed.Code, Problem.Read(second.Status, second.Body).Code);
    }

    [Theory]
    [InlineData("DELETE FROM journal WHERE at = (SELECT MAX(at) FROM journal)")]
    [InlineData("UPDATE journal SET mark = mark + 1 WHERE at = (SELECT MAX(at) FROM journal)")]
    [InlineData("DELETE FROM journal")]
    public async Task A_process_whose_database_became_another_stops_and_a_new_one_goes_by_what_is_there(string setBack)
    {
        await _twins.PublishAsync(0, WhenThere.Refuse, Record("a", "1"));
        _database.Execute(setBack);

        var refusal = await Assert.ThrowsAsync<StorageException>(() => _twins.PublishAsync(0, WhenThere.Refuse, Record("b", "2")));

        Assert.False(refusal.Away);
        Assert.NotNull(_twins.All[0].Node.Context.Store.Broken);
        _twins.Start("p3");
        await _twins.PublishAsync(2, WhenThere.Refuse, Record("b", "2"));
        Assert.Equal(["2"], await _twins.FindAsync(2, "b"));
    }

    [Fact]
    public async Task A_thousand_changes_of_one_process_are_followed_as_they_stand_in_the_end()
    {
        await _twins.PublishAsync(0, WhenThere.Refuse, [.. Enumerable.Range(0, 1000).Select(i => Record($"k{i}", "1"))]);
        for (var i = 0; i < 1000; i += 100)
        {
            await _twins.WithdrawAsync(0, Record($"k{i}", ""));
        }

        _twins.All[1].Node.Follower.CatchUp();

        Assert.Equal(990, _twins.All[1].Records.Records.Count);
        Assert.Equal(_twins.All[0].Node.Follower.Position, _twins.All[1].Node.Follower.Position);
        Assert.Equal(["1"], await _twins.FindAsync(1, "k7"));
        Assert.Empty(await _twins.FindAsync(1, "k300"));
    }

    private Task SetAsync(RecordState state, int at = 0) => _twins.All[at].Node.Context.Store.WriteAsync(session => session.SetState(
        session.First("SELECT log FROM record", row => row.GetInt64(0)), 0, state));

    private static TestRecord Record(string key, string value) => new(IssuingCode.Parse("UTO"), key, "all", value);

    private static TestRecord Foreign(string key, string value) => new(IssuingCode.Parse("XAR"), key, "all", value);
}

public sealed class SqliteFollowerTests() : FollowerConformance(new SqliteFile());

public sealed class PostgresFollowerTests() : FollowerConformance(new PostgresTestDatabase(PostgresServer.Shared));
