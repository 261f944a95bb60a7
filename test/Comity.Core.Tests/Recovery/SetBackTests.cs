using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Recovery;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Recovery;

/// <summary>Nodes that start from an old store: what they refuse, what they get back, and how they begin anew.</summary>
public sealed class SetBackTests : IDisposable
{
    private static readonly CheckQuestion Question = new(Parties.Replicated, Realm.Live, Parties.Border, new TestProbe("r1"));
    private readonly TestNodes _nodes = new(seed: 11);

    private Place Utopia => _nodes[Parties.Utopia];

    private Place Arcadia => _nodes[Parties.Arcadia];

    private OwnPast Past => Utopia.Node.Context.Membership.Past;

    private FeedName Feed => new(Utopia.Node.Context.Membership.Network, Parties.Utopia, Parties.Replicated, Realm.Live, Audience.All, 1);

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task A_node_in_doubt_signs_nothing_until_every_partner_has_answered_and_goes_on_where_nobody_knows_more()
    {
        await PublishAsync("r1");
        await _nodes.RoundsAsync(2);
        await Utopia.RestoreAsync(Utopia.Backup());

        await RefusedAsync(() => PublishAsync("r2"));
        await RefusedAsync(() => Utopia.Node.Checks.RunAsync(Parties.Officer, Question, CancellationToken.None));
        await RefusedAsync(() => Utopia.Node.Tokens.MakeAsync(Parties.Officer, "desk", Rights.Check, [], TimeSpan.FromDays(1)));
        foreach (var partner in Parties.All[1..4])
        {
            await Utopia.Node.ContactAsync(partner);
            Assert.Equal(PastState.Unconfirmed, Past.Now.State);
        }

        await Utopia.Node.ContactAsync(Parties.All[4]);
        Assert.Equal(PastState.Sound, Past.Now.State);
        await PublishAsync("r2");
        await _nodes.RoundsAsync(2);
        Assert.Equal(["r1", "r2"], Keys(Arcadia));
        NoForks();
    }

