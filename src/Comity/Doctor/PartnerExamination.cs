using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Comity.Core.Members;

namespace Comity.Doctor;

/// <summary>The way to this node and to every partner, as the charter says it: name, port, key and clock. A partner that is down is no fault of this installation; one that is somebody else is.</summary>
internal static class PartnerExamination
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(10);

    public static async IAsyncEnumerable<Finding> Examine(Patient patient)
    {
        if (patient is not { Network.Directory: { } directory, Ring: { } ring, Home.Options.Member: var self })
        {
            yield break;
        }

        using var certificate = TlsCertificate.Create(ring.Current(KeyUse.Tls), self, patient.Clock.GetUtcNow());
        var members = directory.Members.Where(member => !member.Suspended).OrderBy(member => member.Code != self).ThenBy(member => member.Code);
        foreach (var knock in members.Select(member => KnockAsync(directory, member, certificate, patient.Clock)).ToList())
        {
            var (member, found) = await knock;
            yield return member.Code != self ? found : found.Grade == Grade.Fine
                ? Finding.Fine("own address", $"{member.Listed.Address} leads here")
                : Finding.Notice("own address", $"{member.Listed.Address}, where partners call: {found.Text}", "If the node is running: from this machine the way may be closed though partners have one; ask one of them.");
        }
    }

    private static async Task<(Member Member, Finding Found)> KnockAsync(MemberDirectory directory, Member member, X509Certificate2 certificate, TimeProvider clock)
    {
        var subject = member.Code.ToString();
        X509Certificate2? presented = null;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = Patience,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [certificate],
                RemoteCertificateValidationCallback = (_, its, _, _) =>
                    (presented = its as X509Certificate2) is not null && directory.Find(SpkiPin.Of(presented)) is { Use: KeyUse.Tls, Status.IsActive: true } key && key.Member.Code == member.Code,
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = member.Listed.Address, Timeout = Patience, DefaultRequestVersion = new Version(2, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        try
        {
            using var response = await client.GetAsync("/");
            var skew = (response.Headers.Date - clock.GetUtcNow())?.Duration() ?? TimeSpan.Zero;
            return (member, skew > Tolerated
                ? Finding.Fault(subject, $"{member.Listed.Address} answers, but its clock and this one are {skew.TotalSeconds:0} s apart.", "Whose clock is wrong? timedatectl; questions that must be fresh are refused from two minutes on.")
                : Finding.Fine(subject, $"{member.Listed.Address} answers with the key of the charter"));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return (member, Explain(subject, member.Listed.Address, presented is not null, e));
        }
    }

    private static Finding Explain(string subject, Uri address, bool answered, Exception failure) => failure switch
    {
        TaskCanceledException => Finding.Notice(subject, $"{address}: no answer within {Patience.TotalSeconds:0} s.", "A firewall on the way? The port must be open to this node's address."),
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } } =>
            Finding.Notice(subject, $"{address}: the name has no address.", "Ask the name server, or the partner for its address."),
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => Finding.Notice(subject, $"{address}: nobody listens there.", "Is the partner's node down? Call its desk."),
        { InnerException: SocketException socket } => Finding.Notice(subject, $"{address}: {socket.Message}."),
        { InnerException: AuthenticationException } when answered => Finding.Fault(subject, $"{address}: what answers does not have the key that the charter lists.", "Somebody stands between, or the partner has other keys: call its desk; compare fingerprints."),
        _ when answered => Finding.Fault(subject, $"{address}: it closed the connection when it saw this node's key.", "Has the partner taken the charter and notices that list this node's keys?"),
        _ => Finding.Notice(subject, $"{address}: {failure.InnerException?.Message ?? failure.Message}"),
    };
}
