using Comity.Core.Access;
using Comity.Core.Storage;

namespace Comity.Core.Ledger;

/// <summary>How a walk of all logs stands.</summary>
/// <param name="By">Who started it.</param>
/// <param name="Started">When.</param>
/// <param name="Total">How many entries there were to walk when it began.</param>
/// <param name="Walked">How many were walked.</param>
/// <param name="Finished">When it was done; null while it runs, or where its process died.</param>
/// <param name="Fault">The first thing wrong; null where all is as it was signed, as far as walked.</param>
/// <param name="Running">Whether it is under way: not finished, and heard of within the last minute.</param>
public sealed record VerificationState(string By, DateTimeOffset Started, long Total, long Walked, DateTimeOffset? Finished, string? Fault, bool Running);

/// <summary>Runs <see cref="LedgerVerification"/> beside the node's work, one at a time for all processes; how far it is, and what came of it, stands in the store.</summary>
public sealed class VerificationJob(NodeContext node)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(1);

    /// <summary>The last walk; null where there never was one.</summary>
    public VerificationState? Last => node.Store.Read(Latest)?.State;

    /// <summary>Starts a walk, unless one is under way; the task completes when it has begun.</summary>
    /// <param name="by">Who wants it.</param>
    /// <param name="ended">Told how the walk ended; for those who wait for it.</param>
    /// <returns>The walk that is now under way.</returns>
    public async Task<VerificationState> StartAsync(Actor by, Action<VerificationResult>? ended = null)
    {
        var (id, state) = await node.Store.WriteAsync(session =>
        {
            if (Latest(session) is { State.Running: true } running)
            {
                return (0, running.State);
            }

            var next = session.First("SELECT COALESCE(MAX(id), 0) + 1 FROM verification", row => row.GetInt64(0));
            session.Execute(
                "INSERT INTO verification (id, actor, desk, started, beat, total, walked) SELECT @id, @actor, @desk, @now, @now, COALESCE(SUM(size), 0), 0 FROM log",
                ("@id", next), ("@actor", by.Id), ("@desk", by.Desk), ("@now", node.Now.ToUnixTimeMilliseconds()));
            return (next, Latest(session)!.Value.State);
        });
        if (id != 0)
        {
            _ = Task.Run(async () =>
            {
                var result = await RunAsync(by, id);
                ended?.Invoke(result);
            });
        }

        return state;
    }

    private async Task<VerificationResult> RunAsync(Actor by, long id)
    {
        long walked = 0;
        var walk = Task.Factory.StartNew(() => Walk(count => Volatile.Write(ref walked, count)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (await Task.WhenAny(walk, Task.Delay(Beat, node.Clock)) != walk)
        {
            await NoteAsync(id, Volatile.Read(ref walked));
        }

        var result = await walk;
        await node.Store.WriteAsync(session =>
        {
            session.Execute(
                "UPDATE verification SET beat = @now, walked = @walked, finished = @now, fault = @fault WHERE id = @id",
                ("@now", node.Now.ToUnixTimeMilliseconds()), ("@walked", result.Entries), ("@fault", result.Fault), ("@id", id));
            node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Verified, node.Now, by)
                .With("logs", result.Logs).With("entries", result.Entries).With("fault", result.Fault));
        });
        return result;
    }

    /// <summary>A store that cannot be read to its end is not as it was signed, and the walk says so.</summary>
    private VerificationResult Walk(Action<long> progress)
    {
        try
        {
            return new LedgerVerification(node).Run(progress);
        }
        catch (Exception e)
        {
            // Words of other exceptions may quote what they stumbled over.
            return new VerificationResult(0, 0, $"the walk was broken off: {(e is StorageException ? e.Message : e.GetType().Name)}");
        }
    }

    private Task NoteAsync(long id, long walked) => node.Store.WriteAsync(session => session.Execute(
        "UPDATE verification SET beat = @now, walked = @walked WHERE id = @id AND finished IS NULL",
        ("@now", node.Now.ToUnixTimeMilliseconds()), ("@walked", walked), ("@id", id)));

    private (long Id, VerificationState State)? Latest(ReadSession session) => session.First<(long, VerificationState)?>(
        "SELECT id, actor, started, total, walked, finished, fault, beat FROM verification ORDER BY id DESC LIMIT 1",
        row => (row.GetInt64(0), new VerificationState(
            row.GetString(1), row.Instant(2), row.GetInt64(3), row.GetInt64(4), row.InstantOrNull(5), row.TextOrNull(6),
            row.IsDBNull(5) && node.Now - row.Instant(7) < LostAfter)));
}
