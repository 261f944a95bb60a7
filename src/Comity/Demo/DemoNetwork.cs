using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Comity.Core;
using Comity.Core.Web;

namespace Comity.Demo;

/// <summary>Three nodes, each a process of its own with its own folder, keys and database, joined by one charter: set up by the commands an operator uses.</summary>
internal sealed class DemoNetwork : IAsyncDisposable
{
    private static readonly (string Code, string En, string Fr)[] States =
        [("UTO", "Utopia", "Utopie"), ("XAR", "Arcadia", "Arcadie"), ("XLY", "Lyonesse", "Lyonesse")];

    private readonly string _folder;
    private readonly bool _temporary;

    private DemoNetwork(string folder, bool temporary) => (_folder, _temporary) = (folder, temporary);

    /// <summary>The password of every officer, new for each demonstration.</summary>
    public string Password { get; } = "lantern-" + Convert.ToHexStringLower(Randomness.System.Bytes(5));

    /// <summary>The nodes: Utopia, Arcadia, Lyonesse.</summary>
    public List<DemoNode> Nodes { get; } = [];

    public static async Task<DemoNetwork> StartAsync(string? folder, TimeProvider clock, TextWriter output, CancellationToken cancel)
    {
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
        }

        var network = new DemoNetwork(folder ?? Directory.CreateTempSubdirectory("comity-demo-").FullName, folder is null);
        try
        {
            await output.WriteLineAsync($"Making three member States in {network._folder}: keys, charter, databases …");
            await network.SetUpAsync(clock, cancel);
            foreach (var node in network.Nodes)
            {
                await node.StartAsync(cancel);
            }

            await DemoSamples.LoadAsync(network, cancel);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a node has everything that another offers.</summary>
    public static async Task SettleAsync(DemoNode node, DemoNode partner, CancellationToken cancel)
    {
        for (var tries = 0; ; tries++)
        {
            var rounds = await node.Client.PostAsync("feeds/pull", new System.Text.Json.Nodes.JsonObject { ["member"] = partner.Member }, cancel);
            if (rounds[0]!["complete"]!.GetValue<bool>())
            {
                return;
            }

            if (tries == 50)
            {
                throw new IOException($"{node.Member} is not complete with {partner.Member}: {rounds[0]!["detail"]}");
            }

            await Task.Delay(200, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        if (_temporary)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task SetUpAsync(TimeProvider clock, CancellationToken cancel)
    {
        var ports = FreePorts(States.Length * 2);
        for (var i = 0; i < States.Length; i++)
        {
            var (code, en, fr) = States[i];
            Nodes.Add(new DemoNode(Path.Combine(_folder, code.ToLowerInvariant()), code, en, ports[i * 2], ports[(i * 2) + 1]));
            await Nodes[i].RunCommandAsync(cancel,
                "init", "--home", Nodes[i].Home, "--member", code, "--name-en", en, "--name-fr", fr, "--issues", code, "--address", $"https://127.0.0.1:{ports[(i * 2) + 1]}",
                "--desk", $"{en} 24/7 duty desk", "--phone", $"+999 {i + 1} 555 01 00", "--email", $"duty@{code.ToLowerInvariant()}.example", "--languages", "en,fr", "--hours", "24/7",
                "--generate-passphrase", Nodes[i].PassphraseFile);
        }

        var first = Nodes[0];
        var charter = Path.Combine(_folder, "charter.json");
        await first.RunCommandAsync(cancel, ["charter", "new", "--network", "lighthouse", "--threshold", "2", "--out", charter]);
        await first.RunCommandAsync(cancel, ["charter", "add", charter, .. Nodes.Select(node => Path.Combine(node.Home, "application.jws"))]);
        foreach (var node in Nodes)
        {
            await node.RunCommandAsync(cancel, "charter", "sign", charter, "--root", Path.Combine(node.Home, "root"), "--root-passphrase-file", node.PassphraseFile, "--out", charter, "--force");
        }

        var genesis = await first.GenesisAsync(charter, cancel);
        foreach (var node in Nodes)
        {
            await node.RunCommandAsync(cancel, "join", "--home", node.Home, "--genesis", genesis, "--charter", charter);
            await node.RunCommandAsync(cancel,
                "token", "new", "--home", node.Home, "--passphrase-file", node.PassphraseFile, "--desk", "demo desk", "--allow", "check", "publish", "audit", "operate",
                "--purpose", "border-control", "police-check", "--out", node.TokenFile);
            await DemoPeople.EnrolAsync(node, Password, clock);
        }
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}

/// <summary>One node of the demonstration.</summary>
internal sealed class DemoNode(string home, string member, string name, int apiPort, int exchangePort) : IAsyncDisposable
{
    private Process? _process;
    private NodeClient? _client;

    public string Home => home;

    public string Member => member;

    public string Name => name;

    public Uri Api { get; } = new($"http://127.0.0.1:{apiPort}");

    /// <summary>The API as it is typed.</summary>
    public string Address => Api.GetLeftPart(UriPartial.Authority);

    public string PassphraseFile => home + ".passphrase";

    public string TokenFile => home + ".token";

    /// <summary>Where the secret of an officer's codes lies.</summary>
    public string SecretFile(string officer) => $"{home}.{officer}";

    public NodeClient Client => _client ??= new NodeClient(Api, File.ReadAllText(TokenFile).Trim());

    /// <summary>Runs this program with other arguments, as an operator would.</summary>
    public async Task<string> RunCommandAsync(CancellationToken cancel, params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0 ? await output : throw new IOException($"comity {string.Join(' ', arguments)}: {await error}");
    }

    public async Task<string> GenesisAsync(string charter, CancellationToken cancel) =>
        System.Text.Json.Nodes.JsonNode.Parse(await RunCommandAsync(cancel, "charter", "show", charter, "--json"))!["hash"]!.GetValue<string>();

    /// <summary>Starts the node and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        _process = Start(["run", "--home", home, "--passphrase-file", PassphraseFile]);
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        var line = await _process.StandardOutput.ReadLineAsync(cancel);
        if (line is null)
        {
            throw new IOException($"{member} did not start");
        }

        _ = _process.StandardOutput.ReadToEndAsync(cancel);   // a full pipe would stop it
    }

    /// <summary>Cuts the node off, as a cut line or a failed machine does.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _client?.Dispose();
    }

    private Process Start(string[] arguments)
    {
        var self = Environment.ProcessPath!;
        var start = new ProcessStartInfo(self) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(typeof(DemoNode).Assembly.Location);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["COMITY__API__LISTEN"] = Address;
        start.Environment["COMITY__EXCHANGE__LISTEN"] = $"127.0.0.1:{exchangePort}";
        start.Environment["COMITY__CONTACTS__INTERVAL"] = "00:00:01";
        start.Environment["COMITY__CONTACTS__WAIT"] = "00:00:10";
        return Process.Start(start)!;
    }
}
