using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Comity.Benchmarks;

/// <summary>What everybody pays who answers over HTTPS: it reads the question to its end and answers with the same bytes each time.</summary>
internal static class BareServer
{
    public static async Task RunAsync(string port, string certificate, string key, string answer, string mediaType)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, key));
        });
        builder.WebHost.UseUrls($"https://127.0.0.1:{port}");
        await using var app = builder.Build();
        var bytes = await File.ReadAllBytesAsync(answer);
        app.Run(async http =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null);
            http.Response.ContentType = mediaType;
            http.Response.ContentLength = bytes.Length;
            await http.Response.Body.WriteAsync(bytes);
        });
        await app.RunAsync();
    }
}
