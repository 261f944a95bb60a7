namespace Comity.Benchmarks;

/// <summary>How many check pages a second does a node make, against a bare endpoint that answers with the same bytes each time?</summary>
internal static class PageBenchmark
{
    private const int Rounds = 3;
    private const int Connections = 64;
    private const string Path = "/documents/check";

    public static async Task RunAsync(bool quick, TextWriter output)
    {
        var seconds = quick ? 3 : 5;
        using var node = new TrialNode(null);
        using var running = node.Start(https: true);
        using var client = running.Client(node.Token);
        client.DefaultRequestHeaders.Accept.Add(new("text/html"));
        using var page = await running.FirstAsync(() => client.GetAsync(Path));
        await File.WriteAllBytesAsync(node.In("page"), await page.Content.ReadAsByteArrayAsync());
        using var bare = node.StartBare(node.In("page"), "text/html; charset=utf-8");
        using var other = bare.Client(node.Token);
        (await bare.FirstAsync(() => other.GetAsync("/"))).Dispose();
        CheckBenchmark.Warm(node, running, Path, [], seconds);
        CheckBenchmark.Warm(node, bare, "/", [], seconds);
        var rounds = Enumerable.Range(0, quick ? 1 : Rounds).Select(_ => (
            Page: CheckBenchmark.Measured(node, running, Path, [], Connections, seconds),
            Bare: CheckBenchmark.Measured(node, bare, "/", [], Connections, seconds))).OrderBy(round => round.Page.Load.PerSecond / round.Bare.Load.PerSecond).ToList();
        var ((made, madeCpu), (plain, plainCpu)) = rounds[rounds.Count / 2];
        output.WriteLine("| page, bytes | pages/s | p50, ms | p99, ms | static/s | ratio | CPU µs a page | CPU µs static | ratio |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        output.WriteLine(
            $"| {new FileInfo(node.In("page")).Length:N0} | {made.PerSecond:N0} | {made.Median:F1} | {made.P99:F1} | {plain.PerSecond:N0} | {made.PerSecond / plain.PerSecond:F2} | {madeCpu:F0} | {plainCpu:F0} | {plainCpu / madeCpu:F2} |\n");
    }
}
