using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Comity.Home;
using Comity.Web;
using Microsoft.Data.Sqlite;

namespace Comity.Tests.Commands;

public sealed class DoctorTests : IDisposable
{
    private readonly int[] _ports = FreePorts(2);
    private readonly Cli _cli;

    public DoctorTests() => _cli = new Cli { AddressOf = member => $"https://127.0.0.1:{_ports[member == "UTO" ? 0 : 1]}" };

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_home_that_has_not_joined_is_told_to()
    {
        await _cli.Network("UTO");

        var findings = await Examine(code: 1);

        Assert.Equal("This node has not joined a network yet.", Text(findings, "charter"));
        Assert.Contains("comity.db is not there", Text(findings, "database"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_no_home_is_one_fault()
    {
        Directory.CreateDirectory(_cli.In("UTO"));

        var findings = await Examine(code: 1);

        Assert.Contains("comity init makes one", Text(findings, "options"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_in_service_are_found_well_and_a_partner_that_is_down_is_no_fault_of_ours()
    {
        _cli.Clock = TimeProvider.System;
        await _cli.Joined("UTO", "XAR");
        await using (await Run("UTO"))
        {
            await using (await Run("XAR"))
            {
                var findings = await Examine(code: 0);
                Assert.DoesNotContain(findings, finding => Grade(finding) == "fault");
                Assert.EndsWith("leads here", Text(findings, "own address"), StringComparison.Ordinal);
                Assert.EndsWith("answers with the key of the charter", Text(findings, "XAR"), StringComparison.Ordinal);
                Assert.EndsWith("says: ready", Text(findings, "service"), StringComparison.Ordinal);
            }

            var alone = await Examine(code: 0);
            Assert.EndsWith("nobody listens there.", Text(alone, "XAR"), StringComparison.Ordinal);
            Assert.Equal("notice", Grade(Of(alone, "XAR")));
        }
    }

    [Fact]
    public async Task A_clock_that_is_an_hour_off_is_found_by_the_partners()
    {
        _cli.Clock = TimeProvider.System;
        await _cli.Joined("UTO", "XAR");
        await using var partner = await Run("XAR");
        _cli.Clock = new Cli.StoppedClock(TimeProvider.System.GetUtcNow().AddHours(1));

        var findings = await Examine(code: 1);

        Assert.Matches("its clock and this one are 3(59|60)[0-9] s apart", Text(findings, "XAR"));
    }

    [Fact]
    public async Task Somebody_else_at_a_partners_address_is_a_fault()
    {
        _cli.Clock = TimeProvider.System;
        await _cli.Joined("UTO", "XAR");
        await using var impostor = await Run("UTO", exchange: _ports[1]);

        var findings = await Examine(code: 1);

        Assert.Contains("does not have the key that the charter lists", Text(findings, "XAR"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_charter_that_ends_soon_is_a_notice_and_one_that_is_over_a_fault()
    {
        await _cli.Joined("UTO");
        _cli.Clock = new Cli.StoppedClock(Cli.Now.AddDays(45));
        Assert.Equal("notice", Grade(Of(await Examine(code: 0), "charter")));

        _cli.Clock = new Cli.StoppedClock(Cli.Now.AddDays(60));
        Assert.Equal("fault", Grade(Of(await Examine(code: 1), "charter")));
    }

    [Fact]
    public async Task Keys_that_no_partner_knows_are_a_fault_and_a_rotation_within_what_they_know_is_none()
    {
        await _cli.Joined("UTO");
        await _cli.Must(_cli.Keys("rotate", "signing"));
        Assert.DoesNotContain(await Examine(code: 0), finding => Grade(finding) == "fault");

        await _cli.Must(_cli.Init("XAR"));
        Directory.Delete(_cli.In("UTO/keys"), recursive: true);
        Directory.Move(_cli.In("XAR/keys"), _cli.In("UTO/keys"));
        var findings = await Examine(code: 1);

        Assert.Contains("do not go by this node's current signing, tls, encryption, log key", Text(findings, "membership"), StringComparison.Ordinal);
        Assert.Contains("storage.jwe", Text(findings, "keys"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong", "the passphrase is not the one")]
    [InlineData("none", "is not there")]
    public async Task A_wrong_passphrase_is_a_fault(string file, string says)
    {
        await _cli.Joined("UTO");

        var findings = await Examine(code: 1, passphrase: file);

        Assert.Contains(says, Text(findings, "keys"), StringComparison.Ordinal);
        Assert.DoesNotContain("battery", findings.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_home_open_to_others_is_a_fault()
    {
        await _cli.Joined("UTO");
        Cli.SetMode(_cli.In("UTO"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);

        Assert.Contains("is open to others", Text(await Examine(code: 1), "permissions"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_of_a_newer_program_are_a_fault_and_stay_as_they_are()
    {
        await _cli.Joined("UTO");
        await using (var connection = new SqliteConnection($"Data Source={_cli.In("UTO/comity.db")};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO migration (number) VALUES (999)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains("schema 999", Text(await Examine(code: 1), "database"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_away_is_a_fault()
    {
        await _cli.Joined("UTO");
        var options = JsonNode.Parse(await File.ReadAllTextAsync(_cli.In("UTO/comity.json"), TestContext.Current.CancellationToken))!;
        options["Comity"]!["Database"] = $"Host=127.0.0.1;Port={FreePorts(1)[0]};Database=comity;Username=comity;Timeout=5";
        await File.WriteAllTextAsync(_cli.In("UTO/comity.json"), options.ToJsonString(), TestContext.Current.CancellationToken);

        var findings = await Examine(code: 1);

        Assert.Equal("fault", Grade(Of(findings, "database")));
    }

    [Fact]
    public async Task On_PostgreSQL_not_even_the_fence_is_touched_though_another_holds_its_row()
    {
        var genesis = await _cli.Network("UTO");
        var options = JsonNode.Parse(await File.ReadAllTextAsync(_cli.In("UTO/comity.json"), TestContext.Current.CancellationToken))!;
        var setting = Comity.Testing.PostgresServer.Shared.NewDatabase();
        options["Comity"]!["Database"] = setting;
        await File.WriteAllTextAsync(_cli.In("UTO/comity.json"), options.ToJsonString(), TestContext.Current.CancellationToken);
        await _cli.Must("join", "--home", _cli.In("UTO"), "--genesis", genesis.ToString(), "--charter", _cli.In("charter.jws"));
        await using var connection = new Npgsql.NpgsqlConnection(setting);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        const string Fence = "SELECT epoch || ' ' || xmin FROM fence";
        var before = await AskAsync(Fence + " FOR UPDATE");

        var findings = await Examine(code: 0);

        Assert.StartsWith("PostgreSQL answers, schema", Text(findings, "database"), StringComparison.Ordinal);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(before, await AskAsync(Fence));

        async Task<string> AskAsync(string sql)
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, connection);
            return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }
    }

    private async Task<JsonArray> Examine(int code, string passphrase = "pass")
    {
        Environment.SetEnvironmentVariable("COMITY_PASSPHRASE", null);
        var answer = await _cli.Run("doctor", "--home", _cli.In("UTO"), "--passphrase-file", _cli.In(passphrase), "--json");
        Assert.True(answer.Code == code, answer.Output + answer.Error);
        return answer.Json["findings"]!.AsArray();
    }

    private static JsonNode Of(JsonArray findings, string subject) => findings.First(finding => finding!["subject"]!.GetValue<string>() == subject)!;

    private static string Text(JsonArray findings, string subject) => Of(findings, subject)["text"]!.GetValue<string>();

    private static string Grade(JsonNode? finding) => finding!["grade"]!.GetValue<string>();

    private async Task<NodeHost> Run(string member, int? exchange = null)
    {
        var options = JsonNode.Parse(await File.ReadAllTextAsync(_cli.In(member + "/comity.json"), TestContext.Current.CancellationToken))!;
        options["Comity"]!["Api"] = new JsonObject { ["Listen"] = $"http://127.0.0.1:{FreePorts(1)[0]}" };
        options["Comity"]!["Exchange"] = new JsonObject { ["Listen"] = $"127.0.0.1:{exchange ?? _ports[member == "UTO" ? 0 : 1]}" };
        await File.WriteAllTextAsync(_cli.In(member + "/comity.json"), options.ToJsonString(), TestContext.Current.CancellationToken);
        Assert.True(NodeHome.TryOpen(_cli.In(member), out var home, out var faults), string.Join('\n', faults));
        var host = NodeHost.Open(home, "correct horse", TimeProvider.System);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        listeners.ForEach(listener => listener.Stop());
        return [.. ports];
    }
}
