using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Members;
using Comity.Core.Recovery;

namespace Comity.Commands;

/// <summary><c>comity epoch</c>: ends logs that the node cannot go on with, under the root key.</summary>
/// <remarks>
/// Two persons: the operator, who has the passphrase of the node's keys, and the keeper of the root, whose passphrase is another.
/// Neither can do it alone. Where both passphrases are the same the command refuses.
/// </remarks>
internal static class EpochCommands
{
    public static Command Create(TimeProvider clock) => new("epoch", "New epochs of this node's logs.") { Open(clock) };

    private static Command Open(TimeProvider clock)
    {
        var reason = new Option<string>("--reason") { Description = "Why, for all partners; names nobody.", Required = true };
        var logs = new Option<string[]>("--log") { Description = "A feed to end beside those that cannot be gone on with: where somebody else signed on in it.", HelpName = "ORIGIN", AllowMultipleArgumentsPerToken = true };
        var (home, root, output, online, rootSecret, force) = KeysCommands.Shared();
        var command = new Command("open", "Writes the notice that ends the logs of which partners have seen more than can be had back, and names those that come after.") { reason, logs, home, root, output, online, rootSecret, force };
        Reply.Answers(command, (parsed, reply) =>
        {
            var file = parsed.GetRequiredValue(output);
            if (!CommandFile.MayWrite(file, parsed.GetValue(force), out string? fault))
            {
                return reply.Refused("--out: " + fault);
            }

            if (parsed.GetRequiredValue(reason) is not { Length: > 0 and <= 200 } why || why.Any(char.IsControl))
            {
                return reply.Refused("--reason must have 1 to 200 characters on one line, naming nobody");
            }

            using var bench = KeysCommands.Bench.Open(parsed.GetRequiredValue(home), parsed.GetValue(root), parsed.GetValue(online), parsed.GetValue(rootSecret), clock, out var faults);
            return bench is null ? reply.Refused(faults)
                : bench.Passphrase == bench.RootPassphrase ? reply.Refused("--root-passphrase-file: a new epoch takes two persons: the root keys must be under another passphrase than the node's, which its operator does not know")
                : Write(reply, bench, why, parsed.GetValue(logs) ?? [], file);
        });
        return command;
    }

    private static int Write(Reply reply, KeysCommands.Bench bench, string reason, IReadOnlyCollection<string> logs, string file)
    {
        string? fault;
        IReadOnlyList<LogEnd> ends;
        using (var store = bench.Home.OpenStore())
        {
            (ends, fault) = store.Read(session => (EpochPlan.Make(session, bench.Network.Directory, bench.Network.Chain.Genesis.ToString()[..16], bench.Member, logs, out var wrong), wrong));
        }

        if (fault is not null)
        {
            return reply.Refused(fault);
        }

        var notice = bench.Draft.Epoch(bench.Member, reason, ends).SignedBy(bench.Signer);
        if (bench.Refusal(notice) is { } refusal)
        {
            return reply.Refused(refusal);
        }

        DurableFile.Replace(file, notice.ToJson());
        reply.Fact("ends", new JsonArray([.. ends.Select(end => end.ToJson())]), string.Join('\n', ends.Select(Line)));
        return reply.Fact("notice", file, $"next: comity notice take {file}: from then on the node goes on in the new epoch, and the old one is over for good").Done();
    }

    internal static string Line(LogEnd end) =>
        $"{end.Log} ends at {end.Size}{(end.Held < end.Size ? $", of which {end.Size - end.Held} entries are lost" : "")}; {end.Next} begins{(end.Carried > 0 ? $" with the {end.Carried} records in force" : "")}";
}
