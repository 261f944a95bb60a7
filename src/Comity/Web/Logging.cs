namespace Comity.Web;

/// <summary>Logs for operators: one line each, without personal data. What must be proved stands in the ledger.</summary>
internal static class Logging
{
    public static void Configure(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
        });
        // Standard output is for what a command answers.
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // The framework's request logs hold paths and addresses of callers: only what went wrong is of use.
        logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Comity", LogLevel.Information).AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);   // a start that fails is told in one line by whoever started it
    }
}
