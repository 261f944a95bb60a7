using System.Security.Cryptography;
using Comity.Emrtd.Access;
using Comity.Emrtd.Ber;
using Comity.Emrtd.Inspection;
using Comity.Emrtd.Lds;
using Comity.Emrtd.Mrz;
using Comity.Emrtd.Signatures;
using Comity.Emrtd.Tests.Issuing;

namespace Comity.Emrtd.Tests.Access;

public sealed class ChipReaderTests
{
    private static readonly TestState State = new(TestKey.Ec("1.2.840.10045.3.1.7"));
    private static readonly RSA ActiveKey = RSA.Create(1024);
    private static readonly AccessKey Zone = AccessKey.FromZone(MachineReadableZone.Parse([TestDocument.Line1, TestDocument.Line2]))!;

    /// <summary>A genuine document with keys of chip and active authentication.</summary>
    private static (TestDocument Document, (IAgreement, byte[]) ChipKey) Issue(SessionCipher cipher = SessionCipher.Aes128, string curve = "1.3.36.3.3.2.8.1.1.7")
    {
        using var key = ECDsa.Create(ECCurve.CreateFromValue(curve));
        var parameters = key.ExportExplicitParameters(true);
        var dg14 = TlvWriter.Of(0x6E, TlvWriter.Of(Tag.Set,
            TlvWriter.Of(Tag.Sequence, TlvWriter.Oid("0.4.0.127.0.7.2.2.1.2"), TestKey.InfoOf(parameters, null)),
            TlvWriter.Of(Tag.Sequence, TlvWriter.Oid($"0.4.0.127.0.7.2.2.3.2.{(int)cipher + 1}"), TlvWriter.Of(2, [1]))));
        var dg15 = TlvWriter.Of(0x6F, ActiveKey.ExportSubjectPublicKeyInfo());
        // Large enough for READ BINARY beyond 32,767.
        var dg13 = TlvWriter.Of(0x6D, new byte[40_000]);
        var document = TestDocument.Issue(State, signerKey: TestKey.Ec("1.2.840.10045.3.1.7"), more: [(EmrtdFile.Dg13, dg13), (EmrtdFile.Dg14, dg14), (EmrtdFile.Dg15, dg15)]);
        return (document, (new EcAgreement(EcGroup.ByOid(curve)!), parameters.D!));
    }

    private static void AddPace(TestDocument document, PaceInfo info) => document.Files[EmrtdFile.CardAccess] = TlvWriter.Of(Tag.Set,
        TlvWriter.Of(Tag.Sequence, TlvWriter.Oid(info.Identifier), TlvWriter.Of(2, [2]), TlvWriter.Of(2, [(byte)info.Parameters!.Value])));

    private static PaceInfo Info(int map, int cipher, int parameters) => new($"0.4.0.127.0.7.2.2.4.{map}.{cipher}",
        map switch { 3 or 4 => PaceMapping.Integrated, 6 => PaceMapping.ChipAuthentication, _ => PaceMapping.Generic },
        map is 2 or 4 or 6, (SessionCipher)(cipher - 1), 2, parameters);

    private static InspectionResult Inspect(ReadResult read) => new Inspector(State.Store).Inspect(ChipContent.Read(read.Files), read.ContextAt(TestState.Now));

    private static void AllPassed(ReadResult read, Reason access)
    {
        var result = Inspect(read);
        Assert.True(read.Outcome.IsSuccess, read.Outcome.ToString());
        Assert.Equal(Verdict.Passed, result.Worst(CheckKind.Structure, CheckKind.Hashes, CheckKind.Signature, CheckKind.Chain, CheckKind.ChipAuthentication, CheckKind.ActiveAuthentication));
        Assert.Equal(access, result[CheckKind.AccessControl].Reason);
    }

