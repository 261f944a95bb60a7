using Comity.Emrtd.Ber;
using Comity.Emrtd.Inspection;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Signatures;
using Comity.Emrtd.Tests.Issuing;
using Comity.Emrtd.Trust;

namespace Comity.Benchmarks;

/// <summary>What does an inspection cost beyond the two signatures and the hashes that nobody can leave out? And a master list beyond OpenSSL's own work?</summary>
internal static class PassportBenchmark
{
    private const int Rounds = 5;

    public static void Run(bool quick, TextWriter output)
    {
        output.WriteLine("| signer and authority | bare, keys loaded, µs | bare, signer's key decoded, µs | inspected, µs | ratio to the latter | signer known, µs | ratio to keys loaded | allocated, kB | known, kB |");
        output.WriteLine("| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (name, key) in new (string, Func<TestKey>)[]
        {
            ("ECDSA brainpoolP384r1", () => TestKey.Ec("1.3.36.3.3.2.8.1.1.11", DigestName.Sha256)),
            ("ECDSA P-256", () => TestKey.Ec("1.2.840.10045.3.1.7")),
            ("RSA 2048", () => TestKey.Rsa(bits: 2048)),
            ("RSA 4096", () => TestKey.Rsa(bits: 4096)),
        })
        {
            Measure(name, key, quick ? 100 : 1000, output);
        }
        output.WriteLine();
        LoadList(quick ? 3 : 10, output);
    }

    private static void Measure(string name, Func<TestKey> newKey, int count, TextWriter output)
    {
        var state = new TestState(newKey());
        var signerKey = newKey();
        var document = TestDocument.Issue(state, signerKey: signerKey, more: [(EmrtdFile.Dg13, TlvWriter.Of(0x6D, new byte[15_000]))]);
        var files = document.Files;
        var context = new InspectionContext(TestState.Now);
        var known = new Inspector(state.Store);
        var message = document.Content.Sod!.Message;
        var certificate = message.Certificates[0];
        var (attributes, signature) = Parts(message, signerKey);
        var (body, bodySignature) = CertificateParts(certificate);
        using var bareSigner = new BareOpenSsl(signerKey.Info, "SHA256");
        using var bareAuthority = new BareOpenSsl(state.Key.Info, "SHA256");
        var groups = files.Where(f => f.Key <= EmrtdFile.Dg16).Select(f => f.Value).ToArray();
        var hash = new byte[32];

        double bare = double.MaxValue, decoded = double.MaxValue, fresh = double.MaxValue, cached = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            bare = Math.Min(bare, Microseconds(count, () =>
            {
                foreach (var group in groups) bareSigner.Hash(group.Span, hash);
                bareSigner.Hash(message.Content.Span, hash);
                Require(bareSigner.Verify(attributes, signature) && bareAuthority.Verify(body, bodySignature));
            }));
            // A signer that was not seen before brings its key in its certificate: whoever checks it decodes it.
            decoded = Math.Min(decoded, Microseconds(count, () =>
            {
                using var signer = new BareOpenSsl(signerKey.Info, "SHA256");
                foreach (var group in groups) signer.Hash(group.Span, hash);
                signer.Hash(message.Content.Span, hash);
                Require(signer.Verify(attributes, signature) && bareAuthority.Verify(body, bodySignature));
            }));
            fresh = Math.Min(fresh, Microseconds(count, () => Inspect(new(state.Store))));
            cached = Math.Min(cached, Microseconds(count, () => Inspect(known)));
        }
        void Inspect(Inspector inspector) => Require(inspector.Inspect(ChipContent.Read(files), context).Worst(CheckKind.Hashes, CheckKind.Signature, CheckKind.Chain) == Verdict.Passed);
        long Allocated(Inspector inspector)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Inspect(inspector);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        output.WriteLine($"| {name} | {bare:F0} | {decoded:F0} | {fresh:F0} | {decoded / fresh:F2} | {cached:F0} | {bare / cached:F2} | {Allocated(new(state.Store)) / 1000.0:F0} | {Allocated(known) / 1000.0:F0} |");
    }

    /// <summary>What the signer's signature is over, and the signature.</summary>
    private static (byte[] Signed, byte[] Signature) Parts(SignedData message, TestKey key)
    {
        byte[] Attribute(string oid, byte[] value) => TlvWriter.Of(Tag.Sequence, TlvWriter.Oid(oid), TlvWriter.Of(Tag.Set, value));
        var signed = TlvWriter.Of(Tag.Set, Attribute("1.2.840.113549.1.9.3", TlvWriter.Oid(message.ContentType)),
            Attribute("1.2.840.113549.1.9.4", TlvWriter.Of(Tag.OctetString, System.Security.Cryptography.SHA256.HashData(message.Content.Span))));
        return (signed, key.Sign(signed));
    }

    private static (byte[] Body, byte[] Signature) CertificateParts(Certificate certificate)
    {
        var reader = new TlvReader(certificate.Raw, 0, null);
        reader.TryNext(out var root);
        var parts = root.Inside().All();
        return (parts[0].Raw.ToArray(), parts[2].Value[1..].ToArray());
    }

    private static void LoadList(int count, TextWriter output)
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("COMITY_SHARED_DATA") ?? "../shared/data", "emrtd", "masterlist");
        var path = Path.Combine(folder, "DE_ML_2026-05-28-08-28-45.ml");
        if (!File.Exists(path))
        {
            output.WriteLine($"No master list in {folder}: its loading is not measured.\n");
            return;
        }

        var file = File.ReadAllBytes(path);
        var anchors = new TrustStoreBuilder().Add(Certificate.Read(File.ReadAllBytes(Path.Combine(folder, "DE_ROOT_CA_CSCA07.cer")), out _)!, "anchor").Build();
        var certificates = MasterList.Read(file, out _)!.Certificates.Select(c => c.Raw.ToArray()).ToList();
        var at = new DateTimeOffset(2026, 6, 15, 0, 0, 0, TimeSpan.Zero);
        double bare = double.MaxValue, own = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            bare = Math.Min(bare, Microseconds(count, () => Require(BareOpenSsl.VerifyMessageAndParse(file, certificates))));
            own = Math.Min(own, Microseconds(count, () =>
            {
                var list = MasterList.Read(file, out _)!;
                Require(ListSignature.Judge(list.Message, SignerPurpose.MasterLists, anchors, at).IsTrusted && list.Certificates.Count == certificates.Count);
            }));
        }
        output.WriteLine("| certificates | OpenSSL: CMS verified, certificates decoded, ms | list read and judged, signer's chain too, ms | ratio |");
        output.WriteLine("| ---: | ---: | ---: | ---: |");
        output.WriteLine($"| {certificates.Count} | {bare / 1000:F1} | {own / 1000:F1} | {bare / own:F2} |\n");
    }

    private static void Require(bool holds)
    {
        if (!holds) throw new InvalidOperationException("The benchmark's own document is not accepted.");
    }

    private static double Microseconds(int count, Action run)
    {
        run();
        var from = Machine.ThreadNanoseconds();
        for (var i = 0; i < count; i++) run();
        return (Machine.ThreadNanoseconds() - from) / count / 1000;
    }
}
