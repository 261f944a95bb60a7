using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Comity.Core.Storage;

/// <summary>SQLite: one file, write-ahead log, every commit synced to the disk.</summary>
public sealed class SqliteDatabase : IDatabase
{
    private readonly string _connectionString;
    private readonly SqliteConnection? _keepAlive;   // a database in memory lives as long as one connection does

    /// <summary>Opens or makes the database in a file.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    public SqliteDatabase(string path)
        : this(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false })
    {
    }

    private SqliteDatabase(SqliteConnectionStringBuilder builder)
    {
        _connectionString = builder.ToString();
        if (builder.Mode == SqliteOpenMode.Memory)
        {
            _keepAlive = Open();
        }
    }

    /// <summary>A database in memory, for simulations: it outlives stores opened on it, not this object.</summary>
    public static SqliteDatabase InMemory(string name) =>
        new(new SqliteConnectionStringBuilder { DataSource = name, Mode = SqliteOpenMode.Memory, Cache = SqliteCacheMode.Shared, Pooling = false });

    /// <inheritdoc/>
    public string Kind => "SQLite";

    /// <inheritdoc/>
    public string LockHead => "SELECT origin, kind, size, frontier FROM log WHERE log = @log";   // the transaction holds the only write lock

    /// <inheritdoc/>
    public void Migrate()
    {
        try
        {
            using var connection = Open();
            using (var mode = connection.CreateCommand())
            {
                mode.CommandText = "PRAGMA journal_mode = WAL";
                mode.ExecuteScalar();
            }

            using var transaction = connection.BeginTransaction(deferred: false);
            Migrations.Apply("Sqlite", connection, transaction, _ => { });
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            throw new StorageException($"SQLite cannot open its file: {e.Message}", IsAway(e), e);
        }
    }

    /// <inheritdoc/>
    public DbConnection OpenForReading() => Open();

    /// <inheritdoc/>
    public DbConnection OpenForWriting() => Open();

    /// <inheritdoc/>
    public DbTransaction BeginWrite(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: false);

    /// <inheritdoc/>
    public DbTransaction BeginRead(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: true);

    /// <inheritdoc/>
    public void Commit(DbTransaction transaction) => transaction.Commit();

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public int? SecondsToWrite => null;

    /// <inheritdoc/>
    public int MostReaders => 64;

    /// <inheritdoc/>
    public void Announce(DbConnection connection, DbTransaction transaction)
    {
    }

    /// <inheritdoc/>
    public Task<bool> ListenAsync(CancellationToken cancel) => Task.FromResult(false);

    /// <inheritdoc/>
    public Protection Protection() => new(ProtectionState.OneDisk, "one file on one disk; backups are what outlives it");

    /// <inheritdoc/>
    public void Insert(DbConnection connection, DbTransaction transaction, IReadOnlyList<EntryRow> rows)
    {
        using var entry = Prepare(connection, transaction, "INSERT INTO entry (log, idx, leaf, body) VALUES (@log, @idx, @leaf, @body)", "@log", "@idx", "@leaf", "@body");
        using var key = Prepare(connection, transaction, "INSERT INTO entry_key (log, idx, secret) VALUES (@log, @idx, @secret)", "@log", "@idx", "@secret");
        using var asked = Prepare(connection, transaction, "INSERT INTO asked (log, idx, tag) VALUES (@log, @idx, @tag)", "@log", "@idx", "@tag");
        foreach (var row in rows)
        {
            Run(entry, row.Log, row.Index, row.Leaf, row.Body);
            if (row.Secret is not null)
            {
                Run(key, row.Log, row.Index, row.Secret);
            }

            if (row.Tag is not null)
            {
                Run(asked, row.Log, row.Index, row.Tag);
            }
        }
    }

    /// <inheritdoc/>
    public void Insert(DbConnection connection, DbTransaction transaction, IReadOnlyList<RecordRow> rows)
    {
        using var record = Prepare(
            connection,
            transaction,
            "INSERT INTO record (log, idx, natural_key, state, expires) VALUES (@log, @idx, @key, @state, @expires)",
            "@log", "@idx", "@key", "@state", "@expires");
        foreach (var row in rows)
        {
            Run(record, row.Log, row.Index, row.NaturalKey, (long)row.State, row.Expires);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordRow?> FindRecords(DbConnection connection, DbTransaction transaction, IReadOnlyList<byte[]> naturalKeys)
    {
        using var find = Prepare(connection, transaction, "SELECT log, idx, natural_key, state, expires FROM record WHERE natural_key = @key", "@key");
        var found = new RecordRow?[naturalKeys.Count];
        for (var i = 0; i < found.Length; i++)
        {
            find.Parameters[0].Value = naturalKeys[i];
            using var reader = find.ExecuteReader();
            found[i] = reader.Read() ? Feeds.FeedTable.RecordOf(reader) : null;
        }

        return found;
    }

    /// <inheritdoc/>
    public void Scrub()
    {
        // secure_delete overwrites freed pages; the write-ahead log may still hold what they were.
        using var connection = Open();
        using var checkpoint = connection.CreateCommand();
        checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        checkpoint.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public bool IsAway(Exception failure) => failure is SqliteException { SqliteErrorCode: 5 or 6 };   // busy, locked

    /// <inheritdoc/>
    public bool IsFatal(Exception failure) =>
        failure is SqliteException { SqliteErrorCode: 7 or 10 or 11 or 13 or 14 or 26 };   // no memory, I/O, corrupt, full, cannot open, not a database

    /// <inheritdoc/>
    public void Dispose() => _keepAlive?.Dispose();

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            using var pragmas = connection.CreateCommand();
            pragmas.CommandText = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000; PRAGMA cache_size = -65536;";
            pragmas.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteCommand Prepare(DbConnection connection, DbTransaction transaction, string sql, params string[] parameters)
    {
        var command = ((SqliteConnection)connection).CreateCommand();
        command.Transaction = (SqliteTransaction)transaction;
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.ExecuteNonQuery();
    }
}
