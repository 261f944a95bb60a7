using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace Comity.Core.Storage;

/// <summary>PostgreSQL 13 or newer: one database (or schema) for one node, written by one transaction at a time.</summary>
/// <remarks>
/// A write transaction first takes one advisory lock, so processes that share the database write one after the other, as they
/// do in SQLite: there is no second lock to take in another order, and a number that is one more than the last stays so. Readers
/// never wait for writers. Which of several servers is the primary, and whether it may be read, is for <see cref="PostgresServers"/>. A connection is thrown away with the first error that closes it, and none is kept in a pool, so that after
/// a restart of the server nobody is handed a dead one twice.
/// </remarks>
public sealed class PostgresDatabase : IDatabase
{
    /// <summary>"Comity" in ASCII: what every writer of the database locks.</summary>
    private const string LockWriters = "SELECT pg_advisory_xact_lock(74145856058489)";

    private const string Channel = "comity";

    /// <summary>Seconds after which a commit that no standby acknowledges is left: its outcome is unknown, and another server may be the primary.</summary>
    private const int LongestWrite = 15;

    /// <summary>Seconds that a statement of a write transaction may take.</summary>
    internal const int LongestStatement = 60;

    private readonly PostgresServers _servers;
    private NpgsqlConnection? _listening;
    private CancellationToken _listensUntil;

