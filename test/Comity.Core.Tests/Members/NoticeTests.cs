using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Tests.Members;

public sealed class NoticeTests
{
    private const string Origin = "log.example/uto";
    private static readonly MemberCode U = TestNetwork.Utopia;
    private static readonly MemberCode A = TestNetwork.Arcadia;
    private static readonly MemberCode L = TestNetwork.Lyonesse;
    private static readonly DateTimeOffset Later = TestNetwork.Start.AddDays(2);
    private readonly TestNetwork _network = new();
    private readonly CharterChain _chain;

    public NoticeTests() => _chain = _network.Chain(U, A, L);

    private static Dictionary<string, long> Sizes(long size) => new() { [Origin] = size };

    private NoticeDraft Draft(NoticeBoard? board = null) => new(_chain, board ?? NoticeBoard.Empty, Later);

    private KeySet Keys(MemberCode member, KeyUse use) => _chain.Current!.Find(member)!.Keys[use];

    private JwsDocument Revocation(MemberCode member, KeyUse use, long size = 10, NoticeBoard? board = null) =>
        Draft(board).Revocation(member, Keys(member, use).Current.Id, RevocationReason.Compromised, Sizes(size));

    private JwsDocument Rotation(MemberCode member, KeyUse use, Jwk? next, NoticeBoard? board = null) =>
        Draft(board).Rotation(member, use, Keys(member, use), Sizes(20), next);

    private NoticeBoard Add(NoticeBoard board, JwsDocument document) =>
        Assert.IsType<NoticeAddition.Added>(board.Add(document.ToJson(), _chain)).Board;

    private string Refused(CharterFault fault, JwsDocument document, NoticeBoard? board = null, CharterChain? chain = null)
    {
        var refused = Assert.IsType<NoticeAddition.Refused>((board ?? NoticeBoard.Empty).Add(document.ToJson(), chain ?? _chain));
        Assert.Equal(fault, refused.Fault);
        return refused.Detail;
    }

    private KnownKey Find(NoticeBoard board, Jwk key) => MemberDirectory.Of(_chain.Current!, board).Find(key.Id)!;

    [Fact]
    public void A_member_revokes_its_own_key_at_once()
    {
        var board = Add(NoticeBoard.Empty, Revocation(U, KeyUse.Log).SignedBy(_network.Root(U)));
        var key = Find(board, Keys(U, KeyUse.Log).Current);

        var revoked = Assert.IsType<KeyStatus.Revoked>(key.Status);
        Assert.Equal(RevocationReason.Compromised, revoked.Reason);
        Assert.False(key.Status.IsActive);
        Assert.True(key.Status.Covers(Origin, 10));
        Assert.False(key.Status.Covers(Origin, 11));
        Assert.False(key.Status.Covers("another log", 1));
    }

    [Fact]
    public void Two_of_three_revoke_anothers_key_and_one_does_not()
    {
        Refused(CharterFault.NotSigned, Revocation(U, KeyUse.Signing).SignedBy(_network.Root(A)));
        Add(NoticeBoard.Empty, Revocation(U, KeyUse.Signing).SignedBy(_network.Root(A)).SignedBy(_network.Root(L)));
    }

    [Fact]
    public void A_next_root_revokes_the_current_one_which_then_signs_nothing_more()
    {
        var board = Add(NoticeBoard.Empty, Revocation(U, KeyUse.Root).SignedBy(_network.NextRoot(U)));

        Refused(CharterFault.NotSigned, Revocation(U, KeyUse.Signing, 10, board).SignedBy(_network.Root(U)), board);
        Add(board, Revocation(U, KeyUse.Signing, 10, board).SignedBy(_network.NextRoot(U)));
    }

    [Fact]
    public void A_signing_key_or_a_stranger_revokes_nothing()
    {
        using var stranger = SigningKey.Generate();

        Refused(CharterFault.NotSigned, Revocation(U, KeyUse.Tls));
        Refused(CharterFault.NotSigned, Revocation(U, KeyUse.Tls).SignedBy(stranger));
        Refused(CharterFault.NotSigned, Revocation(U, KeyUse.Tls).SignedBy(_network.Online(U).Current(KeyUse.Signing).Signer));
    }

