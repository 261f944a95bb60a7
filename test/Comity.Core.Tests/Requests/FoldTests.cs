using Comity.Core.Access.Officers;
using Comity.Core.Requests;
using Comity.Core.Requests.Kinds;
using Comity.Core.Tests.Network;
using FsCheck;
using FsCheck.Fluent;
using Outcome = Comity.Core.Requests.Outcome;

namespace Comity.Core.Tests.Requests;

public sealed class FoldTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(120);

    [Fact]
    public void A_request_goes_from_sent_to_closed()
    {
        var history = new Histories();
        List<Phase> phases = [history.State(Parties.Arcadia).Phase];
        foreach (var (member, type) in new[]
        {
            (Parties.Arcadia, EventType.Acknowledge), (Parties.Arcadia, EventType.Offer), (Parties.Utopia, EventType.Take), (Parties.Arcadia, EventType.CarryOut), (Parties.Arcadia, EventType.Part),
            (Parties.Arcadia, EventType.Answer), (Parties.Utopia, EventType.ReportUse), (Parties.Utopia, EventType.Close),
        })
        {
            history.Meet();
            history.Act(member, type);
            phases.Add(history.State(member).Phase);
        }

        Assert.Equal([Phase.Delivered, Phase.Acknowledged, Phase.Offered, Phase.Accepted, Phase.CarriedOut, Phase.PartlyAnswered, Phase.Answered, Phase.UseReported, Phase.Closed], phases);
    }

    [Fact]
    public void Whatever_two_sides_do_and_however_it_arrives_copies_that_have_met_are_equal_and_go_by_the_table() =>
        Check.One(Quick, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var history = RandomHistory(random, random.Next(2, 30));
            var (mine, theirs) = (history.Copy(Parties.Utopia).ToList(), history.Copy(Parties.Arcadia).ToList());
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(theirs));
            var (one, other) = (Fold.Of(history.Kind, mine)!, Fold.Of(history.Kind, [.. theirs, .. theirs.Take(3)])!);   // some came twice

            AssertSame(one, other);
            AssertTable(one);
        }));

    [Fact]
    public void What_an_event_is_worth_never_changes_when_others_arrive_but_by_being_overtaken() =>
        Check.One(Quick, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var history = RandomHistory(random, 25);
            var all = history.Copy(Parties.Utopia).ToArray();
            random.Shuffle(all);
            var final = Fold.Of(history.Kind, all)!;
            for (var n = 1; n < all.Length; n++)
            {
                foreach (var line in Fold.Of(history.Kind, all[..n])?.Timeline ?? [])
                {
                    Assert.Equal(line.Fault, ConcurrencyTests.Line(final, line.Event).Fault);
                    Assert.True(line.Standing != EventStanding.Overtaken || ConcurrencyTests.Line(final, line.Event).Standing == EventStanding.Overtaken);
                }
            }
        }));

    [Fact]
    public void A_refused_event_changes_nothing() =>
        Check.One(Quick, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var history = RandomHistory(random, 20);
            var with = history.State(Parties.Utopia);
            var refused = with.Timeline.Where(line => line.Standing == EventStanding.Refused).Select(line => line.Event.Id).ToHashSet();
            var without = Fold.Of(history.Kind, history.Copy(Parties.Utopia).Where(item => !refused.Contains(item.Id)))!;

            Assert.Equal(with.Phase, without.Phase);
            Assert.Equal(with.Heads, without.Heads);
            Assert.Equal(with.Bound, without.Bound);
            Assert.Equal(with.Timeline.Where(line => line.Standing != EventStanding.Refused), without.Timeline);
        }));

    [Fact]
    public void An_event_of_the_wrong_side_role_or_kind_is_refused_by_name()
    {
        var history = new Histories();
        history.Meet();
        var (uto, xar) = (Parties.Utopia, Parties.Arcadia);
        foreach (var (item, fault) in new (RequestEvent, EventFault)[]
        {
            (history.Make(uto, EventType.Accept), EventFault.NotYourAct),
            (history.Make(xar, EventType.Withdraw), EventFault.NotYourAct),
            (history.Make(uto, EventType.Message, new EventFacts { Dues = new Dictionary<string, DateTimeOffset>() }), EventFault.NotYourAct),
            (history.Make(xar, EventType.Accept, by: Histories.Officer("auditor")), EventFault.RoleMayNot),
            (history.Make(xar, EventType.Accept, by: Authority.Node), EventFault.RoleMayNot),
            (history.Make(xar, EventType.Expire, by: Histories.Officer()), EventFault.RoleMayNot),
            (history.Make(xar, EventType.Message, by: Histories.Officer("operator")), EventFault.RoleMayNot),
            (history.Make(xar, EventType.Accept, new EventFacts { Act = "nothing" }), EventFault.ActUnknown),
            (history.Make(xar, EventType.Accept, new EventFacts { Act = "refuse" }), EventFault.ActUnknown),
            (history.Make(uto, EventType.Take), EventFault.NoSense),
            (history.Make(uto, EventType.Close), EventFault.NoSense),
            (history.Make(xar, EventType.Refuse, new EventFacts { Ground = "because" }), EventFault.GroundUnknown),
            (history.Make(xar, EventType.Offer, new EventFacts { Conditions = ["marked"] }), EventFault.ConditionUnknown),
            (history.Make(xar, EventType.Transfer, new EventFacts { Member = uto }), EventFault.MemberWrong),
            (history.Make(xar, EventType.Pause, new EventFacts { Clock = "none" }), EventFault.ClockUnknown),
            (history.Make(xar, EventType.Resume), EventFault.ClockNotSo),
            (history.Make(xar, EventType.Expire, new EventFacts { Clock = "answer" }), EventFault.ClockUnknown),
            (history.Make(Parties.Lyonesse, EventType.Message, seen: [history.Opened.Id]), EventFault.Stranger),
        })
        {
            var state = Fold.Of(history.Kind, [.. history.Copy(uto), item])!;
            Assert.Equal((item.Type, fault), (item.Type, ConcurrencyTests.Line(state, item).Fault));
            Assert.Equal(Phase.Delivered, state.Phase);
        }
    }

    [Fact]
    public void Two_persons_are_two()
    {
        var kind = TestKinds.Make(acts => acts[acts.FindIndex(act => act.Name == "answer")] = TestKinds.Act("answer", RequestStep.Answer, Side.Asked, approves: [Role.Supervisor]));
        var history = new Histories(kind);
        foreach (var (second, stands) in new[]
        {
            ((Authority?)null, false), (Histories.Officer("supervisor"), false), (Histories.Officer("duty-officer", "o-2"), false), (Histories.Officer("supervisor", "o-2"), true),
        })
        {
            var answer = history.Make(Parties.Arcadia, EventType.Answer, second: second);
            Assert.Equal(stands ? null : EventFault.OnePerson, ConcurrencyTests.Line(Fold.Of(kind, [.. history.Copy(Parties.Arcadia), answer])!, answer).Fault);
        }
    }

    [Fact]
    public void What_must_come_before_and_what_may_come_once_is_as_the_kind_says()
    {
        var kind = TestKinds.Make(acts => acts[acts.FindIndex(act => act.Name == "carry-out")] = TestKinds.Act("carry-out", RequestStep.CarryOut, Side.Asked, after: ["accepted"], repeats: false));
        var history = new Histories(kind);
        var early = history.Act(Parties.Arcadia, EventType.CarryOut);
        history.Act(Parties.Arcadia, EventType.Accept);
        var right = history.Act(Parties.Arcadia, EventType.CarryOut);
        var again = history.Act(Parties.Arcadia, EventType.CarryOut);

        var state = history.State(Parties.Arcadia);
        Assert.Equal([EventFault.NotYet, null, EventFault.OnceOnly], new[] { early, right, again }.Select(item => ConcurrencyTests.Line(state, item).Fault));
    }

    [Fact]
    public void A_term_ends_at_its_end_not_before_and_not_while_its_clock_stands()
    {
        var history = new Histories(TestKinds.Make(clocks: [TestKinds.Clock("keep", Side.Asked, ["delivered"], ["answered"], new Term(1, TermUnit.Days), ClockEnd.Free)]));
        var xar = Parties.Arcadia;
        history.Act(xar, EventType.Schedule, new EventFacts { Dues = new Dictionary<string, DateTimeOffset> { ["keep"] = Parties.Start.AddYears(1) } });
        var early = history.Act(xar, EventType.Expire);
        history.Act(xar, EventType.Schedule, new EventFacts { Dues = new Dictionary<string, DateTimeOffset> { ["keep"] = Parties.Start } });
        history.Act(xar, EventType.Pause, new EventFacts { Clock = "keep" });
        var paused = history.Act(xar, EventType.Expire);
        history.Act(xar, EventType.Resume, new EventFacts { Clock = "keep" });
        var right = history.Act(xar, EventType.Expire);

        var state = history.State(xar);
        Assert.Equal([EventFault.TooEarly, EventFault.ClockNotSo, null], new[] { early, paused, right }.Select(item => ConcurrencyTests.Line(state, item).Fault));
        Assert.Equal(Phase.Expired, state.Phase);
        history.Act(xar, EventType.Answer);
        Assert.Equal(Phase.Answered, history.State(xar).Phase);
    }

    [Fact]
    public void An_event_waits_for_what_its_author_had_seen()
    {
        var history = new Histories();
        var accept = history.Act(Parties.Arcadia, EventType.Accept);
        var answer = history.Act(Parties.Arcadia, EventType.Answer);

        var gap = Fold.Of(history.Kind, history.Copy(Parties.Arcadia).Where(item => item.Id != accept.Id))!;

        Assert.Equal((Phase.Delivered, answer.Id), (gap.Phase, Assert.Single(gap.Waiting)));
        Assert.Equal(Phase.Answered, history.State(Parties.Arcadia).Phase);
    }

    [Fact]
    public void Only_the_member_in_its_name_opens_a_request_and_only_once()
    {
        var history = new Histories();
        var facts = history.Opened.Facts;
        var second = RequestEvent.Make(history.Id, EventType.Ask, Parties.Utopia, Parties.Start.AddDays(1), [], Histories.Officer(), facts: facts);
        var foreign = RequestEvent.Make(history.Id, EventType.Ask, Parties.Lyonesse, Parties.Start, [], Histories.Officer(), facts: facts);

        var state = Fold.Of(history.Kind, [.. history.Copy(Parties.Utopia), second, foreign])!;

        Assert.Null(Fold.Of(history.Kind, [foreign]));
        Assert.Equal(2, state.Timeline.Count(line => line.Fault == EventFault.SecondOpening));
        Assert.Equal(history.Kind, state.Kind);
    }

    [Fact]
    public void An_event_reads_back_as_it_was_written_and_keeps_what_is_not_known() =>
        Check.One(Quick, Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            foreach (var item in RandomHistory(random, 5).Copy(Parties.Utopia))
            {
                var read = RequestEvent.Read(item.Payload, out var fault);
                if (read is null)
                {
                    Assert.Equal(("about is missing or not text", null), (fault, item.Facts.About));   // made on purpose without what it is about
                    continue;
                }

                Assert.Equal(item.Id, read.Id);
                Assert.Equal((item.Type, item.From, item.At, item.By, item.Second), (read.Type, read.From, read.At, read.By, read.Second));
                Assert.Equal(item.Seen, read.Seen);
                Assert.Equal(item.Facts with { Conditions = [], Dues = null }, read.Facts with { Conditions = [], Dues = null });
                Assert.Equal(item.Facts.Conditions, read.Facts.Conditions);
                Assert.Equal(item.Facts.Dues ?? new Dictionary<string, DateTimeOffset>(), read.Facts.Dues ?? new Dictionary<string, DateTimeOffset>());
            }
        }));

    /// <summary>Two sides that act as their own copy lets them, now and then as it does not, and hear of each other late.</summary>
    private static Histories RandomHistory(Random random, int steps)
    {
        var history = new Histories();
        var members = new[] { Parties.Utopia, Parties.Arcadia };
        for (var i = 0; i < steps; i++)
        {
            var member = members[random.Next(2)];
            if (random.Next(4) == 0)
            {
                // One hears a part of what the other has, its own line in order or not.
                foreach (var item in history.Copy(members[1 - Array.IndexOf(members, member)]).Where(_ => random.Next(3) > 0).Where(item => !history.Copy(member).Contains(item)).ToList())
                {
                    history.Hear(member, item);
                }

                continue;
            }

            var tries = Enumerable.Range(0, 20).Select(_ => history.Make(member, EventTypes.All[random.Next(1, EventTypes.All.Count)]));
            var made = random.Next(15) == 0 ? tries.First() : tries.FirstOrDefault(item => Fold.Fault(history.State(member), item) is null);
            if (made is not null)
            {
                history.Hear(member, made);
            }
        }

        history.Meet();
        return history;
    }

    private static void AssertSame(RequestState one, RequestState other)
    {
        Assert.Equal((one.Phase, one.Decider, one.Ground, one.TransferredTo, one.Offer?.Id), (other.Phase, other.Decider, other.Ground, other.TransferredTo, other.Offer?.Id));
        Assert.Equal(one.Timeline.Select(line => (line.Event.Id, line.Standing, line.Fault, line.By)), other.Timeline.Select(line => (line.Event.Id, line.Standing, line.Fault, line.By)));
        Assert.Equal(one.Heads, other.Heads);
        Assert.Equal(one.Bound, other.Bound);
        Assert.Equal(one.Dues, other.Dues);
        Assert.Equal(one.Paused.Keys.Order(), other.Paused.Keys.Order());
    }

    /// <summary>The table said again, pair by pair, from the events alone.</summary>
    private static void AssertTable(RequestState state)
    {
        var events = state.Timeline.ToDictionary(line => line.Event.Id, line => line.Event);
        var pasts = new Dictionary<EventId, HashSet<EventId>>();
        foreach (var line in state.Timeline)
        {
            pasts[line.Event.Id] = [.. line.Event.Seen, .. line.Event.Seen.SelectMany(seen => pasts[seen])];
        }

        var admitted = state.Timeline.Where(line => line.Standing != EventStanding.Refused).ToList();
        foreach (var line in admitted)
        {
            var holders = admitted.Where(other => other != line && !pasts[line.Event.Id].Contains(other.Event.Id) && !pasts[other.Event.Id].Contains(line.Event.Id)
                && Concurrency.Of(other.Event.Type, line.Event.Type) is { Outcome: Outcome.FirstOnly }).Select(other => other.Event.Id).ToHashSet();
            Assert.Equal(holders.Count > 0, line.Standing == EventStanding.Overtaken);
            Assert.True(holders.Count == 0 || holders.Contains(line.By!.Value));
        }

        var leading = admitted.Where(line => line.Standing == EventStanding.Stands && line.Event.Type.Rule().Leads is not null).Select(line => line.Event).ToList();
        var last = leading.Where(item => !leading.Any(other => pasts[other.Id].Contains(item.Id))).ToList();
        var decider = events[state.Decider];
        Assert.Contains(decider, last);
        Assert.All(last.Where(other => other.Type != decider.Type), other => Assert.Equal(Outcome.FirstLast, Concurrency.Of(decider.Type, other.Type)!.Value.Outcome));
    }
}
