using Comity.Emrtd.Ber;
using Comity.Emrtd.Biometrics;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Mrz;
using Comity.Emrtd.Signatures;

namespace Comity.Emrtd.Tests.Lds;

public sealed class RealChipTests
{
    [Fact]
    public void The_specimen_chip_of_2008_is_read_whole()
    {
        var content = ChipContent.Read(RealFiles.SpecimenChip());

        Assert.Equal("0107", content.Com!.LdsVersion);
        Assert.Equal("040000", content.Com.UnicodeVersion);
        Assert.Equal([EmrtdFile.Dg1, EmrtdFile.Dg2, EmrtdFile.Dg3, EmrtdFile.Dg14], content.Com.Groups);
        var zone = Assert.IsType<MachineReadableZone.Recognised>(content.Dg1!.Zone);
        Assert.Equal("D", content.Dg1.IssuingState.ToString());
        Assert.True(zone.Checks.All(c => c.Outcome == MrzCheckOutcome.Holds));

        var face = Assert.Single(content.Dg2!.Images);
        Assert.Equal((BiometricKind.Face, ImageFormat.Jpeg2000, 337, 449), (face.Kind, face.Format, face.Width!.Value, face.Height!.Value));
        Assert.Equal("19794-5", content.Dg2.Templates[0].Standard);
        Assert.Equal([1, 1], content.Dg3!.Templates.Select(t => t.Images.Count));
        Assert.All(content.Dg3.Images, f => Assert.Equal((BiometricKind.Finger, ImageFormat.Wsq), (f.Kind, f.Format)));
        Assert.All(content.Dg4!.Images, f => Assert.Equal((BiometricKind.Iris, ImageFormat.Jpeg2000), (f.Kind, f.Format)));
        Assert.Equal([1, 2], content.Dg4.Images.Select(i => i.Position!.Value));

        var key = Assert.Single(content.Dg14!.ChipKeys);
        Assert.Equal("brainpoolP224r1", key.Key.CurveName);
        Assert.Equal(SessionCipher.TripleDes, Assert.Single(content.Dg14.ChipAuthentication).Cipher);
        Assert.True(content.Dg14.OffersTerminalAuthentication);
        Assert.Equal(KeyKind.Rsa, content.Dg15!.Kind);
        Assert.Equal(1024, content.Dg15.Bits);
    }

    [Fact]
    public void The_specimen_chips_defects_are_told()
    {
        var content = ChipContent.Read(RealFiles.SpecimenChip());

        // EF.COM leaves out groups 4 and 15, which are there.
        Assert.Equal(["EF.DG4", "EF.DG15"], content.Defects.Where(d => d.Code == DefectCode.ComDisagrees).Select(d => d.Element));
    }

    [Theory]
    [InlineData("AT", 0, DigestName.Sha256, false)]
    [InlineData("FR", 0, DigestName.Sha256, false)]
    [InlineData("MY", 0, DigestName.Sha256, false)]
    [InlineData("NZ", 0, DigestName.Sha256, true)]
    [InlineData("PH", 0, DigestName.Sha256, false)]
    [InlineData("UK", 1, DigestName.Sha256, false)]
    public void A_real_security_object_is_read(string state, int version, DigestName hash, bool notDer)
    {
        var content = RealFiles.Content(EmrtdFile.Sod, RealFiles.Sod(state));

        Assert.Equal((version, hash), (content.Sod!.Version!.Value, content.Sod.HashAlgorithm!.Value));
        Assert.Contains(EmrtdFile.Dg1, content.Sod.Hashes.Keys);
        Assert.Contains(EmrtdFile.Dg2, content.Sod.Hashes.Keys);
        Assert.Single(content.Sod.Message.Certificates);
        Assert.Single(content.Sod.Message.Signers);
        Assert.Equal(notDer, content.Defects.Any(d => d.Code == DefectCode.NotDer));
    }

    [Fact]
    public void A_face_of_39794_is_handed_on()
    {
        var content = RealFiles.Content(EmrtdFile.Dg2, RealFiles.Read("biometrics", "dg2_silver_mandatory_fields.bin"));

        Assert.Equal("39794-5", Assert.Single(content.Dg2!.Templates).Standard);
        var face = Assert.Single(content.Dg2.Images);
        Assert.Equal((BiometricKind.Face, ImageFormat.Jpeg2000, 15000), (face.Kind, face.Format, face.Data.Length));
    }

    [Fact]
    public void A_finger_of_39794_is_handed_on()
    {
        var sample = RealFiles.Read("biometrics", "sample-39794-4-ed-1-v1.der");
        var group = TlvWriter.Of(0x63, TlvWriter.Of(0x7F61, TlvWriter.Of(0x02, [1]), TlvWriter.Of(0x7F60,
            TlvWriter.Of(0xA1, TlvWriter.Of(0x87, [1, 1]), TlvWriter.Of(0x88, [0, 0x2A])), TlvWriter.Of(0x7F2E, sample))));

        var content = RealFiles.Content(EmrtdFile.Dg3, group);

        Assert.Empty(content.Defects);
        var finger = Assert.Single(content.Dg3!.Images);
        Assert.Equal((BiometricKind.Finger, ImageFormat.Png, 2), (finger.Kind, finger.Format, finger.Position!.Value));
    }
}
