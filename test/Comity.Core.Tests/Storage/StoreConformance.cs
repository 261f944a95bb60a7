using Comity.Core.Feeds;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Tests.Storage;

/// <summary>What every database must do for a node: one class of promises, two databases that keep them.</summary>
public abstract partial class StoreConformance : IDisposable
{
    protected const string Origin = "comity.test/feed/XAR/documents";

    private readonly Lazy<TestDatabase> _database;
    private readonly List<IDisposable> _opened = [];

    protected StoreConformance() => _database = new Lazy<TestDatabase>(NewDatabase);

    protected TestDatabase Database => _database.Value;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static Ed25519PrivateKey Key { get; } = new(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());

    protected abstract TestDatabase NewDatabase();

    public void Dispose()
    {
        _opened.ForEach(store => store.Dispose());
        if (_database.IsValueCreated)
        {
            Database.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A store as a process would open it.</summary>
    protected NodeStore Open(bool migrate = true)
    {
        var database = Database.Open();
        if (migrate)
        {
            database.Migrate();
        }

        var store = new NodeStore(database) { Signer = new CheckpointSigner(Key) };
        _opened.Add(store);
        return store;
    }

    protected static byte[] Leaf(long n) => System.Text.Encoding.ASCII.GetBytes($"leaf {n}");

    /// <summary>The root by the definition, over the leaves as stored.</summary>
    protected static TreeHash RootOfLeaves(ReadSession session, long log) => Rfc6962.Root(
        [.. session.Query("SELECT leaf FROM entry WHERE log = @log ORDER BY idx", row => Rfc6962.LeafHash(row.Bytes(0)), ("@log", log))]);

    /// <summary>Everything that must be true of a log at any time.</summary>
    protected static long AssertSound(NodeStore store, string origin = Origin) => store.Read(session =>
    {
        var (log, size, note) = session.First(
            "SELECT log, size, checkpoint FROM log WHERE origin = @origin", row => (row.GetInt64(0), row.GetInt64(1), row.BytesOrNull(2)), ("@origin", origin));
        var indexes = session.Query("SELECT idx FROM entry WHERE log = @log ORDER BY idx", row => row.GetInt64(0), ("@log", log));
        Assert.Equal(Enumerable.Range(0, (int)size).Select(i => (long)i), indexes);
        if (size == 0)
        {
            return 0;
        }

        var root = RootOfLeaves(session, log);
        Assert.Equal(root, new StoredTree(session, log).RootAt(size));
        Assert.True(SignedNote.TryParse(note, out var signed, out _));
        Assert.True(Checkpoint.TryParse(signed.Text, out var checkpoint, out _));
        Assert.Equal(new TreeHead(size, root), checkpoint.Head);
        Assert.IsType<NoteVerdict.Signed>(signed.Verify([new VerifierKey(origin, NoteAlgorithm.Ed25519, Key.PublicKey)]));
        return size;
    });

    protected static Task<long> AppendAsync(NodeStore store, byte[] leaf, SealedBody? body = null) =>
        store.WriteAsync(session => session.Append(session.OpenLog(Origin, LogKind.Own), leaf, body));

    private static long Count(NodeStore store, string table) =>
        store.Read(session => session.First($"SELECT COUNT(*) FROM {table}", row => row.GetInt64(0)));
}
