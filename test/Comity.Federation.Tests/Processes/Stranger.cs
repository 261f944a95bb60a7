using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Comity.Core.Exchange;
using Comity.Core.Members;

namespace Comity.Federation.Tests.Processes;

/// <summary>Whoever calls at a node's exchange port with a certificate or without: a member's key is no promise of good manners.</summary>
internal static class Stranger
{
    public static X509Certificate2 Certificate(StateHome home) =>
        TlsCertificate.Create(home.Ring.Current(KeyUse.Tls), home.Member, TimeProvider.System.GetUtcNow());

    /// <summary>A client that speaks HTTP/2 and believes any server.</summary>
    public static HttpClient Client(StateHome called, X509Certificate2? certificate) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        EnableMultipleHttp2Connections = true,
        SslOptions = Options(certificate),
    })
    {
        BaseAddress = called.Exchange, Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>A TLS connection and nothing on it yet.</summary>
    public static async Task<SslStream> ConnectAsync(StateHome called, X509Certificate2? certificate, CancellationToken cancel)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, called.ExchangePort, cancel);
        var tls = new SslStream(client.GetStream());
        var options = Options(certificate);
        options.TargetHost = "node";
        options.ApplicationProtocols = [SslApplicationProtocol.Http2];
        await tls.AuthenticateAsClientAsync(options, cancel);
        return tls;
    }

    /// <summary>A request as a member would send it, or as one would who signs with one member's key and names another.</summary>
    public static HttpRequestMessage Request(string service, StateHome signer, MemberCode from, StateHome to, HttpContent? content = null)
    {
        var body = new byte[64];
        var now = TimeProvider.System.GetUtcNow();
        var envelope = new Envelope(
            1, Comity.Core.Randomness.System.NewId(), from, to.Member, service, "", "", Realm.Live, 1, now, now.AddMinutes(2), Comity.Core.SaltedBody.Digest(body));
        var request = new HttpRequestMessage(HttpMethod.Post, HttpLine.PathPrefix + service)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content ?? new ByteArrayContent(body),
        };
        request.Headers.Add(HttpLine.EnvelopeHeader, envelope.Sign(signer.Ring.Current(KeyUse.Signing).Signer));
        return request;
    }

    private static SslClientAuthenticationOptions Options(X509Certificate2? certificate) => new()
    {
        ClientCertificates = certificate is null ? null : [certificate],
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
        EnabledSslProtocols = SslProtocols.Tls13,
    };
}

/// <summary>A body of any length that comes as slowly as one likes.</summary>
internal sealed class DrippingContent(long length, int chunk, TimeSpan pause, bool told = false) : HttpContent
{
    private readonly byte[] _chunk = new byte[chunk];

    public long Sent { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (; Sent < length; Sent += _chunk.Length)
        {
            await stream.WriteAsync(_chunk, cancellationToken);
            if (pause > TimeSpan.Zero)
            {
                await stream.FlushAsync(cancellationToken);
                await Task.Delay(pause, cancellationToken);
            }
        }
    }

    protected override bool TryComputeLength(out long known)
    {
        known = length;
        return told;
    }
}
