using System.Net;
using System.Text.Json.Nodes;
using Comity.Commands;
using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.Tests.Commands;
using Comity.Web;

namespace Comity.Tests.Api;

/// <summary>Where people see that a partner, or the node itself, is over the charter's term of erasure, and that revocations are too old.</summary>
public sealed class ErasureTermShownTests : IDisposable
{
    private readonly Cli _cli = new() { AddressOf = member => member == "UTO" ? "https://127.0.0.1:1" : "https://127.0.0.1:2" };

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Api_commands_pages_and_the_doctor_name_the_partner_that_owes_and_what_is_kept_too_long()
    {
        await _cli.Joined("UTO", "XAR");
        await using var host = await RunningNode.StartAsync(_cli, "UTO", "127.0.0.1:0");
        await OverdueAsync(host.Node.Context.Store, host.Node.Changes.FeedFor(RegisterName.Parse("travel-documents"), Realm.Live, Audience.All));
        var (secret, _) = await host.Node.Tokens.MakeAsync(Actor.Node, "desk", Rights.Check | Rights.Operate, [Purpose.Parse("border-control")], TimeSpan.FromDays(1));
        using var client = new HttpClient { BaseAddress = new Uri(host.ApiAddress) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);

        var debt = (await client.Get("feeds").Json())[0]!["owing"]![0]!;
        Assert.Equal(("XAR", 3, 2), (debt["member"]!.GetValue<string>(), debt["receipts"]!.GetValue<int>(), debt["overdue"]!.GetValue<int>()));
        var status = await client.Get("status").Json();
        Assert.Equal(2, status["partners"]![0]!["erasuresOverdue"]!.GetValue<int>());
        Assert.Equal((1, 4), (status["keptTooLong"]![0]!["expired"]!.GetValue<int>(), status["keptTooLong"]![0]!["erasedLate"]!.GetValue<int>()));
        Assert.Equal("travel-documents", Assert.Single(status["revocations"]!["stale"]!.AsArray())!.GetValue<string>());
        Assert.Empty(status["revocations"]!["refused"]!.AsArray());
        var check = await client.Post("travel-documents/checks", JsonNode.Parse("""{"purpose":"border-control","number":"A1234567"}""")!).Json();
        Assert.Equal("Which keys were revoked was never compared with a partner.", check["warning"]!["en"]!.GetValue<string>());

        await File.WriteAllTextAsync(_cli.In("token"), secret, TestContext.Current.CancellationToken);
        var printed = await CommandAsync(host, "status");
        Assert.Contains("XAR owes 2 receipts of erasure for longer than the charter lets it", printed, StringComparison.Ordinal);
        Assert.Contains("KEPT TOO LONG: 1 records", printed, StringComparison.Ordinal);
        Assert.Contains("REVOCATIONS known as of never, too old for travel-documents: used with this warning", printed, StringComparison.Ordinal);
        Assert.Contains("2 of them OVERDUE", await CommandAsync(host, "feed", "status"), StringComparison.Ordinal);
        Assert.Contains("never compared with a partner", await CommandAsync(host, "documents", "check", "UTO", "A1234567"), StringComparison.Ordinal);

        var page = WebUtility.HtmlDecode(await client.GetStringAsync("/feeds", TestContext.Current.CancellationToken));
        Assert.Contains("XAR has not signed that it erased 2 records of ours that ended.", page, StringComparison.Ordinal);
        Assert.Contains("Kept too long: 1 record over since", page, StringComparison.Ordinal);
        Assert.Contains("Which keys were revoked was never compared with a partner.", page, StringComparison.Ordinal);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        page = WebUtility.HtmlDecode(await client.GetStringAsync("/feeds", TestContext.Current.CancellationToken));
        Assert.Contains("XAR n’a pas signé l’effacement de 2 signalements", page, StringComparison.Ordinal);
        Assert.Contains("Conservés trop longtemps", page, StringComparison.Ordinal);

        var findings = (await _cli.Run("doctor", "--home", _cli.In("UTO"), "--passphrase-file", _cli.In("pass"), "--json")).Json["findings"]!.AsArray()
            .Where(finding => finding!["subject"]!.GetValue<string>() == "erasure").Select(finding => $"{finding!["grade"]}: {finding["text"]}").ToList();
        Assert.Contains(findings, finding => finding.StartsWith("fault: 1 records", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.StartsWith("notice: XAR owes 2 receipts", StringComparison.Ordinal));
    }

    /// <summary>Three ends of which Arcadia has known, two of them for longer than a day; one record that is over since two days.</summary>
    private static Task OverdueAsync(NodeStore store, FeedName feed) => store.WriteAsync(session =>
    {
        var log = session.OpenFeed(feed, LogKind.Own);
        foreach (var (index, hours) in new[] { (0L, 49), (1L, 25), (2L, 23) })
        {
            session.Execute("INSERT INTO erasure_owed (log, idx, member, heard) VALUES (@log, @idx, 'XAR', @heard)", ("@log", log), ("@idx", index), ("@heard", Cli.Now.AddHours(-hours).ToUnixTimeMilliseconds()));
        }

        session.Execute("INSERT INTO record (log, idx, state, expires) VALUES (@log, 3, 2, @expires)", ("@log", log), ("@expires", Cli.Now.AddDays(-2).ToUnixTimeMilliseconds()));
        session.Execute("UPDATE feed SET late = 4, late_at = @now WHERE log = @log", ("@now", Cli.Now.ToUnixTimeMilliseconds()), ("@log", log));
    });

    private async Task<string> CommandAsync(NodeHost host, params string[] arguments)
    {
        using var output = new StringWriter();
        await Root.RunAsync([.. arguments, "--node", host.ApiAddress, "--token-file", _cli.In("token")], TimeProvider.System, output, TextWriter.Null);
        return output.ToString();
    }
}
