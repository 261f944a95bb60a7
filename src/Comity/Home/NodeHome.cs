using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Home;

/// <summary>The folder of one node, closed to others: options, keys, the sealed storage key, the charters joined and, by default, the database.</summary>
/// <remarks>
/// <c>comity.json</c> options, written last: a folder without it is no home · <c>keys/</c> the online ring ·
/// <c>root/</c> the root ring, moved offline once it has signed · <c>storage.jwe</c> the storage key, encrypted to the member's own
/// encryption key · <c>application.jws</c> · <c>charters/</c> those joined, for people; the node reads its database · <c>index/</c> copies of the indexes · <c>comity.db</c>.
/// </remarks>
public sealed class NodeHome
{
    /// <summary>The length of the storage key, in bytes.</summary>
    public const int StorageKeyBytes = 32;

    private const string StorageKeyType = "comity-storage-key";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private NodeHome(string path, NodeOptions options) => (Path, Options) = (path, options);

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>The options as they were read: valid, and with what the environment overrides.</summary>
    public NodeOptions Options { get; private set; }

    /// <summary>The online ring.</summary>
    public string KeysFolder => In("keys");

    /// <summary>The root ring; not there once it was moved offline.</summary>
    public string RootFolder => In("root");

    /// <summary>What the member hands to whoever draws up the charter.</summary>
    public string ApplicationFile => In("application.jws");

    /// <summary>The charters joined.</summary>
    public string ChartersFolder => In("charters");

    /// <summary>Copies of the indexes, sealed, for the next start; may be deleted at any time.</summary>
    public string IndexFolder => In("index");

    private string OptionsFile => In("comity.json");

    private string StorageKeyFile => In("storage.jwe");

