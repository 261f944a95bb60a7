using System.Text;
using Comity.Home;
using Microsoft.Extensions.Configuration;

namespace Comity.Tests.Home;

public sealed class NodeOptionsTests
{
    [Fact]
    public void A_member_is_all_that_must_be_set()
    {
        var options = Read("""{ "Member": "UTO" }""", out var faults);

        Assert.Empty(faults);
        Assert.Equal(("comity.db", "http://127.0.0.1:8600/", "0.0.0.0:8443"), (options.Database, options.Api.Listen.ToString(), options.ExchangeListen.ToString()));
        Assert.Equal((15, 20, 365 * 86400, 60), ((int)options.ContactsInterval.TotalSeconds, (int)options.ContactsWait.TotalSeconds, (int)options.RetentionLedgerDetails.TotalSeconds, (int)options.MaintenanceInterval.TotalSeconds));
    }

    [Fact]
    public void All_faults_are_told_at_once_in_the_words_of_the_file()
    {
        Read("""
            {
              "Member": "utopia", "Genesis": "12", "Database": " ",
              "Api": { "Listen": "http://0.0.0.0:8600", "MaxBody": 10, "RequestsPerMinute": "many" },
              "Exchange": { "Listen": "0.0.0.0" },
              "Contacts": { "Interval": "00:00:00", "Wait": "00:00:31", "Intervall": "00:00:05" },
              "Retention": { "LedgerDetails": "3651.00:00:00" },
              "Maintenance": { "Interval": "soon" },
              "Telemetry": { "Otlp": "ftp://here" }
            }
            """, out var faults);

        Assert.Equal(
        [
            "Comity:Api:Listen is http://0.0.0.0:8600; http is for loopback addresses only, elsewhere it must be https with Comity:Api:Certificate and Comity:Api:CertificateKey.",
            "Comity:Api:MaxBody is 10; it must be 1024 to 1073741824.",
            "Comity:Api:RequestsPerMinute is many; it must be a whole number from 0 to 2147483647.",
            "Comity:Contacts:Interval is 00:00:00; it must be 00:00:01 to 01:00:00.",
            "Comity:Contacts:Intervall is no option.",
            "Comity:Contacts:Wait is 00:00:31; it must be 00:00:00 to 00:00:30.",
            "Comity:Database is empty; it must be a file or a PostgreSQL connection string.",
            "Comity:Exchange:Listen is 0.0.0.0; it must be an IP address and a port as 0.0.0.0:8443.",
            "Comity:Genesis must be 64 hexadecimal digits.",
            "Comity:Maintenance:Interval is soon; it must be a length of time as 00:01:00 ([days.]hh:mm:ss).",
            "Comity:Member is utopia; it must be three letters A to Z.",
            "Comity:Retention:LedgerDetails is 3651.00:00:00; it must be 1.00:00:00 to 3650.00:00:00.",
            "Comity:Telemetry:Otlp is ftp://here; it must be an http or https address.",
        ], faults.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_environment_overrides_the_file()
    {
        var options = Read("""{ "Member": "UTO", "Contacts": { "Interval": "00:00:05" } }""", out var faults, ("COMITY:CONTACTS:INTERVAL", "00:00:07"));

        Assert.Empty(faults);
        Assert.Equal(TimeSpan.FromSeconds(7), options.ContactsInterval);
    }

    [Fact]
    public void Https_needs_a_certificate_and_its_key()
    {
        Read("""{ "Member": "UTO", "Api": { "Listen": "https://0.0.0.0:8600" } }""", out var faults);
        Assert.Equal(["Comity:Api:Certificate is not set; https needs it.", "Comity:Api:CertificateKey is not set; https needs it."], faults);

        Read("""{ "Member": "UTO", "Api": { "Listen": "https://0.0.0.0:8600", "Certificate": "a.pem", "CertificateKey": "b.pem" } }""", out faults);
        Assert.Empty(faults);
    }

    [Fact]
    public void A_database_setting_that_cannot_be_read_is_told_without_its_values()
    {
        Read("""{ "Member": "UTO", "Database": "Host=db;Password=open sesame;Colour=red" }""", out var faults);
        Assert.StartsWith("Comity:Database: ", Assert.Single(faults), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", faults[0], StringComparison.Ordinal);

        Read("""{ "Member": "UTO", "Database": "Host=db;Database=comity;Username=comity" }""", out faults);
        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("{ \"Comity\": 1 }", "has no section Comity")]
    [InlineData("{ \"Comity\": { \"Member\": \"UTO\", \"member\": \"UTO\" } }", "names an option twice")]
    [InlineData("{ \"Comity\": {\n \"Member\": } }", "is not JSON at line 2")]
    [InlineData("{ \"Comity\": { \"Member\": \"UTO\", \"Api\": { \"Listen\": \"https://h:1\", \"Certificate\": \"no.pem\", \"CertificateKey\": \"no.key\" } } }", "there is no such file")]
    public void A_file_that_cannot_be_used_is_told_and_never_throws(string content, string told)
    {
        string folder = Directory.CreateTempSubdirectory("comity-options-").FullName;
        File.WriteAllText(Path.Combine(folder, "comity.json"), content);

        Assert.False(NodeHome.TryOpen(folder, out _, out var faults));

        Assert.Contains(told, string.Join('\n', faults), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private static NodeOptions Read(string section, out IReadOnlyList<string> faults, params (string Name, string Value)[] environment) => NodeOptions.Read(
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Comity": {{section}} }""")))
            .AddInMemoryCollection(environment.Select(e => KeyValuePair.Create(e.Name, (string?)e.Value))).Build(), out faults);
}
