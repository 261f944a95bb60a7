using System.Collections.Concurrent;

namespace Comity.Core.Exchange;

/// <summary>Counts those turned away before they were known, so that strangers cannot fill a disk: one line a minute says how many.</summary>
public sealed class RefusalCounter
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts one.</summary>
    public void Count(string code)
    {
        _counts.AddOrUpdate(code, 1, (_, n) => n + 1);
        Telemetry.Refusals.Add(1, new KeyValuePair<string, object?>("code", code));
    }

    /// <summary>The counts since the last call; empty where nobody was turned away.</summary>
    public IReadOnlyDictionary<string, long> Take()
    {
        Dictionary<string, long> taken = [];
        foreach (var code in _counts.Keys)
        {
            if (_counts.TryRemove(code, out var count))
            {
                taken.Add(code, count);
            }
        }

        return taken;
    }
}
