using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.Core.Tests.Storage;

namespace Comity.Core.Tests.Processes;

/// <summary>Processes of Utopia's node on one database, here in one process, and Arcadia with a node of its own.</summary>
internal sealed class Twins : IDisposable
{
    private readonly TestDatabase _database;
    private readonly List<NodeStore> _stores = [];

    public Twins(TestDatabase database, int count = 2)
    {
        _database = database;
        using (var first = Open())
        {
            first.WriteAsync(session => Membership.InsertCharter(session, Network.Genesis)).GetAwaiter().GetResult();
        }

        for (var i = 0; i < count; i++)
        {
            Start($"p{i + 1}");
        }
    }

    public TestNodes Network { get; } = new(line: from => new NoLine());

    public List<(Node Node, TestRegister Records)> All { get; } = [];

    public Place Arcadia => Network[Parties.Arcadia];

    /// <summary>Another process, which reads everything afresh.</summary>
    public Node Start(string name)
    {
        var store = Open();
        _stores.Add(store);
        var records = new TestRegister(Parties.Replicated);
        var node = Node.Open(new NodeParts
        {
            Store = store,
            Identity = new NodeIdentity(Parties.Utopia, Network.Genesis.Hash, Network.Parties.Online(Parties.Utopia), NodeIdentity.SpokenVersions),
            StorageKey = Network.StorageKey(Parties.Utopia),
            Registers = [records, new TestRegister(Parties.Queried)],
            Line = _ => new NoLine(),
            Clock = Network.Time.Clock(default),
            Randomness = Network.Randomness,
            Process = name,
        });
        All.Add((node, records));
        return node;
    }

    public Task<IReadOnlyList<Change>?> PublishAsync(int at, WhenThere whenThere, params TestRecord[] records) => All[at].Node.Changes.PublishAsync(
        Parties.Officer, All[at].Records, Realm.Live, Audience.All, [.. records.Select(record => new Publication(record, Handling.Open))], whenThere);

    public Task<Change?> WithdrawAsync(int at, TestRecord record) => All[at].Node.Changes.WithdrawAsync(Parties.Officer, All[at].Records, Realm.Live, record.NaturalKey);

    /// <summary>The values of the records that one process finds.</summary>
    public async Task<string[]> FindAsync(int at, string key)
    {
        var outcome = await All[at].Node.Checks.RunAsync(
            Parties.Officer, new CheckQuestion(Parties.Replicated, Realm.Live, Parties.Border, new TestProbe(key)), TestContext.Current.CancellationToken);
        return outcome is CheckOutcome.Hit hit ? [.. hit.Matches.Select(match => match.Record!["value"]!.GetValue<string>())] : [];
    }

    /// <summary>Has one process take in all that Arcadia publishes.</summary>
    public async Task<TakeIn> TakeInAsync(int at)
    {
        var feed = Arcadia.Node.Changes.FeedFor(Parties.Replicated, Realm.Live, Audience.All);
        var from = All[at].Node.Context.Store.Read(session => session.Feed(feed))?.Size ?? 0;
        return await All[at].Node.Mirror.TakeInAsync(feed, Arcadia.Store.Read(session => Arcadia.Node.Pulls.Read(session, feed, from, 1000))!);
    }

    public void Dispose()
    {
        _stores.ForEach(store => store.Dispose());
        Network.Dispose();
    }

    private NodeStore Open()
    {
        var database = _database.Open();
        database.Migrate();
        return new NodeStore(database);
    }

    private sealed class NoLine : ILine
    {
        public Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel) => throw new LineDownException("there is no line");
    }
}
