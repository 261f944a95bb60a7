using System.Diagnostics;
using System.Text;

namespace Comity.Benchmarks;

/// <summary>
/// How long after its process was started does a node with so many documents answer its first check, and when is it at full speed? With a copy
/// of the index, without, and against reading the same rows and doing nothing with them.
/// </summary>
internal static class StartBenchmark
{
    private const int Askers = 4;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    /// <summary>Above this only SQLite is measured: filling PostgreSQL takes most of an hour and tells nothing new.</summary>
    private const int MostForBoth = 1_000_000;

    /// <summary>Both databases at each size, the largest first.</summary>
    public static async Task RunAsync(int[] sizes, TextWriter output)
    {
        output.WriteLine("| database | documents | start | first answer, s | full speed, s | steady p99, ms | CPU, s | reading the rows, s | ratio | copy, MB | stop and copy, s |");
        output.WriteLine("| :--- | ---: | :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var chart = new Chart("First answer after a start", "seconds");
        using var servers = new Servers();
        foreach (var size in sizes.OrderDescending())
        {
            foreach (var (kind, database) in servers.Settings().Take(size > MostForBoth ? 1 : 2))
            {
                using var node = new TrialNode(database);
                node.Fill(size);
                var plain = Rows(node);
                await OnceAsync(node);   // the files are in the system's memory, for both alike
                foreach (var (name, copied) in new[] { ("plain", false), ("copy", true) })
                {
                    if (!copied)
                    {
                        Directory.Delete(node.IndexFolder, recursive: true);
                    }

                    var (first, full, steady, cpu, stop) = await OnceAsync(node);
                    var length = new FileInfo(node.Snapshot).Length / 1e6;
                    output.WriteLine($"| {kind} | {size:N0} | {name} | {first:F2} | {full:F2} | {steady:F1} | {cpu:F1} | {plain:F2} | {first / plain:F2} | {length:F1} | {stop:F2} |");
                    chart.Add($"{kind}, {name}", size, first);
                }

                chart.Add($"{kind}, rows read", size, plain);
            }
        }

        chart.Save("start");
        output.WriteLine();
    }

    private static async Task<(double First, double Full, double Steady, double Cpu, double Stop)> OnceAsync(TrialNode node)
    {
        var running = node.Start(https: false);
        using (running)
        using (var client = running.Client(node.Token))
        {
            var questions = CheckBenchmark.Questions(10_000);
            Task<HttpResponseMessage> Ask(int i) => client.PostAsync(CheckBenchmark.Path, new StringContent(questions[i % questions.Length], Encoding.UTF8, "application/json"));
            (await running.FirstAsync(() => Ask(0))).Dispose();
            var (first, cpu) = (running.Clock.Elapsed, running.CpuSeconds);
            var took = (await Task.WhenAll(Enumerable.Range(0, Askers).Select(asker => Task.Run(async () =>
            {
                List<(TimeSpan At, double Milliseconds)> mine = [];
                for (var i = asker; running.Clock.Elapsed < first + Watched; i += Askers)
                {
                    var from = Stopwatch.GetTimestamp();
                    (await Ask(i)).Dispose();
                    mine.Add((running.Clock.Elapsed, Stopwatch.GetElapsedTime(from).TotalMilliseconds));
                }

                return mine;
            })))).SelectMany(one => one).ToList();
            var steady = P99(took.Where(one => one.At > first + (Watched * 2 / 3)));
            var windows = took.GroupBy(one => (int)((one.At - first) / Window)).OrderBy(window => window.Key);
            var full = windows.FirstOrDefault(window => P99(window) <= 2 * steady)?.Key ?? -1;
            return (first.TotalSeconds, full < 0 ? double.NaN : (first + ((full + 1) * Window)).TotalSeconds, steady, cpu, running.Stop().TotalSeconds);
        }
    }

    private static double P99(IEnumerable<(TimeSpan At, double Milliseconds)> some)
    {
        var sorted = some.Select(one => one.Milliseconds).Order().ToArray();
        return sorted.Length == 0 ? double.MaxValue : sorted[(int)(0.99 * (sorted.Length - 1))];
    }

    /// <summary>Every column that a plain start reads, in the same order.</summary>
    private static double Rows(TrialNode node)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 2; round++)
        {
            using var database = node.OpenDatabase();
            using var connection = database.OpenForReading();
            using var transaction = database.BeginRead(connection);
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText =
                """
                SELECT r.log, r.idx, e.body, k.secret FROM record r JOIN entry e ON e.log = r.log AND e.idx = r.idx
                JOIN entry_key k ON k.log = r.log AND k.idx = r.idx WHERE r.state = 0 ORDER BY r.log, r.idx
                """;
            var clock = Stopwatch.StartNew();
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                _ = (row.GetInt64(0), row.GetInt64(1), (byte[])row.GetValue(2), (byte[])row.GetValue(3));
            }

            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        return best;
    }
}
