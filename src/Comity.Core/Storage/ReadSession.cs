using System.Data.Common;

namespace Comity.Core.Storage;

/// <summary>Reads one state of the store. Short-lived; one thread.</summary>
public class ReadSession
{
    private readonly Lane _lane;
    private readonly DbTransaction _transaction;

    internal ReadSession(Lane lane, DbTransaction transaction)
    {
        _lane = lane;
        _transaction = transaction;
    }

    private protected DbConnection Connection => _lane.Connection;

    private protected DbTransaction Transaction => _transaction;

    /// <summary>All rows of a query.</summary>
    public List<T> Query<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
    {
        List<T> rows = [];
        Each(sql, row => { rows.Add(map(row)); return true; }, parameters);
        return rows;
    }

    /// <summary>The first row of a query, or the default where there is none.</summary>
    public T? First<T>(string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
    {
        T? first = default;
        Each(sql, row => { first = map(row); return false; }, parameters);
        return first;
    }

    /// <summary>Hands over one row after the other until there are no more or <paramref name="next"/> returns false.</summary>
    public void Each(string sql, Func<DbDataReader, bool> next, params (string Name, object? Value)[] parameters)
    {
        BeforeReading();
        using var reader = _lane.Command(sql, _transaction, parameters).ExecuteReader();
        while (reader.Read() && next(reader))
        {
        }
    }

    /// <summary>The record in force under each natural key, or null; in the keys' order.</summary>
    internal IReadOnlyList<RecordRow?> FindRecords(IDatabase database, IReadOnlyList<byte[]> naturalKeys)
    {
        BeforeReading();
        return database.FindRecords(_lane.Connection, _transaction, naturalKeys);
    }

    /// <summary>Puts what was changed, and not yet written, where a query finds it.</summary>
    private protected virtual void BeforeReading()
    {
    }

    private protected int Run(string sql, (string Name, object? Value)[] parameters) =>
        _lane.Command(sql, _transaction, parameters).ExecuteNonQuery();
}

/// <summary>One connection and the commands prepared on it.</summary>
internal sealed class Lane(DbConnection connection, int? seconds = null) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = new(StringComparer.Ordinal);

    public DbConnection Connection => connection;

    public DbCommand Command(string sql, DbTransaction transaction, (string Name, object? Value)[] parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = seconds ?? command.CommandTimeout;
            foreach (var (name, _) in parameters)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                command.Parameters.Add(parameter);
            }

            _commands.Add(sql, command);
        }

        command.Transaction = transaction;
        for (var i = 0; i < parameters.Length; i++)
        {
            command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        }

        return command;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }
}

/// <summary>Columns as the store's types.</summary>
public static class Columns
{
    /// <summary>The column's bytes, or null.</summary>
    public static byte[]? BytesOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : (byte[])row.GetValue(column);

    /// <summary>The column's bytes.</summary>
    public static byte[] Bytes(this DbDataReader row, int column) => (byte[])row.GetValue(column);

    /// <summary>The column's text, or null.</summary>
    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>The column's number, or null.</summary>
    public static long? NumberOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    /// <summary>The column's instant (Unix milliseconds).</summary>
    public static DateTimeOffset Instant(this DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    /// <summary>The column's instant (Unix milliseconds), or null.</summary>
    public static DateTimeOffset? InstantOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Instant(column);
}
