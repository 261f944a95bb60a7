using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Tests.Members;

public sealed class MemberDirectoryTests
{
    private static readonly MemberCode U = TestNetwork.Utopia;
    private static readonly MemberCode A = TestNetwork.Arcadia;
    private static readonly MemberCode L = TestNetwork.Lyonesse;
    private readonly TestNetwork _network = new();

    private MemberDirectory Directory => MemberDirectory.Of(_network.Genesis(U, A, L), NoticeBoard.Empty);

    [Fact]
    public void Every_key_is_found_with_its_member_use_and_status()
    {
        var directory = Directory;
        foreach (var use in KeyRing.Online)
        {
            var current = directory.Find(_network.Online(A).Current(use).Id)!;
            Assert.Equal((A, use), (current.Member.Code, current.Use));
            Assert.IsType<KeyStatus.Current>(current.Status);
            Assert.IsType<KeyStatus.Next>(directory.Find(_network.Online(A).Next(use).Id)!.Status);
            Assert.Equal([current, directory.Find(_network.Online(A).Next(use).Id)!], directory.ActiveKeys(A, use));
        }

        Assert.Null(directory.Find(CreateUnknown()));
        Assert.Null(directory.Find(MemberCode.Parse("XXX")));
        Assert.Empty(directory.ActiveKeys(MemberCode.Parse("XXX"), KeyUse.Tls));
    }

    [Fact]
    public void A_found_key_checks_what_its_owner_signed()
    {
        var directory = Directory;
        var signing = directory.Find(_network.Online(A).Current(KeyUse.Signing).Id)!;
        var log = Assert.Single(directory.LogKeys(A, "any", 5), k => k.Status is KeyStatus.Current);

        Assert.True(signing.Verifier!.Verifies("x"u8, _network.Online(A).Current(KeyUse.Signing).Signer.Sign("x"u8)));
        Assert.True(log.LogKey!.Verify("x"u8, _network.Online(A).Current(KeyUse.Log).Log.Sign("x"u8)));
        Assert.Null(signing.LogKey);
        Assert.Null(log.Verifier);
    }

    [Fact]
    public void A_member_is_known_by_the_pin_of_its_TLS_key_and_by_no_other_key()
    {
        var directory = Directory;

        Assert.Equal(A, directory.Find(SpkiPin.Of(_network.Online(A).Current(KeyUse.Tls).Public))!.Member.Code);
        Assert.Equal(A, directory.Find(SpkiPin.Of(_network.Online(A).Next(KeyUse.Tls).Public))!.Member.Code);
        Assert.Null(directory.Find(SpkiPin.Of(_network.Online(A).Current(KeyUse.Signing).Public)));
    }

    [Theory]
    [InlineData("UTO", "XAR", true)]
    [InlineData("XAR", "UTO", true)]
    [InlineData("UTO", "UTO", true)]
    [InlineData("UTO", "XXX", false)]
    [InlineData("XXX", "UTO", false)]
    public void Between_all_every_member_reads_and_no_stranger(string owner, string reader, bool may) =>
        Assert.Equal(may, Directory.MayRead(TestNetwork.Documents, MemberCode.Parse(owner), MemberCode.Parse(reader)));

    [Theory]
    [InlineData("UTO", "XLY", true)]
    [InlineData("XLY", "UTO", false)]
    [InlineData("UTO", "XAR", false)]
    [InlineData("UTO", "UTO", true)]
    [InlineData("XLY", "XLY", false)]
    public void Between_some_only_the_pair_that_is_named_reads_and_only_that_way(string owner, string reader, bool may) =>
        Assert.Equal(may, Directory.MayRead(TestNetwork.Profiles, MemberCode.Parse(owner), MemberCode.Parse(reader)));

    [Fact]
    public void A_register_that_the_charter_does_not_name_is_read_by_nobody_not_even_its_owner()
    {
        var name = RegisterName.Parse("other");

        Assert.False(Directory.MayRead(name, U, U));
        Assert.Null(Directory.Register(name));
        Assert.Empty(Directory.Readers(name, U));
    }

