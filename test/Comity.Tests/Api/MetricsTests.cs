using System.Net;
using System.Text.Json.Nodes;
using Comity.Core.Members;
using Comity.Web;

namespace Comity.Tests.Api;

public sealed class MetricsTests(RunningNode node)
{
    [Fact]
    public async Task Measurements_reach_a_collector_by_otlp_and_name_no_document()
    {
        using var collector = new HttpListener();
        var port = FreePort();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        var arrived = Task.Run(async () =>
        {
            var request = await collector.GetContextAsync();
            using var body = new MemoryStream();
            await request.Request.InputStream.CopyToAsync(body);
            request.Response.Close();
            return (request.Request.Url!.AbsolutePath, Text: System.Text.Encoding.Latin1.GetString(body.ToArray()));
        });
        using (Metrics.Export(new Uri($"http://127.0.0.1:{port}"), MemberCode.Parse("UTO")))
        {
            using var client = await node.ClientAsync();
            await client.Post("travel-documents/checks", new JsonObject { ["purpose"] = "border-control", ["number"] = "M5550001" }).Json();
        }

        var (path, text) = await arrived.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal("/v1/metrics", path);
        Assert.Contains("comity.checks", text, StringComparison.Ordinal);
        Assert.Contains("comity.check.duration", text, StringComparison.Ordinal);
        Assert.DoesNotContain("M5550001", text, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
