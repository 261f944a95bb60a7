using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

public class NoteTests
{
    private const string Text = "one line\n\nand another\n";
    private static readonly NoteSigner Log = new("log.example/a", new Ed25519PrivateKey(new byte[32]));
    private static readonly NoteSigner Other = new("log.example/b", new Ed25519PrivateKey([.. new byte[31], 1]));
    private static readonly SignedNote Note = SignedNote.Create(Text, Log.Sign(Text), Other.Sign(Text));

    [Fact]
    public void The_example_of_the_signed_note_specification_verifies()
    {
        var key = Key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
        var note = Parse(
            "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");

        Assert.Equal(0x530d903au, key.Id);
        Assert.Equal(NoteAlgorithm.Ed25519, key.Algorithm);
        var signed = Assert.IsType<NoteVerdict.Signed>(note.Verify(key));
        Assert.Equal([new VerifiedSignature(key, null)], signed.By);
    }

    [Theory]
    [InlineData("TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6", NoteAlgorithm.Ed25519)]
    [InlineData("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", NoteAlgorithm.CosignatureV1)]
    public void Keys_of_other_implementations_are_read_and_written_as_they_were(string text, NoteAlgorithm algorithm)
    {
        var key = Key(text);

        Assert.Equal(algorithm, key.Algorithm);
        Assert.Equal(text, key.ToString());
        Assert.Equal(key, Key(key.ToString()));
    }

    [Fact]
    public void A_key_with_any_character_changed_or_cut_is_refused()
    {
        var text = Log.VerifierKey.ToString();
        for (var i = 0; i < text.Length; i++)
        {
            Assert.False(VerifierKey.TryParse(text.AsSpan(0, i), out _, out _));
            foreach (var c in "+ a=Z\n/\0")
            {
                var changed = $"{text[..i]}{c}{text[(i + 1)..]}";
                Assert.True(changed == text || !VerifierKey.TryParse(changed, out _, out var fault) && fault.Length > 0, changed);
            }
        }

        Assert.False(VerifierKey.TryParse(text + "A", out _, out _));
        Assert.False(VerifierKey.TryParse(text + new string('A', 512), out _, out var tooLong));
        Assert.Contains("512", tooLong);
    }

    [Theory]
    [InlineData("a+00000000", "three parts")]
    [InlineData("+00000000+AQ==", "name")]
    [InlineData("a b+00000000+AQ==", "name")]
    [InlineData("a+00000000+A", "not base64")]
    [InlineData("a+00000000+", "not base64")]
    [InlineData("a+00000000+Bg==", "type 6")]
    [InlineData("a+00000000+AQ==", "32 bytes, not 0")]
    [InlineData("a+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "id")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "id")]
    public void A_refused_key_says_why(string text, string why)
    {
        Assert.False(VerifierKey.TryParse(text, out var key, out var fault));
        Assert.Null(key);
        Assert.Contains(why, fault);
    }

    [Fact]
    public void A_note_reads_back_byte_for_byte_with_the_signatures_of_strangers()
    {
        var read = Parse(Note.ToString());

        Assert.Equal(Text, read.Text);
        Assert.Equal(2, read.Signatures.Count);
        Assert.Equal(Note.ToBytes(), read.ToBytes());
        Assert.Equal([Log.VerifierKey], Assert.IsType<NoteVerdict.Signed>(read.Verify(Log.VerifierKey)).By.Select(s => s.Key));
        Assert.Equal(2, Assert.IsType<NoteVerdict.Signed>(read.Verify(Log.VerifierKey, Other.VerifierKey)).By.Count);
    }

    [Fact]
    public void A_note_of_strangers_is_not_signed()
    {
        var sameNameOtherKey = new NoteSigner(Log.VerifierKey.Name, new Ed25519PrivateKey([.. new byte[31], 9]));
        var sameKeyOtherName = new NoteSigner("log.example/c", new Ed25519PrivateKey(new byte[32]));

        Assert.IsType<NoteVerdict.NotSigned>(Note.Verify());
        Assert.IsType<NoteVerdict.NotSigned>(Note.Verify(sameNameOtherKey.VerifierKey, sameKeyOtherName.VerifierKey));
    }

    [Fact]
    public void One_wrong_signature_of_a_known_key_refuses_the_note_beside_a_right_one()
    {
        var forged = SignedNote.Create(Text, Log.Sign(Text), Other.Sign("another text\n"));

        Assert.Equal(new NoteVerdict.BadSignature(Other.VerifierKey), forged.Verify(Log.VerifierKey, Other.VerifierKey));
        Assert.IsType<NoteVerdict.Signed>(forged.Verify(Log.VerifierKey));
    }

    [Theory]
    [InlineData("", "No empty line")]
    [InlineData("text\n", "No empty line")]
    [InlineData("text\n\n", "does not end")]
    [InlineData("text\n\n— a AAAAAAA=", "does not end")]
    [InlineData("text\n\n— a AAAAAAA=\r\n", "Line 3 of the note is not a signature")]
    [InlineData("text\n\n— a AAAAAAA=\nmore\n", "Line 4 of the note is not a signature")]
    [InlineData("text\n\n- a AAAAAAA=\n", "Line 3")]
    [InlineData("text\n\n—  AAAAAAA=\n", "Line 3")]
    [InlineData("text\n\n— a+b AAAAAAA=\n", "Line 3")]
    [InlineData("text\n\n— a\u00a0b AAAAAAA=\n", "Line 3")]
    [InlineData("text\n\n— a AAAAAA==\n", "Line 3")]
    [InlineData("text\n\n— a  AAAAAAA=\n", "Line 3")]
    [InlineData("text\n\n— a AAAAAAA= \n", "Line 3")]
    [InlineData("text\n\n— a AAAAAAB=\n", "Line 3")]
    [InlineData("a\nte\txt\n\n— a AAAAAAA=\n", "Line 2 has a control character")]
    public void A_malformed_note_says_where(string note, string where)
    {
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(note), out _, out var fault));
        Assert.Contains(where, fault);
    }

