using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.Home;

namespace Comity.Tests.Commands;

public sealed class KeysCommandTests : IDisposable
{
    private static readonly MemberCode Uto = MemberCode.Parse("UTO");
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData(KeyUse.Root)]
    [InlineData(KeyUse.Signing)]
    [InlineData(KeyUse.Tls)]
    [InlineData(KeyUse.Encryption)]
    [InlineData(KeyUse.Log)]
    public async Task A_rotation_is_what_the_directory_then_says(KeyUse use)
    {
        var genesis = await _cli.Joined("UTO");
        var before = Directory(genesis).Find(Uto)!.Keys[use];

        var rotated = await _cli.Must(_cli.Keys("rotate", use.ToString().ToLowerInvariant(), "--json"));

        var after = Directory(genesis, "rotate.jws").Find(Uto)!.Keys[use];
        Assert.Equal(before.Next, after.Current);
        Assert.Equal(before.Current, Assert.Single(after.Retired).Key);
        Assert.Equal(after.Current.Id.ToString(), rotated.Json["current"]!.GetValue<string>());
        Assert.True(NodeHome.TryLoadRing(_cli.In(use == KeyUse.Root ? "UTO/root" : "UTO/keys"), [use], use == KeyUse.Root ? "another horse" : "correct horse", out var ring, out _));
        Assert.Equal((after.Current.Id, after.Next!.Id), (ring.Current(use).Id, ring.Next(use).Id));
    }

    [Fact]
    public async Task After_the_encryption_key_was_rotated_the_storage_key_opens_with_the_new_one_alone()
    {
        await _cli.Joined("UTO");
        Assert.True(NodeHome.TryOpen(_cli.In("UTO"), out var home, out _));
        Assert.True(home.TryLoadKeys("correct horse", out var old, out _));
        Assert.True(home.TryLoadStorageKey(old, out var before, out _));

        await _cli.Must(_cli.Keys("rotate", "encryption"));

        Assert.True(home.TryLoadKeys("correct horse", out var ring, out _));
        Assert.True(home.TryLoadStorageKey(ring, out var after, out _));
        Assert.Equal(before, after);
        Assert.Contains(ring.Current(KeyUse.Encryption).Id.ToString(), HeaderOf(File.ReadAllText(_cli.In("UTO/storage.jwe"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_whose_notice_was_lost_is_told_again_with_the_same_keys()
    {
        var genesis = await _cli.Joined("UTO");
        var first = await _cli.Must(_cli.Keys("rotate", "signing", "--json"));
        File.Delete(_cli.In("rotate.jws"));

        var again = await _cli.Must(_cli.Keys("rotate", "signing", "--json"));

        Assert.True(again.Json["again"]!.GetValue<bool>());
        Assert.Equal(first.Json["next"]!.GetValue<string>(), again.Json["next"]!.GetValue<string>());
        Assert.Equal(first.Json["current"]!.GetValue<string>(), Directory(genesis, "rotate.jws").Find(Uto)!.Keys[KeyUse.Signing].Current.Id.ToString());
    }

    [Fact]
    public async Task A_notice_that_is_there_stops_a_rotation_before_a_key_is_made()
    {
        await _cli.Joined("UTO");
        File.WriteAllText(_cli.In("rotate.jws"), "kept");
        string index = File.ReadAllText(_cli.In("UTO/keys/keyring.json"));

        var rotated = await _cli.Run(_cli.Keys("rotate", "tls"));

        Assert.Equal(1, rotated.Code);
        Assert.Equal("kept", File.ReadAllText(_cli.In("rotate.jws")));
        Assert.Equal(index, File.ReadAllText(_cli.In("UTO/keys/keyring.json")));
    }

    [Fact]
    public async Task A_revoked_key_is_trusted_up_to_the_sizes_given_and_no_further()
    {
        var genesis = await _cli.Joined("UTO");
        var key = Directory(genesis).Find(Uto)!.Keys[KeyUse.Log].Current.Id;

        await _cli.Must(_cli.Keys("revoke", key.ToString(), "--reason", "compromised", "--trust", "example/log=7"));

        var status = Directory(genesis, "revoke.jws").Find(key)!.Status;
        Assert.True(status.Covers("example/log", 7));
        Assert.False(status.Covers("example/log", 8));
        var shown = await _cli.Must("notice", "show", _cli.In("revoke.jws"));
        Assert.Contains("reason compromised", shown.Output, StringComparison.Ordinal);
        Assert.Contains("trusted: example/log up to 7", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_members_key_is_not_revoked_by_one_root()
    {
        var genesis = await _cli.Joined("UTO", "XAR");
        var key = Directory(genesis).Find(MemberCode.Parse("XAR"))!.Keys[KeyUse.Signing].Current.Id;

        var revoked = await _cli.Run(_cli.Keys("revoke", key.ToString()));

        Assert.Equal(1, revoked.Code);
        Assert.Contains("a threshold of roots", revoked.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.In("revoke.jws")));
    }

    [Fact]
    public async Task Faults_of_a_revocation_are_told_by_field()
    {
        await _cli.Joined("UTO");

        Assert.Contains("kid: must be the 43 characters", (await _cli.Run(_cli.Keys("revoke", "short"))).Error, StringComparison.Ordinal);
        Assert.Contains("--trust: seven is not ORIGIN=SIZE", (await _cli.Run(_cli.Keys("revoke", new string('A', 43), "--trust", "seven"))).Error, StringComparison.Ordinal);
        Assert.Contains("UTO has no key", (await _cli.Run(_cli.Keys("revoke", new string('A', 43)))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retired_log_key_covers_the_ledger_as_it_stood_and_no_charter_passes_by_the_ledger()
    {
        var genesis = await _cli.Joined("UTO");
        await _cli.Must(_cli.Keys("rotate", "tls"));
        var (origin, size) = await TakeIn("rotate.jws");
        File.Delete(_cli.In("rotate.jws"));

        var retired = Directory(genesis).Find(Uto)!.Keys[KeyUse.Log].Current.Id;
        await _cli.Must(_cli.Keys("rotate", "log"));
        var shown = await _cli.Must("notice", "show", _cli.In("rotate.jws"), "--json");
        Assert.Equal(size, shown.Json["logSizes"]![origin]!.GetValue<long>());
        Assert.Equal(retired.ToString(), shown.Json["retired"]!.GetValue<string>());

        await _cli.Must("charter", "new", "--after", _cli.In("charter.jws"), "--home", _cli.In("UTO"), "--out", _cli.In("second.json"));
        await _cli.Must("charter", "sign", _cli.In("second.json"), "--root", _cli.In("UTO/root"), "--root-passphrase-file", _cli.In("root-pass"));
        var second = await _cli.Must("charter", "show", _cli.In("second.jws"), "--json");
        Assert.Equal(1, second.Json["charter"]!["members"]![0]!["noticed"]!.GetValue<long>());
        var joined = await _cli.Run("join", "--home", _cli.In("UTO"), "--genesis", genesis.ToString(), "--charter", _cli.In("second.jws"));
        Assert.Equal(1, joined.Code);
        Assert.Contains("has begun its ledger", joined.Error, StringComparison.Ordinal);
    }

    private async Task<(string Origin, long Size)> TakeIn(string notice)
    {
        Assert.True(NodeHome.TryOpen(_cli.In("UTO"), out var home, out _));
        Assert.True(home.TryLoadKeys("correct horse", out var ring, out _));
        Assert.True(home.TryLoadStorageKey(ring, out var storageKey, out _));
        using var store = home.OpenStore();
        store.Signer = new CheckpointSigner(ring.Current(KeyUse.Log).Log);
        var membership = Membership.Load(store, home.Identity(ring)!, TimeProvider.System, new BodySealer(storageKey, Core.Randomness.System));
        Assert.IsType<NoticeAddition.Added>(await membership.AddNoticeAsync(File.ReadAllBytes(_cli.In(notice)), Actor.Node));
        return store.Read(session => session.First("SELECT origin, size FROM log WHERE kind = 'ledger'", row => (row.GetString(0), row.GetInt64(1))));
    }

    [Fact]
    public async Task A_folder_with_other_keys_is_not_taken_for_the_root()
    {
        await _cli.Joined("UTO");

        var rotated = await _cli.Run("keys", "rotate", "tls", "--home", _cli.In("UTO"), "--root", _cli.In("UTO/keys"), "--passphrase-file", _cli.In("pass"), "--out", _cli.In("rotate.jws"));

        Assert.Equal(1, rotated.Code);
        Assert.Contains("holds no root keys", rotated.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_keys_shown_are_those_that_the_network_knows()
    {
        await _cli.Joined("UTO");

        var shown = await _cli.Must("keys", "show", "--home", _cli.In("UTO"), "--passphrase-file", _cli.In("pass"), "--json");

        foreach (var use in new[] { "signing", "tls", "encryption", "log" })
        {
            Assert.Equal("current", shown.Json[use]!["current"]!["network"]!.GetValue<string>());
            Assert.Equal("next", shown.Json[use]!["next"]!["network"]!.GetValue<string>());
        }
    }

    private MemberDirectory Directory(CharterHash genesis, string? noticeFile = null)
    {
        var chain = Assert.IsType<CharterAddition.Added>(CharterChain.Pinned(genesis).Add(File.ReadAllBytes(_cli.In("charter.jws")))).Chain;
        var board = noticeFile is null ? NoticeBoard.Empty : Assert.IsType<NoticeAddition.Added>(NoticeBoard.Empty.Add(File.ReadAllBytes(_cli.In(noticeFile)), chain)).Board;
        return MemberDirectory.Of(chain.Current!, board);
    }

    private static string HeaderOf(string compact) =>
        StrictBase64Url.TryDecode(compact.Split('.')[0], out var header) ? System.Text.Encoding.UTF8.GetString(header) : "";
}
