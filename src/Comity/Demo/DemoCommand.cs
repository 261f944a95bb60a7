using System.CommandLine;

namespace Comity.Demo;

/// <summary><c>comity demo</c>: a network of three fictional States on this machine.</summary>
public static class DemoCommand
{
    /// <summary>The command.</summary>
    /// <param name="clock">The time.</param>
    public static Command Create(TimeProvider clock)
    {
        var once = new Option<bool>("--once") { Description = "Run the main job as a script through the real paths; exit code 0 only if every step held." };
        var folder = new Option<string?>("--folder") { Description = "Where the nodes' folders go. Default: a new temporary folder, removed at the end." };
        var command = new Command("demo", "Starts a network of three fictional member States on this machine and says what to try.") { once, folder };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var network = await DemoNetwork.StartAsync(parsed.GetValue(folder), clock, parsed.InvocationConfiguration.Output, cancel);
            return parsed.GetValue(once)
                ? await new DemoScript(network, parsed.InvocationConfiguration.Output).RunAsync(cancel)
                : await ShowAsync(network, parsed.InvocationConfiguration.Output, cancel);
        });
        return command;
    }

    private static async Task<int> ShowAsync(DemoNetwork network, TextWriter output, CancellationToken cancel)
    {
        await output.WriteLineAsync();
        foreach (var node in network.Nodes)
        {
            await output.WriteLineAsync($"{node.Member} {node.Name}: API {node.Address}  folder {node.Home}");
            await output.WriteLineAsync($"    token file {node.TokenFile}");
        }

        var (first, second) = (network.Nodes[0], network.Nodes[1]);
        await output.WriteLineAsync($"""

            Try, in another terminal (all documents and States are fictional):
              export COMITY_NODE={second.Address} COMITY_TOKEN=$(cat {second.TokenFile})
              ./comity documents check UTO L898902C3
              ./comity documents check --mrz 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<' 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'
              ./comity documents check UTO B0000250          a number in a range of 500 stolen blanks
              ./comity documents check UTO L8989O2C3         near, never a hit
              ./comity status
              ./comity feed status
            and as {first.Member}, who reported them:
              export COMITY_NODE={first.Address} COMITY_TOKEN=$(cat {first.TokenFile})
              ./comity documents withdraw UTO L898902C3
              ./comity documents inventory
              ./comity ledger list
            The API: curl -H "Authorization: Bearer $COMITY_TOKEN" $COMITY_NODE/api/v1/status ; {second.Address}/openapi/v1.json
            Stop with Ctrl-C.
            """);
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            // told to stop
        }

        return 0;
    }
}
