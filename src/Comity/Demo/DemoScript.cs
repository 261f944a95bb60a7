using System.Globalization;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Home;
using Comity.TravelDocuments;
using Comity.TravelDocuments.Records;
using Microsoft.Data.Sqlite;

namespace Comity.Demo;

/// <summary>The main job from end to end, through the real HTTP, TLS and feed path; every step is asserted.</summary>
internal sealed class DemoScript(DemoNetwork network, TimeProvider clock, TextWriter output)
{
    private const string Number = "K55501234";

    private readonly DemoNode _utopia = network.Nodes[0], _arcadia = network.Nodes[1], _lyonesse = network.Nodes[2];
    private int _failed;

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        await output.WriteLineAsync();
        await PublishAndFindAsync(cancel);
        await BlanksAndNearAsync(cancel);
        await ByPageAsync(cancel);
        await WithdrawAsync(cancel);
        await CutOffAsync(cancel);
        await ForeignDocumentAsync(cancel);
        await LedgersAsync(cancel);
        await output.WriteLineAsync(_failed == 0 ? "\nEvery step held." : $"\n{_failed} steps FAILED.");
        return _failed == 0 ? 0 : 1;
    }

    private async Task PublishAndFindAsync(CancellationToken cancel)
    {
        var published = await DemoSamples.PublishAsync(_utopia, "XAR", cancel, DemoSamples.Record("UTO", Number, "stolen", ("date", "2026-02-14"), ("country", "XLY")));
        await StepAsync($"Utopia reports {Number} stolen, for Arcadia alone", published == "published", published);
        await DemoNetwork.SettleAsync(_arcadia, _utopia, cancel);
        await DemoNetwork.SettleAsync(_lyonesse, _utopia, cancel);
        var hit = await CheckAsync(_arcadia, Number, cancel);
        await StepAsync("Arcadia checks it: hit, reported by Utopia, with whom to ask", Outcome(hit) == "hit" && hit["hits"]![0]!["owner"]!.GetValue<string>() == "UTO" && hit["hits"]![0]!["ask"]!["phone"] is not null, Outcome(hit));
        var none = await CheckAsync(_lyonesse, Number, cancel);
        await StepAsync("Lyonesse, not in the audience, checks it: no hit", Outcome(none) == "noHit", Outcome(none));
        var feeds = await _lyonesse.Client.GetAsync("feeds", cancel);
        await StepAsync("and has never heard of that feed", !feeds.AsArray().Any(feed => feed!["audience"]!.GetValue<string>() == "XAR"), "");
    }

    private async Task ByPageAsync(CancellationToken cancel)
    {
        using var duty = new DemoVisitor(_arcadia.Api);
        var home = await SignInAsync(duty, _arcadia, "duty", cancel);
        await StepAsync("Arcadia's duty officer signs in by password and code", home.Contains("/documents/check", StringComparison.Ordinal), "");
        var outcome = await duty.SendAsync(await duty.GoAsync("/documents/check", cancel), "/documents/check", cancel, ("scan", Number), ("issuer", "UTO"), ("purpose", "border-control"), ("case", ""));
        await StepAsync("and checks it by page: hit, with the telephone of Utopia's desk", System.Net.WebUtility.HtmlDecode(outcome).Contains("+999 1 555 01 00", StringComparison.Ordinal), "");
        var accounts = await duty.GoAsync("/accounts", cancel);
        await StepAsync("and is shown no accounts", !accounts.Contains("supervisor", StringComparison.Ordinal), "");

        using var documents = new DemoVisitor(_utopia.Api);
        await SignInAsync(documents, _utopia, "documents", cancel);
        var told = "";
        for (var tries = 0; tries < 50 && !told.Contains(Number, StringComparison.Ordinal); tries++)
        {
            await DemoNetwork.SettleAsync(_arcadia, _utopia, cancel);
            told = await documents.GoAsync("/hits", cancel);
        }

        await StepAsync("Utopia's document desk is told of the hit on its record", told.Contains(Number, StringComparison.Ordinal), "");
    }

    private async Task<string> SignInAsync(DemoVisitor visitor, DemoNode node, string officer, CancellationToken cancel) => await visitor.SendAsync(
        await visitor.GoAsync("/sign-in", cancel), "/sign-in", cancel, ("name", officer), ("password", network.Password), ("code", DemoPeople.CodeOf(node.SecretFile(officer), clock)));

    private async Task BlanksAndNearAsync(CancellationToken cancel)
    {
        var range = await CheckAsync(_lyonesse, "B0000250", cancel);
        await StepAsync("Lyonesse checks a number in a range of 500 stolen blanks: hit", Outcome(range) == "hit" && range["hits"]![0]!["strength"]!.GetValue<string>() == "in-range", Outcome(range));
        var near = await CheckAsync(_arcadia, "L8989O2C3", cancel);
        await StepAsync("Arcadia types O for 0: near, and not called a hit", Outcome(near) != "hit" && near["near"]!.AsArray().Count > 0, Outcome(near));
        var stock = await _utopia.Client.GetAsync("travel-documents/stock", cancel);
        var finding = stock["findings"]!.AsArray().Select(finding => $"{finding!["fault"]} {finding["first"]}-{finding["last"]}").FirstOrDefault();
        await StepAsync("Utopia takes stock: the box that is missing shows as a gap", finding == "missing B0004001-B0004500", finding ?? "no finding");
    }

    private async Task WithdrawAsync(CancellationToken cancel)
    {
        var (held, address) = BodyOf(_arcadia, "XAR");
        await StepAsync("Arcadia's store holds the record, sealed", held, "");
        await _utopia.Client.PostAsync("travel-documents/withdrawals", new JsonObject { ["issuer"] = "UTO", ["number"] = Number }, cancel);
        await DemoNetwork.SettleAsync(_arcadia, _utopia, cancel);
        foreach (var node in network.Nodes)
        {
            var outcome = Outcome(await CheckAsync(node, Number, cancel));
            await StepAsync($"Utopia withdrew it; {node.Name} checks it: no hit", outcome == "noHit", outcome);
        }

        await StepAsync("its payload and key are gone in Utopia and Arcadia; the leaf stays", !BodyOf(_utopia, "XAR").Held && !BodyOf(_arcadia, "XAR").Held && address == "1 leaf", address);
        await DemoNetwork.SettleAsync(_arcadia, _utopia, cancel);
        await StepAsync("Arcadia's signed erasure receipt is with Utopia", Scalar(_utopia, "SELECT COUNT(*) FROM erasure WHERE member = 'XAR'") == 1, "");
    }

    private async Task CutOffAsync(CancellationToken cancel)
    {
        await _utopia.KillAsync();
        var answer = await CheckAsync(_arcadia, "L898902C3", cancel);
        var utopia = answer["members"]!.AsArray().First(member => member!["member"]!.GetValue<string>() == "UTO")!;
        await StepAsync($"Utopia is cut off; Arcadia still answers: hit, and says as of {utopia["asOf"]}", Outcome(answer) == "hit" && utopia["asOf"] is not null, Outcome(answer));
        await _utopia.StartAsync(cancel);
        await DemoNetwork.SettleAsync(_arcadia, _utopia, cancel);
        await StepAsync("Utopia is back; Arcadia is complete again", true, "");
    }

    private async Task ForeignDocumentAsync(CancellationToken cancel)
    {
        var refused = await DemoSamples.PublishAsync(_lyonesse, "all", cancel, DemoSamples.Record("UTO", "Z00000001", "lost"));
        await StepAsync("Lyonesse tries to report a document of Utopia: its own node refuses", refused == "foreignIssuer", refused);
        await _lyonesse.KillAsync();
        await PublishUncheckedAsync(_lyonesse);
        await _lyonesse.StartAsync(cancel);
        var round = await _arcadia.Client.PostAsync("feeds/pull", new JsonObject { ["member"] = "XLY" }, cancel);
        var answer = await CheckAsync(_arcadia, "Z00000001", cancel);
        var standing = answer["members"]!.AsArray().First(member => member!["member"]!.GetValue<string>() == "XLY")!;
        await StepAsync(
            "Lyonesse's node is tampered with and signs it all the same: Arcadia quarantines the feed, names the fault, and does not hit",
            Outcome(answer) == "incomplete" && standing["state"]!.GetValue<string>() == "Quarantined" && standing["detail"]!.GetValue<string>().StartsWith("foreign-issuer", StringComparison.Ordinal),
            $"{Outcome(answer)} {standing["state"]} {round[0]!["detail"]}");
        var others = Outcome(await CheckAsync(_arcadia, "L898902C3", cancel));
        await StepAsync("and nobody else pays for it: Utopia's records still hit", others == "hit", others);
    }

    private async Task LedgersAsync(CancellationToken cancel)
    {
        foreach (var node in network.Nodes)
        {
            var verified = JsonNode.Parse(await node.RunCommandAsync(cancel, "ledger", "verify", "--home", node.Home, "--passphrase-file", node.PassphraseFile, "--json"))!;
            await StepAsync($"{node.Name}: ledger, feeds and database agree ({verified["entries"]} entries of {verified["logs"]} logs)", verified["fault"] is null, verified["fault"]?.ToString() ?? "");
        }

        var check = await CheckAsync(_arcadia, "L898902C3", cancel);
        var proof = _arcadia.Home + ".proof.json";
        await using (var file = File.Create(proof))
        {
            await _arcadia.Client.CopyToAsync($"ledger/{check["ledgerEntry"]}/proof", file, cancel);
        }

        var verdict = await _utopia.RunCommandAsync(cancel, "ledger", "check", proof, "--json");
        await StepAsync("a proof of Arcadia's last check verifies without the node", verdict.Contains("\"XAR\"", StringComparison.Ordinal), verdict);
    }

    /// <summary>What somebody with a State's machine and keys could do: write past the check that its own API makes.</summary>
    private static async Task PublishUncheckedAsync(DemoNode state)
    {
        if (!NodeHome.TryOpen(state.Home, out var home, out _) || !home.TryLoadKeys((await File.ReadAllTextAsync(state.PassphraseFile)).Trim(), out var ring, out _) || !home.TryLoadStorageKey(ring, out var key, out _))
        {
            throw new IOException($"{state.Home} cannot be opened");
        }

        using var keys = ring;
        using var store = home.OpenStore();
        var register = new DocumentRegister();
        var node = Node.Open(new NodeParts { Store = store, Identity = home.Identity(ring)!, StorageKey = key, Registers = [register], Line = _ => new NoLine() });
        DocumentRecord.TryCreate(new DocumentDraft { Version = 1, Issuer = "UTO", Type = "P", Number = "Z00000001", Kind = "lost", EnteredBy = "Document desk" }, out var record, out _);
        await node.Changes.PublishAsync(Actor.Node, register, Realm.Live, Audience.All, [new Publication(record!, Handling.Open)], WhenThere.Refuse);
    }

    private static async Task<JsonNode> CheckAsync(DemoNode node, string number, CancellationToken cancel) =>
        await node.Client.PostAsync("travel-documents/checks", new JsonObject { ["purpose"] = "border-control", ["number"] = number }, cancel);

    private static string Outcome(JsonNode answer) => answer["outcome"]!.GetValue<string>();

    /// <summary>Whether the first entry of Utopia's feed for one audience has a body in a node's file, and whether its leaf is there.</summary>
    private static (bool Held, string Leaf) BodyOf(DemoNode node, string audience)
    {
        var log = $"(SELECT log FROM feed WHERE owner = 'UTO' AND audience = '{audience}')";
        var bodies = Scalar(node, $"SELECT COUNT(*) FROM entry WHERE log = {log} AND idx = 0 AND body IS NOT NULL") + Scalar(node, $"SELECT COUNT(*) FROM entry_key WHERE log = {log} AND idx = 0");
        return (bodies > 0, $"{Scalar(node, $"SELECT COUNT(*) FROM entry WHERE log = {log} AND idx = 0")} leaf");
    }

    private static long Scalar(DemoNode node, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(node.Home, "comity.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private async Task StepAsync(string what, bool held, string seen)
    {
        _failed += held ? 0 : 1;
        await output.WriteLineAsync(held ? $"  ok    {what}" : $"  FAIL  {what}: {seen}");
    }

    private sealed class NoLine : ILine
    {
        public Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel) =>
            throw new LineDownException("this node has no line");
    }
}
