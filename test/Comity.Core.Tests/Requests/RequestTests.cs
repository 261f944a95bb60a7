using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Access.Officers;
using Comity.Core.Exchange;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Requests;
using Comity.Core.Requests.Delivery;
using Comity.Core.Requests.Desk;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.Core.Web;

namespace Comity.Core.Tests.Requests;

/// <summary>Requests from desk to desk: on SQLite in memory, with what touches every table among it.</summary>
public sealed class RequestTests : RequestConformance
{
    private protected override IDatabase? Database(MemberCode member) => null;   // in memory

    [Fact]
    public async Task However_often_and_in_whatever_order_it_comes_it_has_one_effect()
    {
        RequestNodes? net = null;
        List<(MemberCode To, Transmission Sent)> held = [];
        var lossy = 0;
        net = New(line: from => new StraightLine(() => net!.Nodes, from)
        {
            Sending = (to, sent) =>
            {
                held.Add((to, sent));
                return lossy++ % 3 == 0 ? null : sent;
            },
            Receiving = (_, _, answer) => lossy % 4 == 0 ? null : answer,
        });
        var id = await net.SendAsync(Uto, Xar);
        foreach (var act in new[] { "message", "message", "withdraw" })
        {
            await net.ActAsync(Uto, id, act);
        }

        for (var i = 0; i < 30 && net.Nodes[Uto].Store.Read(Outbox.Waiting).Values.Concat(net.Nodes[Xar].Store.Read(Outbox.Waiting).Values).Any(waiting => waiting.Count > 0); i++)
        {
            await net.CarryAsync();
            net.Nodes.Time.Pass(TimeSpan.FromMinutes(10));
        }

        var before = net.State(Xar, id);
        foreach (var (to, sent) in Enumerable.Reverse(held).Where(item => item.To == Xar))
        {
            await net[to].Reception.ReceiveAsync(Uto, sent, CancellationToken.None);
        }

        net.AssertSame(id, Uto, Xar);
        Assert.Equal(Phase.Withdrawn, before.Phase);
        Assert.Equal(before.Timeline.Count, net.State(Xar, id).Timeline.Count);
        Assert.Equal(before.Timeline.Count, Entries(net, Xar, LedgerKind.RequestEvent));
    }