    [Fact]
    public void A_suspension_takes_the_threshold_and_not_the_members_own_root()
    {
        Refused(CharterFault.NotSigned, Draft().Suspension(U).SignedBy(_network.Root(U)));
        Refused(CharterFault.NotSigned, Draft().Suspension(U).SignedBy(_network.Root(A)));
        var board = Add(NoticeBoard.Empty, Draft().Suspension(U).SignedBy(_network.Root(A)).SignedBy(_network.Root(L)));

        var directory = MemberDirectory.Of(_chain.Current!, board);
        Assert.True(directory.Find(U)!.Suspended);
        Assert.False(directory.Find(A)!.Suspended);
        Assert.False(directory.MayRead(TestNetwork.Documents, U, A));
        Assert.False(directory.MayRead(TestNetwork.Documents, A, U));
        Assert.False(directory.MayPublish(TestNetwork.Documents, U, IssuingCode.Parse("UTO")));
        Assert.False(directory.MayAsk(TestNetwork.Confirmation, A, U));
        Assert.True(directory.MayRead(TestNetwork.Documents, A, L));
    }

    [Fact]
    public void A_rotation_promotes_the_next_key_and_the_retired_one_covers_its_logs()
    {
        using var fresh = MemberKey.Generate(KeyUse.Log, Randomness.System);
        var board = Add(NoticeBoard.Empty, Rotation(U, KeyUse.Log, fresh.Public).SignedBy(_network.Root(U)));

        Assert.IsType<KeyStatus.Current>(Find(board, Keys(U, KeyUse.Log).Next!).Status);
        Assert.IsType<KeyStatus.Next>(Find(board, fresh.Public).Status);
        var retired = Find(board, Keys(U, KeyUse.Log).Current).Status;
        Assert.Equal(Later, Assert.IsType<KeyStatus.Retired>(retired).At);
        var directory = MemberDirectory.Of(_chain.Current!, board);
        Assert.Equal(3, directory.LogKeys(U, Origin, 20).Count());
        Assert.Equal(2, directory.LogKeys(U, Origin, 21).Count());
    }

    [Fact]
    public void A_rotation_is_signed_by_the_members_own_root_and_by_nobody_else() =>
        Assert.Contains("UTO itself", Refused(CharterFault.NotSigned, Rotation(U, KeyUse.Log, null).SignedBy(_network.Root(A)).SignedBy(_network.Root(L))), StringComparison.Ordinal);

    [Fact]
    public void A_rotation_that_does_not_fit_or_takes_anothers_key_has_no_effect_and_is_shown()
    {
        var stolen = Rotation(U, KeyUse.Signing, Keys(A, KeyUse.Signing).Current).SignedBy(_network.Root(U));
        var board = Add(NoticeBoard.Empty, stolen);
        var directory = MemberDirectory.Of(_chain.Current!, board);

        Assert.Equal(A, directory.Find(Keys(A, KeyUse.Signing).Current.Id)!.Member.Code);
        Assert.IsType<KeyStatus.Current>(directory.Find(Keys(U, KeyUse.Signing).Current.Id)!.Status);
        Assert.Single(directory.WithoutEffect);

        var wrong = new KeySet(Keys(U, KeyUse.Signing).Next!, Keys(U, KeyUse.Signing).Current, []);
        board = Add(NoticeBoard.Empty, Draft().Rotation(U, KeyUse.Signing, wrong, Sizes(1), null).SignedBy(_network.Root(U)));
        Assert.Single(MemberDirectory.Of(_chain.Current!, board).WithoutEffect);
    }

    [Fact]
    public void Two_members_that_announce_the_same_new_key_do_not_break_the_directory()
    {
        using var fresh = MemberKey.Generate(KeyUse.Signing, Randomness.System);
        var board = Add(NoticeBoard.Empty, Rotation(U, KeyUse.Signing, fresh.Public).SignedBy(_network.Root(U)));
        board = Add(board, Rotation(A, KeyUse.Signing, fresh.Public).SignedBy(_network.Root(A)));

        var directory = MemberDirectory.Of(_chain.Current!, board);
        Assert.Equal(U, directory.Find(fresh.Id)!.Member.Code);
        Assert.DoesNotContain(directory.ActiveKeys(A, KeyUse.Signing), k => k.Key.Equals(fresh.Public));
    }

