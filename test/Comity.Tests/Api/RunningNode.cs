using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Home;
using Comity.Tests.Commands;
using Comity.Web;

[assembly: AssemblyFixture(typeof(Comity.Tests.Api.RunningNode))]

namespace Comity.Tests.Api;

/// <summary>One node in service, the only member of its network: real Kestrel, real SQLite file, real tokens.</summary>
public sealed class RunningNode : IAsyncLifetime
{
    private readonly Cli _cli = new();
    private NodeHost? _host;

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    public string Folder => _cli.Folder;

    internal NodeHost Host => _host!;

    public async ValueTask InitializeAsync()
    {
        var genesis = await _cli.Network("UTO");
        await _cli.Must("join", "--home", _cli.In("UTO"), "--genesis", genesis.ToString(), "--charter", _cli.In("charter.jws"));
        var options = JsonNode.Parse(await File.ReadAllTextAsync(_cli.In("UTO/comity.json")))!;
        options["Comity"]!["Api"] = new JsonObject { ["Listen"] = "http://127.0.0.1:0", ["RequestsPerMinute"] = 100000 };
        options["Comity"]!["Exchange"] = new JsonObject { ["Listen"] = "127.0.0.1:0" };
        await File.WriteAllTextAsync(_cli.In("UTO/comity.json"), options.ToJsonString());
        Assert.True(NodeHome.TryOpen(_cli.In("UTO"), out var home, out var faults), string.Join('\n', faults));
        _host = NodeHost.Open(home, "correct horse", new FixedClock(Cli.Now));
        await _host.StartAsync(TestContext.Current.CancellationToken);
        Address = new Uri(_host.ApiAddress);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _cli.Dispose();
    }

    public async Task<string> TokenAsync(Rights rights, params string[] purposes) =>
        (await Host.Node.Tokens.MakeAsync(Actor.Node, "test desk", rights, [.. purposes.Select(purpose => Purpose.Parse(purpose))], TimeSpan.FromDays(1))).Secret;

    public async Task<HttpClient> ClientAsync(Rights rights = Rights.Check | Rights.Publish | Rights.Audit | Rights.Operate, string? token = null)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token ?? await TokenAsync(rights, "border-control"));
        return client;
    }

    /// <summary>A node keeps its own time; this one runs from the instant at which its charter was signed.</summary>
    private sealed class FixedClock(DateTimeOffset start) : TimeProvider
    {
        private readonly long _began = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(_began);
    }
}

internal static class Answers
{
    public static async Task<JsonNode> Json(this Task<HttpResponseMessage> answering, int status = 200)
    {
        using var response = await answering;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        if (status >= 400)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        return JsonNode.Parse(text)!;
    }

    public static Task<HttpResponseMessage> Post(this HttpClient client, string path, JsonNode body) => client.PostAsJsonAsync("/api/v1/" + path, body);

    public static Task<HttpResponseMessage> Get(this HttpClient client, string path) => client.GetAsync("/api/v1/" + path);
}
