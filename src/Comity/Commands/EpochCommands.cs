using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Members;
using Comity.Core.Recovery;
using Comity.Core.Storage;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity epoch</c>: ends logs that the node cannot go on with, under the root key.</summary>
/// <remarks>
/// Two persons, one way or the other: a proposal that another has approved, whose very ends are then signed; or, where the node has no two officers, the
/// operator with the passphrase of the node's keys and the keeper of the root with another. Without the first the command refuses where both passphrases are one.
/// </remarks>
internal static class EpochCommands
{
    public static Command Create(CommandLine line, TimeProvider clock) => new("epoch", "New epochs of this node's logs.") { Root.Talks(Propose(line), line), Open(clock) };

    private static Option<string[]> Logs() => new("--log") { Description = "A feed to end beside those that cannot be gone on with: where somebody else signed on in it.", HelpName = "ORIGIN", AllowMultipleArgumentsPerToken = true };

    private static Command Propose(CommandLine line)
    {
        var reason = new Option<string>("--reason") { Description = "Why, for all partners; names nobody.", Required = true };
        var logs = Logs();
        var command = new Command("propose", "Proposes to the running node which of its logs shall end; a second person decides, then whoever brings the root opens it.") { reason, logs };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var request = new JsonObject { ["reason"] = parsed.GetValue(reason), ["logs"] = new JsonArray([.. (parsed.GetValue(logs) ?? []).Select(origin => JsonValue.Create(origin))]) };
            await line.PrintAsync(parsed, await client.PostAsync("recovery/epoch", request, cancel), OfficerCommands.Outcome);
            return Reply.Ok;
        }));
        return command;
    }

    private static Command Open(TimeProvider clock)
    {
        var reason = new Option<string?>("--reason") { Description = "Why, for all partners; names nobody. Where it was not proposed." };
        var logs = Logs();
        var approval = new Option<string?>("--approval") { Description = "The proposal that two persons have decided: what it says is what is signed.", HelpName = "ID" };
        var (home, root, output, online, rootSecret, force) = KeysCommands.Shared();
        var command = new Command("open", "Writes the notice that ends the logs of which partners have seen more than can be had back, and names those that come after.") { approval, reason, logs, home, root, output, online, rootSecret, force };
        Reply.Answers(command, (parsed, reply) =>
        {
            var (file, why, id) = (parsed.GetRequiredValue(output), parsed.GetValue(reason), parsed.GetValue(approval));
            if (!CommandFile.MayWrite(file, parsed.GetValue(force), out string? fault))
            {
                return reply.Refused("--out: " + fault);
            }

            var more = parsed.GetValue(logs) ?? [];
            if (id is null ? !NewEpoch.IsReason(why) : why is not null || more.Length > 0)
            {
                return reply.Refused(id is null ? "--reason must have 1 to 200 characters on one line, naming nobody" : "--approval: reason and logs are those that were approved");
            }

            using var bench = KeysCommands.Bench.Open(parsed.GetRequiredValue(home), parsed.GetValue(root), parsed.GetValue(online), parsed.GetValue(rootSecret), clock, out var faults);
            return bench is null ? reply.Refused(faults)
                : id is null && bench.Passphrase == bench.RootPassphrase ? reply.Refused("--root-passphrase-file: a new epoch takes two persons: propose it (comity epoch propose), or keep the root keys under another passphrase than the node's, which its operator does not know")
                : Write(reply, bench, id, why, more, file);
        });
        return command;
    }

    private static int Write(Reply reply, KeysCommands.Bench bench, string? approval, string? reason, IReadOnlyCollection<string> logs, string file)
    {
        string? fault;
        IReadOnlyList<LogEnd> ends;
        using (var store = bench.Home.OpenStore())
        {
            if (approval is not null)
            {
                if (Authority(bench, store, approval, out fault) is not { } authority)
                {
                    return reply.Refused("--approval: " + fault);
                }

                (reason, logs) = (authority.Reason, authority.More);
                (ends, fault) = Plan(bench, store, logs);
                fault ??= authority.Covers(ends) ? null : "the logs are not as they were when it was approved: comity epoch propose";
            }
            else
            {
                (ends, fault) = Plan(bench, store, logs);
            }
        }

        if (fault is not null)
        {
            return reply.Refused(fault);
        }

        var notice = bench.Draft.Epoch(bench.Member, reason!, ends).SignedBy(bench.Signer);
        if (bench.Refusal(notice) is { } refusal)
        {
            return reply.Refused(refusal);
        }

        DurableFile.Replace(file, notice.ToJson());
        reply.Fact("ends", new JsonArray([.. ends.Select(end => end.ToJson())]), string.Join('\n', ends.Select(Line)));
        return reply.Fact("notice", file, $"next: comity notice take {file}: from then on the node goes on in the new epoch, and the old one is over for good").Done();
    }

    private static (IReadOnlyList<LogEnd> Ends, string? Fault) Plan(KeysCommands.Bench bench, NodeStore store, IReadOnlyCollection<string> logs) =>
        store.Read(session => (EpochPlan.Make(session, bench.Network.Directory, bench.Network.Chain.Genesis.ToString()[..16], bench.Member, logs, out var wrong), wrong));

    private static NewEpoch.Authority? Authority(KeysCommands.Bench bench, NodeStore store, string approval, out string? fault)
    {
        if (!bench.Home.TryLoadStorageKey(bench.Online, out var key, out fault))
        {
            return null;
        }

        (var authority, fault) = store.Read(session => (NewEpoch.Approved(session, new BodySealer(key, Randomness.System), approval, bench.Now, out var wrong), wrong));
        return authority;
    }

    internal static string Line(LogEnd end) =>
        $"{end.Log} ends at {end.Size}{(end.Held < end.Size ? $", of which {end.Size - end.Held} entries are lost" : "")}; {end.Next} begins{(end.Carried > 0 ? $" with the {end.Carried} records in force" : "")}";
}
