using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Diagnostics;

namespace Comity.Core.Storage;

/// <summary>One node's durable state: all changes go through here, a group at a time, and are on disk when their task completes.</summary>
/// <remarks>
/// Group commit: the first caller to find nobody writing becomes the writer, takes everything that waits, and commits it in
/// one transaction; those who come meanwhile form the next group. One sync of the disk serves a whole group.
/// </remarks>
public sealed class NodeStore : IDisposable
{
    private const int LargestGroup = 512;

    private readonly IDatabase _database;
    private static readonly TimeSpan ReaderPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentBag<Lane> _readers = [];
    private readonly SemaphoreSlim _reading;
    private readonly Lock _gate = new();
    private readonly Queue<Work> _waiting = new();   // guarded by _gate
    private bool _writing;                           // guarded by _gate: somebody is the writer
    private Lane? _writer;                           // the writer's alone
    private volatile StorageException? _broken;
    private volatile bool _erased = true;            // a start does not know what was erased before it

    /// <summary>Opens the store; the schema must be there (see <see cref="IDatabase.Migrate"/>).</summary>
    public NodeStore(IDatabase database)
    {
        _database = database;
        _reading = new SemaphoreSlim(database.MostReaders);
    }

    /// <summary>The database under it.</summary>
    public IDatabase Database => _database;

    /// <summary>Signs the heads of this node's own logs in the commit that moves them; null before keys are loaded.</summary>
    public ILogSigner? Signer { get; set; }

    /// <summary>What is kept in memory of this store: brought up to date before the work of each write transaction, so that all effects come in one order.</summary>
    public IStoreMemory? Memory { get; set; }

    /// <summary>Set when a commit failed for another reason than a database that is away: the disk is full or broken, and only a restart says what is durable.</summary>
    public StorageException? Broken => _broken;

    /// <summary>Called once when <see cref="Broken"/> is set.</summary>
    public event Action? Broke;

    /// <summary>Whether bodies were erased since the last call, so that their traces are worth clearing.</summary>
    public bool TakeErased()
    {
        var erased = _erased;
        _erased = false;
        return erased;
    }

    /// <summary>Notes that another process destroyed bodies.</summary>
    internal void NoteErased() => _erased = true;

    /// <summary>Nothing is written any more: only a new start says what is true.</summary>
    /// <param name="fault">Why, in words.</param>
    public void Break(StorageException fault)
    {
        _broken = fault;
        Broke?.Invoke();
    }

    /// <summary>Reads one state of the store.</summary>
    /// <exception cref="StorageException">The database is away or broken, or so many read at once that none had a turn within five seconds.</exception>
    public T Read<T>(Func<ReadSession, T> read)
    {
        if (!_reading.Wait(ReaderPatience))
        {
            throw new StorageException($"All {_database.MostReaders} connections for reading were in use for {ReaderPatience.TotalSeconds:0} s.", away: true);
        }

        try
        {
            return ReadInTurn(read);
        }
        finally
        {
            _reading.Release();
        }
    }

    private T ReadInTurn<T>(Func<ReadSession, T> read)
    {
        var (lane, begun) = Try(BeginRead);
        try
        {
            using var transaction = begun;
            var answer = read(new ReadSession(lane, transaction));
            transaction.Commit();
            _readers.Add(lane);
            return answer;
        }
        catch (DbException e)
        {
            lane.Dispose();
            throw Failed("reading", e);
        }
        catch
        {
            lane.Dispose();
            throw;
        }
    }

    /// <summary>Runs a unit of work in a transaction; the task completes when it is durable.</summary>
    /// <param name="work">All or nothing. May run twice (its first run undone), so it must touch nothing but its session.</param>
    /// <exception cref="StorageException">Not acknowledged: the caller must assume nothing, and may send the same again.</exception>
    public Task<T> WriteAsync<T>(Func<WriteSession, T> work)
    {
        var mine = new Work<T>(work);
        lock (_gate)
        {
            _waiting.Enqueue(mine);
            if (_writing)
            {
                return mine.Task;
            }

            _writing = true;
        }

        WriteGroup();
        return mine.Task;
    }

    /// <summary>Runs a unit of work that returns nothing.</summary>
    public Task WriteAsync(Action<WriteSession> work) => WriteAsync(session => { work(session); return true; });

