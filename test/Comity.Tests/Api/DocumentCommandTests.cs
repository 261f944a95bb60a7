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
        Assert.StartsWith("foreignIssuer", rejects[2]["reason"]!.GetValue<string>(), StringComparison.Ordinal);

        var again = JsonNode.Parse((await RunAsync("documents", "import", file, "--json")).Output)!;
        Assert.Equal(4500, again["unchanged"]!.GetValue<int>());
        Assert.Null(again["published"]);
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
