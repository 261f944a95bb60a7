using System.Text;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Inspection;
using Comity.Emrtd.Tests.Issuing;
using Comity.Emrtd.Trust;

namespace Comity.Emrtd.Tests.Trust;

public sealed class ListTests
{
    private static byte[] Printable(string text) => TlvWriter.Of(Tag.PrintableString, Encoding.ASCII.GetBytes(text));

    private static (byte[] File, TestState State) Master(CertificatePlan plan)
    {
        var state = new TestState();
        var key = TestKey.Ec();
        var content = TlvWriter.Of(Tag.Sequence, TlvWriter.Of(2, [0]), TlvWriter.Of(Tag.Set, state.Certificate.Raw.ToArray(), new TestState(country: "XA").Certificate.Raw.ToArray()));
        return (TestState.Sign("2.23.136.1.1.2", content, state.Issue(plan, key), key), state);
    }

    [Fact]
    public void A_list_is_trusted_only_from_a_signer_of_lists()
    {
        var (good, state) = Master(new() { ExtendedUse = "2.23.136.1.1.3" });
        var list = MasterList.Read(good, out var defects)!;
        Assert.Empty(defects);
        Assert.Equal(2, list.Certificates.Count);
        Assert.True(ListSignature.Judge(list.Message, SignerPurpose.MasterLists, state.Store, TestState.Now).IsTrusted);

        var (documents, other) = Master(new());
        var refused = ListSignature.Judge(MasterList.Read(documents, out _)!.Message, SignerPurpose.MasterLists, other.Store, TestState.Now);
        Assert.False(refused.IsTrusted);
        Assert.Equal(Reason.SignerNotForThis, refused.Checks[1].Reason);
    }

    [Fact]
    public void A_changed_list_is_not_trusted()
    {
        var (file, state) = Master(new() { ExtendedUse = "2.23.136.1.1.3" });
        file[file.AsSpan().IndexOf(state.Certificate.Raw.Span) + 20] ^= 1;

        var signature = ListSignature.Judge(MasterList.Read(file, out _)!.Message, SignerPurpose.MasterLists, state.Store, TestState.Now);

        Assert.Equal(Reason.ContentChanged, signature.Checks[0].Reason);
    }

    [Fact]
    public void A_known_deviation_leaves_the_question_open_and_a_known_defect_answers_it()
    {
        var state = new TestState();
        var key = TestKey.Ec();
        var document = TestDocument.Issue(state);
        var signer = document.Content.Sod!.Message.Certificates[0];
        byte[] who = [.. signer.Issuer.Raw.Span, .. TlvWriter.Unsigned(signer.SerialNumber.Span)];
        var deviations = TestState.Sign("2.23.136.1.1.7", TlvWriter.Of(Tag.Sequence, TlvWriter.Of(2, [0]), TlvWriter.Of(Tag.Set, TlvWriter.Of(Tag.Sequence,
            TlvWriter.Of(Tag.Sequence, TlvWriter.Of(0x80, "P"u8.ToArray()), TlvWriter.Of(0xA1, who), TlvWriter.Of(0xA4, TestState.Time(TestState.Now), TestState.Time(TestState.Now))),
            TlvWriter.Of(Tag.Set, TlvWriter.Of(Tag.Sequence, Printable("Dates in BCD"), TlvWriter.Oid("2.23.136.1.1.7.1.1")))))), state.Certificate, key);
        var defects = TestState.Sign("0.4.0.127.0.7.3.1.5", TlvWriter.Of(Tag.Sequence, TlvWriter.Of(2, [0]), TlvWriter.Oid("2.16.840.1.101.3.4.2.1"), TlvWriter.Of(Tag.Set, TlvWriter.Of(Tag.Sequence,
            TlvWriter.Of(Tag.Sequence, who), TlvWriter.Of(Tag.Set, TlvWriter.Of(Tag.Sequence, TlvWriter.Oid("0.4.0.127.0.7.3.1.5.1.1")))))), state.Certificate, key);
        CheckResult With(byte[] list) => new Inspector(new TrustStoreBuilder().Add(state.Certificate, "t").Add(FaultList.Read(list, out _)!).Build())
            .Inspect(document.Content, new(TestState.Now))[CheckKind.KnownFaults];

        Assert.Equal((Verdict.Open, Reason.KnownDeviation, "2.23.136.1.1.7.1.1: Dates in BCD"), (With(deviations).Verdict, With(deviations).Reason, With(deviations).Detail));
        Assert.Equal((Verdict.Failed, Reason.KnownDefect), (With(defects).Verdict, With(defects).Reason));
        Assert.True(Assert.Single(FaultList.Read(defects, out _)!.Faults).IsRevocation);
        Assert.Equal(new DateOnly(2026, 6, 15), FaultList.Read(deviations, out _)!.Faults[0].IssuedFrom);
    }

    [Fact]
    public void The_directorys_export_is_read_with_folded_lines_and_faults_told()
    {
        var certificate = new TestState().Certificate.Raw.ToArray();
        var base64 = Convert.ToBase64String(certificate);
        var text = $"version: 1\n\ndn: cn=a,o=dsc,c=ut,dc=data,dc=download,dc=pkd,dc=icao,dc=int\nuserCertificate;binary:: {base64[..60]}\n {base64[60..]}\nsn: 7\n\n" +
            "dn: cn=b,o=crl,c=XA,dc=nc-data,dc=icao\ncertificateRevocationList;binary:: AAEC\n\ndn: c=UT\npkdMasterListContent:: !!\n";
        var faults = new List<LdifFault>();

        var entries = Ldif.Read(new StringReader(text), faults.Add).ToList();

        Assert.Equal([(DirectoryItem.Certificate, "UT", 4, true), (DirectoryItem.RevocationList, "XA", 9, false)], entries.Select(e => (e.Kind, e.Country!, e.Line, e.Conformant)));
        Assert.Equal(certificate, entries[0].Content.ToArray());
        Assert.Equal(12, Assert.Single(faults).Line);
    }

    [Fact]
    public void The_real_revocation_list_and_certificate_of_the_seals_are_read()
    {
        var authority = Certificate.Read(RealFiles.Read("vdsnc", "cscaCertData.cer"), out _)!;
        var list = RevocationList.Read(RealFiles.Read("vdsnc", "crlData.crl"), out _)!;

        Assert.Equal(Comity.Emrtd.Signatures.SignatureOutcome.Valid, authority.SelfSigned);
        Assert.Equal(Comity.Emrtd.Signatures.SignatureOutcome.Valid, list.SignedBy(authority.Key));
    }
}