    private void WriteGroup()
    {
        List<Work> group = [];
        lock (_gate)
        {
            while (group.Count < LargestGroup && _waiting.TryDequeue(out var work))
            {
                group.Add(work);
            }
        }

        if (!Commit(group))
        {
            // One of them failed: undo all and let each stand alone, so that nobody pays for another's fault.
            foreach (var work in group)
            {
                Commit([work], alone: true);
            }
        }

        foreach (var work in group)
        {
            work.Complete();
        }

        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _writing = false;
                return;
            }
        }

        // The caller has its answer; the next group is written by somebody who does not wait for one.
        _ = Task.Run(WriteGroup);
    }

    /// <summary>Commits a group; false when a group of several was undone.</summary>
    private bool Commit(List<Work> group, bool alone = false)
    {
        if (_broken is { } broken)
        {
            group.ForEach(work => work.Fail(broken));
            return true;
        }

        DbTransaction? transaction = null;
        var (memory, turn, following, committing) = (Memory, false, false, false);
        try
        {
            (var lane, transaction) = BeginWrite();
            var session = new WriteSession(lane, transaction, _database, Signer);
            memory?.Turn.Enter();
            turn = following = memory is not null;
            memory?.CatchUp(session);
            following = false;
            foreach (var work in group)
            {
                work.Run(session);
            }

            session.SignHeads();
            var place = session.WriteJournal(memory?.Position);
            committing = true;
            _database.Commit(transaction);
            _erased |= session.Erased;
            Tell(session);
            memory?.Committed(place, session.Revived);
            return true;
        }
        catch (Exception e)
        {
            if (e is UnansweredCommitException)
            {
                (transaction, _writer) = (null, null);
            }

            Undo(transaction, reconnect: e is DbException);
            var failure = e is DbException ? Failed(committing ? "committing" : "writing", e) : e;
            var away = failure is StorageException { Away: true };
            if (following && !away)
            {
                Break(failure as StorageException ?? NotFollowed(e));
            }
            else if (group.Count > 1 && !committing && !alone && !away)
            {
                return false;
            }
            else if (failure is StorageException fault && _database.IsFatal(e))
            {
                Break(fault);
            }

            group.ForEach(work => work.Fail(failure));
            return true;
        }
        finally
        {
            if (turn)
            {
                memory!.Turn.Exit();
            }

            transaction?.Dispose();
        }
    }

    /// <summary>What is durable is told as such even if memory cannot follow; then only a new start makes the two agree.</summary>
    private void Tell(WriteSession session)
    {
        try
        {
            session.Committed();
        }
        catch (Exception e)
        {
            Break(NotFollowed(e));
        }
    }

    private static StorageException NotFollowed(Exception e) =>
        new($"Memory could not follow the store ({e.GetType().Name}); a new start makes them agree.", away: false, e);

    private void Undo(DbTransaction? transaction, bool reconnect)
    {
        try
        {
            transaction?.Rollback();
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            reconnect = true;   // the connection is of no more use
        }

        if (reconnect)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    private (Lane, DbTransaction) BeginRead()
    {
        while (_readers.TryTake(out var idle))
        {
            if (Begin(idle, _database.BeginRead) is { } transaction)
            {
                return (idle, transaction);
            }
        }

        var lane = new Lane(_database.OpenForReading());
        return (lane, Begin(lane, _database.BeginRead, isNew: true)!);
    }

    private (Lane, DbTransaction) BeginWrite()
    {
        var lane = _writer;
        _writer = null;
        if (lane is null || Begin(lane, _database.BeginWrite) is not { } transaction)
        {
            lane = new Lane(_database.OpenForWriting(), _database.SecondsToWrite);
            transaction = Begin(lane, _database.BeginWrite, isNew: true)!;
        }

        _writer = lane;
        return (lane, transaction);
    }

    /// <summary>Begins a transaction, or disposes of the lane; null where an older connection died since its last use.</summary>
    private static DbTransaction? Begin(Lane lane, Func<DbConnection, DbTransaction> begin, bool isNew = false)
    {
        try
        {
            return begin(lane.Connection);
        }
        catch (Exception e)
        {
            var died = e is DbException && lane.Connection.State != ConnectionState.Open;
            lane.Dispose();
            if (died && !isNew)
            {
                return null;
            }

            throw;
        }
    }

    private T Try<T>(Func<T> begin)
    {
        try
        {
            return begin();
        }
        catch (DbException e)
        {
            throw Failed("opening", e);
        }
    }

    private StorageException Failed(string doing, Exception e) =>
        new($"{_database.Kind} failed while {doing}: {e.Message}", _database.IsAway(e), e);

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_readers.TryTake(out var lane))
        {
            lane.Dispose();
        }

        _writer?.Dispose();
        _reading.Dispose();
        _database.Dispose();
    }

    private abstract class Work
    {
        public abstract void Run(WriteSession session);

        public abstract void Fail(Exception failure);

        public abstract void Complete();
    }

    private sealed class Work<T>(Func<WriteSession, T> work) : Work
    {
        // The writer completes its own group before it returns, so a lone caller never leaves its thread.
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _answer;
        private Exception? _failure;

        public Task<T> Task => _done.Task;

        public override void Run(WriteSession session)
        {
            _failure = null;
            _answer = work(session);
        }

        public override void Fail(Exception failure) => _failure = failure;

        public override void Complete()
        {
            Debug.Assert(!_done.Task.IsCompleted, "a work completes once");
            if (_failure is null)
            {
                _done.SetResult(_answer!);
            }
            else
            {
                _done.SetException(_failure);
            }
        }
    }
}
