using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.Home;

namespace Comity.Commands;

/// <summary><c>comity join</c>: takes the first charters of a network into a home that was made by <c>comity init</c>.</summary>
public static class JoinCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var home = CommonOptions.Home();
        var genesis = new Option<string>("--genesis") { Description = "The hash of the network's first charter, as it was read out in person.", HelpName = "HASH", Required = true };
        var charter = new Option<string[]>("--charter") { Description = "The charters from the first on.", HelpName = "FILE", Required = true, AllowMultipleArgumentsPerToken = true };
        var command = new Command("join", "Joins the network whose first charter has this hash.") { home, genesis, charter };
        Reply.Answers(command, async (parsed, reply) =>
        {
            if (!NodeHome.TryOpen(parsed.GetRequiredValue(home), out var opened, out var faults))
            {
                return reply.Refused(faults);
            }

            if (!CharterHash.TryParse(parsed.GetRequiredValue(genesis), out var hash))
            {
                return reply.Refused("--genesis: must be 64 hexadecimal digits");
            }

            if (opened.Options.Genesis is { } joined && joined != hash)
            {
                return reply.Refused($"--genesis: this home has joined the network with genesis {joined}; it belongs to one network for good");
            }

            var offered = new List<Charter>();
            foreach (string path in parsed.GetRequiredValue(charter))
            {
                if (!CharterFile.TryRead(path, out var read, out string? fault))
                {
                    return reply.Refused(fault);
                }

                offered.Add(read);
            }

            return await JoinAsync(reply, opened, hash, offered.OrderBy(c => c.Number));
        });
        return command;
    }

    private static async Task<int> JoinAsync(Reply reply, NodeHome home, CharterHash genesis, IEnumerable<Charter> offered)
    {
        using var store = home.OpenStore();
        var first = store.Read(session => session.First("SELECT hash FROM charter WHERE number = 1", row => row.GetString(0)));
        if (first is not null && first != genesis.ToString())
        {
            return reply.Refused($"--genesis: the database has joined the network with genesis {first}; it belongs to one network for good");
        }

        var stored = StoredNetwork.Load(store, genesis);
        var chain = stored.Chain;
        var added = new List<Charter>();
        foreach (var charter in offered)
        {
            switch (chain.Add(charter))
            {
                case CharterAddition.Added addition:
                    chain = addition.Chain;
                    added.Add(charter);
                    break;
                case CharterAddition.Gap gap:
                    return reply.Refused($"--charter: charter {gap.Missing} is missing before {gap.Offered}");
                case CharterAddition.Refused refused:
                    return reply.Refused($"--charter: charter {charter.Number}: {refused.Detail}");
                default:
                    break;   // it is there already
            }
        }

        if (Stranger(home, chain.Current!) is { } fault)
        {
            return reply.Refused(fault);
        }

        if (added.Count > 0 && stored.OwnLogs.Count > 0)
        {
            return reply.Refused("--charter: this node has begun its ledger; hand a newer charter to the running node, which writes that down (POST /charters)");
        }

        await Keep(home, store, added);
        home.SetGenesis(genesis);
        return Tell(reply, chain.Current!, added.Count);
    }

    // Charters first: a crash before the genesis is in comity.json is repaired by the same command.
    private static async Task Keep(NodeHome home, NodeStore store, List<Charter> added)
    {
        await store.WriteAsync(session => added.ForEach(charter => Membership.InsertCharter(session, charter)));
        NodeHome.MakePrivate(home.ChartersFolder);
        foreach (var charter in added)
        {
            DurableFile.Replace(Path.Combine(home.ChartersFolder, charter.Number.ToString("0000", CultureInfo.InvariantCulture) + ".jws"), charter.Document.ToJson());
        }
    }

    private static string? Stranger(NodeHome home, Charter charter)
    {
        var code = home.Options.Member;
        if (charter.Find(code) is not { } listed)
        {
            return $"--charter: {code} is no member by charter {charter.Number}";
        }

        if (!CommandFile.TryRead(home.ApplicationFile, 4 * MemberApplication.MaxBytes, out byte[]? content, out string? fault))
        {
            return fault;
        }

        if (!MemberApplication.TryRead(content, out var application, out var faults))
        {
            return $"{home.ApplicationFile}: {string.Join("; ", faults)}";
        }

        foreach (var (use, keys) in application.Member.Keys.All)
        {
            if (!listed.Keys[use].All.Any(k => k.Id == keys.Current.Id))
            {
                return $"--charter: charter {charter.Number} lists another {use.ToString().ToLowerInvariant()} key for {code} than this home has";
            }
        }

        return null;
    }

    private static int Tell(Reply reply, Charter current, int added) => reply
        .Fact("network", current.Network).Fact("number", current.Number).Fact("hash", current.Hash.ToString()).Fact("added", added, $"charters taken in: {added}")
        .Fact("members", new JsonArray([.. current.Members.Select(m => JsonValue.Create(m.Code.ToString()))]), $"members {string.Join(", ", current.Members.Select(m => m.Code).Order())}")
        .Fact("expires", $"{current.Expires:u}").Say("next: comity run").Done();
}