    [Fact]
    public void A_root_can_be_rotated_and_the_new_next_root_signs_from_then_on()
    {
        using var fresh = SigningKey.Generate();
        var later = Revocation(U, KeyUse.Signing, 1, Add(NoticeBoard.Empty, Rotation(U, KeyUse.Root, null).SignedBy(_network.Root(U)))).SignedBy(fresh);

        Refused(CharterFault.NotSigned, later);
        var board = Add(NoticeBoard.Empty, Rotation(U, KeyUse.Root, fresh.Public).SignedBy(_network.Root(U)));
        board = Add(board, later);
        Refused(CharterFault.NotSigned, Revocation(U, KeyUse.Tls, 1, board).SignedBy(_network.Root(U)), board);
    }

    [Fact]
    public void Whatever_the_order_of_arrival_the_conclusions_are_the_same()
    {
        using var fresh = MemberKey.Generate(KeyUse.Log, Randomness.System);
        JwsDocument[] notices =
        [
            Rotation(U, KeyUse.Log, fresh.Public).SignedBy(_network.Root(U)),
            Revocation(U, KeyUse.Log, 7).SignedBy(_network.Root(U)),
            Draft().Suspension(U).SignedBy(_network.Root(A)).SignedBy(_network.Root(L)),
            Revocation(U, KeyUse.Log, 5).SignedBy(_network.Root(U)),
        ];
        string? expected = null;
        for (int shift = 0; shift < notices.Length; shift++)
        {
            var board = NoticeBoard.Empty;
            foreach (var notice in notices[shift..].Concat(notices[..shift]))
            {
                board = board.Add(notice.ToJson(), _chain) switch
                {
                    NoticeAddition.Added added => added.Board,
                    NoticeAddition.Conflict conflict => conflict.Board,
                    var other => throw new InvalidOperationException(other.ToString()),
                };
            }

            var directory = MemberDirectory.Of(_chain.Current!, board);
            var key = directory.Find(Keys(U, KeyUse.Log).Current.Id)!;
            string state = $"{directory.Find(U)!.Suspended} {key.Status.GetType().Name} {key.Status.Covers(Origin, 5)} {key.Status.Covers(Origin, 6)} {directory.Find(fresh.Id)!.Status}";
            expected ??= state;
            Assert.Equal(expected, state);
        }

        Assert.StartsWith("True Revoked True False Next", expected, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_notice_again_changes_nothing_and_another_with_its_sequence_is_a_conflict()
    {
        var first = Revocation(U, KeyUse.Log, 10).SignedBy(_network.Root(U));
        var board = Add(NoticeBoard.Empty, first);

        Assert.IsType<NoticeAddition.AlreadyThere>(board.Add(first.ToJson(), _chain));
        var conflict = Assert.IsType<NoticeAddition.Conflict>(board.Add(Revocation(U, KeyUse.Log, 30).SignedBy(_network.Root(U)).ToJson(), _chain));
        Assert.Equal(1, conflict.Rival.Sequence);
        Assert.False(Find(conflict.Board, Keys(U, KeyUse.Log).Current).Status.Covers(Origin, 11));
    }

    [Fact]
    public void Another_network_or_genesis_is_refused_as_such()
    {
        var other = new TestNetwork();
        var chain = other.Chain(U, A, L);
        var notice = new NoticeDraft(chain, NoticeBoard.Empty, Later).Suspension(U).SignedBy(other.Root(A)).SignedBy(other.Root(L));

        Refused(CharterFault.WrongNetwork, notice);
    }

    [Fact]
    public void A_member_that_is_not_there_is_refused_and_a_charter_that_is_not_here_yet_is_a_gap()
    {
        var small = _network.Genesis(U, A);
        var chain = TestNetwork.Add(CharterChain.Pinned(small.Hash), small);
        var draft = CharterDraft.After(small, NoticeBoard.Empty, Later, 8);
        draft.Put(TestNetwork.Read(_network.Application(L)));
        var longer = TestNetwork.Add(chain, _network.Sign(draft, U, A, L));
        var notice = new NoticeDraft(longer, NoticeBoard.Empty, Later).Suspension(L).SignedBy(_network.Root(U)).SignedBy(_network.Root(A));

        Assert.Equal(new NoticeAddition.Gap(2), NoticeBoard.Empty.Add(notice.ToJson(), chain));
        Refused(CharterFault.NotApplicable, new NoticeDraft(chain, NoticeBoard.Empty, Later).Suspension(L).SignedBy(_network.Root(U)).SignedBy(_network.Root(A)), chain: chain);
    }

    [Fact]
    public void The_next_charter_takes_the_notices_in_and_older_ones_are_then_ignored()
    {
        using var fresh = MemberKey.Generate(KeyUse.Log, Randomness.System);
        var rotation = Rotation(U, KeyUse.Log, fresh.Public).SignedBy(_network.Root(U));
        var board = Add(NoticeBoard.Empty, rotation);
        board = Add(board, Revocation(U, KeyUse.Signing, 3, board).SignedBy(_network.Root(U)));
        var suspension = Draft(board).Suspension(U).SignedBy(_network.Root(A)).SignedBy(_network.Root(L));
        board = Add(board, suspension);

        var next = _network.Sign(CharterDraft.After(_chain.Current!, board, Later, 8), A, L);
        var chain = TestNetwork.Add(_chain, next);
        var listed = next.Find(U)!;
        Assert.Equal((true, 3L), (listed.Suspended, listed.Noticed));
        Assert.Equal(fresh.Public, listed.Keys[KeyUse.Log].Next);
        Assert.Equal(Keys(U, KeyUse.Signing).Next, listed.Keys[KeyUse.Signing].Current);
        Assert.Equal(3, Assert.Single(listed.Keys[KeyUse.Signing].Retired).LogSizes[Origin]);
        Assert.Equal(new NoticeAddition.Superseded(2), NoticeBoard.Empty.Add(rotation.ToJson(), chain));

        var lifted = CharterDraft.After(next, board, Later.AddDays(1), 8);
        lifted.Json["members"]![0]!["suspended"] = false;
        chain = TestNetwork.Add(chain, _network.Sign(lifted, A, L));
        Assert.False(MemberDirectory.Of(chain.Current!, board).Find(U)!.Suspended);
        Assert.IsType<NoticeAddition.Superseded>(NoticeBoard.Empty.Add(suspension.ToJson(), chain));
    }

    [Fact]
    public void A_charter_that_does_not_know_of_a_notice_does_not_undo_it()
    {
        var board = Add(NoticeBoard.Empty, Draft().Suspension(U).SignedBy(_network.Root(A)).SignedBy(_network.Root(L)));
        var chain = TestNetwork.Add(_chain, _network.Sign(CharterDraft.After(_chain.Current!, NoticeBoard.Empty, Later, 8), A, L));

        Assert.True(MemberDirectory.Of(chain.Current!, board).Find(U)!.Suspended);
        // A node that starts anew reads the same notices against the longer chain.
        Assert.IsType<NoticeAddition.Added>(NoticeBoard.Empty.Add(board.All[0], chain));
    }

    [Fact]
    public void A_draft_does_not_pass_over_a_notice_that_is_still_on_its_way()
    {
        var first = Add(NoticeBoard.Empty, Revocation(U, KeyUse.Log).SignedBy(_network.Root(U)));
        var second = Revocation(U, KeyUse.Signing, 1, first).SignedBy(_network.Root(U));
        var onlySecond = Add(NoticeBoard.Empty, second);

        Assert.Null(CharterDraft.After(_chain.Current!, onlySecond, Later, 8).Json["members"]![0]!["noticed"]);
    }

    [Fact]
    public void A_member_whose_both_keys_are_revoked_stays_under_its_notices()
    {
        var board = Add(NoticeBoard.Empty, Revocation(U, KeyUse.Tls).SignedBy(_network.Root(U)));
        board = Add(board, Draft(board).Revocation(U, Keys(U, KeyUse.Tls).Next!.Id, RevocationReason.Lost, Sizes(0)).SignedBy(_network.Root(U)));

        Assert.Null(CharterDraft.After(_chain.Current!, board, Later, 8).Json["members"]![0]!["noticed"]);
        Assert.Empty(MemberDirectory.Of(_chain.Current!, board).ActiveKeys(U, KeyUse.Tls));
    }

    [Fact]
    public void An_old_root_brings_in_no_keys_after_a_charter_replaced_it()
    {
        using var fresh = SigningKey.Generate();
        var rotation = Rotation(U, KeyUse.Log, null).SignedBy(_network.Root(U));
        var draft = CharterDraft.After(_chain.Current!, NoticeBoard.Empty, Later, 8);
        var root = draft.Json["members"]![0]!["keys"]!["root"]!;
        (root["current"], root["next"]) = (root["next"]!.DeepClone(), fresh.Public.ToJson());
        var chain = TestNetwork.Add(_chain, _network.Sign(draft, U, A));

        Refused(CharterFault.NotSigned, rotation, chain: chain);
    }

    [Theory]
    [InlineData("comity", "\"notice/2\"")]
    [InlineData("critical", "[\"x\"]")]
    [InlineData("network", "7")]
    [InlineData("genesis", "\"00\"")]
    [InlineData("charter", "0")]
    [InlineData("member", "\"uto\"")]
    [InlineData("sequence", "0")]
    [InlineData("issued", "\"now\"")]
    [InlineData("kind", "\"praise\"")]
    [InlineData("key", "\"x\"")]
    [InlineData("reason", "\"mood\"")]
    [InlineData("trustedSizes", "[]")]
    public void A_fault_is_refused_with_its_path(string field, string value)
    {
        var json = JsonNode.Parse(Revocation(U, KeyUse.Log).Payload.Span)!;
        json[field] = JsonNode.Parse(value);

        Assert.Contains("$." + field, Refused(CharterFault.Malformed, JwsDocument.Unsigned(Notice.DocumentType, TestNetwork.Payload(json))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("use", "\"door\"")]
    [InlineData("retired", "null")]
    [InlineData("promoted", "7")]
    [InlineData("logSizes", "null")]
    [InlineData("next", Jose.JwkTests.P256)]
    public void A_fault_in_a_rotation_is_refused_with_its_path(string field, string value)
    {
        var json = JsonNode.Parse(Rotation(U, KeyUse.Log, null).Payload.Span)!;
        json[field] = JsonNode.Parse(value);

        Assert.Contains("$." + field, Refused(CharterFault.Malformed, JwsDocument.Unsigned(Notice.DocumentType, TestNetwork.Payload(json))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutated_notice_is_refused_with_a_reason_or_has_the_same_payload()
    {
        using var fresh = MemberKey.Generate(KeyUse.Log, Randomness.System);
        var mutation = new Mutation(41);
        foreach (var document in new[] { Revocation(U, KeyUse.Log).SignedBy(_network.Root(U)), Rotation(U, KeyUse.Log, fresh.Public).SignedBy(_network.Root(U)) })
        {
            for (int i = 0; i < 400; i++)
            {
                var signed = NoticeBoard.Empty.Add(mutation.Of(document.ToJson()), _chain);
                Assert.True(signed is NoticeAddition.Refused { Detail.Length: > 0 } || signed is NoticeAddition.Added { Notice: var n } && n.Hash == CharterHash.Of(document.Payload.Span));

                // Signed as it must be, so that what is behind the signature is reached as well.
                var mutated = JwsDocument.Unsigned(Notice.DocumentType, mutation.Of(document.Payload.Span)).SignedBy(_network.Root(U));
                if (NoticeBoard.Empty.Add(mutated.ToJson(), _chain) is NoticeAddition.Added added)
                {
                    Assert.NotNull(MemberDirectory.Of(_chain.Current!, added.Board));
                }
            }
        }
    }
}
