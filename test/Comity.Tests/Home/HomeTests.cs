using Comity.Home;
using Comity.Tests.Commands;

namespace Comity.Tests.Home;

public sealed class HomeTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Nobody_else_reads_what_init_makes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix's.");
        await _cli.Must(_cli.Init("UTO", "--generate-passphrase", _cli.In("generated")));

        string home = _cli.In("UTO");
        Assert.All(Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories).Append(_cli.In("generated")),
            file => Assert.Equal(Cli.Private, Cli.ModeOf(file)));
        Assert.All(Directory.EnumerateDirectories(home, "*", SearchOption.AllDirectories).Append(home),
            folder => Assert.Equal(Cli.Private | UnixFileMode.UserExecute, Cli.ModeOf(folder)));
    }

    [Fact]
    public async Task A_generated_passphrase_opens_the_keys_and_is_not_printed()
    {
        var made = await _cli.Must(_cli.Init("UTO", "--generate-passphrase", _cli.In("generated")));

        string passphrase = File.ReadAllText(_cli.In("generated")).Trim();
        Assert.DoesNotContain(passphrase, made.Output + made.Error, StringComparison.Ordinal);
        Assert.True(NodeHome.TryOpen(_cli.In("UTO"), out var home, out _));
        Assert.True(home.TryLoadKeys(passphrase, out var ring, out _));
        Assert.True(home.TryLoadStorageKey(ring, out var key, out _));
        Assert.Equal(NodeHome.StorageKeyBytes, key.Length);
    }

    [Fact]
    public async Task Every_refused_field_is_named_as_it_was_typed()
    {
        string[] arguments = _cli.Init("UTO");
        void Set(string option, string value) => arguments[Array.IndexOf(arguments, option) + 1] = value;
        Set("--member", "uto");
        Set("--issues", "UTO,1");
        Set("--address", "http://uto.example");

        var parsed = await _cli.Run(arguments);
        Assert.Equal(1, parsed.Code);
        Assert.Equal(["--member:", "--issues:", "--address:"], parsed.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));

        Set("--member", "UTO");
        Set("--issues", "UTO");
        Set("--address", "https://uto.example");
        Set("--name-fr", "");
        Set("--hours", new string('x', 101));
        var read = await _cli.Run(arguments);
        Assert.Equal(1, read.Code);
        Assert.Equal(["--name-fr:", "--hours:"], read.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
        Assert.False(Directory.Exists(_cli.In("UTO")));
    }

    [Fact]
    public async Task An_init_that_was_killed_at_any_file_is_told_and_can_be_begun_again()
    {
        await _cli.Must(_cli.Init("UTO"));
        // In the order in which they are written: a kill leaves those before.
        foreach (string missing in new[] { "comity.json", "application.jws", "storage.jwe", "root/keyring.json", "keys/keyring.json" })
        {
            File.Delete(_cli.In("UTO/" + missing));

            var again = await _cli.Run(_cli.Init("UTO"));
            Assert.Equal(1, again.Code);
            Assert.Contains("did not finish", again.Error, StringComparison.Ordinal);
            var used = await _cli.Run("keys", "show", "--home", _cli.In("UTO"), "--passphrase-file", _cli.In("pass"));
            Assert.Equal(1, used.Code);
            Assert.Contains("its comity init did not finish", used.Error, StringComparison.Ordinal);
        }

        await _cli.Must(_cli.Init("UTO", "--force"));
        Assert.True(NodeHome.TryOpen(_cli.In("UTO"), out var home, out _));
        Assert.True(home.TryLoadKeys("correct horse", out var ring, out _) && home.TryLoadStorageKey(ring, out _, out _));
        Assert.Equal(8, Directory.GetFiles(home.KeysFolder, "*.pem").Length);
    }

    [Fact]
    public async Task The_keys_of_a_home_that_joined_are_not_replaced_even_by_force()
    {
        await _cli.Joined("UTO");
        string keys = File.ReadAllText(_cli.In("UTO/keys/keyring.json"));

        var again = await _cli.Run(_cli.Init("UTO", "--force"));

        Assert.Equal(1, again.Code);
        Assert.Equal(keys, File.ReadAllText(_cli.In("UTO/keys/keyring.json")));
    }

    [Fact]
    public async Task A_passphrase_file_that_everybody_reads_or_that_is_empty_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix's.");
        Cli.SetMode(_cli.In("pass"), Cli.Private | UnixFileMode.OtherRead);
        Assert.Contains("is open to everybody", (await _cli.Run(_cli.Init("UTO"))).Error, StringComparison.Ordinal);

        File.WriteAllText(_cli.In("wrong"), "\n");
        Assert.False(Passphrase.TryFind(_cli.In("wrong"), out _, out var fault));
        Assert.Contains("must hold one line", fault, StringComparison.Ordinal);
        Assert.False(Passphrase.TryFind(_cli.In("none"), out _, out fault));
        Assert.Contains("is not there", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_passphrase_is_sought_in_the_file_given_then_its_variable_then_the_credential_then_the_variable_itself()
    {
        Dictionary<string, string> environment = [];
        string? Found(string? file = null) => Passphrase.TryFind(file, environment.GetValueOrDefault, out var passphrase, out _) ? passphrase : null;

        Assert.Null(Found());
        environment[Passphrase.Variable] = "from the variable";
        Assert.Equal("from the variable", Found());
        environment["CREDENTIALS_DIRECTORY"] = _cli.Folder;
        Assert.Equal("from the variable", Found());
        File.Copy(_cli.In("wrong"), _cli.In("comity-passphrase"));
        Assert.Equal("battery staple", Found());
        environment[Passphrase.FileVariable] = _cli.In("root-pass");
        Assert.Equal("another horse", Found());
        Assert.Equal("correct horse", Found(_cli.In("pass")));
    }

    [Fact]
    public async Task A_storage_key_that_was_changed_is_not_opened()
    {
        await _cli.Must(_cli.Init("UTO"));
        Assert.True(NodeHome.TryOpen(_cli.In("UTO"), out var home, out _));
        Assert.True(home.TryLoadKeys("correct horse", out var ring, out _));
        char[] sealed_ = File.ReadAllText(_cli.In("UTO/storage.jwe")).ToCharArray();
        int middle = Array.LastIndexOf(sealed_, '.') - 10;
        sealed_[middle] = sealed_[middle] == 'A' ? 'B' : 'A';
        File.WriteAllText(_cli.In("UTO/storage.jwe"), new string(sealed_));

        Assert.False(home.TryLoadStorageKey(ring, out _, out var fault));
        Assert.Contains("storage.jwe: the text was changed", fault, StringComparison.Ordinal);
    }
}
