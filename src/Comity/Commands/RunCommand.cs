using System.CommandLine;
using Comity.Core.Storage;
using Comity.Home;
using Comity.Web;

namespace Comity.Commands;

/// <summary><c>comity run</c>: the node in service, until it is told to stop.</summary>
public static class RunCommand
{
    private const int StoreBroke = 74;   // EX_IOERR: whoever watches the process starts it again, and the disk is asked what is durable

    /// <summary>The command.</summary>
    /// <param name="clock">The time.</param>
    public static Command Create(TimeProvider clock)
    {
        var home = CommonOptions.Home();
        var passphrase = CommonOptions.PassphraseFile();
        var process = new Option<string?>("--process") { Description = "What this process is called, where several share the database: option Process." };
        var api = new Option<string?>("--api") { Description = "Where its API listens: option Api:Listen." };
        var exchange = new Option<string?>("--exchange") { Description = "Where it answers partners: option Exchange:Listen." };
        var command = new Command("run", "Runs the node, or one process of it, until it is told to stop.") { home, passphrase, process, api, exchange };
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(home), parsed.GetValue(passphrase), clock, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancel,
            ("Process", parsed.GetValue(process)), ("Api:Listen", parsed.GetValue(api)), ("Exchange:Listen", parsed.GetValue(exchange))));
        return command;
    }

    private static async Task<int> RunAsync(string folder, string? passphraseFile, TimeProvider clock, TextWriter output, TextWriter error, CancellationToken cancel, params (string Name, string? Value)[] over)
    {
        string? missing = null;
        if (!NodeHome.TryOpen(folder, out var home, out var faults, over) || !Passphrase.TryFind(passphraseFile, out var passphrase, out missing))
        {
            foreach (var fault in faults.Count > 0 ? faults : [missing!])
            {
                await error.WriteLineAsync(fault);
            }

            return Reply.No;
        }

        try
        {
            await using var host = NodeHost.Open(home, passphrase, clock);
            await host.StartAsync(cancel);
            await output.WriteLineAsync($"{home.Options.Member} api {host.ApiAddress} exchange {host.ExchangeAddress} records {host.Node.Indexed}");
            foreach (var remark in host.Node.Loading.Remarks)
            {
                await error.WriteLineAsync(remark);
            }

            if (host.Node.Unreadable > 0)
            {
                await error.WriteLineAsync($"{host.Node.Unreadable} records in force cannot be read: comity ledger verify");
            }

            if (await host.WaitAsync(cancel))
            {
                return Reply.Ok;
            }

            await error.WriteLineAsync("the store failed: stopping, so that a new start says what is durable");
            return StoreBroke;
        }
        catch (Exception e) when (e is StorageException or IOException)
        {
            await error.WriteLineAsync(e.Message);
            return Reply.No;
        }
    }
}
