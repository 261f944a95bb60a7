using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Tests.Members;

public sealed class CharterChainTests
{
    private static readonly MemberCode U = TestNetwork.Utopia;
    private static readonly MemberCode A = TestNetwork.Arcadia;
    private static readonly MemberCode L = TestNetwork.Lyonesse;
    private readonly TestNetwork _network = new();

    private static CharterDraft After(CharterChain chain, int number = 0) =>
        CharterDraft.After(chain.At(number) ?? chain.Current!, NoticeBoard.Empty, TestNetwork.Start.AddDays(7 * chain.Count), 8);

    [Fact]
    public void The_genesis_is_taken_when_every_member_signed_and_its_hash_was_given()
    {
        var genesis = _network.Genesis(U, A, L);

        var added = Assert.IsType<CharterAddition.Added>(CharterChain.Pinned(genesis.Hash).Add(genesis.Document.ToJson()));
        Assert.Equal(1, added.Chain.Count);
        Assert.Equal(genesis.Hash, added.Chain.Current!.Hash);
    }

    [Fact]
    public void A_genesis_that_one_member_has_not_signed_is_refused_and_says_who()
    {
        var genesis = _network.Sign(_network.GenesisDraft(U, A, L), U, L);

        Assert.Contains("XAR", Refused(CharterFault.NotSigned, CharterChain.Pinned(genesis.Hash), genesis), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_genesis_than_the_one_given_in_person_is_refused()
    {
        var genesis = _network.Genesis(U, A);

        Refused(CharterFault.WrongGenesis, CharterChain.Pinned(CharterHash.Of("other"u8)), genesis);
    }

    [Theory]
    [InlineData("UTO XAR")]
    [InlineData("UTO XLY")]
    [InlineData("XAR XLY")]
    [InlineData("UTO XAR XLY")]
    public void Any_two_of_three_carry_the_next_charter(string signers)
    {
        var chain = _network.Chain(U, A, L);
        var next = _network.Sign(After(chain), [.. signers.Split(' ').Select(s => MemberCode.Parse(s))]);

        Assert.Equal(2, TestNetwork.Add(chain, next).Current!.Number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("UTO")]
    [InlineData("XAR")]
    [InlineData("XLY")]
    public void One_of_three_does_not(string signers)
    {
        var chain = _network.Chain(U, A, L);
        var next = _network.Sign(After(chain), [.. signers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => MemberCode.Parse(s))]);

        Assert.Contains("2 must", Refused(CharterFault.NotSigned, chain, next), StringComparison.Ordinal);
    }

    [Fact]
    public void One_member_that_signs_with_both_of_its_roots_counts_once()
    {
        var chain = _network.Chain(U, A, L);

        Refused(CharterFault.NotSigned, chain, TestNetwork.SignWith(After(chain), _network.Root(U), _network.NextRoot(U)));
    }

    [Fact]
    public void A_next_root_signs_as_well_as_a_current_one()
    {
        var chain = _network.Chain(U, A, L);

        TestNetwork.Add(chain, TestNetwork.SignWith(After(chain), _network.NextRoot(U), _network.NextRoot(L)));
    }

    [Fact]
    public void Strangers_and_signing_keys_do_not_count()
    {
        var chain = _network.Chain(U, A, L);
        using var stranger = SigningKey.Generate();

        Refused(CharterFault.NotSigned, chain, TestNetwork.SignWith(After(chain), _network.Root(U), stranger, _network.Online(A).Current(KeyUse.Signing).Signer));
    }

    [Fact]
    public void A_signature_that_names_a_root_but_is_not_its_own_does_not_count()
    {
        var chain = _network.Chain(U, A, L);
        Assert.True(After(chain).TryFinish(out var unsigned, out _));
        var other = JwsDocument.Unsigned(Charter.DocumentType, "{}"u8).SignedBy(_network.Root(A));
        var json = JsonNode.Parse(unsigned.Document.SignedBy(_network.Root(U)).ToJson())!;
        json["signatures"]!.AsArray().Add(JsonNode.Parse(other.ToJson())!["signatures"]![0]!.DeepClone());

        Assert.Equal(CharterFault.NotSigned, Assert.IsType<CharterAddition.Refused>(chain.Add(TestNetwork.Payload(json))).Fault);
    }

    [Fact]
    public void A_suspended_member_does_not_count()
    {
        var chain = _network.Chain(U, A, L);
        var draft = After(chain);
        draft.Json["members"]![2]!["suspended"] = true;
        chain = TestNetwork.Add(chain, _network.Sign(draft, U, A));

        Refused(CharterFault.NotSigned, chain, _network.Sign(After(chain), U, L));
        TestNetwork.Add(chain, _network.Sign(After(chain), U, A));
    }

    [Fact]
    public void The_threshold_is_that_of_the_charter_before()
    {
        var chain = _network.Chain(U, A, L);
        var draft = After(chain);
        draft.Json["threshold"] = 1;

        Refused(CharterFault.NotSigned, chain, _network.Sign(draft, U));
        chain = TestNetwork.Add(chain, _network.Sign(draft, U, A));
        TestNetwork.Add(chain, _network.Sign(After(chain), L));
    }

    [Fact]
    public void A_new_member_signs_with_its_root_and_does_not_count_among_the_members_before()
    {
        var chain = _network.Chain(U, A);
        var draft = After(chain);
        draft.Put(TestNetwork.Read(_network.Application(L)));

        Assert.Contains("new root of XLY", Refused(CharterFault.NotSigned, chain, _network.Sign(draft, U, A)), StringComparison.Ordinal);
        Refused(CharterFault.NotSigned, chain, _network.Sign(draft, U, L));
        TestNetwork.Add(chain, _network.Sign(draft, U, A, L));
    }

    [Fact]
    public void A_root_that_the_charter_before_did_not_list_signs_too()
    {
        var chain = _network.Chain(U, A, L);
        using var fresh = SigningKey.Generate();
        var draft = After(chain);
        draft.Json["members"]![2]!["keys"]!["root"]!["current"] = fresh.Public.ToJson();

        Refused(CharterFault.NotSigned, chain, _network.Sign(draft, U, A));
        TestNetwork.Add(chain, TestNetwork.SignWith(draft, _network.Root(U), _network.Root(A), fresh));
    }

    [Fact]
    public void A_root_announced_as_next_becomes_current_with_the_threshold_alone()
    {
        var chain = _network.Chain(U, A, L);
        var draft = After(chain);
        var root = draft.Json["members"]![2]!["keys"]!["root"]!;
        root["current"] = root["next"]!.DeepClone();
        root["next"] = null;

        TestNetwork.Add(chain, _network.Sign(draft, U, A));
    }

    [Fact]
    public void Another_network_is_refused_as_such()
    {
        var chain = _network.Chain(U, A);
        var draft = After(chain);
        draft.Json["network"] = "other-net";

        Refused(CharterFault.WrongNetwork, chain, _network.Sign(draft, U, A));
    }

    [Fact]
    public void A_charter_that_names_another_one_before_it_or_is_dated_before_it_is_refused()
    {
        var chain = _network.Chain(U, A);
        var draft = After(chain);
        draft.Json["previous"] = CharterHash.Of("other"u8).ToString();
        Refused(CharterFault.BrokenChain, chain, _network.Sign(draft, U, A));

        draft = CharterDraft.After(chain.Current!, NoticeBoard.Empty, TestNetwork.Start.AddSeconds(-1), 8);
        Refused(CharterFault.BrokenChain, chain, _network.Sign(draft, U, A));
    }

    [Fact]
    public void A_gap_says_which_number_is_needed_and_changes_nothing()
    {
        var chain = _network.Chain(U, A);
        var second = TestNetwork.Add(chain, _network.Sign(After(chain), U, A));
        var third = TestNetwork.Add(second, _network.Sign(After(second), U, A));

        Assert.Equal(new CharterAddition.Gap(2, 3), chain.Add(third.Current!.Document.ToJson()));
        Assert.Equal(new CharterAddition.Gap(1, 3), CharterChain.Pinned(chain.Genesis).Add(third.Current!.Document.ToJson()));
    }

    [Fact]
    public void The_chain_never_goes_back()
    {
        var first = _network.Chain(U, A);
        var second = TestNetwork.Add(first, _network.Sign(After(first), U, A));

        Assert.IsType<CharterAddition.AlreadyThere>(second.Add(first.Current!.Document.ToJson()));
        Assert.Equal(2, second.Current!.Number);
        Assert.Equal(first.Current!.Hash, second.At(1)!.Hash);
        Assert.Null(second.At(0));
        Assert.Null(second.At(3));
    }

    [Fact]
    public void A_second_valid_charter_with_the_same_number_is_a_fork_and_an_invalid_one_is_not()
    {
        var first = _network.Chain(U, A, L);
        var second = TestNetwork.Add(first, _network.Sign(After(first), U, A));
        var rival = After(second, 1);
        rival.Json["threshold"] = 1;

        Assert.Contains(second.Current!.Hash.ToString(), Refused(CharterFault.Fork, second, _network.Sign(rival, A, L)), StringComparison.Ordinal);
        Refused(CharterFault.NotSigned, second, _network.Sign(rival, L));
    }

    [Fact]
    public void The_same_charter_with_other_signatures_is_already_there()
    {
        var first = _network.Chain(U, A, L);
        var draft = After(first);
        var second = TestNetwork.Add(first, _network.Sign(draft, U, A));

        Assert.IsType<CharterAddition.AlreadyThere>(second.Add(_network.Sign(draft, A, L).Document.ToJson()));
    }

    [Fact]
    public void A_charter_expires_at_its_instant_and_can_still_be_followed()
    {
        var chain = _network.Chain(U, A);
        var expires = chain.Current!.Expires;

        Assert.False(chain.Current.IsExpired(expires.AddSeconds(-1)));
        Assert.True(chain.Current.IsExpired(expires));
        var late = CharterDraft.After(chain.Current, NoticeBoard.Empty, expires.AddDays(30), 8);
        Assert.False(TestNetwork.Add(chain, _network.Sign(late, U, A)).Current!.IsExpired(expires.AddDays(30)));
    }

    [Fact]
    public void Signatures_gathered_in_several_files_combine()
    {
        var chain = _network.Chain(U, A, L);
        Assert.True(After(chain).TryFinish(out var charter, out _));
        var combined = charter.Document.SignedBy(_network.Root(U)).Combine(charter.Document.SignedBy(_network.Root(L)))!;

        TestNetwork.Add(chain, TestNetwork.Reread(combined));
    }

    [Fact]
    public void What_is_shown_names_fingerprints_life_and_who_is_missing()
    {
        var chain = _network.Chain(U, A);
        var draft = After(chain);
        draft.Put(TestNetwork.Read(_network.Application(L)));
        var charter = _network.Sign(draft, U);

        string text = CharterText.Show(charter, chain.Current, TestNetwork.Start.AddDays(8));

        Assert.Contains(charter.Hash.ToFingerprint(), text, StringComparison.Ordinal);
        Assert.Contains(_network.Root(L).Id.ToFingerprint(), text, StringComparison.Ordinal);
        Assert.Contains("in 55 days", text, StringComparison.Ordinal);
        Assert.Contains("NOT COMPLETE", text, StringComparison.Ordinal);
        Assert.Contains("UTO  signed", text, StringComparison.Ordinal);
        Assert.Contains("XAR  has not signed", text, StringComparison.Ordinal);
        Assert.Contains("XLY  new root: MISSING", text, StringComparison.Ordinal);
        Assert.Contains("Register travel-documents: replicated", text, StringComparison.Ordinal);
        Assert.Contains("EXPIRED", CharterText.Show(charter, chain.Current, charter.Expires), StringComparison.Ordinal);
    }

    [Fact]
    public void An_application_that_its_own_root_did_not_sign_is_refused()
    {
        var json = JsonNode.Parse(_network.Application(U).ToJson())!;
        json["signatures"]![0]!["signature"] = StrictBase64Url.Encode(new byte[64]);

        Assert.False(MemberApplication.TryRead(TestNetwork.Payload(json), out _, out var faults));
        Assert.Equal("$.member.keys.root: the application is not signed by this root", Assert.Single(faults));
    }

    [Fact]
    public void A_mutated_application_is_refused_with_a_reason_or_read()
    {
        var mutation = new Mutation(33);
        byte[] payload = _network.Application(U).Payload.ToArray();
        for (int i = 0; i < 600; i++)
        {
            var document = JwsDocument.Unsigned(MemberApplication.DocumentType, mutation.Of(payload)).SignedBy(_network.Root(U));
            Assert.True(MemberApplication.TryRead(document.ToJson(), out _, out var faults) || faults.Count > 0);
        }
    }

    private static string Refused(CharterFault fault, CharterChain chain, Charter charter)
    {
        var refused = Assert.IsType<CharterAddition.Refused>(chain.Add(charter.Document.ToJson()));
        Assert.Equal(fault, refused.Fault);
        return refused.Detail;
    }
}
