using Comity.Testing;

namespace Comity.Federation.Tests.Processes;

/// <summary>Nodes that are killed at work, twenty times on each database.</summary>
[Collection(ProcessCollection.Name)]
public sealed class KillTests(ProcessFixture fixture) : IDisposable
{
    private const int Kills = 20;
    private readonly StateHomes _homes = fixture.Homes.Copy();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _homes.Dispose();

    [Fact]
    public Task A_node_on_SQLite_that_is_killed_keeps_all_it_acknowledged_once_and_its_partner_gets_it() => KillAsync();

    [Fact]
    public async Task A_node_on_PostgreSQL_that_is_killed_keeps_all_it_acknowledged_once_and_its_partner_gets_it()
    {
        await _homes["UTO"].MoveToAsync(PostgresServer.Shared.NewDatabase());
        await KillAsync();
    }

    private async Task KillAsync()
    {
        var load = new Load();
        await using var partner = await NodeProcess.StartAsync(_homes["XAR"]);
        await partner.PublishAsync("X0000001", cancel: Cancel);
        for (var kill = 1; kill <= Kills; kill++)
        {
            await using (var node = await NodeProcess.StartAsync(_homes["UTO"]))
            {
                using var stop = new CancellationTokenSource();
                var work = load.RunAsync(node, workers: 6, stop.Token);
                var pulls = QuietlyAsync(() => node.PullAsync("XAR", Cancel));
                var enough = load.Answers + (kill * 7 % 40);   // from the first answer on to full speed
                for (var patience = 0; load.Answers < enough && patience < 2000; patience++)
                {
                    await Task.Delay(5, Cancel);
                }

                await node.KillAsync();
                await stop.CancelAsync();
                await Task.WhenAll(work, pulls);
            }

            _homes["UTO"].Verified(load.AssertKept);
        }

        Assert.True(load.Acknowledged.Count() > Kills && load.Checks > Kills, $"{load.Acknowledged.Count()} changes and {load.Checks} checks were acknowledged");
        await using (var node = await NodeProcess.StartAsync(_homes["UTO"]))
        {
            await load.RetryAsync(node);
            await partner.SettleAsync("UTO", Cancel);
            foreach (var number in load.Acknowledged.Where((_, i) => i % 50 == 0))
            {
                Assert.Equal("hit", (await partner.CheckAsync(number, Cancel)).Json["outcome"]!.GetValue<string>());
            }

            await node.SettleAsync("XAR", Cancel);
            Assert.Equal("hit", (await node.CheckAsync("X0000001", Cancel)).Json["outcome"]!.GetValue<string>());
        }

        await partner.KillAsync();
        var records = _homes["UTO"].Verified(load.AssertKept);
        Assert.Equal(records, load.Acknowledged.Count());
        Assert.Equal(records, _homes["XAR"].Verified(node => node.Context.Store.Read(session =>
            session.First("SELECT COUNT(*) FROM record r JOIN log l ON l.log = r.log WHERE l.kind = 'mirror'", row => (int)row.GetInt64(0)))));
        TestContext.Current.TestOutputHelper!.WriteLine($"{records} changes and {load.Checks} checks acknowledged over {Kills} kills; answers {string.Join(", ", load.Statuses)}");
        Assert.Equal([0, 200], load.Statuses.Keys.Order());
    }

    private static async Task QuietlyAsync(Func<Task<ApiAnswer>> ask)
    {
        try
        {
            await ask();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException)
        {
            // it was killed
        }
    }
}
