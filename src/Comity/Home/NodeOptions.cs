using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using Comity.Core.Access.SigningIn;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Requests.Clocks;
using Comity.Core.Storage;

namespace Comity.Home;

/// <summary>The options of a node: section <c>Comity</c> of <c>comity.json</c>; an environment variable such as <c>COMITY__CONTACTS__INTERVAL</c> overrides the file.</summary>
/// <remarks>Lengths of time are written <c>[days.]hh:mm:ss</c>. Every option is a state of the program that must be tested: there are few.</remarks>
public sealed record NodeOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Comity";

    private const int MaxFileBytes = 1 << 20;

    /// <summary>This node's member: three letters A to Z. Required.</summary>
    public MemberCode Member { get; init; }

    /// <summary>The hash of the network's first charter, 64 hexadecimal digits. Written by <c>comity join</c>; null before.</summary>
    public CharterHash? Genesis { get; init; }

    /// <summary>The file of an SQLite database, from the home folder unless it begins with /, or what <see cref="Databases.Open"/> takes for PostgreSQL. Default: comity.db.</summary>
    public string Database { get; init; } = "comity.db";

    /// <summary>Whether <see cref="Database"/> is a file in or outside the home, not a connection string.</summary>
    public bool DatabaseIsFile => !Database.Contains('=', StringComparison.Ordinal) && !Database.Contains("://", StringComparison.Ordinal);

    /// <summary>What this process is called, where several share a PostgreSQL database: 1 to 40 letters, digits, dots, hyphens or underscores; no two alike. Default: the machine's name.</summary>
    public string Process { get; init; } = MachineName();

    /// <summary>The API for this State's own people and systems.</summary>
    public ApiOptions Api { get; init; } = new();

    /// <summary>The address and port where partners' nodes are answered, an IP address and 0 to 65535 (0: any free one, for trials). Default: 0.0.0.0:8443.</summary>
    public IPEndPoint ExchangeListen { get; init; } = new(IPAddress.Any, 8443);

    /// <summary>The time between two contacts with one partner; one second to one hour. Default: 15 seconds.</summary>
    public TimeSpan ContactsInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a partner may hold a contact open while it waits for news; whole seconds from 0 to 30. Default: 20 seconds.</summary>
    public TimeSpan ContactsWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the details of ledger entries are kept; 1 to 3650 days. Default: 365 days.</summary>
    public TimeSpan RetentionLedgerDetails { get; init; } = TimeSpan.FromDays(365);

    /// <summary>The time between two rounds of deletion and sweeping; one second to one hour. Default: one minute.</summary>
    public TimeSpan MaintenanceInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>After how long without a request a person is signed out; one minute to 12 hours. Default: 30 minutes.</summary>
    public TimeSpan SessionsIdle { get; init; } = SessionLimits.Default.Idle;

    /// <summary>After how long a person is signed out in any case; five minutes to seven days. Default: 12 hours.</summary>
    public TimeSpan SessionsLife { get; init; } = SessionLimits.Default.Life;

    /// <summary>Where measurements go by OTLP, an http or https address; null: nowhere, which is the default.</summary>
    public Uri? TelemetryOtlp { get; init; }

    /// <summary>Whom this State's own people call when the node needs a person; a desk, at most 200 characters on one line. Default: empty.</summary>
    public string DutyContact { get; init; } = "";

    /// <summary>The folder with kinds of request of this node's own, beside those of the program, from the home folder; it need not be there. Default: kinds.</summary>
    public string RequestKinds { get; init; } = "kinds";

    /// <summary>When this State's unit works: Calendar:Zone, Calendar:Weekend, Calendar:Holidays, Calendar:Hours. Default: UTC, Saturday and Sunday, none, 09:00-17:00.</summary>
    public WorkCalendar Calendar { get; init; } = WorkCalendar.Default;

    /// <summary>Reads the options and finds everything that is wrong with them.</summary>
    /// <param name="configuration">With the section <see cref="Section"/>.</param>
    /// <param name="faults">In the words of the file, one a fault; empty where the options may be used.</param>
    public static NodeOptions Read(IConfiguration configuration, out IReadOnlyList<string> faults)
    {
        var read = new OptionReader(configuration.GetSection(Section));
        var options = new NodeOptions
        {
            Member = read.Member("Member"),
            Genesis = read.Hash("Genesis"),
            Database = read.Text("Database", "comity.db"),
            Process = read.Text("Process", MachineName()),
            Api = new ApiOptions
            {
                Listen = read.Address("Api:Listen") ?? new ApiOptions().Listen,
                Certificate = read.Text("Api:Certificate", null),
                CertificateKey = read.Text("Api:CertificateKey", null),
                MaxBody = (int)read.Number("Api:MaxBody", new ApiOptions().MaxBody),
                RequestsPerMinute = (int)read.Number("Api:RequestsPerMinute", new ApiOptions().RequestsPerMinute),
            },
            ExchangeListen = read.EndPoint("Exchange:Listen", new IPEndPoint(IPAddress.Any, 8443)),
            ContactsInterval = read.Span("Contacts:Interval", TimeSpan.FromSeconds(15)),
            ContactsWait = read.Span("Contacts:Wait", TimeSpan.FromSeconds(20)),
            RetentionLedgerDetails = read.Span("Retention:LedgerDetails", TimeSpan.FromDays(365)),
            MaintenanceInterval = read.Span("Maintenance:Interval", TimeSpan.FromMinutes(1)),
            SessionsIdle = read.Span("Sessions:Idle", SessionLimits.Default.Idle),
            SessionsLife = read.Span("Sessions:Life", SessionLimits.Default.Life),
            TelemetryOtlp = read.Address("Telemetry:Otlp"),
            DutyContact = read.Text("Duty:Contact", ""),
            RequestKinds = read.Text("Requests:Kinds", "kinds"),
            Calendar = read.Calendar("Calendar"),
        };
        read.RefuseOthers();
        faults = [.. read.Faults, .. options.Validate()];
        return options;
    }

    /// <summary>Everything that is out of its range, in the words of the file; empty where nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Within(faults, "Contacts:Interval", ContactsInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Within(faults, "Contacts:Wait", ContactsWait, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        if (ContactsWait.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            faults.Add(Fault("Contacts:Wait", $"is {ContactsWait}; it must be whole seconds"));
        }

        Within(faults, "Retention:LedgerDetails", RetentionLedgerDetails, TimeSpan.FromDays(1), TimeSpan.FromDays(3650));
        Within(faults, "Maintenance:Interval", MaintenanceInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Within(faults, "Sessions:Idle", SessionsIdle, TimeSpan.FromMinutes(1), TimeSpan.FromHours(12));
        Within(faults, "Sessions:Life", SessionsLife, TimeSpan.FromMinutes(5), TimeSpan.FromDays(7));
        Within(faults, "Api:MaxBody", Api.MaxBody, 1024, 1 << 30);
        Within(faults, "Api:RequestsPerMinute", Api.RequestsPerMinute, 1, 1_000_000);
        if (string.IsNullOrWhiteSpace(Database))
        {
            faults.Add(Fault("Database", "is empty; it must be a file or a PostgreSQL connection string"));
        }
        else if (!DatabaseIsFile && FaultOfDatabase() is { } fault)
        {
            faults.Add($"{Section}:Database: {fault}");
        }

        if (Process.Length is 0 or > 40 || !Process.All(IsOfName))
        {
            faults.Add(Fault("Process", "must be 1 to 40 letters, digits, dots, hyphens or underscores"));
        }

        if (DutyContact.Length > 200 || DutyContact.Any(char.IsControl))
        {
            faults.Add(Fault("Duty:Contact", "must have at most 200 characters on one line"));
        }

        Api.Validate(faults);
        return faults;
    }

    /// <summary>Reads a file of options as far as finding its section.</summary>
    internal static bool TryReadFile(string file, out byte[] content, [NotNullWhen(false)] out string? fault)
    {
        content = [];
        if (new FileInfo(file).Length > MaxFileBytes)
        {
            fault = $"{file} is longer than {MaxFileBytes} bytes";
            return false;
        }

        content = File.ReadAllBytes(file);
        if (!StrictJson.TryParseObject(content, StrictJson.DefaultDepth, out var json, out fault))
        {
            fault = $"{file} {fault}";
            return false;
        }

        if (!json.TryGetProperty(Section, out var section) || section.ValueKind != JsonValueKind.Object)
        {
            fault = $"{file} has no section {Section}";
            return false;
        }

        return true;
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static string MachineName()
    {
        var name = new string([.. Environment.MachineName.Where(IsOfName).Take(40)]);
        return name.Length > 0 ? name : "node";
    }

    private string? FaultOfDatabase()
    {
        try
        {
            Databases.Open(Database).Dispose();   // only reads the setting
            return null;
        }
        catch (StorageException e)
        {
            return e.Message;
        }
    }

    internal static string Fault(string name, string what) => $"{Section}:{name} {what}.";

    private static void Within<T>(List<string> faults, string name, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            faults.Add(Fault(name, $"is {value}; it must be {least} to {most}"));
        }
    }
}

