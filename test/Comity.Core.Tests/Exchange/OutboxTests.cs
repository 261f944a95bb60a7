using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Exchange;

public sealed class OutboxTests
{
    private static readonly TestRecord Record = new(IssuingCode.Parse("UTO"), "1", "all", "a");

    [Fact]
    public async Task However_often_a_message_is_sent_it_has_one_effect_and_one_id()
    {
        List<string> ids = [];
        var answers = 0;
        TestNodes? nodes = null;
        using var network = nodes = new TestNodes(line: from => new StraightLine(() => nodes!, from)
        {
            Sending = (to, sent) =>
            {
                if (sent.Service == "feed.erased")
                {
                    Assert.True(StrictBase64Url.TryDecode(sent.Envelope.Split('.')[1], out var payload));
                    ids.Add(Envelope.Read(payload, out _)!.Id.ToString());
                }

                return sent;
            },
            Receiving = (_, sent, answer) => sent.Service == "feed.erased" && ++answers <= 3 ? null : answer,
        });
        await network[Parties.Utopia].PublishAsync(Audience.All, null, WhenThere.Refuse, Record);
        await network[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        await network[Parties.Utopia].WithdrawAsync(Record.NaturalKey);
        for (var i = 0; i < 6; i++)
        {
            await network[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
            network.Time.Pass(TimeSpan.FromMinutes(11));
        }

        Assert.Equal(4, ids.Count);
        Assert.Single(ids.Distinct());
        Assert.Equal(1, Count(network[Parties.Utopia], "erasure_receipt"));
        Assert.Equal(1, Count(network[Parties.Utopia], "inbox"));
        Assert.Equal(0, network[Parties.Arcadia].Store.Read(session => session.First("SELECT COUNT(*) FROM outbox WHERE receipt IS NULL", row => row.GetInt64(0))));
        Assert.Null(network[Parties.Utopia].Verify().Fault);
    }

    [Fact]
    public async Task A_line_that_delivers_twice_and_answers_with_the_second_refusal_does_not_end_a_message()
    {
        TestNodes? nodes = null;
        var doubled = 0;
        using var network = nodes = new TestNodes(line: from => new StraightLine(() => nodes!, from)
        {
            Receiving = (to, sent, answer) => sent.Service == "feed.erased" && doubled++ == 0
                ? nodes![to].Node.Reception.ReceiveAsync(from, sent, CancellationToken.None).GetAwaiter().GetResult() : answer,
        });
        await network[Parties.Utopia].PublishAsync(Audience.All, null, WhenThere.Refuse, Record);
        await network[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        await network[Parties.Utopia].WithdrawAsync(Record.NaturalKey);
        await network[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        network.Time.Pass(TimeSpan.FromMinutes(11));
        await network[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);

        Assert.Equal(1, network[Parties.Arcadia].Store.Read(session => session.First("SELECT COUNT(*) FROM outbox WHERE receipt IS NOT NULL", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task An_answer_without_its_own_receipt_is_silence()
    {
        Func<LineAnswer, LineAnswer> spoil = answer => answer;
        TestNodes? nodes = null;
        using var network = nodes = new TestNodes(line: from => new StraightLine(() => nodes!, from) { Receiving = (_, _, answer) => spoil(answer) });
        var signer = network.Parties.Online(Parties.Lyonesse).Current(KeyUse.Signing).Signer;
        var partner = network.Parties.Online(Parties.Arcadia).Current(KeyUse.Signing).Signer;
        Func<LineAnswer, LineAnswer>[] spoilers =
        [
            answer => answer with { Receipt = null },
            answer => answer with { Receipt = "nonsense" },
            answer => answer with { Body = Letters.Body("{}") },
            answer => answer with { Body = [] },
            answer => answer with { Receipt = Read(answer).Sign(signer) },
            answer => answer with { Receipt = (Read(answer) with { From = Parties.Lyonesse }).Sign(signer) },
            answer => answer with { Receipt = (Read(answer) with { Envelope = new byte[32] }).Sign(partner) },
            answer => answer with { Receipt = (Read(answer) with { Answer = new byte[32] }).Sign(partner) },
            answer => answer with { Receipt = (Read(answer) with { Id = Randomness.System.NewId() }).Sign(partner) },
            answer => answer with { Receipt = (Read(answer) with { To = Parties.Lyonesse }).Sign(partner) },
        ];

        foreach (var spoiler in spoilers)
        {
            spoil = spoiler;
            var message = new Message(Randomness.System.NewId(), Parties.Arcadia, "contact", "", "", Realm.Live, Letters.Body("{}"));
            Assert.IsType<Reply.Silent>(await network[Parties.Utopia].Node.Correspondent.AskAsync(message, TimeSpan.FromSeconds(5), CancellationToken.None));
        }

        spoil = answer => answer with { Receipt = Read(answer).Sign(partner) };
        var whole = new Message(Randomness.System.NewId(), Parties.Arcadia, "contact", "", "", Realm.Live, Letters.Body("{}"));
        Assert.IsType<Reply.Answered>(await network[Parties.Utopia].Node.Correspondent.AskAsync(whole, TimeSpan.FromSeconds(5), CancellationToken.None));
    }

    private static Receipt Read(LineAnswer answer) =>
        StrictBase64Url.TryDecode(answer.Receipt!.Split('.')[1], out var payload) ? Receipt.Read(payload, out _)! : throw new InvalidOperationException();

    private static long Count(Place place, string table) => place.Store.Read(session => session.First($"SELECT COUNT(*) FROM {table}", row => row.GetInt64(0)));
}
