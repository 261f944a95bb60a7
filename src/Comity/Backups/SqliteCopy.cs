using Comity.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Comity.Backups;

/// <summary>Copies an SQLite database, also while a node works on it, and puts the copy in place.</summary>
/// <remarks>
/// <c>VACUUM INTO</c> writes one state of the database, without what deleted rows left behind, and holds up no writer. The secrets of
/// bodies are moved to a file of their own; where they were, zeros remain.
/// </remarks>
internal static class SqliteCopy
{
    /// <summary>Copies a database into two files that are not there yet.</summary>
    public static void Make(string database, string copy, string keys)
    {
        using (var connection = Open(database, SqliteOpenMode.ReadWrite))
        {
            Run(connection, "VACUUM INTO $copy", ("$copy", copy));
        }

        using (var connection = Open(copy, SqliteOpenMode.ReadWriteCreate))   // to make the file of keys
        {
            Run(connection, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
            Run(connection, "ATTACH $keys AS keys", ("$keys", keys));
            Run(connection, "PRAGMA keys.synchronous = FULL; CREATE TABLE keys.entry_key (log INTEGER NOT NULL, idx INTEGER NOT NULL, secret BLOB NOT NULL, PRIMARY KEY (log, idx)) STRICT, WITHOUT ROWID");
            Run(connection, "BEGIN; INSERT INTO keys.entry_key SELECT log, idx, secret FROM main.entry_key ORDER BY log, idx; DELETE FROM main.entry_key; COMMIT");
        }

        Sync(copy);
        Sync(keys);
    }

    /// <summary>Makes a database of a copy and its secrets; the file must not be there.</summary>
    public static void Restore(string copy, string keys, string database)
    {
        File.Copy(copy, database, overwrite: false);
        using (var connection = Open(database, SqliteOpenMode.ReadWrite))
        {
            Run(connection, "PRAGMA synchronous = FULL");
            Run(connection, "ATTACH $keys AS keys", ("$keys", keys));
            Run(connection, "BEGIN; INSERT INTO main.entry_key (log, idx, secret) SELECT log, idx, secret FROM keys.entry_key ORDER BY log, idx; COMMIT");
        }

        Sync(database);
    }

    /// <summary>What of a copy is damaged or is not what the manifest says; null where nothing is.</summary>
    public static string? Check(string copy, IReadOnlyList<BackupLog> logs)
    {
        using var connection = Open(copy, SqliteOpenMode.ReadOnly);
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check(1)";
        return check.ExecuteScalar() is "ok" ? logs.SequenceEqual(Logs(connection)) ? null : "the logs are not those of the manifest" : "the database is damaged";
    }

    /// <summary>The schema's number and the own logs of a copy.</summary>
    public static (int Schema, List<BackupLog> Logs) Describe(string copy)
    {
        using var connection = Open(copy, SqliteOpenMode.ReadOnly);
        using var schema = connection.CreateCommand();
        schema.CommandText = "SELECT COALESCE(MAX(number), 0) FROM migration";
        return (Convert.ToInt32(schema.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture), Logs(connection));
    }

    private static List<BackupLog> Logs(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = BackupSql.OwnLogs;
        using var reader = command.ExecuteReader();
        return BackupSql.Read(reader);
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Run(connection, "PRAGMA busy_timeout = 30000");
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new StorageException($"SQLite cannot open {file}: {e.Message}", away: false, e);
        }
    }

    private static void Run(SqliteConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        try
        {
            command.ExecuteNonQuery();
        }
        catch (SqliteException e)
        {
            throw new StorageException($"SQLite cannot copy the database: {e.Message}", away: false, e);
        }
    }

    private static void Sync(string file)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }
}

/// <summary>What is asked of both databases.</summary>
internal static class BackupSql
{
    public const string OwnLogs = "SELECT origin, size, checkpoint FROM log WHERE kind <> 'mirror' ORDER BY origin";

    public static List<BackupLog> Read(System.Data.Common.DbDataReader reader)
    {
        List<BackupLog> logs = [];
        while (reader.Read())
        {
            logs.Add(new BackupLog(reader.GetString(0), reader.GetInt64(1), reader.BytesOrNull(2) is { } note ? System.Text.Encoding.UTF8.GetString(note) : null));
        }

        return [.. logs.OrderBy(log => log.Origin, StringComparer.Ordinal)];
    }
}
