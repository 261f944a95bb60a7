using System.Globalization;
using Comity.Benchmarks;

// dotnet run -c Release --project bench/Comity.Benchmarks -- index|steps|import|replication|cluster|tlog|check|start|growth|pages|passports|all [--rows N] [--quick]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
// Servers and loads that a benchmark starts in processes of their own.
if (args is ["serve-bare", var port, var certificate, var key, var answer, var mediaType])
{
    await BareServer.RunAsync(port, certificate, key, answer, mediaType);
    return 0;
}

if (args is ["load", var address, var path, var token, var bodies, var connections, var seconds])
{
    await Wrk.LoadAsync(address, path, token, bodies, int.Parse(connections), int.Parse(seconds));
    return 0;
}

// A node under load for a profiler to look at: its process, address and token are printed, and it runs for so many seconds under 64 callers.
if (args is ["trial", var trialSeconds, var trialKind, var trialPath])
{
    using var trialServers = new Servers();
    using var trial = new TrialNode(trialServers.Settings().First(kind => kind.Kind == trialKind).Setting);
    trial.Fill(10_000);
    using var held = trial.Start(https: true);
    using var caller = held.Client(trial.Token);
    (await held.FirstAsync(() => caller.GetAsync("/ready"))).Dispose();
    Console.WriteLine($"{held.Id} {held.Address} {trial.Token}");
    for (var (clock, questions) = (System.Diagnostics.Stopwatch.StartNew(), trialPath == CheckBenchmark.Path ? CheckBenchmark.Questions(10_000) : []); clock.Elapsed.TotalSeconds < int.Parse(trialSeconds);)
    {
        var (load, cpu) = CheckBenchmark.Measured(trial, held, trialPath, questions, 64, 5);
        Console.WriteLine($"{load.PerSecond:N0}/s, {cpu:F0} µs CPU each, p99 {load.P99:F1} ms");
    }

    return 0;
}

var what = args.Length > 0 && !args[0].StartsWith('-') ? args[0] : "all";
var quick = args.Contains("--quick");
var at = Array.IndexOf(args, "--rows");
var rows = at >= 0 && at + 1 < args.Length && int.TryParse(args[at + 1], out var given) && given >= 10_000 ? given : (int?)null;
if (what is not ("index" or "steps" or "import" or "replication" or "cluster" or "tlog" or "check" or "start" or "growth" or "pages" or "passports" or "all") || (at >= 0 && rows is null))
{
    Console.Error.WriteLine("comity benchmarks: index | steps | import | replication | cluster | tlog | check | start | growth | pages | passports | all [--rows N, at least 10000: the largest size] [--quick]");
    return 2;
}

// Growth, a decade a step: to ten million documents in memory, to a million rows on disk, or to --rows.
int[] Sizes(int most) => [.. new[] { 10_000, 100_000, 1_000_000, 10_000_000 }.Where(size => size <= (quick ? 10_000 : Math.Min(most, Math.Max(rows ?? most, 10_000))))];

Console.WriteLine($"{Machine.Now()}\n");
if (what is "index" or "all")
{
    DocumentIndexBenchmark.Run(Sizes(10_000_000), Console.Out);
}

if (what is "steps" or "all")
{
    StepBenchmark.Run(Console.Out);
}

if (what is "passports" or "all")
{
    PassportBenchmark.Run(quick, Console.Out);
}

if (what is "import" or "all")
{
    DocumentImportBenchmark.Run(quick ? 10_000 : 50_000, Console.Out);
    await FlowBenchmark.ImportAsync(Sizes(1_000_000), Console.Out);
}

if (what is "replication" or "all")
{
    await FlowBenchmark.ReplicationAsync(Sizes(1_000_000), Console.Out);
}

if (what is "cluster" or "all")
{
    await ClusterBenchmark.RunAsync(TimeSpan.FromSeconds(quick ? 2 : 8), Console.Out);
}

if (what is "tlog" or "all")
{
    TreeBenchmark.Run(quick ? 10_000 : 1_000_000, Console.Out);
    StoreBenchmark.Run(Console.Out, rows ?? (quick ? 5_000 : 50_000));
}

if (what is "check" or "all")
{
    await CheckBenchmark.RunAsync(quick, Console.Out);
}

if (what is "start" or "all")
{
    await StartBenchmark.RunAsync([.. Sizes(10_000_000).Where(size => quick || size >= 100_000)], Console.Out);
}

if (what is "growth" or "all")
{
    await GrowthBenchmark.RunAsync(Sizes(1_000_000), quick ? [3, 10] : [3, 10, 25, 50], Console.Out);
}

if (what is "pages" or "all")
{
    await PageBenchmark.RunAsync(quick, Console.Out);
}

return 0;
