using System.Globalization;
using Comity.Core;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.Home;
using Comity.Web;
using Npgsql;

namespace Comity.Backups;

/// <summary>Backups of a node: made while it works, verified, pruned, restored. See docs/operating.md, "Backup".</summary>
/// <remarks>The passphrase is never in one, nor are the root keys. The secrets of bodies lie in a file of their own, which is deleted first.</remarks>
internal static class Backup
{
    private const string HomeFolder = "home";
    private const string Partial = ".partial";
    private static readonly string[] HomeFiles = ["comity.json", "storage.jwe", "application.jws"];
    private static readonly string[] HomeFolders = ["keys", "charters"];

    /// <summary>Makes a backup of a home in a folder of its own, named by member and time.</summary>
    /// <param name="home">The node's home.</param>
    /// <param name="into">Where backups are kept; made where it does not exist.</param>
    /// <param name="keyDays">For how many days the secrets of bodies are to be kept.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="StorageException">The database cannot be copied.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static (string Folder, Manifest Manifest) Make(NodeHome home, string into, int keyDays, DateTimeOffset now)
    {
        NodeHome.MakePrivate(into);
        var folder = Path.Combine(into, $"{home.Options.Member}-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}");
        if (Directory.Exists(folder))
        {
            throw new IOException($"{folder} is there already");
        }

        var partial = folder + Partial;
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }

