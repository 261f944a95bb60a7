using Comity.Emrtd.Inspection;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Mrz;
using Comity.Emrtd.Signatures;
using Comity.Emrtd.Tests.Issuing;
using Comity.Emrtd.Trust;

namespace Comity.Emrtd.Tests.Inspection;

public sealed class IssuedDocumentTests
{
    private static readonly DateTimeOffset Now = TestState.Now;

    private static CheckResult Check(CheckKind check, TestDocument document, TrustStore store, InspectionContext? context = null) =>
        new Inspector(store).Inspect(document.Content, context ?? new(Now))[check];

    private static void Is(Verdict verdict, Reason reason, CheckResult result) => Assert.Equal((verdict, reason), (result.Verdict, result.Reason));

    [Fact]
    public void A_genuine_document_passes_every_check_of_passive_authentication()
    {
        var state = new TestState();
        var store = new TrustStoreBuilder().Add(state.Certificate, "test")
            .Add(RevocationList.Read(state.RevocationList([9], Now.AddDays(-1), Now.AddDays(30)), out _)!).Build();
        var document = TestDocument.Issue(state, signedAt: Now.AddYears(-1));

        var result = new Inspector(store).Inspect(document.Content, new(Now) { PrintedZone = MachineReadableZone.Parse([TestDocument.Line1, TestDocument.Line2]) });

        Assert.Empty(result.Defects);
        Assert.Equal(Verdict.Passed, result.PassiveAuthentication);
        Assert.Equal(Verdict.Passed, result[CheckKind.PrintedZone].Verdict);
        Assert.Equal("test", Assert.Single(result.Authority!.Sources));
    }

    public static TheoryData<string> Keys => ["EC-numbers", "EC-named", "P521", "P224", "RSA1", "RSA224", "RSA512", "PSS32", "PSS64", "PSS0", "PSS-mask"];

