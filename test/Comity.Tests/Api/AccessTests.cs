using System.Diagnostics;
using System.Text.Json.Nodes;
using Comity.Core.Access;

namespace Comity.Tests.Api;

/// <summary>What rights alone do not say: purposes, and that API and exchange are apart. Routes by rights: Access/RouteTests.</summary>
public sealed class AccessTests(RunningNode node)
{
    [Fact]
    public async Task A_check_is_refused_for_a_purpose_that_the_token_or_the_charter_does_not_have()
    {
        using var client = await node.ClientAsync();
        foreach (var purpose in new[] { "police-check", "marketing" })
        {
            var refused = await client.Post("travel-documents/checks", new JsonObject { ["purpose"] = purpose, ["number"] = "X1" }).Json(403);
            Assert.Equal("urn:comity:problem:forbidden", refused["type"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_token_revoked_by_a_command_beside_the_node_is_refused_within_a_second()
    {
        var secret = await node.TokenAsync(Rights.Operate);
        using var client = await node.ClientAsync(token: secret);
        await client.Get("status").Json();
        await node.Cli.Must("token", "revoke", node.Host.Node.Tokens.Find(secret)!.Id, "--home", node.Cli.In("UTO"), "--passphrase-file", node.Cli.In("pass"));

        var waited = Stopwatch.StartNew();
        while ((await client.GetAsync("api/v1/status", TestContext.Current.CancellationToken)).IsSuccessStatusCode)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(10), "the node still takes it");   // a second on a machine with time to spare
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await client.Get("status").Json(401);
    }

    [Fact]
    public async Task Nothing_of_the_api_is_served_where_partners_arrive_and_nothing_of_the_exchange_by_the_api()
    {
        using var client = await node.ClientAsync();
        await client.PostAsync("/comity/contact", new ByteArrayContent([1])).Json(404);
        Assert.NotEqual(node.Host.ApiAddress, node.Host.ExchangeAddress);
    }
}
