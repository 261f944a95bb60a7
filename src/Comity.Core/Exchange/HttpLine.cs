using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Comity.Core.Members;

namespace Comity.Core.Exchange;

/// <summary>The line in service: HTTP/2 over mutual TLS, kept open; each end is known by the key that the charter pins.</summary>
/// <param name="membership">Addresses and pins.</param>
/// <param name="certificate">This node's end of TLS.</param>
public sealed class HttpLine(Membership membership, X509Certificate2 certificate) : ILine, IDisposable
{
    /// <summary>The header of an envelope, and of nothing else.</summary>
    public const string EnvelopeHeader = "Comity-Envelope";

    /// <summary>The header of a receipt.</summary>
    public const string ReceiptHeader = "Comity-Receipt";

    /// <summary>What a path begins with; the service follows.</summary>
    public const string PathPrefix = "/comity/";

    /// <summary>An answer longer than this is given up, bytes.</summary>
    public const int LongestAnswer = 16 << 20;

    private readonly ConcurrentDictionary<(MemberCode Member, Uri Address), HttpClient> _clients = new();

    /// <inheritdoc/>
    public async Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel)
    {
        var member = membership.Directory.Find(to) ?? throw new LineDownException($"{to} is no member");
        var client = _clients.GetOrAdd((to, member.Listed.Address), key => Connect(key.Member, key.Address));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, PathPrefix + transmission.Service)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(transmission.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
        };
        request.Headers.Add(EnvelopeHeader, transmission.Envelope);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var receipt = response.Headers.TryGetValues(ReceiptHeader, out var values) ? values.First() : null;
            return new LineAnswer((int)response.StatusCode, receipt, await ReadAsync(response.Content, limit.Token));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new LineDownException(e is OperationCanceledException ? $"no answer within {timeout.TotalSeconds:0} s" : e.InnerException?.Message ?? e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private HttpClient Connect(MemberCode member, Uri address) => new(new SocketsHttpHandler
    {
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        UseProxy = false,
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls13,
            ClientCertificates = [certificate],
            RemoteCertificateValidationCallback = (_, presented, _, _) => presented is X509Certificate2 its && IsPinned(membership, its, member),
        },
    })
    {
        BaseAddress = address,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Whether a certificate holds a TLS key that the charter lists for the member and that is in use.</summary>
    public static bool IsPinned(Membership membership, X509Certificate2 certificate, MemberCode member) => MemberOf(membership, certificate) == member;

    /// <summary>The member whose active TLS key a certificate holds; null where there is none, or it is suspended.</summary>
    public static MemberCode? MemberOf(Membership membership, X509Certificate2 certificate) =>
        membership.Directory.Find(SpkiPin.Of(certificate)) is { Use: KeyUse.Tls, Status.IsActive: true, Member: { Suspended: false, Code: var code } } ? code : null;

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        await using var stream = await content.ReadAsStreamAsync(cancel);
        using var buffer = new MemoryStream((int)Math.Min(content.Headers.ContentLength ?? 4096, LongestAnswer));
        var chunk = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(chunk, cancel)) > 0;)
        {
            if (buffer.Length + read > LongestAnswer)
            {
                throw new LineDownException($"the answer is longer than {LongestAnswer} bytes");
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }
}
