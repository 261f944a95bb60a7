using Comity.Core;

namespace Comity.Web;

/// <summary>Keeps the copies of this process's indexes fresh, so that the next start is fast and nothing withdrawn stays in them.</summary>
internal sealed class SnapshotWorker(Node node, ILogger<SnapshotWorker> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), node.Context.Clock);
        while (node.Snapshots is { } snapshots && await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await snapshots.KeepAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "The index could not be copied");
            }
        }
    }
}
