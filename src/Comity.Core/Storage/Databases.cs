using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Comity.Core.Storage;

/// <summary>Names a database in one setting.</summary>
public static class Databases
{
    /// <summary>The number of the newest schema that this program knows.</summary>
    public static int Schema => Migrations.Newest;

    /// <summary>Names a database; nothing is opened before <see cref="IDatabase.Migrate"/>.</summary>
    /// <param name="setting">
    /// PostgreSQL: <c>Host=…;Database=…;Username=…</c> or <c>postgres://user@host:port/database</c>; several hosts of one cluster joined by
    /// commas, <c>Host=a:5432,b:5433</c> or <c>postgres://a,b:5433/database</c>. SQLite: the path of a file, or
    /// <c>Data Source=path</c>.
    /// </param>
    /// <exception cref="StorageException">It cannot be read. The message never repeats a value: it may be a password.</exception>
    public static IDatabase Open(string setting)
    {
        if (string.IsNullOrWhiteSpace(setting))
        {
            throw Fault("is empty");
        }

        if (setting.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || setting.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
        {
            return Postgres(FromUri(setting));
        }

        return setting.Contains('=', StringComparison.Ordinal) ? FromPairs(setting) : new SqliteDatabase(setting);
    }

    /// <summary>Names a database beside a running node, to look at it and to change nothing in it: on PostgreSQL not even the fence, whose row a node may be waiting for.</summary>
    /// <param name="setting">As for <see cref="Open"/>.</param>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public static IDatabase Look(string setting)
    {
        var database = Open(setting);
        if (database is not PostgresDatabase { Settings: var settings })
        {
            return database;
        }

        database.Dispose();
        return new PostgresDatabase(settings, looks: true);
    }

    /// <summary>Servers of a node are asked which of them is the primary; a setting that wants another cannot be met.</summary>
    private static PostgresDatabase Postgres(NpgsqlConnectionStringBuilder settings) =>
        settings.TargetSessionAttributes is null or "any" or "read-write" or "primary" ? new PostgresDatabase(settings)
            : throw Fault("has Target Session Attributes that are not read-write: a node stands on the primary");

    private static IDatabase FromPairs(string setting)
    {
        DbConnectionStringBuilder pairs = [];
        try
        {
            pairs.ConnectionString = setting;
        }
        catch (ArgumentException)
        {
            throw Fault("is not a list of name=value; put quotes around a value that contains ; or =");
        }

        if (pairs.ContainsKey("Host") || pairs.ContainsKey("Server"))
        {
            NpgsqlConnectionStringBuilder settings = [];
            var number = 0;
            foreach (string name in pairs.Keys)
            {
                Set(settings, name, pairs[name], $"setting {++number} (of its names in order)");
            }

            return Postgres(settings);
        }

        if (pairs.TryGetValue("Data Source", out var path) && pairs.Count == 1)
        {
            return new SqliteDatabase((string)path);
        }

        throw Fault(pairs.ContainsKey("Data Source") ? "has more than a Data Source, which is all that SQLite takes" : "names neither a Host (PostgreSQL) nor a Data Source (SQLite)");
    }

    private static NpgsqlConnectionStringBuilder FromUri(string setting)
    {
        var uri = OneHost(setting, out var others);
        NpgsqlConnectionStringBuilder settings = new() { Host = others is null ? Uri.UnescapeDataString(uri.Host) : HostAndPort(uri) + others };
        var user = uri.UserInfo.Split(':', 2);
        if (uri.Port > 0)
        {
            settings.Port = uri.Port;
        }

        if (user[0].Length > 0)
        {
            settings.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            settings.Password = Uri.UnescapeDataString(user[1]);
        }

        if (uri.AbsolutePath.Length > 1)
        {
            settings.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        }

        var number = 0;
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            Set(settings, InWords(Uri.UnescapeDataString(parts[0])), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "", $"query parameter {++number}");
        }

        return settings;
    }

    /// <summary>The address with its first host alone; the others, each after a comma, or null.</summary>
    private static Uri OneHost(string setting, out string? others)
    {
        others = null;
        var start = setting.IndexOf("://", StringComparison.Ordinal) + 3;
        start = setting.IndexOf('@', start) + 1 is > 0 and var afterUser ? afterUser : start;
        var end = setting.IndexOfAny(['/', '?', '#'], start) is >= 0 and var found ? found : setting.Length;
        var hosts = setting[start..end].Split(',');
        foreach (var host in hosts.Skip(1))
        {
            others += "," + HostAndPort(Checked("postgres://" + host));
        }

        return Checked(setting[..start] + hosts[0] + setting[end..]);
    }

    private static Uri Checked(string setting) =>
        // What of a password is not escaped ('/', '#', '?', '@') would be read as something else: a host that the resolver then repeats.
        Uri.TryCreate(setting, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.Fragment.Length == 0
            && setting.Count(c => c == '@') == (uri.UserInfo.Length > 0 ? 1 : 0)
            ? uri
            : throw Fault("is not of the form postgres://user:password@host:port/database; write / as %2F, @ as %40, # as %23 in a password");

    private static string HostAndPort(Uri uri) => Uri.UnescapeDataString(uri.Host) + (uri.Port > 0 ? string.Create(CultureInfo.InvariantCulture, $":{uri.Port}") : "");

    /// <summary>libpq's names of what Npgsql calls otherwise.</summary>
    private static string InWords(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        "target_session_attrs" => "Target Session Attributes",
        _ => name,
    };

    private static void Set(NpgsqlConnectionStringBuilder settings, string name, object? value, string which)
    {
        var known = settings.ContainsKey(name);
        try
        {
            settings[name] = value;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException or NotSupportedException)
        {
            // A name that is unknown may be the rest of a password that contained ';'.
            throw Fault(known ? $"has a value for '{name}' that PostgreSQL's driver does not take" : $"has a {which} that PostgreSQL's driver does not know");
        }
    }

    private static StorageException Fault(string what) => new($"The database setting {what}.", away: false);
}