    [Fact]
    public async Task What_takes_two_persons_waits_for_the_second_who_must_be_another_and_may()
    {
        var net = New(TestKinds.Make(acts => acts[0] = TestKinds.Act("ask", RequestStep.Ask, Side.Asking, approves: [Role.Supervisor], fields: [TestKinds.Field("facts")])));
        var desk = net.Desk(Uto);
        var draft = RequestNodes.Given(await desk.DraftAsync(net.Officer(Uto), RequestNodes.Input(Xar, net.Kinds[0])));

        var sent = Assert.IsType<Answer<RequestView>.Waiting>(await desk.SendAsync(net.Officer(Uto), draft.Row.Id, "needed today"));

        Assert.Equal(Phase.Draft, sent.Value.Row.Phase);
        Assert.Equal(ProblemKind.Forbidden.Code, (await net[Uto].Approvals.DecideAsync(net.Officer(Uto), sent.Approval, true, null))!.Code);
        Assert.Null(await net[Uto].Approvals.DecideAsync(net.Officer(Uto, Role.Supervisor), sent.Approval, true, null));
        await net.CarryAsync();
        var asked = net.State(Xar, draft.Row.Id).Opened;
        Assert.Equal(("duty-officer", "supervisor"), (asked.By.Role, asked.Second!.Role));
        Assert.NotEqual(asked.By.Officer, asked.Second.Officer);
        Assert.Equal(ProblemKind.Conflict.Code, (await net[Uto].Approvals.DecideAsync(net.Officer(Uto, Role.Supervisor), sent.Approval, true, null))!.Code);
        Assert.Contains("facts", (await net.ViewAsync(Xar, draft.Row.Id)).Line[0].Said!.Content!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_never_leaves_stays_and_what_leaves_once_accepted_leaves_by_itself_then()
    {
        var net = New(TestKinds.Make(acts => acts[0] = TestKinds.Act("ask", RequestStep.Ask, Side.Asking, fields:
            [TestKinds.Field("facts"), TestKinds.Field("name", leaves: Leaving.OnceAccepted), TestKinds.Field("own", leaves: Leaving.Never)])));
        var id = await net.SendAsync(Uto, Xar, content: new JsonObject { ["facts"] = "the facts", ["name"] = "the bearer", ["own"] = "our notes" });
        await net.CarryAsync();

        Assert.Equal("""{"facts":"the facts"}""", (await net.ViewAsync(Xar, id)).Line[0].Said!.Content!.Value.GetRawText());
        Assert.Contains("our notes", (await net.ViewAsync(Uto, id)).Line[0].Said!.Content!.Value.GetRawText(), StringComparison.Ordinal);

        await net.ActAsync(Xar, id, "accept");
        await net.CarryAsync();

        var supplied = (await net.ViewAsync(Xar, id)).Line.Single(line => line.Entry.Event.Type == EventType.Supply).Said!.Content!.Value.GetRawText();
        Assert.Contains("the bearer", supplied, StringComparison.Ordinal);
        Assert.DoesNotContain("our notes", supplied, StringComparison.Ordinal);
        net.AssertSame(id, Uto, Xar);
    }

    [Fact]
    public async Task Nobody_else_gets_a_file_and_nobody_gets_one_that_no_event_names()
    {
        var net = New();
        var id = await net.SendAsync(Uto, Xar);
        await net.CarryAsync();
        var file = Assert.IsType<Answer<KeptFile>.Given>(await net.Desk(Uto).AttachAsync(net.Officer(Uto), id, new MemoryStream([1, 2, 3]), CancellationToken.None)).Value;
        async Task<string> AskAsync(MemberCode from)
        {
            var question = Encoding.UTF8.GetBytes(new JsonObject { ["request"] = id.ToString(), ["sha256"] = file.Sha256, ["piece"] = 0 }.ToJsonString());
            var reply = await net[from].Correspondent.AskAsync(
                new Message(net[from].Context.Randomness.NewId(), Uto, RequestFiles.ServiceName, TestKinds.Crime.ToString(), "", Realm.Live, SaltedBody.Make(question, net[from].Context.Randomness)), TimeSpan.FromSeconds(5), CancellationToken.None);
            return reply is Reply.Refused refused ? refused.Problem.Code : "given";
        }

        Assert.Equal(("not-found", "not-found"), (await AskAsync(Xar), await AskAsync(Parties.Lyonesse)));
        await net.ActAsync(Uto, id, "message", new ActInput("message", Text: "see the file", Files: [new FileReference("a.txt", "text/plain", 3, file.Sha256)]));
        Assert.Equal(("given", "not-found"), (await AskAsync(Xar), await AskAsync(Parties.Lyonesse)));
    }

    [Fact]
    public async Task What_the_charter_does_not_allow_is_refused_on_both_sides()
    {
        var other = TestKinds.Make(name: "other-kind");
        var net = New(TestKinds.Everything);
        var faults = Assert.IsType<Answer<RequestView>.Faulty>(await net.Desk(Uto).DraftAsync(net.Officer(Uto), RequestNodes.Input(Xar, other))).Faults;
        Assert.Equal("kind", Assert.Single(faults).Field);
        foreach (var (input, field) in new[]
        {
            (RequestNodes.Input(Uto, net.Kinds[0]), "to"), (RequestNodes.Input(Xar, net.Kinds[0]) with { To = "QQQ" }, "to"), (RequestNodes.Input(Xar, net.Kinds[0]) with { Purpose = "fishing" }, "purpose"),
            (RequestNodes.Input(Xar, net.Kinds[0]) with { Urgency = "1" }, "urgency"), (RequestNodes.Input(Xar, net.Kinds[0]) with { Realm = "dream" }, "realm"), (RequestNodes.Input(Xar, net.Kinds[0]) with { Follows = "UTO-0000000000000000" }, "follows"),
            (RequestNodes.Input(Xar, net.Kinds[0], new JsonObject { ["x"] = 1 }), "content.'x'"),
        })
        {
            Assert.Contains(Assert.IsType<Answer<RequestView>.Faulty>(await net.Desk(Uto).DraftAsync(net.Officer(Uto), input)).Faults, fault => fault.Field == field);
        }

        // Events made by hand, signed as they must be, of a kind or wording that the charter does not list.
        foreach (var kind in new[] { other, TestKinds.Everything with { Digest = KindDigest.Of("other"u8) } })
        {
            Assert.Equal(ProblemKind.NotAllowed.Code, await PostAsync(net, Uto, Opening(net, Uto, kind)));
        }

        Assert.Equal("ok", await PostAsync(net, Uto, Opening(net, Uto, net.Kinds[0])));
        Assert.Equal(ProblemKind.BodyMalformed.Code, await PostAsync(net, Parties.Lyonesse, Opening(net, Uto, net.Kinds[0])));
        Assert.Equal(ProblemKind.BodyMalformed.Code, await PostAsync(net, Uto, Opening(net, Uto, net.Kinds[0], role: "auditor")));
    }

    [Fact]
    public async Task An_event_that_has_no_sense_or_is_not_its_senders_is_refused_by_name_and_changes_nothing()
    {
        var net = New();
        var id = await net.SendAsync(Uto, Xar);
        await net.CarryAsync();
        var state = net.State(Xar, id);
        RequestEvent Make(MemberCode from, EventType type, string role = "duty-officer", EventFacts? facts = null) => RequestEvent.Make(
            id, type, from, net.Nodes.Time.Now, state.Heads, new Authority("duty desk", role, "o-1"), null, null, facts ?? new EventFacts { Act = type.Rule().Step is null ? null : net.Kinds[0].Acts.First(act => act.Step == type.Rule().Step).Name });

        Assert.Equal("body-malformed: the event is refused: not-your-act", await PostAsync(net, Uto, Make(Uto, EventType.Accept), detail: true));
        Assert.Equal("body-malformed: the event is refused: no-sense", await PostAsync(net, Uto, Make(Uto, EventType.Close), detail: true));
        Assert.Equal("body-malformed: the event is refused: role-may-not", await PostAsync(net, Uto, Make(Uto, EventType.Withdraw, "operator"), detail: true));
        Assert.Equal("body-malformed: the event is another member's than the sender's", await PostAsync(net, Uto, Make(Xar, EventType.Accept), detail: true));
        Assert.Equal(ProblemKind.NotAllowed.Code, await PostAsync(net, Parties.Lyonesse, Make(Parties.Lyonesse, EventType.Message)));
        Assert.Equal(state.Timeline.Count, net.State(Xar, id).Timeline.Count);
    }

    [Fact]
    public async Task Whoever_has_another_purpose_right_or_role_does_not_see_it_or_may_not()
    {
        var net = New();
        var id = await net.SendAsync(Uto, Xar);
        await net.CarryAsync();
        var stranger = net.Officer(Xar) with { Purposes = new HashSet<Purpose> { Purpose.Parse("asylum") } };
        Assert.Equal(ProblemKind.NotFound.Code, Assert.IsType<Answer<RequestView>.Refused>(await net.Desk(Xar).FindAsync(stranger, id)).Problem.Code);
        Assert.Empty(net.Desk(Xar).List(stranger, _ => true).Rows);
        Assert.Equal(ProblemKind.Forbidden.Code, Assert.IsType<Answer<RequestView>.Refused>(await net.Desk(Xar).FindAsync(net.Officer(Xar, Role.Auditor), id)).Problem.Code);
        Assert.Single(net.Desk(Xar).List(net.Officer(Xar), _ => true).Rows);

        var refused = await net.Desk(Xar).ActAsync(net.Officer(Xar, Role.Supervisor), id, new ActInput("accept"));
        Assert.Equal((ProblemKind.Forbidden.Code, "role-may-not"), Problem(refused));
        Assert.Equal(ProblemKind.Forbidden.Code, Problem(await net.Desk(Xar).ActAsync(net.Officer(Xar) with { Person = null }, id, new ActInput("accept"))).Code);
        Assert.Equal((ProblemKind.Conflict.Code, "no-sense"), Problem(await net.ActAsync(Uto, id, "close")));
        Assert.Equal("act", Assert.Single(Assert.IsType<Answer<RequestView>.Faulty>(await net.Desk(Xar).ActAsync(net.Officer(Xar), id, new ActInput("expire"))).Faults).Field);
        Assert.Equal("ground", Assert.Single(Assert.IsType<Answer<RequestView>.Faulty>(await net.Desk(Xar).ActAsync(net.Officer(Xar), id, new ActInput("refuse", Ground: "mood"))).Faults).Field);
    }

    [Fact]
    public async Task Sixty_days_pass_the_alarms_come_in_order_and_the_term_ends_by_the_asked_States_calendar()
    {
        var calendar = Core.Requests.Clocks.WorkCalendar.Default with { Zone = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland") };
        var net = New(TestKinds.Make(clocks:
        [
            TestKinds.Clock("keep", Side.Asked, ["carried-out", "extend"], ["answered"], new Term(60, TermUnit.Days), ClockEnd.Free, null, new Term(10, TermUnit.Days), new Term(1, TermUnit.Days)),
            TestKinds.Clock("read", Side.Asked, ["delivered"], ["acknowledged"], new Term(2, TermUnit.Hours), ClockEnd.Tell),
        ]), calendar: calendar);
        var id = await net.SendAsync(Uto, Xar);
        await net.CarryAsync();
        Assert.Equal(("read", DueState.Running, true), net.Desk(Xar).Due(net.Officer(Xar)).Select(due => (due.Clock, due.State, due.Mine)).Single());
        net.Nodes.Time.Pass(TimeSpan.FromHours(3));
        Assert.Equal(DueState.Over, net.Desk(Xar).Due(net.Officer(Xar)).Single().State);
        await net.ActAsync(Xar, id, "acknowledge");
        await net.ActAsync(Xar, id, "carry-out");
        await net.CarryAsync();

        var due = net.Desk(Uto).Due(net.Officer(Uto)).Single();
        // Noon UTC is after midnight in Auckland: day 60 ends at its midnight, which is 11:00 UTC (in summer).
        Assert.Equal(("keep", false, true, new DateTimeOffset(2026, 3, 7, 11, 0, 0, TimeSpan.Zero)), (due.Clock, due.Mine, due.Stated, due.Due!.Value));
        Assert.Equal(due.Due, net.Desk(Xar).Due(net.Officer(Xar)).Single().Due);
        net.Nodes.Time.Pass(TimeSpan.FromDays(52));
        Assert.Equal(DueState.Alarmed, net.Desk(Xar).Due(net.Officer(Xar)).Single().State);
        Assert.Equal(0, await net[Xar].Requests.Keeper.ExpireAsync());

        await net.ActAsync(Uto, id, "extend");
        await net.CarryAsync();
        Assert.Equal(new DateTimeOffset(2026, 4, 28, 12, 0, 0, TimeSpan.Zero), net.Desk(Uto).Due(net.Officer(Uto)).Single().Due);
        Assert.Equal(DueState.Running, net.Desk(Xar).Due(net.Officer(Xar)).Single().State);

        net.Nodes.Time.Pass(TimeSpan.FromDays(61));
        Assert.Equal(0, await net[Uto].Requests.Keeper.ExpireAsync());
        Assert.Equal(1, await net[Xar].Requests.Keeper.ExpireAsync());
        await net.CarryAsync();
        Assert.Equal(Phase.Expired, net.State(Uto, id).Phase);
        Assert.Empty(net.Desk(Xar).Due(net.Officer(Xar)));
        await net.ActAsync(Xar, id, "answer");   // late, and given all the same
        await net.CarryAsync();
        Assert.Equal(Phase.Answered, net.State(Uto, id).Phase);
    }

    [Fact]
    public async Task A_clock_that_stands_is_not_due_and_goes_on_with_what_was_left()
    {
        var net = New(TestKinds.Make(clocks: [TestKinds.Clock("answer", Side.Asked, ["delivered"], ["answered"], new Term(48, TermUnit.Hours), ClockEnd.Tell)]));
        var id = await net.SendAsync(Uto, Xar);
        await net.CarryAsync();
        var due = net.Desk(Uto).Due(net.Officer(Uto)).Single().Due;
        net.Nodes.Time.Pass(TimeSpan.FromHours(10));
        await net.ActAsync(Xar, id, "pause", new ActInput("pause", Clock: "answer", Text: "more is needed from you"));
        await net.CarryAsync();
        Assert.Equal((DueState.Paused, null), net.Desk(Uto).Due(net.Officer(Uto)).Select(item => (item.State, item.Due)).Single());
        net.Nodes.Time.Pass(TimeSpan.FromHours(100));
        await net.ActAsync(Xar, id, "resume", new ActInput("resume", Clock: "answer", Text: "it came"));
        await net.CarryAsync();

        Assert.Equal(due + TimeSpan.FromHours(100), net.Desk(Uto).Due(net.Officer(Uto)).Single().Due);
    }

    [Fact]
    public async Task A_draft_is_nobody_elses_may_be_changed_and_is_gone_when_discarded()
    {
        var net = New(TestKinds.Make(acts => acts[0] = TestKinds.Act("ask", RequestStep.Ask, Side.Asking, fields: [TestKinds.Field("facts")])));
        var draft = RequestNodes.Given(await net.Desk(Uto).DraftAsync(net.Officer(Uto), RequestNodes.Input(Xar, net.Kinds[0], [])));
        Assert.Contains(Assert.IsType<Answer<RequestView>.Faulty>(await net.Desk(Uto).SendAsync(net.Officer(Uto), draft.Row.Id)).Faults, fault => fault.Field == "content.facts");
        Assert.Equal("content.'fact'", Assert.IsType<Answer<RequestView>.Faulty>(await net.Desk(Uto).RedraftAsync(net.Officer(Uto), draft.Row.Id, RequestNodes.Input(Xar, net.Kinds[0], new JsonObject { ["fact"] = "x" }))).Faults[0].Field);
        Assert.Equal("{}", (await net.ViewAsync(Uto, draft.Row.Id)).Draft!.Content!.Value.GetRawText());
        await net.CarryAsync();
        Assert.Null(net.RequestRowOf(Xar, draft.Row.Id));

        Assert.Null(await net.Desk(Uto).DiscardAsync(net.Officer(Uto), draft.Row.Id));
        Assert.Null(net.RequestRowOf(Uto, draft.Row.Id));
        Assert.Equal(ProblemKind.NotFound.Code, (await net.Desk(Uto).DiscardAsync(net.Officer(Uto), draft.Row.Id))!.Code);
    }

    private static (string Code, string? Detail) Problem(Answer<RequestView> answer) => Assert.IsType<Answer<RequestView>.Refused>(answer).Problem is var problem ? (problem.Code, problem.Detail) : default;

    private static RequestEvent Opening(RequestNodes net, MemberCode from, RequestKind kind, string role = "duty-officer") => RequestEvent.Make(
        RequestId.New(from, net.Nodes.Randomness), EventType.Ask, from, net.Nodes.Time.Now, [], new Authority("duty desk", role, "o-1"), null, null,
        new EventFacts { Act = "ask", Opening = new Opening(kind.Name, kind.Digest, Xar, Realm.Live, kind.Purposes[0], kind.Urgencies[0]) });

    /// <summary>Sends an event to Arcadia that its maker's node would not have sent.</summary>
    private static async Task<string> PostAsync(RequestNodes net, MemberCode sender, RequestEvent made, bool detail = false)
    {
        var signed = made.Sign(Parties.Shared.Online(made.From).Current(KeyUse.Signing).Signer);
        var content = Encoding.UTF8.GetBytes(new JsonObject { ["v"] = 1, ["event"] = signed }.ToJsonString());
        var node = net[sender];
        var reply = await node.Correspondent.AskAsync(
            new Message(node.Context.Randomness.NewId(), Xar, "request.event", net.Kinds[0].Purposes[0].ToString(), "", Realm.Live, SaltedBody.Make(content, node.Context.Randomness)), TimeSpan.FromSeconds(5), CancellationToken.None);
        return reply is Reply.Refused { Problem: var problem } ? problem.Code + (detail ? ": " + problem.Detail : "") : "ok";
    }
}
