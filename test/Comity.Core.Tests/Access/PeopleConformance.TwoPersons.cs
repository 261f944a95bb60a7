using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Tests.Access;

public abstract partial class PeopleConformance
{
    private protected sealed class Bell : IApprovable
    {
        public string Kind => "bell";

        public Words Name => new("Ring the bell", "Sonner la cloche");

        public Rights ToPropose => Rights.Check;

        public TimeSpan? Opens => TimeSpan.FromHours(1);

        public int After { get; private set; }

        public bool MayBreakGlass(JsonElement payload) => payload.GetProperty("urgent").GetBoolean();

        public Words Describe(ReadSession session, JsonElement payload) => new($"Ring {payload.GetProperty("times")} times", "Sonner");

        public Problem? Check(ReadSession session, JsonElement payload, Actor? decider) => payload.GetProperty("times").GetInt32() > 0 ? null : Problem.Of(ProblemKind.Invalid, "times");

        public void CarryOut(WriteSession session, JsonElement payload, Approval approval) =>
            session.Execute("INSERT INTO desk (name, declared) VALUES (@name, 1)", ("@name", "rung " + approval.Id));

        public Task AfterwardsAsync(JsonElement payload, Approval approval)
        {
            After++;
            return Task.CompletedTask;
        }

        public JsonNode Look(WriteSession session, JsonElement payload, Approval approval) => new JsonObject { ["sound"] = "ding" };
    }

    private protected Bell Bells { get; } = new();

    private protected Approvals Approvals => field ??= With(People);

    private Approvals Others => field ??= With(Other);

    [Fact]
    public async Task What_one_proposes_another_who_may_decides_once_and_it_is_carried_out_once()
    {
        var (one, two, duty) = (await PersonAsync("one", Role.Supervisor), await PersonAsync("two", Role.Supervisor), await PersonAsync("duty", Role.DutyOfficer));
        var id = await ProposedAsync(one);

        Assert.Equal("forbidden", (await Approvals.DecideAsync(one, id, true, null))?.Code);
        Assert.Equal("not-found", (await Approvals.DecideAsync(duty, id, true, null))?.Code);
        Assert.Equal("not-found", (await Approvals.DecideAsync(duty, "a-000000000000", true, null))?.Code);
        Assert.Equal("forbidden", (await Approvals.DecideAsync(two with { Person = null }, await ProposedAsync(two with { Person = null }), true, null))?.Code);
        Assert.Empty(Rung());
        Assert.Null(await Others.DecideAsync(two, id, true, "seen"));
        Assert.Equal(["rung " + id], Rung());
        Assert.Equal(1, Bells.After);
        Assert.Equal("conflict", (await Approvals.DecideAsync(two, id, true, null))?.Code);
        Assert.Equal("conflict", (await Approvals.DecideAsync(two, id, false, null))?.Code);
        Assert.Equal("conflict", (await Approvals.WithdrawAsync(one, id))?.Code);
        Assert.Equal(ApprovalState.Approved, Others.Find(one, id)!.Approval.State);
    }

    [Fact]
    public async Task Of_two_who_decide_at_once_one_decides()
    {
        var (one, two, three) = (await PersonAsync("one", Role.DutyOfficer), await PersonAsync("two", Role.Supervisor), await PersonAsync("three", Role.Supervisor));
        var id = await ProposedAsync(one);

        var answers = await Task.WhenAll(Task.Run(() => Approvals.DecideAsync(two, id, true, null), Cancel), Task.Run(() => Others.DecideAsync(three, id, true, null), Cancel));

        Assert.Single(answers, answer => answer is null);
        Assert.Equal(["rung " + id], Rung());
    }