    /// <summary>Makes a home: rings, storage key, application and, last, the options. A crash before the end leaves a folder without <c>comity.json</c>, which <see cref="TryOpen"/> refuses.</summary>
    /// <param name="path">The folder; made where it does not exist.</param>
    /// <param name="details">What the State says of itself.</param>
    /// <param name="options">What goes into the section <c>Comity</c> beside the member.</param>
    /// <param name="passphrase">Of the online keys.</param>
    /// <param name="rootPassphrase">Of the root keys.</param>
    /// <param name="clock">The time.</param>
    /// <param name="randomness">Of the storage key and the log keys.</param>
    /// <returns>The thumbprint of the current root, to be read out in person.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    public static KeyId Create(
        string path, MemberApplication.Details details, JsonObject options, ReadOnlySpan<char> passphrase, ReadOnlySpan<char> rootPassphrase, TimeProvider clock, Randomness randomness)
    {
        var home = new NodeHome(System.IO.Path.GetFullPath(path), new NodeOptions { Member = details.Code });
        MakePrivate(home.Path);
        MakePrivate(home.ChartersFolder);
        using var online = KeyRing.Generate(KeyRing.Online, randomness);
        using var root = KeyRing.Generate([KeyUse.Root], randomness);
        online.Save(home.KeysFolder, passphrase);
        root.Save(home.RootFolder, rootPassphrase);
        byte[] storageKey = randomness.Bytes(StorageKeyBytes);
        home.SealStorageKey(online, storageKey, randomness);
        CryptographicOperations.ZeroMemory(storageKey);
        DurableFile.Replace(home.ApplicationFile, MemberApplication.Create(details, online, root, clock.GetUtcNow()).ToJson());
        home.Write(OptionsOf(details, options));
        return root.Current(KeyUse.Root).Id;
    }

    /// <summary>What would be wrong with a home made of this: a fault of the application by its JSON path, one of the options in the words of the file. Nothing is written.</summary>
    public static IReadOnlyList<string> Check(MemberApplication.Details details, JsonObject options, TimeProvider clock, Randomness randomness)
    {
        using var online = KeyRing.Generate(KeyRing.Online, randomness);
        using var root = KeyRing.Generate([KeyUse.Root], randomness);
        MemberApplication.TryRead(MemberApplication.Create(details, online, root, clock.GetUtcNow()).ToJson(), out _, out var faults);
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(OptionsOf(details, options).ToJsonString()));
        NodeOptions.Read(new ConfigurationBuilder().AddJsonStream(json).Build(), out var optionFaults);
        return [.. faults, .. optionFaults];
    }

    private static JsonObject OptionsOf(MemberApplication.Details details, JsonObject options)
    {
        var section = new JsonObject { ["Member"] = details.Code.ToString() };
        foreach (var (name, value) in options)
        {
            section[name] = value?.DeepClone();
        }

        return new JsonObject { [NodeOptions.Section] = section };
    }

    /// <summary>Whether a folder holds a finished home.</summary>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(path, "comity.json"));

    /// <summary>Opens a home and checks its options.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="home">The home.</param>
    /// <param name="faults">On failure, everything that is wrong, each in the words of the file.</param>
    /// <param name="over">Options that are set over the file and the environment, by name as in the file; null values set nothing.</param>
    public static bool TryOpen(string path, [NotNullWhen(true)] out NodeHome? home, out IReadOnlyList<string> faults, params (string Name, string? Value)[] over)
    {
        home = null;
        string folder = System.IO.Path.GetFullPath(path);
        string file = System.IO.Path.Combine(folder, "comity.json");
        if (!File.Exists(file))
        {
            faults = [Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()
                ? $"{folder} has no comity.json: it is no home of a node, or its comity init did not finish"
                : $"{folder} is no home of a node: comity init makes one"];
            return false;
        }

        if (!NodeOptions.TryReadFile(file, out byte[] content, out string? fault))
        {
            faults = [fault];
            return false;
        }

        IConfiguration configuration;
        try
        {
            configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(content)).AddEnvironmentVariables()
                .AddInMemoryCollection(over.Where(option => option.Value is not null).Select(option => KeyValuePair.Create($"{NodeOptions.Section}:{option.Name}", option.Value))).Build();
        }
        catch (FormatException)
        {
            // Names of options are equal whatever their case.
            faults = [$"{file} names an option twice"];
            return false;
        }

        var options = NodeOptions.Read(configuration, out faults);
        var opened = new NodeHome(folder, options);
        faults = [.. faults, .. opened.MissingFiles()];
        home = faults.Count == 0 ? opened : null;
        return home is not null;
    }

    /// <summary>Reads the online keys.</summary>
    /// <param name="passphrase">As they were saved with.</param>
    /// <param name="ring">The ring, which the caller disposes of.</param>
    /// <param name="fault">On failure, which file and why.</param>
    public bool TryLoadKeys(ReadOnlySpan<char> passphrase, [NotNullWhen(true)] out KeyRing? ring, [NotNullWhen(false)] out string? fault) =>
        TryLoadRing(KeysFolder, KeyRing.Online, passphrase, out ring, out fault);

    /// <summary>Reads a ring from a folder.</summary>
    /// <param name="folder">As it was saved.</param>
    /// <param name="uses">The uses that it must have keys for.</param>
    /// <param name="passphrase">As it was saved with.</param>
    /// <param name="ring">The ring, which the caller disposes of.</param>
    /// <param name="fault">On failure, which file and why.</param>
    public static bool TryLoadRing(
        string folder, IEnumerable<KeyUse> uses, ReadOnlySpan<char> passphrase, [NotNullWhen(true)] out KeyRing? ring, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        if (KeyRing.TryLoad(folder, passphrase, out ring, out var failure))
        {
            if (uses.All(ring.Has))
            {
                return true;
            }

            ring.Dispose();
            ring = null;
            fault = $"{folder} holds no {string.Join(", ", uses).ToLowerInvariant()} keys";
            return false;
        }

        fault = failure switch
        {
            KeyFileResult.Missing missing => $"{missing.Path} is not there",
            KeyFileResult.WrongPassphrase wrong => $"{wrong.Path}: the passphrase is not the one that it was written with",
            KeyFileResult.Broken broken => $"{broken.Path} {broken.Detail}",
            _ => $"{folder} cannot be read",
        };
        return false;
    }

    /// <summary>Opens the storage key with an encryption key of the ring, retired ones too.</summary>
    /// <param name="ring">The online ring.</param>
    /// <param name="key">The 32 bytes.</param>
    /// <param name="fault">On failure, why.</param>
    public bool TryLoadStorageKey(KeyRing ring, [NotNullWhen(true)] out byte[]? key, [NotNullWhen(false)] out string? fault)
    {
        key = null;
        if (!File.Exists(StorageKeyFile))
        {
            fault = $"{StorageKeyFile} is not there: without it nothing stored can be read";
            return false;
        }

        var opened = Jwe.Decrypt(Encoding.Latin1.GetString(File.ReadAllBytes(StorageKeyFile)).Trim(), StorageKeyType, ring.FindAgreement, maxLength: 16_384);
        key = opened is JweResult.Opened { Plaintext: { Length: StorageKeyBytes } plain } ? plain : null;
        fault = key is not null ? null
            : opened is JweResult.Refused refused ? $"{StorageKeyFile}: {refused.Detail}"
            : $"{StorageKeyFile}: does not hold {StorageKeyBytes} bytes";
        return key is not null;
    }

    /// <summary>Encrypts the storage key to the ring's current encryption key.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    internal void SealStorageKey(KeyRing ring, ReadOnlySpan<byte> key, Randomness randomness) =>
        DurableFile.Replace(StorageKeyFile, Encoding.ASCII.GetBytes(Jwe.Encrypt(key, ring.Current(KeyUse.Encryption).Public, StorageKeyType, randomness) + "\n"));

    /// <summary>Opens the database, its schema made or brought up to date.</summary>
    /// <exception cref="StorageException">It cannot be opened.</exception>
    public NodeStore OpenStore()
    {
        var database = OpenDatabase();
        try
        {
            database.Migrate();
            return new NodeStore(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Who this node is.</summary>
    /// <param name="ring">The online ring.</param>
    /// <returns>Null before <c>comity join</c>.</returns>
    public NodeIdentity? Identity(KeyRing ring) =>
        Options.Genesis is { } genesis ? new NodeIdentity(Options.Member, genesis, ring, NodeIdentity.SpokenVersions) : null;

    /// <summary>Writes the network's genesis into <c>comity.json</c>; the rest of the file stays as it is.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void SetGenesis(CharterHash genesis)
    {
        if (Options.Genesis == genesis)
        {
            return;
        }

        var json = JsonNode.Parse(File.ReadAllBytes(OptionsFile))!.AsObject();
        json[NodeOptions.Section]!["Genesis"] = genesis.ToString();
        Write(json);
        Options = Options with { Genesis = genesis };
    }

    /// <summary>The database that options name; empty where they name none.</summary>
    internal static string DatabaseIn(byte[] options) => JsonNode.Parse(options)?[NodeOptions.Section]?["Database"]?.GetValue<string>() ?? "";

    /// <summary>Writes the options of a home that was restored, with its database.</summary>
    internal static void WriteOptions(string folder, byte[] options, string database)
    {
        var json = JsonNode.Parse(options)!.AsObject();
        json[NodeOptions.Section]!["Database"] = database;
        new NodeHome(folder, new NodeOptions()).Write(json);
    }

    /// <summary>A path in the options, from the home folder unless it is absolute.</summary>
    public string Resolve(string path) => System.IO.Path.Combine(Path, path);

    /// <summary>Makes a folder that only its owner may enter.</summary>
    internal static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, Private);
        File.SetUnixFileMode(folder, Private);   // it may have been there, open to others
    }

    /// <summary>Names the database, to look at beside a running node.</summary>
    internal IDatabase LookAtDatabase() => Options.DatabaseIsFile ? new SqliteDatabase(Resolve(Options.Database)) : Databases.Look(Options.Database);

    /// <summary>Names the database; nothing is opened, and its schema stays as it is.</summary>
    internal IDatabase OpenDatabase() => Options.DatabaseIsFile ? new SqliteDatabase(Resolve(Options.Database)) : Databases.Open(Options.Database);

    private IEnumerable<string> MissingFiles()
    {
        if (Options.Api is { IsHttps: true } api)
        {
            foreach (var (name, path) in new[] { ("Api:Certificate", api.Certificate), ("Api:CertificateKey", api.CertificateKey) })
            {
                if (path is not null && !File.Exists(Resolve(path)))
                {
                    yield return NodeOptions.Fault(name, $"is {path}; there is no such file");
                }
            }
        }
    }

    private void Write(JsonObject json) => DurableFile.Replace(OptionsFile, Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n"));

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
