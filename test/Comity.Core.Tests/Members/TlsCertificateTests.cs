using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Comity.Core.Members;

namespace Comity.Core.Tests.Members;

public sealed class TlsCertificateTests
{
    [Fact]
    public void Two_nodes_shake_hands_and_each_knows_the_other_by_its_key()
    {
        using var server = MemberKey.Generate(KeyUse.Tls, Randomness.System);
        using var client = MemberKey.Generate(KeyUse.Tls, Randomness.System);

        var (seenByServer, seenByClient) = Handshake(server, client);

        Assert.Equal(SpkiPin.Of(client.Public), seenByServer);
        Assert.Equal(SpkiPin.Of(server.Public), seenByClient);
    }

    [Fact]
    public void A_new_certificate_for_the_same_key_has_the_same_pin_and_another_key_another()
    {
        using var key = MemberKey.Generate(KeyUse.Tls, Randomness.System);
        using var other = MemberKey.Generate(KeyUse.Tls, Randomness.System);
        using var first = TlsCertificate.Create(key, TestNetwork.Utopia, TestNetwork.Start);
        using var second = TlsCertificate.Create(key, TestNetwork.Arcadia, TestNetwork.Start.AddYears(1));

        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        Assert.True(SpkiPin.Of(first) == SpkiPin.Of(second));
        Assert.True(SpkiPin.Of(first) == SpkiPin.Of(key.Public));
        Assert.True(SpkiPin.Of(first) != SpkiPin.Of(other.Public));
        Assert.False(default(SpkiPin).Equals(default));
    }

    [Fact]
    public void A_key_for_something_else_makes_no_certificate()
    {
        using var signing = MemberKey.Generate(KeyUse.Signing, Randomness.System);

        Assert.Throws<InvalidOperationException>(() => TlsCertificate.Create(signing, TestNetwork.Utopia, TestNetwork.Start));
    }

    private static (SpkiPin ByServer, SpkiPin ByClient) Handshake(MemberKey server, MemberKey client)
    {
        using var serverCertificate = TlsCertificate.Create(server, TestNetwork.Utopia, TimeProvider.System.GetUtcNow());
        using var clientCertificate = TlsCertificate.Create(client, TestNetwork.Arcadia, TimeProvider.System.GetUtcNow());
        SpkiPin byServer = default, byClient = default;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var near = new TcpClient(IPAddress.Loopback.ToString(), ((IPEndPoint)listener.LocalEndpoint).Port);
        using var far = listener.AcceptTcpClient();
        using var serverStream = new SslStream(far.GetStream(), false, (_, c, _, _) => Saw(c!, out byServer));
        using var clientStream = new SslStream(near.GetStream(), false, (_, c, _, _) => Saw(c!, out byClient));
        Task.WaitAll(
            serverStream.AuthenticateAsServerAsync(serverCertificate, clientCertificateRequired: true, SslProtocols.Tls13, checkCertificateRevocation: false),
            clientStream.AuthenticateAsClientAsync("node", [clientCertificate], SslProtocols.Tls13, checkCertificateRevocation: false));

        // With TLS 1.3 the server has seen the client's certificate only when data have gone through.
        var write = clientStream.WriteAsync(new byte[1]).AsTask();
        Assert.Equal(1, serverStream.Read(new byte[1]));
        write.Wait();
        return (byServer, byClient);
    }

    private static bool Saw(X509Certificate certificate, out SpkiPin pin)
    {
        pin = SpkiPin.Of((X509Certificate2)certificate);
        return true;
    }
}
