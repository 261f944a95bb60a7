using System.Diagnostics.Metrics;

namespace Comity.Core;

/// <summary>What the node measures of itself; names after OpenTelemetry's conventions, never a person or a document.</summary>
public static class Telemetry
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Comity";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Checks made, by register and outcome.</summary>
    public static Counter<long> Checks { get; } = Meter.CreateCounter<long>("comity.checks", "{check}", "Checks made");

    /// <summary>How long a check took, its ledger entry included, seconds.</summary>
    public static Histogram<double> CheckDuration { get; } = Meter.CreateHistogram<double>("comity.check.duration", "s", "Time from question to durable answer");

    /// <summary>Changes of this State's own records.</summary>
    public static Counter<long> Changes { get; } = Meter.CreateCounter<long>("comity.changes", "{record}", "Records published, amended, withdrawn or expired");

    /// <summary>Entries of partners' feeds taken in.</summary>
    public static Counter<long> TakenIn { get; } = Meter.CreateCounter<long>("comity.feed.taken_in", "{entry}", "Entries of partners' feeds verified and stored");

    /// <summary>Envelopes refused, by code.</summary>
    public static Counter<long> Refusals { get; } = Meter.CreateCounter<long>("comity.refusals", "{envelope}", "Envelopes refused");
}
