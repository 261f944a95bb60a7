using System.Net;
using System.Net.Sockets;

namespace Comity.Federation.Tests.Processes;

/// <summary>What stands before several processes of one node: passes each connection on to one of them that answers, taking turns.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly int[] _ports;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _turn;

    public Balancer(int port, params int[] ports)
    {
        _ports = ports;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = PassOnAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            // disposed of
        }
    }

    private async Task PassOnAsync(TcpClient client)
    {
        using (client)
        {
            for (var tries = 0; tries < _ports.Length; tries++)
            {
                using var server = new TcpClient();
                try
                {
                    await server.ConnectAsync(IPAddress.Loopback, _ports[Interlocked.Increment(ref _turn) % _ports.Length], _stop.Token);
                    await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream(), _stop.Token), server.GetStream().CopyToAsync(client.GetStream(), _stop.Token));
                    return;
                }
                catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
                {
                    // the next
                }
            }
        }
    }
}