    [Fact]
    public async Task A_refused_withdrawn_or_lapsed_proposal_is_never_carried_out()
    {
        var (one, two) = (await PersonAsync("one", Role.DutyOfficer), await PersonAsync("two", Role.Supervisor));
        var (refused, withdrawn, lapsed) = (await ProposedAsync(one), await ProposedAsync(one), await ProposedAsync(one));
        Assert.Null(await Approvals.DecideAsync(two, refused, false, "not now"));
        Assert.Null(await Approvals.WithdrawAsync(one, withdrawn));
        Assert.Equal("forbidden", (await Approvals.WithdrawAsync(two, lapsed))?.Code);
        Turn(Approvals.Life);
        Assert.Equal(ApprovalState.Lapsed, Approvals.Find(two, lapsed)!.Approval.State);
        foreach (var id in new[] { refused, withdrawn, lapsed })
        {
            Assert.Equal("conflict", (await Approvals.DecideAsync(two, id, true, null))?.Code);
            Assert.NotNull(await Approvals.BreakGlassAsync(one, id, "urgent"));
        }

        await Approvals.SweepAsync();
        await Others.SweepAsync();
        Assert.Empty(Rung());
        Assert.Equal(["proposed", "proposed", "proposed", "decided refused", "decided withdrawn", "decided lapsed"], Ledger().Where(entry => entry.Contains("propo") || entry.Contains("decid")));
    }

