using System.Text.Json.Nodes;

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
    public async Task Nothing_of_the_api_is_served_where_partners_arrive_and_nothing_of_the_exchange_by_the_api()
    {
        using var client = await node.ClientAsync();
        await client.PostAsync("/comity/contact", new ByteArrayContent([1])).Json(404);
        Assert.NotEqual(node.Host.ApiAddress, node.Host.ExchangeAddress);
    }
}
