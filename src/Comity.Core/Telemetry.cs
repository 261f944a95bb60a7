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

    /// <summary>For how long nothing was acknowledged to this process by the database it shares with others.</summary>
    public static Gauge<double> Lag { get; } = Meter.CreateGauge<double>("comity.process.lag", "s", "Age of what this process knows for certain of the store");

    /// <summary>1 where what is acknowledged outlives the loss of a machine or was never meant to; 0 where a cluster has no synchronous standby.</summary>
    public static Gauge<int> Protected { get; } = Meter.CreateGauge<int>("comity.store.protected", "{store}", "0 where the database cluster is unprotected");

    /// <summary>Receipts of erasure that partners owe for longer than the charter's term.</summary>
    public static Gauge<long> ErasuresOverdue { get; } = Meter.CreateGauge<long>("comity.erasures.overdue", "{receipt}", "Receipts of erasure that partners owe for longer than the charter lets them");

    /// <summary>Records here though their time was over longer ago than the charter's term.</summary>
    public static Gauge<long> KeptTooLong { get; } = Meter.CreateGauge<long>("comity.records.kept_too_long", "{record}", "Records kept though their time was over longer ago than the charter's term");

    /// <summary>Bodies found though nothing in force had them, and erased then.</summary>
    public static Counter<long> ErasedLate { get; } = Meter.CreateCounter<long>("comity.records.erased_late", "{record}", "Bodies found though nothing in force had them, and erased then");

    /// <summary>How long ago this node last had every notice that some partner has; seconds.</summary>
    public static Gauge<double> RevocationsAge { get; } = Meter.CreateGauge<double>("comity.revocations.age", "s", "Age of what this node knows of revocations");

    /// <summary>Envelopes refused, by code.</summary>
    public static Counter<long> Refusals { get; } = Meter.CreateCounter<long>("comity.refusals", "{envelope}", "Envelopes refused");
}
