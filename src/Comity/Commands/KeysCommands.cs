using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Home;

namespace Comity.Commands;

/// <summary><c>comity keys</c>: this member's keys, their rotation and revocation. A notice is written to a file; the node takes it in and tells its partners.</summary>
public static class KeysCommands
{
    /// <summary>The command with its verbs.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="randomness">Of new log keys.</param>
    public static Command Create(TimeProvider clock, Randomness randomness) => new("keys", "This member's keys.") { Show(), Rotate(clock, randomness), Revoke(clock) };

    private static Command Show()
    {
        var home = CommonOptions.Home();
        var passphrase = CommonOptions.PassphraseFile();
        var command = new Command("show", "Shows the node's keys and what the network knows of them.") { home, passphrase };
        Reply.Answers(command, (parsed, reply) =>
        {
            if (!TryUnlock(parsed.GetRequiredValue(home), parsed.GetValue(passphrase), out var opened, out var ring, out var faults))
            {
                return reply.Refused(faults);
            }

            using (ring)
            {
                var directory = opened!.Options.Genesis is null ? null : StoredNetwork.Load(opened).Directory;
                foreach (var use in ring!.Uses)
                {
                    reply.Fact(use.ToString().ToLowerInvariant(), new JsonObject { ["current"] = Describe(ring.Current(use), directory), ["next"] = Describe(ring.Next(use), directory) },
                        $"{use.ToString().ToLowerInvariant(),-10} current {ring.Current(use).Id} {Standing(ring.Current(use), directory)}")
                        .Say($"{"",-10} next    {ring.Next(use).Id} {Standing(ring.Next(use), directory)}");
                }

                return reply.Done();
            }
        });
        return command;
    }

    private static JsonObject Describe(MemberKey key, MemberDirectory? directory) =>
        new() { ["kid"] = key.Id.ToString(), ["fingerprint"] = key.Id.ToFingerprint(), ["network"] = Standing(key, directory) };

    private static string Standing(MemberKey key, MemberDirectory? directory) =>
        directory is null ? "not joined" : directory.Find(key.Id)?.Status.GetType().Name.ToLowerInvariant() ?? "unknown to the network";

    private static Command Rotate(TimeProvider clock, Randomness randomness)
    {
        var use = new Argument<string>("use") { Description = "root, signing, tls, encryption or log." };
        use.AcceptOnlyFromAmong([.. Enum.GetNames<KeyUse>().Select(n => n.ToLowerInvariant())]);
        var (home, root, output, online, rootSecret, force) = Shared();
        var command = new Command("rotate", "Makes the next key the current one, makes a new next one, and writes the notice that tells the network. Stop the node first.") { use, home, root, output, online, rootSecret, force };
        Reply.Answers(command, (parsed, reply) =>
        {
            if (!CommandFile.MayWrite(parsed.GetRequiredValue(output), parsed.GetValue(force), out string? fault))
            {
                return reply.Refused("--out: " + fault);
            }

            using var bench = Bench.Open(parsed.GetRequiredValue(home), parsed.GetValue(root), parsed.GetValue(online), parsed.GetValue(rootSecret), clock, out var faults);
            return bench is null ? reply.Refused(faults) : Rotate(reply, bench, Enum.Parse<KeyUse>(parsed.GetRequiredValue(use), ignoreCase: true), parsed.GetRequiredValue(output), randomness);
        });
        return command;
    }

    private static int Rotate(Reply reply, Bench bench, KeyUse use, string output, Randomness randomness)
    {
        var known = bench.Network.Directory.Find(bench.Member)!.Keys[use];
        var ring = use == KeyUse.Root ? bench.Root : bench.Online;

        // A rotation whose notice was lost has moved the ring on already: then the notice is all that is missing.
        bool again = ring.Current(use).Id == known.Next?.Id;
        if (!again && (ring.Current(use).Id != known.Current.Id || ring.Next(use).Id != known.Next?.Id))
        {
            return reply.Refused($"the {Spell(use)} keys here are not those that the network knows: current {ring.Current(use).Id} here, {known.Current.Id} there; an earlier notice has not been taken in yet");
        }

        var rotated = again ? ring : ring.Rotate(use, randomness);
        var sizes = use == KeyUse.Log ? bench.Network.OwnLogs : new Dictionary<string, long>();
        var notice = bench.Draft.Rotation(bench.Member, use, known, sizes, rotated.Next(use).Public).SignedBy(bench.Signer);
        if (bench.Refusal(notice) is { } refusal)
        {
            return reply.Refused(refusal);
        }

        if (!again)
        {
            Keep(bench, use, rotated, randomness);
        }

        DurableFile.Replace(output, notice.ToJson());
        return reply.Fact("use", Spell(use)).Fact("retired", known.Current.Id.ToString()).Fact("current", rotated.Current(use).Id.ToString()).Fact("next", rotated.Next(use).Id.ToString())
            .Fact("again", again, again ? "the keys had been rotated before; this notice says it again" : "the keys are rotated")
            .Fact("notice", output, $"next: start the node again and hand it {output} (POST /notices)").Done();
    }

