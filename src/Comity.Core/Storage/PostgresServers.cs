using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Comity.Core.Storage;

/// <summary>One start of one server of a cluster.</summary>
/// <param name="Host">Which of the hosts named.</param>
/// <param name="Cluster">The cluster's system identifier, the same on all its servers.</param>
/// <param name="Timeline">Grows by one with each promotion; 0 of a server that follows another.</param>
/// <param name="Started">When it started, by its own clock, as text.</param>
internal sealed record PostgresPrimary(int Host, long Cluster, long Timeline, string Started)
{
    public bool AcceptsWrites => Timeline > 0;
}

/// <summary>The servers of one cluster: finds the one that accepts writes, and keeps away from one that was deposed.</summary>
/// <remarks>
/// <para>At the first connection, and whenever one for writing is needed anew, all hosts are asked. The primary of the
/// latest timeline is taken; one of an earlier timeline than was ever seen here never.</para>
/// <para>A server may hold what it never acknowledged: commits that waited for a standby when it crashed, and which are there after its
/// restart. So before anything is read from a start of a server, this process commits something there (the row
/// <c>fence</c>): once that is acknowledged, all that stood before it is on the standby, too. A deposed primary whose
/// synchronous standby went away with another timeline can never acknowledge it, so nothing of its own is ever shown to anybody.</para>
/// </remarks>
internal sealed class PostgresServers : IDisposable
{
    private const string WhoAreYou =
        """
        SELECT system_identifier, pg_postmaster_start_time()::text,
            CASE WHEN pg_is_in_recovery() THEN 0 ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint END
        FROM pg_control_system()
        """;

    // Between two failures to find a primary, so that a crowd of callers does not ask dead hosts one by one.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan ProofPatience = TimeSpan.FromSeconds(5);

    private readonly (NpgsqlDataSource Reading, NpgsqlDataSource Writing)[] _hosts;
    private readonly ConditionalWeakTable<NpgsqlConnection, Link> _links = [];
    private readonly Lock _electing = new();
    private readonly Lock _proving = new();
    private readonly bool _looks;
    private volatile PostgresPrimary? _primary;
    private volatile PostgresPrimary? _proved;
    private volatile CancellationTokenSource _moved = new();
    private PostgresPrimary? _latest;        // guarded by _electing
    private (Exception Failure, long At)? _failed;   // guarded by _electing

