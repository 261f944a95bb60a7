using System.Diagnostics;
using Comity.Testing;

namespace Comity.Federation.Tests.Processes;

/// <summary>A disk without space, and a database that goes away and comes back, under a node at work.</summary>
[Collection(ProcessCollection.Name)]
public sealed class StorageAwayTests(ProcessFixture fixture) : IDisposable
{
    private readonly StateHomes _homes = fixture.Homes.Copy();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _homes.Dispose();

    [Fact]
    public async Task A_node_whose_disk_is_full_says_so_stops_and_has_lost_nothing_when_there_is_space_again()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can mount a small disk.");
        var disk = Directory.CreateDirectory(_homes.In("disk")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", disk);
        try
        {
            var home = _homes["UTO"].CopyTo(Path.Combine(disk, "uto"));
            var load = new Load();
            await using (var node = await NodeProcess.StartAsync(home))
            {
                Assert.True((await node.PublishAsync("A0000001", cancel: Cancel)).Acknowledged);
                Fill(Path.Combine(disk, "filler"), leave: 300_000);
                using var stop = new CancellationTokenSource();
                var work = load.RunAsync(node, workers: 6, stop.Token);
                Assert.Equal(74, await node.ExitCodeAsync(TimeSpan.FromSeconds(60)));
                await stop.CancelAsync();
                await work;
                Assert.Contains("the store failed", node.Said, StringComparison.Ordinal);
            }

            Assert.True(load.Statuses.GetValueOrDefault(503) > 0, string.Join(", ", load.Statuses));
            Assert.Empty(load.Statuses.Keys.Except([0, 200, 503]));
            File.Delete(Path.Combine(disk, "filler"));
            await using (var node = await NodeProcess.StartAsync(home))
            {
                Assert.Equal("unchanged", (await node.PublishAsync("A0000001", cancel: Cancel)).Json["results"]![0]!["outcome"]!.GetValue<string>());
                await load.RetryAsync(node);
            }

            load.Expect("A0000001");
            Assert.Equal(load.Acknowledged.Count(), home.Verified(load.AssertKept));
            TestContext.Current.TestOutputHelper!.WriteLine($"{load.Acknowledged.Count()} changes acknowledged; answers {string.Join(", ", load.Statuses)}");
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public async Task A_node_whose_database_server_goes_says_so_and_works_on_when_it_is_back()
    {
        using var server = PostgresServer.StartNew();
        await _homes["UTO"].MoveToAsync(server.NewDatabase());
        var load = new Load();
        await using (var node = await NodeProcess.StartAsync(_homes["UTO"]))
        {
            for (var round = 0; round < 2; round++)
            {
                using var stop = new CancellationTokenSource();
                var work = load.RunAsync(node, workers: 6, stop.Token);
                await UntilAsync(() => load.Acknowledged.Count() > 20 * (round + 1));
                Assert.Equal(200, (await node.GetAsync("ready", Cancel)).Status);

                server.Stop(immediate: true);
                var refused = load.Statuses.GetValueOrDefault(503);
                await UntilAsync(() => load.Statuses.GetValueOrDefault(503) > refused + 10);
                var ready = await node.GetAsync("ready", Cancel);
                Assert.Equal((503, "the database is away"), (ready.Status, ready.Text));
                Assert.Equal("alive", (await node.GetAsync("health", Cancel)).Text);
                var check = await node.CheckAsync("N0000001", Cancel);
                Assert.Equal((503, "application/problem+json", "urn:comity:problem:unavailable"), (check.Status, check.MediaType, check.Json["type"]!.GetValue<string>()));

                server.Start();
                var before = load.Acknowledged.Count();
                await UntilAsync(() => load.Acknowledged.Count() > before + 20);
                Assert.Equal(200, (await node.GetAsync("ready", Cancel)).Status);
                await stop.CancelAsync();
                await work;
            }

            await load.RetryAsync(node);
            Assert.True(node.Runs);
        }

        Assert.Equal([200, 503], load.Statuses.Keys.Order());
        Assert.Equal(load.Acknowledged.Count(), _homes["UTO"].Verified(load.AssertKept));
        TestContext.Current.TestOutputHelper!.WriteLine($"{load.Acknowledged.Count()} changes acknowledged; answers {string.Join(", ", load.Statuses)}");
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var waited = Stopwatch.StartNew(); !holds(); await Task.Delay(20, Cancel))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "it did not come about within a minute");
        }
    }

    /// <summary>Takes all the space of a disk but so many bytes.</summary>
    private static void Fill(string file, long leave)
    {
        using var filler = new FileStream(file, FileMode.CreateNew);
        filler.Write(new byte[Math.Max(0, new DriveInfo(file).AvailableFreeSpace - leave)]);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
