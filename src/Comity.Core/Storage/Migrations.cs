using System.Data.Common;
using System.Globalization;
using System.Reflection;

namespace Comity.Core.Storage;

/// <summary>Numbered SQL files, applied once each, in order.</summary>
internal static class Migrations
{
    /// <summary>The number of the newest file; both databases have the same.</summary>
    public static int Newest => Files("Sqlite")[^1].Number;

    /// <summary>Applies what is missing, within the caller's transaction.</summary>
    /// <param name="folder">"Sqlite" or "Postgres".</param>
    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">Its transaction; all migrations or none.</param>
    /// <param name="applied">Told each file applied.</param>
    /// <exception cref="StorageException">The database was made by a newer program.</exception>
    public static void Apply(string folder, DbConnection connection, DbTransaction transaction, Action<string> applied)
    {
        Run(connection, transaction, "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY)");
        var done = Done(connection, transaction);
        var files = Files(folder);
        if (done.Max > files[^1].Number)
        {
            throw new StorageException($"The database is at schema {done.Max}; this program knows {files[^1].Number}. It was used by a newer program.", away: false);
        }

        foreach (var (number, name) in files.Where(file => !done.Contains(file.Number)))
        {
            using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
            Run(connection, transaction, text.ReadToEnd());
            Run(connection, transaction, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO migration (number) VALUES ({number})"));
            applied(name);
        }
    }

    private static List<(int Number, string Name)> Files(string folder) =>
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.Contains($".Storage.{folder}.", StringComparison.Ordinal))
            .Select(name => (int.Parse(name.Split('.')[^2].TrimStart('_')[..4], CultureInfo.InvariantCulture), name))
            .OrderBy(file => file.Item1),
    ];

    private static void Run(DbConnection connection, DbTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.CommandTimeout = 0;   // a large table takes its time
        command.ExecuteNonQuery();
    }

    private static SortedSet<int> Done(DbConnection connection, DbTransaction transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT number FROM migration";
        using var row = command.ExecuteReader();
        SortedSet<int> done = [];
        while (row.Read())
        {
            done.Add(Convert.ToInt32(row.GetValue(0), CultureInfo.InvariantCulture));
        }

        return done;
    }
}
