using System.Diagnostics;
using System.Net.Http.Json;

namespace Comity.Benchmarks;

/// <summary>
/// What does a check cost over HTTPS, with token, JSON, and its ledger entry durable before the answer leaves, against a bare endpoint that
/// reads and answers the same bodies? And alone, against one sync of the disk?
/// </summary>
internal static class CheckBenchmark
{
    private const int Documents = 100_000;
    private const int Rounds = 3;
    private const int Many = 256;

    /// <summary>The check as the API takes it.</summary>
    public const string Path = "/api/v1/travel-documents/checks";

    /// <summary>Both databases, two tables.</summary>
    public static async Task RunAsync(bool quick, TextWriter output)
    {
        var seconds = quick ? 3 : 5;
        using var servers = new Servers();
        List<string> many = [], alone = [];
        foreach (var (kind, database) in servers.Settings())
        {
            using var node = new TrialNode(database);
            node.Fill(quick ? 10_000 : Documents);
            using var running = node.Start(https: true);
            using var bare = await BareAsync(node, running);
            var (some, none) = (Questions(quick ? 10_000 : Documents), Misses());
            Warm(node, running, Path, some, seconds);
            Warm(node, bare, "/", some, seconds);
            foreach (var (connections, lines, mix, questions) in new[] { (Many, many, "nothing", none), (Many, many, "every tenth", some), (1, alone, "nothing", none) })
            {
                var rounds = Enumerable.Range(0, quick ? 1 : Rounds).Select(_ => (
                    Check: Measured(node, running, Path, questions, connections, seconds),
                    Bare: Measured(node, bare, "/", questions, connections, seconds),
                    Sync: Syncs(node.Folder, seconds / 2.0))).OrderBy(round => round.Check.Load.PerSecond / round.Bare.Load.PerSecond).ToList();
                var ((check, checkCpu), (plain, plainCpu), sync) = rounds[rounds.Count / 2];
                lines.Add(connections > 1
                    ? $"| {kind} | {mix} | {check.PerSecond:N0} | {check.Median:F1} | {check.P99:F1} | {check.P999:F1} | {plain.PerSecond:N0} | {plain.Median:F1} | {plain.P99:F1} | {check.PerSecond / plain.PerSecond:F2} | {checkCpu:F0} | {plainCpu:F0} | {plainCpu / checkCpu:F2} |"
                    : $"| {kind} | {check.Median:F2} | {check.P99:F2} | {check.P999:F2} | {plain.Median:F2} | {plain.P99:F2} | {sync.Median:F2} | {sync.P99:F2} | {check.Median / sync.Median:F1} |");
            }
        }

        output.WriteLine($"{Many} connections, load by {(Wrk.Installed ? "wrk" : "this program")} on the same machine:\n");
        output.WriteLine("| database | found | checks/s | p50, ms | p99, ms | p99.9, ms | bare HTTPS/s | p50, ms | p99, ms | ratio | CPU µs a check | CPU µs bare | ratio |\n| :--- | :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        many.ForEach(output.WriteLine);
        output.WriteLine("\n1 connection:\n");
        output.WriteLine("| database | check p50, ms | p99 | p99.9 | bare p50, ms | p99 | sync of 4 KiB p50, ms | p99 | check in syncs |\n| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        alone.ForEach(output.WriteLine);
        output.WriteLine();
    }

    /// <summary>Questions of which every tenth finds something, and beside it the most near numbers that an answer may hold: the records' numbers follow one another.</summary>
    public static string[] Questions(int documents) =>
        [.. Enumerable.Range(0, 1000).Select(i => $$"""{"purpose":"border-control","issuer":"UTO","type":"P","number":"{{(i % 10 == 0 ? $"L{i * (documents / 1000):D8}" : $"M{i * 7919:D8}")}}"}""")];

    /// <summary>Questions of which none finds anything, as most checks do not: the bare endpoint answers with the very same bytes.</summary>
    private static string[] Misses() => [.. Enumerable.Range(0, 1000).Select(i => $$"""{"purpose":"border-control","issuer":"UTO","type":"P","number":"{{$"QZ{i * 7919:D7}"}}"}""")];

    /// <summary>The load, and microseconds for which the server had a core for each answer: fair also where others use the machine.</summary>
    internal static (Load Load, double Cpu) Measured(TrialNode node, TrialProcess server, string path, string[] questions, int connections, int seconds)
    {
        var before = server.CpuSeconds;
        var load = Wrk.Run(node.Folder, server.Address, path, node.Token, questions, connections, seconds);
        return (load, (server.CpuSeconds - before) * 1e6 / Math.Max(1, load.PerSecond * seconds));
    }

    /// <summary>Lets a server compile what it needs, with few callers first: a crowd that meets it cold is turned away.</summary>
    internal static void Warm(TrialNode node, TrialProcess server, string path, string[] questions, int seconds)
    {
        foreach (var connections in (int[])[1, 16, 64])
        {
            _ = Wrk.Run(node.Folder, server.Address, path, node.Token, questions, connections, seconds);
        }
    }

    private static async Task<TrialProcess> BareAsync(TrialNode node, TrialProcess running)
    {
        using var client = running.Client(node.Token);
        using var answer = await running.FirstAsync(() => client.PostAsync(Path, new StringContent(Questions(10_000)[1], System.Text.Encoding.UTF8, "application/json")));
        await File.WriteAllBytesAsync(node.In("answer"), await answer.Content.ReadAsByteArrayAsync());
        var bare = node.StartBare(node.In("answer"), "application/json; charset=utf-8");
        using var other = bare.Client(node.Token);
        (await bare.FirstAsync(() => other.PostAsJsonAsync("/", "x"))).Dispose();
        return bare;
    }

    /// <summary>How long a write of 4 KiB to the end of a file and its sync take, in the folder of the database.</summary>
    private static (double Median, double P99) Syncs(string folder, double seconds)
    {
        List<double> took = [];
        using var file = File.OpenHandle(System.IO.Path.Combine(folder, "syncs"), FileMode.Create, FileAccess.Write);
        var page = new byte[4096];
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < seconds;)
        {
            var from = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, page, took.Count * (long)page.Length);
            RandomAccess.FlushToDisk(file);
            took.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        took.Sort();
        return (took[took.Count / 2], took[took.Count * 99 / 100]);
    }
}