    private static TestKey KeyOf(string name) => name switch
    {
        "EC-numbers" => TestKey.Ec("1.3.36.3.3.2.8.1.1.11", DigestName.Sha384),
        "EC-named" => TestKey.Ec("1.2.840.10045.3.1.7", byNumbers: false),
        "P521" => TestKey.Ec("1.3.132.0.35", DigestName.Sha512),
        "P224" => TestKey.Ec("1.3.132.0.33", DigestName.Sha224),
        "RSA1" => TestKey.Rsa(DigestName.Sha1),
        "RSA224" => TestKey.Rsa(DigestName.Sha224),
        "RSA512" => TestKey.Rsa(DigestName.Sha512),
        "PSS32" => TestKey.Pss(DigestName.Sha256, 32),
        "PSS64" => TestKey.Pss(DigestName.Sha256, 64),
        "PSS0" => TestKey.Pss(DigestName.Sha512, 0),
        _ => TestKey.Pss(DigestName.Sha256, 20, DigestName.Sha1),
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_kind_of_signature_is_checked_and_a_change_of_it_found(string name)
    {
        var state = new TestState(KeyOf(name));
        var signer = KeyOf(name);
        var document = TestDocument.Issue(state, signerKey: signer);
        Is(Verdict.Passed, Reason.Holds, Check(CheckKind.Signature, document, state.Store));
        Is(Verdict.Passed, Reason.Holds, Check(CheckKind.Chain, document, state.Store));

        var key = document.Content.Sod!.Message.Certificates[0].Key;
        var algorithm = document.Content.Sod.Message.Signers[0].Algorithm;
        Assert.Equal(SignatureOutcome.Valid, key.Verify(algorithm, [1, 2, 3], signer.Sign([1, 2, 3])));
        Assert.Equal(SignatureOutcome.Invalid, key.Verify(algorithm, [1, 2, 4], signer.Sign([1, 2, 3])));

        var sod = document.Files[EmrtdFile.Sod].ToArray();
        sod[^3] ^= 4;
        document.Files[EmrtdFile.Sod] = sod;
        Is(Verdict.Failed, Reason.SignatureWrong, Check(CheckKind.Signature, document, state.Store));
    }

    [Fact]
    public void A_failed_hash_is_told_from_a_changed_list_of_hashes()
    {
        var state = new TestState();
        var document = TestDocument.Issue(state);
        var dg1 = document.Files[EmrtdFile.Dg1].ToArray();
        dg1[^1] ^= 1;
        document.Files[EmrtdFile.Dg1] = dg1;
        Is(Verdict.Failed, Reason.HashDiffers, Check(CheckKind.Hashes, document, state.Store));

        // The forger mends the hash, too.
        var sod = document.Files[EmrtdFile.Sod].ToArray();
        var old = document.Content.Sod!.Hashes[EmrtdFile.Dg1].ToArray();
        Digest.Of(DigestName.Sha256, dg1).CopyTo(sod.AsSpan(sod.AsSpan().IndexOf(old)));
        document.Files[EmrtdFile.Sod] = sod;
        Is(Verdict.Passed, Reason.Holds, Check(CheckKind.Hashes, document, state.Store));
        Is(Verdict.Failed, Reason.ContentChanged, Check(CheckKind.Signature, document, state.Store));
    }

    [Fact]
    public void A_group_that_nobody_signed_is_told()
    {
        var document = TestDocument.Issue(new());
        document.Files[EmrtdFile.Dg13] = new byte[] { 0x6D, 1, 9 };

        Is(Verdict.Failed, Reason.GroupNotCovered, Check(CheckKind.Hashes, document, TrustStore.Empty));
    }

    [Fact]
    public void Signers_that_must_not_sign_are_told_apart()
    {
        var state = new TestState();
        void Chain(Reason reason, CertificatePlan plan) => Is(Verdict.Failed, reason, Check(CheckKind.Chain, TestDocument.Issue(state, plan), state.Store));
        void Validity(Reason reason, CertificatePlan plan) => Is(Verdict.Failed, reason, Check(CheckKind.Validity, TestDocument.Issue(state, plan, signedAt: Now.AddYears(-1)), state.Store));

        Chain(Reason.SignerNotForThis, new() { KeyUses = 0x06 });
        Chain(Reason.SignerNotForThis, new() { IsAuthority = true });
        Chain(Reason.SignerNotForThis, new() { ExtendedUse = "2.23.136.1.1.3" });
        Chain(Reason.DocumentTypeNotAllowed, new() { DocumentTypes = ["ID"] });
        Chain(Reason.UnknownCriticalExtension, new() { UnknownCritical = "1.2.3.4" });
        Validity(Reason.SignerExpired, new() { To = Now.AddDays(-1) });
        Validity(Reason.SignerNotYetValid, new() { From = Now.AddDays(1) });
        Validity(Reason.SignedOutsideKeyPeriod, new() { PrivateKeyPeriod = (Now.AddYears(-5), Now.AddYears(-4)) });
        Is(Verdict.Passed, Reason.Holds, Check(CheckKind.Chain, TestDocument.Issue(state, new() { DocumentTypes = ["P"] }), state.Store));
    }

    [Fact]
    public void A_signer_is_judged_at_the_time_asked()
    {
        var state = new TestState();
        var document = TestDocument.Issue(state, new() { From = Now.AddYears(-2), To = Now.AddYears(-1) });

        Is(Verdict.Passed, Reason.Holds, Check(CheckKind.Validity, document, state.Store, new(Now.AddMonths(-18))));
        Is(Verdict.Failed, Reason.SignerExpired, Check(CheckKind.Validity, document, state.Store));
    }

    [Fact]
    public void An_unknown_signer_a_false_one_and_another_States_are_three_answers()
    {
        var state = new TestState();
        var sameName = new TestState();
        var document = TestDocument.Issue(state);
        Is(Verdict.Open, Reason.UnknownSigner, Check(CheckKind.Chain, document, sameName.Store));
        Is(Verdict.Open, Reason.UnknownState, Check(CheckKind.Chain, document, new TestState(country: "XA").Store));

        // A rogue authority of one State issues a signer in another State's name.
        var rogue = new TestState(country: "XA", name: "Rogue");
        var forged = TestDocument.Issue(rogue, new() { Country = "UT", IssuerCountry = "XA", Issuer = "Rogue" });
        Is(Verdict.Failed, Reason.StateMismatch, Check(CheckKind.Chain, forged, new TrustStoreBuilder().Add(rogue.Certificate, "r").Add(state.Certificate, "t").Build()));

        // A signer whose certificate was changed after it was issued.
        var signer = document.Content.Sod!.Message.Certificates[0];
        var sod = document.Files[EmrtdFile.Sod].ToArray();
        var at = sod.AsSpan().IndexOf(signer.Raw.Span) + signer.Raw.Length - 4;
        sod[at] ^= 1;
        document.Files[EmrtdFile.Sod] = sod;
        Is(Verdict.Failed, Reason.IssuerSignatureWrong, Check(CheckKind.Chain, document, state.Store));
    }

    [Fact]
    public void A_document_of_another_State_than_its_signer_fails()
    {
        var state = new TestState(country: "XA");
        var document = TestDocument.Issue(state);
        var germany = new TestState(country: "DE");

        Is(Verdict.Open, Reason.StateUnclear, Check(CheckKind.IssuingState, TestDocument.Issue(germany, zone: TestDocument.Line1.Replace("UTO", "QQQ") + TestDocument.Line2), germany.Store));
        Is(Verdict.Failed, Reason.StateDiffers, Check(CheckKind.IssuingState, document, state.Store));
        Is(Verdict.Passed, Reason.Holds, Check(CheckKind.IssuingState, TestDocument.Issue(germany, zone: TestDocument.Line1.Replace("UTO", "D<<") + TestDocument.Line2), germany.Store));
    }

    [Fact]
    public void Revocation_has_its_own_answers()
    {
        var state = new TestState();
        var document = TestDocument.Issue(state);
        TrustStore With(byte[] list) => new TrustStoreBuilder().Add(state.Certificate, "test").Add(RevocationList.Read(list, out _)!).Build();

        Is(Verdict.Open, Reason.NoRevocationList, Check(CheckKind.Revocation, document, state.Store));
        Is(Verdict.Passed, Reason.Holds, Check(CheckKind.Revocation, document, With(state.RevocationList([], Now.AddDays(-1), Now.AddDays(9)))));
        Is(Verdict.Open, Reason.RevocationListStale, Check(CheckKind.Revocation, document, With(state.RevocationList([], Now.AddDays(-9), Now.AddDays(-1)))));
        Is(Verdict.Failed, Reason.SignerRevoked, Check(CheckKind.Revocation, document, With(state.RevocationList([7], Now.AddDays(-9), Now.AddDays(-1)))));
        Is(Verdict.Failed, Reason.AuthorityRevoked, Check(CheckKind.Revocation, document, With(state.RevocationList([1], Now.AddDays(-9), Now.AddDays(9)))));
        Is(Verdict.Open, Reason.NoRevocationList, Check(CheckKind.Revocation, document, With(new TestState().RevocationList([7], Now.AddDays(-9), Now.AddDays(9)))));
    }

    [Fact]
    public void A_signer_is_found_through_a_link_and_through_a_new_name()
    {
        var old = new TestState(name: "CSCA old");
        var current = new TestState(name: "CSCA new");
        var link = old.Issue(current.Plan with { Issuer = "CSCA old", Serial = 3 }, current.Key);
        var store = new TrustStoreBuilder().Add(old.Certificate, "test").Add(link, "test").Build();

        Is(Verdict.Passed, Reason.Holds, Check(CheckKind.Chain, TestDocument.Issue(current), store));
        Assert.Equal([AuthorityKind.SelfSigned, AuthorityKind.RenamedLink], store.Authorities.Select(a => store.KindOf(a.Certificate)));
        // The signer names its authority by a name that the authority has no longer.
        Is(Verdict.Passed, Reason.Holds, Check(CheckKind.Chain, TestDocument.Issue(current, new() { Issuer = "CSCA of long ago" }), store));
    }

    [Fact]
    public void The_printed_lines_must_be_the_chips()
    {
        var state = new TestState();
        var printed = MachineReadableZone.Parse([TestDocument.Line1.Replace("ANNA", "BRIT"), TestDocument.Line2]);

        var result = Check(CheckKind.PrintedZone, TestDocument.Issue(state), state.Store, new(Now) { PrintedZone = printed });

        Is(Verdict.Failed, Reason.ZoneDiffers, result);
        Assert.Equal("name", result.Detail);
    }

    [Fact]
    public void How_the_chip_was_opened_is_told()
    {
        var document = TestDocument.Issue(new());
        void Access(Verdict verdict, Reason reason, AccessEvidence evidence) => Is(verdict, reason, Check(CheckKind.AccessControl, document, TrustStore.Empty, new(Now) { Access = evidence }));

        Access(Verdict.Passed, Reason.OpenedWithPace, new(AccessProtocol.Pace, true, false));
        Access(Verdict.Passed, Reason.OpenedWithBac, new(AccessProtocol.Bac, false, false));
        Access(Verdict.Open, Reason.BacAfterFailedPace, new(AccessProtocol.Bac, true, true));
        Access(Verdict.Open, Reason.BacInsteadOfPace, new(AccessProtocol.Bac, true, false));
        Access(Verdict.Open, Reason.OpenedWithoutControl, new(AccessProtocol.None, false, false));
    }

    [Fact]
    public void Every_answer_has_words_in_both_languages()
    {
        foreach (var wording in new[] { InspectionWording.English, InspectionWording.French })
        {
            foreach (var check in Enum.GetValues<CheckKind>())
            {
                foreach (var reason in Enum.GetValues<Reason>())
                {
                    var words = wording.Say(new(check, Verdict.Open, reason, "X"));
                    Assert.EndsWith(".", words);
                    Assert.DoesNotContain("{", words);
                }
            }
        }
        Assert.Equal("The signer's certificate was revoked on 2026-01-02.", InspectionWording.English.Say(CheckResult.Failed(CheckKind.Revocation, Reason.SignerRevoked, "2026-01-02")));
    }
}
