using Comity.Emrtd.Inspection;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Tests.Issuing;
using Comity.Emrtd.Tests.Trust;
using Comity.Emrtd.Trust;

namespace Comity.Emrtd.Tests.Inspection;

public sealed class MutationTests
{
    /// <summary>A state of ten times the work shows as ten times the allocation: everything read is copied or listed somewhere.</summary>
    private static void Bounded(Action<byte[]> read, byte[] file, int count, int seed)
    {
        long Allocated(byte[] bytes)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            read(bytes);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(file);
        var limit = (10 * Allocated(file)) + 40_000;
        var mutation = new Mutation(seed);
        for (var i = 0; i < count; i++)
        {
            var damaged = mutation.Of(file);
            var used = Allocated(damaged);
            Assert.True(used <= limit, $"{used} bytes where the file itself takes a tenth of {limit}");
        }
    }

    [Fact]
    public void No_damage_to_a_real_file_throws_or_costs_more_than_ten_times()
    {
        var files = RealFiles.SpecimenChip().Select(f => (f.Key, Bytes: f.Value.ToArray()))
            .Concat(new[] { "AT", "FR", "MY", "NZ", "PH", "UK" }.Select(s => (EmrtdFile.Sod, RealFiles.Sod(s))))
            .Append((EmrtdFile.Dg2, RealFiles.Read("biometrics", "dg2_silver_mandatory_fields.bin")))
            .Append((EmrtdFile.Dg3, RealFiles.Read("biometrics", "sample-39794-4-ed-1-v1.der"))).ToList();
        foreach (var (file, bytes) in files)
            Bounded(b => RealFiles.Content(file, b), bytes, Mutation.Count * 9 / 10 / files.Count, (int)file);
    }

    [Fact]
    public void No_damage_to_a_certificate_or_list_throws_or_costs_more_than_ten_times()
    {
        var count = Mutation.Count / 40;
        Bounded(b => Certificate.Read(b, out _), RealFiles.GermanAnchor(), count, 1);
        Bounded(b => RevocationList.Read(b, out _), RealFiles.Read("vdsnc", "crlData.crl"), count, 2);
        Bounded(b => Certificate.Read(b, out _), RealFiles.Read("vdsnc", "cscaCertData.cer"), count, 3);
        Bounded(b => MasterList.Read(b, out _), RealFiles.NewerList(), Mutation.Count / 1000, 4);
    }

    [Fact]
    public void No_damage_to_a_real_security_object_makes_other_hashes_valid()
    {
        var inspector = new Inspector(GermanLists.Store);
        foreach (var state in new[] { "AT", "FR", "MY", "NZ", "PH", "UK" })
        {
            var file = RealFiles.Sod(state);
            var original = RealFiles.Content(EmrtdFile.Sod, file).Sod!;
            var mutation = new Mutation(state[0]);
            for (var i = 0; i < Mutation.Count / 200; i++)
            {
                var content = RealFiles.Content(EmrtdFile.Sod, mutation.Of(file));
                var result = inspector.Inspect(content, new(GermanLists.At));
                if (result.Worst(CheckKind.Signature, CheckKind.Chain) != Verdict.Passed) continue;
                Assert.Equal(original.Message.Content.ToArray(), content.Sod!.Message.Content.ToArray());
                Assert.Equal(original.Hashes.Keys, content.Sod.Hashes.Keys);
            }
        }
    }

    [Fact]
    public void No_single_changed_byte_of_an_issued_document_passes_with_other_data()
    {
        var state = new TestState(TestKey.Ec("1.2.840.10045.3.1.7"));
        var document = TestDocument.Issue(state, signerKey: TestKey.Ec("1.2.840.10045.3.1.7"));
        var inspector = new Inspector(state.Store);
        var original = document.Content;
        foreach (var file in new[] { EmrtdFile.Dg1, EmrtdFile.Dg2, EmrtdFile.Sod })
        {
            var whole = document.Files[file];
            for (var at = 0; at < whole.Length; at++)
            {
                var changed = whole.ToArray();
                changed[at] ^= (byte)(1 << (at % 8));
                document.Files[file] = changed;
                var result = inspector.Inspect(document.Content, new(TestState.Now));
                if (result.Worst(CheckKind.Hashes, CheckKind.Signature, CheckKind.Chain) != Verdict.Passed) continue;
                Assert.Equal(EmrtdFile.Sod, file);
                Assert.Equal(original.Sod!.Message.Content.ToArray(), document.Content.Sod!.Message.Content.ToArray());
                // The certificate's own wrapping is not signed; what it says is.
                var (was, signer) = (original.Sod.Message.Certificates[0], result.Signer!);
                Assert.Equal((was.Subject, was.Issuer, was.NotBefore, was.NotAfter), (signer.Subject, signer.Issuer, signer.NotBefore, signer.NotAfter));
                Assert.Equal(was.Key.Raw.ToArray(), signer.Key.Raw.ToArray());
            }
            document.Files[file] = whole;
        }
    }
}
