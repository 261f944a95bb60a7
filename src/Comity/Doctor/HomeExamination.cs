using Comity.Home;

namespace Comity.Doctor;

/// <summary>The folder, its options and its keys.</summary>
internal static class HomeExamination
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static IEnumerable<Finding> Options(Patient patient)
    {
        if (!NodeHome.TryOpen(patient.Folder, out var home, out var faults))
        {
            foreach (var fault in faults)
            {
                yield return Finding.Fault("options", fault, "Mend comity.json, or the variables COMITY__… that override it.");
            }

            yield break;
        }

        patient.Home = home;
        yield return Finding.Fine("options", $"{home.Options.Member}, {(home.Options.DatabaseIsFile ? "SQLite" : "PostgreSQL")}, API at {home.Options.Api.Listen}, exchange at {home.Options.ExchangeListen}");
        yield return Mode(patient.Folder);
        if (Directory.Exists(home.RootFolder))
        {
            yield return Finding.Notice("root keys", $"{home.RootFolder} lies on this machine.", "Move it to a medium that stays offline; bring it for signatures only.");
        }
    }

    public static IEnumerable<Finding> Keys(Patient patient)
    {
        if (patient.Home is not { } home)
        {
            yield break;
        }

        if (!Passphrase.TryFind(patient.PassphraseFile, out var passphrase, out var fault) || !home.TryLoadKeys(passphrase, out var ring, out fault))
        {
            yield return Finding.Fault("keys", fault, "Without keys and passphrase the node does not start; restore them from the backup.");
            yield break;
        }

        patient.Ring = ring;
        yield return home.TryLoadStorageKey(ring, out _, out fault)
            ? Finding.Fine("keys", "the passphrase opens every key, and the keys open the storage key")
            : Finding.Fault("keys", fault, "Restore storage.jwe together with the keys that it was sealed to.");
    }

    /// <summary>Behind a folder that nobody else may enter, the modes of the files do not matter.</summary>
    private static Finding Mode(string folder) => OperatingSystem.IsWindows() || (File.GetUnixFileMode(folder) & Others) == 0
        ? Finding.Fine("permissions", "nobody else may enter the home")
        : Finding.Fault("permissions", $"{folder} is open to others.", $"chmod go= {folder}");
}
