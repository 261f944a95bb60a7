using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Conditions;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Tests.Requests.Conditions;

public sealed class ConditionRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 29, 12, 0, 0, TimeSpan.Zero);
    private static readonly Purpose Border = Purpose.Parse("border-control"), Crime = Purpose.Parse("criminal-investigation");

    public static TheoryData<Exit> Exits => [.. Enum.GetValues<Exit>()];

    [Theory]
    [MemberData(nameof(Exits))]
    public void What_no_condition_speaks_of_is_allowed_and_every_condition_goes_with_it(Exit exit)
    {
        var others = Enum.GetValues<Exit>().Where(other => other != exit).ToList();
        StandingCondition[] conditions = [Standing("a", forbids: others), Standing("b", asks: others)];

        var verdict = Assert.IsType<ConditionVerdict.Allowed>(Decide(exit, conditions));

        Assert.Equal(conditions, verdict.Standing);
    }

    [Theory]
    [MemberData(nameof(Exits))]
    public void What_one_condition_forbids_is_forbidden_whatever_the_others_say_or_the_originator_permits(Exit exit)
    {
        StandingCondition[] conditions = [Standing("open"), Standing("forbids", forbids: [exit]), Standing("asks", asks: [exit])];

        var verdict = Assert.IsType<ConditionVerdict.Forbidden>(Decide(exit, conditions, new Permission("UTO-1", "forbids", exit), new Permission("UTO-1", "asks", exit)));

        Assert.Equal("forbids", Assert.Single(verdict.By).Name);
        Assert.Equal(3, verdict.Standing.Count);
    }

    [Theory]
    [MemberData(nameof(Exits))]
    public void What_needs_permission_waits_for_it_from_every_condition_that_demands_it(Exit exit)
    {
        StandingCondition[] conditions = [Standing("one", asks: [exit]), Standing("two", asks: [exit])];

        Assert.Equal(["one", "two"], Assert.IsType<ConditionVerdict.AskFirst>(Decide(exit, conditions)).By.Select(condition => condition.Name));
        Assert.Equal("two", Assert.Single(Assert.IsType<ConditionVerdict.AskFirst>(Decide(exit, conditions, new Permission("UTO-1", "one", exit))).By).Name);
        Assert.IsType<ConditionVerdict.Allowed>(Decide(exit, conditions, new Permission("UTO-1", "one", exit), new Permission("UTO-1", "two", exit)));
    }

    [Theory]
    [MemberData(nameof(Exits))]
    public void A_permission_for_another_request_condition_exit_or_time_is_none(Exit exit)
    {
        StandingCondition[] conditions = [Standing("one", asks: [exit])];
        var other = exit == Exit.Print ? Exit.Export : Exit.Print;

        Assert.All(
            [
                new Permission("UTO-2", "one", exit), new Permission("UTO-1", "two", exit), new Permission("UTO-1", "one", other), new Permission("UTO-1", "one", exit, Until: Now),
            ],
            permission => Assert.IsType<ConditionVerdict.AskFirst>(Decide(exit, conditions, permission)));
        Assert.IsType<ConditionVerdict.Allowed>(Decide(exit, conditions, new Permission("UTO-1", "one", exit, Until: Now.AddTicks(1))));
    }

    [Fact]
    public void A_permission_to_forward_disclose_or_attach_holds_for_whom_and_what_it_was_given()
    {
        StandingCondition[] conditions = [Standing("one", asks: [Exit.Forward, Exit.Disclose, Exit.AttachToOtherPurpose])];
        ConditionVerdict Judge(ExitAct act, Permission permission) => ConditionRule.Decide(act, conditions, [permission], Now);

        Assert.IsType<ConditionVerdict.Allowed>(Judge(new ExitAct.Forward(MemberCode.Parse("XAR")), new Permission("UTO-1", "one", Exit.Forward, To: "XAR")));
        Assert.IsType<ConditionVerdict.AskFirst>(Judge(new ExitAct.Forward(MemberCode.Parse("XLY")), new Permission("UTO-1", "one", Exit.Forward, To: "XAR")));
        Assert.IsType<ConditionVerdict.Allowed>(Judge(new ExitAct.Disclose("Court 3"), new Permission("UTO-1", "one", Exit.Disclose, To: "Court 3")));
        Assert.IsType<ConditionVerdict.AskFirst>(Judge(new ExitAct.Disclose("The defence"), new Permission("UTO-1", "one", Exit.Disclose, To: "Court 3")));
        Assert.IsType<ConditionVerdict.Allowed>(Judge(new ExitAct.Attach(Border, Crime), new Permission("UTO-1", "one", Exit.AttachToOtherPurpose, For: Border)));
        Assert.IsType<ConditionVerdict.AskFirst>(Judge(new ExitAct.Attach(Border, Crime), new Permission("UTO-1", "one", Exit.AttachToOtherPurpose, For: Crime)));
    }

    [Fact]
    public void Attaching_to_the_purpose_it_was_supplied_for_is_no_other_purpose() =>
        Assert.IsType<ConditionVerdict.Allowed>(ConditionRule.Decide(new ExitAct.Attach(Crime, Crime), [Standing("one", forbids: [Exit.AttachToOtherPurpose])], [], Now));

    [Fact]
    public void A_lead_may_not_leave_by_any_exit_and_a_summary_only_after_asking_to_a_court()
    {
        var kind = KindLibrary.Program.Find(RegisterName.Parse("intelligence-use"))!;
        var lead = StandingCondition.Of("UTO-1", kind.Condition("lead-only")!);
        Assert.All(Enum.GetValues<Exit>(), exit => Assert.IsType<ConditionVerdict.Forbidden>(Decide(exit, [lead])));

        var summary = StandingCondition.Of("UTO-1", kind.Condition("summary-only")!, " Marked LYONESSE EYES. ");
        Assert.EndsWith("never. Marked LYONESSE EYES.", summary.Text.En, StringComparison.Ordinal);
        Assert.IsType<ConditionVerdict.Forbidden>(Decide(Exit.Export, [summary]));
        Assert.IsType<ConditionVerdict.AskFirst>(Decide(Exit.Disclose, [summary]));
        Assert.IsType<ConditionVerdict.Allowed>(Decide(Exit.Print, [summary]));
    }

    private static StandingCondition Standing(string name, IReadOnlyList<Exit>? forbids = null, IReadOnlyList<Exit>? asks = null) => new("UTO-1", name, new Words(name, name), forbids ?? [], asks ?? []);

    private static ConditionVerdict Decide(Exit exit, IReadOnlyList<StandingCondition> conditions, params Permission[] permissions) => ConditionRule.Decide(
        exit switch
        {
            Exit.Export => new ExitAct.Export(),
            Exit.Print => new ExitAct.Print(),
            Exit.Forward => new ExitAct.Forward(MemberCode.Parse("XAR")),
            Exit.Disclose => new ExitAct.Disclose("Court 3"),
            Exit.AttachToOtherPurpose => new ExitAct.Attach(Border, Crime),
            _ => throw new ArgumentOutOfRangeException(nameof(exit)),
        },
        conditions, permissions, Now);
}
