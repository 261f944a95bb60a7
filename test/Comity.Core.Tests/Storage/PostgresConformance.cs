using System.Globalization;
using Comity.Core.Storage;
using Comity.Testing;
using Npgsql;

namespace Comity.Core.Tests.Storage;

public sealed class PostgresConformance : StoreConformance
{
    protected override TestDatabase NewDatabase() => new PostgresTestDatabase(PostgresServer.Shared);

    protected override void AssertScrubbed(IReadOnlyList<SealedBody> erased, IReadOnlyList<SealedBody> kept)
    {
        Database.Execute("CHECKPOINT");
        var folder = Path.Combine(PostgresServer.Shared.Data, "base", Number("SELECT oid::bigint FROM pg_database WHERE datname = current_database()").ToString(CultureInfo.InvariantCulture));
        var bytes = Directory.GetFiles(folder).SelectMany(File.ReadAllBytes).ToArray();

        Assert.All(erased, body => Assert.Equal(-1, bytes.AsSpan().IndexOf(body.Secret)));
        Assert.All(kept, body => Assert.NotEqual(-1, bytes.AsSpan().IndexOf(body.Secret)));
    }

    private long Number(string sql)
    {
        using var connection = new NpgsqlConnection(((PostgresTestDatabase)Database).Setting);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return (long)command.ExecuteScalar()!;
    }
}