    [Fact]
    public void A_note_that_is_not_UTF8_too_long_or_signed_too_often_is_refused()
    {
        var line = Encoding.UTF8.GetBytes("— a AAAAAAA=\n");
        byte[] hundred = [.. "text\n\n"u8, .. Enumerable.Repeat(line, SignedNote.MaxSignatures).SelectMany(b => b)];

        Assert.True(SignedNote.TryParse(hundred, out _, out _));
        Assert.False(SignedNote.TryParse([.. hundred, .. line], out _, out var many));
        Assert.Contains("100", many);
        Assert.False(SignedNote.TryParse([0xff, .. Note.ToBytes()], out _, out var notUtf8));
        Assert.Contains("UTF-8", notUtf8);
        Assert.False(SignedNote.TryParse([.. new byte[SignedNote.MaxLength], .. Note.ToBytes()], out _, out var tooLong));
        Assert.Contains("1048576", tooLong);
    }

    [Fact]
    public void A_note_that_could_not_be_read_back_is_not_made()
    {
        Assert.Throws<ArgumentException>(() => SignedNote.Create("no newline", Log.Sign("x\n")));
        Assert.Throws<ArgumentException>(() => SignedNote.Create("a\tb\n", Log.Sign("x\n")));
        Assert.Throws<ArgumentException>(() => SignedNote.Create("\ud800\n", Log.Sign("x\n")));
        Assert.Throws<ArgumentException>(() => SignedNote.Create("x\n"));
        Assert.Throws<ArgumentException>(() => SignedNote.Create("x\n", Enumerable.Repeat(Log.Sign("x\n"), 101)));
        Assert.Throws<ArgumentException>(() => SignedNote.Create(new string('x', SignedNote.MaxLength) + "\n", Log.Sign("x\n")));
        Assert.Throws<ArgumentException>(() => new NoteSigner("a b", new Ed25519PrivateKey(new byte[32])));
    }

    [Fact]
    public void Any_text_that_makes_a_note_reads_back() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll<string>(text =>
        {
            text = string.Concat((text ?? "").Where(c => c is '\n' or >= ' ' && !char.IsSurrogate(c))) + "\n";
            var read = Parse(SignedNote.Create(text, Log.Sign(text)).ToString());
            return read.Text == text && read.Verify(Log.VerifierKey) is NoteVerdict.Signed;
        }));

    [Fact]
    public void A_note_with_any_bit_flipped_is_refused_or_not_wholly_signed()
    {
        var bytes = Note.ToBytes();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var whole = SignedNote.TryParse(bytes, out var read, out _)
                && read.Verify(Log.VerifierKey, Other.VerifierKey) is NoteVerdict.Signed { By.Count: 2 };
            Assert.False(whole, $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Any_bytes_are_read_as_they_are_or_refused() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Mutations.Of(Note.ToBytes()), bytes =>
            SignedNote.TryParse(bytes, out var note, out var fault) ? note.ToBytes().AsSpan().SequenceEqual(bytes) : fault.Length > 0));

    private static VerifierKey Key(string text)
    {
        Assert.True(VerifierKey.TryParse(text, out var key, out var fault), fault);
        return key;
    }

    private static SignedNote Parse(string text)
    {
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out var fault), fault);
        return note;
    }
}
