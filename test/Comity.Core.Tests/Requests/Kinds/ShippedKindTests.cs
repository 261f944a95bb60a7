using System.Text.Json.Nodes;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Content;
using static Comity.Core.Tests.Requests.Kinds.SampleContent;

namespace Comity.Core.Tests.Requests.Kinds;

/// <summary>Every kind of the program, walked through: each act with all it asks for, without each part, with wrong types, oversized.</summary>
public sealed class ShippedKindTests
{
    public static TheoryData<string> Kinds => [.. KindLibrary.Program.All.Select(kind => kind.Name.ToString())];

    public static TheoryData<string, string> Acts => [.. KindLibrary.Program.All.SelectMany(kind => kind.Acts.Select(act => (kind.Name.ToString(), act.Name)))];

    [Fact]
    public void Every_kind_that_the_program_ships_can_be_read()
    {
        var library = KindLibrary.Load(null, out var faults);

        Assert.True(library is not null, string.Join('\n', faults));
        Assert.Equal(
            [
                "controlled-delivery", "document-adviser", "document-hit-confirmation", "emergency-assistance", "emergency-disclosure", "expedited-preservation", "in-flight-officers",
                "intelligence-use", "interception", "joint-investigation-team", "stored-data-assistance", "technical-assistance", "training-offer", "undercover-officer", "witness-protection",
            ],
            library.All.Select(kind => kind.Name.ToString()));
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void An_act_with_all_it_asks_for_is_read_and_spelt_the_same_when_read_again(string kind, string name)
    {
        var act = Kind(kind).Act(name)!;
        foreach (var values in EveryWay(act))
        {
            Assert.True(TryRead(act, values, out var content, out var faults), string.Join('\n', faults));
            Assert.Equal(values.Count, content!.Values.Count);
            Assert.True(TryRead(act, JsonNode.Parse(content.ToJson())!, out var again, out _));
            Assert.Equal(content.ToJson(), again!.ToJson());
        }
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void Each_part_that_is_missing_is_named(string kind, string name)
    {
        var act = Kind(kind).Act(name)!;
        var seen = new HashSet<string>();
        foreach (var values in EveryWay(act))
        {
            foreach (var field in act.Fields.Where(field => values.ContainsKey(field.Name) && seen.Add(field.Name)))
            {
                var without = values.DeepClone().AsObject();
                without.Remove(field.Name);
                foreach (var hanging in act.Fields.Where(other => other.When?.Field == field.Name))
                {
                    without.Remove(hanging.Name);
                }

                var whole = TryRead(act, without, out _, out var faults);
                Assert.Equal(!field.Required, whole);
                if (field.Required)
                {
                    var fault = Assert.Single(faults);
                    Assert.Equal(field.Name, fault.Field);
                    Assert.Contains(field.Label.En, fault.Why.En);
                    Assert.Contains(field.Label.Fr, fault.Why.Fr);
                }

                Assert.True(TryRead(act, without, out _, out _, Completeness.Draft));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void A_value_of_a_wrong_type_is_refused_under_its_field_and_nothing_is_read(string kind, string name)
    {
        var act = Kind(kind).Act(name)!;
        var seen = new HashSet<string>();
        foreach (var values in EveryWay(act))
        {
            foreach (var field in act.Fields.Where(field => values.ContainsKey(field.Name) && seen.Add(field.Name)))
            {
                foreach (var wrong in WrongFor(field))
                {
                    var changed = values.DeepClone().AsObject();
                    changed[field.Name] = wrong;

                    Assert.False(TryRead(act, changed, out var content, out var faults), $"{field.Name}: {wrong?.ToJsonString()}");
                    Assert.Null(content);
                    Assert.StartsWith(field.Name, faults[0].Field, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_kind_has_help_grounds_clocks_two_persons_and_a_form_in_both_languages(string name)
    {
        var kind = Kind(name);

        Assert.NotEmpty(kind.Sources);
        Assert.NotEmpty(kind.Grounds);
        Assert.NotEmpty(kind.Clocks);
        Assert.NotEmpty(kind.Conditions);
        Assert.Equal(["en", "fr"], kind.Languages);
        Assert.All(
            kind.Acts.SelectMany(act => act.Fields).Select(field => field.Label).Concat(kind.Acts.Select(act => act.Title)).Concat(kind.Conditions.Select(condition => condition.Text)),
            words => Assert.True(words.En.Length > 0 && words.Fr.Length > 0));
        Assert.All(
            [RequestStep.Acknowledge, RequestStep.Accept, RequestStep.Refuse, RequestStep.OfferConditions, RequestStep.AcceptConditions, RequestStep.Answer, RequestStep.Withdraw, RequestStep.Close],
            step => Assert.Contains(kind.Acts, act => act.Step == step));
    }

    [Theory]
    [InlineData("expedited-preservation")]
    [InlineData("stored-data-assistance")]
    [InlineData("emergency-disclosure")]
    [InlineData("emergency-assistance")]
    [InlineData("controlled-delivery")]
    [InlineData("interception")]
    [InlineData("undercover-officer")]
    [InlineData("witness-protection")]
    [InlineData("intelligence-use")]
    public void What_is_coercive_or_discloses_takes_two_persons_on_both_sides(string name)
    {
        var kind = Kind(name);

        Assert.True(kind.Act(RequestKind.Ask)!.NeedsTwoPersons);
        Assert.All(kind.Acts.Where(act => act.Step is RequestStep.Answer or RequestStep.Accept or RequestStep.Refuse), act => Assert.True(act.NeedsTwoPersons, act.Name));
    }

    [Fact]
    public void No_field_of_a_covert_kind_takes_the_name_of_an_agent_or_a_protected_witness()
    {
        foreach (var name in new[] { "undercover-officer", "witness-protection", "in-flight-officers" })
        {
            Assert.DoesNotContain(Kind(name).Acts.SelectMany(act => act.Fields), field => field.Type == FieldType.Person);
        }

        var ask = Kind("undercover-officer").Act(RequestKind.Ask)!;
        foreach (var notANumber in new[] { "Smith", "SMITH", "Jean Dupont", "K7", "k-2071", "AGENT-OO7" })
        {
            var values = Of(ask);
            values["coordinator"] = notANumber;
            Assert.False(TryRead(ask, values, out _, out _), notANumber);
        }
    }

    [Fact]
    public void Preservation_is_kept_for_sixty_days_by_article_29_and_then_until_the_decision()
    {
        var kind = Kind("expedited-preservation");
        var kept = kind.Clocks.Single(clock => clock.Name == "kept");

        Assert.Equal(new Term(60, TermUnit.Days), kept.TermFor(Urgency.Urgent)!.AtLeast);
        Assert.Equal("preserved-at", kept.FromField);
        Assert.Contains("29(7)", kind.Source(kept.Source!)!.Title.En);
        Assert.Contains("formal-request", kept.Stops);
        var until = kind.Clocks.Single(clock => clock.Name == "kept-until-decided");
        Assert.Equal(["formal-request"], until.Starts);
        Assert.Null(until.TermFor(Urgency.Urgent));
    }

    [Fact]
    public void A_hop_by_article_30_is_drafted_in_one_press_for_the_State_that_the_route_names()
    {
        var kind = Kind("expedited-preservation");
        var hop = kind.FollowUps.Single(followUp => followUp.Name == "hop");
        var (ask, route) = (kind.Act(RequestKind.Ask)!, kind.Act("route")!);
        Assert.True(TryRead(ask, Of(ask), out var asked, out _));
        Assert.True(TryRead(route, Of(route), out var routed, out _));
        var contents = new Dictionary<string, ActContent> { [RequestKind.Ask] = asked!, ["route"] = routed! };

        var draft = FollowUpDraft.Of(hop, kind, contents);

        Assert.Equal("XLY", FollowUpDraft.To(hop, contents));
        Assert.True(TryRead(ask, draft, out var whole, out var faults), string.Join('\n', faults));
        Assert.Equal(routed!.Text("provider"), whole!.Text("custodian"));
        Assert.Null(whole.Text("own-case"));
    }

    [Fact]
    public void What_stays_never_leaves_and_what_waits_leaves_once_accepted()
    {
        var ask = Kind("document-hit-confirmation").Act(RequestKind.Ask)!;
        Assert.True(TryRead(ask, Of(ask), out var content, out _));

        var first = JsonNode.Parse(content!.Leaving(accepted: false))!.AsObject();
        var later = JsonNode.Parse(content.Leaving(accepted: true))!.AsObject();

        Assert.True(content.LeavesLater);
        Assert.False(first.ContainsKey("bearer"));
        Assert.True(later.ContainsKey("bearer"));
        Assert.True(TryRead(ask, first, out _, out _, Completeness.Arrived));
        Assert.False(TryRead(ask, later, out _, out var faults, Completeness.Arrived));
        Assert.Contains(faults, fault => fault.Field == "bearer");
        Assert.True(TryRead(ask, later, out _, out _, Completeness.ArrivedLater));

        var preservation = Kind("expedited-preservation").Act(RequestKind.Ask)!;
        Assert.True(TryRead(preservation, Of(preservation), out var own, out _));
        Assert.False(JsonNode.Parse(own!.Leaving(accepted: true))!.AsObject().ContainsKey("own-case"));
    }

    /// <summary>The content by the first choices, and by each other choice that something hangs on.</summary>
    private static IEnumerable<JsonObject> EveryWay(KindAct act)
    {
        yield return Of(act);
        foreach (var deciding in act.Fields.Where(field => act.Fields.Any(other => other.When?.Field == field.Name)))
        {
            foreach (var value in deciding.Type == FieldType.YesNo ? ["no"] : deciding.Choices.Skip(1).Select(choice => choice.Name))
            {
                yield return Of(act, field => field.Name == deciding.Name ? value : null);
            }
        }
    }

    private static IEnumerable<JsonNode?> WrongFor(KindField field)
    {
        yield return new JsonObject { ["no-such-part"] = 1 };
        yield return 1.5;
        if (field.IsList)
        {
            yield return "not a list";
            yield return new JsonArray([.. Enumerable.Range(0, field.MaxItems + 1).Select(_ => (JsonNode)"x")]);
            yield break;
        }

        yield return new JsonArray();
        if (field.Type is FieldType.Text or FieldType.LongText or FieldType.Subject)
        {
            yield return new string('x', (int)field.Max + 1);
            yield return "a\u0007b";
            yield return " ";
            yield return "abc\u202Ecba";
        }
        else
        {
            yield return field.Type == FieldType.Reference ? new string('x', 101) : "no value of this type ...";
        }
    }
}