    private static void Keep(Bench bench, KeyUse use, KeyRing rotated, Randomness randomness)
    {
        if (use == KeyUse.Root)
        {
            rotated.Save(bench.RootFolder, bench.RootPassphrase);
            return;
        }

        rotated.Save(bench.Home.KeysFolder, bench.Passphrase);
        if (use == KeyUse.Encryption && bench.Home.TryLoadStorageKey(rotated, out byte[]? storageKey, out _))
        {
            bench.Home.SealStorageKey(rotated, storageKey, randomness);
            CryptographicOperations.ZeroMemory(storageKey);
        }
    }

    private static Command Revoke(TimeProvider clock)
    {
        var kid = new Argument<string>("kid") { Description = "The key's thumbprint, as comity keys show prints it." };
        var reason = new Option<string>("--reason") { Description = "unspecified, compromised, lost or ceased. Default: unspecified.", DefaultValueFactory = _ => "unspecified" };
        reason.AcceptOnlyFromAmong([.. Enum.GetNames<RevocationReason>().Select(n => n.ToLowerInvariant())]);
        var trust = new Option<string[]>("--trust") { Description = "The last size of a log that is still trusted. Default: every log of this node as it stands.", HelpName = "ORIGIN=SIZE" };
        var (home, root, output, online, rootSecret, force) = Shared();
        var command = new Command("revoke", "Writes the notice that a key must not be trusted any more.") { kid, reason, trust, home, root, output, online, rootSecret, force };
        Reply.Answers(command, (parsed, reply) =>
        {
            string file = parsed.GetRequiredValue(output);
            if (!CommandFile.MayWrite(file, parsed.GetValue(force), out string? fault))
            {
                return reply.Refused("--out: " + fault);
            }

            if (!KeyId.TryParse(parsed.GetRequiredValue(kid), null, out var key))
            {
                return reply.Refused("kid: must be the 43 characters of a thumbprint");
            }

            using var bench = Bench.Open(parsed.GetRequiredValue(home), parsed.GetValue(root), parsed.GetValue(online), parsed.GetValue(rootSecret), clock, out var faults);
            if (bench is null || !TryTrust(parsed.GetValue(trust), bench.Network.OwnLogs, out var sizes, out faults))
            {
                return reply.Refused(faults);
            }

            return Revoke(reply, bench, key, Enum.Parse<RevocationReason>(parsed.GetRequiredValue(reason), ignoreCase: true), sizes, file);
        });
        return command;
    }

