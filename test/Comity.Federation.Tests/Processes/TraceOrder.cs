namespace Comity.Federation.Tests.Processes;

/// <summary>Reads the order of calls from a trace of several threads.</summary>
internal static class TraceOrder
{
    /// <summary>Asserts that each acknowledgement in a trace follows a finished sync of the write-ahead log, and that one a write to it.</summary>
    /// <param name="trace">Lines of strace -f -y; a call that another thread interrupts stands as "unfinished" and "resumed".</param>
    /// <param name="acknowledges">Whether a line begins an acknowledgement.</param>
    /// <returns>How many acknowledgements there were.</returns>
    public static int AssertSyncedBefore(string[] trace, Func<string, bool> acknowledges)
    {
        var (written, synced, acknowledged) = (false, false, 0);
        HashSet<string> syncing = [];   // threads within a sync of the log that began after the last write
        foreach (var line in trace)
        {
            var thread = line.Split(' ')[0];
            if (line.Contains(" pwrite64(", StringComparison.Ordinal) && line.Contains("-wal>", StringComparison.Ordinal))
            {
                (written, synced) = (true, false);
                syncing.Clear();
            }
            else if ((line.Contains(" fsync(", StringComparison.Ordinal) || line.Contains(" fdatasync(", StringComparison.Ordinal)) && line.Contains("-wal>", StringComparison.Ordinal))
            {
                synced |= line.EndsWith(" = 0", StringComparison.Ordinal);
                if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
                {
                    syncing.Add(thread);
                }
            }
            else if (line.Contains("sync resumed>", StringComparison.Ordinal))
            {
                synced |= syncing.Remove(thread) && line.EndsWith(" = 0", StringComparison.Ordinal);
            }
            else if (acknowledges(line))
            {
                acknowledged++;
                Assert.True(written && synced, $"acknowledged before the sync:\n{string.Join('\n', trace)}");
                written = false;
            }
        }

        Assert.True(acknowledged > 0, $"nothing was acknowledged:\n{string.Join('\n', trace)}");
        return acknowledged;
    }
}
