using System.Diagnostics;
using Comity.Core.Feeds;
using Comity.Core.Members;

namespace Comity.Federation.Tests.Processes;

/// <summary>Keys that change while officers work, and a member whose keys were stolen.</summary>
[Collection(ProcessCollection.Name)]
public sealed class KeyTests(ProcessFixture fixture) : IDisposable
{
    private readonly StateHomes _homes = fixture.Homes.Copy();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _homes.Dispose();

    [Fact]
    public async Task Every_key_is_rotated_under_load_and_nothing_acknowledged_is_lost()
    {
        var (home, load) = (_homes["UTO"], new Load());
        await using var partner = await NodeProcess.StartAsync(_homes["XAR"]);
        var node = await NodeProcess.StartAsync(home);
        using var stop = new CancellationTokenSource();
        List<string> interruptions = [];
        try
        {
            foreach (var use in Enum.GetValues<KeyUse>())
            {
                using var pause = new CancellationTokenSource();
                var work = load.RunAsync(node, workers: 4, pause.Token);
                var enough = load.Answers + 40;
                await UntilAsync(() => load.Answers > enough, node);

                var (notice, clock) = (_homes.In($"{use}.jws"), Stopwatch.StartNew());
                await node.DisposeAsync();
                await CommandProcess.MustAsync(home, "keys", "rotate", use.ToString().ToLowerInvariant(), "--home", home.Folder, "--passphrase-file", home.PassphraseFile, "--out", notice);
                home.Reload();
                var written = clock.ElapsedMilliseconds;
                await pause.CancelAsync();
                await work;
                node = await NodeProcess.StartAsync(home);
                interruptions.Add($"{use} {clock.ElapsedMilliseconds} ms, {written} ms of it the command");
                await CommandProcess.MustAsync(home, "notice", "take", notice);

                // The very next round must do: partners trusted the key before it was used.
                Assert.True((await partner.PullAsync("UTO", Cancel)).Acknowledged);
                await partner.SettleAsync("UTO", Cancel);
                await node.SettleAsync("XAR", Cancel);
            }

            await load.RetryAsync(node);
            await partner.SettleAsync("UTO", Cancel);
            foreach (var number in load.Acknowledged.Where((_, i) => i % 40 == 0))
            {
                Assert.Equal("hit", RestoreTests.Outcome(await partner.CheckAsync(number, Cancel)));
            }
        }
        finally
        {
            await node.DisposeAsync();
        }

        await partner.KillAsync();
        Assert.Equal(load.Acknowledged.Count(), home.Verified(load.AssertKept));
        _homes["XAR"].Verified(mirror =>
        {
            Assert.Empty(mirror.Context.Store.Read(session => session.Forks()));
            Assert.All(Enum.GetValues<KeyUse>(), use => Assert.Single(mirror.Context.Membership.Directory.Find(home.Member)!.Keys[use].Retired));
            return true;
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"{load.Acknowledged.Count()} changes; {string.Join("; ", interruptions)}; answers {string.Join(", ", load.Statuses)}");
    }

    [Fact]
    public async Task A_member_whose_keys_were_stolen_is_held_at_the_last_trusted_entry_and_comes_back_with_new_ones()
    {
        var (victim, arcadia, lyonesse) = (_homes["UTO"], _homes["XAR"], _homes["XLY"]);
        await using var a = await NodeProcess.StartAsync(arcadia);
        await using var c = await NodeProcess.StartAsync(lyonesse);
        var (log, signing) = (victim.Ring.Current(KeyUse.Log).Id.ToString(), victim.Ring.Current(KeyUse.Signing).Id.ToString());
        await using (var node = await NodeProcess.StartAsync(victim))
        {
            await RestoreTests.PublishAsync(node, "G", 5);
            await a.SettleAsync("UTO", Cancel);
            await c.SettleAsync("UTO", Cancel);

            // Its owner vouches for these five, and no more; both partners are told by hand, for the line is no longer to be trusted.
            string[] common = ["--home", victim.Folder, "--passphrase-file", victim.PassphraseFile, "--reason", "compromised", "--out"];
            await CommandProcess.MustAsync(victim, ["keys", "revoke", log, .. common, _homes.In("log.jws")]);
            await CommandProcess.MustAsync(arcadia, "notice", "take", _homes.In("log.jws"));
            await CommandProcess.MustAsync(lyonesse, "notice", "take", _homes.In("log.jws"));
            await RestoreTests.PublishAsync(node, "T", 5);   // the thief, with the stolen key
            foreach (var partner in new[] { a, c })
            {
                await UntilAsync(async () => (await partner.GetAsync("api/v1/feeds", Cancel)).Text.Contains("key-revoked", StringComparison.Ordinal), partner, pull: "UTO");
                Assert.Equal("hit", RestoreTests.Outcome(await partner.CheckAsync("G0000003", Cancel)));
                Assert.Equal("incomplete", RestoreTests.Outcome(await partner.CheckAsync("T0000003", Cancel)));
            }

            await CommandProcess.MustAsync(victim, "notice", "take", _homes.In("log.jws"));
            await CommandProcess.MustAsync(victim, ["keys", "revoke", signing, .. common, _homes.In("signing.jws")]);
            await CommandProcess.MustAsync(arcadia, "notice", "take", _homes.In("signing.jws"));
            var refused = (await node.PullAsync("XAR", Cancel)).Json[0]!;
            Assert.Contains("key-revoked", refused["detail"]!.GetValue<string>(), StringComparison.Ordinal);
            await CommandProcess.MustAsync(victim, "notice", "take", _homes.In("signing.jws"));
        }

        foreach (var use in new[] { "log", "signing" })
        {
            await CommandProcess.MustAsync(victim, "keys", "rotate", use, "--home", victim.Folder, "--passphrase-file", victim.PassphraseFile, "--out", _homes.In($"new-{use}.jws"));
            victim.Reload();
            await using var once = await NodeProcess.StartAsync(victim);
            await CommandProcess.MustAsync(victim, "notice", "take", _homes.In($"new-{use}.jws"));
        }

        await using (var node = await NodeProcess.StartAsync(victim))
        {
            // What the thief published is taken back by its owner, and then the partners go on with it.
            foreach (var number in RestoreTests.Numbers("T", 5))
            {
                await CommandProcess.MustAsync(victim, "documents", "withdraw", "UTO", number);
            }

            await RestoreTests.PublishAsync(node, "H", 5);
            foreach (var partner in new[] { a, c })
            {
                await partner.PullAsync("UTO", Cancel);
                var feed = (await partner.GetAsync("api/v1/feeds", Cancel)).Json.AsArray().Single(feed => feed!["quarantine"] is not null)!["feed"]!.GetValue<string>();
                await CommandProcess.MustAsync(partner.Home, "feed", "release", feed, "--reason", "its owner has new keys and took back what was not its own");
                await partner.SettleAsync("UTO", Cancel);
                Assert.Equal("hit", RestoreTests.Outcome(await partner.CheckAsync("H0000003", Cancel)));
                Assert.Equal("hit", RestoreTests.Outcome(await partner.CheckAsync("G0000003", Cancel)));
                Assert.Equal("noHit", RestoreTests.Outcome(await partner.CheckAsync("T0000003", Cancel)));
                await node.SettleAsync(partner.Home.Code, Cancel);
            }
        }
    }

    private static Task UntilAsync(Func<bool> holds, NodeProcess node) => UntilAsync(() => Task.FromResult(holds()), node, null);

    private static async Task UntilAsync(Func<Task<bool>> holds, NodeProcess node, string? pull)
    {
        for (var waited = Stopwatch.StartNew(); !await holds(); await Task.Delay(50, Cancel))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"it did not come about within a minute\n{node.Said}");
            if (pull is not null)
            {
                await node.PullAsync(pull, Cancel);
            }
        }
    }
}
