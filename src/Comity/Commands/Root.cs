using System.CommandLine;
using Comity.Core;
using Comity.Core.Web;
using Comity.Demo;

namespace Comity.Commands;

/// <summary><c>comity</c> and everything below it.</summary>
internal static class Root
{
    private const int Misuse = 2;

    // A node that is told to stop finishes what it has begun; a demonstration stops its nodes.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(20);

    /// <summary>Runs a command line. 0: done; 1: the answer is no, or the input is refused; 2: misuse.</summary>
    public static async Task<int> RunAsync(string[] args, TimeProvider clock, TextWriter? output = null, TextWriter? error = null)
    {
        var parsed = Create(clock).Parse(args);
        var configuration = new InvocationConfiguration { Output = output ?? Console.Out, Error = error ?? Console.Error, ProcessTerminationTimeout = Farewell };
        var code = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? Misuse : code;
    }

    /// <summary>The tree of commands.</summary>
    public static RootCommand Create(TimeProvider clock)
    {
        var line = new CommandLine();
        var root = new RootCommand("Comity: co-operation between States' police and justice authorities.")
        {
            DemoCommand.Create(clock),
            InitCommand.Create(clock, Randomness.System),
            CharterCommands.Create(clock),
            JoinCommand.Create(),
            KeysCommands.Create(clock, Randomness.System),
            NoticeCommands.Create(),
            EpochCommands.Create(line, clock),
            RunCommand.Create(clock),
            DoctorCommand.Create(clock),
            IndexCommand.Create(),
            TokenCommands.Create(clock),
            OfficerCommands.Create(line, clock),
            OfficerCommands.CreateDesk(line),
            ApprovalCommands.Create(line),
            SignInCommands.CreateIn(line),
            SignInCommands.CreateOut(line),
            Talks(NodeCommands.CreateStatus(line), line),
            Talks(NodeCommands.CreateFeed(line), line),
            Talks(RecoverCommands.Create(line), line),
            BackupCommands.Create(clock),
            BackupCommands.CreateRestore(),
            LedgerCommands.Create(line, clock),
            HitsCommands.Create(line),
            MrzCommand.Create(clock),
        };
        root.Subcommands.Single(command => command.Name == "charter").Add(NodeCommands.CreateTake(line, "charters", "charter"));
        root.Subcommands.Single(command => command.Name == "notice").Add(NodeCommands.CreateTake(line, "notices", "notice"));
        foreach (var command in Modules.All.SelectMany(module => module.CreateCommands(line)))
        {
            root.Add(Talks(command, line));
        }

        return root;
    }

    /// <summary>Gives a command that talks to a node the options that say where it is and with which token.</summary>
    public static Command Talks(Command command, CommandLine line)
    {
        command.Add(line.NodeOption);
        command.Add(line.TokenOption);
        command.Add(line.JsonOption);
        command.Add(line.FrenchOption);
        return command;
    }
}
