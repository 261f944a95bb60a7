using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Vectors;

/// <summary>
/// Arcadia's node as the vectors meet it: the network's charter, an empty store, two test registers, one record of its own that
/// was published to all and withdrawn. Its own keys are new: nothing in a vector depends on them.
/// </summary>
internal sealed class VectorNode : IDisposable
{
    private static long _names;
    private readonly NodeStore _store;
    private readonly SimulatedTime _time = new(Parties.Start);

    private VectorNode(Charter genesis, KeyRing? keys)
    {
        var database = SqliteDatabase.InMemory($"vectors-{Interlocked.Increment(ref _names)}");
        database.Migrate();
        _store = new NodeStore(database);
        _store.WriteAsync(session => Membership.InsertCharter(session, genesis)).GetAwaiter().GetResult();
        Node = Node.Open(new NodeParts
        {
            Store = _store,
            Identity = new NodeIdentity(Parties.Arcadia, genesis.Hash, keys ?? KeyRing.Generate(KeyRing.Online, Randomness.System), NodeIdentity.SpokenVersions),
            StorageKey = new byte[32],
            Registers = [Records, new TestRegister(Parties.Queried, new QueriedContract(PerDay: 20, NeedsCase: true))],
            Line = _ => new NobodyThere(),
            Clock = _time.Clock(),
        });
    }

    public Node Node { get; }

    public TestRegister Records { get; } = new(Parties.Replicated);

    public static async Task<VectorNode> OpenAsync(Charter genesis, KeyRing? keys = null)
    {
        var node = new VectorNode(genesis, keys);
        var record = new TestRecord(IssuingCode.Parse("XAR"), "A1", "all", "gone");
        await node.Node.Changes.PublishAsync(Parties.Officer, node.Records, Realm.Live, Core.Feeds.Audience.All, [new Publication(record, Handling.Open)], WhenThere.Refuse);
        await node.Node.Changes.WithdrawAsync(Parties.Officer, node.Records, Realm.Live, record.NaturalKey);
        return node;
    }

    /// <summary>The network's first charter from <c>network.json</c>.</summary>
    public static Charter Genesis(JsonObject network)
    {
        Assert.True(Charter.TryRead(VectorFiles.Bytes(network["charter"]), out var charter, out var faults), string.Join("; ", faults));
        Assert.Equal(network["genesis"]!.GetValue<string>(), charter.Hash.ToString());
        return charter;
    }

    /// <summary>Offers what a step holds, at its time: a notice, or a transmission with the member at the other end of the line.</summary>
    public async Task<LineAnswer?> OfferAsync(JsonObject step)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(step["now"]!.GetValue<long>());
        _time.Pass(now - _time.Now);
        if (step["notice"] is { } notice)
        {
            Assert.IsType<NoticeAddition.Added>(await Node.Context.Membership.AddNoticeAsync(VectorFiles.Bytes(notice), Actor.Node));
            return null;
        }

        var transmission = new Transmission(step["service"]!.GetValue<string>(), step["envelope"]!.GetValue<string>(), VectorFiles.Bytes(step["body"]));
        return await Node.Reception.ReceiveAsync(MemberCode.Parse(step["line"]!.GetValue<string>()), transmission, CancellationToken.None);
    }

    public void Dispose() => _store.Dispose();

    private sealed class NobodyThere : ILine
    {
        public Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel) => throw new LineDownException("nobody there");
    }
}
