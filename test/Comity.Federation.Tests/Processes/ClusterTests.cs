using System.Collections.Concurrent;
using System.Diagnostics;
using Comity.Core.Feeds;
using Comity.Testing;

namespace Comity.Federation.Tests.Processes;

/// <summary>Two processes of one node on one database, and its partner: what the loss of a process, or of the primary, changes for those who ask. Nothing.</summary>
[Collection(ProcessCollection.Name)]
public sealed class ClusterTests(ProcessFixture fixture) : IAsyncLifetime
{
    private readonly StateHomes _homes = fixture.Homes.Copy();
    private readonly Load _load = new();
    private readonly ConcurrentDictionary<string, string> _missed = [];   // acknowledged here, no hit there
    private readonly List<IAsyncDisposable> _running = [];
    private int _looks;
    private int _next;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var running in Enumerable.Reverse(_running))
        {
            await running.DisposeAsync();
        }

        _homes.Dispose();
    }

    [Fact]
    public async Task The_primary_is_lost_under_load_and_nothing_acknowledged_is_nor_does_a_partner_notice()
    {
        using var cluster = PostgresCluster.Start();
        var (first, second, partner) = await StartAsync(cluster.Setting);
        Assert.Equal((200, "ready"), await ReadyAsync(first));

        using var stop = new CancellationTokenSource();
        var work = WorkAsync(first, second, stop.Token);
        await UntilAsync(() => _load.Acknowledged.Count() > 100 && _looks > 20, "there was no load");

        cluster.Kill("a");
        var away = Stopwatch.StartNew();
        await UntilAsync(async () => (await ReadyAsync(first)).Status == 503 && (await ReadyAsync(second)).Status == 503, "a process without its database called itself ready");
        cluster.Script("promote", "b");
        var promoted = Stopwatch.StartNew();
        await UntilAsync(async () => (await ReadyAsync(first)).Status == 200 && (await ReadyAsync(second)).Status == 200, "a process did not find the new primary");
        var back = promoted.Elapsed;
        Assert.StartsWith("ready, unprotected: ", (await UntilSaysAsync(first, "ready, unprotected")).Text, StringComparison.Ordinal);
        await MoreAsync(first, second);
        await stop.CancelAsync();
        await work;

        cluster.Script("rejoin", "a");
        cluster.Script("protect", "b");
        await UntilSaysAsync(second, "ready", exactly: true);
        await FinishAsync(first, second, partner);
        Assert.Empty(_load.Statuses.Keys.Except([0, 200, 503]));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{_load.Acknowledged.Count()} changes, {_load.Checks} checks acknowledged; {_looks} looked for at the other process at once; without a primary for {away.Elapsed - promoted.Elapsed:s\\.f} s, both ready {back:s\\.ff} s after; answers {string.Join(", ", _load.Statuses)}");
    }

    [Fact]
    public async Task A_primary_that_was_deposed_and_still_runs_acknowledges_nothing_and_is_left()
    {
        using var cluster = PostgresCluster.Start();
        var (first, second, partner) = await StartAsync(cluster.Setting);
        using var stop = new CancellationTokenSource();
        var work = WorkAsync(first, second, stop.Token);
        await UntilAsync(() => _load.Acknowledged.Count() > 50, "there was no load");

        cluster.Freeze("a");
        cluster.Script("promote", "b", "--force");
        cluster.Freeze("a", thaw: true);
        await UntilAsync(async () => (await ReadyAsync(first)).Status == 200 && (await ReadyAsync(second)).Status == 200, "a process stayed with the deposed primary");
        await MoreAsync(first, second);
        await stop.CancelAsync();
        await work;
        cluster.Kill("a");
        await FinishAsync(first, second, partner);
    }

    [Fact]
    public async Task A_process_is_killed_under_load_and_the_other_takes_its_conversations_over()
    {
        var (first, second, partner) = await StartAsync(PostgresServer.Shared.NewDatabase());
        var holder = await HolderAsync(second, "contact XAR", not: null);
        var (dies, stays) = holder == "first" ? (first, second) : (second, first);
        using var stop = new CancellationTokenSource();
        var work = WorkAsync(first, second, stop.Token);
        await UntilAsync(() => _load.Acknowledged.Count() > 50 && _looks > 10, "there was no load");

        await dies.KillAsync();
        var since = Stopwatch.StartNew();
        await HolderAsync(stays, "contact XAR", not: holder);
        await HolderAsync(stays, "maintenance", not: holder);
        var taken = since.Elapsed;
        Assert.True((await partner.PublishAsync("X0000002", cancel: Cancel)).Acknowledged);
        await UntilAsync(async () => (await stays.CheckAsync("X0000002", Cancel)).Json["outcome"]!.GetValue<string>() == "hit", "nobody talks to the partner");
        await stop.CancelAsync();
        await work;
        await FinishAsync(stays, stays, partner);
        TestContext.Current.TestOutputHelper!.WriteLine($"conversations taken over after {taken:s\\.ff} s; {_looks} looked for at the other process at once");
    }

    /// <summary>Two processes of Utopia behind one address, and Arcadia.</summary>
    private async Task<(NodeProcess First, NodeProcess Second, NodeProcess Partner)> StartAsync(string database)
    {
        var home = _homes["UTO"];
        await home.MoveToAsync(database);
        var (one, other) = (home.Sibling(), home.Sibling());
        _running.Add(new Balancer(home.ExchangePort, one.ExchangePort, other.ExchangePort));
        var first = Running(await NodeProcess.StartAsync(one, ("PROCESS", "first"), ("MAINTENANCE__INTERVAL", "00:00:01")));
        var second = Running(await NodeProcess.StartAsync(other, ("PROCESS", "second"), ("MAINTENANCE__INTERVAL", "00:00:01")));
        var partner = Running(await NodeProcess.StartAsync(_homes["XAR"]));
        await UntilAsync(() => QuietlyAsync(() => partner.PublishAsync("X0000001", cancel: Cancel)), $"the partner does not serve: {partner.Said}");
        return (first, second, partner);
    }

    private NodeProcess Running(NodeProcess node)
    {
        _running.Add(node);
        return node;
    }

    private Task WorkAsync(NodeProcess first, NodeProcess second, CancellationToken stop) => Task.WhenAll(
        _load.RunAsync(first, workers: 3, stop), _load.RunAsync(second, workers: 3, stop), LookAsync(first, second, stop), LookAsync(second, first, stop));

    /// <summary>Publishes at one process and looks at once at the other: what was acknowledged must hit there.</summary>
    private Task LookAsync(NodeProcess here, NodeProcess there, CancellationToken stop) => Task.Run(
        async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var number = $"C{Interlocked.Increment(ref _next):0000000}";
                _load.Await(number);
                if (await QuietlyAsync(() => here.PublishAsync(number, once: "key-" + number)))
                {
                    _load.Expect(number);
                    ApiAnswer? check = null;
                    if (await QuietlyAsync(async () => check = await there.CheckAsync(number, CancellationToken.None)))
                    {
                        Interlocked.Increment(ref _looks);
                        if (check!.Json["outcome"]!.GetValue<string>() != "hit")
                        {
                            _missed[number] = check.Text;
                        }
                    }
                }
            }
        },
        CancellationToken.None);

    private static async Task<bool> QuietlyAsync(Func<Task<ApiAnswer>> ask)
    {
        try
        {
            var answer = await ask();
            await Task.Delay(answer.Acknowledged ? 0 : 20, CancellationToken.None);
            return answer.Acknowledged;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            await Task.Delay(20, CancellationToken.None);
            return false;
        }
    }

    /// <summary>Waits until both have taken more.</summary>
    private async Task MoreAsync(params NodeProcess[] nodes)
    {
        var (before, looks) = (_load.Acknowledged.Count(), _looks);
        await UntilAsync(() => _load.Acknowledged.Count() > before + 50 && _looks > looks + 5, "they do not serve again: " + string.Join('\n', nodes.Select(node => node.Said)));
    }

    /// <summary>Sends again what was not acknowledged, has the partner take all in, and looks at everything that was ever promised.</summary>
    private async Task FinishAsync(NodeProcess one, NodeProcess other, NodeProcess partner)
    {
        Assert.Empty(_missed);
        await _load.RetryAsync(one);
        await partner.SettleAsync("UTO", Cancel);
        await one.SettleAsync("XAR", Cancel);
        foreach (var number in _load.Acknowledged.Where((_, i) => i % 40 == 0))
        {
            foreach (var node in new[] { one, other, partner })
            {
                Assert.Equal("hit", (await node.CheckAsync(number, Cancel)).Json["outcome"]!.GetValue<string>());
            }
        }

        Assert.Equal("hit", (await other.CheckAsync("X0000001", Cancel)).Json["outcome"]!.GetValue<string>());
        Assert.All((await partner.GetAsync("api/v1/feeds", Cancel)).Json.AsArray(), feed => Assert.Null(feed!["quarantine"]));
        foreach (var node in new[] { one, other, partner }.Distinct())
        {
            await node.KillAsync();
        }

        var records = _homes["UTO"].Verified(_load.AssertKept);
        Assert.Equal(records, _load.Acknowledged.Count());
        var (mirrored, forks) = _homes["XAR"].Verified(node => node.Context.Store.Read(session => (
            session.First("SELECT COUNT(*) FROM record r JOIN log l ON l.log = r.log WHERE l.kind = 'mirror'", row => (int)row.GetInt64(0)), session.Forks())));
        Assert.Equal(records, mirrored);
        Assert.Empty(forks);
    }

    /// <summary>Who does a thing, once somebody does; not the one named.</summary>
    private static async Task<string> HolderAsync(NodeProcess node, string duty, string? not)
    {
        string? holder = null;
        await UntilAsync(
            async () =>
            {
                var status = await node.GetAsync("api/v1/status", Cancel);
                holder = status.Acknowledged
                    ? status.Json["processes"]!.AsArray().FirstOrDefault(process => process!["duties"]!.AsArray().Any(held => held!.GetValue<string>() == duty))?["name"]!.GetValue<string>() : null;
                return holder is not null && holder != not;
            },
            $"nobody took {duty}");
        return holder!;
    }

    private static async Task<(int Status, string Text)> ReadyAsync(NodeProcess node)
    {
        Assert.True(node.Runs, $"a process ended:\n{node.Said}");
        var answer = await node.GetAsync("ready", Cancel);
        return (answer.Status, answer.Text);
    }

    private static async Task<(int Status, string Text)> UntilSaysAsync(NodeProcess node, string text, bool exactly = false)
    {
        (int Status, string Text) said = default;
        await UntilAsync(async () => (said = await ReadyAsync(node)) is var ready && (exactly ? ready.Text == text : ready.Text.StartsWith(text, StringComparison.Ordinal)), $"it never said '{text}'");
        return said;
    }

    private static Task UntilAsync(Func<bool> holds, string otherwise) => UntilAsync(() => Task.FromResult(holds()), otherwise);

    private static async Task UntilAsync(Func<Task<bool>> holds, string otherwise)
    {
        for (var waited = Stopwatch.StartNew(); !await holds(); await Task.Delay(50, Cancel))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), $"within a minute: {otherwise}");
        }
    }
}