    [Fact]
    public async Task A_doubt_outlives_a_restart_and_an_operator_may_go_on_without_a_silent_partner()
    {
        await PublishAsync("r1");
        await _nodes.RoundsAsync(2);
        await Utopia.RestoreAsync(Utopia.Backup());
        _nodes[Parties.Atlantis].Up = false;
        foreach (var partner in Parties.All[1..])
        {
            await Utopia.Node.ContactAsync(partner);
        }

        Utopia.Start();
        Assert.Equal(PastState.Unconfirmed, Past.Now.State);
        await Utopia.Node.Inquiry.GoOnWithoutAsync(Parties.Officer, [Parties.Atlantis], "its line is cut");
        Assert.Equal(PastState.Sound, Past.Now.State);
        Assert.Contains(LedgerText(), line => line.Contains("went-on-without", StringComparison.Ordinal) && line.Contains("its line is cut", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_was_rolled_back_unnoticed_is_found_at_start_before_anything_is_signed()
    {
        await PublishAsync("r1");
        await _nodes.RoundsAsync(2);
        var backup = Utopia.Backup();
        await PublishAsync("r2");
        await _nodes.RoundsAsync(2);
        await Utopia.RestoreAsync(backup, known: false);

        await Utopia.Node.StartedAsync("1.0", TimeSpan.FromSeconds(2));

        Assert.Equal(PastState.Behind, Past.Now.State);
        await RefusedAsync(() => PublishAsync("r3"));
        await _nodes.RoundsAsync(2);
        NoForks();
    }

    [Fact]
    public async Task Own_entries_come_back_from_partners_with_their_bodies_and_what_was_withdrawn_stays_gone()
    {
        await PublishAsync("r1");
        await PublishAsync("r2");
        await PublishAsync("r3");
        await _nodes.RoundsAsync(2);
        var backup = Utopia.Backup();
        await Utopia.PublishAsync(Audience.All, null, WhenThere.Amend, Record("r1", "other"));
        await Utopia.WithdrawAsync(Record("r2").NaturalKey);
        await PublishAsync("r4");
        await Utopia.PublishAsync(Audience.Of(Parties.Arcadia), null, WhenThere.Refuse, Record("r5", "v", "XAR"));
        await _nodes.RoundsAsync(2);

        await BehindAsync(backup);
        var report = await Utopia.Node.Recovery.RunAsync(Parties.Officer, CancellationToken.None);

        Assert.Equal(3, report.Count);
        Assert.All(report.Where(log => !log.Log.Contains("ledger", StringComparison.Ordinal)), log => Assert.True(log.Size == log.Known && log.WithoutBody == 0, log.ToString()));
        Assert.Equal(["r1=other", "r3=v", "r4=v", "r5=v"], Utopia.Records.Records.Values.Select(record => $"{record.Key}={record.Value}").Order(StringComparer.Ordinal));
        await OpenAsync();
        Assert.Equal(ChangeKind.Unchanged, (await Utopia.PublishAsync(Audience.All, null, WhenThere.Refuse, Record("r4")))[0].Kind);
        Assert.Equal(ChangeKind.Withdrawn, (await Utopia.WithdrawAsync(Record("r1").NaturalKey)).Kind);
        await _nodes.RoundsAsync(2);
        Assert.Equal(["r3", "r4", "r5"], Keys(Arcadia));
        NoForks();
    }

    [Fact]
    public async Task While_its_ledger_cannot_be_gone_on_with_a_node_answers_checks_in_the_next_epoch_which_its_root_then_opens()
    {
        await PublishAsync("r1");
        await _nodes.RoundsAsync(2);
        var backup = Utopia.Backup();
        await Utopia.Node.Checks.RunAsync(Parties.Officer, Question, CancellationToken.None);
        await _nodes.RoundsAsync(2);

        await BehindAsync(backup);
        await Utopia.Node.Recovery.RunAsync(Parties.Officer, CancellationToken.None);
        var outcome = await Utopia.Node.Checks.RunAsync(Parties.Officer, Question, CancellationToken.None);
        Assert.IsType<CheckOutcome.Hit>(outcome);
        Assert.EndsWith("/ledger/2", Utopia.Node.Context.Membership.Ledger.Origin, StringComparison.Ordinal);
        await _nodes.RoundsAsync(2);
        Assert.Equal(PastState.Behind, Past.Now.State);
        await RefusedAsync(() => PublishAsync("r2"));

        var notice = await OpenAsync();
        var end = Assert.Single(notice.Ends);
        Assert.True(end.Held < end.Size, "entries of the ledger were lost, and the notice must say so");
        await PublishAsync("r2");
        await _nodes.RoundsAsync(2);
        Assert.Equal(["r1", "r2"], Keys(Arcadia));
        Assert.Equal(2, Arcadia.Node.Context.Membership.Directory.LedgerEpoch(Parties.Utopia));
        Assert.True(Utopia.Store.Read(session => session.First(
            "SELECT COUNT(*) FROM cosignature c JOIN log l ON l.log = c.log WHERE l.origin LIKE '%/ledger/2' AND c.size > 0", row => row.GetInt64(0))) == 4, "every partner cosigns the new ledger");
        Assert.True(Comity.Core.Ledger.LedgerProofFile.Check(Comity.Core.Ledger.LedgerProofFile.Make(Utopia.Node.Context, outcome.LedgerEntry), _nodes.Genesis.Hash) is Comity.Core.Ledger.LedgerProofVerdict.Proved);
        NoForks();
    }

    [Fact]
    public async Task Who_asked_before_a_new_epoch_is_found_proved_and_opened_after_it()
    {
        await PublishAsync("r1");
        var before = await Utopia.Node.Checks.RunAsync(Parties.Officer, Question, CancellationToken.None);
        await _nodes.RoundsAsync(2);
        var backup = Utopia.Backup();
        await Utopia.Node.Checks.RunAsync(Parties.Officer, Question, CancellationToken.None);   // of this nothing is left
        await _nodes.RoundsAsync(2);
        await BehindAsync(backup);
        await Utopia.Node.Recovery.RunAsync(Parties.Officer, CancellationToken.None);
        _nodes.Time.Pass(TimeSpan.FromHours(1));
        var after = await Utopia.Node.Checks.RunAsync(Parties.Officer, Question, CancellationToken.None);
        await OpenAsync();
        await _nodes.RoundsAsync(2);

        var asked = await Utopia.Node.Asked.LookAsync(Parties.Officer, Utopia.Records, Realm.Live, (TestProbe)Question.Probe);
        Assert.Equal([(2, after.LedgerEntry), (1, before.LedgerEntry)], asked.Questions.Select(question => (question.Epoch, question.Entry)));
        Assert.Equal(before.At, asked.Since);
        Assert.Equal([(1, before.LedgerEntry)], (await Utopia.Node.Asked.LookAsync(Parties.Officer, Utopia.Records, Realm.Live, (TestProbe)Question.Probe, after.LedgerEntry, 2)).Questions.Select(question => (question.Epoch, question.Entry)));

        var proved = Assert.IsType<Comity.Core.Ledger.LedgerProofVerdict.Proved>(Comity.Core.Ledger.LedgerProofFile.Check(Comity.Core.Ledger.LedgerProofFile.Make(Utopia.Node.Context, before.LedgerEntry, 1), _nodes.Genesis.Hash));
        Assert.Equal(before.At, Comity.Core.Ledger.LedgerLine.Read(System.Text.Encoding.UTF8.GetBytes(proved.Entry)).At);
        var kind = new Comity.Core.Access.TwoPersons.OpenDetail(Utopia.Node.Context);
        foreach (var (entry, epoch, is_there) in new[] { (before.LedgerEntry, 1, true), (after.LedgerEntry, 2, true), (after.LedgerEntry + 100, 1, false) })
        {
            var payload = System.Text.Json.JsonSerializer.SerializeToElement(Comity.Core.Access.TwoPersons.OpenDetail.Of(entry, epoch));
            Assert.Equal(is_there, Utopia.Store.Read(session => kind.Check(session, payload, null)) is null);
        }

        var opened = await Utopia.Store.WriteAsync(session => kind.Look(
            session, System.Text.Json.JsonSerializer.SerializeToElement(Comity.Core.Access.TwoPersons.OpenDetail.Of(before.LedgerEntry, 1)), null!));
        Assert.Equal(before.At, opened!["note"]!["at"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task A_node_set_back_twice_comes_to_a_third_ledger()
    {
        await PublishAsync("r1");
        await _nodes.RoundsAsync(2);
        var backup = Utopia.Backup();
        await PublishAsync("r2");
        await _nodes.RoundsAsync(2);
        await BehindAsync(CopyOf(backup));
        await Utopia.Node.Recovery.RunAsync(Parties.Officer, CancellationToken.None);
        await OpenAsync();
        await PublishAsync("r3");
        await _nodes.RoundsAsync(2);

        await BehindAsync(backup);
        await Utopia.Node.Recovery.RunAsync(Parties.Officer, CancellationToken.None);
        await OpenAsync();

        Assert.EndsWith("/ledger/3", Utopia.Node.Context.Membership.Ledger.Origin, StringComparison.Ordinal);
        await PublishAsync("r4");
        await _nodes.RoundsAsync(2);
        Assert.Equal(["r1", "r2", "r3", "r4"], Keys(Arcadia));
        NoForks();
    }

    [Fact]
    public async Task A_node_that_lost_its_whole_database_gets_its_records_back_from_its_partners()
    {
        await PublishAsync("r1");
        await PublishAsync("r2");
        await Utopia.PublishAsync(Audience.All, null, WhenThere.Amend, Record("r1", "newer"));
        await _nodes.RoundsAsync(2);
        var empty = SqliteDatabase.InMemory("lost-all");
        empty.Migrate();
        await new NodeStore(empty).WriteAsync(session => Membership.InsertCharter(session, _nodes.Genesis));
        await Utopia.RestoreAsync(empty, known: false);

        await Utopia.Node.StartedAsync("1.0", TimeSpan.FromSeconds(2));
        await Utopia.Node.Recovery.RunAsync(Parties.Officer, CancellationToken.None);
        await OpenAsync();
        await PublishAsync("r3");
        await _nodes.RoundsAsync(2);

        Assert.Equal(["r1=newer", "r2=v", "r3=v"], Utopia.Records.Records.Values.Select(record => $"{record.Key}={record.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(["r1", "r2", "r3"], Keys(Arcadia));
        NoForks();
    }

    [Fact]
    public async Task Nobody_else_gets_a_members_entries_by_the_service_that_gives_them_back()
    {
        await PublishAsync("r1");
        await _nodes.RoundsAsync(2);
        var lyonesse = _nodes[Parties.Lyonesse].Node;
        var message = new Message(
            _nodes.Randomness.NewId(), Parties.Arcadia, "recover.entries", "", "", Realm.Live, SaltedBody.Make(System.Text.Encoding.UTF8.GetBytes($$"""{"feed":"{{Feed.Origin}}","from":0,"most":10}"""), _nodes.Randomness));

        var reply = await lyonesse.Correspondent.AskAsync(message, TimeSpan.FromSeconds(5), CancellationToken.None);

        Assert.Equal("not-allowed", Assert.IsType<Reply.Refused>(reply).Problem.Code);
    }

    [Fact]
    public async Task A_new_epoch_of_a_feed_carries_what_is_in_force_and_holders_never_miss_a_record()
    {
        await PublishAsync("r1");
        await PublishAsync("r2");
        await PublishAsync("r3");
        await Utopia.WithdrawAsync(Record("r2").NaturalKey);
        await _nodes.RoundsAsync(2);

        await OpenAsync(Feed.Origin);
        Assert.Equal(["r1", "r3"], Keys(Utopia));
        Assert.Equal(ChangeKind.Unchanged, (await Utopia.PublishAsync(Audience.All, null, WhenThere.Refuse, Record("r1")))[0].Kind);
        await PublishAsync("r4");
        await Arcadia.Node.Context.Membership.AddNoticeAsync(Utopia.Node.Context.Membership.Notices.All[^1].Document.ToJson(), Actor.Node);
        Assert.Equal(["r1", "r3"], Keys(Arcadia));   // as it was, until the new feed is there
        await _nodes.RoundsAsync(2);

        Assert.Equal(["r1", "r3", "r4"], Keys(Arcadia));
        Assert.Equal(ChangeKind.Withdrawn, (await Utopia.WithdrawAsync(Record("r3").NaturalKey)).Kind);
        await _nodes.RoundsAsync(2);
        Assert.Equal(["r1", "r4"], Keys(Arcadia));
        Assert.True((await Arcadia.Node.ContactAsync(Parties.Utopia)).Complete);
        Arcadia.Start();
        Assert.Equal(["r1", "r4"], Keys(Arcadia));
        NoForks();
    }

    [Fact]
    public async Task Who_goes_on_in_the_old_epoch_is_not_followed_and_what_it_signed_beyond_the_end_is_held_back()
    {
        await PublishAsync("r1");
        await _nodes.RoundsAsync(2);
        var thief = Utopia.Backup();
        var ours = Utopia.Backup();
        var notice = Draft(Feed.Origin);

        // Somebody with a copy of store and keys publishes on in Utopia's place, and one partner takes it in.
        await Utopia.RestoreAsync(thief, known: false);
        await PublishAsync("thief");
        await Arcadia.Node.ContactAsync(Parties.Utopia);
        Assert.Equal(["r1", "thief"], Keys(Arcadia));

        await Utopia.RestoreAsync(ours, known: false);
        Assert.IsType<NoticeAddition.Added>(await Utopia.Node.Context.Membership.AddNoticeAsync(notice.ToJson(), Parties.Officer));
        await PublishAsync("r2");
        await Arcadia.Node.ContactAsync(Parties.Utopia);

        Assert.Equal(["r1", "r2"], Keys(Arcadia));
        var old = Arcadia.Store.Read(session => session.Feed(Feed))!;
        Assert.Equal((FeedFaultCode.BeyondEnd, 1L), (old.Fault!.Code, old.Fault.Index));
        Assert.IsType<TakeIn.NotTaken>(await Arcadia.Node.Mirror.TakeInAsync(Feed, new PullAnswer(old.Checkpoint!, [], old.Size, [])));
        Assert.Null(Arcadia.Verify().Fault);
    }

    [Fact]
    public async Task A_new_epoch_counts_only_under_the_members_own_root_and_a_log_ends_once()
    {
        await PublishAsync("r1");
        var membership = Utopia.Node.Context.Membership;
        var ends = Utopia.Store.Read(session => EpochPlan.Make(session, membership.Directory, membership.Network, Parties.Utopia, [Feed.Origin], out _));
        var draft = new NoticeDraft(membership.Chain, membership.Notices, _nodes.Time.Now);

        foreach (var signer in new[] { Parties.Arcadia, Parties.Lyonesse, Parties.Atlantis })
        {
            var foreign = draft.Epoch(Parties.Utopia, "a whim", ends).SignedBy(_nodes.Parties.Root(signer));
            Assert.IsType<NoticeAddition.Refused>(membership.Notices.Add(foreign.ToJson(), membership.Chain));
        }

        await OpenAsync(Feed.Origin);
        var later = ends.Select(end => end with { Next = Feed.InEpoch(7).Origin, Size = 0, Root = new TransparencyLog.TreeFrontier().Root, Held = 0, Carried = 0 });
        var again = new NoticeDraft(membership.Chain, membership.Notices, _nodes.Time.Now).Epoch(Parties.Utopia, "again", later).SignedBy(_nodes.Parties.Root(Parties.Utopia));
        Assert.IsType<NoticeAddition.Added>(await Arcadia.Node.Context.Membership.AddNoticeAsync(membership.Notices.All[^1].Document.ToJson(), Actor.Node));
        Assert.IsType<NoticeAddition.Added>(await Arcadia.Node.Context.Membership.AddNoticeAsync(again.ToJson(), Actor.Node));
        Assert.Equal(2, Arcadia.Node.Context.Membership.Directory.Newest(Feed).Epoch);
        Assert.Single(Arcadia.Node.Context.Membership.Directory.WithoutEffect);
    }

    [Fact]
    public async Task The_next_charter_takes_ended_logs_in_and_a_member_that_joins_later_follows_the_new_epoch()
    {
        await PublishAsync("r1");
        await OpenAsync(Feed.Origin);
        var membership = Utopia.Node.Context.Membership;

        var next = _nodes.Parties.Sign(CharterDraft.After(membership.Directory.Charter, membership.Notices, _nodes.Time.Now, 26));

        Assert.Equal(2, MemberDirectory.Of(next, NoticeBoard.Empty).Newest(Feed).Epoch);
        Assert.Equal(membership.Directory.End(Parties.Utopia, Feed.Origin), MemberDirectory.Of(next, NoticeBoard.Empty).End(Parties.Utopia, Feed.Origin));
    }

    private async Task BehindAsync(SqliteDatabase backup)
    {
        await Utopia.RestoreAsync(backup);
        foreach (var partner in Parties.All[1..])
        {
            await Utopia.Node.ContactAsync(partner);
        }

        Assert.Equal(PastState.Behind, Past.Now.State);
    }

    private JwsDocument Draft(params string[] more)
    {
        var membership = Utopia.Node.Context.Membership;
        string? fault = null;
        var ends = Utopia.Store.Read(session => EpochPlan.Make(session, membership.Directory, membership.Network, Parties.Utopia, more, out fault));
        Assert.Null(fault);
        return new NoticeDraft(membership.Chain, membership.Notices, _nodes.Time.Now).Epoch(Parties.Utopia, "restored from a backup", ends).SignedBy(_nodes.Parties.Root(Parties.Utopia));
    }

    private async Task<Notice.Epoch> OpenAsync(params string[] more)
    {
        var addition = await Utopia.Node.Context.Membership.AddNoticeAsync(Draft(more).ToJson(), Parties.Officer);
        Assert.True(addition is NoticeAddition.Added, addition.ToString());
        Assert.Equal(PastState.Sound, Past.Now.State);
        return Assert.IsType<Notice.Epoch>(((NoticeAddition.Added)addition).Notice);
    }

    private static async Task RefusedAsync(Func<Task> act) => Assert.True((await Assert.ThrowsAsync<StorageException>(act)).ReadOnly);

    private void NoForks()
    {
        foreach (var place in _nodes.Places)
        {
            Assert.Empty(place.Store.Read(session => session.Forks()));
            Assert.Null(place.Verify().Fault);
            Assert.All(place.Store.Read(session => session.Feeds()), feed => Assert.Null(feed.Fault));
        }
    }

    private List<string> LedgerText() => Utopia.Store.Read(session => session.Query(
        "SELECT e.leaf FROM entry e JOIN log l ON l.log = e.log WHERE l.kind = 'ledger'", row => System.Text.Encoding.UTF8.GetString(row.Bytes(0))));

    private static SqliteDatabase CopyOf(SqliteDatabase database)
    {
        using var from = (Microsoft.Data.Sqlite.SqliteConnection)database.OpenForReading();
        var copy = SqliteDatabase.InMemory($"copy-{from.DataSource}");
        using var to = (Microsoft.Data.Sqlite.SqliteConnection)copy.OpenForWriting();
        from.BackupDatabase(to);
        return copy;
    }

    private static string[] Keys(Place place) => [.. place.Records.Records.Values.Select(record => record.Key).Order(StringComparer.Ordinal)];

    private static TestRecord Record(string key, string value = "v", string @for = "all") => new(IssuingCode.Parse("UTO"), key, @for, value);

    private Task PublishAsync(string key) => Utopia.PublishAsync(Audience.All, null, WhenThere.Refuse, Record(key));
}
