using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Comity.Federation.Tests.Processes;

/// <summary>A partner that answers without end, never, or by half: the asking node waits for it alone.</summary>
[Collection(ProcessCollection.Name)]
public sealed class HostileAnswerTests(ProcessFixture fixture) : IAsyncDisposable
{
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(5);
    private readonly StateHomes _homes = fixture.Homes.Copy();
    private volatile string _manner = "";
    private int _asked;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _homes.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_partner_that_answers_a_gibibyte_or_by_half_or_never_costs_only_its_own_contact()
    {
        await using var partner = Serve(_homes["XLY"]);
        await partner.StartAsync(Cancel);
        await using var good = await NodeProcess.StartAsync(_homes["XAR"], ("CONTACTS__WAIT", "00:00:00"));
        await using var node = await NodeProcess.StartAsync(_homes["UTO"], ("CONTACTS__WAIT", "00:00:00"));
        Assert.True((await good.PublishAsync("X0000001", cancel: Cancel)).Acknowledged);
        await node.SettleAsync("XAR", Cancel);
        var before = node.ResidentKilobytes;
        foreach (var (manner, failure) in new[]
        {
            ("a gibibyte", "longer than"), ("a gibibyte of refusal", "longer than"), ("half", ""), ("headers of a mebibyte", ""), ("an unknown receipt", "receipt"), ("never", "no answer within"),
        })
        {
            _manner = manner;
            var asked = _asked;
            using var round = new CancellationTokenSource();
            var own = OwnRoundAsync(node, round.Token);
            await UntilAsync(() => _asked > asked);
            for (var i = 0; i < 5; i++)
            {
                var time = Stopwatch.StartNew();
                Assert.Equal("hit", (await node.CheckAsync("X0000001", Cancel)).Json["outcome"]!.GetValue<string>());
                await node.SettleAsync("XAR", Cancel);
                Assert.True(time.Elapsed < Prompt, $"{manner}: others took {time.Elapsed}");
                await Task.Delay(200, Cancel);
            }

            var told = await own.WaitAsync(TimeSpan.FromSeconds(40), Cancel);
            Assert.Contains(failure, told, StringComparison.Ordinal);
            var grown = node.ResidentKilobytes - before;
            Assert.True(grown < 300_000, $"{manner}: the node has grown by {grown} KB");
        }

        Assert.DoesNotContain("   at ", node.Said, StringComparison.Ordinal);
        var status = (await node.GetAsync("api/v1/status", Cancel)).Json["partners"]!.AsArray().Single(one => one!["member"]!.GetValue<string>() == "XLY")!;
        Assert.NotNull(status["failure"]);
        Assert.NotNull(status["failingSince"]);
    }

    /// <summary>What a contact with the ill-mannered one comes to.</summary>
    private static async Task<string> OwnRoundAsync(NodeProcess node, CancellationToken cancel)
    {
        var answer = await node.PullAsync("XLY", cancel);
        Assert.Equal(200, answer.Status);
        Assert.False(answer.Json[0]!["complete"]!.GetValue<bool>());
        return answer.Json[0]!["detail"]!.GetValue<string>();
    }

    private WebApplication Serve(StateHome home)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(home.ExchangePort, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = Stranger.Certificate(home),
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = (_, _, _) => true,
            });
        }));
        var app = builder.Build();
        app.Run(AnswerAsync);
        return app;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        Interlocked.Increment(ref _asked);
        var piece = new byte[1 << 16];
        switch (_manner)
        {
            case "a gibibyte" or "a gibibyte of refusal":
                http.Response.StatusCode = _manner == "a gibibyte" ? 200 : 400;
                http.Response.Headers["Comity-Receipt"] = "a.b.c";
                for (var sent = 0L; sent < 1L << 30; sent += piece.Length)
                {
                    await http.Response.Body.WriteAsync(piece, http.RequestAborted);
                }

                break;
            case "half":
                http.Response.ContentLength = piece.Length;
                await http.Response.Body.WriteAsync(piece.AsMemory(0, 1000), http.RequestAborted);
                http.Abort();
                break;
            case "headers of a mebibyte":
                http.Response.Headers["Comity-Receipt"] = new string('r', 1 << 20);
                break;
            case "an unknown receipt":
                http.Response.Headers["Comity-Receipt"] = "eyJhbGciOiJub25lIn0.e30.";
                await http.Response.Body.WriteAsync(piece, http.RequestAborted);
                break;
            default:
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                break;
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var waited = Stopwatch.StartNew(); !holds(); await Task.Delay(20, Cancel))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "it did not come about within a minute");
        }
    }
}
