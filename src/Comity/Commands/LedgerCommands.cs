using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Web;
using Comity.Home;

namespace Comity.Commands;

/// <summary><c>comity ledger list|search|show|verify|prove|check|asked</c>.</summary>
internal static class LedgerCommands
{
    public static Command Create(CommandLine line, TimeProvider clock) => new("ledger", "The ledger of what the node did.")
    {
        Root.Talks(List(line), line), Root.Talks(LedgerSearchCommand.Create(line), line), Root.Talks(Show(line), line), Verify(clock), Root.Talks(Walk(line), line),
        Root.Talks(Prove(line), line), Check(), Root.Talks(AskedCommand.Create(line), line),
    };

    private static Command List(CommandLine line)
    {
        var from = new Option<long>("--from") { Description = "The first entry; below 0 counts from the end.", DefaultValueFactory = _ => -20 };
        var epoch = Epoch();
        var command = new Command("list", "Entries of one epoch, one a line.") { from, epoch };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.GetAsync($"ledger?from={parsed.GetValue(from)}&most=1000{Of(parsed.GetValue(epoch), '&')}", cancel);
            await line.PrintAsync(parsed, answer, json => json["entries"]!.AsArray().Select(entry => $"{entry!["index"]} {entry["note"]!.ToJsonString()}"));
            return Reply.Ok;
        }));
        return command;
    }

    /// <summary>The option that says in which epoch of the ledger an entry stands.</summary>
    public static Option<int?> Epoch() => new("--epoch") { Description = "The epoch of the ledger in which it stands. Default: the one that is written to." };

    /// <summary>The same in a question.</summary>
    public static string Of(int? epoch, char first = '?') => epoch is null ? "" : $"{first}epoch={epoch}";

    private static Command Show(CommandLine line)
    {
        var entry = new Argument<long>("entry") { Description = "The entry, as a check or list prints it." };
        var epoch = Epoch();
        var command = new Command("show", "One entry, with its inclusion proof and who has cosigned it.") { entry, epoch };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var answer = await client.GetAsync($"ledger/{parsed.GetValue(entry)}{Of(parsed.GetValue(epoch))}", cancel);
            await line.PrintAsync(parsed, answer, json =>
            [
                $"{json["index"]} {json["note"]!.ToJsonString()}",
                $"hash {json["hash"]}, in the ledger{(json["over"]!.GetValue<bool>() ? $" of epoch {json["epoch"]}, which is over," : "")} of size {json["size"]} with root {json["root"]}",
                .. json["path"]!.AsArray().Select(hash => $"  {hash}"),
                .. json["cosigned"]!.AsArray().Select(cosigned => $"{cosigned!["member"]} has cosigned size {cosigned["size"]} on {cosigned["at"]}{(cosigned["size"]!.GetValue<long>() > json["index"]!.GetValue<long>() ? "" : ": before this entry")}"),
                json["detailKept"]!.GetValue<bool>() ? "its sealed detail is kept" : "it has no sealed detail",
            ]);
            return Reply.Ok;
        }));
        return command;
    }

    /// <summary>The running node does it, beside its work; this waits for it and shows how far it is.</summary>
    private static Command Walk(CommandLine line)
    {
        var command = new Command("walk", "Has the running node walk every log and the database against each other, and waits for what it finds. Exit code 1 where something is wrong.");
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var state = await client.PostAsync("ledger/verification", new JsonObject(), cancel);
            for (var shown = -1L; state["running"]!.GetValue<bool>(); state = await client.GetAsync("ledger/verification", cancel))
            {
                var walked = state["walked"]!.GetValue<long>();
                if (walked != shown && !parsed.GetValue(line.JsonOption))
                {
                    await CommandLine.Error(parsed).WriteLineAsync($"{walked} of {state["total"]}");
                    shown = walked;
                }

                await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            }

            var fault = state["fault"]?.GetValue<string>();
            await line.PrintAsync(parsed, state, json => [$"entries {json["walked"]}", fault ?? (json["finished"] is null ? "the walk was broken off: its process died" : "all is as it was signed")]);
            return fault is null && state["finished"] is not null ? Reply.Ok : Reply.No;
        }));
        return command;
    }

    private static Command Verify(TimeProvider clock)
    {
        var (home, passphrase) = (CommonOptions.Home(), CommonOptions.PassphraseFile());
        var command = new Command("verify", "Walks every log and the database against each other, by the node's own files, and names the first thing wrong.") { home, passphrase };
        Reply.Answers(command, (parsed, reply) =>
        {
            using var node = OfflineNode.Open(parsed.GetRequiredValue(home), parsed.GetValue(passphrase), clock);
            var result = new LedgerVerification(node.Context).Run();
            _ = reply.Fact("logs", result.Logs).Fact("entries", result.Entries).Fact("fault", result.Fault, result.Fault ?? "all is as it was signed");
            return reply.Done(result.Fault is null ? Reply.Ok : Reply.No);
        });
        return command;
    }

    private static Command Prove(CommandLine line)
    {
        var entry = new Argument<long>("entry") { Description = "The entry, as a check or list prints it." };
        var file = new Option<FileInfo?>("--out") { Description = "Where to. Default: ledger-ENTRY.proof.json" };
        var epoch = Epoch();
        var command = new Command("prove", "Writes a file that proves one entry to anybody, without the node.") { entry, epoch, file };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var path = parsed.GetValue(file)?.FullName ?? $"ledger-{parsed.GetValue(entry)}.proof.json";
            await using var stream = new FileStream(path, FileMode.CreateNew);
            await client.CopyToAsync($"ledger/{parsed.GetValue(entry)}/proof{Of(parsed.GetValue(epoch))}", stream, cancel);
            await line.PrintAsync(parsed, new JsonObject { ["file"] = path }, json => [json["file"]!.ToString()]);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Check()
    {
        var file = new Argument<FileInfo>("file") { Description = "A proof file." };
        var genesis = new Option<string?>("--genesis") { Description = "The network's genesis hash as it was exchanged in person." };
        var command = new Command("check", "Verifies a proof file by itself, without any node.") { file, genesis };
        Reply.Answers(command, (parsed, reply) =>
        {
            if (!CommandFile.TryRead(parsed.GetRequiredValue(file).FullName, LedgerProofFile.MaxBytes, out var content, out var fault))
            {
                return reply.Refused(fault);
            }

            CharterHash hash = default;
            if (parsed.GetValue(genesis) is { } text && !CharterHash.TryParse(text, null, out hash))
            {
                return reply.Refused("--genesis must be 64 lower-case hexadecimal digits");
            }

            return LedgerProofFile.Check(content, parsed.GetValue(genesis) is null ? null : hash) switch
            {
                LedgerProofVerdict.Proved proved => reply
                    .Fact("member", proved.Member.ToString(), $"proved: entry {proved.Index} of the ledger of {proved.Member}, size {proved.Size}")
                    .Fact("index", proved.Index, $"network with genesis {proved.Genesis}{(parsed.GetValue(genesis) is null ? " (compare it with the one exchanged in person)" : "")}")
                    .Fact("genesis", proved.Genesis.ToString(), proved.Entry)
                    .Done(),
                LedgerProofVerdict.Invalid invalid => reply.Refused(invalid.Reason),
                _ => reply.Refused("nothing is proved"),
            };
        });
        return command;
    }
}
