using System.Text;
using System.Text.Json;
using Comity.Core.Contacts;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.Core.Tests.Exchange;

/// <summary>Real messages, spoiled: each is refused with a word on where, and nothing breaks.</summary>
public sealed class HostileBytesTests
{
    private const int Times = 3000;

    [Fact]
    public async Task A_spoiled_run_of_a_real_feed_is_never_taken_in()
    {
        using var nodes = new TestNodes();
        var (owner, holder) = (nodes[Parties.Utopia], nodes[Parties.Arcadia]);
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, [.. Enumerable.Range(0, 5).Select(i => new TestRecord(IssuingCode.Parse("UTO"), $"{i}", "all", "a"))]);
        await owner.WithdrawAsync("UTO-2");
        var feed = owner.Node.Changes.FeedFor(Parties.Replicated, Realm.Live, Audience.All);
        var real = owner.Store.Read(session => owner.Node.Pulls.Read(session, feed, 0, 100))!;
        var bytes = real.ToBytes();
        var (unread, refused) = (0, 0);
        for (var i = 0; i < Times; i++)
        {
            var spoiled = new Mutation((ulong)i).Of(bytes);
            if (spoiled.AsSpan().SequenceEqual(bytes))
            {
                continue;
            }

            if (!PullAnswer.TryRead(spoiled, out var run, out var fault))
            {
                Assert.StartsWith("byte ", fault, StringComparison.Ordinal);
                unread++;
                continue;
            }

            var taken = await holder.Node.Mirror.TakeInAsync(feed, run);
            Assert.True(taken is not TakeIn.Taken { Count: > 0 } || Same(run, real), $"seed {i} was taken in: {taken}");
            Assert.True(taken is not TakeIn.Quarantined { Fault.Text: "" } and not TakeIn.NotTaken { Reason: "" });
            refused++;
            if (holder.Node.Standings.Feeds.Any(row => row.Fault is not null))
            {
                Assert.Empty(holder.Records.Records);
                await holder.Node.Quarantine.ReleaseAsync(Parties.Officer, feed, "again");
            }

            if (holder.Records.Records.Count > 0)
            {
                break;   // the signed note alone differed, in lines of no meaning to it
            }
        }

