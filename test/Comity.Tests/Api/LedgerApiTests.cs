using System.Text;
using System.Text.Json.Nodes;
using Comity.Commands;
using Comity.Core.Access;

namespace Comity.Tests.Api;

/// <summary>The ledger, who asked, and hits, over the API and by command.</summary>
public sealed class LedgerApiTests(RunningNode node) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("comity-ledger-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_check_is_found_by_its_outcome_proved_and_its_proof_verified()
    {
        using var client = await node.ClientAsync();
        var check = await client.Post("travel-documents/checks", new JsonObject { ["purpose"] = "border-control", ["number"] = "Q1" }).Json();
        var entry = check["ledgerEntry"]!.GetValue<long>();

        var found = await client.Get("ledger/search?kind=check&kind=withdrawn&register=travel-documents&realm=live&outcome=noHit&most=1").Json();
        Assert.Equal(entry, found["entries"]![0]!["index"]!.GetValue<long>());
        Assert.Empty((await client.Get($"ledger/search?desk=no-such-desk&from={Uri.EscapeDataString(check["at"]!.ToString())}").Json())["entries"]!.AsArray());

        var shown = await client.Get($"ledger/{entry}").Json();
        Assert.Equal("check", shown["note"]!["kind"]!.GetValue<string>());
        Assert.True(shown["detailKept"]!.GetValue<bool>());

        var proof = await client.GetByteArrayAsync($"/api/v1/ledger/{entry}/proof", TestContext.Current.CancellationToken);
        var verdict = await client.PostAsync("/api/v1/ledger/proof", new ByteArrayContent(proof), TestContext.Current.CancellationToken).Json();
        Assert.True(verdict["proved"]!.GetValue<bool>() && verdict["ownNetwork"]!.GetValue<bool>());
        Assert.Equal((entry, "check"), (verdict["index"]!.GetValue<long>(), verdict["note"]!["kind"]!.GetValue<string>()));
        var spoiled = Encoding.UTF8.GetString(proof).Replace("\"UTO\"", "\"XAR\"", StringComparison.Ordinal);
        var refused = await client.PostAsync("/api/v1/ledger/proof", new StringContent(spoiled), TestContext.Current.CancellationToken).Json();
        Assert.False(refused["proved"]!.GetValue<bool>());
        await client.Get("ledger/99999999").Json(404);
    }

    [Fact]
    public async Task Who_asked_is_told_to_the_data_protection_officer_and_looking_is_on_record()
    {
        using var client = await node.ClientAsync();
        using var guardian = await node.ClientAsync(Rights.Protect | Rights.Audit);
        var first = await client.Post("travel-documents/checks", new JsonObject { ["purpose"] = "border-control", ["number"] = "W-77 88", ["case"] = "secret case" }).Json();
        var second = await client.Post("travel-documents/checks", new JsonObject { ["purpose"] = "border-control", ["number"] = "w7788", ["issuer"] = "UTO", ["type"] = "P" }).Json();

        var asked = await guardian.Post("ledger/asked", new JsonObject { ["register"] = "travel-documents", ["subject"] = "W7788" }).Json();

        Assert.Equal([second["ledgerEntry"]!.GetValue<long>(), first["ledgerEntry"]!.GetValue<long>()], asked["questions"]!.AsArray().Select(question => question!["entry"]!.GetValue<long>()));
        Assert.Equal(["UTO P", null], asked["questions"]!.AsArray().Select(question => question!["besides"]?.GetValue<string>()));
        Assert.DoesNotContain("secret case", asked.ToJsonString(), StringComparison.Ordinal);
        var looked = (await guardian.Get($"ledger/{asked["ledgerEntry"]}").Json())["note"]!;
        Assert.Equal("looked-who-asked", looked["kind"]!.GetValue<string>());
        Assert.DoesNotContain("W7788", looked.ToJsonString(), StringComparison.Ordinal);

        await guardian.Post("ledger/asked", new JsonObject { ["register"] = "travel-documents", ["subject"] = "!" }).Json(400);
        await guardian.Post("ledger/asked", new JsonObject { ["register"] = "no-such", ["subject"] = "X1" }).Json(400);
        await guardian.Post("ledger/asked", new JsonObject { ["register"] = "travel-documents", ["subject"] = "" }).Json(400);
    }

    [Fact]
    public async Task Hits_on_own_records_are_listed_and_marked_and_everything_by_command()
    {
        await Must("documents", "publish", "UTO", "H4100001", "--kind", "stolen", "--entered-by", "Document desk");
        Assert.Equal(1, (await RunAsync("documents", "check", "UTO", "H4100001")).Code);
        var listed = await RunAsync("hits", "list", "--json", "--unread");
        Assert.Equal(1, listed.Code);
        var hit = JsonNode.Parse(listed.Output)!["hits"]!.AsArray().First(hit => hit!["record"]?["number"]?.GetValue<string>() == "H4100001")!;
        Assert.Equal(("UTO", "inForce", "exact"), (hit["from"]!.GetValue<string>(), hit["state"]!.GetValue<string>(), hit["strength"]!.GetValue<string>()));

        Assert.StartsWith("1 marked", await Must("hits", "read", hit["id"]!.GetValue<string>()), StringComparison.Ordinal);
        Assert.DoesNotContain("H4100001", (await RunAsync("hits", "list", "--unread")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("hits", "read", "nonsense")).Code);
        var entry = hit["ledgerEntry"]!.ToString();
        Assert.Contains("\"kind\":\"check\"", await Must("ledger", "show", entry), StringComparison.Ordinal);
        Assert.StartsWith(entry + " ", await Must("ledger", "search", "--kind", "check", "--outcome", "hit", "--before", $"{long.Parse(entry) + 1}", "--most", "1"), StringComparison.Ordinal);
        Assert.Contains("asked with UTO", await Must("ledger", "asked", "travel-documents", "h4100001"), StringComparison.Ordinal);
        Assert.Contains("nobody asked", await Must("ledger", "asked", "travel-documents", "NEVER1"), StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("ledger", "asked", "travel-document-stock", "H4100001")).Code);
        Assert.Contains("all is as it was signed", await Must("ledger", "walk"), StringComparison.Ordinal);
    }

    private async Task<string> Must(params string[] command)
    {
        var (code, output, error) = await RunAsync(command);
        Assert.True(code == 0, output + error);
        return output;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] command)
    {
        var token = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(token, await node.TokenAsync(Rights.Check | Rights.Publish | Rights.Audit | Rights.Protect, "border-control"), TestContext.Current.CancellationToken);
        using StringWriter output = new(), error = new();
        var code = await Root.RunAsync([.. command, "--node", node.Address.ToString(), "--token-file", token], TimeProvider.System, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