    /// <summary>Names the servers; asks none.</summary>
    /// <param name="settings">A host or several, joined by commas, each with its port or not.</param>
    /// <param name="writing">Changes the settings for connections that write.</param>
    /// <param name="looks">Nothing is ever written, the fence included: what is read may be what no standby has, and serves to tell an operator how things are.</param>
    public PostgresServers(NpgsqlConnectionStringBuilder settings, Action<NpgsqlConnectionStringBuilder> writing, bool looks = false)
    {
        _looks = looks;
        _hosts = [.. HostsOf(settings).Select(host =>
        {
            var read = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Host = host.Name, Port = host.Port };
            var write = new NpgsqlConnectionStringBuilder(read.ConnectionString);
            writing(write);
            return (new NpgsqlDataSourceBuilder(read.ConnectionString).Build(), new NpgsqlDataSourceBuilder(write.ConnectionString).Build());
        })];
    }

    /// <summary>Cancelled when another start of a server is the primary: what waits on the old one waits in vain.</summary>
    public CancellationToken Moved => _moved.Token;

    /// <summary>A connection to the primary, for reading what is kept for certain.</summary>
    public NpgsqlConnection OpenForReading()
    {
        var connection = Open(_primary);
        try
        {
            var server = _links.TryGetValue(connection, out var link) ? link.Server : throw new InvalidOperationException("A connection without a server.");
            if (!_looks)
            {
                Prove(server);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection to the primary, whichever that is now.</summary>
    public NpgsqlConnection OpenForWriting()
    {
        if (_looks)
        {
            throw new InvalidOperationException("This database was opened to look at, not to write to.");
        }

        var (connection, server) = Elect(write: true);
        Watch(connection, server);
        return connection;
    }

    /// <summary>Whether a connection is to what is the primary still.</summary>
    public bool IsCurrent(NpgsqlConnection connection) => _links.TryGetValue(connection, out var link) && link.Server == _primary;

    /// <summary>Commits; fails where the server gave up waiting for its standby.</summary>
    public void Commit(NpgsqlTransaction transaction, TimeSpan patience)
    {
        var connection = transaction.Connection!;
        _links.TryGetValue(connection, out var link);
        link!.Warned = null;
        var committed = transaction.CommitAsync();
        if (!Answered(committed, patience))
        {
            committed.ContinueWith(ended => { _ = ended.Exception; connection.Dispose(); }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw new UnansweredCommitException($"the server did not acknowledge a commit within {patience.TotalSeconds:0} s; its standby, or the server itself, is away");
        }

        committed.GetAwaiter().GetResult();
        if (link.Warned is { } warning)
        {
            // Committed here and perhaps nowhere else: "canceling wait for synchronous replication".
            throw new NpgsqlException($"the server warned instead of acknowledging: {warning}", new TimeoutException());
        }
    }

    public void Dispose()
    {
        foreach (var (reading, writing) in _hosts)
        {
            reading.Dispose();
            writing.Dispose();
        }

        _moved.Dispose();
    }

    private NpgsqlConnection Open(PostgresPrimary? known)
    {
        if (known is not null)
        {
            try
            {
                var (direct, server) = Ask(known.Host, write: false);
                if (server == known)
                {
                    Watch(direct, server);
                    return direct;
                }

                direct.Dispose();
            }
            catch (NpgsqlException) when (_hosts.Length > 1)
            {
                // gone: another may have taken its place
            }
        }

        var (connection, primary) = Elect(write: false);
        Watch(connection, primary);
        return connection;
    }

    private (NpgsqlConnection, PostgresPrimary) Ask(int host, bool write)
    {
        var connection = (write ? _hosts[host].Writing : _hosts[host].Reading).OpenConnection();
        try
        {
            using var command = new NpgsqlCommand(WhoAreYou, connection) { CommandTimeout = 10 };
            using var row = command.ExecuteReader();
            row.Read();
            return (connection, new PostgresPrimary(host, row.GetInt64(0), row.GetInt64(2), row.GetString(1)));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private (NpgsqlConnection, PostgresPrimary) Elect(bool write)
    {
        lock (_electing)
        {
            if (_failed is { } before && Stopwatch.GetElapsedTime(before.At) < Pause)
            {
                throw Again(before.Failure);
            }

            try
            {
                return ElectNow(write);
            }
            catch (Exception e)
            {
                _failed = (e, Stopwatch.GetTimestamp());
                throw;
            }
        }
    }

    private (NpgsqlConnection, PostgresPrimary) ElectNow(bool write)
    {
        var asked = Task.WhenAll(Enumerable.Range(0, _hosts.Length).Select(host => Task.Run<(NpgsqlConnection? Connection, PostgresPrimary? Server, Exception? Failure)>(() =>
        {
            try
            {
                var (connection, server) = Ask(host, write);
                return (connection, server, null);
            }
            catch (NpgsqlException e)
            {
                return (null, null, e);
            }
        }))).GetAwaiter().GetResult();
        var best = asked.Where(answer => answer.Server is { AcceptsWrites: true }).OrderByDescending(answer => answer.Server!.Timeline).FirstOrDefault();
        foreach (var other in asked.Where(answer => answer.Connection != best.Connection))
        {
            other.Connection?.Dispose();
        }

        try
        {
            Judge(best.Server, [.. asked.Select(answer => answer.Failure)]);
        }
        catch
        {
            best.Connection?.Dispose();
            throw;
        }

        _failed = null;
        _latest = best.Server;
        if (_primary != best.Server)
        {
            _primary = best.Server;
            Interlocked.Exchange(ref _moved!, new CancellationTokenSource()).Cancel();
        }

        return (best.Connection!, best.Server!);
    }

    /// <summary>Throws where this server may not be stood upon.</summary>
    private void Judge(PostgresPrimary? server, Exception?[] failures)
    {
        if (server is null)
        {
            throw failures is [{ } only] ? Again(only)
                : failures.FirstOrDefault(failure => failure is PostgresException { SqlState: var state } && !PostgresDatabase.IsAway(state)) is { } refused ? Again(refused)
                : new StorageException(
                    $"None of {failures.Length} servers accepts writes: {failures.Count(failure => failure is not null)} cannot be reached, {failures.Count(failure => failure is null)} follow another.", away: true);
        }

        if (_latest is { } latest && latest.Cluster != server.Cluster)
        {
            throw new StorageException("The server is of another cluster than the one that this process has worked with. Start the node anew if that is meant.", away: true);
        }

        if (_latest?.Timeline > server.Timeline)
        {
            throw new StorageException(
                string.Create(CultureInfo.InvariantCulture, $"The server that accepts writes is of timeline {server.Timeline}, and {_latest.Timeline} was seen: it was deposed. Shut it down and let it follow the new primary."), away: true);
        }
    }

    /// <summary>Makes sure that this start of the server acknowledges commits.</summary>
    private void Prove(PostgresPrimary server)
    {
        if (_proved == server)
        {
            return;
        }

        lock (_proving)
        {
            if (_proved == server)
            {
                return;
            }

            var (connection, same) = Ask(server.Host, write: true);
            try
            {
                Watch(connection, same);
                PostgresDatabase.Prepare(connection);
                var transaction = connection.BeginTransaction();
                using var fence = new NpgsqlCommand("UPDATE fence SET epoch = epoch + 1", connection, transaction) { CommandTimeout = 10 };
                fence.ExecuteNonQuery();
                Commit(transaction, ProofPatience);
                connection.Dispose();
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                connection.Dispose();   // an empty database has nothing to hide
            }
            catch (Exception e) when (e is not UnansweredCommitException)
            {
                connection.Dispose();
                throw;
            }

            _proved = same == server ? server : throw new StorageException("The server started anew meanwhile.", away: true);
        }
    }

    private static bool Answered(Task committed, TimeSpan patience)
    {
        try
        {
            return committed.Wait(patience);
        }
        catch (AggregateException)
        {
            return true;   // with a failure, which the caller takes from the task
        }
    }

    private void Watch(NpgsqlConnection connection, PostgresPrimary server)
    {
        var link = new Link(server);
        _links.Add(connection, link);
        connection.Notice += (_, told) =>
        {
            if (told.Notice.InvariantSeverity == "WARNING")
            {
                link.Warned = told.Notice.MessageText;
            }
        };
    }

    /// <summary>The same failure for another caller.</summary>
    private static Exception Again(Exception failure) => failure switch
    {
        PostgresException e => new PostgresException(e.MessageText, e.Severity, e.InvariantSeverity, e.SqlState),
        NpgsqlException e => new NpgsqlException(e.Message, e.InnerException),
        StorageException e => new StorageException(e.Message, e.Away, e.InnerException),
        var other => other,
    };

    private static IEnumerable<(string Name, int Port)> HostsOf(NpgsqlConnectionStringBuilder settings)
    {
        foreach (var host in settings.Host!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // A port stands after the last colon, unless that is one of an IPv6 address without brackets, or the host is a socket's folder.
            var colon = host.LastIndexOf(':');
            var named = colon > 0 && !host.StartsWith('/') && (host.IndexOf(':') == colon || host[colon - 1] == ']');
            yield return named && int.TryParse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? (host[..colon], port) : (host, settings.Port);
        }
    }

    /// <summary>What is known of an open connection.</summary>
    private sealed class Link(PostgresPrimary server)
    {
        public PostgresPrimary Server { get; } = server;

        public volatile string? Warned;
    }
}
