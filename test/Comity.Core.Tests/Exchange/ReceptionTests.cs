using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Exchange;

public sealed class ReceptionTests
{
    private const string Query = """{"register":"test-profiles","case":"c-1","probe":{"key":"1"}}""";

    [Fact]
    public async Task A_faithful_question_is_answered_with_a_receipt_for_it()
    {
        using var nodes = new TestNodes();
        var sent = Letters.Transmission(nodes);

        var answer = await Letters.ToUtopiaAsync(nodes, sent);

        Assert.Equal(200, answer.Status);
        Assert.True(StrictBase64Url.TryDecode(answer.Receipt!.Split('.')[1], out var payload));
        var receipt = Receipt.Read(payload, out _)!;
        Assert.Equal(Receipt.HashOf(sent.Envelope), receipt.Envelope);
        Assert.Equal(SaltedBody.Digest(answer.Body), receipt.Answer);
        Assert.Equal(Parties.Utopia, receipt.From);
    }

    [Fact]
    public async Task The_very_same_transmission_is_refused_also_after_a_retry_between()
    {
        using var nodes = new TestNodes();
        var first = Letters.Transmission(nodes);
        var again = first with { Envelope = Letters.Transmission(nodes, change: envelope => envelope with { Id = IdOf(first), Digest = SaltedBody.Digest(first.Body) }).Envelope };

        Assert.Equal("", await Letters.RefusalAsync(nodes, first));
        Assert.Equal("replayed", await Letters.RefusalAsync(nodes, first));
        Assert.Equal("", await Letters.RefusalAsync(nodes, again));
        Assert.Equal("replayed", await Letters.RefusalAsync(nodes, first));
        Assert.Equal("replayed", await Letters.RefusalAsync(nodes, again));
    }

    [Fact]
    public async Task A_replay_is_refused_for_as_long_as_the_transmission_could_be_taken_in()
    {
        using var nodes = new TestNodes();
        var sent = Letters.Transmission(nodes, change: envelope => envelope with { Expires = nodes.Time.Now.AddHours(20) });

        Assert.Equal("", await Letters.RefusalAsync(nodes, sent));
        nodes.Time.Pass(TimeSpan.FromHours(43));
        Assert.Equal("replayed", await Letters.RefusalAsync(nodes, sent));
        nodes.Time.Pass(TimeSpan.FromHours(2));
        Assert.Equal("transmission-expired", await Letters.RefusalAsync(nodes, sent));
    }

    [Fact]
    public async Task Another_body_under_a_known_id_is_a_conflict()
    {
        using var nodes = new TestNodes();
        var first = Letters.Transmission(nodes);
        await Letters.ToUtopiaAsync(nodes, first);

        var answer = await Letters.ToUtopiaAsync(nodes, Letters.Transmission(nodes, change: envelope => envelope with { Id = IdOf(first) }));

        Assert.Equal(409, answer.Status);
        Assert.Equal("id-conflict", Problem.Read(409, answer.Body).Code);
    }

    [Fact]
    public async Task Each_thing_that_is_wrong_is_refused_by_its_own_name()
    {
        using var nodes = new TestNodes();
        var stranger = KeyRing.Generate([KeyUse.Signing], Randomness.System).Current(KeyUse.Signing).Signer;
        var good = Letters.Transmission(nodes);
        (string Code, Transmission Sent, MemberCode? Peer)[] cases =
        [
            ("wrong-recipient", Letters.Transmission(nodes, change: envelope => envelope with { To = Parties.Lyonesse }), null),
            ("sender-mismatch", Letters.Transmission(nodes), Parties.Lyonesse),
            ("sender-mismatch", Letters.Transmission(nodes, change: envelope => envelope with { From = Parties.Lyonesse }), null),
            ("key-unknown", Letters.Transmission(nodes, key: stranger), null),
            ("version-unsupported", Letters.Transmission(nodes, change: envelope => envelope with { Version = 3 }), null),
            ("envelope-malformed", Letters.Transmission(nodes, change: envelope => envelope with { Service = "documents" }), null),
            ("body-mismatch", good with { Body = Letters.Body("{}") }, null),
            ("body-mismatch", good with { Body = [] }, null),
            ("service-unknown", good with { Service = "no-such-service" }, null),
            ("too-large", good with { Body = new byte[nodes[Parties.Utopia].Node.Reception.MaxBody("contact")!.Value + 1] }, null),
            ("too-large", good with { Envelope = new string('x', Envelope.MaxLength + 1) }, null),
            ("signature-invalid", good with { Envelope = good.Envelope[..^4] + (good.Envelope.EndsWith("AAAA", StringComparison.Ordinal) ? "BAAA" : "AAAA") }, null),
            ("transmission-expired", Letters.Transmission(nodes, change: envelope => envelope with { IssuedAt = nodes.Time.Now.AddHours(-30), Expires = nodes.Time.Now - Reception.Grace - TimeSpan.FromSeconds(1) }), null),
            ("critical-unknown", good with { Envelope = WithCritical(nodes, good) }, null),
        ];

        foreach (var (code, sent, peer) in cases)
        {
            Assert.Equal(code, await Letters.RefusalAsync(nodes, sent, peer));
        }

        Assert.Equal("", await Letters.RefusalAsync(nodes, good));
        Assert.Equal(cases.Length, nodes[Parties.Utopia].Node.Refusals.Take().Values.Sum());
    }

