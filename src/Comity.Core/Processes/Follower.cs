using Comity.Core.Contacts;
using Comity.Core.Registers;
using Comity.Core.Registers.Snapshots;
using Comity.Core.Storage;

namespace Comity.Core.Processes;

/// <summary>Keeps what this process has in memory (indexes, membership, standings) equal to a store to which other processes write as well.</summary>
/// <remarks>
/// It follows the journal by its place and sets what a row touched to its present state, so that reading a row twice, or late, does no
/// harm. Every write transaction begins by following to the end, while no other can write: what is judged in it, and the
/// effects after its commit, stand on everything committed before. See docs/decisions/0020-following-the-journal.md.
/// </remarks>
public sealed class Follower : IStoreMemory
{
    /// <summary>A process that has had nothing acknowledged for longer than this is not ready.</summary>
    public static readonly TimeSpan MostLag = TimeSpan.FromSeconds(2);

    /// <summary>A process that has had nothing acknowledged for longer than this shows partners nothing: another may have gone on elsewhere.</summary>
    public static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(10);

    private readonly NodeContext _node;
    private readonly RegisterIndexes _registers;
    private readonly Standings _standings;
    private readonly NewsSignal _news;
    private readonly HashSet<RecordAddress> _gone = [];   // guarded by Turn: not in force, and still in an index
    private volatile Place _place = new(default);         // written within Turn
    private long _began;                                  // within Turn: when the transaction that follows now began
    private long _proved;                                 // when the last transaction that was acknowledged had begun
    private volatile bool _shared;

    internal Follower(NodeContext node, RegisterIndexes registers, Standings standings, NewsSignal news)
    {
        (_node, _registers, _standings, _news) = (node, registers, standings, news);
        _proved = node.Clock.GetTimestamp();
        node.Access.Behind = () => Lag > MostLag;
    }

    /// <inheritdoc/>
    public Lock Turn { get; } = new();

    /// <inheritdoc/>
    public JournalPosition Position { get => _place.Position; private set => _place = new Place(value); }

    /// <summary>For how long nothing was acknowledged to this process: so far behind may its memory be. Zero where no other process can write.</summary>
    public TimeSpan Lag => _shared ? _node.Clock.GetElapsedTime(Interlocked.Read(ref _proved)) : TimeSpan.Zero;

    /// <summary>Whether other processes may write to the store, so that <see cref="Lag"/> counts; set by whoever sees to it that this process writes at least every second.</summary>
    public bool Shared { get => _shared; set => _shared = value; }

    /// <summary>Reads everything from the store.</summary>
    /// <param name="snapshots">Copies of indexes, from which it is faster; null for none.</param>
    internal IndexLoading Load(IndexSnapshots? snapshots)
    {
        lock (Turn)
        {
            return _node.Store.Read(session =>
            {
                Position = Journal.Head(session);
                _node.Access.Forget();
                _node.Membership.Reload(session);   // it was read before, in another state of the store
                return _registers.Load(session, (_, _) => true, snapshots);
            });
        }
    }

    /// <summary>Follows to the end of the journal now.</summary>
    /// <exception cref="StorageException">The store is away; or it is not the one that was followed so far, and the node's store is broken from now on.</exception>
    public void CatchUp()
    {
        lock (Turn)
        {
            try
            {
                _node.Store.Read(session => { CatchUp(session); return true; });
            }
            catch (StorageException e) when (!e.Away)
            {
                _node.Store.Break(e);
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public void CatchUp(ReadSession session)
    {
        _began = _node.Clock.GetTimestamp();
        var rows = Journal.From(session, Position.At);
        var known = Position.At == 0 ? default : rows.Count == 0 ? default : rows[0].Position;
        if (known != Position)
        {
            throw new StorageException("The database is not the one that this process followed so far: it was set back, or replaced. A new start reads it afresh.", away: false);
        }

        var changed = new JournalEntry();
        foreach (var (position, what) in Position.At == 0 ? rows : rows.Skip(1))
        {
            if (position.At != known.At + 1)
            {
                throw new StorageException("The journal has a hole: this process is too far behind. A new start reads the database afresh.", away: false);
            }

            changed.Read(what);
            known = position;
        }

        if (!changed.IsEmpty)
        {
            Apply(session, changed);
        }

        Position = known;
    }

    /// <inheritdoc/>
    public void Committed(JournalPosition? own, IReadOnlyList<(long Log, long Index)> revived)
    {
        foreach (var (log, index) in revived)
        {
            _gone.Remove(new RecordAddress((int)log, index));
        }

        Position = own ?? Position;
        Interlocked.Exchange(ref _proved, _began);
    }

    /// <summary>Takes out of the indexes what other processes ended; short steps between which others get their turn.</summary>
    public void Forget()
    {
        HashSet<RecordAddress> now;
        lock (Turn)
        {
            now = [.. _gone];
        }

        if (now.Count == 0)
        {
            return;
        }

        foreach (var register in _registers.All)
        {
            using var step = register.Forget(at => _gone.Contains(at)).GetEnumerator();
            for (var more = true; more;)
            {
                lock (Turn)
                {
                    more = step.MoveNext();   // what came into force again since the step before is not among them any more
                }
            }
        }

        lock (Turn)
        {
            _gone.ExceptWith(now);
        }
    }

    private void Apply(ReadSession session, JournalEntry changed)
    {
        if (changed.News.HasFlag(StoreNews.Membership))
        {
            _node.Membership.Reload(session);
        }

        if (changed.News.HasFlag(StoreNews.Access))
        {
            _node.Access.Forget();
        }

        if (changed.News.HasFlag(StoreNews.Erased))
        {
            _node.Store.NoteErased();
        }

        _registers.Follow(session, changed.Runs(), _gone);
        _standings.Refresh();
        _news.Ring();
    }

    /// <summary>A position that is read whole by whoever is not in turn.</summary>
    private sealed record Place(JournalPosition Position);
}
