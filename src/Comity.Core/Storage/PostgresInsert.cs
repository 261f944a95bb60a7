using Npgsql;
using NpgsqlTypes;

namespace Comity.Core.Storage;

/// <summary>Inserts many rows in few round trips: arrays where they are few, COPY where they are many.</summary>
internal static class PostgresInsert
{
    // COPY costs two round trips a table, an INSERT of arrays one in all, but more a row.
    internal const int CopyFrom = 64;

    public static void Entries(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<EntryRow> rows)
    {
        List<EntryRow> keys = [.. rows.Where(row => row.Secret is not null)];
        if (rows.Count >= CopyFrom)
        {
            Copy(connection, "COPY entry (log, idx, leaf, body) FROM STDIN (FORMAT BINARY)", rows, static (copy, row) =>
            {
                copy.Write(row.Log, NpgsqlDbType.Bigint);
                copy.Write(row.Index, NpgsqlDbType.Bigint);
                copy.Write(row.Leaf, NpgsqlDbType.Bytea);
                WriteOrNull(copy, row.Body);
            });
            if (keys.Count > 0)
            {
                Copy(connection, "COPY entry_key (log, idx, secret) FROM STDIN (FORMAT BINARY)", keys, static (copy, row) =>
                {
                    copy.Write(row.Log, NpgsqlDbType.Bigint);
                    copy.Write(row.Index, NpgsqlDbType.Bigint);
                    copy.Write(row.Secret!, NpgsqlDbType.Bytea);
                });
            }

            return;
        }

        using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new("INSERT INTO entry (log, idx, leaf, body) SELECT * FROM unnest($1, $2, $3, $4)")
        {
            Parameters = { Column(rows, row => row.Log), Column(rows, row => row.Index), Column(rows, row => row.Leaf), Column(rows, row => row.Body) },
        });
        if (keys.Count > 0)
        {
            batch.BatchCommands.Add(new("INSERT INTO entry_key (log, idx, secret) SELECT * FROM unnest($1, $2, $3)")
            {
                Parameters = { Column(keys, row => row.Log), Column(keys, row => row.Index), Column(keys, row => row.Secret) },
            });
        }

        batch.ExecuteNonQuery();
    }

    public static void Records(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<RecordRow> rows)
    {
        if (rows.Count >= CopyFrom)
        {
            Copy(connection, "COPY record (log, idx, natural_key, state, expires) FROM STDIN (FORMAT BINARY)", rows, static (copy, row) =>
            {
                copy.Write(row.Log, NpgsqlDbType.Bigint);
                copy.Write(row.Index, NpgsqlDbType.Bigint);
                WriteOrNull(copy, row.NaturalKey);
                copy.Write((long)row.State, NpgsqlDbType.Bigint);
                copy.Write(row.Expires, NpgsqlDbType.Bigint);
            });
            return;
        }

        using var insert = new NpgsqlCommand("INSERT INTO record (log, idx, natural_key, state, expires) SELECT * FROM unnest($1, $2, $3, $4, $5)", connection, transaction)
        {
            Parameters =
            {
                Column(rows, row => row.Log), Column(rows, row => row.Index), Column(rows, row => row.NaturalKey),
                Column(rows, row => (long)row.State), Column(rows, row => row.Expires),
            },
        };
        insert.ExecuteNonQuery();
    }

    private static NpgsqlParameter Column<TRow>(IReadOnlyList<TRow> rows, Func<TRow, long> value)
    {
        var column = new long[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }

        return new NpgsqlParameter<long[]> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
    }

    private static NpgsqlParameter Column<TRow>(IReadOnlyList<TRow> rows, Func<TRow, byte[]?> value)
    {
        var column = new byte[]?[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }

        return new NpgsqlParameter<byte[]?[]> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };
    }

    private static void Copy<TRow>(NpgsqlConnection connection, string sql, IReadOnlyList<TRow> rows, Action<NpgsqlBinaryImporter, TRow> write)
    {
        using var copy = connection.BeginBinaryImport(sql);
        foreach (var row in rows)
        {
            copy.StartRow();
            write(copy, row);
        }

        copy.Complete();
    }

    private static void WriteOrNull(NpgsqlBinaryImporter copy, byte[]? value)
    {
        if (value is null)
        {
            copy.WriteNull();
        }
        else
        {
            copy.Write(value, NpgsqlDbType.Bytea);
        }
    }
}
