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
        var code = new Option<string?>("--code") { Description = "Print the code with which an officer of a running demonstration signs in now; from the officer's file.", HelpName = "FILE" };
        var command = new Command("demo", "Starts a network of three fictional member States on this machine and says what to try.") { once, folder, code };
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(code) is { } file)
            {
                return await PrintCodeAsync(file, clock, parsed.InvocationConfiguration);
            }

            await using var network = await DemoNetwork.StartAsync(parsed.GetValue(folder), clock, parsed.InvocationConfiguration.Output, cancel);
            return parsed.GetValue(once)
                ? await new DemoScript(network, clock, parsed.InvocationConfiguration.Output).RunAsync(cancel)
                : await ShowAsync(network, parsed.InvocationConfiguration.Output, cancel);
        });
        return command;
    }

    private static async Task<int> PrintCodeAsync(string file, TimeProvider clock, InvocationConfiguration configuration)
    {
        try
        {
            await configuration.Output.WriteLineAsync(DemoPeople.CodeOf(file, clock));
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await configuration.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task<int> ShowAsync(DemoNetwork network, TextWriter output, CancellationToken cancel)
    {
        await output.WriteLineAsync();
        foreach (var node in network.Nodes)
        {
            await output.WriteLineAsync($"{node.Member} {node.Name}: pages and API {node.Address}  folder {node.Home}");
            await output.WriteLineAsync($"    token file {node.TokenFile}");
        }

        var (first, second) = (network.Nodes[0], network.Nodes[1]);
        await output.WriteLineAsync($"""

            By page: open {second.Address} and sign in (all documents, desks and States are fictional):
              name      {string.Join(", ", DemoPeople.Names.Select(one => one.Name == one.Role ? one.Name : $"{one.Name} ({one.Role})"))}
              password  {network.Password}
              code      ./comity demo --code {second.SecretFile("duty")}     (each officer has a file; a code holds for half a minute and once)
            The duty officer checks L898902C3 of UTO; then look, as {first.Name}'s documents officer at {first.Address}, what hits its records had.

            By command, in another terminal:
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
