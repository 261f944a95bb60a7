namespace Comity.Federation.Tests.Processes;

/// <summary>The nodes of all these tests; the third State has keys and no manners.</summary>
public sealed class TwoNodes : IAsyncDisposable
{
    private StateHomes? _homes;

    internal StateHome Victim => _homes!["UTO"];

    internal StateHome Good => _homes!["XAR"];

    internal StateHome Hostile => _homes!["XLY"];

    internal NodeProcess VictimNode { get; private set; } = null!;

    internal NodeProcess GoodNode { get; private set; } = null!;

    internal async Task StartAsync(ProcessFixture fixture)
    {
        if (_homes is null)
        {
            _homes = fixture.Homes.Copy();
            VictimNode = await NodeProcess.StartAsync(Victim);
            GoodNode = await NodeProcess.StartAsync(Good);
            Assert.True((await VictimNode.PublishAsync("U0000001", cancel: TestContext.Current.CancellationToken)).Acknowledged);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_homes is not null)
        {
            foreach (var node in new[] { VictimNode, GoodNode }.OfType<NodeProcess>())
            {
                await node.DisposeAsync();
            }

            _homes.Dispose();
        }
    }
}
