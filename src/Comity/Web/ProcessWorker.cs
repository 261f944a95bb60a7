using Comity.Core;
using Comity.Core.Processes;
using Comity.Core.Storage;

namespace Comity.Web;

/// <summary>Keeps a process in step with the store, to which commands and other processes write as well; one of several gives signs of life and looks how protected the database is.</summary>
internal sealed class ProcessWorker(Node node, ILogger<ProcessWorker> log) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private IDatabase Database => node.Context.Store.Database;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Database.IsShared)
        {
            await node.Duties.BeatAsync();
            node.Follower.Shared = true;
        }

        Look();
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await (Database.IsShared && !node.Duties.Replaced ? node.Duties.LeaveAsync() : Task.CompletedTask);
        }
        catch (StorageException)
        {
            // the others find out by themselves
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Database.IsShared ? EveryAsync(Duties.Interval, BeatAsync, stoppingToken) : Task.CompletedTask,
        Database.IsShared ? EveryAsync(LookEvery, () => { Look(); return Task.CompletedTask; }, stoppingToken) : Task.CompletedTask,
        Task.Run(() => FollowAsync(stoppingToken), stoppingToken));

    private async Task BeatAsync()
    {
        await node.Duties.BeatAsync();
        Telemetry.Lag.Record(node.Follower.Lag.TotalSeconds);
        if (node.Duties.Replaced)
        {
            log.LogError("Another process runs under the name {Name}: this one stops", node.Duties.Name);
            node.Context.Store.Break(new StorageException($"Another process runs under the name {node.Duties.Name}.", away: false));
        }
    }

    private void Look()
    {
        var before = node.Protection;
        node.LookForProtection();
        if (node.Protection != before && node.Protection.State == ProtectionState.Unprotected)
        {
            log.LogWarning("The database is unprotected: {Detail}", node.Protection.Detail);
        }
    }

    /// <summary>Follows when another process announces something, and four times a second in case nobody heard it.</summary>
    private async Task FollowAsync(CancellationToken stop)
    {
        Task<bool>? heard = null;
        while (!stop.IsCancellationRequested)
        {
            heard = heard is null or { IsCompleted: true } ? Database.ListenAsync(stop) : heard;
            await Task.WhenAny(heard, Task.Delay(Poll, node.Context.Clock, stop));
            if (heard is { IsCompletedSuccessfully: true, Result: false })
            {
                await Task.Delay(Poll, node.Context.Clock, stop);   // it cannot be told: ask
            }

            try
            {
                node.Follower.CatchUp();
                node.Follower.Forget();
            }
            catch (StorageException e) when (e.Away)
            {
                // the next time
            }
        }
    }

    private async Task EveryAsync(TimeSpan interval, Func<Task> act, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, node.Context.Clock);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await act();
            }
            catch (StorageException e) when (e.Away)
            {
                // the lag tells
            }
        }
    }
}
