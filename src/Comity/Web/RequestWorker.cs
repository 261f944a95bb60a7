using Comity.Core;
using Comity.Core.Members;
using Comity.Core.Processes;
using Comity.Core.Storage;

namespace Comity.Web;

/// <summary>Carries what is due to partners as soon as it is queued, and fetches files; a partner that does not answer holds up no other.</summary>
internal sealed class RequestWorker(Node node, ILogger<RequestWorker> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);   // for what another process queued, and what is to be tried again
    private readonly Dictionary<MemberCode, Task> _carrying = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var rung = node.Requests.Due.Next;
            try
            {
                foreach (var partner in node.Requests.Partners().Where(partner => node.Duties.Holds(Duties.ContactWith(partner)) && (!_carrying.TryGetValue(partner, out var before) || before.IsCompleted)))
                {
                    _carrying[partner] = Task.Run(() => CarryAsync(partner, stoppingToken), CancellationToken.None);
                }
            }
            catch (StorageException e) when (e.Away)
            {
                // the next look finds it back
            }

            await Task.WhenAny(rung, Task.Delay(Look, node.Context.Clock, stoppingToken));
        }

        await Task.WhenAll(_carrying.Values);
    }

    private async Task CarryAsync(MemberCode partner, CancellationToken stop)
    {
        try
        {
            await node.CarryAsync(partner, stop);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("What is due to {Partner} could not be carried: {Reason}", partner, e.Message);
        }
        catch (OperationCanceledException)
        {
            // the node stops; it is carried after the next start
        }
    }
}
