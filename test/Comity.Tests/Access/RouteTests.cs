using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comity.Commands;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.TwoPersons;
using Comity.Tests.Api;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;

namespace Comity.Tests.Access;

/// <summary>Every route, page and command that there is, is refused to whoever should not have it, in the same words whether or not the thing exists.</summary>
public sealed class RouteTests(RunningNode node)
{
    private const string Forbidden = "403 {\"type\":\"urn:comity:problem:forbidden\",\"title\":\"This is not allowed with this token.\",\"status\":403}";
    private const string Unauthenticated = "401 {\"type\":\"urn:comity:problem:unauthenticated\",\"title\":\"A valid token is needed.\",\"status\":401}";

    private readonly Dictionary<Role, TestOfficer> _officers = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_route_and_page_has_its_line_in_the_table_and_every_line_its_route() =>
        Assert.Equal(RouteTable.Routes.Keys.Order(StringComparer.Ordinal), Endpoints().Select(endpoint => endpoint.Key).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_command_that_talks_to_a_node_has_its_line_in_the_table_and_every_line_its_command() =>
        Assert.Equal(RouteTable.Commands.Keys.Order(StringComparer.Ordinal), Leaves(Root.Create(TimeProvider.System), "", false).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Whoever_is_not_known_comes_nowhere_but_to_what_is_open()
    {
        var revoked = await node.TokenAsync(Rights.Operate);
        await node.Host.Node.Tokens.RevokeAsync(Actor.Node, node.Host.Node.Tokens.List().Single(row => row.Id == node.Host.Node.Tokens.Find(revoked)!.Id).Id);
        foreach (var (key, method, path) in Endpoints())
        {
            var needs = RouteTable.Routes[key];
            foreach (var bearer in new[] { null, "comity_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", revoked, "" })
            {
                var answer = await AskAsync(method, path, bearer, needs.Body);
                Assert.True(
                    needs.Open ? answer != Unauthenticated && answer != Forbidden : key.StartsWith("PAGE", StringComparison.Ordinal) ? answer.StartsWith("303 /sign-in", StringComparison.Ordinal) : answer == Unauthenticated,
                    $"{method} {path} to nobody: {answer}");
            }
        }
    }

    [Fact]
    public async Task A_path_that_leads_nowhere_is_told_like_one_that_does()
    {
        foreach (var path in new[] { "/api/v1/nothing", "/api/v1/officers/o-1", "/api/v2/status", "/api" })
        {
            Assert.Equal(Unauthenticated, await AskAsync("GET", path, null));
        }

        Assert.StartsWith("303 /sign-in", await AskAsync("GET", "/no/such/page", null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_role_and_every_system_is_refused_what_is_not_for_it()
    {
        var things = await ThingsAsync();
        foreach (var (key, method, path) in Endpoints().Where(endpoint => !RouteTable.Routes[endpoint.Key].Open))
        {
            var needs = RouteTable.Routes[key];
            foreach (var (name, rights, person, token) in Actors())
            {
                var allowed = needs.Allows(rights) && !(needs.Persons && !person) && !needs.Session;
                var secret = await token();
                var there = await AskAsync(method, Fill(path, things), secret, Fill(needs.Body, things));
                if (allowed)
                {
                    Assert.False((there == Forbidden && !needs.Own) || there.StartsWith("401", StringComparison.Ordinal), $"{name} is refused {method} {path}: {there}");
                    Assert.False(key.StartsWith("PAGE", StringComparison.Ordinal) && (there.StartsWith("403", StringComparison.Ordinal) || there.StartsWith("303 /sign-in", StringComparison.Ordinal)), $"{name} is refused {method} {path}: {there}");
                    continue;
                }

                if (key.StartsWith("PAGE", StringComparison.Ordinal))
                {
                    Assert.True(method == "POST" ? there.StartsWith("400", StringComparison.Ordinal) || there.StartsWith("403", StringComparison.Ordinal) : there.StartsWith("403", StringComparison.Ordinal), $"{name} at {method} {path}: {there[..Math.Min(200, there.Length)]}");
                }
                else
                {
                    Assert.True(there == Forbidden, $"{name} at {method} {path}: {there}");
                }

                Assert.Equal(Masked(there), Masked(await AskAsync(method, Fill(path, Nothing), await token(), Fill(needs.Body, Nothing))));
            }
        }
    }

    [Fact]
    public async Task A_proposal_is_for_whom_it_concerns_and_for_others_as_if_it_were_not_there()
    {
        var things = await ThingsAsync();
        foreach (var (key, method, path) in Endpoints().Where(endpoint => endpoint.Key.Contains("/approvals/{id}", StringComparison.Ordinal) && RouteTable.Routes[endpoint.Key].Right == Rights.None))
        {
            foreach (var (name, rights, _, token) in Actors().Where(actor => !actor.Rights.HasFlag(Rights.Approve)))
            {
                var there = await AskAsync(method, Fill(path, things), await token());
                Assert.True(there.StartsWith("404", StringComparison.Ordinal), $"{name} at {key}: {there}");
                Assert.Equal(there, await AskAsync(method, Fill(path, Nothing), await token()));
            }
        }
    }

    [Fact]
    public async Task Every_command_is_refused_to_every_role_that_should_not_have_it()
    {
        var folder = Directory.CreateTempSubdirectory("comity-routes-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "file"), "x", Cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "records.jsonl"), """{"v":1,"issuer":"UTO","type":"P","number":"X1","kind":"lost","enteredBy":"Desk"}""" + "\n", Cancel);
        var number = 0;
        foreach (var (command, (needs, arguments)) in RouteTable.Commands.Where(command => !command.Value.Needs.Open && command.Value.Needs.Right != Rights.None))
        {
            foreach (var (name, rights, person, token) in Actors().Where(actor => !needs.Allows(actor.Rights) || (needs.Persons && !actor.Person)))
            {
                var file = Path.Combine(folder, "token");
                await File.WriteAllTextAsync(file, await token(), Cancel);
                var filled = arguments.Replace("{file}", Path.Combine(folder, "file"), StringComparison.Ordinal).Replace("{records}", Path.Combine(folder, "records.jsonl"), StringComparison.Ordinal)
                    .Replace("{new}", Path.Combine(folder, $"new{number++}"), StringComparison.Ordinal);
                using var output = new StringWriter();
                using var error = new StringWriter();

                var code = await Root.RunAsync(
                    [.. $"{command} {filled}".Split(' ', StringSplitOptions.RemoveEmptyEntries), "--node", node.Address.ToString(), "--token-file", file], TimeProvider.System, output, error);

                Assert.True(code == 1 && error.ToString().Contains("This is not allowed with this token.", StringComparison.Ordinal), $"{name}: comity {command} {filled} ended with {code}\n{output}{error}");
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal) { ["t"] = "t-000000000000", ["o"] = "o-000000000000", ["a"] = "a-000000000000", ["d"] = "NOTHERE1", ["index"] = "999999999" };

    /// <summary>One of each kind of thing that a path may name, all there.</summary>
    private async Task<Dictionary<string, string>> ThingsAsync()
    {
        var proposer = (await node.OfficerAsync(Role.Operator)).Officer;
        var (approval, problem) = await node.Host.Node.Approvals.ProposeAsync(proposer.Actor, ExpireByOwnClock.KindName, new JsonObject(), "a test");
        Assert.Null(problem);
        var token = await node.TokenAsync(Rights.Audit);
        return new(StringComparer.Ordinal) { ["t"] = node.Host.Node.Tokens.Find(token)!.Id, ["o"] = proposer.Id, ["a"] = approval!.Id, ["d"] = "X1", ["index"] = "0" };
    }

    private static string Fill(string path, Dictionary<string, string> things) => path
        .Replace("{id}", path.Contains("officers", StringComparison.Ordinal) ? things["o"] : path.Contains("approvals", StringComparison.Ordinal) ? things["a"] : path.Contains("issuer", StringComparison.Ordinal) ? things["d"] : things["t"], StringComparison.Ordinal)
        .Replace("{index}", things["index"], StringComparison.Ordinal).Replace("{tag}", "en", StringComparison.Ordinal).Replace("{handler}", "", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal);

    /// <summary>Every role as a person, and every right of a system without the others.</summary>
    private IEnumerable<(string Name, Rights Rights, bool Person, Func<Task<string>> Token)> Actors()
    {
        foreach (var role in Roles.All)
        {
            yield return (role.Text(), role.Rights(), true, async () =>
            {
                var person = (_officers.TryGetValue(role, out var made) ? made : _officers[role] = await node.OfficerAsync(role)).Officer;
                return await node.Host.Node.Context.Store.WriteAsync(session => node.Host.Node.Tokens.MakePersonal(session, person, person.Rights, TimeSpan.FromDays(1)).Secret);
            });
        }

        foreach (var right in Enum.GetValues<Rights>().Where(right => right != Rights.None))
        {
            yield return ($"a system with {right}", right, false, () => node.TokenAsync(right, "border-control"));
        }
    }

    private IEnumerable<(string Key, string Method, string Path)> Endpoints()
    {
        foreach (var endpoint in node.Host.Endpoints.OfType<RouteEndpoint>())
        {
            var path = "/" + Regex.Replace(endpoint.RoutePattern.RawText!.Trim('/'), @"\{(\w+)(:\w+|\?)*\}", "{$1}");
            if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null)
            {
                yield return ("PAGE " + path, "GET", path);
                yield return ("PAGE " + path, "POST", path);
                continue;
            }

            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                yield return path.StartsWith("/assets/", StringComparison.Ordinal) ? (method + " /assets/{file}", method, path) : (method + " " + path, method, path);
            }
        }
    }

    private static IEnumerable<string> Leaves(Command command, string path, bool talks)
    {
        talks |= command.Options.Any(option => option.Name == "--node");
        return command.Subcommands.Count == 0
            ? talks ? [path] : []
            : command.Subcommands.SelectMany(sub => Leaves(sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}", talks));
    }

    private async Task<string> AskAsync(string method, string path, string? bearer, string body = "{}")
    {
        using var client = node.Browser();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (bearer is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + bearer);
        }

        if (!path.StartsWith("/api", StringComparison.Ordinal))
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        }

        if (method is "POST" or "PUT")
        {
            request.Content = new StringContent(body, Encoding.UTF8, path.EndsWith("/imports", StringComparison.Ordinal) ? "application/octet-stream" : "application/json");
        }

        using var response = await client.SendAsync(request, Cancel);
        return $"{(int)response.StatusCode} {(response.StatusCode == HttpStatusCode.SeeOther ? response.Headers.Location?.ToString() : await response.Content.ReadAsStringAsync(Cancel))}";
    }

    /// <summary>A page says when it was made and carries a form's own token; neither tells anything of what was asked for.</summary>
    private static string Masked(string answer) => Regex.Replace(Regex.Replace(answer, "\\d\\d:\\d\\dZ", "time"), "value=\"[A-Za-z0-9_-]{60,}\"|back=[^\"]*", "token");
}
