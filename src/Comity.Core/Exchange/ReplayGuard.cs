using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Comity.Core.Exchange;

/// <summary>Remembers transmissions for as long as they could be taken in: none is taken in twice, and no id gets a second body.</summary>
/// <remarks>
/// A retry is signed anew, so it differs. A change is kept apart by the inbox for ever after; this memory is for questions,
/// whose repetition after a restart gives nobody anything that the pinned line would not give anyway.
/// </remarks>
/// <param name="grace">How long after its expiry a transmission could still be taken in.</param>
internal sealed class ReplayGuard(TimeSpan grace)
{
    private readonly ConcurrentDictionary<(string From, Guid Id), (byte[] Digest, DateTimeOffset Until)> _bodies = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _transmissions = new(StringComparer.Ordinal);
    private long _nextSweep;

    public ProblemKind? Judge(Envelope envelope, string signed, DateTimeOffset now)
    {
        Sweep(now);
        var until = Later(envelope.Expires, now);
        until = until < DateTimeOffset.MaxValue - grace ? until + grace : DateTimeOffset.MaxValue;
        var before = _bodies.AddOrUpdate(
            (envelope.From.ToString(), envelope.Id), (envelope.Digest, until), (_, seen) => (seen.Digest, Later(seen.Until, until)));
        if (!CryptographicOperations.FixedTimeEquals(before.Digest, envelope.Digest))
        {
            return ProblemKind.IdConflict;
        }

        return _transmissions.TryAdd(Convert.ToHexString(Receipt.HashOf(signed)), until) ? null : ProblemKind.Replayed;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private void Sweep(DateTimeOffset now)
    {
        var due = Interlocked.Read(ref _nextSweep);
        if (now.Ticks < due || Interlocked.CompareExchange(ref _nextSweep, (now + TimeSpan.FromMinutes(1)).Ticks, due) != due)
        {
            return;
        }

        foreach (var (key, seen) in _bodies)
        {
            if (seen.Until < now)
            {
                _bodies.TryRemove(key, out _);
            }
        }

        foreach (var (key, until) in _transmissions)
        {
            if (until < now)
            {
                _transmissions.TryRemove(key, out _);
            }
        }
    }
}
