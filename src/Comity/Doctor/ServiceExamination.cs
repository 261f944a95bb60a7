using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Comity.Home;

namespace Comity.Doctor;

/// <summary>The running node: does it answer, is it ready; where it does not run, whether it could.</summary>
internal static class ServiceExamination
{
    private const int LongestAnswer = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(21);

    public static async IAsyncEnumerable<Finding> Examine(Patient patient)
    {
        if (patient.Home is not { } home)
        {
            yield break;
        }

        if (home.Options.Api.IsHttps)
        {
            yield return Certificate(home, patient.Clock.GetUtcNow());
        }

        using var handler = new HttpClientHandler { UseProxy = false, ServerCertificateCustomValidationCallback = (_, _, _, _) => true };   // asked only whether it is alive; nothing is told to it
        using var client = new HttpClient(handler) { BaseAddress = home.Options.Api.Listen, Timeout = Patience };
        if (await AskAsync(client, "/health") is not { Ready: true, Text: "alive" } || await AskAsync(client, "/ready") is not { } answer)
        {
            yield return Finding.Notice("service", $"No node answers at {home.Options.Api.Listen}.", "comity run, or systemctl start comity");
            yield return Free(home.Options.Api.Listen) ?? Finding.Fine("service", "its port is free");
            yield break;
        }

        yield return answer.Ready
            ? Finding.Fine("service", $"the node at {home.Options.Api.Listen} says: {answer.Text}")
            : Finding.Fault("service", $"The node at {home.Options.Api.Listen} is not ready: {answer.Text}", "comity status says more.");
    }

    private sealed record Answer(bool Ready, string Text);

    private static async Task<Answer?> AskAsync(HttpClient client, string path)
    {
        try
        {
            using var response = await client.GetAsync(path);
            var text = await response.Content.ReadAsStringAsync();
            return new Answer(response.IsSuccessStatusCode, text.Length > LongestAnswer ? "something that no node of ours says" : text.Trim());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    private static Finding? Free(Uri listen)
    {
        if (!IPAddress.TryParse(listen.IdnHost, out var address))
        {
            return null;
        }

        try
        {
            using var listener = new TcpListener(address, listen.Port);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            return Finding.Fault("service", $"{listen} cannot be listened on: {e.Message}", "Another program has the port, or the address is not this machine's.");
        }
    }

    private static Finding Certificate(NodeHome home, DateTimeOffset now)
    {
        const string remedy = "Set Comity:Api:Certificate and Comity:Api:CertificateKey to a certificate for the name that your people call.";
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(home.Resolve(home.Options.Api.Certificate!), home.Resolve(home.Options.Api.CertificateKey!));
            var text = $"the API's certificate, {certificate.Subject}, holds until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}";
            return now > certificate.NotAfter || now < certificate.NotBefore ? Finding.Fault("certificate", text + ": not now.", remedy)
                : certificate.NotAfter - now < Soon ? Finding.Notice("certificate", text + ": it ends soon.", remedy)
                : Finding.Fine("certificate", text);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return Finding.Fault("certificate", $"The API's certificate cannot be used: {e.Message}", remedy);
        }
    }
}
