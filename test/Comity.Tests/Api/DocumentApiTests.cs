using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Ledger;

namespace Comity.Tests.Api;

/// <summary>The register of travel documents through its API.</summary>
public sealed class DocumentApiTests(RunningNode node)
{
    private static JsonObject Record(string number, string kind = "stolen", params (string Name, string Value)[] more)
    {
        var record = new JsonObject { ["v"] = 1, ["issuer"] = "UTO", ["type"] = "P", ["number"] = number, ["kind"] = kind, ["enteredBy"] = "Document desk" };
        foreach (var (name, value) in more)
        {
            record[name] = value;
        }

        return record;
    }

    private static JsonObject Publication(params JsonObject[] records) => new() { ["records"] = new JsonArray([.. records.Select(record => (JsonNode)record)]) };

    private static JsonObject Question(string number) => new() { ["purpose"] = "border-control", ["issuer"] = "UTO", ["number"] = number };

    private static string[] Outcomes(JsonNode answer) => [.. answer["results"]!.AsArray().Select(result => result!["outcome"]!.GetValue<string>())];

    [Fact]
    public async Task A_document_is_published_found_amended_and_withdrawn()
    {
        using var client = await node.ClientAsync();
        Assert.Equal(["published"], Outcomes(await client.Post("travel-documents/records", Publication(Record("A1000001"))).Json()));
        Assert.Equal(["unchanged"], Outcomes(await client.Post("travel-documents/records", Publication(Record("a 1000-001"))).Json()));
        Assert.Equal(["differs"], Outcomes(await client.Post("travel-documents/records", Publication(Record("A1000001", "lost"))).Json()));

        var hit = await client.Post("travel-documents/checks", Question("A1000001")).Json();
        Assert.Equal("hit", hit["outcome"]!.GetValue<string>());
        Assert.Equal("stolen", hit["hits"]![0]!["record"]!["kind"]!.GetValue<string>());
        Assert.Equal("exact", hit["hits"]![0]!["strength"]!.GetValue<string>());
        Assert.Equal("Duty desk", hit["hits"]![0]!["ask"]!["desk"]!.GetValue<string>());
        Assert.Contains("Not a verdict", hit["advice"]!["en"]!.GetValue<string>(), StringComparison.Ordinal);

        var amendment = Publication(Record("A1000001", "lost"));
        amendment["amend"] = true;
        Assert.Equal(["amended"], Outcomes(await client.Post("travel-documents/records", amendment).Json()));
        var amended = await client.Post("travel-documents/checks", Question("A1000001")).Json();
        Assert.Equal("lost", Assert.Single(amended["hits"]!.AsArray())!["record"]!["kind"]!.GetValue<string>());

        var withdrawal = new JsonObject { ["issuer"] = "UTO", ["number"] = "A1000001" };
        await client.Post("travel-documents/withdrawals", withdrawal).Json();
        await client.Post("travel-documents/withdrawals", withdrawal.DeepClone()).Json(404);
        var gone = await client.Post("travel-documents/checks", Question("A1000001")).Json();
        Assert.Equal("noHit", gone["outcome"]!.GetValue<string>());
        Assert.Null(new LedgerVerification(node.Host.Node.Context).Run().Fault);
    }

    [Fact]
    public async Task The_scanned_lines_find_what_was_typed_and_a_wrong_check_digit_is_told()
    {
        using var client = await node.ClientAsync();
        await client.Post("travel-documents/records", Publication(Record("L898902C3"))).Json();
        const string names = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";

        var hit = await client.Post("travel-documents/checks", Scan(names, "L898902C36UTO7408122F1204159ZE184226B<<<<<10")).Json();
        Assert.Equal("hit", hit["outcome"]!.GetValue<string>());
        var misread = await client.Post("travel-documents/checks", Scan(names, "L8989O2C36UTO7408122F1204159ZE184226B<<<<<10")).Json();
        Assert.NotEqual("hit", misread["outcome"]!.GetValue<string>());
        Assert.Equal("near-optical", misread["near"]![0]!["strength"]!.GetValue<string>());
        Assert.Contains("\"Findings\"", misread["scan"]!.ToJsonString().Replace("findings", "Findings", StringComparison.Ordinal), StringComparison.Ordinal);
        var unreadable = await client.Post("travel-documents/checks", Scan("rubbish")).Json(400);
        Assert.Equal("mrz", unreadable["errors"]![0]!["field"]!.GetValue<string>());

        static JsonObject Scan(params string[] lines) => new() { ["purpose"] = "border-control", ["mrz"] = new JsonArray([.. lines.Select(line => (JsonNode)line)]) };
    }

