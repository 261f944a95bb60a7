using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Exchange;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Registers;

/// <summary>The charter lets Utopia, Arcadia and Lyonesse ask everybody; Arcadia five times a day for border control.</summary>
public sealed class QueriedRegisterTests
{
    [Fact]
    public async Task All_holders_are_asked_and_a_hit_is_a_reference_and_never_the_record()
    {
        using var nodes = await WithProfilesAsync(new TestNodes());
        nodes[Parties.Ruritania].Up = false;

        var outcome = Assert.IsType<CheckOutcome.Hit>(await AskAsync(nodes[Parties.Utopia], "1"));

        Assert.Equal([Parties.Atlantis, Parties.Lyonesse], outcome.Matches.Select(match => match.Owner).Order());
        Assert.All(outcome.Matches, match => Assert.True(match.Record is null && match.Reference.StartsWith($"{match.Owner}-", StringComparison.Ordinal)));
        Assert.Equal(StandingState.Silent, outcome.Members.Single(member => member.Member == Parties.Ruritania).State);
        Assert.Equal(StandingState.Answered, outcome.Members.Single(member => member.Member == Parties.Arcadia).State);
        Assert.IsType<CheckOutcome.Incomplete>(await AskAsync(nodes[Parties.Utopia], "no such"));
        nodes[Parties.Ruritania].Up = true;
        Assert.IsType<CheckOutcome.NoHit>(await AskAsync(nodes[Parties.Utopia], "no such"));
    }

    [Fact]
    public async Task The_same_commitment_stands_in_both_ledgers_and_the_holder_keeps_no_probe()
    {
        using var nodes = await WithProfilesAsync(new TestNodes());
        await AskAsync(nodes[Parties.Utopia], "a-very-rare-probe");

        var asked = Assert.Single(Entries(nodes[Parties.Utopia], LedgerKind.Check))["commitment"]!.GetValue<string>();
        foreach (var holder in nodes.Places.Where(place => place.Member != Parties.Utopia))
        {
            Assert.Equal(asked, Assert.Single(Entries(holder, LedgerKind.QueryAnswered))["asked"]!.GetValue<string>());
            Assert.False(Keeps(holder, "a-very-rare-probe"), $"{holder.Member} keeps the probe");
        }

        Assert.True(Keeps(nodes[Parties.Utopia], "a-very-rare-probe"), "the asker keeps it, sealed");
    }

    [Fact]
    public async Task A_member_that_fishes_learns_hit_or_no_hit_until_its_quota_ends_and_every_question_is_on_record()
    {
        using var nodes = await WithProfilesAsync(new TestNodes());
        var bodies = new List<byte[]>();
        List<string> answers = [];
        for (var i = 0; i < 12; i++)
        {
            bodies.Add(Letters.Body($$$"""{"register":"test-profiles","case":"c","probe":{"key":"{{{i}}}"}}"""));
            var answer = await SendAsync(nodes, Parties.Arcadia, bodies[^1]);
            answers.Add(answer.Status == 200 ? Encoding.UTF8.GetString(answer.Body.AsSpan(32)) : Problem.Read(answer.Status, answer.Body).Code);
        }

        Assert.Equal(5, answers.Count(answer => answer != "quota-exceeded"));
        Assert.All(answers.Take(5), answer => Assert.DoesNotContain("secret", answer, StringComparison.Ordinal));
        Assert.Equal(["matches"], JsonNode.Parse(answers[1])!.AsObject().Select(pair => pair.Key));
        Assert.Equal(["reference", "strength", "en", "fr"], JsonNode.Parse(answers[1])!["matches"]![0]!.AsObject().Select(pair => pair.Key));
        var onRecord = Entries(nodes[Parties.Lyonesse], LedgerKind.QueryAnswered).Select(entry => entry["asked"]!.GetValue<string>());
        Assert.Equal(bodies.Take(5).Select(body => StrictBase64Url.Encode(SaltedBody.Digest(body))), onRecord);

        nodes.Time.Pass(TimeSpan.FromDays(1));
        Assert.Equal(200, (await SendAsync(nodes, Parties.Arcadia, Letters.Body("""{"register":"test-profiles","case":"c","probe":{"key":"1"}}"""))).Status);
    }

