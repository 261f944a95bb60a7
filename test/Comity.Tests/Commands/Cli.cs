using System.Text.Json.Nodes;
using Comity.Commands;
using Comity.Core.Members;

namespace Comity.Tests.Commands;

/// <summary>The commands of members and charter on a folder of their own, run as the program runs them.</summary>
internal sealed class Cli : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public Cli()
    {
        File.WriteAllText(In("pass"), "correct horse\n");
        File.WriteAllText(In("root-pass"), "another horse\n");
        File.WriteAllText(In("wrong"), "battery staple\n");
        foreach (var file in new[] { "pass", "root-pass", "wrong" })
        {
            SetMode(In(file), Private);
        }
    }

    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void SetMode(string file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, mode);
        }
    }

    public static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    /// <summary>What the commands take for the time.</summary>
    public TimeProvider Clock { get; set; } = new StoppedClock(Now);

    /// <summary>Where a member's node is answered, as its application says.</summary>
    public Func<string, string> AddressOf { get; init; } = member => $"https://{member.ToLowerInvariant()}.example:8443";

    public string Folder { get; } = Directory.CreateTempSubdirectory("comity-cli-").FullName;

    public string In(string name) => Path.Combine(Folder, name);

    public async Task<Answer> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Root.RunAsync(arguments, Clock, output, error);
        return new Answer(code, output.ToString(), error.ToString());
    }

    public async Task<Answer> Must(params string[] arguments)
    {
        var answer = await Run(arguments);
        Assert.True(answer.Code == 0, $"comity {string.Join(' ', arguments)}\n{answer.Output}{answer.Error}");
        return answer;
    }

    public string[] Init(string member, params string[] more) =>
    [
        "init", "--home", In(member), "--member", member, "--name-en", "State " + member, "--name-fr", "État " + member, "--issues", member,
        "--address", AddressOf(member), "--desk", "Duty desk", "--phone", "+999 1", "--email", "desk@example.org",
        "--languages", "en,fr", "--hours", "24/7", "--passphrase-file", In("pass"), "--root-passphrase-file", In("root-pass"), .. more,
    ];

    /// <summary>Three homes, a charter with a threshold of two, signed by all, and its hash.</summary>
    public async Task<CharterHash> Network(params string[] members)
    {
        foreach (var member in members)
        {
            await Must(Init(member));
        }

        await Must("charter", "new", "--network", "trial", "--threshold", Math.Min(2, members.Length).ToString(), "--out", In("draft.json"));
        await Must(["charter", "add", In("draft.json"), .. members.Select(m => In(m + "/application.jws"))]);
        foreach (var member in members)
        {
            await Must("charter", "sign", In("draft.json"), "--root", In(member + "/root"), "--root-passphrase-file", In("root-pass"), "--out", In(member + ".jws"));
        }

        await Must(["charter", "sign", "--combine", .. members.Select(m => In(m + ".jws")), "--out", In("charter.jws")]);
        return CharterHash.Parse((await Must("charter", "verify", In("charter.jws"), "--json")).Json["hash"]!.GetValue<string>());
    }

    public async Task<CharterHash> Joined(params string[] members)
    {
        var genesis = await Network(members);
        foreach (var member in members)
        {
            await Must("join", "--home", In(member), "--genesis", genesis.ToString(), "--charter", In("charter.jws"));
        }

        return genesis;
    }

    public string[] Keys(string verb, string what, params string[] more) =>
        ["keys", verb, what, "--home", In("UTO"), "--passphrase-file", In("pass"), "--root-passphrase-file", In("root-pass"), "--out", In(verb + ".jws"), .. more];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

/// <summary>What a command answered.</summary>
internal sealed record Answer(int Code, string Output, string Error)
{
    public JsonObject Json => JsonNode.Parse(Output)!.AsObject();
}