    [Fact]
    public async Task Clocks_apart_refuse_only_what_must_be_fresh()
    {
        using var nodes = new TestNodes();
        foreach (var apart in new[] { TimeSpan.FromHours(5), TimeSpan.FromHours(-5) })
        {
            Envelope Off(Envelope envelope) => envelope with { IssuedAt = nodes.Time.Now + apart, Expires = nodes.Time.Now + apart + Correspondent.Validity, Purpose = Parties.Border.ToString() };

            Assert.Equal("", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes, change: Off)));
            Assert.Equal("clock-skew", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes, Query, "register.query", Off)));
        }
    }

    [Fact]
    public async Task Instants_at_the_ends_of_time_are_refused_and_break_nothing()
    {
        using var nodes = new TestNodes();
        foreach (var (issued, expires) in new[] { (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch), (DateTimeOffset.MaxValue, DateTimeOffset.MaxValue), (DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue) })
        {
            foreach (var service in new[] { "contact", "register.query" })
            {
                var answer = await Letters.ToUtopiaAsync(nodes, Letters.Transmission(nodes, Query, service, envelope => envelope with { IssuedAt = issued, Expires = expires }));
                Assert.InRange(answer.Status, 200, 499);
            }
        }
    }

    [Fact]
    public async Task A_revoked_key_is_refused_and_so_is_a_suspended_member()
    {
        using var nodes = new TestNodes();
        var membership = nodes[Parties.Utopia].Node.Context.Membership;
        var draft = new NoticeDraft(membership.Chain, membership.Notices, nodes.Time.Now);
        var key = nodes.Parties.Online(Parties.Arcadia).Current(KeyUse.Signing);
        var revocation = draft.Revocation(Parties.Arcadia, key.Id, RevocationReason.Lost, new Dictionary<string, long>()).SignedBy(nodes.Parties.Root(Parties.Arcadia));

        Assert.IsType<NoticeAddition.Added>(await membership.AddNoticeAsync(revocation.ToJson(), Actor.Node));
        Assert.Equal("key-revoked", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes)));
        Assert.Equal("", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes, key: nodes.Parties.Online(Parties.Arcadia).Next(KeyUse.Signing).Signer)));

        var suspension = new NoticeDraft(membership.Chain, membership.Notices, nodes.Time.Now).Suspension(Parties.Arcadia);
        suspension = Parties.All.Take(3).Aggregate(suspension, (signed, member) => signed.SignedBy(nodes.Parties.Root(member)));
        Assert.IsType<NoticeAddition.Added>(await membership.AddNoticeAsync(suspension.ToJson(), Actor.Node));
        Assert.Equal("member-suspended", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes, key: nodes.Parties.Online(Parties.Arcadia).Next(KeyUse.Signing).Signer)));
        Assert.Equal(StandingState.Suspended, nodes[Parties.Utopia].Node.Standings.For(Parties.Replicated, Realm.Live).Single(standing => standing.Member == Parties.Arcadia).State);
    }

    [Fact]
    public async Task A_retired_key_is_refused_and_notices_spread_by_contact()
    {
        using var nodes = new TestNodes();
        var arcadia = nodes[Parties.Arcadia].Node.Context.Membership;
        var keys = arcadia.Directory.Find(Parties.Arcadia)!.Keys[KeyUse.Signing];
        var rotation = new NoticeDraft(arcadia.Chain, arcadia.Notices, nodes.Time.Now).Rotation(Parties.Arcadia, KeyUse.Signing, keys, new Dictionary<string, long>(), null).SignedBy(nodes.Parties.Root(Parties.Arcadia));
        Assert.IsType<NoticeAddition.Added>(await nodes[Parties.Lyonesse].Node.Context.Membership.AddNoticeAsync(rotation.ToJson(), Actor.Node));

        Assert.Equal("", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes)));
        await nodes[Parties.Utopia].Node.ContactAsync(Parties.Lyonesse);

        Assert.Equal("key-retired", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes)));
    }

    [Fact]
    public async Task An_expired_charter_stops_exchange_and_local_checks_go_on()
    {
        using var nodes = new TestNodes();
        var owner = nodes[Parties.Utopia];
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), "1", "all", "a"));
        nodes.Time.Pass(TimeSpan.FromDays(26 * 7));

        Assert.Equal("charter-expired", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes)));
        Assert.False((await owner.Node.ContactAsync(Parties.Arcadia)).Reached);
        var outcome = await owner.Node.Checks.RunAsync(Parties.Officer, new CheckQuestion(Parties.Replicated, Realm.Live, Parties.Border, new TestProbe("1")), CancellationToken.None);
        Assert.IsType<CheckOutcome.Hit>(outcome);
    }

    [Fact]
    public async Task A_realm_that_the_charter_has_not_is_refused()
    {
        var parties = Parties.Shared;
        using var nodes = new TestNodes(genesis: parties.Sign(parties.Draft(26, "exercise")));

        Assert.Equal("not-allowed", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes)));
        Assert.Equal("", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes, change: envelope => envelope with { Realm = Realm.Exercise })));
    }

    [Fact]
    public async Task A_node_behind_hears_of_the_next_charter_at_a_contact()
    {
        using var nodes = new TestNodes();
        var membership = nodes[Parties.Lyonesse].Node.Context.Membership;
        var second = nodes.Parties.Sign(CharterDraft.After(membership.Chain.Current!, membership.Notices, nodes.Time.Now.AddDays(1), 20));
        Assert.IsType<CharterAddition.Added>(await membership.AddAsync(second.Document.ToJson(), Actor.Node));

        var result = await nodes[Parties.Utopia].Node.ContactAsync(Parties.Lyonesse);

        Assert.True(result.Reached, result.Detail);
        Assert.Equal(2, nodes[Parties.Utopia].Node.Context.Membership.Number);
        nodes[Parties.Utopia].Start();
        Assert.Equal(2, nodes[Parties.Utopia].Node.Context.Membership.Number);
        Assert.Null(nodes[Parties.Utopia].Verify().Fault);
    }

    [Fact]
    public async Task A_node_of_two_versions_and_a_node_of_one_understand_each_other()
    {
        IReadOnlySet<int> one = new HashSet<int> { 1 }, two = new HashSet<int> { 1, 2 };
        using var nodes = new TestNodes(versions: member => member == Parties.Arcadia ? one : two);
        await nodes.RoundsAsync(2);

        Assert.Equal(1, nodes[Parties.Utopia].Node.Context.Membership.VersionFor(Parties.Arcadia));
        Assert.Equal(1, nodes[Parties.Arcadia].Node.Context.Membership.VersionFor(Parties.Utopia));
        Assert.Equal(2, nodes[Parties.Utopia].Node.Context.Membership.VersionFor(Parties.Lyonesse));
        Assert.True((await nodes[Parties.Utopia].Node.ContactAsync(Parties.Arcadia)).Complete);
        Assert.True((await nodes[Parties.Utopia].Node.ContactAsync(Parties.Lyonesse)).Complete);
        Assert.Equal("", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes, """{"unknown":{"field":[1]},"charter":1}""")));
    }

    [Theory]
    [InlineData("""{"cosignatures":null}""")]
    [InlineData("""{"cosignatures":[null]}""")]
    [InlineData("""{"seen":[null]}""")]
    [InlineData("""{"versions":null}""")]
    [InlineData("""{"known":null}""")]
    [InlineData("""{"ledger":{}}""")]
    [InlineData("""{"ledger":{"note":null,"from":0,"proof":[]}}""")]
    [InlineData("""{"ledger":{"note":"x","from":0,"proof":[null]}}""")]
    [InlineData("""{"notices":"\ud800"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task A_contact_with_nothing_where_something_is_due_is_refused(string json)
    {
        using var nodes = new TestNodes();
        Assert.Equal("body-malformed", await Letters.RefusalAsync(nodes, Letters.Transmission(nodes, json)));
    }

    private static Guid IdOf(Transmission transmission) =>
        StrictBase64Url.TryDecode(transmission.Envelope.Split('.')[1], out var payload) ? Envelope.Read(payload, out _)!.Id : throw new InvalidOperationException();

    private static string WithCritical(TestNodes nodes, Transmission good)
    {
        Assert.True(StrictBase64Url.TryDecode(good.Envelope.Split('.')[0], out var bytes));
        var header = JsonNode.Parse(bytes)!.AsObject();
        header["crit"] = new JsonArray("later");
        header["later"] = true;
        return StrictBase64Url.Encode(System.Text.Encoding.UTF8.GetBytes(header.ToJsonString())) + good.Envelope[good.Envelope.IndexOf('.', StringComparison.Ordinal)..];
    }
}
