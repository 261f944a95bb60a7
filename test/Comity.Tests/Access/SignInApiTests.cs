using System.Net;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Tests.Api;

namespace Comity.Tests.Access;

/// <summary>Signing in over HTTP: what the browser gets, and what it does not.</summary>
public sealed class SignInApiTests(RunningNode node)
{
    [Fact]
    public async Task A_session_in_a_cookie_opens_nothing_of_the_api_without_the_antiforgery_header()
    {
        var officer = await node.OfficerAsync(Role.Auditor);
        using var browser = node.Browser();
        using var answer = await browser.Post("session", new JsonObject { ["name"] = officer.Name, ["password"] = TestOfficer.Password, ["code"] = officer.Code(node) });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);

        Assert.Equal("urn:comity:problem:unauthenticated", (await browser.Get("ledger").Json(401))["type"]!.GetValue<string>());
        Assert.Equal("urn:comity:problem:unauthenticated", (await browser.DeleteAsync("/api/v1/session").Json(401))["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Whatever_is_wrong_the_answer_is_the_same()
    {
        var officer = await node.OfficerAsync(Role.Auditor);
        using var browser = node.Browser();
        var wrong = await browser.Post("session", Attempt(officer.Name, "not the password", officer.Code(node))).Json(401);
        Assert.Equal(wrong.ToJsonString(), (await browser.Post("session", Attempt(officer.Name, TestOfficer.Password, "000000")).Json(401)).ToJsonString());
        Assert.Equal(wrong.ToJsonString(), (await browser.Post("session", Attempt("nobody." + officer.Name[..8], TestOfficer.Password, officer.Code(node))).Json(401)).ToJsonString());
        Assert.Equal(wrong.ToJsonString(), (await browser.Post("session/token", Attempt("nobody", null, null)).Json(401)).ToJsonString());
    }

    [Fact]
    public async Task A_personal_token_works_until_its_owner_signs_out()
    {
        var officer = await node.OfficerAsync(Role.Auditor);
        using var browser = node.Browser();
        var token = (await browser.Post("session/token", Attempt(officer.Name, TestOfficer.Password, officer.Code(node))).Json())["token"]!.GetValue<string>();
        using var client = await node.ClientAsync(token: token);
        await client.Get("ledger").Json();
        Assert.Equal(403, (await client.Get("tokens").Json(403))["status"]!.GetValue<int>());
        await client.DeleteAsync("/api/v1/session").Json();
        await client.Get("ledger").Json(401);
    }

    [Fact]
    public async Task Every_answer_tells_the_browser_to_trust_nothing_and_to_keep_nothing()
    {
        using var client = node.Browser();
        foreach (var path in new[] { "/", "/health", "/api/v1/status", "/api/v1/nothing", "/nothing", "/openapi/v1.json" })
        {
            using var answer = await client.GetAsync(path);
            Assert.StartsWith("default-src 'none'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
            Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
            Assert.Equal("same-origin", Header(answer, "Cross-Origin-Opener-Policy"));
            Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
            Assert.Contains("camera=()", Header(answer, "Permissions-Policy"), StringComparison.Ordinal);
            Assert.Contains("no-store", Header(answer, "Cache-Control"), StringComparison.Ordinal);
            Assert.Equal("", Header(answer, "Server"));
        }
    }

    [Fact]
    public async Task A_change_that_another_site_makes_a_browser_send_is_refused()
    {
        using var client = await node.ClientAsync(Rights.Operate);
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        await client.Post("tokens", new JsonObject { ["desk"] = "x", ["rights"] = new JsonArray("check") }).Json(403);
        await client.Get("tokens").Json();
    }

    private static JsonObject Attempt(string name, string? password, string? code) => new() { ["name"] = name, ["password"] = password, ["code"] = code };

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(",", values) : "";
}
