using System.Diagnostics;
using System.Globalization;

namespace Comity.Benchmarks;

/// <summary>What a load found.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="Median">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="P999">Milliseconds.</param>
internal readonly record struct Load(double PerSecond, double Median, double P99, double P999);

/// <summary>A load from a process of its own: wrk, and where that is not installed this program.</summary>
internal static class Wrk
{
    /// <summary>Whether wrk is there.</summary>
    public static bool Installed { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "wrk")));

    /// <summary>Puts requests as fast as they are answered.</summary>
    /// <param name="folder">For the script.</param>
    /// <param name="address">Of the server.</param>
    /// <param name="path">The path.</param>
    /// <param name="token">The token.</param>
    /// <param name="bodies">JSON to be posted, in turn; none to get a page.</param>
    /// <param name="connections">How many at once.</param>
    /// <param name="seconds">For how long.</param>
    public static Load Run(string folder, string address, string path, string token, string[] bodies, int connections, int seconds)
    {
        var asked = Path.Combine(folder, "bodies");
        File.WriteAllLines(asked, bodies);
        var start = Installed
            ? new ProcessStartInfo("wrk", ["-t", connections < 2 ? "1" : "2", "-c", $"{connections}", "-d", $"{seconds}s", "--timeout", "30s", "-s", Script(folder, path, token, asked), address])
            : new ProcessStartInfo(Environment.ProcessPath!, ["load", address, path, token, asked, $"{connections}", $"{seconds}"]);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var numbers = said.Split('\n').FirstOrDefault(line => line.StartsWith("RESULT ", StringComparison.Ordinal))?.Split(' ')[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray()
            ?? throw new InvalidOperationException(said);
        return numbers[2] == 0 ? new Load(numbers[0] / numbers[1] * 1e6, numbers[3] / 1000, numbers[4] / 1000, numbers[5] / 1000) : throw new InvalidOperationException($"{numbers[2]} were not answered with 200\n{said}");
    }

    /// <summary>The load where there is no wrk; prints one line as the script does.</summary>
    public static async Task LoadAsync(string address, string path, string token, string bodies, int connections, int seconds)
    {
        var lines = await File.ReadAllLinesAsync(bodies);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = connections, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        client.DefaultRequestHeaders.Accept.Add(new("text/html"));
        var clock = Stopwatch.StartNew();
        var wrong = 0;
        var took = await Task.WhenAll(Enumerable.Range(0, connections).Select(connection => Task.Run(async () =>
        {
            List<double> mine = [];
            for (var i = connection; clock.Elapsed.TotalSeconds < seconds; i++)
            {
                using var request = new HttpRequestMessage(lines.Length > 0 ? HttpMethod.Post : HttpMethod.Get, address + path);
                request.Content = lines.Length > 0 ? new StringContent(lines[i % lines.Length], System.Text.Encoding.UTF8, "application/json") : null;
                var from = Stopwatch.GetTimestamp();
                using var answer = await client.SendAsync(request);
                await answer.Content.ReadAsByteArrayAsync();
                mine.Add(Stopwatch.GetElapsedTime(from).TotalMicroseconds);
                _ = answer.IsSuccessStatusCode ? 0 : Interlocked.Increment(ref wrong);
            }

            return mine;
        })));
        var all = took.SelectMany(one => one).Order().ToArray();
        double At(double share) => all[(int)(share * (all.Length - 1))];
        Console.WriteLine($"RESULT {all.Length} {clock.Elapsed.TotalMicroseconds:F0} {wrong} {At(0.5):F0} {At(0.99):F0} {At(0.999):F0}");
    }

    private static string Script(string folder, string path, string token, string bodies)
    {
        var file = Path.Combine(folder, "load.lua");
        File.WriteAllText(file,
            $$"""
            local asked, at = {}, 0
            function init(args)
              local headers = { ["Authorization"] = "Bearer {{token}}", ["Content-Type"] = "application/json", ["Accept"] = "text/html, application/json" }
              for line in io.lines("{{bodies}}") do asked[#asked + 1] = wrk.format("POST", "{{path}}", headers, line) end
              if #asked == 0 then asked[1] = wrk.format("GET", "{{path}}", headers) end
            end
            function request()
              at = at % #asked + 1
              return asked[at]
            end
            function done(summary, latency, requests)
              local e = summary.errors
              io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration, e.status + e.connect + e.read + e.write + e.timeout,
                latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
            end
            """);
        return file;
    }
}
