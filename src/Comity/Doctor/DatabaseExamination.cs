using System.Diagnostics;
using System.Globalization;
using Comity.Core.Storage;

namespace Comity.Doctor;

/// <summary>The database, and the disk under it.</summary>
internal static class DatabaseExamination
{
    private const long LeastFree = 1L << 30;
    private const int Syncs = 20;
    private static readonly TimeSpan SlowSync = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan TooFast = TimeSpan.FromMicroseconds(30);   // no medium is that fast: somebody only says that it is written

    public static IEnumerable<Finding> Examine(Patient patient)
    {
        if (patient.Home is not { } home)
        {
            return [];
        }

        if (home.Options.DatabaseIsFile && !File.Exists(home.Resolve(home.Options.Database)))
        {
            return [Finding.Fault("database", $"{home.Resolve(home.Options.Database)} is not there.", "comity join makes it; a node that had one was moved without it: comity restore.")];
        }

        return [Open(patient), .. home.Options.DatabaseIsFile ? Disk(Path.GetDirectoryName(home.Resolve(home.Options.Database))!) : []];
    }

    private static Finding Open(Patient patient)
    {
        var store = new NodeStore(patient.Home!.LookAtDatabase());
        try
        {
            var found = store.Read(session => session.First("SELECT MAX(number) FROM migration", row => row.GetInt64(0)));
            patient.Store = store;
            return found > Databases.Schema
                ? Finding.Fault("database", $"{store.Database.Kind}: its tables are of schema {found}, this program knows {Databases.Schema}.", "A newer program has used it: run that one.")
                : found < Databases.Schema
                    ? Finding.Notice("database", $"{store.Database.Kind}: its tables are of schema {found}; the next start brings them to {Databases.Schema}.", "Make a backup first.")
                    : Finding.Fine("database", $"{store.Database.Kind} answers, schema {found}");
        }
        catch (StorageException e)
        {
            store.Dispose();
            return Finding.Fault("database", e.Message, e.Away ? "Is the server running, and may this machine reach it?" : "See docs/operating.md: restore.");
        }
    }

    private static IEnumerable<Finding> Disk(string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1 << 30):0.0} GiB free under {folder}");
        yield return free < LeastFree
            ? Finding.Fault("disk", text, "A node whose disk is full stops. Make room.")
            : Finding.Fine("disk", text);

        var sync = MedianSync(folder);
        text = string.Create(CultureInfo.InvariantCulture, $"one sync of the disk takes {sync.TotalMilliseconds:0.000} ms (median of {Syncs})");
        yield return sync > SlowSync ? Finding.Notice("disk", text + ": every check waits for one.", "A faster disk, or one with a write cache that survives loss of power.")
            : sync < TooFast ? Finding.Notice("disk", text + ", faster than a disk can be.", "Does the volume, or the machine under this one, pass flushes on? What is acknowledged might not survive loss of power.")
            : Finding.Fine("disk", text);
    }

    private static TimeSpan MedianSync(string folder)
    {
        var path = Path.Combine(folder, ".comity-doctor");
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            var times = new List<TimeSpan>();
            for (var i = 0; i < Syncs; i++)
            {
                var began = Stopwatch.GetTimestamp();
                file.Write(new byte[512]);
                file.Flush(flushToDisk: true);
                times.Add(Stopwatch.GetElapsedTime(began));
            }

            times.Sort();
            return times[Syncs / 2];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
