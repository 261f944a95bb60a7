using Comity.Core;
using Comity.Core.Members;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Comity.Web;

/// <summary>Sends the node's measurements by OTLP where the options say so.</summary>
internal static class Metrics
{
    public static IDisposable? Export(Uri? otlp, MemberCode member) => otlp is null ? null : Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.AddService("comity", serviceInstanceId: member.ToString()))
        .AddMeter(Telemetry.MeterName, "Microsoft.AspNetCore.Hosting", "System.Runtime")
        .AddOtlpExporter(exporter =>
        {
            // An address without a path is a collector's, as in OTEL_EXPORTER_OTLP_ENDPOINT; one with a path is taken as it is.
            exporter.Endpoint = otlp.AbsolutePath == "/" ? new Uri(otlp, "/v1/metrics") : otlp;
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        })
        .Build();
}