    private static int Revoke(Reply reply, Bench bench, KeyId key, RevocationReason reason, IReadOnlyDictionary<string, long> sizes, string file)
    {
        if (bench.Network.Directory.Find(key) is not { } known || known.Member.Code != bench.Member)
        {
            return reply.Refused($"kid: {bench.Member} has no key {key}; another member's key is revoked by a threshold of roots");
        }

        var notice = bench.Draft.Revocation(bench.Member, key, reason, sizes).SignedBy(bench.Signer);
        if (bench.Refusal(notice) is { } refusal)
        {
            return reply.Refused(refusal);
        }

        DurableFile.Replace(file, notice.ToJson());
        reply.Fact("key", key.ToString()).Fact("use", Spell(known.Use)).Fact("reason", Spell(reason))
            .Fact("trustedSizes", new JsonObject(sizes.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Key, s.Value))), $"trusted: {Sizes(sizes)}")
            .Fact("notice", file, $"next: hand {file} to the node (POST /notices)");
        if (known.Status is KeyStatus.Current)
        {
            reply.Say($"next: this is the current key, so nothing that it signs counts any more: comity keys rotate {Spell(known.Use)}, once the node has taken the notice in");
        }

        return reply.Done();
    }

    private static bool TryTrust(string[]? given, IReadOnlyDictionary<string, long> own, out IReadOnlyDictionary<string, long> sizes, out IReadOnlyList<string> faults)
    {
        var wrong = new List<string>();
        var read = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string text in given ?? [])
        {
            int at = text.LastIndexOf('=');
            if (at > 0 && long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long size))
            {
                read[text[..at]] = size;
            }
            else
            {
                wrong.Add($"--trust: {text} is not ORIGIN=SIZE");
            }
        }

        faults = wrong;
        sizes = given is { Length: > 0 } ? read : own;
        return wrong.Count == 0;
    }

    private static bool TryUnlock(string path, string? passphraseFile, out NodeHome? home, out KeyRing? ring, out IReadOnlyList<string> faults)
    {
        ring = null;
        if (!NodeHome.TryOpen(path, out home, out faults))
        {
            return false;
        }

        if (!Passphrase.TryFind(passphraseFile, out string? passphrase, out string? fault) || !home.TryLoadKeys(passphrase, out ring, out fault))
        {
            faults = [fault];
            return false;
        }

        return true;
    }

    internal static (Option<string> Home, Option<string?> Root, Option<string> Out, Option<string?> Online, Option<string?> RootSecret, Option<bool> Force) Shared() => (
        CommonOptions.Home(),
        new Option<string?>("--root") { Description = "The folder with the root keys. Default: root in the home.", HelpName = "DIR" },
        new Option<string>("--out") { Description = "The notice to write. Default: notice.jws.", HelpName = "FILE", DefaultValueFactory = _ => "notice.jws" },
        CommonOptions.PassphraseFile(), CommonOptions.RootPassphraseFile(), CommonOptions.Force());

    internal static string Spell<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    internal static string Sizes(IReadOnlyDictionary<string, long> sizes) =>
        sizes.Count == 0 ? "nothing" : string.Join(", ", sizes.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} up to {s.Value}"));

    /// <summary>What a notice is drawn up with: home, both rings, and the network as this node knows it.</summary>
    internal sealed record Bench(NodeHome Home, KeyRing Online, KeyRing Root, string RootFolder, string Passphrase, string RootPassphrase, StoredNetwork Network, DateTimeOffset Now) : IDisposable
    {
        public MemberCode Member => Home.Options.Member;

        /// <summary>A root that still counts: the next one after the current was revoked.</summary>
        public SigningKey Signer => Network.Directory.Find(Root.Current(KeyUse.Root).Id) is { Status: KeyStatus.Revoked } ? Root.Next(KeyUse.Root).Signer : Root.Current(KeyUse.Root).Signer;

        public NoticeDraft Draft => new(Network.Chain, Network.Notices, Now);

        public static Bench? Open(string path, string? rootFolder, string? passphraseFile, string? rootPassphraseFile, TimeProvider clock, out IReadOnlyList<string> faults)
        {
            if (!TryUnlock(path, passphraseFile, out var home, out var online, out faults))
            {
                return null;
            }

            string folder = rootFolder ?? home!.RootFolder;
            if (!Comity.Home.Passphrase.TryFind(passphraseFile, out string? secret, out string? fault) || !Comity.Home.Passphrase.TryFind(rootPassphraseFile ?? passphraseFile, out string? rootSecret, out fault)
                || !NodeHome.TryLoadRing(folder, [KeyUse.Root], rootSecret, out var root, out fault))
            {
                online!.Dispose();
                faults = [$"--root: {fault}"];
                return null;
            }

            return new Bench(home!, online!, root, folder, secret, rootSecret, StoredNetwork.Load(home!), clock.GetUtcNow());
        }

        /// <summary>Why the network would not take the notice; null where it would.</summary>
        public string? Refusal(JwsDocument notice) => Network.Notices.Add(notice.ToJson(), Network.Chain) switch
        {
            NoticeAddition.Added or NoticeAddition.Conflict => null,
            NoticeAddition.Refused refused => refused.Detail,
            _ => "the notice would have no effect",
        };

        public void Dispose()
        {
            Online.Dispose();
            Root.Dispose();
        }
    }
}
