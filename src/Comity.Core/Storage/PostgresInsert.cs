using Npgsql;
using NpgsqlTypes;

namespace Comity.Core.Storage;

/// <summary>Inserts rows as arrays, one a column, in one round trip.</summary>
/// <remarks>COPY was measured against it and is slower below some hundred rows and no faster above: most of the time is the server's, for indexes.</remarks>
internal static class PostgresInsert
{
    private const int MostAtOnce = 1024;   // what a message holds must stay far below 1 GB

    public static void Entries(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<EntryRow> rows)
    {
        foreach (var some in rows.Chunk(MostAtOnce))
        {
            using var batch = new NpgsqlBatch(connection, transaction) { Timeout = PostgresDatabase.LongestStatement };
            batch.BatchCommands.Add(new("INSERT INTO entry (log, idx, leaf, body) SELECT * FROM unnest($1, $2, $3, $4)")
            {
                Parameters = { Numbers(some, row => row.Log), Numbers(some, row => row.Index), Bytes(some, row => row.Leaf), Bytes(some, row => row.Body) },
            });
            var keys = Array.FindAll(some, row => row.Secret is not null);
            if (keys.Length > 0)
            {
                batch.BatchCommands.Add(new("INSERT INTO entry_key (log, idx, secret) SELECT * FROM unnest($1, $2, $3)")
                {
                    Parameters = { Numbers(keys, row => row.Log), Numbers(keys, row => row.Index), Bytes(keys, row => row.Secret) },
                });
            }

            var tagged = Array.FindAll(some, row => row.Tag is not null);
            if (tagged.Length > 0)
            {
                batch.BatchCommands.Add(new("INSERT INTO asked (log, idx, tag) SELECT * FROM unnest($1, $2, $3)")
                {
                    Parameters = { Numbers(tagged, row => row.Log), Numbers(tagged, row => row.Index), Bytes(tagged, row => row.Tag) },
                });
            }

            batch.ExecuteNonQuery();
        }
    }

    public static void Records(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<RecordRow> rows)
    {
        foreach (var some in rows.Chunk(MostAtOnce))
        {
            using var insert = new NpgsqlCommand(
                "INSERT INTO record (log, idx, natural_key, state, expires) SELECT * FROM unnest($1, $2, $3, $4, $5)", connection, transaction)
            {
                CommandTimeout = PostgresDatabase.LongestStatement,
                Parameters =
                {
                    Numbers(some, row => row.Log), Numbers(some, row => row.Index), Bytes(some, row => row.NaturalKey),
                    Numbers(some, row => (long)row.State), Numbers(some, row => row.Expires),
                },
            };
            insert.ExecuteNonQuery();
        }
    }

    private static NpgsqlParameter<long[]> Numbers<TRow>(TRow[] rows, Converter<TRow, long> column) =>
        new() { TypedValue = Array.ConvertAll(rows, column), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter<byte[]?[]> Bytes<TRow>(TRow[] rows, Converter<TRow, byte[]?> column) =>
        new() { TypedValue = Array.ConvertAll(rows, column), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };
}
