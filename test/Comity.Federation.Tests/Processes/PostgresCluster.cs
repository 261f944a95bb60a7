using System.Diagnostics;
using System.Globalization;
using Comity.Testing;

namespace Comity.Federation.Tests.Processes;

/// <summary>A PostgreSQL primary and its synchronous standby, made and mended by the scripts that operators use (deploy/postgres).</summary>
internal sealed class PostgresCluster : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("comity-cluster-").FullName;
    private readonly int[] _ports = [StateHomes.FreePort(), StateHomes.FreePort()];

    private PostgresCluster()
    {
    }

    /// <summary>Both servers, as a node's setting names them.</summary>
    public string Setting => $"Host=127.0.0.1:{_ports[0]},127.0.0.1:{_ports[1]};Username=comity;Database=comity;Target Session Attributes=read-write";

    /// <summary>Server a is the primary, b its standby, and nothing is acknowledged that b does not have.</summary>
    public static PostgresCluster Start()
    {
        PostgresServer.Require();
        var cluster = new PostgresCluster();
        try
        {
            cluster.Prepare();
            cluster.Script("primary", "a");
            cluster.Script("standby", "b");
            cluster.Script("protect", "a");
            // The standby attaches again when it has read that it is one on whom commits wait.
            for (var tries = 0; tries < 30 && cluster.Run("check", "a").Code != 0; tries++)
            {
                Task.Delay(500).GetAwaiter().GetResult();
            }

            Assert.Contains("protected", cluster.Script("check", "a"), StringComparison.Ordinal);
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Runs a script of deploy/postgres on a server and returns what it said.</summary>
    public string Script(string name, string server, params string[] more)
    {
        var (code, said) = Run(name, server, more);
        Assert.True(code == 0, $"{name}.sh {server} ended with {code}: {said}");
        return said;
    }

    private (int Code, string Said) Run(string name, string server, params string[] more) =>
        AsPostgres(Path.Combine(_folder, "scripts", name + ".sh"), [Path.Combine(_folder, server + ".conf"), .. more]);

    /// <summary>Starts a server that was killed, as what it was.</summary>
    public void Start(string server)
    {
        var (code, said) = AsPostgres("/bin/sh", ["-c", $". {Path.Combine(_folder, "scripts", "lib.sh")}; start", "sh", Path.Combine(_folder, server + ".conf")]);
        Assert.True(code == 0, $"{server} did not start: {said}\n{string.Join('\n', File.ReadLines(Path.Combine(_folder, server, "server.log")).TakeLast(10))}");
    }

    /// <summary>What one server answers, asked directly.</summary>
    public long Ask(string server, string sql)
    {
        using var connection = new Npgsql.NpgsqlConnection($"Host=127.0.0.1;Port={_ports[server == "a" ? 0 : 1]};Username=comity;Database=comity;Pooling=false");
        connection.Open();
        using var command = new Npgsql.NpgsqlCommand(sql, connection);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Ends a server and all its processes as a loss of power would.</summary>
    public void Kill(string server)
    {
        var pid = Pid(server);
        var family = Directory.GetDirectories("/proc").Select(folder => Path.GetFileName(folder)).Where(name => char.IsAsciiDigit(name[0]) && ParentOf(name) == pid).ToList();
        foreach (var member in family.Prepend($"{pid}"))
        {
            Signal("KILL", member);
        }

        // Until the last is gone, its remains too, no server can be started in its place.
        Assert.True(SpinWait.SpinUntil(() => Stat($"{pid}") is null && family.TrueForAll(member => Stat(member) is null), TimeSpan.FromSeconds(30)), $"{server} is not gone");
    }

    /// <summary>Stops every process of a server where it stands, or lets it go on: a machine that answers nobody, and is not gone.</summary>
    public void Freeze(string server, bool thaw = false)
    {
        var pid = Pid(server);
        foreach (var member in Directory.GetDirectories("/proc").Select(folder => Path.GetFileName(folder)).Where(name => char.IsAsciiDigit(name[0]) && (ParentOf(name) == pid || name == $"{pid}")).ToList())
        {
            Signal(thaw ? "CONT" : "STOP", member);
        }
    }

    public void Dispose()
    {
        foreach (var server in (string[])["a", "b"])
        {
            if (File.Exists(Path.Combine(_folder, server, "postmaster.pid")))
            {
                Freeze(server, thaw: true);
                Kill(server);
            }
        }

        for (var tries = 0; Directory.Exists(_folder) && tries < 20; tries++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
            }
            catch (IOException) when (tries < 19)
            {
                Task.Delay(100).GetAwaiter().GetResult();   // the last of its processes is still ending
            }
        }
    }

    private void Prepare()
    {
        StateHomes.Copy(Repository.In("deploy", "postgres"), Path.Combine(_folder, "scripts"));
        foreach (var (name, port, peer, peerPort) in new[] { ("a", _ports[0], "b", _ports[1]), ("b", _ports[1], "a", _ports[0]) })
        {
            File.WriteAllLines(Path.Combine(_folder, name + ".conf"),
            [
                $"NAME={name}", $"DATA={Path.Combine(_folder, name)}", "LISTEN=127.0.0.1", $"PORT={port}", $"PEER={peer}", "PEER_HOST=127.0.0.1", $"PEER_PORT={peerPort}",
                "CLIENTS=127.0.0.1/32", "AUTH=trust", "AUTH_LOCAL=trust", $"SOCKETS={_folder}", "WAL_KEEP=128MB",
            ]);
        }

        if (Environment.UserName == "root")
        {
            using var own = Process.Start("chown", ["-R", "postgres", _folder]);
            own.WaitForExit();
        }

    }

    private int Pid(string server) => int.Parse(File.ReadLines(Path.Combine(_folder, server, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private static void Signal(string name, string pid)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{name}", pid]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    private static int? ParentOf(string pid) => Stat(pid) is { } stat ? int.Parse(stat[1], CultureInfo.InvariantCulture) : null;

    /// <summary>What stands in a process's stat after its name: its state, its parent and so on; null where it is gone.</summary>
    private static string[]? Stat(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private (int Code, string Said) AsPostgres(string program, string[] arguments)
    {
        // Through a file: a server that is started inherits the stream and would hold a pipe open.
        var output = Path.GetTempFileName();
        string[] command = Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments] : [program, .. arguments];
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "out=$1; shift; cd /; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", output, .. command]))!;
            process.WaitForExit();
            return (process.ExitCode, File.ReadAllText(output));
        }
        finally
        {
            File.Delete(output);
        }
    }
}
