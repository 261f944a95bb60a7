using System.Security.Cryptography;
using System.Text;
using Comity.Core.Access;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.Core.Tests.Ledger;

/// <summary>The data-protection officer's question, on both databases.</summary>
public sealed class WhoAskedTests
{
    private static readonly Actor Guardian = new("o-guard", "data protection", Rights.Protect, new HashSet<Purpose>());

    /// <summary>A network in which Utopia has a database of this kind.</summary>
    internal static TestNodes On(string database, Func<MemberCode, Core.Exchange.ILine>? line = null) =>
        new(line: line, database: member => database == "PostgreSQL" && member == Parties.Utopia ? Databases.Open(PostgresServer.Shared.NewDatabase()) : null);

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task Questions_about_a_subject_are_found_however_it_was_written_and_no_others(string database)
    {
        using var nodes = On(database);
        var place = nodes[Parties.Utopia];
        await place.PublishAsync(Core.Feeds.Audience.All, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), "K1", "all", "x"));
        var first = await AskAsync(place, "K1", "border desk", "t-1");
        await AskAsync(place, "K2", "border desk", "t-1");
        var second = await AskAsync(place, "k1", "visa desk", "t-2", Parties.Crime);

        var answer = await LookAsync(place, "k1");

        Assert.Equal([second, first], answer.Questions.Select(question => question.Entry));
        Assert.Equal(("visa desk", "t-2", "serious-crime", "incomplete", LedgerKind.Check), Facts(answer.Questions[0]));
        Assert.Equal(("border desk", "t-1", "border-control", "hit", LedgerKind.Check), Facts(answer.Questions[1]));
        Assert.Equal("written k1", answer.Questions[0].Besides);
        Assert.Null(answer.Next);
        Assert.Equal(answer.Questions[1].At, answer.Since);
    }

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public void Whatever_is_asked_the_index_finds_what_a_list_finds(string database)
    {
        var question = Gen.Zip(Gen.Choose(0, 4), Gen.Choose(0, 3));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(database == "SQLite" ? 20 : 5), Prop.ForAll(Arb.From(Gen.ListOf(question)), asked =>
        {
            using var nodes = On(database);
            var place = nodes[Parties.Utopia];
            List<(string Key, string Desk, long Entry)> twin = [];
            foreach (var (key, desk) in asked)
            {
                twin.Add(($"K{key}", $"desk {desk}", AskAsync(place, $"K{key}", $"desk {desk}", "t").GetAwaiter().GetResult()));
            }

            for (var key = 0; key <= 5; key++)
            {
                var found = LookAsync(place, $"K{key}").GetAwaiter().GetResult();
                Assert.Equal(
                    twin.Where(item => item.Key == $"K{key}").Reverse().Select(item => (item.Desk, item.Entry)),
                    found.Questions.Select(item => (item.Desk, item.Entry)));
            }

            return true;
        }));
    }

    [Fact]
    public async Task A_partners_question_is_found_with_the_member_and_without_anything_else_of_it()
    {
        using var nodes = new TestNodes();
        await nodes[Parties.Arcadia].Node.Checks.RunAsync(
            Parties.Officer, new CheckQuestion(Parties.Queried, Realm.Live, Parties.Border, new TestProbe("p1"), "case 7"), CancellationToken.None);

        var holder = nodes[Parties.Lyonesse];
        var answer = await holder.Node.Asked.LookAsync(Guardian, holder.Profiles, Realm.Live, new TestProbe("P1"));

        var question = Assert.Single(answer.Questions);
        Assert.Equal((Parties.Arcadia, "node", LedgerKind.QueryAnswered, "border-control", "noHit", null), (question.From!.Value, question.Desk, question.Kind, question.Purpose, question.Outcome, question.Besides));
        Assert.Empty((await holder.Node.Asked.LookAsync(Guardian, holder.Profiles, Realm.Exercise, new TestProbe("P1"))).Questions);
        Assert.Empty((await holder.Node.Asked.LookAsync(Guardian, holder.Records, Realm.Live, new TestProbe("P1"))).Questions);
    }

    [Fact]
    public async Task Looking_is_on_record_without_what_was_looked_for()
    {
        using var nodes = new TestNodes();
        var place = nodes[Parties.Utopia];
        await AskAsync(place, "SUBJECT-9", "border desk", "t-1");

        var answer = await LookAsync(place, "SUBJECT-9");

        var line = ProvedEntry.Find(place.Node.Context, answer.LedgerEntry)!.Line;
        Assert.Equal((LedgerKind.LookedWhoAsked, "o-guard", "data protection", 1L), (line.Kind, line.By, line.Desk, line.Number("found")));
        Assert.DoesNotContain("SUBJECT", line.Json.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.Single((await LookAsync(place, "SUBJECT-9")).Questions);   // looking is no question
        Assert.Null(place.Verify().Fault);
    }

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task A_question_is_found_as_long_as_its_detail_is_kept(string database)
    {
        using var nodes = On(database);
        var place = nodes[Parties.Utopia];
        await AskAsync(place, "K1", "border desk", "t-1");
        nodes.Time.Pass(TimeSpan.FromDays(200));
        var later = await AskAsync(place, "K1", "border desk", "t-1");
        nodes.Time.Pass(TimeSpan.FromDays(200));

        await place.Node.Retention.SweepAsync(nodes.Time.Now);

        Assert.Equal([later], (await LookAsync(place, "K1")).Questions.Select(question => question.Entry));
        Assert.Equal(1, place.Store.Read(session => session.First("SELECT COUNT(*) FROM asked", row => row.GetInt64(0))));
        Assert.Null(place.Verify().Fault);
    }

    [Fact]
    public async Task More_questions_than_one_answer_holds_come_in_pages()
    {
        using var nodes = new TestNodes();
        var place = nodes[Parties.Utopia];
        List<long> asked = [];
        for (var i = 0; i < WhoAsked.Most + 3; i++)
        {
            asked.Add(await AskAsync(place, "K1", "border desk", "t-1"));
        }

        var first = await LookAsync(place, "K1");
        var second = await LookAsync(place, "K1", first.Next);

        Assert.Equal(Enumerable.Reverse(asked), first.Questions.Concat(second.Questions).Select(question => question.Entry));
        Assert.Equal((WhoAsked.Most, 3, null), (first.Questions.Count, second.Questions.Count, second.Next));
    }

    [Fact]
    public async Task Whoever_has_the_table_alone_learns_nothing_of_a_subject()
    {
        using var nodes = new TestNodes();
        var names = new List<byte[]>();
        foreach (var place in nodes.Places.Take(3))
        {
            await AskAsync(place, "L898902C3", "border desk", "t-1");
        }

        var tags = nodes.Places.Take(3).Select(place => Assert.Single(place.Store.Read(session => session.Query("SELECT tag FROM asked", row => row.Bytes(0))))).ToList();

        Assert.Equal(3, tags.Select(Convert.ToHexString).Distinct().Count());   // the same subject at three nodes
        byte[][] guessed = [new byte[32], Encoding.UTF8.GetBytes("comity asked/1"), Encoding.UTF8.GetBytes(nodes.Genesis.Hash.ToString())];
        foreach (var text in new[] { "L898902C3", "test-records\nlive\nL898902C3", "test-records\nL898902C3\nlive", "l898902c3" })
        {
            names.Add(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            names.AddRange(guessed.Select(key => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))));
            names.AddRange(nodes.Places.Take(3).Select(place => place.Node.Context.Sealer.Blind(text)));   // nor does the key of another use
        }

        Assert.DoesNotContain(tags, tag => names.Exists(guess => guess.AsSpan(0, 16).SequenceEqual(tag)));
        var own = nodes.Places.First();
        Assert.Equal(tags[0], own.Node.Context.Sealer.Tag("test-records\nlive\nL898902C3"));   // and the key finds it
    }

    [Fact]
    public async Task A_check_that_is_not_recorded_leaves_no_tag()
    {
        using var nodes = new TestNodes();
        var place = nodes[Parties.Utopia];
        await AskAsync(place, "K0", "border desk", "t-1");
        await place.Store.WriteAsync(session => session.Execute("ALTER TABLE asked RENAME TO away"));

        await Assert.ThrowsAsync<StorageException>(() => AskAsync(place, "K1", "border desk", "t-1"));

        await place.Store.WriteAsync(session => session.Execute("ALTER TABLE away RENAME TO asked"));
        Assert.Null(place.Verify().Fault);
        Assert.Empty((await LookAsync(place, "K1")).Questions);
        Assert.Single((await LookAsync(place, "K0")).Questions);
    }

    private static async Task<long> AskAsync(Place place, string key, string desk, string id, Purpose? purpose = null) => (await place.Node.Checks.RunAsync(
        Parties.Officer with { Id = id, Desk = desk }, new CheckQuestion(Parties.Replicated, Realm.Live, purpose ?? Parties.Border, new TestProbe(key)), CancellationToken.None)).LedgerEntry;

    private static Task<WhoAskedAnswer> LookAsync(Place place, string key, long? before = null) =>
        place.Node.Asked.LookAsync(Guardian, place.Records, Realm.Live, new TestProbe(key), before);

    private static (string, string, string, string, string) Facts(Questioning question) => (question.Desk, question.By, question.Purpose, question.Outcome, question.Kind);
}
