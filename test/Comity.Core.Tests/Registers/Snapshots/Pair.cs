using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.Core.Tests.Storage;

namespace Comity.Core.Tests.Registers.Snapshots;

/// <summary>Utopia publishes; Arcadia takes in, publishes too, and is started anew from its copies.</summary>
internal sealed class Pair : IDisposable
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 12).Select(i => $"K{i}")];
    private readonly SimulatedTime _time = new(Parties.Start);
    private readonly NodeStore _owner;
    private readonly CopiedRegister _owned = new();
    private readonly Node _utopia;
    private int _values;

    private readonly byte[] _storageKey;

    public Pair(TestDatabase database, byte key = 0)
    {
        _storageKey = [.. Enumerable.Repeat(key, 32)];
        Folder = Directory.CreateTempSubdirectory("comity-index-").FullName;
        _owner = Prepare(SqliteDatabase.InMemory($"owner-{Path.GetFileName(Folder)}"));
        Store = Prepare(database.Open());
        _utopia = Open(Parties.Utopia, _owner, _owned, null);
        Node = Open(Parties.Arcadia, Store, Register, Folder);
    }

    public string Folder { get; }

    public string File => Path.Combine(Folder, $"{Parties.Replicated}.snapshot");

    public NodeStore Store { get; }

    public CopiedRegister Register { get; private set; } = new();

    /// <summary>Arcadia's.</summary>
    public Node Node { get; private set; }

    public FeedName Feed => _utopia.Changes.FeedFor(Parties.Replicated, Realm.Live, Audience.All);

    public void Pass(TimeSpan span) => _time.Pass(span);

    /// <summary>Starts Arcadia anew; its index is as if it had no copy.</summary>
    /// <returns>What was remarked.</returns>
    public IReadOnlyList<string> Restart(string form = "copied 1")
    {
        var plain = new CopiedRegister();
        Open(Parties.Arcadia, Store, plain, null);
        Register = new CopiedRegister { Form = form };
        Node = Open(Parties.Arcadia, Store, Register, Folder);
        Assert.Equal(plain.Records, Register.Records);
        Assert.Equal(plain.Count, Node.Indexed);
        Assert.Equal(0, Node.Unreadable);
        return Node.Loading.Remarks;
    }

    /// <summary>One of the things that happen to a register.</summary>
    public async Task StepAsync(int what, int which)
    {
        switch (what)
        {
            case 0 or 1:
                await PublishAsync(_utopia, _owned, which, TimeSpan.FromDays(1 + which));
                break;
            case 2:
                await _utopia.Changes.WithdrawAsync(Parties.Officer, _owned, Realm.Live, $"UTO-{Keys[which % Keys.Length]}");
                break;
            case 3 or 4:
                await Node.ContactAsync(Parties.Utopia);
                break;
            case 5:
                await PublishAsync(Node, Register, which, TimeSpan.FromDays(1 + which));
                break;
            case 6:
                await Node.Changes.WithdrawAsync(Parties.Officer, Register, Realm.Live, $"XAR-{Keys[which % Keys.Length]}");
                break;
            case 7:
                _time.Pass(TimeSpan.FromHours(which));
                await Node.Retention.ExpireAsync(Actor.Node, _time.Now);
                break;
            case 8:
                await _utopia.Retention.ExpireAsync(Actor.Node, _time.Now);
                break;
            case 9:
                await QuarantineAsync(which);
                break;
            case 10 or 11:
                await Node.Quarantine.ReleaseAsync(Parties.Officer, Feed, "by test");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what));
        }
    }

    public void Dispose()
    {
        _owner.Dispose();
        Store.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task PublishAsync(Node node, CopiedRegister register, int which, TimeSpan life)
    {
        var issuer = IssuingCode.Parse(node.Context.Membership.Self.ToString());
        var records = Enumerable.Range(which, 1 + (which % 5)).Select(i => new TestRecord(issuer, Keys[i % Keys.Length], "all", $"v{_values++}"));
        await node.Changes.PublishAsync(
            Parties.Officer, register, Realm.Live, Audience.All, [.. records.Select(record => new Publication(record, Handling.Open, _time.Now + life))], WhenThere.Amend);
    }

    /// <summary>Holds back what came from an entry on, as a revocation does, and what comes later.</summary>
    private Task QuarantineAsync(int from) => Store.WriteAsync(session =>
    {
        if (session.Feed(Feed) is not { Fault: null } feed)
        {
            return;
        }

        foreach (var index in session.Query("SELECT idx FROM record WHERE log = @log AND idx >= @from AND state = 0", row => row.GetInt64(0), ("@log", feed.Log), ("@from", (long)from)))
        {
            var at = new RecordAddress((int)feed.Log, index);
            session.Execute("UPDATE record SET state = 1 WHERE log = @log AND idx = @idx", ("@log", feed.Log), ("@idx", index));
            session.AfterCommit(() => Register.Remove(at, Register.Records[at]));
        }

        session.SetFault(feed.Log, new FeedFault(FeedFaultCode.ForeignIssuer, from, "by test", _time.Now));
    });

    private Node Open(MemberCode member, NodeStore store, CopiedRegister register, string? folder) => Node.Open(new NodeParts
    {
        Store = store,
        Identity = new NodeIdentity(member, Parties.Shared.Genesis.Hash, Parties.Shared.Online(member), NodeIdentity.SpokenVersions),
        StorageKey = _storageKey,
        Registers = [register],
        Line = _ => new Line(this, member),
        Clock = _time.Clock(),
        SnapshotFolder = folder,
    });

    private static NodeStore Prepare(IDatabase database)
    {
        database.Migrate();
        var store = new NodeStore(database);
        store.WriteAsync(session =>
        {
            if (session.First("SELECT number FROM charter", row => row.GetInt64(0)) == 0)
            {
                Membership.InsertCharter(session, Parties.Shared.Genesis);
            }
        }).GetAwaiter().GetResult();
        return store;
    }

    private sealed class Line(Pair pair, MemberCode from) : ILine
    {
        public Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel) =>
            (to == Parties.Utopia ? pair._utopia : pair.Node).Reception.ReceiveAsync(from, transmission, cancel);
    }
}
