using System.Data.Common;
using Comity.TransparencyLog;

namespace Comity.Core.Storage;

/// <summary>One transaction's changes. Logs are appended to through here, so that entry, tree head and signature change as one.</summary>
public sealed class WriteSession : ReadSession
{
    private readonly IDatabase _database;
    private readonly ILogSigner? _signer;
    private readonly Dictionary<long, LogTail> _tails = [];
    private readonly List<EntryRow> _entries = [];
    private readonly List<RecordRow> _records = [];
    private readonly List<Action> _afterCommit = [];
    private readonly JournalEntry _changed = new();

    internal WriteSession(Lane lane, DbTransaction transaction, IDatabase database, ILogSigner? signer)
        : base(lane, transaction)
    {
        _database = database;
        _signer = signer;
    }

    /// <summary>Changes rows; returns how many.</summary>
    public int Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        Flush();
        return Run(sql, parameters);
    }

    /// <summary>Does something once the transaction is durable, before those who wait for it are told; in commit order.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>The log's number, made at first use.</summary>
    /// <param name="origin">The log's C2SP origin.</param>
    /// <param name="kind">Written by this node (signed at each commit) or a copy of a partner's.</param>
    public long OpenLog(string origin, LogKind kind)
    {
        var log = First("SELECT log FROM log WHERE origin = @origin", row => row.GetInt64(0), ("@origin", origin));
        if (log != 0)
        {
            return log;
        }

        Run(
            "INSERT INTO log (log, origin, kind, size, frontier) SELECT COALESCE(MAX(log), 0) + 1, @origin, @kind, 0, @frontier FROM log",
            [("@origin", origin), ("@kind", kind.ToString().ToLowerInvariant()), ("@frontier", new TreeFrontier().ToBytes())]);
        return First("SELECT log FROM log WHERE origin = @origin", row => row.GetInt64(0), ("@origin", origin));
    }

    /// <summary>The log's size with what this transaction appended.</summary>
    public long SizeOf(long log) => Tail(log).Frontier.Size;

    /// <summary>The log's root with what this transaction appended.</summary>
    public TreeHash RootOf(long log) => Tail(log).Frontier.Root;

    /// <summary>A copy of the log's frontier, with what this transaction appended.</summary>
    public TreeFrontier FrontierOf(long log) => Tail(log).Frontier.Clone();

    /// <summary>Appends an entry and returns its index.</summary>
    /// <param name="log">The log.</param>
    /// <param name="leaf">What the tree hashes.</param>
    /// <param name="body">What may be erased.</param>
    /// <param name="tag">16 bytes by which the entry is found again; null for none.</param>
    public long Append(long log, byte[] leaf, SealedBody? body = null, byte[]? tag = null)
    {
        var tail = Tail(log);
        var index = tail.Append(Rfc6962.LeafHash(leaf));
        _entries.Add(new EntryRow(log, index, leaf, body?.Ciphertext, body?.Secret, tag));
        return index;
    }

    /// <summary>Puts a record in force for an entry appended before.</summary>
    public void Add(RecordRow record)
    {
        _records.Add(record);
        Touch(record.Log, record.Index);
    }

    /// <summary>Tells the node's processes that a record came into force, went, or stands otherwise; they read how it stands now.</summary>
    public void Touch(long log, long index) => _changed.Touch(log, index);

    /// <summary>Records of before that this transaction puts into force again.</summary>
    internal List<(long Log, long Index)> Revived { get; } = [];

    /// <summary>Tells the node's processes what else changed that they keep in memory.</summary>
    public void Tell(StoreNews news) => _changed.Tell(news);

    /// <summary>Whether a body was destroyed.</summary>
    internal bool Erased { get; private set; }

    /// <summary>Notes that what was sealed was destroyed, so that its traces are cleared from the database's files in time.</summary>
    public void NoteErased()
    {
        Erased = true;
        Tell(StoreNews.Erased);
    }

    /// <summary>Destroys the body of an entry and what opens it; the leaf stays.</summary>
    public void EraseBody(long log, long index)
    {
        NoteErased();
        Execute("DELETE FROM entry_key WHERE log = @log AND idx = @idx", ("@log", log), ("@idx", index));
        Run("UPDATE entry SET body = NULL WHERE log = @log AND idx = @idx", [("@log", log), ("@idx", index)]);
    }

    /// <summary>Keeps the owner's signed checkpoint of a mirrored log.</summary>
    public void SetCheckpoint(long log, byte[] note) =>
        Execute("UPDATE log SET checkpoint = @note WHERE log = @log", ("@log", log), ("@note", note));

    /// <summary>Has a log of this node's own grow by what it lost, without a new signature.</summary>
    /// <param name="log">The log.</param>
    /// <param name="note">Its head after this transaction, as it was signed then; null while there is more to come.</param>
    internal void Resume(long log, byte[]? note) => (Tail(log).Resumes, Tail(log).SignedBefore) = (true, note);

    private protected override void BeforeReading() => Flush();

    /// <summary>Writes what was appended: at once for many, when something is read or the transaction ends.</summary>
    private void Flush()
    {
        if (_entries.Count > 0)
        {
            _database.Insert(Connection, Transaction, _entries);
            _entries.Clear();
        }

        if (_records.Count > 0)
        {
            _database.Insert(Connection, Transaction, _records);
            _records.Clear();
        }
    }

    /// <summary>Writes the heads of all logs that grew, the tiles that became full, and signs this node's own.</summary>
    internal void SignHeads()
    {
        Flush();
        foreach (var tail in _tails.Values)
        {
            if (tail.Frontier.Size == tail.SizeBefore)
            {
                continue;
            }

            StoreFullTiles(tail);
            var own = tail.Kind != LogKind.Mirror && !tail.Resumes;
            if (own && _signer is null)
            {
                throw new InvalidOperationException("A node without its log key cannot write to its own logs.");
            }

            var note = own ? _signer!.Sign(tail.Origin, tail.Frontier.Size, tail.Frontier.Root) : tail.SignedBefore;
            Run(
                note is null
                    ? "UPDATE log SET size = @size, frontier = @frontier WHERE log = @log"
                    : "UPDATE log SET size = @size, frontier = @frontier, checkpoint = @note WHERE log = @log",
                [("@size", tail.Frontier.Size), ("@frontier", tail.Frontier.ToBytes()), .. note is null ? Array.Empty<(string, object?)>() : [("@note", note)], ("@log", tail.Log)]);
        }
    }

    /// <summary>Writes what other processes must follow; null where there is nothing.</summary>
    /// <param name="head">The journal's newest place, where it is known.</param>
    internal JournalPosition? WriteJournal(JournalPosition? head)
    {
        if (_changed.IsEmpty)
        {
            return null;
        }

        var before = head ?? Journal.Head(this);
        var next = new JournalPosition(before.At + 1, Journal.Mark(before.Mark, _tails.Values.Where(tail => tail.Frontier.Size > tail.SizeBefore)));
        Run("INSERT INTO journal (at, mark, what) VALUES (@at, @mark, @what)", [("@at", next.At), ("@mark", next.Mark), ("@what", _changed.ToString())]);
        _database.Announce(Connection, Transaction);
        return next;
    }

    internal void Committed() => _afterCommit.ForEach(action => action());

    private LogTail Tail(long log)
    {
        if (!_tails.TryGetValue(log, out var tail))
        {
            tail = First(_database.LockHead, row => LogTail.From(log, row), ("@log", log))
                ?? throw new InvalidOperationException($"There is no log {log}.");
            _tails.Add(log, tail);
        }

        return tail;
    }

    private void StoreFullTiles(LogTail tail)
    {
        foreach (var (level, tile, hashes) in tail.FullTiles(this))
        {
            Run(
                "INSERT INTO tile (log, level, idx, hashes) VALUES (@log, @level, @idx, @hashes)",
                [("@log", tail.Log), ("@level", (long)level), ("@idx", tile), ("@hashes", hashes)]);
        }
    }
}

/// <summary>Whose log it is.</summary>
public enum LogKind
{
    /// <summary>This node's ledger.</summary>
    Ledger,

    /// <summary>A feed this node publishes.</summary>
    Own,

    /// <summary>A copy of a partner's feed.</summary>
    Mirror,
}

/// <summary>A body as stored: its ciphertext and, apart, the secret without which nobody reads it.</summary>
/// <param name="Ciphertext">The sealed bytes.</param>
/// <param name="Secret">32 bytes; destroying them destroys the body.</param>
public sealed record SealedBody(byte[] Ciphertext, byte[] Secret);
