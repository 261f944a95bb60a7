using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Comity.Commands;
using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Tests.Api;
using Comity.Web;

namespace Comity.Tests.Commands;

/// <summary>A new epoch that two persons have decided: what was decided is signed, and nothing else.</summary>
public sealed class EpochCommandTests : IDisposable
{
    private static readonly Actor One = new("o-one", "desk", Rights.Operate | Rights.Approve, new HashSet<Purpose>(), "o-one");
    private static readonly Actor Two = new("o-two", "desk", Rights.Approve, new HashSet<Purpose>(), "o-two");
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task What_two_persons_decided_the_root_signs_and_an_undecided_a_changed_or_an_old_plan_it_does_not()
    {
        await _cli.Joined("UTO");
        await using var host = await RunningNode.StartAsync(_cli, "UTO", "127.0.0.1:0");
        var feed = host.Node.Changes.FeedFor(RegisterName.Parse("travel-documents"), Realm.Live, Audience.All);
        await PublishAsync(host, "X1000001");

        var id = await ProposeAsync(host, feed.Origin);
        Assert.Contains("is not approved: waiting", await RefusedAsync(id), StringComparison.Ordinal);
        Assert.Equal("forbidden", (await host.Node.Approvals.DecideAsync(One, id, true, null))?.Code);
        Assert.Equal("forbidden", (await host.Node.Approvals.BreakGlassAsync(One, id, "in a hurry"))?.Code);
        Assert.Contains($"{feed.Origin} ends at 1 (0 entries lost)", host.Node.Approvals.Find(Two, id)!.What.En, StringComparison.Ordinal);
        Assert.Null(await host.Node.Approvals.DecideAsync(Two, id, true, null));

        await PublishAsync(host, "X1000002");
        Assert.Contains("not as they were when it was approved", await RefusedAsync(id), StringComparison.Ordinal);
        Assert.Contains("is no proposal of a new epoch", await RefusedAsync("a-000000000000"), StringComparison.Ordinal);

        id = await ProposeAsync(host, feed.Origin);
        await PublishAsync(host, "X1000003");
        Assert.Equal("conflict", (await host.Node.Approvals.DecideAsync(Two, id, true, null))?.Code);   // it changed before it was decided

        id = await ProposeAsync(host, feed.Origin);
        Assert.Null(await host.Node.Approvals.DecideAsync(Two, id, true, null));
        _cli.Clock = new Cli.StoppedClock(Cli.Now.AddDays(8));
        Assert.Contains("more than 7 days ago", await RefusedAsync(id), StringComparison.Ordinal);
        _cli.Clock = new Cli.StoppedClock(Cli.Now.AddMinutes(5));
        Assert.Contains("those that were approved", (await _cli.Run([.. Open(), "--approval", id, "--reason", "another"])).Error, StringComparison.Ordinal);
        await _cli.Must([.. Open(), "--approval", id]);

        Assert.IsType<NoticeAddition.Added>(await host.Node.Context.Membership.AddNoticeAsync(await File.ReadAllBytesAsync(_cli.In("epoch.jws"), TestContext.Current.CancellationToken), One));
        Assert.Equal(2, host.Node.Context.Membership.Directory.Newest(feed).Epoch);
        Assert.Equal(3, host.Node.Standings.Feeds.Single(row => row.Name == feed.InEpoch(2)).Size);
    }

    private string[] Open() => ["epoch", "open", "--home", _cli.In("UTO"), "--passphrase-file", _cli.In("pass"), "--root-passphrase-file", _cli.In("root-pass"), "--out", _cli.In("epoch.jws")];

    private async Task<string> RefusedAsync(string id)
    {
        var answer = await _cli.Run([.. Open(), "--approval", id]);
        Assert.Equal(1, answer.Code);
        Assert.False(File.Exists(_cli.In("epoch.jws")));
        return answer.Error + answer.Output;
    }

    private async Task<string> ProposeAsync(NodeHost host, string log)
    {
        await File.WriteAllTextAsync(_cli.In("token"), (await host.Node.Tokens.MakeAsync(One, "desk", Rights.Operate, [], TimeSpan.FromDays(1))).Secret, TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        Assert.Equal(0, await Root.RunAsync(["epoch", "propose", "--reason", "stolen key", "--log", log, "--node", host.ApiAddress, "--token-file", _cli.In("token"), "--json"], TimeProvider.System, output, output));
        return JsonNode.Parse(output.ToString())!["approval"]!.GetValue<string>();
    }

    private static async Task PublishAsync(NodeHost host, string number)
    {
        using var client = new HttpClient { BaseAddress = new Uri(host.ApiAddress) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await host.Node.Tokens.MakeAsync(Actor.Node, "desk", Rights.Publish, [], TimeSpan.FromDays(1))).Secret);
        await client.Post("travel-documents/records", JsonNode.Parse($$"""{"records":[{"v":1,"issuer":"UTO","type":"P","number":"{{number}}","kind":"lost","enteredBy":"Desk"}]}""")!).Json();
    }
}