        NodeHome.MakePrivate(partial);
        var (copy, keys) = (Path.Combine(partial, "database" + Extension(home)), Path.Combine(partial, Manifest.KeysName + Extension(home)));
        var (schema, logs) = CopyDatabase(home, copy, keys);
        CopyHome(home, Path.Combine(partial, HomeFolder));
        var manifest = new Manifest
        {
            Member = home.Options.Member,
            Genesis = home.Options.Genesis,
            Made = now,
            KeyDays = keyDays,
            Program = NodeHost.Version,
            Schema = schema,
            Database = home.Options.DatabaseIsFile ? "SQLite" : "PostgreSQL",
            Logs = logs,
            Files = [.. Directory.EnumerateFiles(partial, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(partial, file).Replace('\\', '/')).Order(StringComparer.Ordinal).Select(file => BackupFile.Of(partial, file))],
        };
        manifest.Write(partial);
        Directory.Move(partial, folder);
        DurableFile.SyncDirectory(into);
        return (folder, manifest);
    }

    /// <summary>Everything that is wrong with a backup; empty where it can be restored.</summary>
    /// <param name="folder">The backup.</param>
    /// <param name="manifest">What it says of itself; null where it cannot be read.</param>
    public static IReadOnlyList<string> Verify(string folder, out Manifest? manifest)
    {
        if (!Manifest.TryRead(folder, out manifest, out var fault))
        {
            return [fault];
        }

        List<string> faults = [.. manifest.Files.Select(file => FaultOf(folder, file)).OfType<string>()];
        var copy = Path.Combine(folder, manifest.DatabaseFile.Name);
        if (faults.Count == 0 && (manifest.Database == "SQLite" ? SqliteCopy.Check(copy, manifest.Logs) : PostgresCopy.Check(copy)) is { } damaged)
        {
            faults.Add($"{copy}: {damaged}");
        }

        return faults;
    }

    /// <summary>Deletes what is older than it may be: whole backups, and of younger ones the secrets of bodies. The newest backup stays as it is.</summary>
    /// <returns>What was deleted.</returns>
    public static IReadOnlyList<string> Prune(string into, MemberCode member, int keepDays, int keyDays, DateTimeOffset now)
    {
        var backups = Directory.EnumerateDirectories(into, $"{member}-*").Where(folder => !folder.EndsWith(Partial, StringComparison.Ordinal))
            .Select(folder => (Folder: folder, Manifest: Manifest.TryRead(folder, out var manifest, out _) ? manifest : null))
            .Where(backup => backup.Manifest?.Member == member).OrderByDescending(backup => backup.Manifest!.Made).ToList();
        List<string> deleted = [];
        foreach (var (folder, manifest) in backups.Skip(1))
        {
            var keys = Path.Combine(folder, manifest!.KeysFile.Name);
            if (now - manifest.Made > TimeSpan.FromDays(keepDays))
            {
                File.Delete(Path.Combine(folder, Manifest.FileName));   // first: what is left of it is no backup
                Directory.Delete(folder, recursive: true);
                deleted.Add(folder);
            }
            else if (now - manifest.Made > TimeSpan.FromDays(keyDays) && File.Exists(keys))
            {
                File.Delete(keys);
                deleted.Add(keys);
            }
        }

        DurableFile.SyncDirectory(into);
        return deleted;
    }

    /// <summary>Makes a home of a backup. The node that starts in it asks its partners before it signs anything.</summary>
    /// <param name="folder">The backup.</param>
    /// <param name="target">The home; it must not exist, or be empty.</param>
    /// <param name="database">As <c>Database</c> in the options; null: as the backup's options say for PostgreSQL, else comity.db in the home.</param>
    /// <returns>What is wrong, or empty: then the home is there.</returns>
    /// <exception cref="StorageException">The database cannot be filled.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static IReadOnlyList<string> Restore(string folder, string target, string? database)
    {
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            return [$"--home: {target} is not empty: a backup is restored into a new home"];
        }

        if (Verify(folder = Path.GetFullPath(folder), out var manifest) is { Count: > 0 } faults)
        {
            return faults;
        }

        var options = File.ReadAllBytes(Path.Combine(folder, HomeFolder, "comity.json"));
        var setting = database ?? (manifest!.Database == "SQLite" ? "comity.db" : NodeHome.DatabaseIn(options));
        var settings = Settings(setting);
        var fault = (settings is null) != (manifest!.Database == "SQLite") ? $"the backup is of {manifest.Database}, and this names another kind of database"
            : settings is not null ? PostgresCopy.Occupied(settings)
            : File.Exists(Path.Combine(target, setting)) ? $"{setting} is there already" : null;
        if (fault is not null)
        {
            return [$"--database: {fault}"];
        }

        NodeHome.MakePrivate(target);
        foreach (var file in manifest.Files.Where(file => file.Name.StartsWith(HomeFolder + "/", StringComparison.Ordinal) && file.Name != HomeFolder + "/comity.json"))
        {
            var to = Path.Combine(target, file.Name[(HomeFolder.Length + 1)..]);
            NodeHome.MakePrivate(Path.GetDirectoryName(to)!);
            DurableFile.Replace(to, File.ReadAllBytes(Path.Combine(folder, file.Name)));
        }

        PastGuard.Mark(target, manifest.Made);   // before there is anything that could be signed on from
        var (copy, keys) = (Path.Combine(folder, manifest.DatabaseFile.Name), Path.Combine(folder, manifest.KeysFile.Name));
        if (settings is null)
        {
            SqliteCopy.Restore(copy, keys, Path.Combine(target, setting));
        }
        else
        {
            PostgresCopy.Restore(settings, copy, keys);
        }

        NodeHome.WriteOptions(target, options, setting);   // last: a folder without it is no home
        return [];
    }

    private static string? FaultOf(string folder, BackupFile file)
    {
        var path = Path.Combine(folder, file.Name);
        return !File.Exists(path)
            ? file.Name.StartsWith(Manifest.KeysName, StringComparison.Ordinal)
                ? $"{path} was deleted when its days were over: the logs can be proved from this backup, and nothing restored"
                : $"{path} is not there"
            : new FileInfo(path).Length != file.Bytes || !BackupFile.Of(folder, file.Name).Sha256.AsSpan().SequenceEqual(file.Sha256) ? $"{path} is not as it was written"
            : null;
    }

    private static (int Schema, List<BackupLog> Logs) CopyDatabase(NodeHome home, string copy, string keys)
    {
        if (Settings(home.Options.Database) is { } settings)
        {
            return PostgresCopy.Make(settings, copy, keys);
        }

        SqliteCopy.Make(home.Resolve(home.Options.Database), copy, keys);
        return SqliteCopy.Describe(copy);
    }

    /// <summary>Copies what people and keys need; a ring that is being rotated is copied again until it is whole.</summary>
    private static void CopyHome(NodeHome home, string to)
    {
        for (var tries = 0; ; tries++)
        {
            if (Directory.Exists(to))
            {
                Directory.Delete(to, recursive: true);
            }

            NodeHome.MakePrivate(to);
            try
            {
                foreach (var file in HomeFiles.Select(home.Resolve).Where(File.Exists))
                {
                    DurableFile.Replace(Path.Combine(to, Path.GetFileName(file)), File.ReadAllBytes(file));
                }

                foreach (var name in HomeFolders.Where(name => Directory.Exists(home.Resolve(name))))
                {
                    NodeHome.MakePrivate(Path.Combine(to, name));
                    foreach (var file in Directory.EnumerateFiles(home.Resolve(name)).Where(file => !Path.GetFileName(file).StartsWith('.')))
                    {
                        DurableFile.Replace(Path.Combine(to, name, Path.GetFileName(file)), File.ReadAllBytes(file));
                    }
                }

                if (KeyRing.IsWhole(Path.Combine(to, "keys")))
                {
                    return;
                }
            }
            catch (FileNotFoundException) when (tries < 10)
            {
                // a rotation took it away
            }

            if (tries == 10)
            {
                throw new IOException($"{home.KeysFolder}: the ring of keys is not whole");
            }
        }
    }

    private static NpgsqlConnectionStringBuilder? Settings(string database)
    {
        if (!new NodeOptions { Database = database }.DatabaseIsFile && Databases.Open(database) is PostgresDatabase postgres)
        {
            using (postgres)
            {
                return postgres.Settings;
            }
        }

        return null;
    }

    private static string Extension(NodeHome home) => home.Options.DatabaseIsFile ? ".sqlite" : ".dump";
}