    [Fact]
    public async Task A_refusal_is_the_same_whatever_is_there()
    {
        using var nodes = await WithProfilesAsync(new TestNodes());
        const string Known = """{"register":"test-profiles","case":"c","probe":{"key":"1"}}""";
        LineAnswer[] refusals =
        [
            await SendAsync(nodes, Parties.Ruritania, Letters.Body(Known)),                                                       // not among the readers
            await SendAsync(nodes, Parties.Arcadia, Letters.Body(Known.Replace("test-profiles", "no-such", StringComparison.Ordinal))),
            await SendAsync(nodes, Parties.Arcadia, Letters.Body(Known.Replace("test-profiles", "test-records", StringComparison.Ordinal))),
            await SendAsync(nodes, Parties.Arcadia, Letters.Body(Known), purpose: "no-such-purpose"),
            await SendAsync(nodes, Parties.Arcadia, Letters.Body(Known), purpose: ""),
        ];

        Assert.All(refusals, refusal => Assert.Equal(refusals[0].Body, refusal.Body));
        Assert.Equal("not-allowed", Problem.Read(refusals[0].Status, refusals[0].Body).Code);
        Assert.Equal("body-malformed", Problem.Read(400, (await SendAsync(nodes, Parties.Arcadia, Letters.Body(Known.Replace("\"c\"", "\"\"", StringComparison.Ordinal)))).Body).Code);
    }

    [Fact]
    public async Task A_record_for_another_purpose_is_no_hit()
    {
        using var nodes = await WithProfilesAsync(new TestNodes());
        var holder = nodes[Parties.Lyonesse];
        await holder.Node.Changes.PublishAsync(Parties.Officer, holder.Profiles, Realm.Live, Audience.Self,
            [new Publication(new TestRecord(IssuingCode.Parse("XLY"), "7", "self", "secret"), new Handling([Parties.Crime], []))], WhenThere.Refuse);

        Assert.IsType<CheckOutcome.NoHit>(await AskAsync(nodes[Parties.Utopia], "7"));
        Assert.IsType<CheckOutcome.Hit>(await AskAsync(nodes[Parties.Utopia], "7", Parties.Crime));
    }

    private static async Task<TestNodes> WithProfilesAsync(TestNodes nodes)
    {
        foreach (var member in new[] { Parties.Lyonesse, Parties.Atlantis })
        {
            var place = nodes[member];
            await place.Node.Changes.PublishAsync(Parties.Officer, place.Profiles, Realm.Live, Audience.Self,
                [new Publication(new TestRecord(IssuingCode.Parse(member.ToString()), "1", "self", "secret"), Handling.Open)], WhenThere.Refuse);
        }

        return nodes;
    }

    private static Task<CheckOutcome> AskAsync(Place asker, string key, Purpose? purpose = null) => asker.Node.Checks.RunAsync(
        Parties.Officer, new CheckQuestion(Parties.Queried, Realm.Live, purpose ?? Parties.Border, new TestProbe(key), "c-1"), CancellationToken.None);

    private static Task<LineAnswer> SendAsync(TestNodes nodes, MemberCode from, byte[] body, string? purpose = null)
    {
        var envelope = new Envelope(
            1, Randomness.System.NewId(), from, Parties.Lyonesse, "register.query", purpose ?? Parties.Border.ToString(), "", Realm.Live, 1, nodes.Time.Now, nodes.Time.Now + Correspondent.Validity, SaltedBody.Digest(body));
        var signed = envelope.Sign(nodes.Parties.Online(from).Current(KeyUse.Signing).Signer);
        return nodes[Parties.Lyonesse].Node.Reception.ReceiveAsync(from, new Transmission("register.query", signed, body), CancellationToken.None);
    }

    private static List<JsonNode> Entries(Place place, string kind) => [.. place.Store.Read(session => session.Query(
            "SELECT e.leaf FROM entry e JOIN log l ON l.log = e.log WHERE l.kind = 'ledger' ORDER BY e.idx", row => row.Bytes(0)))
        .Select(leaf => JsonNode.Parse(leaf)!).Where(entry => entry["kind"]!.GetValue<string>() == kind)];

    /// <summary>Whether anything in the store, opened where it is sealed, holds the text.</summary>
    private static bool Keeps(Place place, string text) => place.Store.Read(session =>
    {
        var open = session.Query("SELECT e.body, k.secret FROM entry e JOIN entry_key k ON k.log = e.log AND k.idx = e.idx", row => place.Node.Context.Sealer.Open(row.Bytes(0), row.Bytes(1)) ?? []);
        var plain = session.Query("SELECT leaf FROM entry", row => row.Bytes(0));
        plain.AddRange(session.Query("SELECT answer FROM inbox UNION ALL SELECT body FROM outbox UNION ALL SELECT envelope FROM inbox", row => row.Bytes(0)));
        return open.Concat(plain).Any(bytes => Encoding.UTF8.GetString(bytes).Contains(text, StringComparison.Ordinal));
    });
}
