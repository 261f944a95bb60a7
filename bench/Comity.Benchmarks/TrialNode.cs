using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Comity.Core;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Home;
using Comity.TravelDocuments;

namespace Comity.Benchmarks;

/// <summary>Utopia's node as its operator would set it up, by the program itself; it runs in a process of its own and has one partner, who is silent.</summary>
internal sealed class TrialNode : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "comity");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("comity-trial-");

    /// <summary>Makes it.</summary>
    /// <param name="database">A PostgreSQL database; null for SQLite in its home.</param>
    public TrialNode(string? database)
    {
        foreach (var code in (string[])["UTO", "XAR"])
        {
            Do("init", "--home", In(code), "--member", code, "--name-en", code, "--name-fr", code, "--issues", code, "--address", "https://127.0.0.1:9", "--desk", "Duty desk",
                "--phone", "+999 1 555 0100", "--email", "duty@example.org", "--languages", "en,fr", "--hours", "24/7", "--generate-passphrase", In(code + ".passphrase"));
        }

        Do("charter", "new", "--network", "trial", "--out", In("charter.json"));
        Do("charter", "add", In("charter.json"), In("UTO/application.jws"), In("XAR/application.jws"), "--threshold", "2");
        Do("charter", "sign", In("charter.json"), "--root", In("UTO/root"), "--passphrase-file", In("UTO.passphrase"), "--out", In("charter.jws"));
        Do("charter", "sign", In("charter.jws"), "--root", In("XAR/root"), "--passphrase-file", In("XAR.passphrase"));
        var said = Do("charter", "verify", In("charter.jws"));
        var genesis = said.Split('\n').First(line => line.Contains("genesis", StringComparison.Ordinal)).Split(':')[^1].Replace(" ", "", StringComparison.Ordinal).Trim();
        Database = database;
        Do("join", "--home", Home, "--genesis", genesis, "--charter", In("charter.jws"));
        Do("token", "new", "--home", Home, "--passphrase-file", Passphrase, "--desk", "Trial desk", "--allow", "check", "publish", "audit", "--purpose", "border-control", "--out", In("token"));
        Token = File.ReadAllText(In("token")).Trim();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(CertificateKey, key.ExportPkcs8PrivateKeyPem());
    }

    public string Token { get; }

    public string? Database { get; }

    public string Home => In("UTO");

    public string Folder => _folder.FullName;

    public string Certificate => In("api.pem");

    public string CertificateKey => In("api.key");

    public string IndexFolder => Path.Combine(Home, "index");

    /// <summary>The copy of the index that the node left when it stopped: in a folder of the process' own where several may share the database.</summary>
    public string Snapshot => Directory.EnumerateFiles(IndexFolder, $"{DocumentRegister.RegisterName}.snapshot", SearchOption.AllDirectories).Single();

    private string Passphrase => In("UTO.passphrase");

    /// <summary>Publishes so many documents, straight into the store.</summary>
    public void Fill(int count)
    {
        Environment.SetEnvironmentVariable("COMITY__DATABASE", Database);
        if (!NodeHome.TryOpen(Home, out var home, out var faults) || !home.TryLoadKeys(File.ReadAllText(Passphrase).Trim(), out var ring, out _) || !home.TryLoadStorageKey(ring, out var key, out _))
        {
            throw new InvalidOperationException(string.Join("; ", faults));
        }

        using var store = home.OpenStore();
        var register = new DocumentRegister();
        var node = Node.Open(new NodeParts { Store = store, Identity = home.Identity(ring)!, StorageKey = key, Registers = [register], Line = _ => new NoLine() });
        foreach (var batch in Enumerable.Range(0, count).Chunk(5000))
        {
            var publications = batch.AsParallel().AsOrdered().Select(i => new Publication(DocumentImportBenchmark.Record(i), Handling.Open)).ToList();
            node.Changes.PublishAsync(TwoNodes.Officer, register, Realm.Live, Audience.All, publications, WhenThere.Amend).GetAwaiter().GetResult();
        }
    }

    /// <summary>Opens the database beside the node.</summary>
    public IDatabase OpenDatabase() => Databases.Open(Database ?? Path.Combine(Home, "comity.db"));

    /// <summary>Starts the node; it answers some time after.</summary>
    /// <param name="https">Whether its API is over TLS.</param>
    public TrialProcess Start(bool https)
    {
        var port = FreePort();
        return TrialProcess.Start(
            Program, ["run", "--home", Home, "--passphrase-file", Passphrase], $"{(https ? "https" : "http")}://127.0.0.1:{port}",
            [
                ("COMITY__API__LISTEN", $"{(https ? "https" : "http")}://127.0.0.1:{port}"), ("COMITY__EXCHANGE__LISTEN", $"127.0.0.1:{FreePort()}"), ("COMITY__CONTACTS__INTERVAL", "01:00:00"),
                ("COMITY__API__REQUESTSPERMINUTE", "1000000"), ("COMITY__API__CERTIFICATE", https ? Certificate : null), ("COMITY__API__CERTIFICATEKEY", https ? CertificateKey : null), ("COMITY__DATABASE", Database),
            ]);
    }

    /// <summary>Starts the server that reads what it is sent and answers with what lies in a file.</summary>
    public TrialProcess StartBare(string answer, string mediaType)
    {
        var port = FreePort();
        return TrialProcess.Start(Environment.ProcessPath!, ["serve-bare", $"{port}", Certificate, CertificateKey, answer, mediaType], $"https://127.0.0.1:{port}", []);
    }

    public string In(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Do(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["COMITY__DATABASE"] = Database;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"comity {string.Join(' ', arguments.Take(2))}: {error.Result}");
    }

    private sealed class NoLine : Core.Exchange.ILine
    {
        public Task<Core.Exchange.LineAnswer> SendAsync(MemberCode to, Core.Exchange.Transmission transmission, TimeSpan timeout, CancellationToken cancel) =>
            throw new Core.Exchange.LineDownException("there is no line");
    }
}

/// <summary>A server in a process of its own.</summary>
internal sealed class TrialProcess : IDisposable
{
    private readonly Process _process;

    private TrialProcess(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    /// <summary>The process, for a profiler.</summary>
    public int Id => _process.Id;

    /// <summary>Since the process was started.</summary>
    public Stopwatch Clock { get; } = Stopwatch.StartNew();

    public static TrialProcess Start(string program, string[] arguments, string address, (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } said)
            {
                Console.Error.WriteLine(said);
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new TrialProcess(process, address);
    }

    /// <summary>Seconds for which it had a core.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>A client that takes any certificate.</summary>
    public HttpClient Client(string token)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } })
        {
            BaseAddress = new Uri(Address), Timeout = TimeSpan.FromMinutes(30),
        };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    /// <summary>Waits until something is answered with 200.</summary>
    public async Task<HttpResponseMessage> FirstAsync(Func<Task<HttpResponseMessage>> ask)
    {
        while (true)
        {
            try
            {
                var answer = await ask();
                if (answer.IsSuccessStatusCode)
                {
                    return answer;
                }

                throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Delay(5);
            }
        }
    }

    /// <summary>Tells it to stop, as an operator would; how long that took.</summary>
    public TimeSpan Stop()
    {
        var clock = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            kill.WaitForExit();
        }

        _process.WaitForExit();
        return clock.Elapsed;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
