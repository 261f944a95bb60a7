using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Registers.Snapshots;

/// <summary>Keeps a copy of each large index in a file, so that a start need not open every record again.</summary>
/// <remarks>
/// <para>A copy is taken while checks and changes go on. It is a copy of no single instant: it tells rightly of every record but those
/// that it names as doubtful (not in force, or removed, while it was taken) and those that came, or were superseded, by an entry after
/// the logs' sizes that it names. At start these are read from the store, as everything is without a copy.</para>
/// <para>A copy is believed where its logs still have the roots that they had, and where as many records are in force in the store as in
/// the index made from it. Anything else is ignored, with a remark. See docs/decisions/0026-index-snapshot.md.</para>
/// </remarks>
public sealed class IndexSnapshots
{
    private const string Extension = ".snapshot";
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Seldom = TimeSpan.FromHours(1);
    private const int ManyChanges = 50_000;

    private readonly string _folder;
    private readonly byte[] _storageKey;
    private readonly NodeContext _node;
    private readonly RegisterIndexes _registers;
    private readonly Action _settle;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<RegisterName, Taken> _taken = [];   // only in one's turn, or at start

    /// <param name="folder">Of this process alone; made where it does not exist.</param>
    /// <param name="storageKey">The node's.</param>
    /// <param name="node">The node.</param>
    /// <param name="registers">The indexes.</param>
    /// <param name="settle">Takes out of the indexes what is not in force any more and was left in them until now.</param>
    internal IndexSnapshots(string folder, byte[] storageKey, NodeContext node, RegisterIndexes registers, Action settle) =>
        (_folder, _storageKey, _node, _registers, _settle) = (folder, storageKey, node, registers, settle);

