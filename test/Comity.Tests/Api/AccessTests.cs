using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Access;

namespace Comity.Tests.Api;

/// <summary>Every route is refused to whoever should not have it, in the same words whatever stands behind it.</summary>
public sealed class AccessTests(RunningNode node)
{
    private static readonly string[] Verbs = ["get", "post", "put", "delete", "patch"];

    [Fact]
    public async Task Every_route_of_the_api_is_refused_without_a_token_with_a_strange_one_and_with_a_revoked_one()
    {
        var token = await node.TokenAsync(Rights.Operate);
        await node.Host.Node.Tokens.RevokeAsync(Actor.Node, node.Host.Node.Tokens.List()[^1].Id);
        var routes = await RoutesAsync();
        Assert.True(routes.Count > 15, "the document lists the routes");
        foreach (var (verb, path) in routes)
        {
            foreach (var bearer in new[] { null, "comity_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", token, "" })
            {
                Assert.Equal("401 urn:comity:problem:unauthenticated", await AskAsync(verb, path, bearer));
            }
        }
    }

    [Fact]
    public async Task Every_route_is_refused_to_a_token_that_has_only_other_rights()
    {
        Dictionary<string, Rights> needed = new(StringComparer.Ordinal)
        {
            ["travel-documents/checks"] = Rights.Check, ["travel-documents/records"] = Rights.Publish, ["travel-documents/withdrawals"] = Rights.Publish,
            ["travel-documents/stock"] = Rights.Publish, ["hits"] = Rights.Publish, ["travel-documents/statistics"] = Rights.Audit,
            ["ledger/asked"] = Rights.Protect, ["ledger"] = Rights.Audit,
            ["tokens"] = Rights.Operate, ["charters"] = Rights.Operate, ["notices"] = Rights.Operate, ["expiry"] = Rights.Operate, ["feeds"] = Rights.Operate,
        };
        HashSet<string> forAll = ["get /api/v1/status", "get /api/v1/feeds"];
        foreach (var (verb, path) in (await RoutesAsync()).Where(route => !forAll.Contains($"{route.Verb} {route.Path}")))
        {
            var right = needed.Where(item => path.StartsWith("/api/v1/" + item.Key, StringComparison.Ordinal)).Select(item => item.Value).DefaultIfEmpty(Rights.None).First();
            Assert.True(right != Rights.None, $"{path} is a route this test does not know");
            var token = await node.TokenAsync((Rights.Check | Rights.Publish | Rights.Audit | Rights.Operate | Rights.Protect) & ~right, "border-control");

            Assert.Equal("403 urn:comity:problem:forbidden", await AskAsync(verb, path, token, Valid(path)));
        }
    }

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

    private async Task<List<(string Verb, string Path)>> RoutesAsync()
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        var document = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!;
        Assert.StartsWith("3.", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        return [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Where(verb => Verbs.Contains(verb.Key)).Select(verb => (verb.Key, path.Key)))
            .Where(route => !route.Item2.StartsWith("/api/v1/session", StringComparison.Ordinal) && !route.Item2.StartsWith("/api/v1/enrolment", StringComparison.Ordinal))];
    }

    private async Task<string> AskAsync(string verb, string path, string? bearer, string body = "{}")
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        using var request = new HttpRequestMessage(new HttpMethod(verb.ToUpperInvariant()), path.Replace("{id}", "t-1", StringComparison.Ordinal).Replace("{index}", "0", StringComparison.Ordinal));
        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
        }

        if (verb == "post")
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await client.SendAsync(request);
        Assert.NotEqual(HttpStatusCode.NotFound, response.StatusCode);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return $"{(int)response.StatusCode} {problem["type"]}";
    }

    /// <summary>A question that would be answered if the caller might ask it.</summary>
    private static string Valid(string path) => path switch
    {
        "/api/v1/travel-documents/checks" => """{"purpose":"border-control","number":"X1"}""",
        "/api/v1/travel-documents/records" => """{"records":[{"v":1,"issuer":"UTO","type":"P","number":"X1","kind":"lost","enteredBy":"Desk"}]}""",
        _ => "{}",
    };
}
