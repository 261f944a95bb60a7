using Comity.Core.Requests;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Requests;

public sealed class ConcurrencyTests
{
    private static IEnumerable<EventType> Types => EventTypes.All.Where(type => type != EventType.Ask);

    [Fact]
    public void Every_pair_of_events_but_the_first_stands_in_exactly_one_line_and_has_a_reason()
    {
        var pairs = Concurrency.Rows.SelectMany(row => row.First.SelectMany(first => row.Second.Select(second => first < second ? (first, second) : (second, first))).Distinct()).ToList();

        Assert.Empty(pairs.GroupBy(pair => pair).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.Equal(from first in Types from second in Types where first <= second select (first, second), pairs.Order());
        Assert.All(Concurrency.Rows, row => Assert.True(row.Reason.En.EndsWith('.') && row.Reason.Fr.EndsWith('.')));
        Assert.All(Types, type => Assert.Null(Concurrency.Of(EventType.Ask, type)));
    }

    [Fact]
    public void The_table_says_the_same_from_either_side()
    {
        foreach (var (first, second) in from first in Types from second in Types select (first, second))
        {
            var (there, back) = (Concurrency.Of(first, second)!.Value, Concurrency.Of(second, first)!.Value);
            Assert.Equal(there.Outcome, back.Outcome.Mirrored());
            Assert.Equal(there.Reason, back.Reason);
            Assert.True(first != second || there.Outcome == Outcome.Both, $"{first} with itself is {there.Outcome}");
        }
    }

    [Fact]
    public void What_overtakes_is_never_overtaken_so_that_no_outcome_hangs_on_another()
    {
        var overtaken = Types.Where(type => Types.Any(other => Concurrency.Of(other, type)!.Value.Outcome == Outcome.FirstOnly)).ToHashSet();
        var overtaking = Types.Where(type => Types.Any(other => Concurrency.Of(type, other)!.Value.Outcome == Outcome.FirstOnly));

        Assert.DoesNotContain(overtaking, overtaken.Contains);
        Assert.Equal([EventType.Take, EventType.Withdraw, EventType.Expire], overtaken.Order());
    }

    [Fact]
    public void Of_events_that_lead_somewhere_the_last_word_is_a_strict_order()
    {
        var leading = Types.Where(type => type.Rule().Leads is not null).ToList();
        var rank = leading.ToDictionary(type => type, type => leading.Count(other => other != type && HasLastWord(type, other)));

        Assert.Equal(Enumerable.Range(0, leading.Count), rank.Values.Order());
        foreach (var (first, second) in from first in leading from second in leading where first != second select (first, second))
        {
            Assert.Equal(rank[first] > rank[second], HasLastWord(first, second));
        }
    }

    [Theory]
    [InlineData(EventType.Withdraw, EventType.Answer, Phase.Answered)]
    [InlineData(EventType.Withdraw, EventType.Part, Phase.Withdrawn)]
    [InlineData(EventType.Withdraw, EventType.CarryOut, Phase.Withdrawn)]
    [InlineData(EventType.Withdraw, EventType.Accept, Phase.Withdrawn)]
    [InlineData(EventType.Withdraw, EventType.Refuse, Phase.Withdrawn)]
    [InlineData(EventType.Withdraw, EventType.Transfer, Phase.Withdrawn)]
    [InlineData(EventType.Extend, EventType.Expire, Phase.Delivered)]
    [InlineData(EventType.Message, EventType.Answer, Phase.Answered)]
    [InlineData(EventType.Withdraw, EventType.Expire, Phase.Withdrawn)]
    public void Two_sides_that_act_at_once_agree_as_the_table_says(EventType asker, EventType asked, Phase comes)
    {
        var history = new Histories();
        history.Meet();
        var (first, second) = (history.Act(Parties.Utopia, asker), history.Act(Parties.Arcadia, asked));
        history.Meet();

        var state = history.State(Parties.Utopia);
        Assert.Equal(comes, state.Phase);
        Assert.Equal(comes, history.State(Parties.Arcadia).Phase);
        var outcome = Concurrency.Of(asker, asked)!.Value;
        Assert.Equal(outcome.Outcome == Outcome.SecondOnly, Line(state, first).Standing == EventStanding.Overtaken);
        Assert.Equal(outcome.Outcome == Outcome.FirstOnly, Line(state, second).Standing == EventStanding.Overtaken);
        Assert.All(state.Timeline.Where(line => line.Standing == EventStanding.Overtaken), line => Assert.Equal(outcome.Reason, line.Why));
    }

    [Fact]
    public void Conditions_taken_bind_unless_the_offer_had_changed_meanwhile()
    {
        var history = new Histories();
        history.Act(Parties.Arcadia, EventType.Offer);
        history.Meet();
        history.Act(Parties.Utopia, EventType.Take);
        history.Act(Parties.Arcadia, EventType.Offer, new EventFacts { Conditions = ["lead-only"] });
        history.Meet();

        Assert.Equal((Phase.Offered, "marked"), (history.State(Parties.Utopia).Phase, string.Join(' ', history.State(Parties.Utopia).Bound)));

        history.Act(Parties.Utopia, EventType.Take);
        history.Meet();

        Assert.Equal((Phase.Accepted, "lead-only marked"), (history.State(Parties.Arcadia).Phase, string.Join(' ', history.State(Parties.Arcadia).Bound)));
    }

    [Fact]
    public void Where_one_side_made_two_lines_after_its_store_was_set_back_both_copies_agree_by_the_same_table()
    {
        var history = new Histories();
        history.Meet();
        var heads = history.State(Parties.Arcadia).Heads;
        foreach (var (first, second, comes) in new[] { (EventType.Transfer, EventType.Accept, Phase.Transferred), (EventType.Refuse, EventType.Accept, Phase.Refused), (EventType.Answer, EventType.Refuse, Phase.Answered) })
        {
            var (one, two) = (history.Make(Parties.Arcadia, first, seen: heads), history.Make(Parties.Arcadia, second, seen: heads));

            Assert.Equal(comes, Fold.Of(history.Kind, [.. history.Copy(Parties.Utopia), one, two])!.Phase);
            Assert.Equal(comes, Fold.Of(history.Kind, [two, one, .. history.Copy(Parties.Utopia)])!.Phase);
        }
    }

    internal static TimelineEntry Line(RequestState state, RequestEvent item) => state.Timeline.Single(line => line.Event.Id == item.Id);

    private static bool HasLastWord(EventType first, EventType second) => Concurrency.Of(first, second)!.Value.Outcome is Outcome.FirstLast or Outcome.FirstOnly;
}
