using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Members;

namespace Comity.Federation.Tests.Processes;

/// <summary>What strangers and ill-mannered members do at the exchange port of a node: it costs only themselves.</summary>
[Collection(ProcessCollection.Name)]
public sealed class HostilePartnerTests(ProcessFixture fixture, TwoNodes two) : IClassFixture<TwoNodes>
{
    private const long GiB = 1 << 30;
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_shows_no_certificate_or_nobodys_is_not_let_in()
    {
        await using var checkedAfter = await QuietAsync();
        using var ring = KeyRing.Generate([KeyUse.Tls], Randomness.System);
        using var nobodys = TlsCertificate.Create(ring.Current(KeyUse.Tls), two.Hostile.Member, TimeProvider.System.GetUtcNow());
        foreach (var certificate in (X509Certificate2?[])[null, nobodys])
        {
            using var client = Stranger.Client(two.Victim, certificate);
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.SendAsync(Stranger.Request("contact", two.Hostile, two.Hostile.Member, two.Victim), Cancel));
        }
    }

    [Fact]
    public async Task A_members_line_does_not_carry_another_members_envelope()
    {
        await using var checkedAfter = await QuietAsync();
        using var certificate = Stranger.Certificate(two.Hostile);
        using var client = Stranger.Client(two.Victim, certificate);
        foreach (var (signer, from) in new[] { (two.Good, two.Good.Member), (two.Hostile, two.Good.Member), (two.Good, two.Hostile.Member) })
        {
            using var response = await client.SendAsync(Stranger.Request("contact", signer, from, two.Victim), Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal("urn:comity:problem:sender-mismatch", JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["type"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("no JSON", 400)]
    [InlineData("unknown service", 404)]
    [InlineData("no envelope", 400)]
    [InlineData("an envelope of 20 KB", 413)]
    [InlineData("GET", 404)]
    public async Task What_a_member_sends_wrongly_is_refused_as_a_problem(string what, int status)
    {
        await using var checkedAfter = await QuietAsync();
        using var certificate = Stranger.Certificate(two.Hostile);
        using var client = Stranger.Client(two.Victim, certificate);
        using var request = Stranger.Request(what == "unknown service" ? "no.such" : "contact", two.Hostile, two.Hostile.Member, two.Victim);
        switch (what)
        {
            case "no envelope":
                request.Headers.Clear();
                break;
            case "an envelope of 20 KB":
                request.Headers.Clear();
                request.Headers.Add("Comity-Envelope", new string('a', 20_000));
                break;
            case "GET":
                request.Method = HttpMethod.Get;
                break;
        }

        using var response = await client.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_a_gibibyte_is_refused_before_it_is_taken(bool told)
    {
        await using var checkedAfter = await QuietAsync();
        using var certificate = Stranger.Certificate(two.Hostile);
        using var client = Stranger.Client(two.Victim, certificate);
        await RefusedAsync(client, two.Hostile, two.Victim, new DrippingContent(GiB, 65536, TimeSpan.Zero, told), HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_byte_a_second_is_cut_off_in_ten_seconds()
    {
        await using var checkedAfter = await QuietAsync();
        using var certificate = Stranger.Certificate(two.Hostile);
        using var client = Stranger.Client(two.Victim, certificate);
        var body = new DrippingContent(1000, 1, TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<Exception>(() => RefusedAsync(client, two.Hostile, two.Victim, body, HttpStatusCode.OK));   // the stream is reset; an answer could not reach who does not read
        Assert.InRange(body.Sent, 1, 15);
    }

    [Fact]
    public async Task A_thousand_requests_of_one_member_leave_the_others_their_turn()
    {
        await using var checkedAfter = await QuietAsync();
        using var certificate = Stranger.Certificate(two.Hostile);
        using var client = Stranger.Client(two.Victim, certificate);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var requests = Enumerable.Range(0, 1000).Select(i => Task.Run(async () =>
        {
            try
            {
                // Every third is one that has to be worked on; the others only hold their place.
                using var request = Stranger.Request(
                    "contact", two.Hostile, two.Hostile.Member, two.Victim, i % 3 == 0 ? null : new DrippingContent(100_000, 400, TimeSpan.FromSeconds(1)));
                using var response = await client.SendAsync(request, enough.Token);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // cut off by either side
            }
        }, Cancel)).ToList();
        await Task.Delay(1000, Cancel);
        for (var i = 0; i < 3; i++)
        {
            await OthersArePromptAsync();
        }

        await enough.CancelAsync();
        await Task.WhenAll(requests);
        using var late = await client.SendAsync(Stranger.Request("contact", two.Hostile, two.Hostile.Member, two.Victim), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);   // its turns came back: the body is looked at, and is nothing
    }

    [Fact]
    public async Task Connections_without_number_shut_out_only_those_who_open_them()
    {
        await using var checkedAfter = await QuietAsync();
        using var certificate = Stranger.Certificate(two.Hostile);
        List<IDisposable> open = [];
        try
        {
            var refused = 0;
            for (var i = 0; i < 200; i++)
            {
                try
                {
                    var line = await Stranger.ConnectAsync(two.Victim, certificate, Cancel);
                    open.Add(line);
                    await line.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray(), Cancel);
                    refused += await line.ReadAsync(new byte[9], Cancel) == 0 ? 1 : 0;   // the server's settings, or the end
                }
                catch (IOException)
                {
                    refused++;
                }
            }

            Assert.InRange(refused, 100, 199);
            await OthersArePromptAsync();
        }
        finally
        {
            open.ForEach(line => line.Dispose());
        }
    }

    [Fact]
    public async Task A_stranger_who_only_connects_shuts_out_nobody_at_another_address()
    {
        await using var checkedAfter = await QuietAsync();
        List<Socket> open = [];
        try
        {
            for (var i = 0; i < 400; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                open.Add(socket);
                socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, two.Victim.ExchangePort, Cancel);
                }
                catch (SocketException)
                {
                    // reset already
                }
            }

            await OthersArePromptAsync();
            Assert.InRange(open.Count(socket => socket.Poll(0, SelectMode.SelectRead)), 100, 400);   // those over the share were ended at once
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    [Theory]
    [InlineData("noise before TLS")]
    [InlineData("HTTP/1.1 in TLS")]
    [InlineData("noise in HTTP/2")]
    [InlineData("a header of a mebibyte")]
    [InlineData("resets without end")]
    public async Task Garbage_ends_a_connection_and_nothing_else(string kind)
    {
        await using var checkedAfter = await QuietAsync();
        using var certificate = Stranger.Certificate(two.Hostile);
        byte[] noise = Randomness.Seeded(7).Bytes(1 << 16);
        if (kind == "noise before TLS")
        {
            using var plain = new TcpClient();
            await plain.ConnectAsync(IPAddress.Loopback, two.Victim.ExchangePort, Cancel);
            await DrainAsync(plain.GetStream(), noise);
            return;
        }

        await using var line = await Stranger.ConnectAsync(two.Victim, certificate, Cancel);
        byte[] preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8];
        await DrainAsync(line, kind switch
        {
            "HTTP/1.1 in TLS" => "POST /comity/contact HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
            "noise in HTTP/2" => [.. preface, .. noise],
            "a header of a mebibyte" => [.. preface, 0x10, 0, 0, 1, 0, 0, 0, 0, 1, .. new byte[1 << 20]],
            _ => [.. preface, .. Enumerable.Range(0, 20_000).SelectMany(i => Reset(1 + (2 * i)))],
        });
    }

    /// <summary>A stream that is opened and at once reset.</summary>
    private static byte[] Reset(int stream)
    {
        byte[] id = [(byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream];
        return [0, 0, 4, 1, 5, .. id, 0x83, 0x84, 0x87, 0x41, .. (byte[])[0, 0, 4, 3, 0], .. id, 0, 0, 0, 8];
    }

    private static async Task DrainAsync(Stream stream, byte[] bytes)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        try
        {
            await stream.WriteAsync(bytes, limit.Token);
            while (await stream.ReadAsync(new byte[4096], limit.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // ended, as it must
        }
    }

    /// <summary>The problem comes while the body is still on its way; of that not much is taken.</summary>
    private static async Task RefusedAsync(HttpClient client, StateHome from, StateHome to, DrippingContent body, HttpStatusCode status)
    {
        using var request = Stranger.Request("contact", from, from.Member, to, body);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.InRange(body.Sent, 0, 16 << 20);
    }

    private async Task OthersArePromptAsync()
    {
        var time = Stopwatch.StartNew();
        await two.GoodNode.SettleAsync("UTO", Cancel);
        Assert.True(time.Elapsed < Prompt, $"a good member's contact took {time.Elapsed}");
        time.Restart();
        Assert.Equal("hit", (await two.VictimNode.CheckAsync("U0000001", Cancel)).Json["outcome"]!.GetValue<string>());
        Assert.True(time.Elapsed < Prompt, $"a check took {time.Elapsed}");
    }

    /// <summary>Sees to it that afterwards the node serves others as before and has not grown.</summary>
    private async Task<Guard> QuietAsync()
    {
        await two.StartAsync(fixture);
        await OthersArePromptAsync();
        return new Guard(OthersArePromptAsync, two.VictimNode);
    }

    private sealed class Guard(Func<Task> othersArePrompt, NodeProcess victim) : IAsyncDisposable
    {
        private readonly long _before = victim.ResidentKilobytes;

        public async ValueTask DisposeAsync()
        {
            var grown = victim.ResidentKilobytes - _before;
            Assert.True(grown < 300_000, $"the node has grown by {grown} KB");
            await othersArePrompt();
            Assert.DoesNotContain("   at ", victim.Said, StringComparison.Ordinal);
        }
    }
}
