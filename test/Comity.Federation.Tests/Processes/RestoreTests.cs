using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Testing;

namespace Comity.Federation.Tests.Processes;

/// <summary>Backups of nodes at work, and what a node does that starts from one.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RestoreTests(ProcessFixture fixture) : IDisposable
{
    private readonly StateHomes _homes = fixture.Homes.Copy();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private StateHome Utopia => _homes["UTO"];

    public void Dispose() => _homes.Dispose();

    [Fact]
    public Task On_SQLite_a_node_restored_from_an_old_backup_reads_only_gets_its_feed_back_and_never_signs_a_second_past() => RestoreOldAsync(_ => null);

    [Fact]
    public async Task On_PostgreSQL_a_node_restored_from_an_old_backup_reads_only_gets_its_feed_back_and_never_signs_a_second_past()
    {
        await Utopia.MoveToAsync(PostgresServer.Shared.NewDatabase());
        await RestoreOldAsync(_ => PostgresServer.Shared.NewDatabase());
    }

    private async Task RestoreOldAsync(Func<int, string?> database)
    {
        var load = new Load();
        string backup;
        await using var arcadia = await NodeProcess.StartAsync(_homes["XAR"]);
        await using var lyonesse = await NodeProcess.StartAsync(_homes["XLY"]);
        await using (var node = await NodeProcess.StartAsync(Utopia))
        {
            await PublishAsync(node, "A", 10);
            using var stop = new CancellationTokenSource();
            var work = load.RunAsync(node, workers: 4, stop.Token);
            backup = await BackUpAsync(Utopia);
            await stop.CancelAsync();
            await work;
            await PublishAsync(node, "B", 10);
            await arcadia.SettleAsync("UTO", Cancel);
            await lyonesse.SettleAsync("UTO", Cancel);
            await node.KillAsync();
        }

        var at = database(0);
        var restored = Utopia.At(_homes.In("restored"), at);
        await CommandProcess.MustAsync(null, ["restore", backup, "--home", restored.Folder, .. at is null ? Array.Empty<string>() : ["--database", at]]);
        await using (var node = await NodeProcess.StartAsync(restored))
        {
            // The partners' words come with the start: the ledger was further than the backup, and the feed, too.
            var status = await UntilAsync(node, json => json["state"]!.GetValue<string>() == "behind");
            Assert.Equal(2, status["behind"]!.AsArray().Count);
            var refused = await node.PublishAsync("C0000001", cancel: Cancel);
            Assert.Equal((503, "urn:comity:problem:read-only"), (refused.Status, refused.Json["type"]!.GetValue<string>()));
            Assert.Equal("hit", Outcome(await node.CheckAsync("A0000001", Cancel)));

            var (code, output, _) = await CommandProcess.RunAsync(restored, "recover");
            Assert.Equal(1, code);   // the ledger's lost entries come back from nobody
            Assert.Contains("entries came back", output, StringComparison.Ordinal);
            foreach (var number in load.Acknowledged.Concat(Numbers("B", 10)))
            {
                Assert.Equal("hit", Outcome(await node.CheckAsync(number, Cancel)));
            }

            status = (await node.GetAsync("api/v1/recovery", Cancel)).Json;
            Assert.Equal("/ledger/1", Assert.Single(status["behind"]!.AsArray())!["origin"]!.GetValue<string>()[^9..]);
            Assert.Equal(503, (await node.PublishAsync("C0000001", cancel: Cancel)).Status);
            await node.SettleAsync("XAR", Cancel);
            await arcadia.SettleAsync("UTO", Cancel);
            await lyonesse.SettleAsync("UTO", Cancel);
        }

        // A restart is no way out of it.
        await using (var node = await NodeProcess.StartAsync(restored))
        {
            Assert.Equal(503, (await node.PublishAsync("C0000001", cancel: Cancel)).Status);

            // Two persons, each with a passphrase of their own: the operator, and the keeper of the root.
            var (root, secret, notice) = (restored.SealRootApart(_homes.In("root"), Utopia), _homes.In("root-passphrase"), _homes.In("epoch.jws"));
            DurableFile.Replace(secret, System.Text.Encoding.ASCII.GetBytes(StateHome.RootPassphrase + "\n"));
            string[] epoch = ["epoch", "open", "--home", restored.Folder, "--reason", "restored from a backup", "--out", notice, "--passphrase-file", restored.PassphraseFile, "--root", root];
            Assert.Equal(1, (await CommandProcess.RunAsync(restored, epoch)).Code);
            Assert.Contains("entries are lost", await CommandProcess.MustAsync(restored, [.. epoch, "--root-passphrase-file", secret]), StringComparison.Ordinal);
            await CommandProcess.MustAsync(restored, "notice", "take", notice);

            Assert.True((await node.PublishAsync("C0000001", cancel: Cancel)).Acknowledged, node.Said);
            foreach (var partner in new[] { arcadia, lyonesse })
            {
                await partner.SettleAsync("UTO", Cancel);
                Assert.Equal("hit", Outcome(await partner.CheckAsync("C0000001", Cancel)));
                await node.SettleAsync(partner.Home.Code, Cancel);
            }

            Assert.Equal(0, (await CommandProcess.RunAsync(restored, "recover")).Code);
            Assert.Equal(200, (await node.GetAsync("ready", Cancel)).Status);
        }

        await arcadia.KillAsync();
        await lyonesse.KillAsync();
        foreach (var home in new[] { restored, _homes["XAR"], _homes["XLY"] })
        {
            home.Verified(node => node.Context.Store.Read(session => { Assert.Empty(Core.Feeds.ForkTable.Forks(session)); return true; }));
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{load.Acknowledged.Count()} changes acknowledged while the backup was made");
    }

    internal static async Task PublishAsync(NodeProcess node, string prefix, int count)
    {
        foreach (var number in Numbers(prefix, count))
        {
            Assert.True((await node.PublishAsync(number, cancel: Cancel)).Acknowledged, node.Said);
        }
    }

    internal static IEnumerable<string> Numbers(string prefix, int count) => Enumerable.Range(1, count).Select(i => $"{prefix}{i:0000000}");

    internal static string Outcome(ApiAnswer answer)
    {
        Assert.True(answer.Acknowledged, answer.Text);
        return answer.Json["outcome"]!.GetValue<string>();
    }

    private async Task<string> BackUpAsync(StateHome home)
    {
        await CommandProcess.MustAsync(home, "backup", "--home", home.Folder, "--out", _homes.In("backups"));
        var backup = Assert.Single(Directory.GetDirectories(_homes.In("backups")));
        Assert.Contains("whole", await CommandProcess.MustAsync(null, "backup", "verify", backup), StringComparison.Ordinal);
        return backup;
    }

    private static async Task<JsonNode> UntilAsync(NodeProcess node, Func<JsonNode, bool> holds)
    {
        for (var tries = 0; ; tries++)
        {
            var status = (await node.GetAsync("api/v1/recovery", Cancel)).Json;
            if (holds(status))
            {
                return status;
            }

            Assert.True(tries < 200, $"{status}\n{node.Said}");
            await Task.Delay(50, Cancel);
        }
    }
}