    /// <summary>Erases the copies of a node that does not run, or is about to write others.</summary>
    /// <param name="folder">Where they are.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    public static int Delete(string folder)
    {
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, $"*{Extension}*", SearchOption.AllDirectories) : [];   // also one that was never finished
        var copies = files.Select(file => file[..(file.LastIndexOf(Extension, StringComparison.Ordinal) + Extension.Length)]).Distinct(StringComparer.Ordinal).ToList();
        copies.ForEach(SnapshotFile.Delete);
        return copies.Count;
    }

    /// <summary>
    /// Writes anew what is worth it: what changed by more than a hundredth, or by 50,000 entries, ten minutes after the last time; and
    /// what anything was removed from, within the hour, so that nothing withdrawn stays in a file for longer.
    /// </summary>
    /// <param name="now">Writes whatever changed: the node stops.</param>
    /// <exception cref="IOException">The disk failed or is full.</exception>
    /// <exception cref="StorageException">The store failed.</exception>
    public async Task KeepAsync(bool now = false)
    {
        await _turn.WaitAsync();
        try
        {
            foreach (var register in _registers.All.OfType<ICompactRegister>())
            {
                if (IsDue(register, now) && _node.Store.Broken is null)
                {
                    await WriteAsync(register);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Fills an index from its file, as far as that can be believed.</summary>
    /// <returns>What is still to be read from the store; null where the index is empty and all is.</returns>
    internal SnapshotTail? Read(ReadSession session, ICompactRegister register, IReadOnlyList<FeedRow> feeds, out string? remark)
    {
        remark = null;
        try
        {
            SnapshotFile.DeleteUnfinished(PathOf(register));
            using var file = SnapshotFile.Open(PathOf(register), _storageKey);
            if (file is null)
            {
                return null;
            }

            var manifest = SnapshotManifest.Read(file.Manifest);
            if (manifest.Form != FormOf(register))
            {
                throw new InvalidDataException("another version of the program wrote it");
            }

            Verify(session, manifest);
            var tail = SnapshotTail.Of(session, manifest, feeds);
            var filling = Task.Run(() => register.Read(file.OpenContent(), tail.Keeps));
            tail.InForce = InForce(session, feeds);
            filling.GetAwaiter().GetResult();
            _taken[register.Name] = new Taken(_node.Now, feeds.ToDictionary(feed => feed.Log, feed => tail.SizeOf(feed.Log)), register.Count, tail.Dropped ? -1 : register.Removals);
            return tail;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            register.Clear();
            remark = $"the snapshot of {register.Name} is not used: {(e is EndOfStreamException ? "it ends too early" : e.Message)}";
            return null;
        }
    }

    /// <summary>Forgets what <see cref="Read"/> gave: it does not agree with the store.</summary>
    internal void Refuse(ICompactRegister register)
    {
        _taken.Remove(register.Name);
        register.Clear();
    }

    private bool IsDue(ICompactRegister register, bool now)
    {
        if (!_taken.TryGetValue(register.Name, out var taken))
        {
            return true;
        }

        var changes = _node.Store.Read(session => FeedsOf(session, register).Sum(feed => feed.Size - taken.Sizes.GetValueOrDefault(feed.Log))) + Math.Abs(register.Count - taken.Count);
        var (age, removed) = (_node.Now - taken.At, register.Removals != taken.Removals);
        return now ? removed || changes > 0
            : taken.Removals < 0 || (removed && age >= Seldom) || (changes > Math.Min(ManyChanges, taken.Count / 100) && age >= Often);
    }

    private async Task WriteAsync(ICompactRegister register)
    {
        var (count, removals) = (register.Count, register.Removals);
        using var copy = register.Copy();
        // In the writer's turn: what was committed before it is in the index, of this process, when it is done.
        var state = await _node.Store.WriteAsync(session => State(session, register));
        if (state is null)
        {
            SnapshotFile.Delete(PathOf(register));   // too much is in quarantine: a copy would tell nothing
            _taken.Remove(register.Name);
            return;
        }

        _settle();
        CreateFolder();
        await Task.Run(() => SnapshotFile.Write(
            PathOf(register), _storageKey, _node.Randomness.Bytes(32), copy.Write,
            () => (state with { Doubtful = [.. state.Doubtful, .. _registers.Unreadable(register), .. copy.Removed] }).ToBytes()));
        _taken[register.Name] = new Taken(_node.Now, state.Heads.ToDictionary(head => head.Log, head => head.Size), count, removals);
    }

    /// <summary>What a copy begun before is measured by; null where it would have more doubts than are allowed.</summary>
    private SnapshotManifest? State(ReadSession session, ICompactRegister register)
    {
        var feeds = FeedsOf(session, register).Select(feed => feed.Log).ToHashSet();
        var heads = session.Query(
            "SELECT log, origin, kind, frontier FROM log ORDER BY log",
            row => (Log: row.GetInt64(0), Origin: row.GetString(1), Kind: row.GetString(2), Frontier: row.Bytes(3)))
            .Where(log => log.Kind == "ledger" || feeds.Contains(log.Log))
            .Select(log => TreeFrontier.TryRead(log.Frontier, out var frontier) ? new SnapshotHead(log.Log, log.Origin, frontier.Size, frontier.Root) : null)
            .ToList();
        var doubtful = NotLive(session, feeds).Take(SnapshotManifest.MostDoubtful / 2).ToList();
        return heads.Contains(null) || heads.Count > SnapshotManifest.MostHeads || doubtful.Count == SnapshotManifest.MostDoubtful / 2
            ? null : new SnapshotManifest(FormOf(register), heads!, doubtful);
    }

    private static void Verify(ReadSession session, SnapshotManifest manifest)
    {
        var logs = session.Query(
            "SELECT log, origin, frontier FROM log", row => (Log: row.GetInt64(0), Origin: row.GetString(1), Frontier: row.Bytes(2))).ToDictionary(log => log.Log);
        foreach (var head in manifest.Heads)
        {
            if (!logs.TryGetValue(head.Log, out var log) || log.Origin != head.Origin || !TreeFrontier.TryRead(log.Frontier, out var frontier) || frontier.Size < head.Size)
            {
                throw new InvalidDataException($"{head.Origin} is shorter than when it was taken, or not there");
            }

            if ((frontier.Size == head.Size ? frontier.Root : RootAt(session, head)) != head.Root)
            {
                throw new InvalidDataException($"{head.Origin} is not the log that it was");
            }
        }
    }

    private static TreeHash? RootAt(ReadSession session, SnapshotHead head)
    {
        try
        {
            return new StoredTree(session, head.Log).RootAt(head.Size);
        }
        catch (MissingTileException)
        {
            return null;
        }
    }

    internal static List<RecordAddress> NotLive(ReadSession session, IReadOnlySet<long> feeds) => session.Query(
        "SELECT log, idx FROM record WHERE state <> 0 ORDER BY log, idx", row => new RecordAddress((int)row.GetInt64(0), row.GetInt64(1)))
        .FindAll(at => feeds.Contains(at.Log));

    private static long InForce(ReadSession session, IReadOnlyList<FeedRow> feeds) =>
        feeds.Sum(feed => session.First("SELECT COUNT(*) FROM record WHERE log = @log AND state = 0", row => row.GetInt64(0), ("@log", feed.Log)));

    private static IEnumerable<FeedRow> FeedsOf(ReadSession session, IRegister register) => session.Feeds().Where(feed => feed.Name.Register == register.Name);

    private static string FormOf(ICompactRegister register) => $"{typeof(IndexSnapshots).Module.ModuleVersionId} {register.Form}";

    private string PathOf(IRegister register) => Path.Combine(_folder, register.Name + Extension);

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>What the file of a register is of.</summary>
    /// <param name="At">When it was written, or read at start.</param>
    /// <param name="Sizes">Of its feeds.</param>
    /// <param name="Count">Of its records.</param>
    /// <param name="Removals">The index's when it was taken; -1 where something that it holds is not in force any more.</param>
    private sealed record Taken(DateTimeOffset At, IReadOnlyDictionary<long, long> Sizes, long Count, long Removals);
}
