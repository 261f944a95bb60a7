using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Comity.Core.Storage;

/// <summary>A place in the journal of changes.</summary>
/// <param name="At">0 before the first, then one more with each commit that changed something.</param>
/// <param name="Mark">Differs between two histories that differ at or before this place, but for one chance in 2^64.</param>
public readonly record struct JournalPosition(long At, long Mark);

/// <summary>What a commit changed beside records.</summary>
[Flags]
public enum StoreNews
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Charters or notices.</summary>
    Membership = 1,

    /// <summary>How partners or their feeds stand.</summary>
    Partners = 2,

    /// <summary>Bodies were destroyed.</summary>
    Erased = 4,

    /// <summary>Officers, tokens or sessions.</summary>
    Access = 8,
}

/// <summary>Entries of one log, one after the other.</summary>
/// <param name="Log">The log's number.</param>
/// <param name="From">The first entry.</param>
/// <param name="To">The entry after the last.</param>
public readonly record struct EntryRun(long Log, long From, long To);

/// <summary>What this process keeps in memory of a store to which others write as well.</summary>
public interface IStoreMemory
{
    /// <summary>Held by whoever changes the memory.</summary>
    Lock Turn { get; }

    /// <summary>How far the memory has followed. Stands still while <see cref="Turn"/> is held.</summary>
    JournalPosition Position { get; }

    /// <summary>Follows to the end of the journal as the session sees it. Within <see cref="Turn"/>.</summary>
    /// <exception cref="StorageException">The journal is not the one that was followed so far: only a new start helps.</exception>
    void CatchUp(ReadSession session);

    /// <summary>A write transaction that began with <see cref="CatchUp"/> is durable; its own changes are in the memory. Within <see cref="Turn"/>.</summary>
    /// <param name="own">Where its changes stand in the journal; null where it made none.</param>
    /// <param name="revived">Records of before that it put into force again.</param>
    void Committed(JournalPosition? own, IReadOnlyList<(long Log, long Index)> revived);
}

/// <summary>The journal: one row for each commit that changed what processes keep in memory. It is written in that commit, so it has the commits' order.</summary>
/// <remarks>
/// Writers take turns, so a place in the journal is one more than the last that is committed, and no commit comes late.
/// Rows say what was touched, not how: whoever follows reads the present state of it, and may read it twice.
/// </remarks>
internal static class Journal
{
    /// <summary>Rows kept. Whoever is further behind starts anew.</summary>
    private const int Kept = 100_000;

    public static JournalPosition Head(ReadSession session) =>
        session.First("SELECT at, mark FROM journal ORDER BY at DESC LIMIT 1", row => new JournalPosition(row.GetInt64(0), row.GetInt64(1)));

    /// <summary>The row at a place and all after it.</summary>
    public static List<(JournalPosition Position, string What)> From(ReadSession session, long at) => session.Query(
        "SELECT at, mark, what FROM journal WHERE at >= @at ORDER BY at",
        row => (new JournalPosition(row.GetInt64(0), row.GetInt64(1)), row.GetString(2)),
        ("@at", at));

    public static void Prune(WriteSession session) =>
        session.Execute("DELETE FROM journal WHERE at <= (SELECT MAX(at) FROM journal) - @kept", ("@kept", (long)Kept));

    /// <summary>The mark of the next row.</summary>
    /// <param name="before">The last row's.</param>
    /// <param name="grown">The heads of the logs that grow with it: they bind everything that was ever appended to them.</param>
    public static long Mark(long before, IEnumerable<LogTail> grown)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(number, before);
        hash.AppendData(number[..8]);
        foreach (var tail in grown.OrderBy(tail => tail.Log))
        {
            BinaryPrimitives.WriteInt64BigEndian(number, tail.Log);
            BinaryPrimitives.WriteInt64BigEndian(number[8..], tail.Frontier.Size);
            hash.AppendData(number);
            hash.AppendData(tail.Frontier.Root.ToArray());
        }

        return BinaryPrimitives.ReadInt64BigEndian(hash.GetHashAndReset());
    }
}

/// <summary>What one commit, or several, changed: as words in a row of the journal, <c>membership partners erased 2:0-5000</c>.</summary>
internal sealed class JournalEntry
{
    private readonly List<(long Log, long Index)> _touched = [];
    private readonly List<EntryRun> _runs = [];

    public StoreNews News { get; private set; }

    public bool IsEmpty => News == StoreNews.None && _touched.Count == 0 && _runs.Count == 0;

    public void Tell(StoreNews news) => News |= news;

    public void Touch(long log, long index) => _touched.Add((log, index));

    /// <summary>Adds what a row says.</summary>
    /// <exception cref="StorageException">It is of a newer program.</exception>
    public void Read(string what)
    {
        foreach (var word in what.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = word.Split(':', '-');
            if (parts.Length == 3 && Number(parts[0], out var log) && Number(parts[1], out var from) && Number(parts[2], out var to))
            {
                _runs.Add(new EntryRun(log, from, to));
            }
            else if (Enum.TryParse<StoreNews>(word, ignoreCase: true, out var news))
            {
                News |= news;
            }
            else
            {
                throw new StorageException($"Another process writes to this database what this program does not know ('{word}').", away: false);
            }
        }
    }

    /// <summary>The records touched, as runs in order that do not overlap.</summary>
    public List<EntryRun> Runs()
    {
        List<EntryRun> merged = [];
        foreach (var run in _runs.Concat(_touched.Select(at => new EntryRun(at.Log, at.Index, at.Index + 1))).OrderBy(run => run.Log).ThenBy(run => run.From))
        {
            if (merged.Count > 0 && merged[^1] is var last && last.Log == run.Log && run.From <= last.To)
            {
                merged[^1] = last with { To = Math.Max(last.To, run.To) };
            }
            else
            {
                merged.Add(run);
            }
        }

        return merged;
    }

    public override string ToString()
    {
        var news = Enum.GetValues<StoreNews>().Where(word => word != StoreNews.None && News.HasFlag(word)).Select(word => word.ToString().ToLowerInvariant());
        return string.Join(' ', [.. news, .. Runs().Select(run => string.Create(CultureInfo.InvariantCulture, $"{run.Log}:{run.From}-{run.To}"))]);
    }

    private static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
