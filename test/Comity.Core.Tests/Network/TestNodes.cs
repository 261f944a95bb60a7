using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Clocks;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Law;
using Comity.Core.Storage;

namespace Comity.Core.Tests.Network;

/// <summary>One State's place in a network in one process: what outlives a restart, and the node that runs now.</summary>
internal sealed class Place(TestNodes network, MemberCode member, SimulatedClock clock) : IDisposable
{
    private static long _names;
    private readonly IReadOnlySet<int> _versions = network.Versions?.Invoke(member) ?? NodeIdentity.SpokenVersions;

    public MemberCode Member => member;

    public SimulatedClock Clock => clock;

    public NodeStore Store { get; private set; } = Prepare(network.Genesis, network.Database?.Invoke(member));

    public TestRegister Records { get; private set; } = null!;

    public TestRegister Profiles { get; private set; } = null!;

    public Node Node { get; private set; } = null!;

    public bool Up { get; set; } = true;

    /// <summary>A new node on the same store: everything in memory is forgotten.</summary>
    public void Start()
    {
        Records = new TestRegister(Parties.Replicated);
        Profiles = new TestRegister(Parties.Queried, new QueriedContract(PerDay: 20, NeedsCase: true));
        Node = Node.Open(new NodeParts
        {
            Store = Store,
            Identity = new NodeIdentity(member, network.Genesis.Hash, network.Parties.Online(member), _versions),
            StorageKey = network.StorageKey(member),
            Registers = [Records, Profiles, .. LawBook.CreateRegisters()],
            Line = _ => network.LineOf(member),
            Clock = clock,
            Randomness = network.Randomness,
            Kinds = network.Kinds,
            Calendar = network.Calendar,
        });
        Assert.Equal(0, Node.Unreadable);
        Up = true;
    }

    /// <summary>A copy of the database as it is now.</summary>
    public SqliteDatabase Backup()
    {
        var copy = SqliteDatabase.InMemory($"node-{Interlocked.Increment(ref _names)}");
        using var from = (Microsoft.Data.Sqlite.SqliteConnection)Store.Database.OpenForReading();
        using var to = (Microsoft.Data.Sqlite.SqliteConnection)copy.OpenForWriting();
        from.BackupDatabase(to);
        return copy;
    }

    /// <summary>Starts again on a backup; where it is known to be one, in doubt of its own past.</summary>
    public async Task RestoreAsync(SqliteDatabase backup, bool known = true)
    {
        Store.Dispose();
        Store = new NodeStore(backup);
        Start();
        if (known)
        {
            await Node.Context.Membership.Past.DoubtAsync("restored", Node.Context.Now);
        }
    }

    public VerificationResult Verify() => new LedgerVerification(Node.Context).Run();

    public async Task<IReadOnlyList<Change>> PublishAsync(Audience audience, DateTimeOffset? expires, WhenThere whenThere, params TestRecord[] records) =>
        (await Node.Changes.PublishAsync(Parties.Officer, Records, Realm.Live, audience, [.. records.Select(record => new Publication(record, Handling.Open, expires))], whenThere))!;

    public async Task<Change> WithdrawAsync(string naturalKey) => (await Node.Changes.WithdrawAsync(Parties.Officer, Records, Realm.Live, naturalKey))!;

    public void Dispose() => Store.Dispose();

    private static NodeStore Prepare(Charter genesis, IDatabase? database)
    {
        database ??= SqliteDatabase.InMemory($"node-{Interlocked.Increment(ref _names)}");
        database.Migrate();
        var store = new NodeStore(database);
        store.WriteAsync(session => Membership.InsertCharter(session, genesis)).GetAwaiter().GetResult();
        return store;
    }
}

/// <summary>Nodes in one process, on a line that a test may bend.</summary>
internal sealed class TestNodes : IDisposable
{
    private readonly Dictionary<MemberCode, Place> _places = [];

    public TestNodes(ulong seed = 1, Parties? parties = null, Charter? genesis = null, Func<MemberCode, ILine>? line = null, Func<MemberCode, TimeSpan>? skew = null, Func<MemberCode, IReadOnlySet<int>>? versions = null,
        Func<MemberCode, IDatabase?>? database = null, IReadOnlyList<RequestKind>? kinds = null, WorkCalendar? calendar = null)
    {
        Parties = parties ?? Parties.Shared;
        Genesis = genesis ?? Parties.Genesis;
        Randomness = Randomness.Seeded(seed);
        Time = new SimulatedTime(Parties.Start);
        LineOf = line ?? (from => new StraightLine(() => this, from));
        Versions = versions;
        Database = database;
        Kinds = kinds ?? [];
        Calendar = calendar ?? WorkCalendar.Default;
        foreach (var member in Parties.All)
        {
            _places[member] = new Place(this, member, Time.Clock(skew?.Invoke(member) ?? default));
            _places[member].Start();
        }
    }

    public Parties Parties { get; }

    public Charter Genesis { get; }

    public SimulatedTime Time { get; }

    public Randomness Randomness { get; }

    public Func<MemberCode, ILine> LineOf { get; }

    public Func<MemberCode, IReadOnlySet<int>>? Versions { get; }

    public IReadOnlyList<RequestKind> Kinds { get; }

    public WorkCalendar Calendar { get; }

    /// <summary>A member's database; SQLite in memory where null.</summary>
    public Func<MemberCode, IDatabase?>? Database { get; }

    public Place this[MemberCode member] => _places[member];

    public IEnumerable<Place> Places => _places.Values;

    public byte[] StorageKey(MemberCode member) => System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes($"storage {member}"));

    /// <summary>Everybody contacts everybody, so many times.</summary>
    public async Task RoundsAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var from in Places)
            {
                foreach (var to in Places.Where(to => to != from))
                {
                    await from.Node.ContactAsync(to.Member);
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (var place in Places)
        {
            place.Dispose();
        }
    }
}

/// <summary>A line on which nothing goes wrong but what a test does to it.</summary>
internal sealed class StraightLine(Func<TestNodes> nodes, MemberCode from) : ILine
{
    /// <summary>Changes what is sent; null sends nothing.</summary>
    public Func<MemberCode, Transmission, Transmission?>? Sending { get; set; }

    /// <summary>Changes what comes back; null loses it.</summary>
    public Func<MemberCode, Transmission, LineAnswer, LineAnswer?>? Receiving { get; set; }

    public async Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel)
    {
        var sent = Sending is null ? transmission : Sending(to, transmission);
        var answer = sent is null || !nodes()[to].Up ? throw new LineDownException("nobody there") : await nodes()[to].Node.Reception.ReceiveAsync(from, sent, cancel);
        return (Receiving is null ? answer : Receiving(to, transmission, answer)) ?? throw new LineDownException("the answer was lost");
    }
}
