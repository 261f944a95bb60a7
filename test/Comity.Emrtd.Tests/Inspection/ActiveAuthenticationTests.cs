using System.Security.Cryptography;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Inspection;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Signatures;
using Comity.Emrtd.Tests.Issuing;

namespace Comity.Emrtd.Tests.Inspection;

public sealed class ActiveAuthenticationTests
{
    private static readonly byte[] Challenge = [1, 2, 3, 4, 5, 6, 7, 8];

    /// <summary>What a chip does (ISO/IEC 9796-2 scheme 1): its own random bytes, their hash with the challenge, and a trailer.</summary>
    internal static byte[] AnswerRsa(RSA key, DigestName hash, byte[] challenge)
    {
        var length = key.KeySize / 8;
        byte[] trailer = hash == DigestName.Sha1 ? [0xBC] : [(byte)(hash switch { DigestName.Sha256 => 0x34, DigestName.Sha512 => 0x35, DigestName.Sha384 => 0x36, _ => 0x38 }), 0xCC];
        var m1 = RandomNumberGenerator.GetBytes(length - 1 - Digest.LengthOf(hash) - trailer.Length);
        return TestKey.Raw(key, [0x6A, .. m1, .. Digest.Of(hash, [.. m1, .. challenge]), .. trailer]);
    }

    [Theory]
    [InlineData(DigestName.Sha1)]
    [InlineData(DigestName.Sha224)]
    [InlineData(DigestName.Sha256)]
    [InlineData(DigestName.Sha512)]
    public void An_answer_of_RSA_is_recovered_and_another_challenge_refused(DigestName hash)
    {
        using var rsa = RSA.Create(1024);
        var key = SubjectKey.Read(rsa.ExportSubjectPublicKeyInfo())!;
        var answer = AnswerRsa(rsa, hash, Challenge);

        Assert.Equal(SignatureOutcome.Valid, ActiveAuthentication.Verify(key, null, Challenge, answer));
        Assert.Equal(SignatureOutcome.Invalid, ActiveAuthentication.Verify(key, null, [1, 2, 3, 4, 5, 6, 7, 9], answer));
        answer[5] ^= 1;
        Assert.Equal(SignatureOutcome.Invalid, ActiveAuthentication.Verify(key, null, Challenge, answer));
    }

    [Fact]
    public void An_answer_over_a_curve_is_checked_by_the_algorithm_of_DG14()
    {
        using var ec = ECDsa.Create(ECCurve.CreateFromValue("1.3.36.3.3.2.8.1.1.7"));
        var dg15 = TlvWriter.Of(0x6F, TestKey.InfoOf(ec.ExportExplicitParameters(false), null));
        var dg14 = TlvWriter.Of(0x6E, TlvWriter.Of(Tag.Set, TlvWriter.Of(Tag.Sequence, TlvWriter.Oid("2.23.136.1.1.5"), TlvWriter.Of(2, [1]), TlvWriter.Oid("0.4.0.127.0.7.1.1.4.1.2"))));
        var answer = ec.SignHash(Digest.Of(DigestName.Sha224, Challenge));
        var state = new TestState();
        var document = TestDocument.Issue(state, more: [(EmrtdFile.Dg14, dg14), (EmrtdFile.Dg15, dg15)]);
        CheckResult Ask(TestDocument of, byte[] response) =>
            new Inspector(state.Store).Inspect(of.Content, new(TestState.Now) { ActiveAuthentication = new(Challenge, response) })[CheckKind.ActiveAuthentication];

        Assert.Equal(Verdict.Passed, Ask(document, answer).Verdict);
        Assert.Equal((Verdict.Failed, Reason.ChipAnsweredWrongly), (Ask(document, new byte[64]).Verdict, Ask(document, new byte[64]).Reason));
    }

    [Fact]
    public void A_clone_with_its_own_key_does_not_pass()
    {
        using var rsa = RSA.Create(1024);
        var state = new TestState();
        var document = TestDocument.Issue(state);
        document.Files[EmrtdFile.Dg15] = TlvWriter.Of(0x6F, rsa.ExportSubjectPublicKeyInfo());

        var result = new Inspector(state.Store).Inspect(document.Content, new(TestState.Now) { ActiveAuthentication = new(Challenge, AnswerRsa(rsa, DigestName.Sha1, Challenge)) });

        Assert.Equal((Verdict.Open, Reason.KeyNotCovered), (result[CheckKind.ActiveAuthentication].Verdict, result[CheckKind.ActiveAuthentication].Reason));
    }
}
