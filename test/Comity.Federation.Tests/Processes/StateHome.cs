using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.Home;
using Comity.TravelDocuments;

namespace Comity.Federation.Tests.Processes;

/// <summary>The homes of States that are in one network, as commands would have left them on disk; gone when disposed of.</summary>
internal sealed class StateHomes : IDisposable
{
    public const string Passphrase = "a passphrase of these tests";
    private readonly string _folder = Directory.CreateTempSubdirectory("comity-processes-").FullName;

    private StateHomes()
    {
    }

    public List<StateHome> All { get; } = [];

    public StateHome this[string code] => All.Single(home => home.Code == code);

    /// <summary>A folder for whatever a test puts beside the homes.</summary>
    public string In(string name) => Path.Combine(_folder, name);

    public static StateHomes Make(params string[] codes)
    {
        var homes = new StateHomes();
        homes.SetUpAsync(codes).GetAwaiter().GetResult();
        return homes;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }

        foreach (var folder in Directory.GetDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }

    /// <summary>The same States with homes of their own, as they were left.</summary>
    public StateHomes Copy()
    {
        var copy = new StateHomes();
        copy.All.AddRange(All.Select(home => home.CopyTo(copy.In(home.Code.ToLowerInvariant()))));
        return copy;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task SetUpAsync(string[] codes)
    {
        File.WriteAllText(In("passphrase"), Passphrase + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(In("passphrase"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var draft = CharterDraft.New("lighthouse", TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1), 8);
        draft.Json["threshold"] = codes.Length;
        draft.Put(new RegisterTerms(
            DocumentRegister.RegisterName, SharingMode.Replicated, [Purpose.Parse("border-control"), Purpose.Parse("police-check")], [SharingPair.All],
            TimeSpan.FromDays(3653), TimeSpan.FromHours(1), TimeSpan.FromHours(24), RevocationMayBeStale: true, [], null));
        List<KeyRing> roots = [];
        foreach (var code in codes)
        {
            var (home, application, root) = StateHome.Create(In(code.ToLowerInvariant()), In("passphrase"), code);
            All.Add(home);
            roots.Add(root);
            draft.Put(application);
        }

        Assert.True(draft.TryFinish(out var charter, out var faults), string.Join("; ", faults));
        var document = roots.Aggregate(charter.Document, (signed, root) => signed.SignedBy(root.Current(KeyUse.Root).Signer));
        Assert.True(Charter.TryRead(document.ToJson(), out var genesis, out faults), string.Join("; ", faults));
        roots.ForEach(root => root.Dispose());
        foreach (var home in All)
        {
            await home.JoinAsync(genesis);
        }
    }
}

/// <summary>What all tests with processes start from: making keys takes time. They run one after the other, for they share ports and processors.</summary>
public sealed class ProcessFixture : IDisposable
{
    internal StateHomes Homes { get; } = StateHomes.Make("UTO", "XAR", "XLY");

    public void Dispose() => Homes.Dispose();
}

[CollectionDefinition(Name, DisableParallelization = true)]   // deadlines of seconds are part of what is tested
public sealed class ProcessCollection : ICollectionFixture<ProcessFixture>
{
    public const string Name = "processes";
}

/// <summary>One State's home, its keys in memory, and a token that may do everything.</summary>
internal sealed class StateHome
{
    private readonly byte[] _storageKey;

    private StateHome(string folder, string passphraseFile, string code, KeyRing ring, byte[] storageKey, int exchangePort) =>
        (Folder, PassphraseFile, Code, Ring, _storageKey, ExchangePort) = (folder, passphraseFile, code, ring, storageKey, exchangePort);

    public string Code { get; }

    public MemberCode Member => MemberCode.Parse(Code);

    public string Folder { get; private set; }

    public string PassphraseFile { get; }

    public KeyRing Ring { get; private set; }

    /// <summary>What the charter says.</summary>
    public int ExchangePort { get; }

    public int ApiPort { get; private set; } = StateHomes.FreePort();

    public string Token { get; set; } = "";

    /// <summary>The connection string where it is not the file in the folder.</summary>
    public string? Database { get; set; }

    public Uri Exchange => new($"https://127.0.0.1:{ExchangePort}");

    public static (StateHome Home, MemberApplication Application, KeyRing Root) Create(string folder, string passphraseFile, string code)
    {
        var port = StateHomes.FreePort();
        var contact = new ContactPoint("Duty desk", "+999 1 555 01 00", "desk@example.org", ["en", "fr"], "24/7");
        var details = new MemberApplication.Details(
            MemberCode.Parse(code), new MemberName(code, code), [IssuingCode.Parse(code)], new Uri($"https://127.0.0.1:{port}"), contact);
        NodeHome.Create(folder, details, [], StateHomes.Passphrase, StateHomes.Passphrase, TimeProvider.System, Randomness.System);
        Assert.True(NodeHome.TryOpen(folder, out var home, out var faults), string.Join("; ", faults));
        Assert.True(home.TryLoadKeys(StateHomes.Passphrase, out var ring, out _));
        Assert.True(home.TryLoadStorageKey(ring, out var storageKey, out _));
        Assert.True(NodeHome.TryLoadRing(home.RootFolder, [KeyUse.Root], StateHomes.Passphrase, out var root, out _));
        Assert.True(MemberApplication.TryRead(File.ReadAllBytes(home.ApplicationFile), out var application, out _));
        Weaken(home.KeysFolder, ring);
        return (new StateHome(folder, passphraseFile, code, ring, storageKey, port), application, root);
    }

    /// <summary>A home that is there already, with a port of its own for partners.</summary>
    public static StateHome Open(string folder, string passphraseFile, string code, string? database)
    {
        Assert.True(NodeHome.TryOpen(folder, out var home, out var faults), string.Join("; ", faults));
        Assert.True(home.TryLoadKeys(StateHomes.Passphrase, out var ring, out var fault), fault);
        Assert.True(home.TryLoadStorageKey(ring, out var storageKey, out fault), fault);
        Weaken(home.KeysFolder, ring);
        return new StateHome(folder, passphraseFile, code, ring, storageKey, StateHomes.FreePort()) { Database = database };
    }

    public async Task JoinAsync(Charter genesis)
    {
        Assert.True(NodeHome.TryOpen(Folder, out var home, out _));
        using var store = home.OpenStore();
        await store.WriteAsync(session => Membership.InsertCharter(session, genesis));
        home.SetGenesis(genesis.Hash);
        var node = Open(store);
        var purposes = genesis.Registers.First().Purposes;
        (Token, _) = await node.Tokens.MakeAsync(Actor.Node, "duty desk", Rights.Check | Rights.Publish | Rights.Audit | Rights.Operate, [.. purposes], TimeSpan.FromDays(1));
    }

    /// <summary>The same State with a copy of its home elsewhere.</summary>
    public StateHome CopyTo(string folder)
    {
        StateHomes.Copy(Folder, folder);
        return new StateHome(folder, PassphraseFile, Code, Ring, _storageKey, ExchangePort) { Token = Token, Database = Database };
    }

    /// <summary>The same home for another process of the node, which listens elsewhere.</summary>
    public StateHome Sibling() => new(Folder, PassphraseFile, Code, Ring, _storageKey, StateHomes.FreePort()) { Token = Token, Database = Database };

    /// <summary>The same State with the home that a command made in a folder.</summary>
    public StateHome At(string folder, string? database = null) =>
        new(folder, PassphraseFile, Code, Ring, _storageKey, ExchangePort) { Token = Token, Database = database };

    /// <summary>Reads the keys again, after a command has rotated some.</summary>
    public void Reload()
    {
        Assert.True(NodeHome.TryOpen(Folder, out var home, out _));
        Assert.True(home.TryLoadKeys(StateHomes.Passphrase, out var ring, out var fault), fault);
        Ring = ring;
    }

    /// <summary>The passphrase under which the keeper of the root has its keys.</summary>
    public const string RootPassphrase = "a passphrase of the keeper of the root";

    /// <summary>Puts the root keys of a home into a folder of their own, under the passphrase of their keeper.</summary>
    public string SealRootApart(string folder, StateHome from)
    {
        Assert.True(NodeHome.TryLoadRing(Path.Combine(from.Folder, "root"), [KeyUse.Root], StateHomes.Passphrase, out var root, out var fault), fault);
        using (root)
        {
            root.Save(folder, RootPassphrase);
        }

        return folder;
    }

    /// <summary>Puts everything that the home's file holds into another, empty database.</summary>
    public async Task MoveToAsync(string connection)
    {
        List<(string Hash, byte[] Content)> charters;
        using (var store = OpenStore())
        {
            charters = store.Read(session => session.Query("SELECT hash, content FROM charter ORDER BY number", row => (row.GetString(0), row.Bytes(1))));
        }

        Database = connection;
        using var other = OpenStore();
        Assert.True(Charter.TryRead(charters[0].Content, out var genesis, out _));
        await other.WriteAsync(session => Membership.InsertCharter(session, genesis));
        (Token, _) = await Open(other).Tokens.MakeAsync(
            Actor.Node, "duty desk", Rights.Check | Rights.Publish | Rights.Audit | Rights.Operate, [.. genesis.Registers.First().Purposes], TimeSpan.FromDays(1));
    }

    public NodeStore OpenStore()
    {
        var database = Database is null ? new SqliteDatabase(Path.Combine(Folder, "comity.db")) : Databases.Open(Database);
        database.Migrate();
        return new NodeStore(database);
    }

    /// <summary>A node on a store of this home, in this process and with no line.</summary>
    /// <param name="store">The store.</param>
    /// <param name="register">Its documents, where the test looks at them.</param>
    /// <param name="snapshots">A folder for copies of the index; null for none.</param>
    public Node Open(NodeStore store, DocumentRegister? register = null, string? snapshots = null)
    {
        Assert.True(NodeHome.TryOpen(Folder, out var home, out var faults), string.Join("; ", faults));
        return Node.Open(new NodeParts
        {
            Store = store, Identity = home.Identity(Ring)!, StorageKey = _storageKey, Registers = [register ?? new DocumentRegister()], Line = _ => new NoLine(), SnapshotFolder = snapshots,
        });
    }

    /// <summary>Opens the store as a restart would, walks everything, and lets a test look further.</summary>
    public T Verified<T>(Func<Node, T> look)
    {
        using var store = OpenStore();
        var node = Open(store);
        var verified = new LedgerVerification(node.Context).Run();
        Assert.True(verified.Fault is null, verified.Fault);
        Assert.Equal(0, node.Unreadable);
        return look(node);
    }

    /// <summary>Encrypts the key files again with one round of key derivation: how long a start takes is not what is tested here.</summary>
    private static void Weaken(string folder, KeyRing ring)
    {
        foreach (var key in KeyRing.Online.SelectMany(use => new[] { ring.Current(use), ring.Next(use) }))
        {
            var file = Path.Combine(folder, $"{MemberKeys.Spell(key.Use)}-{key.Id}.pem");
            var der = Pkcs8PrivateKeyInfo.Decode(key.ToPkcs8(), out _).Encrypt(StateHomes.Passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1));
            File.WriteAllText(
                file,
                $"Comity key: {MemberKeys.Spell(key.Use)}\nKey id: {key.Id}\nSHA-256: {Convert.ToHexStringLower(SHA256.HashData(der))}\n{PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", der)}\n",
                Encoding.ASCII);
        }
    }

    private sealed class NoLine : ILine
    {
        public Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel) => throw new LineDownException("there is no line");
    }
}
