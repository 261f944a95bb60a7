using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Exchange;
using Comity.Core.Tests.Ledger;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Registers;

/// <summary>Utopia owns the records; Arcadia's checks hit them.</summary>
public sealed class HitNoticeTests
{
    private static readonly Actor Clerk = new("o-clerk", "passport office", Rights.Publish, new HashSet<Purpose>());

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task The_owner_is_told_of_a_hit_with_what_it_needs_to_call_and_nothing_of_the_probe(string database)
    {
        List<byte[]> sent = [];
        TestNodes? nodes = null;
        using var network = nodes = WhoAskedTests.On(database, from => new StraightLine(() => nodes!, from) { Sending = (_, it) => { if (it.Service == HitNotices.ServiceName) { sent.Add(it.Body); } return it; } });
        await PublishAsync(nodes, "K1");
        var check = await HitAsync(nodes, "K1");
        await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);

        var hit = Assert.Single(Page(nodes).Hits);
        var asked = ProvedEntry.Find(nodes[Parties.Arcadia].Node.Context, check)!.Line;
        Assert.Equal((Parties.Arcadia, "Duty desk", Parties.Replicated, Realm.Live, "border-control", check), (hit.Report.From, hit.Report.Desk, hit.Report.Register, hit.Report.Realm, hit.Report.Purpose, hit.Report.TheirEntry));
        Assert.Equal(asked.Text("commitment"), StrictBase64Url.Encode(hit.Report.Commitment));
        Assert.Equal((asked.At.ToUnixTimeMilliseconds(), "exact", HitRecordState.InForce), (hit.Report.At.ToUnixTimeMilliseconds(), hit.Record.Strength, hit.State));
        Assert.Equal($"{hit.Record.Feed}#{hit.Record.Index}", asked.Json.GetProperty("hits")[0].GetString());
        Assert.Contains("K1", System.Text.Encoding.UTF8.GetString(hit.Body!.Content.Span), StringComparison.Ordinal);   // the owner's own record, from its own store
        var body = System.Text.Encoding.UTF8.GetString(Assert.Single(sent).AsSpan(32));
        Assert.Equal(["register", "at", "desk", "entry", "commitment", "records"], JsonNode.Parse(body)!.AsObject().Select(field => field.Key));
        Assert.DoesNotContain("K1", body, StringComparison.Ordinal);
        Assert.DoesNotContain("duty-desk", body, StringComparison.Ordinal);   // the desk within the asking State stays there
        Assert.Null(nodes[Parties.Utopia].Verify().Fault);
    }

    [Fact]
    public async Task Both_ledgers_say_that_it_was_told()
    {
        using var nodes = new TestNodes();
        await PublishAsync(nodes, "K1");
        await HitAsync(nodes, "K1");
        await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);

        var sent = Assert.Single(Lines(nodes[Parties.Arcadia], LedgerKind.Sent), line => line.Text("service") == HitNotices.ServiceName);
        var received = Assert.Single(Lines(nodes[Parties.Utopia], LedgerKind.Received), line => line.Text("service") == HitNotices.ServiceName);
        var told = Assert.Single(Lines(nodes[Parties.Utopia], LedgerKind.HitNotice));
        Assert.Equal((sent.Text("id"), sent.Text("envelope")), (received.Text("id"), received.Text("envelope")));
        Assert.Equal(("XAR", "border-control", 1L), (told.Text("from"), told.Text("purpose"), told.Number("records")));
        Assert.Equal(told.Json.GetRawText(), ProvedEntry.Find(nodes[Parties.Utopia].Node.Context, Page(nodes).Hits[0].Address.Entry)!.Line.Json.GetRawText());
    }

    [Fact]
    public async Task However_bad_the_line_and_whoever_dies_between_the_owner_is_told_once()
    {
        var random = new Random(7);
        for (var seed = 0; seed < 12; seed++)
        {
            TestNodes? nodes = null;
            var bad = true;
            using var network = nodes = new TestNodes((ulong)seed, line: from => new StraightLine(() => nodes!, from)
            {
                Sending = (_, sent) => bad && sent.Service == HitNotices.ServiceName && random.Next(3) == 0 ? null : sent,
                Receiving = (to, sent, answer) => !bad || sent.Service != HitNotices.ServiceName ? answer : random.Next(3) switch
                {
                    0 => null,                                                                                                        // it arrived, and its receipt is lost
                    1 => nodes![to].Node.Reception.ReceiveAsync(from, sent, CancellationToken.None).GetAwaiter().GetResult(),   // it arrived twice
                    _ => answer,
                },
            });
            await PublishAsync(nodes, "K0", "K1", "K2");
            await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
            List<long> checks = [];
            for (var i = 0; i < 25; i++)
            {
                if (random.Next(2) == 0)
                {
                    checks.Add(await AskAsync(nodes[Parties.Arcadia], $"K{random.Next(3)}"));
                }

                if (random.Next(4) == 0)
                {
                    nodes[random.Next(2) == 0 ? Parties.Arcadia : Parties.Utopia].Start();   // dies, and comes back with what is durable
                }

                await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
                nodes.Time.Pass(TimeSpan.FromSeconds(random.Next(1, 900)));
            }

            bad = false;
            for (var i = 0; i < 3; i++)
            {
                nodes.Time.Pass(TimeSpan.FromMinutes(11));
                await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
            }

            Assert.Equal(checks.Order(), Page(nodes).Hits.Select(hit => hit.Report.TheirEntry!.Value).Order());
            Assert.Equal(checks.Count, Lines(nodes[Parties.Utopia], LedgerKind.HitNotice).Count);
            Assert.Equal(checks.Count, Lines(nodes[Parties.Arcadia], LedgerKind.Sent).Count(line => line.Text("service") == HitNotices.ServiceName));
        }
    }

    [Fact]
    public async Task A_check_whose_notice_cannot_be_kept_is_not_answered()
    {
        using var nodes = new TestNodes();
        await PublishAsync(nodes, "K1");
        await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        var arcadia = nodes[Parties.Arcadia];
        await arcadia.Store.WriteAsync(session => session.Execute("ALTER TABLE outbox RENAME TO away"));
        var before = Lines(arcadia, LedgerKind.Check).Count;

        await Assert.ThrowsAsync<StorageException>(() => AskAsync(arcadia, "K1"));

        Assert.Equal(before, Lines(arcadia, LedgerKind.Check).Count);
        await AskAsync(arcadia, "no such");   // who is told of nothing needs no outbox
    }

    [Fact]
    public async Task Own_checks_and_a_partners_queries_are_hits_on_own_records_too()
    {
        using var nodes = new TestNodes();
        await PublishAsync(nodes, "K1");
        var own = await AskAsync(nodes[Parties.Utopia], "K1");
        var utopia = nodes[Parties.Utopia];
        await utopia.Node.Changes.PublishAsync(Parties.Officer, utopia.Profiles, Realm.Live, Audience.Self, [new Publication(new TestRecord(IssuingCode.Parse("UTO"), "P1", "self", "x"), Handling.Open)], WhenThere.Refuse);
        await nodes[Parties.Arcadia].Node.Checks.RunAsync(Parties.Officer, new CheckQuestion(Parties.Queried, Realm.Live, Parties.Border, new TestProbe("P1"), "c"), CancellationToken.None);

        var hits = Page(nodes).Hits;

        Assert.Equal([(Parties.Arcadia, "test-profiles", "Duty desk"), (Parties.Utopia, "test-records", "duty-desk")], hits.Select(hit => (hit.Report.From, hit.Report.Register.ToString(), hit.Report.Desk)));
        Assert.Equal(own, hits[1].Address.Entry);
        Assert.All(hits, hit => Assert.True(hit is { State: HitRecordState.InForce, Report.TheirEntry: null }));
        Assert.Equal(0, nodes[Parties.Utopia].Store.Read(session => session.First("SELECT COUNT(*) FROM outbox", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task What_became_of_the_record_is_told_with_the_hit()
    {
        using var nodes = new TestNodes();
        await PublishAsync(nodes, "K1", "K2", "K3", "K4");
        await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        var utopia = nodes[Parties.Utopia];
        await utopia.WithdrawAsync("UTO-K1");            // Arcadia has not heard of it
        foreach (var key in new[] { "K1", "K2", "K3", "K4" })
        {
            await AskAsync(nodes[Parties.Arcadia], key);
            nodes.Time.Pass(TimeSpan.FromSeconds(1));
        }

        await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        await utopia.WithdrawAsync("UTO-K2");
        await utopia.PublishAsync(Audience.All, null, WhenThere.Amend, new TestRecord(IssuingCode.Parse("UTO"), "K3", "all", "amended"));

        Assert.Equal(
            [HitRecordState.EndedBefore, HitRecordState.Ended, HitRecordState.Amended, HitRecordState.InForce],
            Page(nodes).Hits.Reverse().Select(hit => hit.State));
        Assert.Equal([false, false, true, true], Page(nodes).Hits.Reverse().Select(hit => hit.Body is not null));
    }

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task A_desk_marks_what_it_has_read_and_pages_go_on_where_they_ended(string database)
    {
        using var nodes = WhoAskedTests.On(database);
        await PublishAsync(nodes, "K1");
        var utopia = nodes[Parties.Utopia];
        for (var i = 0; i < 5; i++)
        {
            await AskAsync(utopia, "K1");
        }

        var (first, next) = Page(nodes, most: 2);
        var (second, then) = Page(nodes, most: 2, before: next);
        var (third, end) = Page(nodes, most: 2, before: then);
        var all = first.Concat(second).Concat(third).Select(hit => hit.Address).ToList();
        Assert.Equal((2, 2, 1, null), (first.Count, second.Count, third.Count, end));
        Assert.Equal(all.OrderByDescending(address => address.Entry), all);

        Assert.Equal(2, await utopia.Node.Hits.ReadAsync(Clerk, [all[1], all[3], new HitAddress(9, 9, 9)]));
        Assert.Equal(0, await utopia.Node.Hits.ReadAsync(Clerk with { Id = "o-other" }, [all[1]]));

        Assert.Equal([all[0], all[2], all[4]], utopia.Node.Hits.Page(Clerk.Desk, (_, _) => true, HitAddress.Last, 10, unread: true).Hits.Select(hit => hit.Address));
        Assert.Equal(5, utopia.Node.Hits.Page("another desk", (_, _) => true, HitAddress.Last, 10, unread: true).Hits.Count);
        Assert.Empty(utopia.Node.Hits.Page(Clerk.Desk, (_, realm) => realm == Realm.Exercise, HitAddress.Last, 10).Hits);

        nodes.Time.Pass(TimeSpan.FromDays(366));
        await utopia.Node.Retention.SweepAsync(nodes.Time.Now);
        Assert.Equal(0, utopia.Store.Read(session => session.First("SELECT (SELECT COUNT(*) FROM hit_notice) + (SELECT COUNT(*) FROM hit_read)", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task A_notice_of_what_is_not_there_or_not_for_its_sender_is_kept_as_unknown_and_few_are_kept()
    {
        using var nodes = new TestNodes();
        await PublishAsync(nodes, "K1");
        var utopia = nodes[Parties.Utopia];
        await utopia.PublishAsync(Audience.Of(Parties.Lyonesse), null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), "K2", "XLY", "x"));
        var all = utopia.Store.Read(session => session.Feeds()).Select(feed => feed.Name.Origin).Order().ToList();
        string[] strange = [$"{all[1]}#99", $"{all[0]}#0", "comity/0000000000000000/UTO/test-records/live/all/1#0", "nonsense#0", all[1].Replace("live", "exercise", StringComparison.Ordinal) + "#0"];
        Assert.Contains("XLY", all[0], StringComparison.Ordinal);

        foreach (var record in strange)
        {
            Assert.Equal("", await TellAsync(nodes, record));
        }

        Assert.Equal("", await TellAsync(nodes, $"{all[1]}#0"));
        Assert.Equal([HitRecordState.InForce, .. strange.Select(_ => HitRecordState.Unknown)], Page(nodes).Hits.Select(hit => hit.State));
        Assert.All(Page(nodes).Hits.Skip(1), hit => Assert.Null(hit.Body));

        for (var i = 0; i < 12; i++)
        {
            Assert.Equal("", await TellAsync(nodes, [.. Enumerable.Repeat("nonsense#0", 100)]));
        }

        Assert.Equal(HitNotices.MostUnknown, utopia.Store.Read(session => session.First("SELECT COUNT(*) FROM hit_notice WHERE standing = 2", row => row.GetInt64(0))));
        Assert.Equal("", await TellAsync(nodes, $"{all[1]}#0"));   // what is known goes on being kept
        Assert.Equal(HitRecordState.InForce, Page(nodes).Hits[0].State);
    }

    [Fact]
    public async Task A_member_that_tells_too_much_must_wait_for_the_next_day_and_nobody_else()
    {
        using var nodes = new TestNodes();
        await PublishAsync(nodes, "K1");
        var record = nodes[Parties.Utopia].Store.Read(session => session.Feeds())[0].Name.Origin + "#0";
        for (var i = 0; i < HitNotices.MostPerDay / HitNotices.MostRecords; i++)
        {
            Assert.Equal("", await TellAsync(nodes, [.. Enumerable.Repeat(record, HitNotices.MostRecords)]));
        }

        Assert.Equal("quota-exceeded", await TellAsync(nodes, record));
        await nodes[Parties.Lyonesse].Node.ContactAsync(Parties.Utopia);
        await AskAsync(nodes[Parties.Lyonesse], "K1");
        await nodes[Parties.Lyonesse].Node.ContactAsync(Parties.Utopia);
        Assert.Equal(Parties.Lyonesse, Page(nodes).Hits[0].Report.From);
        nodes.Time.Pass(TimeSpan.FromDays(1));
        Assert.Equal("", await TellAsync(nodes, record));
    }

    [Theory]
    [InlineData("""{"register":"test-records","at":1,"desk":"d","entry":0,"commitment":"C","records":[]}""", "body-malformed")]
    [InlineData("""{"register":"test-records","at":1,"desk":"d","entry":0,"commitment":"C","records":[1]}""", "body-malformed")]
    [InlineData("""{"register":"test-records","at":1,"desk":"d","entry":0,"commitment":"C","records":[{"feed":"f","index":-1,"strength":"s"}]}""", "body-malformed")]
    [InlineData("""{"register":"test-records","at":1,"desk":"d","entry":-1,"commitment":"C","records":[{"feed":"f","index":1,"strength":"s"}]}""", "body-malformed")]
    [InlineData("""{"register":"test-records","at":1,"desk":"d","entry":0,"commitment":"x","records":[{"feed":"f","index":1,"strength":"s"}]}""", "body-malformed")]
    [InlineData("""{"at":1,"desk":"d","entry":0,"commitment":"C","records":[{"feed":"f","index":1,"strength":"s"}]}""", "body-malformed")]
    [InlineData("[]", "body-malformed")]
    [InlineData("""{"register":"no-such","at":1,"desk":"d","entry":0,"commitment":"C","records":[{"feed":"f","index":1,"strength":"s"}]}""", "not-allowed")]
    [InlineData("""{"register":"test-profiles","at":1,"desk":"d","entry":0,"commitment":"C","records":[{"feed":"f","index":1,"strength":"s"}]}""", "not-allowed")]
    [InlineData("""{"register":"test-records","at":1,"desk":"d","entry":0,"commitment":"C","records":[{"feed":"f","index":1,"strength":"s"}]}""", "not-allowed", "curiosity")]
    public async Task A_notice_that_cannot_be_read_or_is_none_of_the_senders_business_is_refused(string content, string problem, string purpose = "border-control")
    {
        using var nodes = new TestNodes();
        Assert.Equal(problem, await RefusalAsync(nodes, content.Replace("\"C\"", $"\"{StrictBase64Url.Encode(new byte[32])}\"", StringComparison.Ordinal), purpose));
        Assert.Empty(Page(nodes).Hits);
    }

    [Fact]
    public async Task A_partner_whose_program_does_not_know_notices_gets_everything_else_and_them_when_it_does()
    {
        var asked = 0;
        var old = true;
        TestNodes? nodes = null;
        using var network = nodes = new TestNodes(line: from => new StraightLine(() => nodes!, from)
        {
            Sending = (_, sent) =>
            {
                asked += sent.Service == HitNotices.ServiceName ? 1 : 0;
                return old && sent.Service == HitNotices.ServiceName ? sent with { Service = "no.such" } : sent;   // to Utopia it is a name like any other that it does not know
            },
        });
        await PublishAsync(nodes, "K1", "K2");
        await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        var arcadia = nodes[Parties.Arcadia];
        for (var i = 0; i < 150; i++)
        {
            await AskAsync(arcadia, "K1");
        }

        await nodes[Parties.Utopia].WithdrawAsync("UTO-K2");
        await arcadia.Node.ContactAsync(Parties.Utopia);   // takes in the withdrawal, and has an erasure receipt to send
        await arcadia.Node.ContactAsync(Parties.Utopia);
        Assert.Equal(1, nodes[Parties.Utopia].Store.Read(session => session.First("SELECT COUNT(*) FROM erasure_receipt", row => row.GetInt64(0))));
        Assert.Equal(1, asked);   // one spoke for all
        var waiting = arcadia.Store.Read(Outbox.Waiting)[Parties.Utopia];
        Assert.Equal((150L, 0L), (waiting.Count, waiting.GivenUp));

        nodes.Time.Pass(TimeSpan.FromMinutes(61));
        await arcadia.Node.ContactAsync(Parties.Utopia);
        Assert.Equal(2, asked);
        old = false;
        for (var i = 0; i < 3; i++)
        {
            nodes.Time.Pass(TimeSpan.FromMinutes(61));
            await arcadia.Node.ContactAsync(Parties.Utopia);
        }

        Assert.Equal(150, arcadia.Store.Read(session => session.First("SELECT COUNT(*) FROM outbox WHERE service = 'register.hit' AND receipt IS NOT NULL", row => row.GetInt64(0))));
        Assert.Empty(arcadia.Store.Read(Outbox.Waiting));
    }

    [Fact]
    public async Task Notices_for_a_program_that_never_learns_them_are_given_up_after_thirty_days_and_said_to_be()
    {
        TestNodes? nodes = null;
        using var network = nodes = new TestNodes(line: from => new StraightLine(() => nodes!, from)
        {
            Sending = (_, sent) => sent.Service == HitNotices.ServiceName ? sent with { Service = "no.such" } : sent,
        });
        await PublishAsync(nodes, "K1");
        await HitAsync(nodes, "K1");
        var arcadia = nodes[Parties.Arcadia];
        await arcadia.Node.ContactAsync(Parties.Utopia);
        nodes.Time.Pass(TimeSpan.FromDays(29));
        await arcadia.Node.ContactAsync(Parties.Utopia);
        await AskAsync(arcadia, "K1");
        nodes.Time.Pass(TimeSpan.FromDays(2));
        await arcadia.Node.ContactAsync(Parties.Utopia);

        var waiting = arcadia.Store.Read(Outbox.Waiting)[Parties.Utopia];
        Assert.Equal((1L, 1L, "service-unknown"), (waiting.Count, waiting.GivenUp, waiting.Reason));
    }

    private static Task PublishAsync(TestNodes nodes, params string[] keys) =>
        nodes[Parties.Utopia].PublishAsync(Audience.All, null, WhenThere.Refuse, [.. keys.Select(key => new TestRecord(IssuingCode.Parse("UTO"), key, "all", "x"))]);

    private static async Task<long> HitAsync(TestNodes nodes, string key)
    {
        await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        return await AskAsync(nodes[Parties.Arcadia], key);
    }

    private static async Task<long> AskAsync(Place place, string key) =>
        (await place.Node.Checks.RunAsync(Parties.Officer, new CheckQuestion(Parties.Replicated, Realm.Live, Parties.Border, new TestProbe(key)), CancellationToken.None)).LedgerEntry;

    private static (IReadOnlyList<Hit> Hits, HitAddress? Next) Page(TestNodes nodes, int most = 100, HitAddress? before = null) =>
        nodes[Parties.Utopia].Node.Hits.Page(Clerk.Desk, (_, _) => true, before ?? HitAddress.Last, most);

    private static Task<string> TellAsync(TestNodes nodes, params string[] records) => RefusalAsync(nodes, new JsonObject
    {
        ["register"] = "test-records", ["at"] = 1, ["desk"] = "d", ["entry"] = 5, ["commitment"] = StrictBase64Url.Encode(new byte[32]),
        ["records"] = new JsonArray([.. records.Select(record => (JsonNode)new JsonObject { ["feed"] = record.Split('#')[0], ["index"] = int.Parse(record.Split('#')[1]), ["strength"] = "exact" })]),
    }.ToJsonString(), "border-control");

    private static Task<string> RefusalAsync(TestNodes nodes, string content, string purpose) =>
        Letters.RefusalAsync(nodes, Letters.Transmission(nodes, content, HitNotices.ServiceName, envelope => envelope with { Purpose = purpose }));

    private static List<LedgerLine> Lines(Place place, string kind) =>
        [.. LedgerSearch.Run(place.Node.Context, new LedgerQuery { Kinds = [kind], Most = 1000 }).Entries.Select(found => found.Line)];
}