        Assert.True(unread > 100 && refused > 100, $"{unread} unread, {refused} refused");
        Assert.Null(holder.Verify().Fault);
    }

    [Fact]
    public void A_leaf_of_any_bytes_is_read_as_it_is_or_refused_by_its_place()
    {
        var real = FeedLeaf.Amend(3, "body"u8).ToBytes();
        for (var i = 0; i < Times; i++)
        {
            var bytes = new Mutation((ulong)i).Of(real);
            if (FeedLeaf.TryRead(bytes, 7, out var leaf, out var fault))
            {
                Assert.Equal(bytes, leaf.ToBytes());
            }
            else
            {
                Assert.StartsWith("leaf 7", fault, StringComparison.Ordinal);
            }
        }

        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[]>(bytes => FeedLeaf.TryRead(bytes, 7, out var leaf, out _) ? leaf.ToBytes().AsSpan().SequenceEqual(bytes) : true));
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[]>(bytes => !PullAnswer.TryRead(bytes, out var run, out _) || run.ToBytes().AsSpan().SequenceEqual(bytes)));
    }

    [Fact]
    public void A_run_reads_back_as_it_was_written()
    {
        var run = new PullAnswer([1, 2, 3], [], 5, [new PulledEntry(FeedLeaf.Withdraw(2).ToBytes(), null), new PulledEntry(FeedLeaf.Publish("x"u8).ToBytes(), []), new PulledEntry(FeedLeaf.Publish("x"u8).ToBytes(), [9])]);
        Assert.True(PullAnswer.TryRead(run.ToBytes(), out var read, out var fault), fault);
        Assert.True(Same(run, read));
        Assert.Equal(run.Checkpoint, read.Checkpoint);
    }

    [Fact]
    public async Task A_spoiled_envelope_is_refused_whatever_was_spoiled()
    {
        using var nodes = new TestNodes();
        var real = Letters.Transmission(nodes);
        for (var i = 0; i < Times; i++)
        {
            var envelope = new Mutation((ulong)i).Of(real.Envelope);
            if (envelope != real.Envelope)
            {
                Assert.NotEqual("", await Letters.RefusalAsync(nodes, real with { Envelope = envelope }));
            }
        }
    }

    [Fact]
    public async Task Payloads_spoiled_before_they_were_signed_name_the_field()
    {
        using var nodes = new TestNodes();
        var real = Letters.Transmission(nodes);
        Assert.True(StrictBase64Url.TryDecode(real.Envelope.Split('.')[1], out var payload));
        var receipt = new Receipt(1, Randomness.System.NewId(), Parties.Utopia, Parties.Arcadia, new byte[32], new byte[32], 1, nodes.Time.Now)
            .Sign(nodes.Parties.Online(Parties.Utopia).Current(KeyUse.Signing).Signer);
        Assert.True(StrictBase64Url.TryDecode(receipt.Split('.')[1], out var receiptPayload));
        var signer = nodes.Parties.Online(Parties.Arcadia).Current(KeyUse.Signing).Signer;
        for (var i = 0; i < Times; i++)
        {
            var spoiled = new Mutation((ulong)i).Of(payload);
            Assert.True(Envelope.Read(spoiled, out var fault) is null ? fault is { Length: > 0 } : fault is null);
            Assert.True(Receipt.Read(new Mutation((ulong)i).Of(receiptPayload), out fault) is null ? fault is { Length: > 0 } : fault is null);
            if (i % 10 == 0)
            {
                await Letters.ToUtopiaAsync(nodes, real with { Envelope = Jws.Sign(spoiled, signer, Envelope.Type) });
            }
        }
    }

    [Fact]
    public async Task Spoiled_questions_to_every_service_get_an_answer_or_a_reason()
    {
        using var nodes = new TestNodes();
        var owner = nodes[Parties.Utopia];
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), "1", "all", "a"));
        await nodes.RoundsAsync();
        var feed = owner.Node.Changes.FeedFor(Parties.Replicated, Realm.Live, Audience.All);
        var note = nodes[Parties.Arcadia].Store.Read(session => session.First("SELECT checkpoint FROM log WHERE kind = 'ledger'", row => Encoding.UTF8.GetString((byte[])row.GetValue(0))))!;
        var question = new ContactQuestion
        {
            Versions = [1], Charter = 1, Notices = "x", Ledger = new LogClaim(note, 0, []), Cosignatures = [note], Seen = [note], Prove = [1, 2], Known = new Dictionary<string, long> { [feed.Origin] = 1 },
        };
        (string Service, byte[] Content)[] real =
        [
            ("contact", JsonSerializer.SerializeToUtf8Bytes(question, ContactJson.Default.ContactQuestion)),
            ("documents", JsonSerializer.SerializeToUtf8Bytes(new DocumentsQuestion(0, ["abc"]), ContactJson.Default.DocumentsQuestion)),
            ("feed.pull", PullService.Question(feed, 0)),
            ("feed.erased", Encoding.UTF8.GetBytes($$"""{"feed":"{{feed.Origin}}","at":1,"erased":[0,1]}""")),
            ("register.query", """{"register":"test-profiles","case":"c","probe":{"key":"1"}}"""u8.ToArray()),
        ];
        foreach (var (service, content) in real)
        {
            for (var i = 0; i < 400; i++)
            {
                var body = SaltedBody.Make(new Mutation((ulong)i).Of(content), Randomness.System);
                var envelope = Letters.Envelope(nodes, body, service) with { Purpose = Parties.Border.ToString() };
                var answer = await Letters.ToUtopiaAsync(nodes, new Transmission(service, envelope.Sign(nodes.Parties.Online(Parties.Arcadia).Current(KeyUse.Signing).Signer), body));
                Assert.True(answer.Status == 200 || Problem.Read(answer.Status, answer.Body) is { Code.Length: > 0 }, $"{service}, seed {i}: {answer.Status}");
            }
        }

        Assert.Null(owner.Verify().Fault);
    }

    [Fact]
    public async Task Spoiled_answers_of_a_partner_that_signs_them_end_the_round_and_nothing_else()
    {
        var seed = 0UL;
        TestNodes? nodes = null;
        using var network = nodes = new TestNodes(line: from => new StraightLine(() => nodes!, from)
        {
            Receiving = (to, sent, answer) => to != Parties.Arcadia || answer.Status != 200 ? answer : Sign(nodes!, answer, SaltedBody.Make(new Mutation(seed++).Of(answer.Body.AsSpan(32)), Randomness.System)),
        });
        await network[Parties.Arcadia].PublishAsync(Audience.All, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("XAR"), "1", "all", "a"));
        await network[Parties.Lyonesse].PublishAsync(Audience.All, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("XLY"), "1", "all", "a"));
        for (var i = 0; i < 300; i++)
        {
            var result = await network[Parties.Utopia].Node.ContactAsync(Parties.Arcadia);
            Assert.True(result.Complete || result.Detail is { Length: > 0 });
        }

        await network[Parties.Utopia].Node.ContactAsync(Parties.Lyonesse);
        Assert.Contains(network[Parties.Utopia].Records.Records.Values, record => record.Issuer == IssuingCode.Parse("XLY"));
        Assert.Null(network[Parties.Utopia].Verify().Fault);
    }

    [Fact]
    public void A_spoiled_record_is_read_whole_or_refused_by_its_field()
    {
        var real = new RecordBody(Randomness.System.NewId(), 1, new Handling([Parties.Border], ["ask first"]), Parties.Start, new DateOnly(2026, 2, 3), new TestRecord(IssuingCode.Parse("UTO"), "1", "all", "a").ToContent()).ToJson();
        for (var i = 0; i < Times; i++)
        {
            Assert.True(RecordBody.TryRead(new Mutation((ulong)i).Of(real), out var body, out var fault) ? body is not null && fault is null : fault is { Length: > 0 });
        }
    }

    private static bool Same(PullAnswer run, PullAnswer other) =>
        run.From == other.From && run.Entries.Count == other.Entries.Count
        && run.Entries.Zip(other.Entries).All(pair => pair.First.Leaf.AsSpan().SequenceEqual(pair.Second.Leaf) && (pair.First.Body ?? []).AsSpan().SequenceEqual(pair.Second.Body ?? []) && pair.First.Body is null == pair.Second.Body is null);

    private static LineAnswer Sign(TestNodes nodes, LineAnswer answer, byte[] body)
    {
        Assert.True(StrictBase64Url.TryDecode(answer.Receipt!.Split('.')[1], out var payload));
        var receipt = Receipt.Read(payload, out _)! with { Answer = SaltedBody.Digest(body) };
        return answer with { Body = body, Receipt = receipt.Sign(nodes.Parties.Online(Parties.Arcadia).Current(KeyUse.Signing).Signer) };
    }
}
