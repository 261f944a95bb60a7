using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Comity.Core.Exchange;

/// <summary>Remembers transmissions for as long as they could be taken in: none is taken in twice, and no id gets a second body.</summary>
/// <remarks>
/// A retry is signed anew, so it differs. A change is kept apart by the inbox for ever after; this memory is for questions,
/// whose repetition after a restart gives nobody anything that the pinned line would not give anyway.
/// </remarks>
/// <param name="span">How long to remember.</param>
internal sealed class ReplayGuard(TimeSpan span)
{
    private readonly ConcurrentDictionary<(string From, Guid Id), Seen> _seen = new();
    private long _nextSweep;

    public ProblemKind? Judge(Envelope envelope, string signed, DateTimeOffset now)
    {
        Sweep(now);
        var mine = new Seen(envelope.Digest, Convert.ToHexString(Receipt.HashOf(signed)), now);
        ProblemKind? problem = null;
        _seen.AddOrUpdate((envelope.From.ToString(), envelope.Id), mine, (_, before) =>
        {
            problem = !CryptographicOperations.FixedTimeEquals(before.Digest, mine.Digest) ? ProblemKind.IdConflict
                : before.Transmission == mine.Transmission ? ProblemKind.Replayed
                : null;
            return problem is null ? mine : before;
        });
        return problem;
    }

    private void Sweep(DateTimeOffset now)
    {
        var due = Interlocked.Read(ref _nextSweep);
        if (now.Ticks < due || Interlocked.CompareExchange(ref _nextSweep, (now + TimeSpan.FromMinutes(1)).Ticks, due) != due)
        {
            return;
        }

        foreach (var (key, seen) in _seen)
        {
            if (seen.At + span < now)
            {
                _seen.TryRemove(key, out _);
            }
        }
    }

    private sealed record Seen(byte[] Digest, string Transmission, DateTimeOffset At);
}
