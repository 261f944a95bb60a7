using System.Collections.Frozen;
using System.Reflection;
using Comity.Core.Members;
using Comity.Core.Requests.Kinds.Reading;

namespace Comity.Core.Requests.Kinds;

/// <summary>
/// The kinds that a node knows: those of the program and those in a folder of its own. Of one kind there may be several versions: requests come to
/// their end under the one they were made under.
/// </summary>
public sealed class KindLibrary
{
    /// <summary>The ending of a kind's file.</summary>
    public const string Ending = ".yaml";

    private const int MostFiles = 500;
    private const string Shipped = "Comity.Core.Requests.Kinds.Shipped.";
    private static readonly Lazy<KindLibrary> OfProgram = new(() => Load(null, out var faults) ?? throw new InvalidOperationException(string.Join('\n', faults)));
    private readonly FrozenDictionary<RegisterName, RequestKind> _kinds;
    private readonly FrozenDictionary<KindDigest, RequestKind> _versions;

    private KindLibrary(IReadOnlyCollection<RequestKind> versions)
    {
        _kinds = versions.GroupBy(kind => kind.Name).ToFrozenDictionary(group => group.Key, group => group.MaxBy(kind => kind.Version)!);
        _versions = versions.ToFrozenDictionary(kind => kind.Digest);
    }

    /// <summary>The kinds of the program alone.</summary>
    public static KindLibrary Program => OfProgram.Value;

    /// <summary>All kinds by name, each in its newest version.</summary>
    public IEnumerable<RequestKind> All => _kinds.Values.OrderBy(kind => kind.Name);

    /// <summary>Every version of every kind.</summary>
    public IEnumerable<RequestKind> Versions => _versions.Values.OrderBy(kind => kind.Name).ThenBy(kind => kind.Version);

    /// <summary>The newest version of a kind; null where there is none.</summary>
    public RequestKind? Find(RegisterName name) => _kinds.GetValueOrDefault(name);

    /// <summary>The very version that a charter or a request names; null where it is not here.</summary>
    public RequestKind? Find(RegisterName name, KindDigest digest) => _versions.GetValueOrDefault(digest) is { } kind && kind.Name == name ? kind : null;

    /// <summary>Reads the program's kinds, and those of a folder. What the folder has of one name stands beside the program's, with a version of its own.</summary>
    /// <param name="folder">The folder; null, or not there: the program's alone.</param>
    /// <param name="faults">What is wrong with any file; all of it at once.</param>
    /// <returns>Null where anything is wrong: a node does not start with a kind that it cannot read.</returns>
    public static KindLibrary? Load(string? folder, out IReadOnlyList<KindFault> faults)
    {
        var found = new List<KindFault>();
        var kinds = new Dictionary<(RegisterName, int), (RequestKind Kind, string File)>();
        foreach (var (file, kind) in ShippedFiles().Select(shipped => (shipped.File, Read(shipped.File, shipped.Bytes, found))).Concat(FolderFiles(folder, found)))
        {
            if (kind is null)
            {
                continue;
            }

            if (!kinds.TryAdd((kind.Name, kind.Version), (kind, file)) && kinds[(kind.Name, kind.Version)] is var (there, other) && there.Digest != kind.Digest)
            {
                found.Add(new KindFault(file, 0, "version", $"{kind.Version} of {kind.Name} is declared otherwise in {other}: give yours another version"));
            }
        }

        var library = new KindLibrary([.. kinds.Values.Select(one => one.Kind)]);
        foreach (var (kind, file) in kinds.Values)
        {
            CheckFollowUps(kind, file, library, found);
        }

        faults = found;
        return found.Count == 0 ? library : null;
    }

    private static IEnumerable<(string File, RequestKind? Kind)> FolderFiles(string? folder, List<KindFault> found)
    {
        var files = folder is not null && Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Ending) : [];
        if (files.Length > MostFiles)
        {
            found.Add(new KindFault(folder!, 0, "", $"holds more than {MostFiles} files"));
            return [];
        }

        return files.Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), ReadFile(file, Path.GetFileName(file), found)));
    }

    /// <summary>Reads one file from disk, at most as much of it as a kind may have.</summary>
    public static RequestKind? ReadFile(string path, string name, ICollection<KindFault> faults)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[Math.Min(stream.Length, KindYaml.MaxBytes + 1)];
            stream.ReadExactly(bytes);
            return Read(name, bytes, faults);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(new KindFault(name, 0, "", "cannot be read: " + e.Message));
            return null;
        }
    }

    private static RequestKind? Read(string file, ReadOnlyMemory<byte> bytes, ICollection<KindFault> faults)
    {
        if (KindReader.TryRead(file, bytes, out var kind, out var found))
        {
            return kind;
        }

        foreach (var fault in found)
        {
            faults.Add(fault);
        }

        return null;
    }

    // What one kind fills in another can be checked only where both are known.
    private static void CheckFollowUps(RequestKind kind, string file, KindLibrary kinds, List<KindFault> found)
    {
        foreach (var followUp in kind.FollowUps)
        {
            var path = $"follow-ups.{followUp.Name}";
            if (kinds.Find(followUp.Kind) is not { } next)
            {
                found.Add(new KindFault(file, 0, path + ".kind", $"{followUp.Kind} is not known"));
                continue;
            }

            var ask = next.Act(RequestKind.Ask)!;
            foreach (var fill in followUp.Fills)
            {
                var from = kind.Act(fill.Act)?.Field(fill.From);
                if (ask.Field(fill.Field) is not { } field)
                {
                    found.Add(new KindFault(file, 0, $"{path}.fills.{fill.Field}", $"is no field of {followUp.Kind}"));
                }
                else if (from is not null && !Fits(from, field))
                {
                    found.Add(new KindFault(file, 0, $"{path}.fills.{fill.Field}", $"cannot be filled from {fill.Act}.{fill.From}, which is of another type"));
                }
            }
        }
    }

    private static bool Fits(KindField from, KindField to) =>
        (from.Type == to.Type || (from.Type == FieldType.Text && to.Type == FieldType.LongText)) && (!from.IsList || to.IsList)
        && (to.Type != FieldType.Choice || from.Choices.All(choice => to.Choices.Any(other => other.Name == choice.Name)));

    private static IEnumerable<(string File, byte[] Bytes)> ShippedFiles()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Shipped, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            yield return (name[Shipped.Length..], bytes);
        }
    }
}
