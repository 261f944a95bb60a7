using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Web;

namespace Comity.Federation.Tests.Processes;

/// <summary>What the API answered.</summary>
internal sealed record ApiAnswer(int Status, string? MediaType, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public bool Acknowledged => Status == 200;
}

/// <summary>A node in service: <c>comity run</c> in a process of its own.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly ConcurrentQueue<string> _said = new();

    private NodeProcess(Process process, StateHome home)
    {
        _process = process;
        Home = home;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{home.ApiPort}/"), Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", home.Token);
    }

    public StateHome Home { get; }

    public int Id => _process.Id;

    /// <summary>Everything it wrote, for a failure's message.</summary>
    public string Said => string.Join('\n', _said);

    /// <summary>Kilobytes of memory in use now.</summary>
    public long ResidentKilobytes => long.Parse(
        File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts the node and waits until it answers.</summary>
    public static async Task<NodeProcess> StartAsync(StateHome home, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "comity")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["run", "--home", home.Folder, "--passphrase-file", home.PassphraseFile])
        {
            start.ArgumentList.Add(argument);
        }

        (string Name, string Value)[] all =
        [
            ("API__LISTEN", $"http://127.0.0.1:{home.ApiPort}"), ("EXCHANGE__LISTEN", $"127.0.0.1:{home.ExchangePort}"), ("CONTACTS__INTERVAL", "00:00:01"),
            ("CONTACTS__WAIT", "00:00:05"), ("API__REQUESTSPERMINUTE", "1000000"), .. home.Database is { } database ? [("DATABASE", database)] : Array.Empty<(string, string)>(), .. environment,
        ];
        foreach (var (name, value) in all)
        {
            start.Environment["COMITY__" + name] = value;
        }

        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        var node = new NodeProcess(Process.Start(start)!, home);
        var first = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        node._process.OutputDataReceived += (_, line) =>
        {
            node._said.Enqueue(line.Data ?? "");
            first.TrySetResult(line.Data is not null);
        };
        node._process.ErrorDataReceived += (_, line) => node._said.Enqueue(line.Data ?? "");
        node._process.BeginOutputReadLine();
        node._process.BeginErrorReadLine();
        try
        {
            Assert.True(await first.Task.WaitAsync(TimeSpan.FromSeconds(60)), $"{home.Code} did not start:\n{node.Said}");
            return node;
        }
        catch
        {
            await node.DisposeAsync();   // it would keep its port from the next test
            throw;
        }
    }

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? once = null, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (once is not null)
        {
            request.Headers.Add(Api.OnceHeader, once);
        }

        using var response = await _http.SendAsync(request, cancel);
        return new ApiAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(cancel));
    }

    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancel = default) => SendAsync(HttpMethod.Get, path, cancel: cancel);

    public Task<ApiAnswer> PostAsync(string path, JsonNode json, string? once = null, CancellationToken cancel = default) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json"), once, cancel);

    public Task<ApiAnswer> PublishAsync(string number, string? once = null, CancellationToken cancel = default) => PostAsync(
        "api/v1/travel-documents/records",
        new JsonObject { ["records"] = new JsonArray(new JsonObject { ["v"] = 1, ["issuer"] = Home.Code, ["type"] = "P", ["number"] = number, ["kind"] = "stolen", ["enteredBy"] = "Document desk" }) },
        once, cancel);

    public Task<ApiAnswer> CheckAsync(string number, CancellationToken cancel = default) =>
        PostAsync("api/v1/travel-documents/checks", new JsonObject { ["purpose"] = "border-control", ["number"] = number }, cancel: cancel);

    public Task<ApiAnswer> PullAsync(string member, CancellationToken cancel = default) => PostAsync("api/v1/feeds/pull", new JsonObject { ["member"] = member }, cancel: cancel);

    /// <summary>Contacts a partner until everything that it offers is here.</summary>
    public async Task SettleAsync(string partner, CancellationToken cancel)
    {
        ApiAnswer? answer = null;
        for (var tries = 0; tries < 100; tries++)
        {
            answer = await PullAsync(partner, cancel);
            if (answer.Acknowledged && answer.Json[0]!["complete"]!.GetValue<bool>())
            {
                return;
            }

            await Task.Delay(100, cancel);
        }

        Assert.Fail($"{Home.Code} is not complete with {partner}: {answer?.Text}\n{Said}");
    }

    /// <summary>Ends it as nothing can prevent.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until it ends by itself.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public bool Runs => !_process.HasExited;

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
