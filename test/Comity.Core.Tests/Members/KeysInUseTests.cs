using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Members;

/// <summary>Rotation and revocation as nodes live through them.</summary>
public sealed class KeysInUseTests : IDisposable
{
    private readonly Parties _parties = new();
    private readonly TestNodes _nodes;

    public KeysInUseTests() => _nodes = new TestNodes(seed: 5, _parties);

    private Place Utopia => _nodes[Parties.Utopia];

    private Place Arcadia => _nodes[Parties.Arcadia];

    public void Dispose() => _nodes.Dispose();

    [Theory]
    [InlineData(KeyUse.Signing)]
    [InlineData(KeyUse.Log)]
    [InlineData(KeyUse.Encryption)]
    public async Task A_node_moves_to_its_next_key_and_partners_go_on_without_a_word(KeyUse use)
    {
        await PublishAsync("r1");
        await _nodes.RoundsAsync();
        var before = _parties.Online(Parties.Utopia).Current(use).Id;

        // The next key is used before anybody heard of it: it was announced in the charter.
        var listed = Utopia.Node.Context.Membership.Directory.Find(Parties.Utopia)!.Keys[use];
        _parties.Rotate(Parties.Utopia, use);
        Utopia.Start();
        await PublishAsync("r2");
        Assert.True((await Arcadia.Node.ContactAsync(Parties.Utopia)).Complete);

        // Then its root says so, and the old key is out of use from these sizes on.
        var sizes = new Dictionary<string, long> { [Feed.Origin] = 2, [Utopia.Node.Context.Membership.Ledger.Origin] = LedgerSize() };
        var ring = _parties.Online(Parties.Utopia);
        await TakeNoticeAsync(Draft().Rotation(Parties.Utopia, use, listed, sizes, ring.Next(use).Public));
        await PublishAsync("r3");
        await _nodes.RoundsAsync(2);

        Assert.Equal(["r1", "r2", "r3"], Keys(Arcadia));
        var directory = Arcadia.Node.Context.Membership.Directory;
        Assert.IsType<KeyStatus.Retired>(directory.Find(before)!.Status);
        Assert.IsType<KeyStatus.Current>(directory.Find(ring.Current(use).Id)!.Status);
        Assert.All(_nodes.Places, place => Assert.Null(place.Verify().Fault));
    }

    [Fact]
    public async Task Entries_after_a_revocations_trusted_size_are_quarantined_and_those_before_stand()
    {
        await PublishAsync("r1");
        await PublishAsync("r2");
        await _nodes.RoundsAsync();

        // The log key was stolen; the last size that its owner vouches for is 2. It tells Arcadia, and the thief signs on.
        var revocation = Signed(Draft().Revocation(
            Parties.Utopia, _parties.Online(Parties.Utopia).Current(KeyUse.Log).Id, RevocationReason.Compromised, new Dictionary<string, long> { [Feed.Origin] = 2 }));
        Assert.IsType<NoticeAddition.Added>(await Arcadia.Node.Context.Membership.AddNoticeAsync(revocation.ToJson(), Actor.Node));
        await PublishAsync("thief");
        await Arcadia.Node.ContactAsync(Parties.Utopia);

        Assert.Equal(["r1", "r2"], Keys(Arcadia));
        var feed = Arcadia.Store.Read(session => session.Feed(Feed))!;
        Assert.Equal(FeedFaultCode.KeyRevoked, feed.Fault!.Code);
        Assert.Equal(StandingState.Quarantined, Arcadia.Node.Standings.For(Parties.Replicated, Realm.Live).Single(standing => standing.Member == Parties.Utopia).State);

        // Whoever has heard passes it on, and nobody takes in more.
        await _nodes[Parties.Lyonesse].Node.ContactAsync(Parties.Arcadia);
        await _nodes[Parties.Lyonesse].Node.ContactAsync(Parties.Utopia);
        Assert.Equal(["r1", "r2"], Keys(_nodes[Parties.Lyonesse]));
    }

