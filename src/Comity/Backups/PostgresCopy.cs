using System.Data;
using System.Diagnostics;
using System.Globalization;
using Comity.Core.Storage;
using Npgsql;

namespace Comity.Backups;

/// <summary>Copies a PostgreSQL database with the server's own programs, also while nodes work on it, and puts the copy in place.</summary>
/// <remarks>Both dumps read one exported snapshot. The password goes to the programs by the environment, never by the command line.</remarks>
internal static class PostgresCopy
{
    /// <summary>Dumps a database into two files in PostgreSQL's custom format.</summary>
    public static (int Schema, List<BackupLog> Logs) Make(NpgsqlConnectionStringBuilder settings, string copy, string keys)
    {
        using var connection = Open(settings);
        using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        var snapshot = (string)Scalar(connection, transaction, "SELECT pg_export_snapshot()")!;
        var schema = Convert.ToInt32(Scalar(connection, transaction, "SELECT COALESCE(MAX(number), 0) FROM migration"), CultureInfo.InvariantCulture);
        List<BackupLog> logs;
        using (var command = new NpgsqlCommand(BackupSql.OwnLogs, connection, transaction))
        using (var reader = command.ExecuteReader())
        {
            logs = BackupSql.Read(reader);
        }

        Run(settings, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", $"--snapshot={snapshot}", "--exclude-table-data=entry_key", $"--file={copy}");
        Run(settings, "pg_dump", "--format=custom", "--data-only", $"--snapshot={snapshot}", "--table=entry_key", $"--file={keys}");
        transaction.Rollback();
        Sync(copy);
        Sync(keys);
        return (schema, logs);
    }

    /// <summary>Why a database cannot be restored into; null where it is empty.</summary>
    public static string? Occupied(NpgsqlConnectionStringBuilder settings)
    {
        using var connection = Open(settings);
        return Convert.ToInt64(Scalar(connection, null, "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema()"), CultureInfo.InvariantCulture) == 0
            ? null : $"the database {connection.Database} holds tables already: restore into an empty one";
    }

    /// <summary>Fills an empty database.</summary>
    public static void Restore(NpgsqlConnectionStringBuilder settings, string copy, string keys)
    {
        Run(settings, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", $"--dbname={settings.Database}", copy);
        Run(settings, "pg_restore", "--exit-on-error", "--single-transaction", "--data-only", $"--dbname={settings.Database}", keys);
    }

    /// <summary>Whether a dump can be read by PostgreSQL's programs; null, or why not.</summary>
    public static string? Check(string copy) => Execute(null, "pg_restore", ["--list", copy]) is { } fault ? fault : null;

    private static NpgsqlConnection Open(NpgsqlConnectionStringBuilder settings)
    {
        try
        {
            var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false, IncludeErrorDetail = false }.ConnectionString);
            connection.Open();
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException)
        {
            throw new StorageException($"PostgreSQL cannot be reached: {e.Message}", away: true, e);
        }
    }

    private static object? Scalar(NpgsqlConnection connection, NpgsqlTransaction? transaction, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection, transaction);
        try
        {
            return command.ExecuteScalar();
        }
        catch (NpgsqlException e)
        {
            throw new StorageException($"PostgreSQL cannot be read: {e.Message}", away: false, e);
        }
    }

    private static void Run(NpgsqlConnectionStringBuilder settings, string program, params string[] arguments)
    {
        if (Execute(settings, program, arguments) is { } fault)
        {
            throw new StorageException(fault, away: false);
        }
    }

    private static string? Execute(NpgsqlConnectionStringBuilder? settings, string program, string[] arguments)
    {
        if (Find(program) is not { } path)
        {
            return $"{program} is not installed: it comes with PostgreSQL's client programs";
        }

        var start = new ProcessStartInfo(path, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (settings is not null)
        {
            // As libpq reads them; several hosts are tried in order until one can be written to.
            var hosts = (settings.Host ?? "").Split(',', StringSplitOptions.TrimEntries).Select(host => host.LastIndexOf(':') is var at && at > 0 && host.IndexOf(':') == at
                ? (Name: host[..at], Port: host[(at + 1)..]) : (Name: host, Port: settings.Port.ToString(CultureInfo.InvariantCulture))).ToList();
            start.Environment["PGHOST"] = string.Join(',', hosts.Select(host => host.Name));
            start.Environment["PGPORT"] = string.Join(',', hosts.Select(host => host.Port));
            start.Environment["PGDATABASE"] = settings.Database;
            start.Environment["PGUSER"] = settings.Username;
            start.Environment["PGPASSWORD"] = settings.Password;
            if (hosts.Count > 1)
            {
                start.Environment["PGTARGETSESSIONATTRS"] = "read-write";
            }
        }

        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{program} failed: {said.Trim()}";
    }

    /// <summary>A program on the path, else the newest one where Debian keeps them.</summary>
    private static string? Find(string program)
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))
            : [];
        return debian.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    private static void Sync(string file)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }
}