    [Fact]
    public void A_member_publishes_for_its_own_issuing_codes_and_no_others()
    {
        Assert.True(Directory.MayPublish(TestNetwork.Documents, U, IssuingCode.Parse("UTO")));
        Assert.False(Directory.MayPublish(TestNetwork.Documents, U, IssuingCode.Parse("XAR")));
        Assert.False(Directory.MayPublish(TestNetwork.Profiles, A, IssuingCode.Parse("XAR")));
        Assert.False(Directory.MayPublish(TestNetwork.Documents, MemberCode.Parse("XXX"), IssuingCode.Parse("UTO")));
    }

    [Fact]
    public void The_widest_audience_is_every_other_member_that_may_read()
    {
        Assert.Equal([A, L], Directory.Readers(TestNetwork.Documents, U));
        Assert.Equal([L], Directory.Readers(TestNetwork.Profiles, U));
        Assert.Empty(Directory.Readers(TestNetwork.Profiles, A));
    }

    [Fact]
    public void A_local_register_is_read_by_its_owner_alone()
    {
        var draft = _network.GenesisDraft(U, A);
        draft.Put(TestNetwork.Terms(TestNetwork.Documents, SharingMode.Local, SharingPair.All));
        var directory = MemberDirectory.Of(_network.Sign(draft, U, A), NoticeBoard.Empty);

        Assert.True(directory.MayRead(TestNetwork.Documents, U, U));
        Assert.False(directory.MayRead(TestNetwork.Documents, U, A));
    }

    [Fact]
    public void A_service_is_asked_for_between_those_named_and_for_its_purposes()
    {
        Assert.True(Directory.MayAsk(TestNetwork.Confirmation, U, A));
        Assert.False(Directory.MayAsk(RegisterName.Parse("other"), U, A));
        Assert.True(Directory.Service(TestNetwork.Confirmation)!.Serves(TestNetwork.Border));
        Assert.False(Directory.Service(TestNetwork.Confirmation)!.Serves(Purpose.Parse("other")));
    }

    [Fact]
    public void A_member_suspended_by_charter_takes_part_in_nothing()
    {
        var draft = _network.GenesisDraft(U, A, L);
        draft.Json["members"]![0]!["suspended"] = true;
        var directory = MemberDirectory.Of(_network.Sign(draft, U, A, L), NoticeBoard.Empty);

        Assert.True(directory.Find(U)!.Suspended);
        Assert.False(directory.MayRead(TestNetwork.Documents, U, U));
        Assert.Equal([L], directory.Readers(TestNetwork.Documents, A));
    }

    [Fact]
    public void A_key_retired_by_charter_covers_its_logs_and_no_more()
    {
        using var old = MemberKey.Generate(KeyUse.Log, Randomness.System);
        var draft = _network.GenesisDraft(U, A);
        draft.Json["members"]![0]!["keys"]!["log"]!["retired"]!.AsArray().Add(
            new RetiredKey(old.Public, TestNetwork.Start, new Dictionary<string, long> { ["log"] = 100 }).ToJson());
        var directory = MemberDirectory.Of(_network.Sign(draft, U, A), NoticeBoard.Empty);

        Assert.Contains(directory.LogKeys(U, "log", 100), k => k.Key.Equals(old.Public));
        Assert.DoesNotContain(directory.LogKeys(U, "log", 101), k => k.Key.Equals(old.Public));
        Assert.DoesNotContain(directory.LogKeys(U, "other", 0), k => k.Key.Equals(old.Public));
        Assert.DoesNotContain(directory.LogKeys(A, "log", 1), k => k.Key.Equals(old.Public));
    }

    private static KeyId CreateUnknown()
    {
        using var key = SigningKey.Generate();
        return key.Id;
    }
}
