using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Comity.Web;

/// <summary>A share of the exchange's connections for each address and each certificate: who opens them without number shuts out nobody else.</summary>
internal sealed class ConnectionShares
{
    /// <summary>From one address, known or not: several members may stand behind one.</summary>
    public const int MostOfAddress = 256;

    /// <summary>With one certificate: a node needs one.</summary>
    public const int MostOfCertificate = 32;

    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Goes before TLS.</summary>
    public ConnectionDelegate OfAddress(ConnectionDelegate next) =>
        connection => ServeAsync(connection, next, (connection.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "", MostOfAddress);

    /// <summary>Goes after TLS.</summary>
    public ConnectionDelegate OfCertificate(ConnectionDelegate next) =>
        connection => ServeAsync(connection, next, connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate?.Thumbprint ?? "", MostOfCertificate);

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, string whose, int most)
    {
        try
        {
            if (_open.AddOrUpdate(whose, 1, (_, n) => n + 1) <= most)
            {
                await next(connection);
            }
            else
            {
                connection.Abort(new ConnectionAbortedException("more connections than one may have"));
            }
        }
        finally
        {
            // What stands at nothing is forgotten, unless somebody came meanwhile.
            if (_open.AddOrUpdate(whose, 0, (_, n) => n - 1) == 0)
            {
                _open.TryRemove(KeyValuePair.Create(whose, 0));
            }
        }
    }
}