    [Theory]
    [InlineData(SessionCipher.TripleDes)]
    [InlineData(SessionCipher.Aes128)]
    [InlineData(SessionCipher.Aes256)]
    public void A_chip_is_read_with_basic_access_and_proves_itself(SessionCipher chipCipher)
    {
        var (document, key) = Issue(chipCipher);
        var chip = new TestChip { Files = document.Files, Key = Zone, ChipKey = key, ActiveKey = ActiveKey };
        var seen = new List<ReadProgress>();

        var read = new ChipReader(chip).Read(Zone, seen.Add);

        AllPassed(read, Reason.OpenedWithBac);
        Assert.Equal(document.Files[EmrtdFile.Dg13].ToArray(), read.Files[EmrtdFile.Dg13].ToArray());
        Assert.Contains(new(EmrtdFile.Dg13, 40_004, 40_004), seen);
    }

    public static TheoryData<int, int, int> Ways => new()
    {
        { 2, 1, 13 }, { 2, 2, 12 }, { 2, 3, 16 }, { 2, 4, 18 }, { 2, 2, 10 }, { 2, 2, 8 }, { 2, 4, 17 }, { 4, 1, 13 }, { 4, 2, 13 }, { 4, 3, 15 }, { 4, 4, 17 },
        { 6, 2, 13 }, { 6, 4, 13 }, { 1, 2, 0 }, { 1, 1, 1 }, { 3, 2, 0 }, { 3, 4, 2 },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_chip_is_read_with_PACE_in_every_way(int map, int cipher, int parameters)
    {
        var (document, key) = Issue();
        var info = Info(map, cipher, parameters);
        AddPace(document, info);
        document.Files.Remove(EmrtdFile.Dg13, out _);
        document.Sign(State.Issue(new(), ReSigner), ReSigner);

        var read = new ChipReader(new TestChip { Files = document.Files, Key = Zone, Pace = info, ChipKey = key, ActiveKey = ActiveKey }).Read(Zone);

        AllPassed(read, Reason.OpenedWithPace);
    }

    private static readonly TestKey ReSigner = TestKey.Ec("1.2.840.10045.3.1.7");

    [Fact]
    public void A_card_access_number_opens_PACE_and_a_wrong_one_does_not()
    {
        var (document, key) = Issue();
        var info = Info(2, 2, 13);
        AddPace(document, info);
        var can = AccessKey.FromCardAccessNumber("123456")!;
        TestChip Chip() => new() { Files = document.Files, Key = can, Pace = info, ChipKey = key, ActiveKey = ActiveKey };

        AllPassed(new ChipReader(Chip()).Read(can), Reason.OpenedWithPace);
        var refused = new ChipReader(Chip()).Read(AccessKey.FromCardAccessNumber("123457")!);
        Assert.Equal((ChipFault.Refused, 0x6300), (refused.Outcome.Fault, refused.Outcome.Status));
    }

    [Fact]
    public void A_wrong_zone_opens_nothing()
    {
        var read = new ChipReader(new TestChip { Files = Issue().Document.Files, Key = Zone }).Read(AccessKey.FromFields("X", "740812", "120415")!);

        Assert.Equal((ChipFault.Refused, 0x6300), (read.Outcome.Fault, read.Outcome.Status));
        Assert.Empty(read.Files);
    }

    [Fact]
    public void Basic_access_after_a_failed_PACE_is_told()
    {
        var (document, key) = Issue();
        var info = Info(2, 2, 13);
        AddPace(document, info);

        foreach (var misbehaviour in new[] { Misbehaviour.RefusesPace, Misbehaviour.WrongPaceToken, Misbehaviour.ReflectsPaceKey })
        {
            var read = new ChipReader(new TestChip { Files = document.Files, Key = Zone, Pace = info, ChipKey = key, ActiveKey = ActiveKey, Misbehaviour = misbehaviour }).Read(Zone);
            Assert.Equal((Verdict.Open, Reason.BacAfterFailedPace), (Inspect(read)[CheckKind.AccessControl].Verdict, Inspect(read)[CheckKind.AccessControl].Reason));
        }
    }

    [Fact]
    public void A_copy_without_the_private_keys_is_found()
    {
        var (document, _) = Issue();
        var (_, otherKey) = Issue();

        var read = new ChipReader(new TestChip { Files = document.Files, Key = Zone, ChipKey = otherKey, ActiveKey = ActiveKey }).Read(Zone);
        Assert.Equal((Verdict.Failed, Reason.ChipAnsweredWrongly), (Inspect(read)[CheckKind.ChipAuthentication].Verdict, Inspect(read)[CheckKind.ChipAuthentication].Reason));

        document.Files.Remove(EmrtdFile.Dg14);
        using var other = RSA.Create(1024);
        read = new ChipReader(new TestChip { Files = document.Files, Key = Zone, ActiveKey = other }).Read(Zone);
        Assert.Equal((Verdict.Failed, Reason.ChipAnsweredWrongly), (Inspect(read)[CheckKind.ActiveAuthentication].Verdict, Inspect(read)[CheckKind.ActiveAuthentication].Reason));
    }

    [Theory]
    [InlineData(Misbehaviour.BadMac, ChipFault.Tampered)]
    [InlineData(Misbehaviour.ClaimsEndlessFile, ChipFault.LimitReached)]
    [InlineData(Misbehaviour.GivesNothing, ChipFault.LimitReached)]
    [InlineData(Misbehaviour.Vanishes, ChipFault.Lost)]
    public void A_chip_that_misbehaves_while_reading_is_found_and_ends_the_reading(object misbehaviour, ChipFault fault)
    {
        var (document, key) = Issue();

        var read = new ChipReader(new TestChip { Files = document.Files, Key = Zone, ChipKey = key, ActiveKey = ActiveKey, Misbehaviour = (Misbehaviour)misbehaviour, From = 9 }).Read(Zone);

        Assert.Equal(fault, read.Outcome.Fault);
        Assert.NotEqual(Verdict.Passed, Inspect(read).PassiveAuthentication);
    }

    [Fact]
    public void A_recording_is_played_again()
    {
        var (document, key) = Issue();
        var recording = new RecordingTransport(new TestChip { Files = document.Files, Key = Zone, ChipKey = key, ActiveKey = ActiveKey });
        static RandomFill Counting()
        {
            byte next = 0;
            return bytes =>
            {
                foreach (ref var b in bytes) b = ++next;
            };
        }

        var first = new ChipReader(recording, new() { Random = Counting() }).Read(Zone);
        Assert.True(RecordedTransport.TryRead(recording.Lines, out var recorded, out _));
        var again = new ChipReader(recorded!, new() { Random = Counting() }).Read(Zone);

        AllPassed(again, Reason.OpenedWithBac);
        Assert.Equal(first.Files.Keys, again.Files.Keys);
        Assert.False(RecordedTransport.TryRead(["> 00A4", "> 00"], out _, out var fault));
        Assert.StartsWith("Line 2:", fault);
    }

    [Fact]
    public void No_damage_to_an_answer_of_a_chip_throws_or_passes()
    {
        var (document, key) = Issue();
        var info = Info(2, 2, 12);
        AddPace(document, info);
        var mutation = new Mutation(5);
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            var chip = new TestChip { Files = document.Files, Key = Zone, Pace = info, ChipKey = key, ActiveKey = ActiveKey };
            var read = new ChipReader(new Damaging(chip, mutation, random.Next(1, 40)), new() { ReadLength = 60_000 }).Read(Zone);
            var result = Inspect(read);
            if (result[CheckKind.Hashes].Verdict == Verdict.Passed) Assert.Equal(document.Files[EmrtdFile.Dg1].ToArray(), read.Files[EmrtdFile.Dg1].ToArray());
        }
    }

    private sealed class Damaging(IChipTransport inner, Mutation mutation, int at) : IChipTransport
    {
        private int _count;

        public bool TryTransmit(ReadOnlySpan<byte> command, out ReadOnlyMemory<byte> response)
        {
            var there = inner.TryTransmit(command, out response);
            if (++_count == at) response = mutation.Of(response.ToArray());
            return there;
        }
    }
}
