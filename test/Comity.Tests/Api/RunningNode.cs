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

    /// <summary>Commands beside the node, on the same home.</summary>
    internal Cli Cli => _cli;

    public async ValueTask InitializeAsync()
    {
        await _cli.Joined("UTO");
        _host = await StartAsync(_cli, "UTO", "127.0.0.1:0");
        Address = new Uri(_host.ApiAddress);
    }

    /// <summary>Puts a member's node into service; its clock runs from the instant at which the charter was signed.</summary>
    internal static async Task<NodeHost> StartAsync(Cli cli, string member, string exchange)
    {
        var file = cli.In(member + "/comity.json");
        var options = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        options["Comity"]!["Api"] = new JsonObject { ["Listen"] = "http://127.0.0.1:0", ["RequestsPerMinute"] = 100000 };
        options["Comity"]!["Exchange"] = new JsonObject { ["Listen"] = exchange };
        await File.WriteAllTextAsync(file, options.ToJsonString());
        Assert.True(NodeHome.TryOpen(cli.In(member), out var home, out var faults), string.Join('\n', faults));
        var host = NodeHost.Open(home, "correct horse", new FixedClock(Cli.Now));
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
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