/// <summary>The API for this State's own people and systems.</summary>
public sealed record ApiOptions
{
    /// <summary>Scheme, host and port; http on a loopback address only, anything else is https. Default: http://127.0.0.1:8600.</summary>
    public Uri Listen { get; init; } = new("http://127.0.0.1:8600");

    /// <summary>The certificate with its chain, a PEM file, from the home folder unless it begins with /; https only. Default: none.</summary>
    public string? Certificate { get; init; }

    /// <summary>The certificate's private key, a PEM file that is not encrypted; https only. Default: none.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>The longest request body, in bytes; 1024 to 1073741824 (1 GiB). Default: 16777216 (16 MiB).</summary>
    public int MaxBody { get; init; } = 16 << 20;

    /// <summary>The most requests that one token may make in a minute; 1 to 1000000. Default: 6000.</summary>
    public int RequestsPerMinute { get; init; } = 6000;

    /// <summary>Whether the API speaks TLS.</summary>
    public bool IsHttps => Listen.Scheme == Uri.UriSchemeHttps;

    internal void Validate(List<string> faults)
    {
        if (Listen.PathAndQuery != "/" || Listen.UserInfo.Length > 0 || Listen.Fragment.Length > 0)
        {
            faults.Add(NodeOptions.Fault("Api:Listen", "must be a scheme, a host and a port, and nothing after"));
        }

        if (!IsHttps && !Listen.IsLoopback)
        {
            faults.Add(NodeOptions.Fault("Api:Listen", $"is {Listen.GetLeftPart(UriPartial.Authority)}; http is for loopback addresses only, elsewhere it must be https with Comity:Api:Certificate and Comity:Api:CertificateKey"));
        }

        if (IsHttps && Certificate is null)
        {
            faults.Add(NodeOptions.Fault("Api:Certificate", "is not set; https needs it"));
        }

        if (IsHttps && CertificateKey is null)
        {
            faults.Add(NodeOptions.Fault("Api:CertificateKey", "is not set; https needs it"));
        }

        if (!IsHttps && (Certificate ?? CertificateKey) is not null)
        {
            faults.Add(NodeOptions.Fault("Api:Certificate", "is set but Comity:Api:Listen is http, which does not use it"));
        }
    }
}