    [Fact]
    public async Task A_record_kept_for_another_purpose_is_not_found()
    {
        using var client = await node.ClientAsync();
        var publication = Publication(Record("A2000001"));
        publication["purposes"] = new JsonArray("police-check");
        await client.Post("travel-documents/records", publication).Json();

        Assert.Equal("noHit", (await client.Post("travel-documents/checks", Question("A2000001")).Json())["outcome"]!.GetValue<string>());
        using var police = await node.ClientAsync(token: await node.TokenAsync(Rights.Check, "police-check"));
        var question = Question("A2000001");
        question["purpose"] = "police-check";
        Assert.Equal("hit", (await police.Post("travel-documents/checks", question).Json())["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_two_realms_do_not_see_each_other()
    {
        using var client = await node.ClientAsync();
        var publication = Publication(Record("A3000001"));
        publication["realm"] = "exercise";
        var answer = await client.Post("travel-documents/records", publication);
        if ((int)answer.StatusCode == 400)
        {
            Assert.Contains("realm", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);   // the charter knows one realm only
            return;
        }

        Assert.Equal("noHit", (await client.Post("travel-documents/checks", Question("A3000001")).Json())["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task One_idempotency_key_has_one_effect_and_one_meaning()
    {
        using var client = await node.ClientAsync();
        client.DefaultRequestHeaders.Add("Idempotency-Key", "k-1");
        var first = await client.Post("travel-documents/records", Publication(Record("A4000001"))).Json();
        var again = await client.Post("travel-documents/records", Publication(Record("A4000001"))).Json();
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        await client.Post("travel-documents/records", Publication(Record("A4000002"))).Json(409);
    }

    [Fact]
    public async Task In_a_batch_every_bad_record_is_told_by_field_and_the_good_ones_stand()
    {
        using var client = await node.ClientAsync();
        var answer = await client.Post("travel-documents/records", Publication(
            Record("A5000001"), Record("A5000002", "eaten"), Record("Ä", "lost"), Record("A5000003", "revoked"), Record("A5000001"))).Json();

        Assert.Equal(["published", "invalid", "invalid", "invalid", "differs"], Outcomes(answer));
        Assert.Equal("kind", answer["results"]![1]!["errors"]![0]!["field"]!.GetValue<string>());
        Assert.Equal("number", answer["results"]![2]!["errors"]![0]!["field"]!.GetValue<string>());
        Assert.Equal(["ground", "contest"], answer["results"]![3]!["errors"]!.AsArray().Select(fault => fault!["field"]!.GetValue<string>()).Order(StringComparer.Ordinal).Reverse());
        var foreign = Record("A5000009");
        foreign["issuer"] = "XAR";
        Assert.Equal(["foreignIssuer"], Outcomes(await client.Post("travel-documents/records", Publication(foreign)).Json()));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("{\"purpose\":1}", 400)]
    [InlineData("{\"purpose\":\"border-control\",\"purpose\":\"x\"}", 400)]
    [InlineData("{\"purpose\":\"border-control\"}", 400)]
    [InlineData("{\"purpose\":\"border-control\",\"number\":\"\\u0000\"}", 400)]
    [InlineData("{\"purpose\":\"border-control\",\"number\":\"X1\",\"mrz\":[\"X\"]}", 400)]
    [InlineData("{\"purpose\":\"border-control\",\"number\":\"X1\",\"issuer\":\"12\"}", 400)]
    [InlineData("{\"purpose\":\"border-control\",\"number\":\"X1\",\"realm\":\"dream\"}", 400)]
    [InlineData("{\"purpose\":\"border-control\",\"mrz\":[null]}", 400)]
    public async Task Rubbish_gets_a_problem_that_says_where(string body, int status)
    {
        using var client = await node.ClientAsync();
        var problem = await client.PostAsync("/api/v1/travel-documents/checks", new StringContent(body, Encoding.UTF8, "application/json")).Json(status);

        Assert.StartsWith("urn:comity:problem:", problem["type"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mutated_questions_never_make_the_server_fail()
    {
        using var client = await node.ClientAsync();
        var good = Encoding.UTF8.GetBytes(Publication(Record("A6000001", "stolen", ("date", "2026-01"))).ToJsonString());
        var random = new Random(20260301);
        for (var i = 0; i < 300; i++)
        {
            var bad = good.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            using var content = new ByteArrayContent(bad[..random.Next(1, bad.Length + 1)]);
            content.Headers.ContentType = new("application/json");
            using var response = await client.PostAsync("/api/v1/travel-documents/records", content);
            Assert.True((int)response.StatusCode is 200 or 400, $"{(int)response.StatusCode} for {Convert.ToHexString(bad)}");
        }
    }

    [Fact]
    public async Task Stock_shows_the_box_that_is_missing()
    {
        using var client = await node.ClientAsync();
        await client.Post("travel-documents/stock", new JsonObject
        {
            ["entries"] = new JsonArray(Entry("delivered", "S0000001", "S0001000"), Entry("inStock", "S0000001", "S0000500"), Entry("inStock", "S0000601", "S0001000")),
        }).Json();

        var taken = await client.Get("travel-documents/stock").Json();
        var finding = taken["findings"]!.AsArray().Single(found => found!["first"]!.GetValue<string>().StartsWith("S00", StringComparison.Ordinal))!;
        Assert.Equal(("missing", "S0000501", "S0000600"), (finding["fault"]!.GetValue<string>(), finding["first"]!.GetValue<string>(), finding["last"]!.GetValue<string>()));
        var wrong = await client.Post("travel-documents/stock", new JsonObject { ["entries"] = new JsonArray(Entry("eaten", "S1", "S2")) }).Json(400);
        Assert.Equal("entries[0].status", wrong["errors"]![0]!["field"]!.GetValue<string>());

        static JsonObject Entry(string status, string first, string last) =>
            new() { ["issuer"] = "UTO", ["type"] = "P", ["first"] = first, ["last"] = last, ["status"] = status, ["place"] = "Store", ["on"] = "2026-01-01" };
    }

    [Fact]
    public async Task Every_check_is_in_the_ledger_without_the_number_and_proved_by_a_file()
    {
        using var client = await node.ClientAsync();
        var check = await client.Post("travel-documents/checks", Question("Q7777777")).Json();
        var entry = check["ledgerEntry"]!.GetValue<long>();
        var page = await client.Get($"ledger?from={entry}&most=1").Json();
        var note = page["entries"]![0]!["note"]!;
        Assert.Equal("check", note["kind"]!.GetValue<string>());
        Assert.DoesNotContain("Q7777777", note.ToJsonString(), StringComparison.Ordinal);

        var proof = await client.GetByteArrayAsync($"/api/v1/ledger/{entry}/proof");
        var proved = Assert.IsType<LedgerProofVerdict.Proved>(LedgerProofFile.Check(proof, node.Host.Node.Context.Membership.Genesis));
        Assert.Equal(entry, proved.Index);
        await client.Get("ledger/999999/proof").Json(404);
        Assert.Null((await client.PostAsync("/api/v1/ledger/verification", null).Json())["fault"]);
    }

    [Fact]
    public async Task Health_and_readiness_need_no_token_and_tell_no_secret()
    {
        using var client = new HttpClient { BaseAddress = node.Address };
        Assert.Equal("alive", await client.GetStringAsync("/health"));
        Assert.Equal("ready", await client.GetStringAsync("/ready"));
        await client.GetAsync("/nothing").Json(401);
    }
}
