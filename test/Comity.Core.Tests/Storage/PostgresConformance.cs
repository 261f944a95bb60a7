using Comity.Testing;

namespace Comity.Core.Tests.Storage;

public sealed class PostgresConformance : StoreConformance
{
    protected override TestDatabase NewDatabase() => new PostgresTestDatabase(PostgresServer.Shared);
}
