using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;
using Comity.TransparencyLog;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.Core.Tests.Ledger;

public sealed class LedgerSearchTests
{
    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task Whatever_is_looked_for_the_search_finds_what_a_list_finds(string database)
    {
        using var nodes = WhoAskedTests.On(database);
        var place = nodes[Parties.Utopia];
        var random = new Random(3);
        for (var i = 0; i < 400; i++)
        {
            await SomethingAsync(place, random);
            nodes.Time.Pass(TimeSpan.FromMinutes(random.Next(0, 20)));
        }

        var twin = All(place);
        Assert.True(twin.Select(found => found.Line.Kind).Distinct().Count() >= 3);
        var times = twin.Select(found => (DateTimeOffset?)found.Line.At).Prepend(null).ToArray();
        var query =
            from @from in Gen.Elements(times)
            from to in Gen.Elements(times)
            from kinds in Gen.SubListOf(LedgerKind.Check, LedgerKind.Published, LedgerKind.Withdrawn, "no-such")
            from desk in Gen.Elements(null, null, "duty-desk", "Zürich \"desk\"", "other")
            from outcome in Gen.Elements(null, null, null, "hit", "incomplete")
            from register in Gen.Elements(null, null, "test-records", "test-profiles", "live")
            from realm in Gen.Elements(null, null, "live", "exercise")
            from most in Gen.Choose(1, 40)
            select new LedgerQuery { From = @from, To = to, Kinds = kinds.ToList(), Desk = desk, Outcome = outcome, Register = register, Realm = realm, Most = most };
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(database == "SQLite" ? 200 : 30), Prop.ForAll(Arb.From(query), asked =>
        {
            Assert.Equal(twin.Where(found => Fits(asked, found.Line)).Select(found => found.Index), Pages(place, asked).Select(found => found.Index));
            return true;
        }));
    }

    [Fact]
    public async Task A_search_that_finds_nothing_says_how_far_it_looked_and_goes_on_there()
    {
        using var nodes = new TestNodes();
        var place = nodes[Parties.Utopia];
        var rare = (await place.PublishAsync(Audience.All, null, WhenThere.Refuse, Record("first")))[0];
        Assert.Equal(ChangeKind.Published, rare.Kind);
        nodes.Time.Pass(TimeSpan.FromHours(1));
        await place.Store.WriteAsync(session =>
        {
            for (var i = 0; i < LedgerSearch.Stretch + 10; i++)
            {
                place.Node.Context.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Refusals, nodes.Time.Now, Comity.Core.Access.Actor.Node));
            }
        });

        var first = LedgerSearch.Run(place.Node.Context, new LedgerQuery { Kinds = [LedgerKind.Published] });
        var second = LedgerSearch.Run(place.Node.Context, new LedgerQuery { Kinds = [LedgerKind.Published], Before = first.Next });

        Assert.Empty(first.Entries);
        Assert.Equal((first.Size - LedgerSearch.Stretch, nodes.Time.Now), (first.Next!.Value, first.Reached!.Value));
        Assert.Single(second.Entries);
        Assert.Null(second.Next);

        // A span of time is found without reading the rest.
        var span = LedgerSearch.Run(place.Node.Context, new LedgerQuery { To = nodes.Time.Now - TimeSpan.FromMinutes(30) });
        Assert.Equal(LedgerKind.Published, Assert.Single(span.Entries).Line.Kind);
        Assert.Null(span.Next);
    }

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task A_search_goes_on_in_the_epochs_before_and_every_entry_is_proved_by_its_own(string database)
    {
        using var nodes = WhoAskedTests.On(database);
        var place = nodes[Parties.Utopia];
        List<(int Epoch, long Index, DateTimeOffset At)> twin = [];
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            for (var i = 0; i < 4; i++)
            {
                nodes.Time.Pass(TimeSpan.FromHours(1));
                twin.Add((epoch, await AppendAsync(place, epoch, LedgerKind.Refusals), nodes.Time.Now));
            }
        }

        twin.Reverse();
        foreach (var most in new[] { 1, 3, 4, 1000 })
        {
            Assert.Equal(twin.Select(entry => (entry.Epoch, entry.Index)), Pages(place, new LedgerQuery { Most = most }).Select(found => (found.Epoch, found.Index)));
            foreach (var (from, to) in new[] { (2, 10), (5, 6), (0, 3), (11, 12) })
            {
                var (newer, older) = (twin[from].At, twin[to - 1].At);
                Assert.Equal(
                    twin[from..to].Select(entry => (entry.Epoch, entry.Index)),
                    Pages(place, new LedgerQuery { Most = most, From = older, To = newer.AddSeconds(1) }).Select(found => (found.Epoch, found.Index)));
            }
        }

        Assert.Equal((1, 3L), LedgerSearch.Run(place.Node.Context, new LedgerQuery { Epoch = 1 }).Entries[0] is var first ? (first.Epoch, first.Index) : default);
        foreach (var (epoch, index, at) in twin)
        {
            var entry = ProvedEntry.Find(place.Node.Context, index, epoch)!;
            Assert.Equal((epoch, at, epoch < 3, 4), (entry.Epoch, entry.Line.At, entry.Over, entry.Size));
            Assert.Equal(ProofVerdict.Valid, InclusionProof.Verify(new TreeHead(entry.Size, entry.Root), index, entry.Hash, [.. entry.Path]));
            var proved = Assert.IsType<LedgerProofVerdict.Proved>(LedgerProofFile.Check(LedgerProofFile.Make(place.Node.Context, index, epoch), nodes.Genesis.Hash));
            Assert.Equal((index, at), (proved.Index, LedgerLine.Read(System.Text.Encoding.UTF8.GetBytes(proved.Entry)).At));
        }

        Assert.Null(ProvedEntry.Find(place.Node.Context, 0, 4));
        Assert.Null(LedgerProofFile.Make(place.Node.Context, 4, 1));
        Assert.Equal(3, ProvedEntry.Find(place.Node.Context, 0)!.Epoch);
    }

    [Fact]
    public async Task A_long_epoch_ends_the_stretch_and_the_search_goes_on_before_it()
    {
        using var nodes = new TestNodes();
        var place = nodes[Parties.Utopia];
        await AppendAsync(place, 1, LedgerKind.Published);
        nodes.Time.Pass(TimeSpan.FromHours(1));
        await AppendAsync(place, 2, LedgerKind.Refusals, LedgerSearch.Stretch);

        var first = LedgerSearch.Run(place.Node.Context, new LedgerQuery { Kinds = [LedgerKind.Published] });

        Assert.Empty(first.Entries);
        Assert.Equal((1, 1L), (first.Epoch, first.Next));
        var second = LedgerSearch.Run(place.Node.Context, new LedgerQuery { Kinds = [LedgerKind.Published], Before = first.Next, Epoch = first.Epoch });
        Assert.Equal(1, Assert.Single(second.Entries).Epoch);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task An_entry_comes_with_what_proves_it()
    {
        using var nodes = new TestNodes();
        var place = nodes[Parties.Utopia];
        for (var i = 0; i < 5; i++)
        {
            await place.PublishAsync(Audience.All, null, WhenThere.Refuse, Record($"{i}"));
        }

        await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        for (var index = 0; index < 5; index++)
        {
            var entry = ProvedEntry.Find(place.Node.Context, index)!;

            Assert.Equal(ProofVerdict.Valid, InclusionProof.Verify(new TreeHead(entry.Size, entry.Root), index, entry.Hash, [.. entry.Path]));
            Assert.Contains(entry.Root.ToString(), entry.Checkpoint, StringComparison.Ordinal);
            Assert.Equal(Parties.Arcadia, Assert.Single(entry.Cosigned).Member);
        }

        Assert.Null(ProvedEntry.Find(place.Node.Context, 99));
        Assert.Null(ProvedEntry.Find(place.Node.Context, -1));
    }

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task A_walk_of_all_logs_runs_beside_the_work_and_its_end_is_on_record(string database)
    {
        using var nodes = WhoAskedTests.On(database);
        var place = nodes[Parties.Utopia];
        await place.PublishAsync(Audience.All, null, WhenThere.Refuse, Record("1"));
        Assert.Null(place.Node.Verification.Last);
        Assert.Null((await WalkAsync(place)).Fault);

        var last = place.Node.Verification.Last!;
        Assert.Equal((false, null, 2L, 2L, "t1"), (last.Running, last.Fault, last.Walked, last.Total, last.By));
        Assert.NotNull(last.Finished);
        Assert.Equal(2, Assert.Single(All(place), found => found.Line.Kind == LedgerKind.Verified).Line.Number("entries"));

        await place.Store.WriteAsync(session => session.Execute("DELETE FROM record"));
        Assert.NotNull((await WalkAsync(place)).Fault);
        Assert.Contains("not in force", place.Node.Verification.Last!.Fault!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_walk_waits_for_the_first_unless_its_process_died()
    {
        using var nodes = new TestNodes();
        var place = nodes[Parties.Utopia];
        await place.PublishAsync(Audience.All, null, WhenThere.Refuse, Record("1"));
        await place.Store.WriteAsync(session => session.Execute(
            "INSERT INTO verification (id, actor, desk, started, beat, total, walked) VALUES (7, 'o-1', 'd', @now, @now, 10, 3)", ("@now", nodes.Time.Now.ToUnixTimeMilliseconds())));

        var state = await place.Node.Verification.StartAsync(Parties.Officer);
        Assert.Equal(("o-1", 3L, true), (state.By, state.Walked, state.Running));

        nodes.Time.Pass(TimeSpan.FromMinutes(2));
        Assert.False(place.Node.Verification.Last!.Running);
        Assert.Null((await WalkAsync(place)).Fault);
        Assert.Equal("t1", place.Node.Verification.Last!.By);
    }

    private static async Task<VerificationResult> WalkAsync(Place place)
    {
        var ended = new TaskCompletionSource<VerificationResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await place.Node.Verification.StartAsync(Parties.Officer, ended.SetResult);
        return await ended.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    private static async Task SomethingAsync(Place place, Random random)
    {
        var by = Parties.Officer with { Desk = random.Next(3) == 0 ? "Zürich \"desk\"" : "duty-desk" };
        switch (random.Next(4))
        {
            case 0:
                await place.Node.Changes.PublishAsync(by, place.Records, Realm.Live, Audience.All, [new Publication(Record($"{random.Next(20)}"), Handling.Open)], WhenThere.Amend);
                break;
            case 1:
                await place.Node.Changes.WithdrawAsync(by, place.Records, Realm.Live, $"UTO-{random.Next(20)}");
                break;
            default:
                await place.Node.Checks.RunAsync(by, new CheckQuestion(Parties.Replicated, Realm.Live, Parties.Border, new TestProbe($"{random.Next(20)}")), CancellationToken.None);
                break;
        }
    }

    private static TestRecord Record(string key) => new(IssuingCode.Parse("UTO"), key, "all", Guid.Empty.ToString());

    private static List<LedgerFound> All(Place place) => place.Store.Read(session => session.Query(
        "SELECT e.idx, e.leaf FROM entry e JOIN log l ON l.log = e.log WHERE l.kind = 'ledger' ORDER BY e.idx DESC", row => new LedgerFound(row.GetInt64(0), LedgerLine.Read((byte[])row.GetValue(1)))));

    /// <summary>Writes entries into an epoch of the ledger; the index of the last.</summary>
    private static Task<long> AppendAsync(Place place, int epoch, string kind, int count = 1)
    {
        var node = place.Node.Context;
        var ledger = new LedgerLog(FeedName.LedgerOrigin(node.Membership.Network, node.Membership.Self, epoch), node.Sealer);
        return place.Store.WriteAsync(session => Enumerable.Range(0, count).Select(_ => ledger.Append(session, new LedgerNote(kind, node.Now, Comity.Core.Access.Actor.Node))).ToList()[^1]);
    }

    private static List<LedgerFound> Pages(Place place, LedgerQuery query)
    {
        List<LedgerFound> found = [];
        int? epoch = null;
        for (long? next = null; ; )
        {
            var page = LedgerSearch.Run(place.Node.Context, query with { Before = next, Epoch = epoch });
            found.AddRange(page.Entries);
            (next, epoch) = (page.Next, page.Epoch);
            if (next is null)
            {
                return found;
            }
        }
    }

    /// <summary>By the words of the query alone.</summary>
    private static bool Fits(LedgerQuery query, LedgerLine line)
    {
        var feed = line.Text("feed")?.Split('/');
        return (query.From is null || line.At >= query.From) && (query.To is null || line.At < query.To)
            && (query.Kinds.Count == 0 || query.Kinds.Contains(line.Kind))
            && (query.Desk is null || line.Text("desk") == query.Desk)
            && (query.Outcome is null || line.Text("outcome") == query.Outcome)
            && (query.Register is null || (line.Text("register") ?? feed?[3]) == query.Register)
            && (query.Realm is null || (line.Text("realm") ?? feed?[4]) == query.Realm);
    }
}
