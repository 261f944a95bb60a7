using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Comity.Browser.Tests;
using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Tests.Api;
using Comity.Tests.Commands;
using Comity.Web;

[assembly: AssemblyFixture(typeof(ThreeStates))]

namespace Comity.Browser.Tests;

/// <summary>Utopia and Arcadia with a node in service each, and Lyonesse, which has none and is silent. Pages are Utopia's.</summary>
public sealed class ThreeStates : IAsyncLifetime
{
    private readonly Dictionary<string, int> _ports = new[] { "UTO", "XAR", "XLY" }.ToDictionary(member => member, _ => FreePort());
    private readonly Cli _cli;
    private NodeHost? _utopia, _arcadia;

    public ThreeStates() => _cli = new Cli { AddressOf = member => $"https://127.0.0.1:{_ports[member]}" };

    public Uri Address => new(_utopia!.ApiAddress);

    internal NodeHost Utopia => _utopia!;

    internal NodeHost Arcadia => _arcadia!;

    public async ValueTask InitializeAsync()
    {
        await _cli.Joined("UTO", "XAR", "XLY");
        _utopia = await RunningNode.StartAsync(_cli, "UTO", $"127.0.0.1:{_ports["UTO"]}");
        _arcadia = await RunningNode.StartAsync(_cli, "XAR", $"127.0.0.1:{_ports["XAR"]}");
        await PublishAsync(_arcadia, """[{"v":1,"issuer":"XAR","type":"P","number":"X4410229","kind":"lost","date":"2026-01","country":"UTO","circumstances":"Left in a taxi.","enteredBy":"Document desk"}]""", "Do not tell the bearer");
        await PublishAsync(_arcadia, """[{"v":1,"issuer":"XAR","type":"P","number":"B0000001","last":"B0000500","kind":"stolenBlank","date":"2025-11-03","place":"Print works","enteredBy":"Document desk"}]""", null);
        await MeetAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in new[] { _utopia, _arcadia }.OfType<NodeHost>())
        {
            await host.DisposeAsync();
        }

        _cli.Dispose();
    }

    /// <summary>A token of Utopia's for somebody at the desk.</summary>
    public async Task<string> TokenAsync(Rights rights = Rights.Check | Rights.Publish | Rights.Audit | Rights.Operate) =>
        (await Utopia.Node.Tokens.MakeAsync(Actor.Node, "duty desk", rights, [Purpose.Parse("border-control"), Purpose.Parse("police-check")], TimeSpan.FromDays(1))).Secret;

    /// <summary>Utopia takes in all that Arcadia has.</summary>
    public async Task MeetAsync()
    {
        for (var tries = 0; !(await Utopia.Node.ContactAsync(MemberCode.Parse("XAR"))).Complete; tries++)
        {
            Assert.True(tries < 50, "Utopia is not complete with Arcadia");
            await Task.Delay(100);
        }
    }

    private static async Task PublishAsync(NodeHost host, string records, string? caveat)
    {
        var (secret, _) = await host.Node.Tokens.MakeAsync(Actor.Node, "desk", Rights.Publish, [], TimeSpan.FromDays(1));
        using var client = new HttpClient { BaseAddress = new Uri(host.ApiAddress) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        var body = new JsonObject { ["records"] = JsonNode.Parse(records) };
        if (caveat is not null)
        {
            body["caveats"] = new JsonArray(caveat);
        }

        await client.Post("travel-documents/records", body).Json();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