    [Fact]
    public async Task Who_is_alone_may_break_the_glass_and_another_countersigns_or_objects_later()
    {
        var (one, two) = (await PersonAsync("one", Role.Supervisor), await PersonAsync("two", Role.Supervisor));
        var (urgent, calm, second) = (await ProposedAsync(one), await ProposedAsync(one, urgent: false), await ProposedAsync(one));
        var session = await SignInAsync("two");
        Assert.Equal("forbidden", (await Approvals.BreakGlassAsync(one, urgent, "a train"))?.Code);
        Assert.False(Approvals.Find(one, urgent)!.MayBreakGlass);
        await People.Sessions.CloseAsync(session);

        Assert.Equal("invalid", (await Approvals.BreakGlassAsync(one, urgent, " "))?.Code);
        Assert.Equal("forbidden", (await Approvals.BreakGlassAsync(one, calm, "a train"))?.Code);
        Assert.Equal("forbidden", (await Approvals.BreakGlassAsync(two, urgent, "a train"))?.Code);
        Assert.True(Approvals.Find(one, urgent)!.MayBreakGlass);
        Assert.Null(await Approvals.BreakGlassAsync(one, urgent, "a train"));
        Assert.Null(await Others.BreakGlassAsync(one, second, "a train"));
        Assert.Equal(2, Rung().Count);

        Assert.Equal("forbidden", (await Approvals.CloseAsync(one, urgent, true, null))?.Code);
        Assert.Equal([second, urgent], Approvals.List(two).Where(view => view.MayClose).Select(view => view.Approval.Id).OrderByDescending(id => id == second));
        Assert.Null(await Approvals.CloseAsync(two, urgent, true, null));
        Assert.Null(await Others.CloseAsync(two, second, false, "it was not urgent"));
        Assert.Equal("conflict", (await Approvals.CloseAsync(two, urgent, false, null))?.Code);
        Assert.Equal((ApprovalState.Countersigned, ApprovalState.Objected), (Approvals.Find(two, urgent)!.Approval.State, Approvals.Find(two, second)!.Approval.State));
        Assert.Equal(2, Ledger().Count(entry => entry.StartsWith("broken-glass", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Whoever_made_a_systems_token_is_not_the_second_person_of_what_it_proposes()
    {
        var (one, two) = (await PersonAsync("one", Role.Supervisor, Role.Operator), await PersonAsync("two", Role.Supervisor));
        var tokens = new Tokens(Node);
        var system = tokens.Find((await tokens.MakeAsync(one, "machine", Rights.Check, [], TimeSpan.FromDays(1))).Secret)!;
        var id = await ProposedAsync(system);

        Assert.Equal("forbidden", (await Approvals.DecideAsync(one, id, true, null))?.Code);
        Assert.Equal("forbidden", (await Approvals.BreakGlassAsync(one, id, "urgent"))?.Code);
        Assert.Null(await Approvals.DecideAsync(two, id, true, null));
    }

    [Fact]
    public async Task What_an_approval_opens_its_proposer_alone_sees_for_a_time_and_every_look_is_in_the_ledger()
    {
        var (one, two) = (await PersonAsync("one", Role.DutyOfficer), await PersonAsync("two", Role.Supervisor));
        var id = await ProposedAsync(one);
        Assert.Equal("not-found", (await Approvals.LookAsync(one, id)).Problem?.Code);
        Assert.Null(await Approvals.DecideAsync(two, id, true, null));

        Assert.Equal("""{"sound":"ding"}""", (await Others.LookAsync(one, id)).Opened?.ToJsonString());
        Assert.Equal("not-found", (await Approvals.LookAsync(two, id)).Problem?.Code);
        Assert.Equal("ding", (await Approvals.LookAsync(one, id)).Opened!["sound"]!.GetValue<string>());
        Turn(TimeSpan.FromHours(1));
        Assert.Equal("not-found", (await Approvals.LookAsync(one, id)).Problem?.Code);
        Assert.Equal(2, Ledger().Count(entry => entry.StartsWith("looked", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_same_proposal_sent_again_is_one_and_one_that_was_refused_leaves_no_trace()
    {
        var one = await PersonAsync("one", Role.DutyOfficer);
        var once = new OnceKey(one.Id, "key", new byte[32]);
        var first = await Approvals.ProposeAsync(one, "bell", Payload(1, true), "because", once);
        var again = await Others.ProposeAsync(one, "bell", Payload(1, true), "because", once);
        Assert.Equal(first.Approval!.Id, again.Approval!.Id);
        Assert.Equal("conflict", (await Approvals.ProposeAsync(one, "bell", Payload(2, true), "because", once with { Digest = new byte[31] })).Problem?.Code);
        Assert.Equal("invalid", (await Approvals.ProposeAsync(one, "bell", Payload(0, true), "because", once with { Key = "other" })).Problem?.Code);
        Assert.NotNull((await Approvals.ProposeAsync(one, "bell", Payload(1, true), "because", once with { Key = "other" })).Approval);
        Assert.Equal("invalid", (await Approvals.ProposeAsync(one, "bell", Payload(1, true), "", null)).Problem?.Code);
        Assert.Equal("forbidden", (await Approvals.ProposeAsync(one with { Rights = Rights.Audit }, "bell", Payload(1, true), "because")).Problem?.Code);
    }

    [Fact]
    public async Task Two_persons_make_an_account_whose_code_the_proposer_hands_over()
    {
        var (operating, two) = (await PersonAsync("operating", Role.Operator), await PersonAsync("two", Role.Supervisor));
        Assert.True(SignInName.TryParse("desk.new", out var name));
        var acts = new OfficerActs(People);
        var (approval, _) = await Approvals.ProposeAsync(operating, "officer", acts.Make(new OfficerDraft(name, "Night desk", [Role.DutyOfficer], [], "fr")), "new colleague");
        Assert.Null(await Approvals.DecideAsync(two, approval!.Id, true, null));
        var first = (await Approvals.LookAsync(operating, approval.Id)).Opened!["code"]!.GetValue<string>();
        var code = (await Approvals.LookAsync(operating, approval.Id)).Opened!["code"]!.GetValue<string>();
        Assert.Null(People.Credentials.ByCode(first));
        await EnrolAsync(code);
        Assert.Equal("not-found", (await Approvals.LookAsync(operating, approval.Id)).Problem?.Code);

        var made = People.Officers.List().Single(officer => officer.Name == name);
        var (own, _) = await Approvals.ProposeAsync(operating, "officer", OfficerActs.Change(two.Person!, new OfficerDraft(name, "Night desk", [.. Roles.All], [], "fr")), "more");
        Assert.Null(own);   // the name is another account's
        (own, _) = await Approvals.ProposeAsync(operating, "officer", OfficerActs.Reset(two.Person!), "lost telephone");
        Assert.Equal("forbidden", (await Approvals.DecideAsync(two, own!.Id, true, null))?.Code);
        Assert.Equal("forbidden", (await Approvals.BreakGlassAsync(operating, own.Id, "urgent"))?.Code);

        (own, _) = await Approvals.ProposeAsync(operating, "officer", OfficerActs.Close(made.Id), "left");
        Assert.Null(await Approvals.BreakGlassAsync(operating, own!.Id, "nobody else is here"));
        Assert.False(People.Officers.Find(made.Id)!.Active);
    }

    [Fact]
    public async Task A_sealed_detail_opens_after_two_agreed_and_proves_itself()
    {
        var (protection, two) = (await PersonAsync("protection", Role.DataProtectionOfficer), await PersonAsync("two", Role.Supervisor));
        var body = SaltedBody.Make("""{"number":"X1"}"""u8, Randomness.System);
        var entry = await Node.Store.WriteAsync(session => Node.Membership.Ledger.Append(session, new Core.Ledger.LedgerNote(Core.Ledger.LedgerKind.Check, Node.Now, two).WithDetail(body)));
        Assert.Equal("not-found", (await Approvals.ProposeAsync(protection, "open-detail", OpenDetail.Of(entry + 1000, 1), "complaint 7")).Problem?.Code);
        var (approval, _) = await Approvals.ProposeAsync(protection, "open-detail", OpenDetail.Of(entry, 1), "complaint 7");
        Assert.Null(await Approvals.DecideAsync(two, approval!.Id, true, null));

        var opened = (await Approvals.LookAsync(protection, approval.Id)).Opened!;

        Assert.Equal("X1", opened["content"]!["number"]!.GetValue<string>());
        Assert.True(Core.Jose.StrictBase64Url.TryDecode(opened["salt"]!.GetValue<string>(), out var salt));
        Assert.Equal(opened["note"]!["commitment"]!.GetValue<string>(), Core.Jose.StrictBase64Url.Encode(SaltedBody.Digest(SaltedBody.Make("""{"number":"X1"}"""u8, salt))));
    }

    private static JsonObject Payload(int times, bool urgent) => new() { ["times"] = times, ["urgent"] = urgent };

    private async Task<string> ProposedAsync(Actor by, bool urgent = true) => (await Approvals.ProposeAsync(by, "bell", Payload(3, urgent), "because")).Approval!.Id;

    private async Task<Actor> PersonAsync(string name, params Role[] roles) => (await MakeAsync(name, roles)).Officer.Actor;

    private Task<string> SignInAsync(string name) => Node.Store.WriteAsync(session => People.Sessions.Open(session, People.Officers.List().Single(officer => officer.Name.ToString() == name), "password"));

    private List<string> Rung() => Node.Store.Read(session => session.Query("SELECT name FROM desk WHERE declared = 1", row => row.GetString(0)));

    private List<string> Ledger() => Node.Store.Read(session => session.Query("SELECT leaf FROM entry WHERE log = @log ORDER BY idx", row =>
    {
        var leaf = JsonSerializer.Deserialize<JsonElement>(row.Bytes(0));
        return leaf.GetProperty("kind").GetString() + (leaf.TryGetProperty("state", out var state) ? " " + state.GetString() : "");
    }, ("@log", Node.Membership.Ledger.Find(session))));

    private Approvals With(People people)
    {
        var approvals = new Approvals(people == People ? Node : _nodes[^1], people.Sessions);
        approvals.Register(Bells);
        approvals.Register(new OfficerActs(people));
        approvals.Register(new OpenDetail(Node));
        return approvals;
    }
}
