using System.Net.Http.Headers;
using System.Text;

namespace Comity.Federation.Tests.Processes;

/// <summary>What an API makes of callers that send nonsense: problem details that say where, and nothing of its inside.</summary>
[Collection(ProcessCollection.Name)]
public sealed class HostileCallerTests(ProcessFixture fixture, HostileCallerTests.OneNode one) : IClassFixture<HostileCallerTests.OneNode>
{
    private const string Records = "travel-documents/records";
    private const string Checks = "travel-documents/checks";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, int, string> Nonsense => new()
    {
        { "no JSON at all", Checks, "border-control", 400, "line 1, byte 0" },
        { "cut off on line 2", Checks, "{\"purpose\":\"border-control\",\n\"number\":\"A12", 400, "line 2" },
        { "an empty body", Checks, "", 400, "" },
        { "null", Checks, "null", 400, "" },
        { "another type of body", Checks, "[1,2,3]", 400, "line 1, byte 1" },
        { "a number for a text", Checks, "{\"purpose\":\"border-control\",\"number\":12345}", 400, "$.number" },
        { "a text for a list", Checks, "{\"purpose\":\"border-control\",\"mrz\":\"P<UTO\"}", 400, "$.mrz" },
        { "null among lines", Checks, "{\"purpose\":\"border-control\",\"mrz\":[null,null]}", 400, "mrz" },
        { "a member twice", Checks, "{\"purpose\":\"border-control\",\"number\":\"A1\",\"number\":\"A2\"}", 400, "number" },
        { "a purpose unknown", Checks, "{\"purpose\":\"curiosity\",\"number\":\"A1\"}", 403, "" },
        { "no purpose", Checks, "{\"number\":\"A1\"}", 400, "purpose" },
        { "neither number nor lines", Checks, "{\"purpose\":\"border-control\"}", 400, "number" },
        { "a number of control characters", Checks, "{\"purpose\":\"border-control\",\"number\":\"\\u0000\\u0007\"}", 400, "number" },
        { "half a surrogate pair", Checks, "{\"purpose\":\"border-control\",\"number\":\"\\ud800\"}", 400, "" },
        { "a realm unknown", Checks, "{\"purpose\":\"border-control\",\"number\":\"A1\",\"realm\":\"dream\"}", 400, "realm" },
        { "no records", Records, "{\"records\":[]}", 400, "records" },
        { "more records than taken", Records, "{\"records\":[" + string.Join(',', Enumerable.Repeat("null", 5001)) + "]}", 400, "records" },
        { "an audience of nonsense", Records, "{\"records\":[null],\"audience\":\"everybody!\"}", 400, "audience" },
        { "a day that is none", Records, "{\"records\":[null],\"delete\":\"2026-02-31\"}", 400, "$.delete" },
        { "a version too large", Records, "{\"records\":[{\"v\":99999999999}]}", 400, "$.records[0].v" },
        { "a purpose null", Records, "{\"records\":[null],\"purposes\":[null]}", 400, "purposes" },
        { "a feed of nobody", "feeds/pull", "{\"member\":\"../../etc\"}", 400, "member" },
        { "a release of nothing", "feeds/release", "{\"feed\":null}", 400, "reason" },
        { "a token for nobody", "tokens", "{\"desk\":null,\"rights\":[null],\"days\":-1}", 400, "rights" },
        { "a token with days without end", "tokens", "{\"desk\":\"a\",\"rights\":[\"check\"],\"days\":1e400}", 400, "$.days" },
        { "a purpose null for a token", "tokens", "{\"desk\":\"a\",\"rights\":[\"check\"],\"purposes\":[null]}", 400, "purposes" },
        { "stock of nothing", "travel-documents/stock", "{\"entries\":[null]}", 400, "entries" },
        { "a withdrawal of nothing", "travel-documents/withdrawals", "{}", 400, "issuer" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Nonsense_is_refused_and_the_refusal_says_where(string what, string path, string body, int status, string where)
    {
        var answer = await SendAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

        AssertProblem(answer, status, what);
        Assert.Contains(where, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused_with_their_place()
    {
        var answer = await SendAsync(Checks, Json([.. "{\"purpose\":\"border-control\",\"number\":\""u8, 0xC3, 0x28, .. "\"}"u8]));

        AssertProblem(answer, 400, "invalid UTF-8");
        Assert.Contains("byte", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_of_a_thousand_depths_is_refused_with_its_place()
    {
        var answer = await SendAsync(Checks, Json(Encoding.ASCII.GetBytes("{\"mrz\":" + new string('[', 1000) + new string(']', 1000) + "}")));

        AssertProblem(answer, 400, "depth");
        Assert.Contains("line 1", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_larger_than_the_limit_is_refused_whether_it_says_so_or_not(bool told)
    {
        var content = Json([.. "{\"purpose\":\""u8, .. new byte[300_000].Select(_ => (byte)'a'), .. "\"}"u8]);
        using var request = new HttpRequestMessage(HttpMethod.Post, Checks) { Content = content };
        request.Headers.TransferEncodingChunked = !told;

        AssertProblem(await one.Running(fixture).SendAsync(request, one.Token, Cancel), 413, "too large");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer comity_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Basic Y29taXR5OmNvbWl0eQ==")]
    [InlineData("Bearer comity_\u0001")]
    public async Task Nobody_comes_in_without_a_token(string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "status");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        AssertProblem(await one.Running(fixture).SendAsync(request, token: null, Cancel), 401, "token");
    }

    [Fact]
    public async Task A_revoked_token_opens_nothing_from_that_moment_on()
    {
        var made = (await SendAsync("tokens", Json("{\"desk\":\"guest\",\"rights\":[\"check\"],\"purposes\":[\"border-control\"],\"days\":1}"u8.ToArray()))).Json;
        var token = made["token"]!.GetValue<string>();
        async Task<ApiAnswer> CheckAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Checks) { Content = Json("{\"purpose\":\"border-control\",\"number\":\"A1234567\"}"u8.ToArray()) };
            return await one.Running(fixture).SendAsync(request, token, Cancel);
        }

        Assert.Equal(200, (await CheckAsync()).Status);
        using var revoke = new HttpRequestMessage(HttpMethod.Delete, $"tokens/{made["details"]!["id"]}");
        Assert.Equal(200, (await one.Running(fixture).SendAsync(revoke, one.Token, Cancel)).Status);
        AssertProblem(await CheckAsync(), 401, "revoked");
    }

    [Theory]
    [InlineData("GET", "nothing-of-the-kind", 404)]
    [InlineData("PATCH", Checks, 405)]
    [InlineData("GET", "ledger?from=abc", 400)]
    [InlineData("GET", "ledger?most=99999999999999999999", 400)]
    [InlineData("GET", "ledger/99999999/proof", 404)]
    [InlineData("GET", "ledger/-1/proof", 404)]
    [InlineData("GET", "feeds/export?member=QQQ", 400)]
    [InlineData("POST", "charters", 400)]
    [InlineData("POST", "notices", 400)]
    [InlineData("POST", "feeds/import", 400)]
    [InlineData("DELETE", "tokens/t-000000000000", 404)]
    public async Task What_is_not_there_or_cannot_be_read_is_a_problem_too(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
        {
            request.Content = new ByteArrayContent([0, 1, 2, 255, 254]) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        }

        AssertProblem(await one.Running(fixture).SendAsync(request, one.Token, Cancel), status, path);
    }

    [Fact]
    public async Task A_body_that_is_not_called_JSON_and_a_key_too_long_are_problems()
    {
        AssertProblem(await SendAsync(Checks, new StringContent("purpose=border-control", Encoding.ASCII, "application/x-www-form-urlencoded")), 415, "media type");

        using var request = new HttpRequestMessage(HttpMethod.Post, Records) { Content = Json("{\"records\":[null]}"u8.ToArray()) };
        request.Headers.Add("Idempotency-Key", new string('k', 65));
        var answer = await one.Running(fixture).SendAsync(request, one.Token, Cancel);
        AssertProblem(answer, 400, "key");
        Assert.Contains("Idempotency-Key", answer.Text, StringComparison.Ordinal);
    }

    private Task<ApiAnswer> SendAsync(string path, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        return one.Running(fixture).SendAsync(request, one.Token, Cancel);
    }

    private static ByteArrayContent Json(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static void AssertProblem(ApiAnswer answer, int status, string what)
    {
        Assert.True(status == answer.Status, $"{what}: {answer.Status} {answer.Text}");
        Assert.True(answer.MediaType == "application/problem+json", $"{what}: {answer.MediaType} {answer.Text}");
        Assert.StartsWith("urn:comity:problem:", answer.Json["type"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(status, answer.Json["status"]!.GetValue<int>());
        Assert.False(answer.Text.Contains("Exception", StringComparison.Ordinal) || answer.Text.Contains("   at ", StringComparison.Ordinal) || answer.Text.Contains("Comity.", StringComparison.Ordinal), answer.Text);
    }

    /// <summary>The one node of all these tests.</summary>
    public sealed class OneNode : IAsyncDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
        private StateHomes? _homes;
        private NodeProcess? _node;

        internal string Token => _homes!["UTO"].Token;

        internal OneNode Running(ProcessFixture fixture)
        {
            if (_node is null)
            {
                _homes = fixture.Homes.Copy();
                _node = NodeProcess.StartAsync(_homes["UTO"], ("API__MAXBODY", "200000")).GetAwaiter().GetResult();
            }

            return this;
        }

        internal async Task<ApiAnswer> SendAsync(HttpRequestMessage request, string? token, CancellationToken cancel)
        {
            request.RequestUri = new Uri(new Uri($"http://127.0.0.1:{_homes!["UTO"].ApiPort}/api/v1/"), request.RequestUri!);
            if (token is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            using var response = await _http.SendAsync(request, cancel);
            return new ApiAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(cancel));
        }

        public async ValueTask DisposeAsync()
        {
            if (_node is not null)
            {
                await _node.DisposeAsync();
            }

            _homes?.Dispose();
            _http.Dispose();
        }
    }
}
