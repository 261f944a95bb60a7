using System.Text.Json.Nodes;
using Comity.Commands;
using Comity.Core.Access;

namespace Comity.Tests.Api;

/// <summary><c>comity documents …</c> against a running node.</summary>
public sealed class DocumentCommandTests(RunningNode node) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("comity-commands-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Publish_check_amend_and_withdraw_are_sentences()
    {
        var published = await RunAsync("documents", "publish", "UTO", "C1000001", "--kind", "stolen", "--entered-by", "Document desk", "--date", "2026-01-05");
        Assert.True(published.Code == 0, published.Output + published.Error);
        var hit = await RunAsync("documents", "check", "UTO", "C1000001");
        Assert.Equal(1, hit.Code);
        Assert.StartsWith("hit: C1000001", hit.Output, StringComparison.Ordinal);
        Assert.Contains("ask UTO: Duty desk", hit.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("documents", "publish", "UTO", "C1000001", "--kind", "lost", "--entered-by", "Document desk")).Code);
        Assert.Equal(0, (await RunAsync("documents", "amend", "UTO", "C1000001", "--kind", "lost", "--entered-by", "Document desk")).Code);
        Assert.Equal(0, (await RunAsync("documents", "withdraw", "UTO", "C1000001")).Code);
        var none = await RunAsync("documents", "check", "UTO", "C1000001", "--fr");
        Assert.Equal(0, none.Code);
        Assert.StartsWith("aucun signalement", none.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("documents", "withdraw", "UTO", "C1000001")).Code);
    }

    [Fact]
    public async Task An_import_puts_bad_lines_aside_by_number_and_reason_and_runs_again_without_effect()
    {
        var file = Path.Combine(_folder, "records.csv");
        await File.WriteAllLinesAsync(file, ["issuer,type,number,kind,enteredBy", .. Enumerable.Range(0, 4500).Select(i => $"UTO,P,D{i:D7},lost,Desk"), "UTO,P,D9,eaten,Desk", "XAR,P,D10,lost,Desk", "UTO,P"]);

        var first = await RunAsync("documents", "import", file, "--json");
        Assert.Equal(1, first.Code);
        var counts = JsonNode.Parse(first.Output)!;
        Assert.Equal((4503, 4500, 3), (counts["lines"]!.GetValue<int>(), counts["published"]!.GetValue<int>(), counts["refused"]!.GetValue<int>()));
        var rejects = (await File.ReadAllLinesAsync(file + ".rejects")).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal([4502, 4504, 4503], rejects.Select(reject => reject["line"]!.GetValue<int>()));
        Assert.StartsWith("kind:", rejects[0]["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("issue", rejects[2]["reason"]!.GetValue<string>(), StringComparison.Ordinal);

        var again = JsonNode.Parse((await RunAsync("documents", "import", file, "--json")).Output)!;
        Assert.Equal(4500, again["unchanged"]!.GetValue<int>());
        Assert.Equal(0, again["published"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_import_goes_on_without_its_terminal_and_is_looked_at_and_what_it_brought_is_there()
    {
        var file = Path.Combine(_folder, "left.csv");
        await File.WriteAllLinesAsync(file, ["issuer,type,number,kind,enteredBy", "UTO,P,F1000001,lost,Desk", "UTO,P,F1000002,eaten,Desk"]);

        var left = await RunAsync("documents", "import", file, "--leave", "--audience", "self", "--json");
        Assert.Equal(0, left.Code);
        var id = JsonNode.Parse(left.Output)!["id"]!.GetValue<string>();
        var seen = await RunAsync("documents", "imports", id);
        Assert.Equal(1, seen.Code);
        Assert.Contains("published: 1", seen.Output, StringComparison.Ordinal);
        Assert.Contains("line 3: kind:", seen.Output, StringComparison.Ordinal);
        Assert.Contains($"{id} ", (await RunAsync("documents", "imports")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("documents", "imports", "no-such")).Code);

        var list = await RunAsync("documents", "own", "--number", "F1000001");
        Assert.Matches(@"^\d+-\d+ UTO P F1000001: lost, for self, version 1, deleted on 2", list.Output);
        var one = await RunAsync("documents", "own", list.Output.Split(' ')[0]);
        Assert.Contains("number: F1000001\n", one.Output, StringComparison.Ordinal);
        Assert.Contains("audience: self\n", one.Output, StringComparison.Ordinal);
        Assert.Equal("no own record\n", (await RunAsync("documents", "own", "--number", "F9999999")).Output);
    }

    [Fact]
    public async Task On_the_page_an_import_is_for_whom_the_officer_chooses_and_for_nobody_unchosen()
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = node.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await node.TokenAsync(Rights.Publish, "border-control"));
        using var page = await client.GetAsync("/documents/import", TestContext.Current.CancellationToken);
        var form = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Add("Cookie", string.Join("; ", page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0])));   // for https only, and this is the test's own machine
        Assert.Contains("Nobody else: own checks only", form, StringComparison.Ordinal);
        var token = System.Text.RegularExpressions.Regex.Match(form, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;

        Assert.Contains("Choose for whom the record is.", (await SendAsync(audience: "members")).Text, StringComparison.Ordinal);
        var sent = await SendAsync(audience: "self");
        Assert.True(sent.Status == 302, sent.Text);
        Assert.Equal(0, (await RunAsync("documents", "imports", sent.Location!.Split('/')[^1])).Code);
        Assert.Contains("for self", (await RunAsync("documents", "own", "--number", "G1000001")).Output, StringComparison.Ordinal);

        async Task<(int Status, string Text, string? Location)> SendAsync(string audience)
        {
            using var content = new MultipartFormDataContent
            {
                { new StringContent(token), "__RequestVerificationToken" }, { new StringContent("csv"), "form" }, { new StringContent(audience), "audience" }, { new StringContent("Desk"), "enteredBy" },
                { new StringContent("issuer,type,number,kind\nUTO,P,G1000001,lost\n"), "file", "records.csv" },
            };
            using var response = await client.PostAsync("/documents/import", content, TestContext.Current.CancellationToken);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers.Location?.ToString());
        }
    }

    [Theory]
    [InlineData("en", "Kind of report", "Lost", "The very number", "Border control", "Entered by")]
    [InlineData("fr", "Nature du signalement", "Perdu", "Le numéro même", "Contrôle aux frontières", "Saisi par")]
    public async Task A_hit_on_an_own_record_is_shown_in_words(string language, params string[] words)
    {
        await RunAsync("documents", "publish", "UTO", "H1000001", "--kind", "lost", "--entered-by", "Document desk");
        await RunAsync("documents", "check", "UTO", "H1000001");
        using var client = await node.ClientAsync(Rights.Publish);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);

        var page = System.Net.WebUtility.HtmlDecode(await client.GetStringAsync("/hits", TestContext.Current.CancellationToken));

        Assert.Contains("H1000001", page, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, page, StringComparison.Ordinal));
        Assert.DoesNotContain("enteredBy", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">exact<", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_exported_in_interpols_field_list_is_imported_again_unchanged()
    {
        await RunAsync("documents", "publish", "UTO", "E1000001", "--kind", "stolen", "--entered-by", "Document desk", "--country", "XAR", "--date", "2025-12-24");
        var file = Path.Combine(_folder, "export.csv");
        Assert.Equal(0, (await RunAsync("documents", "export", file, "--form", "interpol")).Code);
        Assert.Contains("E1000001", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("documents", "export", file, "--form", "interpol")).Code);   // never over a file that is there

        var lines = Path.Combine(_folder, "export.jsonl");
        Assert.Equal(0, (await RunAsync("documents", "export", lines)).Code);
        // Other tests publish and withdraw on the same node meanwhile: this one looks at its own record.
        await File.WriteAllLinesAsync(lines, (await File.ReadAllLinesAsync(lines)).Where(line => line.Contains("E1000001", StringComparison.Ordinal)));
        var again = JsonNode.Parse((await RunAsync("documents", "import", lines, "--json")).Output)!;
        Assert.Equal((1, 1), (again["lines"]!.GetValue<int>(), again["unchanged"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Misuse_is_2_and_a_refusal_1()
    {
        Assert.Equal(2, (await RunAsync("documents", "check")).Code);
        Assert.Equal(2, (await RunAsync("documents", "fly")).Code);
        Assert.Equal(1, (await RunAsync("documents", "check", "UTO", "!!")).Code);
        Assert.Equal(1, (await RunAsync("documents", "import", Path.Combine(_folder, "absent.csv"))).Code);
        Assert.Equal(2, (await RunAsync("documents", "import", await Rubbish("x.bin"))).Code);
        var nobody = await RunAsync("status", "--node", "http://127.0.0.1:1");
        Assert.Equal(1, nobody.Code);
        Assert.StartsWith("no node answers", nobody.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rubbish_imports_nothing_and_says_why()
    {
        var answer = await RunAsync("documents", "import", await Rubbish("x.csv"), "--json");
        Assert.Equal(1, answer.Code);
        Assert.Equal(1, JsonNode.Parse(answer.Output)!["refused"]!.GetValue<int>());
    }

    [Fact]
    public async Task Mrz_parse_says_field_by_field_what_is_wrong()
    {
        var good = await RunAsync("mrz", "parse", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "--json");
        Assert.Equal(0, good.Code);
        Assert.Contains("L898902C3", JsonNode.Parse(good.Output)!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("mrz", "parse", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C37UTO7408122F1204159ZE184226B<<<<<10")).Code);
    }

    private async Task<string> Rubbish(string name)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllBytesAsync(path, [0xFF, 0xFE, 0x00, 0x81, 0x0A, 0x22]);
        return path;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var token = Path.Combine(_folder, "token");
        if (!File.Exists(token))
        {
            await File.WriteAllTextAsync(token, await node.TokenAsync(Rights.Check | Rights.Publish | Rights.Audit | Rights.Operate, "border-control"));
        }

        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] where = arguments[0] == "mrz" ? [] : arguments.Contains("--node") ? ["--token-file", token] : ["--node", node.Address.ToString(), "--token-file", token];
        var code = await Root.RunAsync([.. arguments, .. where], TimeProvider.System, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
