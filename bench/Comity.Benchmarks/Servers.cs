using Comity.Core.Storage;
using Comity.Testing;

namespace Comity.Testing
{
    /// <summary>What the tests' PostgreSQL server says where it cannot start; here it leaves the database out of the table.</summary>
    internal static class Assert
    {
        public static void False(bool condition, string message)
        {
            if (condition)
            {
                throw new InvalidOperationException(message);
            }
        }

        public static void Skip(string message) => throw new NotSupportedException(message);
    }
}

namespace Comity.Benchmarks
{
    /// <summary>Makes new, empty databases of each kind: SQLite in the temporary folder, PostgreSQL in a server of this process.</summary>
    internal sealed class Servers : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("comity-bench-");
        private readonly PostgresServer? _postgres;
        private int _count;

        public Servers()
        {
            try
            {
                _postgres = PostgresServer.StartNew();
            }
            catch (NotSupportedException e)
            {
                Console.Error.WriteLine(e.Message);
            }
        }

        public IEnumerable<(string Kind, Func<IDatabase> New)> Kinds()
        {
            yield return ("SQLite", () => Databases.Open(Path.Combine(_folder.FullName, $"{++_count}.db")));
            if (_postgres is { } server)
            {
                yield return ("PostgreSQL", () => Databases.Open(server.NewDatabase()));
            }
        }

        /// <summary>What a node is told: nothing for SQLite in its home, or a new PostgreSQL database.</summary>
        public IEnumerable<(string Kind, string? Setting)> Settings()
        {
            yield return ("SQLite", null);
            if (_postgres is { } server)
            {
                yield return ("PostgreSQL", server.NewDatabase());
            }
        }

        public void Dispose()
        {
            _postgres?.Dispose();
            _folder.Delete(recursive: true);
        }
    }
}
