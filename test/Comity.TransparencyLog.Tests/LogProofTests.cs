using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

public class LogProofTests
{
    private const int Size = 300;
    private static readonly TreeHash[] Leaves = Gens.Leaves(Size);
    private static readonly NoteSigner Log = new("log.example/a", new Ed25519PrivateKey(new byte[32]));
    private static readonly Cosigner Witness = new("witness.example", new Ed25519PrivateKey([.. new byte[31], 1]));
    private static readonly LogProof Proof = Make(77, "more"u8);

    [Fact]
    public void A_proof_file_has_the_lines_of_the_specification()
    {
        var lines = Encoding.UTF8.GetString(Proof.ToBytes()).Split('\n');

        Assert.Equal("c2sp.org/tlog-proof@v1", lines[0]);
        Assert.Equal("extra bW9yZQ==", lines[1]);
        Assert.Equal("index 77", lines[2]);
        Assert.Equal(NaiveTree.Path(77, Leaves).Select(h => h.ToString()), lines[3..12]);
        Assert.Equal(["", "log.example/a", "300"], lines[12..15]);
        Assert.Equal("index 0", Encoding.UTF8.GetString(Make(0, []).ToBytes()).Split('\n')[1]);
    }

    [Fact]
    public void Any_entry_is_proved_by_a_file_alone() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gens.Int(0, Size - 1), ArbMap.Default.ArbFor<byte[]>(), (index, extra) =>
        {
            var bytes = Make(index, extra).ToBytes();
            return LogProof.TryParse(bytes, out var read, out _)
                && read.ToBytes().AsSpan().SequenceEqual(bytes)
                && read.Extra.SequenceEqual(extra)
                && read.TryVerify(Leaves[index], Log.VerifierKey, [Witness.VerifierKey], out var signed, out _)
                && signed.Cosignatures.Count == 1
                && !read.TryVerify(Leaves[(index + 1) % Size], Log.VerifierKey, [], out _, out _);
        }));

    [Fact]
    public void A_file_with_any_bit_flipped_before_the_checkpoint_proves_nothing_but_for_the_extra_data()
    {
        var bytes = Make(77, []).ToBytes();
        var length = bytes.AsSpan().IndexOf("\n\n"u8);
        for (var bit = 0; bit < length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(
                LogProof.TryParse(bytes, out var read, out _) && read.TryVerify(Leaves[77], Log.VerifierKey, [], out _, out _), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Any_bytes_are_read_as_they_are_or_refused() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Mutations.Of(Proof.ToBytes()), bytes =>
            LogProof.TryParse(bytes, out var read, out var fault) ? read.ToBytes().AsSpan().SequenceEqual(bytes) : fault.Length > 0));

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\n", "Line 1")]
    [InlineData("extra bW9yZQ==\n", "extra bW9yZQ=\n", "Line 2")]
    [InlineData("extra bW9yZQ==\n", "extra \n", "Line 2")]
    [InlineData("index 77\n", "index 077\n", "Line 3")]
    [InlineData("index 77\n", "index -1\n", "Line 3")]
    [InlineData("index 77\n", "index \n", "Line 3")]
    [InlineData("index 77\n", "index 9223372036854775808\n", "Line 3")]
    [InlineData("index 77\n", "index 77\nAAAA\n", "Line 4")]
    [InlineData("\n\nlog.example/a\n", "\nlog.example/a\n", "In the checkpoint: No empty line")]
    [InlineData("\n— log", "\n- log", "In the checkpoint: Line 5")]
    public void A_malformed_file_says_which_line(string was, string becomes, string where)
    {
        var text = Encoding.UTF8.GetString(Proof.ToBytes());
        var changed = text.Replace(was, becomes);

        Assert.NotEqual(text, changed);
        Assert.False(LogProof.TryParse(Encoding.UTF8.GetBytes(changed), out _, out var fault));
        Assert.Contains(where, fault);
    }

    [Fact]
    public void A_file_with_too_many_hashes_or_too_long_is_refused()
    {
        var note = Encoding.UTF8.GetString(Proof.Checkpoint.ToBytes());
        string File(int hashes) => $"c2sp.org/tlog-proof@v1\nindex 1\n{string.Concat(Enumerable.Repeat($"{Leaves[0]}\n", hashes))}\n{note}";

        Assert.True(LogProof.TryParse(Encoding.UTF8.GetBytes(File(63)), out _, out _));
        Assert.False(LogProof.TryParse(Encoding.UTF8.GetBytes(File(64)), out _, out var many));
        Assert.Contains("Line 66", many);
        Assert.False(LogProof.TryParse(Encoding.UTF8.GetBytes(File(5000)), out _, out _));
        Assert.False(LogProof.TryParse(new byte[LogProof.MaxLength + 1], out _, out var tooLong));
        Assert.Contains("2097152", tooLong);
    }

    [Theory]
    [InlineData(300, "Entry 300 is not among the 300 entries of the checkpoint.")]
    [InlineData(299, "The proof has 9 hashes; entry 299 of 300 needs 5.")]
    [InlineData(78, "The proof does not lead from this entry at 78 to the root of the checkpoint.")]
    public void A_proof_of_another_place_says_what_is_wrong(int index, string expected)
    {
        var moved = new LogProof(index, Proof.Path, Proof.Checkpoint);

        Assert.False(moved.TryVerify(Leaves[77], Log.VerifierKey, [], out var signed, out var fault));
        Assert.Null(signed);
        Assert.Equal(expected, fault);
    }

    private static LogProof Make(int index, ReadOnlySpan<byte> extra)
    {
        var checkpoint = new Checkpoint("log.example/a", new TreeHead(Size, Rfc6962.Root(Leaves)));
        var note = Log.Sign(checkpoint).With(Witness.Cosign(checkpoint, DateTimeOffset.UnixEpoch));
        return new LogProof(index, NaiveTree.Path(index, Leaves).ToArray(), note, extra);
    }
}
