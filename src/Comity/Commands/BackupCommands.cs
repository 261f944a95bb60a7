using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Backups;
using Comity.Home;

namespace Comity.Commands;

/// <summary><c>comity backup</c> and <c>comity restore</c>: beside the node, without its passphrase.</summary>
internal static class BackupCommands
{
    public static Command Create(TimeProvider clock)
    {
        var home = CommonOptions.Home();
        var into = new Option<string>("--out") { Description = "The folder that backups are kept in; each gets a folder of its own.", HelpName = "DIR", Required = true };
        var keep = new Option<int>("--keep-days") { Description = "Delete backups older than this. Default: 30.", DefaultValueFactory = _ => 30 };
        var keepKeys = new Option<int?>("--keep-key-days") { Description = "Delete the keys of bodies in backups older than this; nothing can be restored from them then. Default: as --keep-days." };
        var command = new Command("backup", "Backs a node up while it works: database, keys of bodies, options, keys under their passphrase. Never the passphrase, nor the root keys.") { Verify() };
        command.Options.Add(home);
        command.Options.Add(into);
        command.Options.Add(keep);
        command.Options.Add(keepKeys);
        Reply.Answers(command, (parsed, reply) =>
        {
            var days = parsed.GetValue(keep);
            var keyDays = parsed.GetValue(keepKeys) ?? days;
            if (days is < 1 or > 36500 || keyDays < 1 || keyDays > days)
            {
                return reply.Refused("--keep-days must be 1 to 36500, and --keep-key-days 1 to --keep-days");
            }

            if (!NodeHome.TryOpen(parsed.GetRequiredValue(home), out var opened, out var faults))
            {
                return reply.Refused(faults);
            }

            var folder = Path.GetFullPath(parsed.GetRequiredValue(into));
            var (made, manifest) = Backup.Make(opened, folder, keyDays, clock.GetUtcNow());
            Tell(reply.Fact("backup", made), manifest);
            var deleted = Backup.Prune(folder, manifest.Member, days, keyDays, clock.GetUtcNow());
            return reply.Fact("deleted", new JsonArray([.. deleted.Select(path => JsonValue.Create(path))]), string.Join('\n', deleted.Select(path => $"deleted {path}").DefaultIfEmpty("nothing was old enough to be deleted"))).Done();
        });
        return command;
    }

    public static Command CreateRestore()
    {
        var backup = new Argument<string>("backup") { Description = "The folder of one backup." };
        var home = CommonOptions.Home();
        var database = new Option<string?>("--database") { Description = "The database to fill: an empty PostgreSQL database, or an SQLite file that is not there. Default: as it was.", HelpName = "DATABASE" };
        var command = new Command("restore", "Makes a new home of a backup. Its node asks partners before it signs anything.") { backup, home, database };
        Reply.Answers(command, (parsed, reply) =>
        {
            var target = Path.GetFullPath(parsed.GetRequiredValue(home));
            if (Backup.Restore(Path.GetFullPath(parsed.GetRequiredValue(backup)), target, parsed.GetValue(database)) is { Count: > 0 } faults)
            {
                return reply.Refused(faults);
            }

            return reply.Fact("home", target).Say("next: comity run, then comity recover: until partners have answered the node signs nothing")
                .Say("next: tokens and accounts are as they were when the backup was made: revoke again what was revoked since").Done();
        });
        return command;
    }

    private static Command Verify()
    {
        var backup = new Argument<string>("backup") { Description = "The folder of one backup." };
        var command = new Command("verify", "Reads a backup through and names everything wrong with it.") { backup };
        Reply.Answers(command, (parsed, reply) =>
        {
            var faults = Backup.Verify(Path.GetFullPath(parsed.GetRequiredValue(backup)), out var manifest);
            return faults.Count > 0 ? reply.Refused(faults) : Tell(reply, manifest!).Say("whole").Done();
        });
        return command;
    }

    private static Reply Tell(Reply reply, Manifest manifest) => reply
        .Fact("member", manifest.Member.ToString()).Fact("made", $"{manifest.Made.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}").Fact("program", manifest.Program).Fact("schema", manifest.Schema)
        .Fact("database", manifest.Database).Fact("bytes", manifest.Files.Sum(file => file.Bytes))
        .Fact("logs", new JsonObject(manifest.Logs.Select(log => KeyValuePair.Create<string, JsonNode?>(log.Origin, log.Size))), string.Join('\n', manifest.Logs.Select(log => $"{log.Origin} {log.Size}")))
        .Fact("keyDays", manifest.KeyDays, $"the keys of bodies are kept {manifest.KeyDays} days");
}
