using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>
/// The private keys that one place holds: a node's signing, TLS, encryption and log keys, or, offline, the roots. On disk a
/// directory with one <see cref="KeyFile"/> a key and <c>keyring.json</c>, which says which is current and which next.
/// </summary>
public sealed class KeyRing : IDisposable
{
    /// <summary>The uses whose keys the node holds all the time.</summary>
    public static readonly IReadOnlyList<KeyUse> Online = [KeyUse.Signing, KeyUse.Tls, KeyUse.Encryption, KeyUse.Log];

    private const string IndexName = "keyring.json";
    private readonly Dictionary<KeyUse, Slot> _slots;

    private KeyRing(Dictionary<KeyUse, Slot> slots) => _slots = slots;

    /// <summary>The uses for which there are keys.</summary>
    public IEnumerable<KeyUse> Uses => _slots.Keys.Order();

    /// <summary>Makes a ring with new keys, a current and a next for each use.</summary>
    public static KeyRing Generate(IEnumerable<KeyUse> uses, Randomness randomness) =>
        new(uses.ToDictionary(use => use, use => new Slot(MemberKey.Generate(use, randomness), MemberKey.Generate(use, randomness), [])));

    /// <summary>Whether there are keys for this use here.</summary>
    public bool Has(KeyUse use) => _slots.ContainsKey(use);

    /// <summary>The key in use.</summary>
    /// <exception cref="KeyNotFoundException">There is none here: ask <see cref="Has"/>.</exception>
    public MemberKey Current(KeyUse use) => _slots[use].Current;

    /// <summary>The key that comes after it.</summary>
    /// <exception cref="KeyNotFoundException">There is none here: ask <see cref="Has"/>.</exception>
    public MemberKey Next(KeyUse use) => _slots[use].Next;

    /// <summary>The encryption key with this thumbprint, retired ones too, to open what was sent before a rotation; null where there is none.</summary>
    public AgreementKey? FindAgreement(KeyId id) =>
        _slots.GetValueOrDefault(KeyUse.Encryption)?.All.FirstOrDefault(k => k.Id == id)?.Agreement;

    /// <summary>A ring in which the next key is current and a new one next; a retired encryption key is kept, others are dropped. The keys are shared with this ring: dispose of the newest ring only.</summary>
    public KeyRing Rotate(KeyUse use, Randomness randomness)
    {
        var old = _slots[use];
        MemberKey[] retired = use == KeyUse.Encryption ? [.. old.Retired, old.Current] : [];
        return new KeyRing(new Dictionary<KeyUse, Slot>(_slots) { [use] = new Slot(old.Next, MemberKey.Generate(use, randomness), retired) });
    }

    /// <summary>Writes keys that are not there yet, then the index: after a crash the directory is the old ring or the new one. Files of dropped keys are deleted last.</summary>
    /// <param name="directory">Made where it does not exist, closed to others.</param>
    /// <param name="passphrase">For every file.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Save(string directory, ReadOnlySpan<char> passphrase)
    {
        MakePrivate(directory);
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in _slots.Values.SelectMany(s => s.All))
        {
            string name = FileName(key.Use, key.Id);
            files.Add(name);
            if (!File.Exists(Path.Combine(directory, name)))
            {
                KeyFile.Write(Path.Combine(directory, name), key, passphrase);
            }
        }

        DurableFile.Replace(Path.Combine(directory, IndexName), Encoding.UTF8.GetBytes(Index().ToJsonString(Indented) + "\n"));
        foreach (string path in Directory.EnumerateFiles(directory, "*.pem").Where(p => !files.Contains(Path.GetFileName(p))).ToArray())
        {
            File.Delete(path);
        }
    }

    /// <summary>Reads a ring.</summary>
    /// <param name="directory">As it was saved.</param>
    /// <param name="passphrase">As it was saved with.</param>
    /// <param name="ring">The ring.</param>
    /// <param name="failure">On failure, which file and why; never <see cref="KeyFileResult.Loaded"/>.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static bool TryLoad(
        string directory, ReadOnlySpan<char> passphrase, [NotNullWhen(true)] out KeyRing? ring, [NotNullWhen(false)] out KeyFileResult? failure)
    {
        ring = null;
        failure = ReadIndex(Path.Combine(directory, IndexName), out var index);
        if (failure is not null)
        {
            return false;
        }

        var loaded = new KeyRing([]);
        foreach (var (use, ids) in index)
        {
            var keys = new List<MemberKey>();
            foreach (var id in ids)
            {
                failure = KeyFile.Read(Path.Combine(directory, FileName(use, id)), use, passphrase);
                if (failure is not KeyFileResult.Loaded { Key: var key })
                {
                    keys.ForEach(k => k.Dispose());
                    loaded.Dispose();
                    return false;
                }

                keys.Add(key);
            }

            loaded._slots[use] = new Slot(keys[0], keys[1], keys[2..]);
        }

        failure = null;
        ring = loaded;
        return true;
    }

    /// <summary>Whether a directory has the index of a ring and every key in it; nothing is decrypted.</summary>
    public static bool IsWhole(string directory) => ReadIndex(Path.Combine(directory, IndexName), out var index) is null
        && index.All(use => use.Value.TrueForAll(id => File.Exists(Path.Combine(directory, FileName(use.Key, id)))));

    /// <summary>The public keys as a charter lists them, for the uses in this ring.</summary>
    public JsonObject ToCharterKeys()
    {
        var json = new JsonObject();
        foreach (var use in Uses)
        {
            json[MemberKeys.Spell(use)] = new JsonObject { ["current"] = Current(use).Public.ToJson(), ["next"] = Next(use).Public.ToJson(), ["retired"] = new JsonArray() };
        }

        return json;
    }

    /// <summary>Frees and zeroes every key.</summary>
    public void Dispose()
    {
        foreach (var key in _slots.Values.SelectMany(s => s.All))
        {
            key.Dispose();
        }
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private JsonObject Index()
    {
        var json = new JsonObject();
        foreach (var use in Uses)
        {
            json[MemberKeys.Spell(use)] = new JsonArray([.. _slots[use].All.Select(k => JsonValue.Create(k.Id.ToString()))]);
        }

        return json;
    }

    private static KeyFileResult? ReadIndex(string path, out Dictionary<KeyUse, List<KeyId>> index)
    {
        index = [];
        if (!File.Exists(path))
        {
            return new KeyFileResult.Missing(path);
        }

        if (!StrictJson.TryParseObject(File.ReadAllBytes(path), StrictJson.DefaultDepth, out var json, out string? fault))
        {
            return new KeyFileResult.Broken(path, fault);
        }

        var faults = new JsonFaults();
        var root = new JsonField(json, faults);
        foreach (var use in Enum.GetValues<KeyUse>())
        {
            if (root[MemberKeys.Spell(use)] is { IsPresent: true } ids)
            {
                index[use] = ids.Set(2, 1000, i => i.Value<KeyId>("a JWK thumbprint"));
            }
        }

        return faults.All.Count == 0 ? null : new KeyFileResult.Broken(path, string.Join("; ", faults.All));
    }

    private static string FileName(KeyUse use, KeyId id) => $"{MemberKeys.Spell(use)}-{id}.pem";

    private static void MakePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private sealed record Slot(MemberKey Current, MemberKey Next, IReadOnlyList<MemberKey> Retired)
    {
        public IEnumerable<MemberKey> All => [Current, Next, .. Retired];
    }
}
