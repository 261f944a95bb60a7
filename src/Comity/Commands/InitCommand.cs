using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Home;

namespace Comity.Commands;

/// <summary><c>comity init</c>: makes a node's home with new keys and an application to join a network.</summary>
public static class InitCommand
{
    private static readonly (string Path, string Option)[] Names =
    [
        ("$.member.name.en", "--name-en"), ("$.member.name.fr", "--name-fr"), ("$.member.code", "--member"), ("$.member.issues", "--issues"),
        ("$.member.address", "--address"), ("$.member.contact.desk", "--desk"), ("$.member.contact.phone", "--phone"), ("$.member.contact.email", "--email"),
        ("$.member.contact.languages", "--languages"), ("$.member.contact.hours", "--hours"), ("Comity:Database", "--database"),
        ("Comity:Exchange:Listen", "--exchange"), ("Comity:Api:Listen", "--api"),
    ];

    /// <summary>The command.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="randomness">Of keys and passphrases.</param>
    public static Command Create(TimeProvider clock, Randomness randomness)
    {
        var home = CommonOptions.Home();
        var member = Required("--member", "UTO", "This member: three letters, ISO 3166-1 alpha-3 or as Doc 9303 gives them.");
        var nameEn = Required("--name-en", "NAME", "The State's name in English.");
        var nameFr = Required("--name-fr", "NAME", "The State's name in French.");
        var issues = Required("--issues", "UTO,UTD", "The issuing codes on its travel documents, with commas between.");
        var address = Required("--address", "https://HOST:8443", "Where partners' nodes reach this one.");
        var desk = Required("--desk", "NAME", "The desk that answers partners; a desk, never a person.");
        var phone = Required("--phone", "NUMBER", "Its telephone as dialled from abroad.");
        var email = Required("--email", "ADDRESS", "Its e-mail address.");
        var languages = Required("--languages", "en,fr", "The languages it answers in, the preferred first.");
        var hours = Required("--hours", "24/7", "When somebody answers.");
        var database = new Option<string?>("--database") { Description = "An SQLite file or a PostgreSQL connection string. Default: comity.db in the home.", HelpName = "DATABASE" };
        var exchange = new Option<string?>("--exchange") { Description = "Where this machine listens for partners. Default: 0.0.0.0:8443.", HelpName = "ADDRESS:PORT" };
        var api = new Option<string?>("--api") { Description = "Where pages and API are served. Default: http://127.0.0.1:8600; any but a loopback address needs https, and Api:Certificate in comity.json.", HelpName = "URL" };
        var generate = new Option<string?>("--generate-passphrase") { Description = "Write a new random passphrase to this file and use it.", HelpName = "FILE" };
        var passphrase = CommonOptions.PassphraseFile();
        var rootPassphrase = CommonOptions.RootPassphraseFile();
        var force = CommonOptions.Force();
        var command = new Command("init", "Makes a node's home: keys, options and an application to join a network.")
        {
            home, member, nameEn, nameFr, issues, address, desk, phone, email, languages, hours, database, exchange, api, generate, passphrase, rootPassphrase, force,
        };
        Reply.Answers(command, (parsed, reply) =>
        {
            string folder = Path.GetFullPath(parsed.GetRequiredValue(home));
            var options = new JsonObject { ["Duty"] = new JsonObject { ["Contact"] = $"{parsed.GetRequiredValue(desk)}, {parsed.GetRequiredValue(phone)}" } };
            if (parsed.GetValue(database) is { } setting)
            {
                options["Database"] = setting;
            }

            foreach (var (name, given) in new[] { ("Exchange", exchange), ("Api", api) })
            {
                if (parsed.GetValue(given) is { } listen)
                {
                    options[name] = new JsonObject { ["Listen"] = listen };
                }
            }

            var contact = new ContactPoint(
                parsed.GetRequiredValue(desk), parsed.GetRequiredValue(phone), parsed.GetRequiredValue(email), Split(parsed.GetRequiredValue(languages)), parsed.GetRequiredValue(hours));
            var faults = new List<string>();
            var details = new MemberApplication.Details(
                Code(parsed.GetRequiredValue(member), faults), new MemberName(parsed.GetRequiredValue(nameEn), parsed.GetRequiredValue(nameFr)),
                Issues(parsed.GetRequiredValue(issues), faults), Address(parsed.GetRequiredValue(address), faults), contact);
            if (faults.Count == 0)
            {
                faults.AddRange(NodeHome.Check(details, options, clock, randomness).Select(InOptions));
            }

            if (Occupied(folder, parsed.GetValue(force)) is { } occupied)
            {
                faults.Add(occupied);
            }

            if (faults.Count > 0)
            {
                return reply.Refused(faults);
            }

            if (!TryPassphrases(parsed.GetValue(generate), parsed.GetValue(passphrase), parsed.GetValue(rootPassphrase), parsed.GetValue(force), randomness, out var secrets, out string? fault))
            {
                return reply.Refused(fault!);
            }

            var root = NodeHome.Create(folder, details, options, secrets.Online, secrets.Root, clock, randomness);
            return Tell(reply, folder, details.Code, root, parsed.GetValue(generate)).Done();
        });
        return command;
    }

