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

    private static List<LedgerFound> Pages(Place place, LedgerQuery query)
    {
        List<LedgerFound> found = [];
        for (long? next = null; ; )
        {
            var page = LedgerSearch.Run(place.Node.Context, query with { Before = next });
            found.AddRange(page.Entries);
            next = page.Next;
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
