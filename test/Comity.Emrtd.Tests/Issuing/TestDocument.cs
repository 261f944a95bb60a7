using System.Text;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Signatures;
using Comity.Emrtd.Trust;

namespace Comity.Emrtd.Tests.Issuing;

/// <summary>A document of Utopia.</summary>
internal sealed class TestDocument
{
    public const string Line1 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
    public const string Line2 = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";

    public Dictionary<EmrtdFile, ReadOnlyMemory<byte>> Files { get; } = [];

    public ChipContent Content => ChipContent.Read(Files);

    /// <summary>Issues a document: DG1, DG2 and what more is given, hashed and signed.</summary>
    public static TestDocument Issue(TestState state, CertificatePlan? plan = null, TestKey? signerKey = null, DateTimeOffset? signedAt = null,
        DigestName hash = DigestName.Sha256, string zone = Line1 + Line2, params (EmrtdFile File, byte[] Content)[] more)
    {
        var key = signerKey ?? TestKey.Ec();
        var signer = state.Issue(plan ?? new CertificatePlan { Country = state.Plan.Country, Issuer = state.Plan.Subject }, key);
        var document = new TestDocument();
        document.Files[EmrtdFile.Dg1] = TlvWriter.Of(0x61, TlvWriter.Of(0x5F1F, Encoding.ASCII.GetBytes(zone)));
        document.Files[EmrtdFile.Dg2] = Face();
        foreach (var (file, content) in more) document.Files[file] = content;
        document.Sign(signer, key, hash, signedAt);
        return document;
    }

    public void Sign(Certificate signer, TestKey key, DigestName hash = DigestName.Sha256, DateTimeOffset? signedAt = null)
    {
        var groups = Files.Keys.Where(f => f <= EmrtdFile.Dg16).Order().ToArray();
        var hashes = groups.Select(f => TlvWriter.Of(Tag.Sequence, TlvWriter.Of(Tag.Integer, [(byte)f]), TlvWriter.Of(Tag.OctetString, Digest.Of(hash, Files[f].Span)))).ToArray();
        var content = TlvWriter.Of(Tag.Sequence, TlvWriter.Of(Tag.Integer, [1]), TestKey.AlgorithmOf(Digest.OidOf(hash)), TlvWriter.Of(Tag.Sequence, hashes),
            TlvWriter.Of(Tag.Sequence, TlvWriter.Of(Tag.PrintableString, "0108"u8.ToArray()), TlvWriter.Of(Tag.PrintableString, "040000"u8.ToArray())));
        Files[EmrtdFile.Sod] = TlvWriter.Of(0x77, TestState.Sign("2.23.136.1.1.1", content, signer, key, signedAt));
        Files[EmrtdFile.Com] = TlvWriter.Of(0x60, TlvWriter.Of(0x5F01, "0108"u8.ToArray()), TlvWriter.Of(0x5F36, "040000"u8.ToArray()),
            TlvWriter.Of(0x5C, [.. groups.Select(g => (byte)EmrtdFiles.TagOf(g))]));
    }

    /// <summary>A face of ISO/IEC 19794-5 around a few bytes that begin like a JPEG.</summary>
    private static byte[] Face()
    {
        byte[] image = [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[200]];
        var length = 32 + image.Length;
        byte[] record = [.. "FAC\0010\0"u8, 0, 0, (byte)((14 + length) >> 8), (byte)(14 + length), 0, 1,
            0, 0, (byte)(length >> 8), (byte)length, 0, 0, .. new byte[14], 1, 0, 1, 0x9D, 2, 0x13, 1, 0, 0, 0, 0, 0, .. image];
        return TlvWriter.Of(0x75, TlvWriter.Of(0x7F61, TlvWriter.Of(2, [1]), TlvWriter.Of(0x7F60,
            TlvWriter.Of(0xA1, TlvWriter.Of(0x87, [1, 1]), TlvWriter.Of(0x88, [0, 8])), TlvWriter.Of(0x5F2E, record))));
    }
}
