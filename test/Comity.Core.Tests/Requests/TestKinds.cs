using System.Text;
using Comity.Core.Access.Officers;
using Comity.Core.Members;
using Comity.Core.Requests.Conditions;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Tests.Requests;

/// <summary>A kind with an act for every step, to test the engine with.</summary>
internal static class TestKinds
{
    public static readonly Purpose Crime = Purpose.Parse("serious-crime");

    public static RequestKind Everything { get; } = Make();

    public static RequestKind Make(Action<List<KindAct>>? change = null, string name = "test-request", params KindClock[] clocks)
    {
        List<KindAct> acts =
        [
            Act("ask", RequestStep.Ask, Side.Asking), Act("acknowledge", RequestStep.Acknowledge, Side.Asked), Act("accept", RequestStep.Accept, Side.Asked), Act("refuse", RequestStep.Refuse, Side.Asked),
            Act("offer", RequestStep.OfferConditions, Side.Asked), Act("take", RequestStep.AcceptConditions, Side.Asking), Act("carry-out", RequestStep.CarryOut, Side.Asked), Act("extend", RequestStep.Extend, Side.Either),
            Act("part", RequestStep.AnswerPart, Side.Asked), Act("answer", RequestStep.Answer, Side.Asked), Act("report-use", RequestStep.ReportUse, Side.Asking), Act("release", RequestStep.Release, Side.Either),
            Act("transfer", RequestStep.Transfer, Side.Asked), Act("withdraw", RequestStep.Withdraw, Side.Asking), Act("close", RequestStep.Close, Side.Asking),
        ];
        change?.Invoke(acts);
        return new RequestKind
        {
            Name = RegisterName.Parse(name), Version = 1, Title = new("Test", "Essai"), Help = new("For tests.", "Pour les essais."), Sources = [new LegalSource("law", new("A law", "Une loi"), null)],
            Purposes = [Crime, Purpose.Parse("border-control")], Languages = ["en", "fr"], Urgencies = [Urgency.Routine, Urgency.Emergency], Acts = acts,
            Clocks = clocks.Length > 0 ? clocks : [Clock("answer", Side.Asked, ["delivered"], ["answered", "refused"], new Term(10, TermUnit.Days), ClockEnd.Tell), Clock("keep", Side.Asked, ["carried-out", "extend"], ["answered"], new Term(60, TermUnit.Days), ClockEnd.Free)],
            Grounds = [new RefusalGround("sovereignty", new("Sovereignty", "Souveraineté"), "law", false)],
            Conditions = [Condition("no-onward", always: false), Condition("lead-only", always: false), Condition("marked", always: true)],
            FollowUps = [], Retention = TimeSpan.FromDays(365), Form = new PrintedForm(new("Request", "Demande"), null, []),
            Digest = KindDigest.Of(Encoding.UTF8.GetBytes(name)), Canonical = Encoding.UTF8.GetBytes(name),
        };
    }

    public static KindAct Act(string name, RequestStep step, Side by, Role[]? drafts = null, Role[]? approves = null, string[]? after = null, bool repeats = true, KindField[]? fields = null) => new()
    {
        Name = name, Step = step, By = by, Title = new(name, name), Help = null, Drafts = drafts ?? [Role.DutyOfficer], Approves = approves ?? [], After = after ?? [], Repeats = repeats, Fields = fields ?? [],
    };

    public static KindClock Clock(string name, Side owed, string[] starts, string[] stops, Term most, ClockEnd end, Term? least = null, params Term[] alarms) => new()
    {
        Name = name, Title = new(name, name), Owed = owed, Starts = starts, FromField = null, Before = false, Stops = stops, Terms = [new ClockTerm(null, least, most)], Alarms = alarms, End = end, MayPause = true, Source = "law",
    };

    public static KindField Field(string name, FieldType type = FieldType.Text, bool required = true, Leaving leaves = Leaving.WithAct) => new()
    {
        Name = name, Type = type, Label = new(name, name), Help = null, Required = required, When = null, IsList = false, Max = 500, Min = 0, MaxItems = 1, Choices = [], Outside = false, Register = null, Leaves = leaves,
    };

    private static KindCondition Condition(string name, bool always) => new()
    {
        Name = name, Title = new(name, name), Text = new(name, name), Forbids = [Exit.Export], AsksFirst = [], Always = always, TakesText = false, Source = null,
    };
}