    /// <summary>Names the database; nothing is sent to it before <see cref="Migrate"/>.</summary>
    /// <param name="settings">
    /// At least a host; several, joined by commas, are the servers of one cluster. Pooling and error details (they would quote rows) are
    /// off whatever it says; <c>Maximum Pool Size</c> is the most connections for reading, 32 unless it is set.
    /// </param>
    /// <param name="looks">To look only: nothing is written, not even what makes sure that a standby has what is read.</param>
    public PostgresDatabase(NpgsqlConnectionStringBuilder settings, bool looks = false)
    {
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Pooling = false,
            IncludeErrorDetail = false,
            IncludeFailedBatchedCommand = false,
            Enlist = false,
        };
        Default(own, "Application Name", "comity");
        Default(own, "Max Auto Prepare", 100);
        Default(own, "Auto Prepare Min Usages", 2);
        Default(own, "Command Timeout", 300);    // seconds: the longest silence of a server that sorts what a node loads at start
        Default(own, "Timeout", 5);
        Default(own, "Tcp Keepalive", true);
        Default(own, "Tcp Keepalive Time", 5);
        Default(own, "Tcp Keepalive Interval", 2);
        MostReaders = own.ShouldSerialize("Maximum Pool Size") ? own.MaxPoolSize : 32;
        own.Remove("Target Session Attributes");   // always the primary
        Settings = settings;
        _servers = new PostgresServers(own, writing =>
        {
            writing.CommandTimeout = 0;   // of a commit: the driver would ask the server to stop waiting for its standby; statements have their own
        }, looks);
    }

    /// <summary>As it was named; with the password, where there is one.</summary>
    public NpgsqlConnectionStringBuilder Settings { get; }

    /// <inheritdoc/>
    public string Kind => "PostgreSQL";

    /// <inheritdoc/>
    public string LockHead => "SELECT origin, kind, size, frontier FROM log WHERE log = @log FOR UPDATE";

    /// <inheritdoc/>
    public void Migrate()
    {
        try
        {
            using var connection = OpenForWriting();
            using var transaction = BeginWrite(connection);
            Migrations.Apply("Postgres", connection, transaction, _ => { });
            transaction.Commit();
        }
        catch (NpgsqlException e)
        {
            throw new StorageException($"PostgreSQL cannot make its tables: {e.Message}", IsAway(e), e);
        }
    }

    /// <inheritdoc/>
    public DbConnection OpenForReading() => _servers.OpenForReading();

    /// <inheritdoc/>
    /// <exception cref="StorageException">The server does not keep what it acknowledges, or cannot keep this node's data.</exception>
    public DbConnection OpenForWriting()
    {
        var connection = _servers.OpenForWriting();
        try
        {
            Prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public DbTransaction BeginWrite(DbConnection connection) =>
        Begin(connection, IsolationLevel.ReadCommitted, LockWriters);   // each statement after the lock sees all that was committed before it

    /// <inheritdoc/>
    public DbTransaction BeginRead(DbConnection connection)
    {
        if (!_servers.IsCurrent((NpgsqlConnection)connection))
        {
            connection.Close();
            throw new NpgsqlException("another server is the primary now", new TimeoutException());
        }

        return Begin(connection, IsolationLevel.RepeatableRead, "SET TRANSACTION READ ONLY");
    }

    /// <inheritdoc/>
    public void Commit(DbTransaction transaction) => _servers.Commit((NpgsqlTransaction)transaction, TimeSpan.FromSeconds(LongestWrite));

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public int? SecondsToWrite => LongestStatement;

    /// <inheritdoc/>
    public int MostReaders { get; }

    /// <inheritdoc/>
    public void Announce(DbConnection connection, DbTransaction transaction)
    {
        using var notify = new NpgsqlCommand($"NOTIFY {Channel}", (NpgsqlConnection)connection, (NpgsqlTransaction)transaction) { CommandTimeout = LongestStatement };
        notify.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public async Task<bool> ListenAsync(CancellationToken cancel)
    {
        try
        {
            if (_listening is null)
            {
                _listensUntil = _servers.Moved;
                _listening = await Task.Run(_servers.OpenForReading, cancel);
                await using var listen = new NpgsqlCommand($"LISTEN {Channel}", _listening);
                await listen.ExecuteNonQueryAsync(cancel);
                return true;   // something may have been said before
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _listensUntil);
            await _listening.WaitAsync(either.Token);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or StorageException or OperationCanceledException or InvalidOperationException)
        {
            _listening?.Dispose();
            _listening = null;
            cancel.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <inheritdoc/>
    public Protection Protection()
    {
        try
        {
            using var connection = _servers.OpenForReading();
            using var ask = new NpgsqlCommand(
                """
                SELECT current_setting('synchronous_standby_names') <> '',
                    count(*) FILTER (WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum')),
                    count(*) FILTER (WHERE pid IS NOT NULL AND state IS NULL),
                    string_agg(application_name || ' ' || sync_state, ', ') FILTER (WHERE state = 'streaming')
                FROM pg_stat_replication
                """,
                connection);
            using var row = ask.ExecuteReader();
            row.Read();
            var standbys = row.IsDBNull(3) ? "no standby is attached" : row.GetString(3);
            return
                !row.GetBoolean(0) ? new(ProtectionState.Unprotected, $"synchronous_standby_names is empty; {standbys}") :
                row.GetInt64(1) > 0 ? new(ProtectionState.Protected, standbys) :
                row.GetInt64(2) > 0 ? new(ProtectionState.Unprotected, "the node's role may not see how standbys stand: GRANT pg_monitor TO it") :
                new(ProtectionState.Unprotected, $"synchronous_standby_names is set, and none of them is attached: nothing can be written; {standbys}");
        }
        catch (NpgsqlException e)
        {
            throw new StorageException($"PostgreSQL cannot say how its standbys stand: {e.Message}", IsAway(e), e);
        }
    }

    /// <inheritdoc/>
    public void Insert(DbConnection connection, DbTransaction transaction, IReadOnlyList<EntryRow> rows) =>
        PostgresInsert.Entries((NpgsqlConnection)connection, (NpgsqlTransaction)transaction, rows);

    /// <inheritdoc/>
    public void Insert(DbConnection connection, DbTransaction transaction, IReadOnlyList<RecordRow> rows) =>
        PostgresInsert.Records((NpgsqlConnection)connection, (NpgsqlTransaction)transaction, rows);

    /// <inheritdoc/>
    public IReadOnlyList<RecordRow?> FindRecords(DbConnection connection, DbTransaction transaction, IReadOnlyList<byte[]> naturalKeys)
    {
        using var find = new NpgsqlCommand(
            "SELECT log, idx, natural_key, state, expires FROM record WHERE natural_key = ANY(@keys)", (NpgsqlConnection)connection, (NpgsqlTransaction)transaction)
        {
            CommandTimeout = LongestStatement,
        };
        find.Parameters.Add(new NpgsqlParameter<byte[][]>("@keys", [.. naturalKeys]));
        Dictionary<string, RecordRow> found = new(StringComparer.Ordinal);
        using (var reader = find.ExecuteReader())
        {
            while (reader.Read())
            {
                var row = Feeds.FeedTable.RecordOf(reader);
                found.Add(Convert.ToHexString(row.NaturalKey!), row);
            }
        }

        return [.. naturalKeys.Select(key => found.TryGetValue(Convert.ToHexString(key), out var row) ? row : (RecordRow?)null)];
    }

    /// <summary>Rewrites <c>entry_key</c> without what was deleted, and gives up the deleted rows of <c>entry</c> and <c>record</c>.</summary>
    /// <remarks>
    /// <para>Gone afterwards: every deleted secret, from the files of the database; without it nobody opens the body it sealed. A plain
    /// VACUUM would leave secrets in the free space of pages, so the table is made anew; meanwhile nobody else can read or
    /// write it (a second or so for a million entries).</para>
    /// <para>Not gone: the ciphertext of erased bodies, until its page is used again; secrets that a transaction still open may
    /// see; and copies elsewhere: the write-ahead log and its archive, standbys, base backups, snapshots of the disk. None
    /// of these opens without the node's storage key, which is never in the database, but all of them with it: how long archives
    /// and backups are kept is how long an erasure takes.</para>
    /// </remarks>
    /// <exception cref="StorageException">Away: somebody used the table for too long.</exception>
    public void Scrub()
    {
        try
        {
            using var connection = OpenForWriting();
            foreach (var sql in (string[])["VACUUM (FULL) entry_key", "VACUUM (INDEX_CLEANUP ON) entry, record"])
            {
                using var vacuum = connection.CreateCommand();
                vacuum.CommandText = sql;
                vacuum.CommandTimeout = 0;
                vacuum.ExecuteNonQuery();
            }
        }
        catch (NpgsqlException e)
        {
            throw new StorageException($"PostgreSQL cannot scrub its tables: {e.Message}", IsAway(e), e);
        }
    }

    /// <inheritdoc/>
    public bool IsAway(Exception failure) => failure switch
    {
        PostgresException { SqlState: var state } => IsAway(state),
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException } or UnansweredCommitException => true,
        StorageException { Away: var away } => away,
        _ => false,
    };

    /// <summary>The same by the server's code.</summary>
    internal static bool IsAway(string state) => state.StartsWith("08", StringComparison.Ordinal) || state is
            "57P01" or "57P02" or "57P03" or "57P05"   // shut down, crashed, starting, session ended
            or "53300"                                 // no connection left
            or "25006"                                 // this server is not the primary (any more)
            or "25P03" or "55P03" or "57014"           // waited too long
            or "40001" or "40P01";                     // lost to another transaction

    /// <inheritdoc/>
    public bool IsFatal(Exception failure) => failure is PostgresException { SqlState: var state } && (
        state is "53100" or "XX001" or "XX002"                     // disk full, data damaged, index damaged
        || state.StartsWith("58", StringComparison.Ordinal));      // input and output

    /// <inheritdoc/>
    public void Dispose()
    {
        _listening?.Dispose();
        _servers.Dispose();
    }

    /// <summary>Begins and says so to the server at once: a connection that died is found before any work has begun.</summary>
    private static NpgsqlTransaction Begin(DbConnection connection, IsolationLevel level, string first)
    {
        var npgsql = (NpgsqlConnection)connection;
        var transaction = npgsql.BeginTransaction(level);
        try
        {
            using var command = new NpgsqlCommand(first, npgsql, transaction) { CommandTimeout = LongestStatement };
            command.ExecuteNonQuery();
            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    /// <summary>Makes commits durable where a session can, and refuses a server where only its operator can.</summary>
    /// <remarks>
    /// A commit is acknowledged once it is on the disk of the server and, where <c>synchronous_standby_names</c> says so, of a standby.
    /// <c>off</c>, <c>local</c> and <c>remote_write</c> lose acknowledged commits with a crash, with the primary, or with both
    /// machines' power, so a session that has one of them is set to <c>on</c>.
    /// </remarks>
    internal static void Prepare(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(
            """
            SELECT current_setting('server_version_num')::bigint, current_setting('server_encoding'), current_setting('fsync'), current_setting('full_page_writes'),
                set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
                set_config('lock_timeout', '10s', false), set_config('idle_in_transaction_session_timeout', '120s', false)
            """,
            connection);
        using var row = command.ExecuteReader();
        row.Read();
        var refusal =
            row.GetInt64(0) < 130000 ? "The server is older than PostgreSQL 13." :
            row.GetString(1) != "UTF8" ? $"The database is encoded in {row.GetString(1)}; it must be UTF8." :
            row.GetString(2) != "on" ? "The server runs with fsync off: it may lose what it acknowledged. Turn fsync on." :
            row.GetString(3) != "on" ? "The server runs with full_page_writes off: a crash may damage its tables. Turn full_page_writes on." : null;
        if (refusal is not null)
        {
            throw new StorageException(refusal, away: false);
        }
    }

    private static void Default(NpgsqlConnectionStringBuilder settings, string name, object value)
    {
        if (!settings.ShouldSerialize(name))
        {
            settings[name] = value;
        }
    }
}
