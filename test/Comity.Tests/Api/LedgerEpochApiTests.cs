using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Comity.Commands;
using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Tests.Commands;

namespace Comity.Tests.Api;

/// <summary>A node whose ledger is in its second epoch: what stands in the first is found, counted and proved as before.</summary>
public sealed class LedgerEpochApiTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Search_statistics_and_proofs_reach_into_the_epoch_that_is_over()
    {
        await _cli.Joined("UTO");
        await using var host = await RunningNode.StartAsync(_cli, "UTO", "127.0.0.1:0");
        var node = host.Node.Context;
        var (secret, _) = await host.Node.Tokens.MakeAsync(Actor.Node, "desk", Rights.Check | Rights.Audit | Rights.Protect, [Purpose.Parse("border-control")], TimeSpan.FromDays(1));
        using var client = new HttpClient { BaseAddress = new Uri(host.ApiAddress) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        var old = (await client.Post("travel-documents/checks", JsonNode.Parse("""{"purpose":"border-control","number":"A1234567"}""")!).Json())["ledgerEntry"]!.GetValue<long>();
        var next = new LedgerLog(FeedName.LedgerOrigin(node.Membership.Network, node.Membership.Self, 2), node.Sealer);
        await node.Store.WriteAsync(session => next.Append(
            session, new LedgerNote(LedgerKind.Check, node.Now, Actor.Node).With("register", "travel-documents").With("realm", "live").With("purpose", "border-control").With("outcome", "hit")));

        Assert.Equal((2, 1), (await client.Get("travel-documents/statistics").Json()) is var count ? (count["checks"]!.GetValue<int>(), count["hits"]!.GetValue<int>()) : default);
        var found = (await client.Get("ledger/search?kind=check").Json())["entries"]!.AsArray();
        Assert.Equal([(2, 0L), (1, old)], found.Select(entry => (entry!["epoch"]!.GetValue<int>(), entry["index"]!.GetValue<long>())));
        Assert.Equal("check", (await client.Get($"ledger/{old}?epoch=1").Json())["note"]!["kind"]!.GetValue<string>());
        Assert.Equal([2, 1], (await client.Get("ledger").Json())["epochs"]!.AsArray().Select(epoch => epoch!.GetValue<int>()));
        await client.Get("ledger?epoch=3").Json(404);
        using var proof = new ByteArrayContent(await client.GetByteArrayAsync($"/api/v1/ledger/{old}/proof?epoch=1", TestContext.Current.CancellationToken));
        var verdict = await client.PostAsync("/api/v1/ledger/proof", proof, TestContext.Current.CancellationToken).Json();
        Assert.Equal((true, old, "check"), (verdict["proved"]!.GetValue<bool>(), verdict["index"]!.GetValue<long>(), verdict["note"]!["kind"]!.GetValue<string>()));

        await File.WriteAllTextAsync(_cli.In("token"), secret, TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        Assert.Equal(0, await Root.RunAsync(["ledger", "search", "--kind", "check", "--node", host.ApiAddress, "--token-file", _cli.In("token")], TimeProvider.System, output, output));
        Assert.Contains($"\nepoch 1 {old} {{", "\n" + output, StringComparison.Ordinal);
        var page = await client.GetStringAsync($"/ledger/entry/{old}?epoch=1", TestContext.Current.CancellationToken);
        Assert.Contains("epoch 1 of the ledger, which is over", page, StringComparison.Ordinal);
        Assert.Contains($"/ledger/entry/{old}?epoch=1", await client.GetStringAsync("/ledger?Kind=check", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
