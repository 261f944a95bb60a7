using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Exchange;

/// <summary>The charter asks for revocations not older than six hours; by it one register goes on without, with a warning, and one does not.</summary>
public sealed class StaleRevocationTests
{
    private static readonly TimeSpan Allowed = TimeSpan.FromHours(6);
    private readonly HashSet<string> _cut = [];   // services that Utopia cannot use

    [Fact]
    public async Task Only_what_the_charter_does_not_let_go_on_is_refused_and_only_when_no_partner_answered_for_so_long()
    {
        using var nodes = New(Parties.Replicated);
        Assert.Equal("revocations-stale", Check(nodes, Parties.Replicated)?.Code);   // nothing was ever compared
        await nodes.RoundsAsync();
        Assert.Null(Check(nodes, Parties.Replicated));
        Assert.Empty(Of(nodes).Stale);
        Assert.Null(Of(nodes).Warning(Parties.Replicated));

        nodes.Time.Pass(Allowed);
        Assert.Null(Check(nodes, Parties.Replicated));
        nodes.Time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((503, "revocations-stale"), Check(nodes, Parties.Replicated) is { } problem ? (problem.Status, problem.Code) : default);
        Assert.Null(Check(nodes, Parties.Queried));
        Assert.Contains("2026-01-05 12:00Z", Of(nodes).Warning(Parties.Queried)?.En, StringComparison.Ordinal);
        Assert.Equal([(Parties.Replicated, true), (Parties.Queried, false)], Of(nodes).Stale.OrderByDescending(stale => stale.Refused));
        Assert.Null(Of(nodes).Refuses(RegisterName.Parse("of-its-own")));   // not shared: no partner's key has to do with it
        Assert.True(Gate.Permits(nodes[Parties.Utopia].Node.Context.Membership, Parties.Officer, new Act.Check(Parties.Replicated, Realm.Live, Parties.Border)), "its page is still there");

        nodes[Parties.Utopia].Start();   // what is known outlives a start
        Assert.Equal("revocations-stale", Check(nodes, Parties.Replicated)?.Code);
        await nodes[Parties.Utopia].Node.ContactAsync(Parties.Lyonesse);   // one partner is enough
        Assert.Null(Check(nodes, Parties.Replicated));
        Assert.Empty(Of(nodes).Stale);
    }

    [Fact]
    public async Task A_contact_after_which_notices_are_still_missing_does_not_count()
    {
        using var nodes = New(Parties.Replicated);
        await nodes.RoundsAsync();
        nodes.Time.Pass(Allowed + TimeSpan.FromSeconds(1));
        var arcadia = nodes[Parties.Arcadia].Node.Context.Membership;
        var notice = new NoticeDraft(arcadia.Chain, arcadia.Notices, nodes.Time.Now).Suspension(Parties.Atlantis)
            .SignedBy(nodes.Parties.Root(Parties.Utopia)).SignedBy(nodes.Parties.Root(Parties.Arcadia)).SignedBy(nodes.Parties.Root(Parties.Lyonesse));
        Assert.IsType<NoticeAddition.Added>(await arcadia.AddNoticeAsync(notice.ToJson(), Parties.Officer));

        _cut.Add("documents");
        await nodes[Parties.Utopia].Node.ContactAsync(Parties.Arcadia);
        Assert.Equal("revocations-stale", Check(nodes, Parties.Replicated)?.Code);
        _cut.Clear();
        await nodes[Parties.Utopia].Node.ContactAsync(Parties.Arcadia);
        Assert.Null(Check(nodes, Parties.Replicated));
    }

    [Fact]
    public async Task A_partner_is_neither_answered_nor_given_a_feed_while_it_is_not_known_whether_its_key_was_revoked()
    {
        using var nodes = New(Parties.Replicated, Parties.Queried);
        var (owner, asker) = (nodes[Parties.Utopia], nodes[Parties.Arcadia]);
        await nodes.RoundsAsync();
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), "1", "all", "a"));
        nodes.Time.Pass(Allowed + TimeSpan.FromSeconds(1));
        foreach (var partner in nodes.Places.Where(place => place != owner))
        {
            await partner.Node.ContactAsync(partner == asker ? Parties.Lyonesse : Parties.Arcadia);   // all but Utopia know
        }

        Assert.Contains("revocations-stale", (await asker.Node.ContactAsync(Parties.Utopia)).Detail, StringComparison.Ordinal);
        Assert.Equal((StandingState.Refused, "revocations-stale"), await AskedAsync(asker));
        Assert.Empty(asker.Records.Records);

        await owner.Node.ContactAsync(Parties.Lyonesse);
        Assert.True((await asker.Node.ContactAsync(Parties.Utopia)).Complete);
        Assert.Equal((StandingState.Answered, null), await AskedAsync(asker));
        Assert.Single(asker.Records.Records);
    }

    [Fact]
    public async Task A_service_goes_without_for_a_day()
    {
        var draft = Parties.Shared.Draft();
        draft.Json["services"] = new JsonArray([.. new[] { true, false }.Select(mayBeStale => new ServiceTerms(Name(mayBeStale), [Parties.Border], [SharingPair.All], mayBeStale).ToJson())]);
        using var nodes = New(draft);
        await nodes.RoundsAsync();

        nodes.Time.Pass(TimeSpan.FromHours(24));
        Assert.Null(Of(nodes).Refuses(Name(false)));
        nodes.Time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("revocations-stale", Of(nodes).Refuses(Name(false))?.Code);
        Assert.Null(Of(nodes).Refuses(Name(true)));
        Assert.NotNull(Of(nodes).Warning(Name(true)));

        static RegisterName Name(bool mayBeStale) => RegisterName.Parse(mayBeStale ? "help" : "urgent-help");
    }

    private TestNodes New(params RegisterName[] strict)
    {
        var draft = Parties.Shared.Draft();
        foreach (var register in draft.Json["registers"]!.AsArray())
        {
            register!["revocationMayBeStale"] = !strict.Any(name => name.ToString() == register["name"]!.GetValue<string>());
        }

        return New(draft);
    }

    private TestNodes New(CharterDraft draft)
    {
        TestNodes? nodes = null;
        return nodes = new TestNodes(
            genesis: Parties.Shared.Sign(draft), line: from => new StraightLine(() => nodes!, from) { Sending = (_, sent) => from == Parties.Utopia && _cut.Contains(sent.Service) ? null : sent });
    }

    private static async Task<(StandingState, string?)> AskedAsync(Place asker)
    {
        var outcome = await asker.Node.Checks.RunAsync(Parties.Officer, new CheckQuestion(Parties.Queried, Realm.Live, Parties.Border, new TestProbe("1"), "c"), CancellationToken.None);
        return outcome.Members.Single(member => member.Member == Parties.Utopia) is var standing ? (standing.State, standing.Detail) : default;
    }

    private static Problem? Check(TestNodes nodes, RegisterName register) => Gate.Decide(nodes[Parties.Utopia].Node.Context.Membership, Parties.Officer, new Act.Check(register, Realm.Live, Parties.Border));

    private static Contacts.Revocations Of(TestNodes nodes) => nodes[Parties.Utopia].Node.Context.Membership.Revocations!;
}
