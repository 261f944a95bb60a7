using System.CommandLine;
using Comity.Emrtd.Mrz;

namespace Comity.Commands;

/// <summary><c>comity mrz parse</c>: what a machine-readable zone says and what is wrong with it, field by field.</summary>
public static class MrzCommand
{
    /// <summary>The command.</summary>
    /// <param name="clock">The time, against which two-digit years are read.</param>
    public static Command Create(TimeProvider clock)
    {
        var lines = new Argument<string[]>("lines") { Description = "The lines as scanned; - reads them from standard input.", Arity = ArgumentArity.OneOrMore };
        var json = Reply.JsonOption();
        var parse = new Command("parse", "Reads a machine-readable zone. Exit code 1 where something is wrong with it.") { lines, json };
        parse.SetAction(async (parsed, cancel) =>
        {
            var given = parsed.GetRequiredValue(lines);
            var zone = given is ["-"] ? MachineReadableZone.Parse((await Console.In.ReadToEndAsync(cancel)).AsSpan()) : MachineReadableZone.Parse(given);
            var report = MrzReport.Of(zone, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
            await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(json) ? report.ToJson() : report.ToText().TrimEnd());
            return zone is MachineReadableZone.Recognised { IsConformant: true } ? Reply.Ok : Reply.No;
        });
        return new Command("mrz", "Machine-readable zones (ICAO Doc 9303).") { parse };
    }
}