    [Fact]
    public async Task What_was_mirrored_after_the_trusted_size_is_held_back_when_the_revocation_comes_and_comes_back_by_release()
    {
        await PublishAsync("r1");
        await PublishAsync("r2");
        await PublishAsync("thief");
        await _nodes.RoundsAsync();
        Assert.Equal(["r1", "r2", "thief"], Keys(Arcadia));

        var revocation = Signed(Draft().Revocation(
            Parties.Utopia, _parties.Online(Parties.Utopia).Current(KeyUse.Log).Id, RevocationReason.Compromised, new Dictionary<string, long> { [Feed.Origin] = 2 }));
        await Arcadia.Node.Context.Membership.AddNoticeAsync(revocation.ToJson(), Actor.Node);

        Assert.Equal(["r1", "r2"], Keys(Arcadia));
        Assert.Equal((FeedFaultCode.KeyRevoked, 2L), Arcadia.Store.Read(session => session.Feed(Feed)!.Fault is { } fault ? (fault.Code, fault.Index) : default));
        Assert.Null(Arcadia.Verify().Fault);
        Arcadia.Start();
        Assert.Equal(["r1", "r2"], Keys(Arcadia));
        Assert.Equal(1, await Arcadia.Node.Quarantine.ReleaseAsync(Actor.Node, Feed, "looked at one by one with the owner"));
        Assert.Equal(["r1", "r2", "thief"], Keys(Arcadia));
    }

    [Fact]
    public async Task An_expired_charter_stops_exchange_and_not_local_work_and_the_next_one_is_found_over_the_line()
    {
        await PublishAsync("r1");
        await _nodes.RoundsAsync();
        _nodes.Time.Pass(TimeSpan.FromDays(27 * 7));
        await PublishAsync("r2");
        var round = await Arcadia.Node.ContactAsync(Parties.Utopia);
        Assert.False(round.Reached);
        Assert.Contains("expired", round.Detail, StringComparison.Ordinal);
        Assert.Equal(["r1"], Keys(Arcadia));

        var membership = Utopia.Node.Context.Membership;
        var next = _parties.Sign(CharterDraft.After(membership.Directory.Charter, membership.Notices, _nodes.Time.Now, 26));
        Assert.IsType<CharterAddition.Added>(await membership.AddAsync(next.Document.ToJson(), Actor.Node));

        Assert.True((await Arcadia.Node.ContactAsync(Parties.Utopia)).Complete);
        Assert.Equal(["r1", "r2"], Keys(Arcadia));
    }

    [Fact]
    public async Task A_revoked_signing_key_gets_no_answer_any_more()
    {
        await _nodes.RoundsAsync();
        var revocation = Signed(Draft().Revocation(Parties.Utopia, _parties.Online(Parties.Utopia).Current(KeyUse.Signing).Id, RevocationReason.Compromised, new Dictionary<string, long>()));
        await Arcadia.Node.Context.Membership.AddNoticeAsync(revocation.ToJson(), Actor.Node);

        var round = await Utopia.Node.ContactAsync(Parties.Arcadia);

        Assert.False(round.Reached);
        Assert.Contains("key-revoked", round.Detail, StringComparison.Ordinal);
    }

    private FeedName Feed => new(Utopia.Node.Context.Membership.Network, Parties.Utopia, Parties.Replicated, Realm.Live, Audience.All, 1);

    private static string[] Keys(Place place) => [.. place.Records.Records.Values.Select(record => record.Key).Order(StringComparer.Ordinal)];

    private Task PublishAsync(string key) => Utopia.PublishAsync(Audience.All, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), key, "all", "v"));

    private long LedgerSize() => Utopia.Store.Read(session => session.First("SELECT size FROM log WHERE kind = 'ledger'", row => row.GetInt64(0)));

    private NoticeDraft Draft() => new(Utopia.Node.Context.Membership.Chain, Utopia.Node.Context.Membership.Notices, _nodes.Time.Now);

    private JwsDocument Signed(JwsDocument notice) => notice.SignedBy(_parties.Root(Parties.Utopia));

    private async Task TakeNoticeAsync(JwsDocument notice) =>
        Assert.IsType<NoticeAddition.Added>(await Utopia.Node.Context.Membership.AddNoticeAsync(Signed(notice).ToJson(), Actor.Node));
}