    private static Reply Tell(Reply reply, string folder, MemberCode member, KeyId root, string? passphraseFile)
    {
        reply.Fact("home", folder).Fact("member", member.ToString());
        if (passphraseFile is not null)
        {
            reply.Fact("passphraseFile", passphraseFile, $"passphrase in {passphraseFile}: keep a copy apart from the keys; without it they are lost");
        }

        return reply
            .Fact("rootKey", root.ToString())
            .Fact("rootFingerprint", root.ToFingerprint(), $"root fingerprint, to be read out in person: {root.ToFingerprint()}")
            .Fact("application", Path.Combine(folder, "application.jws"), $"next: hand {Path.Combine(folder, "application.jws")} to whoever draws up the charter (comity charter add)")
            .Say($"next: move {Path.Combine(folder, "root")} to a medium that is kept offline; comity charter sign reads it there")
            .Say("next: with the signed charter and its hash read out in person, comity join");
    }

    private static string? Occupied(string folder, bool force)
    {
        if (File.Exists(folder))
        {
            return $"--home: {folder} is a file";
        }

        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            return null;
        }

        if (!NodeHome.Exists(folder))
        {
            return force ? null
                : $"--home: {folder} holds the beginnings of a home whose comity init did not finish, or something else; nothing refers to keys there yet: remove the folder, or use --force to begin again in it";
        }

        // Keys that a charter lists cannot be had again.
        return !NodeHome.TryOpen(folder, out var home, out _) || home.Options.Genesis is not null || !force
            ? $"--home: {folder} is a node's home already{(force ? ", and one that has joined a network or cannot be read: it is not overwritten" : "; --force makes new keys in it, as long as it has not joined a network")}"
            : null;
    }

    private static bool TryPassphrases(
        string? generate, string? file, string? rootFile, bool force, Randomness randomness, out (string Online, string Root) secrets, out string? fault)
    {
        secrets = default;
        string? online;
        if (generate is not null)
        {
            if (!CommandFile.MayWrite(generate, force, out fault))
            {
                fault = "--generate-passphrase: " + fault;
                return false;
            }

            online = null;
        }
        else if (!Passphrase.TryFind(file, out online, out fault))
        {
            return false;
        }

        string? root = null;
        if (rootFile is not null && !Passphrase.TryFind(rootFile, out root, out fault))
        {
            return false;
        }

        online ??= Passphrase.Generate(generate!, randomness);
        secrets = (online, root ?? online);
        return true;
    }

    private static MemberCode Code(string text, List<string> faults)
    {
        if (!MemberCode.TryParse(text, null, out var code))
        {
            faults.Add("--member: must be three letters A to Z");
        }

        return code;
    }

    private static List<IssuingCode> Issues(string text, List<string> faults)
    {
        var codes = new List<IssuingCode>();
        foreach (string part in Split(text))
        {
            if (IssuingCode.TryParse(part, null, out var code))
            {
                codes.Add(code);
            }
            else
            {
                faults.Add($"--issues: {part} is not one to three letters A to Z");
            }
        }

        return codes;
    }

    private static Uri Address(string text, List<string> faults)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "https", PathAndQuery: "/", UserInfo: "", Fragment: "" })
        {
            return uri;
        }

        faults.Add("--address: must be an https address of a host and perhaps a port");
        return new Uri("https://invalid/");
    }

    private static string InOptions(string fault)
    {
        foreach (var (path, option) in Names)
        {
            if (fault.StartsWith(path, StringComparison.Ordinal))
            {
                return option + fault[path.Length..];
            }
        }

        return fault;
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static Option<string> Required(string name, string help, string description) => new(name) { Description = description, HelpName = help, Required = true };
}
