using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.Home;

namespace Comity.Tests.Commands;

public sealed class MembershipCommandTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task From_nothing_to_three_members_joined_under_a_threshold_of_two()
    {
        var genesis = await _cli.Joined("UTO", "XAR", "XLY");

        foreach (var member in new[] { "UTO", "XAR", "XLY" })
        {
            Assert.True(NodeHome.TryOpen(_cli.In(member), out var home, out _));
            Assert.Equal(genesis, home.Options.Genesis);
            Assert.True(home.TryLoadKeys("correct horse", out var ring, out _));
            Assert.True(home.TryLoadStorageKey(ring, out var storageKey, out _));
            using var store = home.OpenStore();
            var membership = Membership.Load(store, home.Identity(ring)!, TimeProvider.System, new BodySealer(storageKey, Core.Randomness.System));
            Assert.Equal(2, membership.Chain.Current!.Threshold);
            Assert.Equal(["UTO", "XAR", "XLY"], membership.Directory.Members.Select(m => m.Code.ToString()).Order());
            Assert.Equal(SharingMode.Replicated, membership.Terms(RegisterName.Parse("travel-documents"))!.Mode);
        }
    }

    [Fact]
    public async Task The_second_charter_needs_two_of_three_signatures_and_not_one()
    {
        var genesis = await _cli.Network("UTO", "XAR", "XLY");
        await _cli.Must("charter", "new", "--after", _cli.In("charter.jws"), "--out", _cli.In("second.json"));
        await _cli.Must("charter", "sign", _cli.In("second.json"), "--root", _cli.In("UTO/root"), "--root-passphrase-file", _cli.In("root-pass"));

        var one = await _cli.Run("charter", "verify", _cli.In("second.jws"), "--previous", _cli.In("charter.jws"), "--genesis", genesis.ToString());
        Assert.Equal(1, one.Code);
        Assert.Contains("1 of the members before signed, 2 must", one.Error, StringComparison.Ordinal);

        await _cli.Must("charter", "sign", _cli.In("second.jws"), "--root", _cli.In("XLY/root"), "--root-passphrase-file", _cli.In("root-pass"));
        var two = await _cli.Must("charter", "verify", _cli.In("second.jws"), "--previous", _cli.In("charter.jws"), "--genesis", genesis.ToString(), "--json");
        Assert.Equal("""["UTO","XLY"]""", two.Json["signed"]!.ToJsonString());
        await _cli.Must("join", "--home", _cli.In("UTO"), "--genesis", genesis.ToString(), "--charter", _cli.In("second.jws"), _cli.In("charter.jws"));
    }

    [Fact]
    public async Task A_charter_that_lacks_a_new_members_signature_is_not_valid()
    {
        await _cli.Network("UTO", "XAR");

        var verified = await _cli.Run("charter", "verify", _cli.In("UTO.jws"));

        Assert.Equal(1, verified.Code);
        Assert.Contains("XAR", verified.Error, StringComparison.Ordinal);
        var joined = await _cli.Run("join", "--home", _cli.In("UTO"), "--genesis", (await _cli.Run("charter", "show", _cli.In("UTO.jws"), "--json")).Json["hash"]!.GetValue<string>(), "--charter", _cli.In("UTO.jws"));
        Assert.Equal(1, joined.Code);
        Assert.Contains("the new root of XAR did not sign", joined.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_passphrase_is_told_with_the_file_and_without_the_passphrase()
    {
        await _cli.Must(_cli.Init("UTO"));

        var shown = await _cli.Run("keys", "show", "--home", _cli.In("UTO"), "--passphrase-file", _cli.In("wrong"));

        Assert.Equal(1, shown.Code);
        Assert.Matches(@"keys/signing-.*\.pem: the passphrase is not the one", shown.Error);
        Assert.DoesNotContain("battery", shown.Error + shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_genesis_than_the_one_joined_is_refused()
    {
        var genesis = await _cli.Joined("UTO");
        var other = new string('a', 64);

        var again = await _cli.Run("join", "--home", _cli.In("UTO"), "--genesis", other, "--charter", _cli.In("charter.jws"));
        Assert.Equal(1, again.Code);
        Assert.Contains($"this home has joined the network with genesis {genesis}", again.Error, StringComparison.Ordinal);

        // Not only comity.json remembers.
        var options = JsonNode.Parse(File.ReadAllText(_cli.In("UTO/comity.json")))!;
        options["Comity"]!.AsObject().Remove("Genesis");
        File.WriteAllText(_cli.In("UTO/comity.json"), options.ToJsonString());
        var forgot = await _cli.Run("join", "--home", _cli.In("UTO"), "--genesis", other, "--charter", _cli.In("charter.jws"));
        Assert.Equal(1, forgot.Code);
        Assert.Contains($"the database has joined the network with genesis {genesis}", forgot.Error, StringComparison.Ordinal);
        await _cli.Must("join", "--home", _cli.In("UTO"), "--genesis", genesis.ToString(), "--charter", _cli.In("charter.jws"));
    }

    [Fact]
    public async Task The_wrong_hash_joins_nothing()
    {
        await _cli.Network("UTO");

        var joined = await _cli.Run("join", "--home", _cli.In("UTO"), "--genesis", new string('b', 64), "--charter", _cli.In("charter.jws"));

        Assert.Equal(1, joined.Code);
        Assert.Contains("was given", joined.Error, StringComparison.Ordinal);
        Assert.True(NodeHome.TryOpen(_cli.In("UTO"), out var home, out _));
        Assert.Null(home.Options.Genesis);
    }

    [Fact]
    public async Task A_tampered_charter_is_refused_whatever_byte_was_changed()
    {
        var genesis = await _cli.Network("UTO");
        byte[] whole = File.ReadAllBytes(_cli.In("charter.jws"));
        var text = Encoding.ASCII.GetString(whole);
        int payload = text.IndexOf("\"payload\"", StringComparison.Ordinal) + 13, signature = text.LastIndexOf("\"signature\"", StringComparison.Ordinal) + 16;

        foreach (int at in new[] { payload, payload + 100, payload + 1001, signature, signature + 20 })
        {
            byte[] changed = [.. whole];
            changed[at] = changed[at] == (byte)'A' ? (byte)'B' : (byte)'A';
            File.WriteAllBytes(_cli.In("changed.jws"), changed);
            var joined = await _cli.Run("join", "--home", _cli.In("UTO"), "--genesis", genesis.ToString(), "--charter", _cli.In("changed.jws"));
            Assert.Equal(1, joined.Code);
            Assert.NotEqual("", joined.Error);
        }
    }

    [Fact]
    public async Task A_node_does_not_join_by_a_charter_that_lists_other_keys_for_it()
    {
        var genesis = await _cli.Network("UTO", "XAR");
        await _cli.Must([.. _cli.Init("UTO"), "--force"]);

        var joined = await _cli.Run("join", "--home", _cli.In("UTO"), "--genesis", genesis.ToString(), "--charter", _cli.In("charter.jws"));

        Assert.Equal(1, joined.Code);
        Assert.Contains("lists another root key for UTO than this home has", joined.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_that_no_member_of_the_charter_has_signs_nothing()
    {
        await _cli.Network("UTO");
        await _cli.Must(_cli.Init("XAR"));

        var signed = await _cli.Run("charter", "sign", _cli.In("draft.json"), "--root", _cli.In("XAR/root"), "--root-passphrase-file", _cli.In("root-pass"), "--out", _cli.In("x.jws"));

        Assert.Equal(1, signed.Code);
        Assert.Contains("no member of this charter has it", signed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.In("x.jws")));
    }

    [Fact]
    public async Task Files_that_are_there_are_kept_unless_forced()
    {
        await _cli.Network("UTO");
        byte[] before = File.ReadAllBytes(_cli.In("draft.json"));

        var again = await _cli.Run("charter", "new", "--network", "other", "--out", _cli.In("draft.json"));

        Assert.Equal(1, again.Code);
        Assert.Equal(before, File.ReadAllBytes(_cli.In("draft.json")));
        await _cli.Must("charter", "new", "--network", "other", "--out", _cli.In("draft.json"), "--force");
    }

    [Fact]
    public async Task A_draft_with_a_fault_is_told_by_its_place_when_it_is_signed()
    {
        await _cli.Network("UTO");
        File.WriteAllText(_cli.In("bad.json"), File.ReadAllText(_cli.In("draft.json")).Replace("\"replicated\"", "\"sideways\"", StringComparison.Ordinal));
        File.WriteAllText(_cli.In("torn.json"), "{\n  \"comity\": ");

        var bad = await _cli.Run("charter", "sign", _cli.In("bad.json"), "--root", _cli.In("UTO/root"), "--root-passphrase-file", _cli.In("root-pass"));
        var torn = await _cli.Run("charter", "show", _cli.In("torn.json"));

        Assert.Equal((1, 1), (bad.Code, torn.Code));
        Assert.Contains("bad.json: $.registers[0].mode: must be one of", bad.Error, StringComparison.Ordinal);
        Assert.Contains("torn.json: is not JSON at line 2", torn.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_is_not_replaced_in_a_draft_by_accident()
    {
        await _cli.Network("UTO");

        var added = await _cli.Run("charter", "add", _cli.In("draft.json"), _cli.In("UTO/application.jws"));

        Assert.Equal(1, added.Code);
        Assert.Contains("UTO is in the draft already", added.Error, StringComparison.Ordinal);
        await _cli.Must("charter", "add", _cli.In("draft.json"), _cli.In("UTO/application.jws"), "--replace");
    }

    [Fact]
    public async Task What_is_shown_names_members_register_and_missing_signatures()
    {
        await _cli.Network("UTO", "XAR");

        var shown = await _cli.Must("charter", "show", _cli.In("UTO.jws"));

        Assert.Contains("State XAR / État XAR", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Register travel-documents: replicated", shown.Output, StringComparison.Ordinal);
        Assert.Contains("XAR  new root: MISSING", shown.Output, StringComparison.Ordinal);
    }
}
