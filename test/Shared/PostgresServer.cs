using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Comity.Testing;

/// <summary>A PostgreSQL server of this test process alone: on a free loopback port, in a folder that goes with the process.</summary>
/// <remarks>Tests that stop it must not run beside others that use it: give those a server of their own with <see cref="StartNew"/>.</remarks>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<PostgresServer> OfThisProcess = new(StartNew);
    private static readonly Lazy<string?> Programs = new(FindPrograms);
    private static int s_databases;

    private readonly string _bin;
    private readonly string _folder;
    private readonly int _port;
    private bool _changed;

    private PostgresServer(string bin)
    {
        _bin = bin;
        _folder = Directory.CreateTempSubdirectory("comity-pg-").FullName;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        if (Environment.UserName == "root")
        {
            Run("chown", "postgres", _folder);
        }

        // No locale, and a durability that a test can rely on: what it acknowledged is there after a crash.
        AsOwner(_bin + "/initdb", "-D", Data, "-U", "comity", "-A", "trust", "--locale=C", "-E", "UTF8", "--no-sync");
        Start();
    }

    /// <summary>Where the server keeps its files.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>Whether it runs, with no settings over the usual.</summary>
    public bool IsAsUsual => IsRunning && !_changed;

    /// <summary>The one that tests share; the test is skipped where PostgreSQL is not installed, and fails if that is in CI.</summary>
    public static PostgresServer Shared
    {
        get
        {
            RequirePrograms();
            return OfThisProcess.Value;
        }
    }

    /// <summary>Skips the test where PostgreSQL is not installed.</summary>
    public static void Require() => RequirePrograms();

    /// <summary>Another server, for a test that stops it.</summary>
    public static PostgresServer StartNew() => new(RequirePrograms());

    /// <summary>A new, empty database; its connection string.</summary>
    /// <param name="encoding">UTF8 unless a test is about another.</param>
    public string NewDatabase(string encoding = "UTF8")
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref s_databases)}");
        Execute($"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}'");
        return ConnectionTo(name);
    }

    /// <summary>Runs one statement as the server's owner.</summary>
    public void Execute(string sql, string database = "postgres")
    {
        using var connection = new NpgsqlConnection(ConnectionTo(database));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Starts the server and waits until it answers.</summary>
    /// <param name="settings">Settings over the usual, as "name=value".</param>
    public void Start(params string[] settings)
    {
        _changed = settings.Length > 0;
        string[] all = ["listen_addresses=127.0.0.1", "unix_socket_directories=''", "max_connections=100", "fsync=on", .. settings];
        var options = $"-p {_port} " + string.Join(' ', all.Select(setting => $"-c {setting}"));
        AsOwner(_bin + "/pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "-t", "60", "-o", options, "start");
    }

    /// <summary>Stops the server.</summary>
    /// <param name="immediate">As a crash would, without leave; otherwise connections are ended in order.</param>
    public void Stop(bool immediate) => AsOwner(_bin + "/pg_ctl", "-D", Data, "-m", immediate ? "immediate" : "fast", "-w", "stop");

    /// <summary>Stops the server if it runs, and starts it.</summary>
    /// <param name="settings">As <see cref="Start"/> takes them.</param>
    public void Restart(params string[] settings)
    {
        if (IsRunning)
        {
            Stop(immediate: false);
        }

        Start(settings);
    }

    /// <summary>Kills the server's first process, which nothing can prevent, and waits until those it left behind are gone.</summary>
    public void KillHard()
    {
        var pid = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        var family = Directory.GetDirectories("/proc").Select(folder => Path.GetFileName(folder))
            .Where(name => char.IsAsciiDigit(name[0]) && ParentOf(name) == pid).Append($"{pid}").ToList();
        using (var process = Process.GetProcessById(pid))
        {
            process.Kill();
        }

        while (family.Exists(member => ParentOf(member) is not null))
        {
            Thread.Sleep(10);
        }

        File.Delete(Path.Combine(Data, "postmaster.pid"));
    }

    /// <summary>Stops the server and removes its folder.</summary>
    public void Dispose()
    {
        if (!Directory.Exists(_folder))
        {
            return;
        }

        if (IsRunning)
        {
            Stop(immediate: true);
        }

        // Hundreds of databases are many files, and a process that ends has seconds: somebody else sweeps.
        Process.Start("rm", ["-rf", _folder]).Dispose();
    }

    private bool IsRunning => File.Exists(Path.Combine(Data, "postmaster.pid"));

    private string ConnectionTo(string database) =>
        $"Host=127.0.0.1;Port={_port.ToString(CultureInfo.InvariantCulture)};Username=comity;Database={database};Pooling=false";

    /// <summary>The parent of a running process; null where there is none, or only what its parent has not yet buried.</summary>
    private static int? ParentOf(string pid)
    {
        try
        {
            var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
            return fields[0] is "Z" or "X" ? null : int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string RequirePrograms()
    {
        if (Programs.Value is { } bin)
        {
            return bin;
        }

        const string Missing = "PostgreSQL is not installed: apt-get install postgresql";
        Assert.False(Environment.GetEnvironmentVariable("CI") is { Length: > 0 }, Missing);
        Assert.Skip(Missing);
        return "";
    }

    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Where(folder => File.Exists(folder + "/bin/initdb"))
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => folder + "/bin")
            .FirstOrDefault()
        : null;

    /// <summary>The server refuses to run as root.</summary>
    private static void AsOwner(string program, params string[] arguments)
    {
        if (Environment.UserName == "root")
        {
            Run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments]);
        }
        else
        {
            Run(program, arguments);
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        if (Execute(program, arguments, out var said) != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {said}");
        }
    }

    private static int Execute(string program, string[] arguments, out string said)
    {
        // Through a file: the server inherits the stream and would hold a pipe open.
        var output = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "out=$1; shift; cd /; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", output, program, .. arguments]))!;
            process.WaitForExit();
            said = File.ReadAllText(output);
            return process.ExitCode;
        }
        finally
        {
            File.Delete(output);
        }
    }
}
