using System.Diagnostics;
using System.Globalization;
using Comity.Core.Feeds;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Benchmarks;

/// <summary>
/// What do tree, signature and group commit cost over bare inserts of the same rows into the same tables, with as many rows a
/// commit, on one thread? And how many single changes a second are durable when 64 callers write at once?
/// </summary>
public static class StoreBenchmark
{
    private const int Callers = 64;

    /// <summary>Measures SQLite in the temp folder and, where COMITY_BENCH_DATABASE names an empty one, PostgreSQL; prints one table.</summary>
    /// <param name="output">Where the table goes.</param>
    /// <param name="rows">Rows of the largest runs; a hundredth of it where each is a commit.</param>
    public static void Run(TextWriter output, int rows)
    {
        output.WriteLine("| database | rows a commit | bare, rows/s | store, rows/s | ratio |");
        output.WriteLine("| :--- | ---: | ---: | ---: | ---: |");
        var folder = Directory.CreateTempSubdirectory("comity-bench-");
        try
        {
            using var sqlite = Databases.Open(Path.Combine(folder.FullName, "node.db"));
            Measure(sqlite, output, rows);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        if (Environment.GetEnvironmentVariable("COMITY_BENCH_DATABASE") is { Length: > 0 } setting)
        {
            using var postgres = Databases.Open(setting);
            Measure(postgres, output, rows);
        }
    }

    private static void Measure(IDatabase database, TextWriter output, int rows)
    {
        database.Migrate();
        using var key = new Ed25519PrivateKey(new byte[32]);
        using var store = new NodeStore(database) { Signer = new CheckpointSigner(key) };
        var bare = store.WriteAsync(session => session.OpenLog("bare", LogKind.Mirror)).GetAwaiter().GetResult();
        var log = store.WriteAsync(session => session.OpenLog("store", LogKind.Own)).GetAwaiter().GetResult();
        long at = 0;
        foreach (var group in (int[])[1, 100, 1000])
        {
            var groups = Math.Max(1, group == 1 ? rows / 100 : rows / group);
            using var connection = database.OpenForWriting();
            var direct = Rate(groups, group, () =>
            {
                using var transaction = database.BeginWrite(connection);
                var from = at;
                at += group;
                database.Insert(connection, transaction, [.. Enumerable.Range(0, group).Select(i => new EntryRow(bare, from + i, new byte[60], new byte[500], new byte[32]))]);
                database.Insert(connection, transaction, [.. Enumerable.Range(0, group).Select(i => Record(bare, from + i))]);
                transaction.Commit();
            });
            var through = Rate(groups, group, () => store.WriteAsync(session => Append(session, log, group)).GetAwaiter().GetResult());
            Line(output, database.Kind, string.Create(CultureInfo.InvariantCulture, $"{group}"), direct, through);
        }

        var each = Math.Max(1, rows / Callers / 10);
        var together = Rate(1, Callers * each, () => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                await store.WriteAsync(session => Append(session, log, 1));
            }
        }))).GetAwaiter().GetResult());
        Line(output, database.Kind, "1, 64 callers", null, together);
    }

    private static void Append(WriteSession session, long log, int count)
    {
        for (var i = 0; i < count; i++)
        {
            session.Add(Record(log, session.Append(log, new byte[60], new SealedBody(new byte[500], new byte[32]))));
        }
    }

    /// <summary>A key that falls anywhere in its index, as a real one does.</summary>
    private static RecordRow Record(long log, long index) =>
        new(log, index, System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes((index << 8) + log))[..16], RecordState.Live, index);

    private static double Rate(int groups, int group, Action one)
    {
        one();   // compiles and prepares
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < groups; i++)
        {
            one();
        }

        return groups * (double)group / watch.Elapsed.TotalSeconds;
    }

    private static void Line(TextWriter output, string kind, string group, double? bare, double store) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {kind} | {group} | {bare:N0} | {store:N0} | {store / bare:N2} |"));
}
