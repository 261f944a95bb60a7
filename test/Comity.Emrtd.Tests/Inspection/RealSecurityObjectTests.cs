using Comity.Emrtd.Inspection;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Tests.Trust;
using Comity.Emrtd.Trust;

namespace Comity.Emrtd.Tests.Inspection;

public sealed class RealSecurityObjectTests
{
    [Theory]
    [InlineData("AT", Reason.Holds)]
    [InlineData("FR", Reason.Holds)]
    [InlineData("MY", Reason.Holds)]
    [InlineData("NZ", Reason.Holds)]
    [InlineData("PH", Reason.Holds)]
    [InlineData("UK", Reason.Holds)]
    public void Each_real_security_object_reaches_a_verdict_on_its_signer(string state, Reason chain)
    {
        var result = new Inspector(GermanLists.Store).Inspect(RealFiles.Content(EmrtdFile.Sod, RealFiles.Sod(state)), new(GermanLists.At));

        Assert.Equal(Reason.Holds, result[CheckKind.Signature].Reason);
        Assert.Equal(chain, result[CheckKind.Chain].Reason);
        Assert.Equal(state == "MY", result.Defects.Any(d => d.Code == DefectCode.NameSpelledOtherwise));
    }

    [Fact]
    public void The_specimen_chips_hashes_are_checked_and_its_uncovered_groups_found()
    {
        var result = new Inspector(GermanLists.Store).Inspect(ChipContent.Read(RealFiles.SpecimenChip()), new(GermanLists.At));

        Assert.Equal(
            """
            structure passed defectsFound 2
            hashes failed groupNotCovered EF.DG4 EF.DG15
            signature passed holds C=DE, O=BundesDruckerei GmbH, CN=DS, SERIALNUMBER=1.2.276.0.80.1.12.0.20.10.1.2 [1267]
            chain open unknownSigner DE
            validity failed signerExpired 2009-01-27
            revocation open noAuthority
            knownFaults open noFaultLists
            issuingState passed holds D DE
            printedZone open notGiven
            accessControl open notPerformed
            chipAuthentication open notPerformed
            activeAuthentication open notPerformed
            terminalAuthentication open notPerformed
            """, result.ToString());
        Assert.Equal(Verdict.Failed, result.PassiveAuthentication);
    }

    [Fact]
    public void The_specimen_chips_signed_groups_hold_and_one_changed_byte_is_found()
    {
        var files = RealFiles.SpecimenChip();
        files.Remove(EmrtdFile.Dg4);
        files.Remove(EmrtdFile.Dg15);
        var inspector = new Inspector(GermanLists.Store);
        Assert.Equal(Verdict.Passed, inspector.Inspect(ChipContent.Read(files), new(GermanLists.At))[CheckKind.Hashes].Verdict);

        var changed = files[EmrtdFile.Dg2].ToArray();
        changed[^1] ^= 1;
        files[EmrtdFile.Dg2] = changed;
        var hashes = inspector.Inspect(ChipContent.Read(files), new(GermanLists.At))[CheckKind.Hashes];
        Assert.Equal((Verdict.Failed, Reason.HashDiffers, "EF.DG2"), (hashes.Verdict, hashes.Reason, hashes.Detail));
    }

    [Fact]
    public void A_signer_of_a_State_without_certificates_is_unknown()
    {
        var chain = new Inspector(TrustStore.Empty).Inspect(RealFiles.Content(EmrtdFile.Sod, RealFiles.Sod("AT")), new(GermanLists.At))[CheckKind.Chain];

        Assert.Equal((Verdict.Open, Reason.UnknownState, "AT"), (chain.Verdict, chain.Reason, chain.Detail));
    }
}
