using Comity.Core;
using Comity.Core.Members;
using Comity.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Comity.Federation.Tests.Processes;

/// <summary>Homes as an older version of the program left them (test/Upgrade/make.sh), under this one.</summary>
[Collection(ProcessCollection.Name)]
public sealed class UpgradeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("comity-upgrade-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Passphrase => Path.Combine(_folder, "passphrase");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task A_home_of_the_older_version_on_SQLite_is_migrated_holds_its_logs_and_goes_on() => GoOnAsync("uto", "xar", database: null);

    [Fact]
    public async Task A_home_of_the_older_version_on_PostgreSQL_is_migrated_holds_its_logs_and_goes_on()
    {
        var database = PostgresServer.Shared.NewDatabase();
        await using (var connection = new NpgsqlConnection(database))
        {
            await connection.OpenAsync(Cancel);
            var statements = File.ReadLines(Fixture("uto-pg", "comity.sql")).Where(line => !line.StartsWith('\\'));   // what psql alone understands
            await using var command = new NpgsqlCommand(string.Join('\n', statements), connection);
            await command.ExecuteNonQueryAsync(Cancel);
        }

        await GoOnAsync("uto-pg", "xar-pg", database);
    }

    [Fact]
    public async Task A_home_of_a_newer_version_is_refused_in_plain_words()
    {
        var home = await HomeAsync("uto", "UTO", null);
        await using (var connection = Open(home.Folder))
        {
            await using var command = new SqliteCommand("INSERT INTO migration (number) VALUES (9999)", connection);
            await command.ExecuteNonQueryAsync(Cancel);
        }

        var (code, _, error) = await CommandProcess.RunAsync(home, "run", "--home", home.Folder, "--passphrase-file", Passphrase);

        Assert.Equal(1, code);
        Assert.Contains("9999", error, StringComparison.Ordinal);
        Assert.Contains("newer program", error, StringComparison.Ordinal);
    }

    private async Task GoOnAsync(string utopia, string arcadia, string? database)
    {
        DurableFile.Replace(Passphrase, System.Text.Encoding.ASCII.GetBytes(StateHomes.Passphrase + "\n"));
        var (uto, xar) = (await HomeAsync(utopia, "UTO", database), await HomeAsync(arcadia, "XAR", null));
        var charter = Path.Combine(_folder, "charter-2.jws");
        DurableFile.Replace(charter, NextCharter(uto, xar).Document.ToJson());
        foreach (var home in new[] { uto, xar })
        {
            home.Token = (await CommandProcess.MustAsync(home, "token", "new", "--home", home.Folder, "--passphrase-file", Passphrase, "--desk", "duty desk",
                "--allow", "check", "publish", "audit", "operate", "--purpose", "border-control", "--out", Path.Combine(_folder, home.Code + ".token"))) is { } ? File.ReadAllText(Path.Combine(_folder, home.Code + ".token")).Trim() : "";
            Assert.Contains("all is as it was signed", await CommandProcess.MustAsync(home, "ledger", "verify", "--home", home.Folder, "--passphrase-file", Passphrase), StringComparison.Ordinal);
        }

        await using (var first = await NodeProcess.StartAsync(uto))
        await using (var second = await NodeProcess.StartAsync(xar))
        {
            await CommandProcess.MustAsync(uto, "charter", "take", charter);
            await CommandProcess.MustAsync(xar, "charter", "take", charter);
            await RestoreTests.PublishAsync(first, "N", 3);
            await first.SettleAsync("XAR", Cancel);
            await second.SettleAsync("UTO", Cancel);
            foreach (var (node, own, other) in new[] { (first, "U", "X"), (second, "X", "U") })
            {
                Assert.Equal("hit", RestoreTests.Outcome(await node.CheckAsync(own + "0000001", Cancel)));
                Assert.Equal("hit", RestoreTests.Outcome(await node.CheckAsync(other + "0000001", Cancel)));
                Assert.Equal("noHit", RestoreTests.Outcome(await node.CheckAsync(other + "0000003", Cancel)));   // withdrawn under the older version
            }

            Assert.Equal("hit", RestoreTests.Outcome(await second.CheckAsync("N0000003", Cancel)));
            Assert.Equal("unchanged", (await first.PublishAsync("U0000002", cancel: Cancel)).Json["results"]![0]!["outcome"]!.GetValue<string>());
        }

        foreach (var home in new[] { uto, xar })
        {
            Assert.Equal(Core.Storage.Databases.Schema, home.Verified(node => node.Context.Store.Read(session => session.First("SELECT MAX(number) FROM migration", row => Convert.ToInt32(row.GetValue(0))))));
        }
    }

    /// <summary>The charter of those homes has long expired: the next one, with addresses of now.</summary>
    private static Charter NextCharter(StateHome uto, StateHome xar)
    {
        byte[] first;
        using (var store = uto.OpenStore())
        {
            first = store.Read(session => session.First("SELECT content FROM charter WHERE number = 1", row => (byte[])row.GetValue(0)))!;
        }

        Assert.True(Charter.TryRead(first, out var genesis, out var faults), string.Join("; ", faults));
        var draft = CharterDraft.After(genesis, NoticeBoard.Empty, TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(1), 8);
        foreach (var home in new[] { uto, xar })
        {
            draft.Json["members"]!.AsArray().Single(member => member!["code"]!.GetValue<string>() == home.Code)!["address"] = home.Exchange.GetLeftPart(UriPartial.Authority);
        }

        Assert.True(draft.TryFinish(out var charter, out faults), string.Join("; ", faults));
        var document = charter.Document;
        foreach (var home in new[] { uto, xar })
        {
            Assert.True(Comity.Home.NodeHome.TryLoadRing(Path.Combine(home.Folder, "root"), [KeyUse.Root], StateHomes.Passphrase, out var root, out var fault), fault);
            using (root)
            {
                document = document.SignedBy(root.Current(KeyUse.Root).Signer);
            }
        }

        Assert.True(Charter.TryRead(document.ToJson(), out var signed, out faults), string.Join("; ", faults));
        return signed;
    }

    private async Task<StateHome> HomeAsync(string name, string code, string? database)
    {
        DurableFile.Replace(Passphrase, System.Text.Encoding.ASCII.GetBytes(StateHomes.Passphrase + "\n"));
        var folder = Path.Combine(_folder, code.ToLowerInvariant());
        StateHomes.Copy(Fixture(name), folder);
        if (database is null)
        {
            await using var connection = Open(folder);
            await using var command = new SqliteCommand(await File.ReadAllTextAsync(Fixture(name, "comity.sql"), Cancel), connection);
            await command.ExecuteNonQueryAsync(Cancel);
        }

        return StateHome.Open(folder, Passphrase, code, database);
    }

    private static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "comity.db")};Pooling=false");
        connection.Open();
        return connection;
    }

    private static string Fixture(params string[] path) => Repository.In(["test", "Upgrade", "schema-1", .. path]);
}
