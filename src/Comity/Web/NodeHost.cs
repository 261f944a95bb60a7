using System.Security.Cryptography.X509Certificates;
using Comity.Core;
using Comity.Core.Access.SigningIn;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Reading;
using Comity.Core.Requests.Law;
using Comity.Core.Storage;
using Comity.Home;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Comity.Web;

/// <summary>A node in service: its API for this State, its exchange for the partners, its workers. Two hosts, so that nothing of one is reachable through the other.</summary>
internal sealed class NodeHost : IAsyncDisposable
{
    // A partner that answers at all answers at once; one that does not must not keep a node from its work.
    private static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(2);

    private readonly NodeStore _store;
    private readonly KeyRing _ring;
    private readonly HttpLine _line;
    private readonly X509Certificate2 _certificate;
    private readonly WebApplication _api;
    private readonly WebApplication _exchange;
    private readonly IDisposable? _telemetry;
    private readonly PastGuard _guard;

    private NodeHost(NodeHome home, NodeStore store, KeyRing ring, byte[] storageKey, TimeProvider clock)
    {
        (_store, _ring) = (store, ring);
        _certificate = TlsCertificate.Create(ring.Current(KeyUse.Tls), home.Options.Member, clock.GetUtcNow());
        HttpLine? line = null;
        Node = Node.Open(new NodeParts
        {
            Store = store,
            Identity = home.Identity(ring) ?? throw new StorageException("This node has not joined a network yet: comity join", away: false),
            StorageKey = storageKey,
            Registers = [.. LawBook.CreateRegisters(), .. Modules.All.SelectMany(module => module.CreateRegisters())],
            Line = membership => line = new HttpLine(membership, _certificate),
            Kinds = [.. Kinds(home).All],
            ReadKind = canonical => KindReader.TryRead("a kind kept before", canonical, out var kind, out _) ? kind : null,
            Calendar = home.Options.Calendar,
            Clock = clock,
            Process = home.Options.Process,
            KeepLedgerDetails = home.Options.RetentionLedgerDetails,
            SnapshotFolder = home.Options.DatabaseIsFile ? home.IndexFolder : Path.Combine(home.IndexFolder, home.Options.Process),
            Sessions = new SessionLimits(home.Options.SessionsIdle, home.Options.SessionsLife),
        });
        _line = line!;
        _exchange = BuildExchange(home.Options);
        _guard = new PastGuard(home, store, Node.Context.Membership.Past);
        _api = ApiHost.Build(Node, home, _guard);
        _telemetry = Metrics.Export(home.Options.TelemetryOtlp, home.Options.Member);
    }

    /// <summary>The program's version.</summary>
    public static string Version => typeof(NodeHost).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>The node.</summary>
    public Node Node { get; }

    /// <summary>Where the API listens.</summary>
    public string ApiAddress => _api.Urls.First();

    /// <summary>Every route and page of the API's host.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _api.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Where partners are answered.</summary>
    public string ExchangeAddress => _exchange.Urls.First();

    /// <summary>Opens store and keys and builds the hosts; nothing listens yet.</summary>
    /// <param name="home">The node's folder.</param>
    /// <param name="passphrase">Of its keys.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="StorageException">The store or the keys cannot be used; the message says why.</exception>
    public static NodeHost Open(NodeHome home, string passphrase, TimeProvider clock)
    {
        if (!home.TryLoadKeys(passphrase, out var ring, out var fault) || !home.TryLoadStorageKey(ring, out var storageKey, out fault))
        {
            throw new StorageException(fault, away: false);
        }

        return new NodeHost(home, home.OpenStore(), ring, storageKey, clock);
    }

    /// <summary>Begins to listen and to work.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await _guard.CheckAsync(Node.Context.Now);
        await Node.StartedAsync(Version, PatienceAtStart);
        await _exchange.StartAsync(cancel);
        await _api.StartAsync(cancel);
    }

    /// <summary>Waits until the node is told to stop, or its store broke.</summary>
    /// <returns>Whether it was told to.</returns>
    public async Task<bool> WaitAsync(CancellationToken cancel)
    {
        var broke = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Broke += () => broke.TrySetResult();
        if (_store.Broken is not null)
        {
            broke.TrySetResult();
        }

        var stopped = _api.WaitForShutdownAsync(cancel);
        return await Task.WhenAny(stopped, broke.Task) == stopped;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await Quietly(() => _exchange.StopAsync(patience.Token));
        await Quietly(() => _api.StopAsync(patience.Token));
        await KeepIndexAsync();
        await _exchange.DisposeAsync();
        await _api.DisposeAsync();
        _telemetry?.Dispose();
        _line.Dispose();
        _certificate.Dispose();
        _store.Dispose();
        _ring.Dispose();
    }

    private static KindLibrary Kinds(NodeHome home) =>
        KindLibrary.Load(home.Resolve(home.Options.RequestKinds), out var faults) ?? throw new StorageException("A kind of request cannot be used:\n" + string.Join('\n', faults), away: false);

    private async Task KeepIndexAsync()
    {
        try
        {
            await Node.Snapshots!.KeepAsync(now: true);
        }
        catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException)
        {
            // the next start takes longer
        }
    }

    private static async Task Quietly(Func<Task> stop)
    {
        try
        {
            await stop();
        }
        catch (OperationCanceledException)
        {
            // it was given its time; what is acknowledged is durable
        }
    }

    private WebApplication BuildExchange(NodeOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        Logging.Configure(builder.Logging);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 2000;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(options.ExchangeListen, listen =>
            {
                var shares = new ConnectionShares();
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(shares.OfAddress);
                listen.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = _certificate,
                    ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                    ClientCertificateValidation = (certificate, _, _) => HttpLine.MemberOf(Node.Context.Membership, certificate) is not null,
                    SslProtocols = System.Security.Authentication.SslProtocols.Tls13,
                    HandshakeTimeout = TimeSpan.FromSeconds(10),
                });
                listen.Use(shares.OfCertificate);
            });
        });
        var app = builder.Build();
        app.Run(new ExchangeEndpoint(Node).ServeAsync);
        return app;
    }
}
