using System.CommandLine;
using Comity;
using Comity.Commands;
using Comity.Core;
using Comity.Core.Web;
using Comity.Demo;

var clock = TimeProvider.System;
var line = new CommandLine();
var root = new RootCommand("Comity: co-operation between States' police and justice authorities.")
{
    DemoCommand.Create(clock),
    InitCommand.Create(clock, Randomness.System),
    CharterCommands.Create(clock),
    JoinCommand.Create(),
    KeysCommands.Create(clock, Randomness.System),
    NoticeCommands.Create(),
    RunCommand.Create(clock),
    TokenCommands.Create(clock),
    NodeCommands.CreateStatus(line),
    NodeCommands.CreateFeed(line),
    LedgerCommands.Create(line, clock),
    MrzCommand.Create(clock),
};
foreach (var command in Modules.All.SelectMany(module => module.CreateCommands(line)))
{
    root.Add(command);
}

// The commands that talk to a node share where it is and with which token.
foreach (var command in root.Subcommands.Where(command => command.Name is "status" or "feed" || Modules.All.Any(module => module.CreateCommands(line).Any(its => its.Name == command.Name))))
{
    Talks(command);
}

foreach (var command in root.Subcommands.Single(command => command.Name == "ledger").Subcommands.Where(command => command.Name is "list" or "prove"))
{
    Talks(command);
}

var parsed = root.Parse(args);
var code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? 2 : code;

void Talks(Command command)
{
    command.Add(line.NodeOption);
    command.Add(line.TokenOption);
    command.Add(line.JsonOption);
    command.Add(line.FrenchOption);
}
