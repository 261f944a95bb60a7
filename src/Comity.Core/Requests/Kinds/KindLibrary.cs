using System.Collections.Frozen;
using System.Reflection;
using Comity.Core.Members;
using Comity.Core.Requests.Kinds.Reading;

namespace Comity.Core.Requests.Kinds;

/// <summary>The kinds that a node knows: those of the program and those in a folder of its own.</summary>
public sealed class KindLibrary
{
    /// <summary>The ending of a kind's file.</summary>
    public const string Ending = ".yaml";

    private const int MostFiles = 500;
    private const string Shipped = "Comity.Core.Requests.Kinds.Shipped.";
    private static readonly Lazy<KindLibrary> OfProgram = new(() => Load(null, out var faults) ?? throw new InvalidOperationException(string.Join('\n', faults)));
    private readonly FrozenDictionary<RegisterName, RequestKind> _kinds;

    private KindLibrary(IEnumerable<RequestKind> kinds) => _kinds = kinds.ToFrozenDictionary(kind => kind.Name);

    /// <summary>The kinds of the program alone.</summary>
    public static KindLibrary Program => OfProgram.Value;

    /// <summary>All kinds by name.</summary>
    public IEnumerable<RequestKind> All => _kinds.Values.OrderBy(kind => kind.Name);

    /// <summary>The kind of a name; null where there is none.</summary>
    public RequestKind? Find(RegisterName name) => _kinds.GetValueOrDefault(name);

    /// <summary>Reads the program's kinds, and those of a folder; one of the same name in the folder takes the program's place.</summary>
    /// <param name="folder">The folder; null, or not there: the program's alone.</param>
    /// <param name="faults">What is wrong with any file; all of it at once.</param>
    /// <returns>Null where anything is wrong: a node does not start with a kind that it cannot read.</returns>
    public static KindLibrary? Load(string? folder, out IReadOnlyList<KindFault> faults)
    {
        var found = new List<KindFault>();
        var kinds = new Dictionary<RegisterName, RequestKind>();
        foreach (var (file, bytes) in ShippedFiles())
        {
            if (Read(file, bytes, found) is { } kind)
            {
                kinds[kind.Name] = kind;
            }
        }

        ReadFolder(folder, kinds, found);
        foreach (var kind in kinds.Values)
        {
            CheckFollowUps(kind, kinds, found);
        }

        faults = found;
        return found.Count == 0 ? new KindLibrary(kinds.Values) : null;
    }

    private static void ReadFolder(string? folder, Dictionary<RegisterName, RequestKind> kinds, List<KindFault> found)
    {
        if (folder is null || !Directory.Exists(folder))
        {
            return;
        }

        var files = Directory.GetFiles(folder, "*" + Ending).Order(StringComparer.Ordinal).ToList();
        if (files.Count > MostFiles)
        {
            found.Add(new KindFault(folder, 0, "", $"holds more than {MostFiles} files"));
            return;
        }

        var own = new Dictionary<RegisterName, string>();
        foreach (var file in files)
        {
            var name = Path.GetFileName(file);
            if (ReadFile(file, name, found) is not { } kind)
            {
                continue;
            }

            if (!own.TryAdd(kind.Name, name))
            {
                found.Add(new KindFault(name, 1, "kind", $"{kind.Name} is declared in {own[kind.Name]}, too"));
            }

            kinds[kind.Name] = kind;
        }
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
    private static void CheckFollowUps(RequestKind kind, Dictionary<RegisterName, RequestKind> kinds, List<KindFault> found)
    {
        foreach (var followUp in kind.FollowUps)
        {
            var path = $"follow-ups.{followUp.Name}";
            if (!kinds.TryGetValue(followUp.Kind, out var next))
            {
                found.Add(new KindFault(kind.Name + Ending, 0, path + ".kind", $"{followUp.Kind} is not known"));
                continue;
            }

            var ask = next.Act(RequestKind.Ask)!;
            foreach (var fill in followUp.Fills)
            {
                var from = kind.Act(fill.Act)?.Field(fill.From);
                if (ask.Field(fill.Field) is not { } field)
                {
                    found.Add(new KindFault(kind.Name + Ending, 0, $"{path}.fills.{fill.Field}", $"is no field of {followUp.Kind}"));
                }
                else if (from is not null && !Fits(from, field))
                {
                    found.Add(new KindFault(kind.Name + Ending, 0, $"{path}.fills.{fill.Field}", $"cannot be filled from {fill.Act}.{fill.From}, which is of another type"));
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
