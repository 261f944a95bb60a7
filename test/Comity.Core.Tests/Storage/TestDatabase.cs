using Comity.Core.Storage;
using Comity.Testing;

namespace Comity.Core.Tests.Storage;

/// <summary>An empty database to test with, and how this kind of database is made to misbehave.</summary>
public abstract class TestDatabase : IDisposable
{
    /// <summary>Opens the database once more, as another process would.</summary>
    public abstract IDatabase Open();

    /// <summary>Runs one statement beside the store.</summary>
    public void Execute(string sql)
    {
        using var database = Open();
        using var connection = database.OpenForReading();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public abstract void Dispose();
}

/// <summary>A SQLite file in a folder of its own.</summary>
public sealed class SqliteFile : TestDatabase
{
    private readonly string _folder = Directory.CreateTempSubdirectory("comity-sqlite-").FullName;

    public string File => Path.Combine(_folder, "node.db");

    public override IDatabase Open() => Databases.Open(File);

    public override void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>A database of a PostgreSQL server.</summary>
public sealed class PostgresTestDatabase(PostgresServer server) : TestDatabase
{
    public string Setting { get; } = server.NewDatabase();

    public override IDatabase Open() => Databases.Open(Setting);

    public override void Dispose()
    {
    }
}
