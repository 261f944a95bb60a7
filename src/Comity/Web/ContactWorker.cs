using Comity.Core;
using Comity.Core.Members;
using Comity.Core.Processes;
using Comity.Home;

namespace Comity.Web;

/// <summary>Keeps one conversation going with every partner that is this process's duty; one that fails is tried again and holds up no other.</summary>
internal sealed class ContactWorker(Node node, NodeOptions options, ILogger<ContactWorker> log) : BackgroundService
{
    private readonly Dictionary<MemberCode, (Task Talk, CancellationTokenSource Stop)> _talks = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), node.Context.Clock);
        do
        {
            foreach (var (partner, talk) in _talks.Where(pair => pair.Value.Talk.IsCompleted).ToList())
            {
                talk.Stop.Dispose();
                _talks.Remove(partner);
            }

            foreach (var (_, talk) in _talks.Where(pair => !node.Duties.Holds(Duties.ContactWith(pair.Key))))
            {
                await talk.Stop.CancelAsync();
            }

            foreach (var partner in node.Context.Membership.Partners.Select(partner => partner.Code))
            {
                if (!_talks.ContainsKey(partner) && node.Duties.Holds(Duties.ContactWith(partner)))
                {
                    var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    _talks[partner] = (Task.Run(() => TalkAsync(partner, stop.Token), CancellationToken.None), stop);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TalkAsync(MemberCode partner, CancellationToken stop)
    {
        using var duty = node.Duties.Begin(Duties.ContactWith(partner));
        string? last = null;
        while (!stop.IsCancellationRequested && !node.Context.Membership.IsSuspended(partner))
        {
            try
            {
                var result = await node.ContactAsync(partner, (int)options.ContactsWait.TotalSeconds, stop);
                if (result.Detail != last)
                {
                    Tell(partner, last = result.Detail);
                }

                // A partner that waited for news has paced the talk already.
                var pause = result.Complete && options.ContactsWait > TimeSpan.Zero ? TimeSpan.FromMilliseconds(50) : options.ContactsInterval;
                await Task.Delay(pause, node.Context.Clock, stop);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Failed(partner, e);
                await Task.Delay(options.ContactsInterval, node.Context.Clock, stop);
            }
        }
    }

    private void Tell(MemberCode partner, string? detail)
    {
        if (detail is null)
        {
            log.LogInformation("{Partner}: complete", partner);
        }
        else
        {
            log.LogWarning("{Partner}: {Detail}", partner, detail);
        }
    }

    private void Failed(MemberCode partner, Exception e) => log.LogError(e, "{Partner}: the contact failed", partner);
}

/// <summary>Remembers how long this node's logs are, and hears what other processes of the node have found out about its past.</summary>
internal sealed class PastWorker(Node node, PastGuard guard, ILogger<PastWorker> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), node.Context.Clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Once();
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Once();
    }

    private void Once()
    {
        try
        {
            node.Context.Membership.Past.Refresh();
            guard.Remember();
        }
        catch (Exception e) when (e is Core.Storage.StorageException or IOException)
        {
            log.LogWarning("The sizes of this node's logs could not be written down: {Reason}", e.Message);
        }
    }
}

/// <summary>Deletes what is over and sweeps, where that is this process's duty; counts those turned away.</summary>
internal sealed class MaintenanceWorker(Node node, NodeOptions options, ILogger<MaintenanceWorker> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.MaintenanceInterval, node.Context.Clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await node.CountRefusalsAsync();
                if (node.Duties.Holds(Duties.Maintenance))
                {
                    using var duty = node.Duties.Begin(Duties.Maintenance);
                    await node.MaintainAsync();
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Maintenance failed");
            }
        }
    }
}
