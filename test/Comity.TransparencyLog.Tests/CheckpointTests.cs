using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TransparencyLog.Tests;

public class CheckpointTests
{
    // A checkpoint that a public test log issued, with cosignatures of four witnesses and a signature of a kind unknown here.
    private const string Real =
        """
        arche2025h1.staging.ct.transparency.dev
        1432088532
        U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

        — arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
        — arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
        — transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
        — witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
        — remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
        — witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==

        """;

    private static readonly VerifierKey RealLog = Key("arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f");

    private static readonly VerifierKey[] RealWitnesses =
    [
        Key("transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM"),
        Key("witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO"),
        Key("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"),
        Key("witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv"),
    ];

    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly NoteSigner Log = new("log.example/a", new Ed25519PrivateKey(new byte[32]));
    private static readonly Cosigner Witness = new("witness.example", new Ed25519PrivateKey([.. new byte[31], 1]));
    private static readonly Checkpoint Some = new("log.example/a", new TreeHead(7, Rfc6962.LeafHash("x"u8)));

    [Fact]
    public void A_checkpoint_of_a_public_log_opens_with_the_cosignatures_of_four_witnesses()
    {
        var opened = SignedCheckpoint.TryOpen(Encoding.UTF8.GetBytes(Real), RealLog, RealWitnesses, out var signed, out var fault);

        Assert.True(opened, fault);
        Assert.Equal(1432088532, signed!.Checkpoint.Head.Size);
        Assert.Equal("U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=", signed.Checkpoint.Head.Root.ToString());
        Assert.Equal(RealWitnesses, signed.Cosignatures.Select(c => c.Key));
        Assert.All(signed.Cosignatures, c => Assert.Equal(0x6A122120, c.At!.Value.ToUnixTimeSeconds()));
        Assert.Equal(Real, signed.Note.ToString());
    }

    [Theory]
    [InlineData("1432088532\n", "1432088533\n")]
    [InlineData("U7WM", "U7WN")]
    [InlineData("— remora.n621.de 2net5wAAAABqEiEg", "— remora.n621.de 2net5wAAAABqEiEh")]
    [InlineData("arche2025h1.staging.ct.transparency.dev\n1", "arche2025h2.staging.ct.transparency.dev\n1")]
    public void A_public_checkpoint_changed_anywhere_does_not_open(string was, string becomes)
    {
        var changed = Real.Replace(was, becomes);

        Assert.NotEqual(Real, changed);
        Assert.False(SignedCheckpoint.TryOpen(Encoding.UTF8.GetBytes(changed), RealLog, RealWitnesses, out _, out var fault));
        Assert.NotEmpty(fault!);
    }

    [Fact]
    public void A_checkpoint_is_three_lines_and_its_extensions()
    {
        var root = Some.Head.Root;
        var extended = new Checkpoint("o", new TreeHead(0, root), "one", "two");

        Assert.Equal($"log.example/a\n7\n{root}\n", Some.ToString());
        Assert.Equal($"o\n0\n{root}\none\ntwo\n", extended.ToString());
        Assert.True(Checkpoint.TryParse(extended.ToString(), out var read, out _));
        Assert.Equal(extended, read);
        Assert.Equal(["one", "two"], read.Extensions);
        Assert.NotEqual(extended, new Checkpoint("o", new TreeHead(0, root), "one"));
    }

    [Theory]
    [InlineData("", "three lines")]
    [InlineData("o\n7\n", "three lines")]
    [InlineData("o\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "three lines")]
    [InlineData("\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "Line 1")]
    [InlineData("o\n\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "Line 2")]
    [InlineData("o\n07\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "Line 2")]
    [InlineData("o\n00\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "Line 2")]
    [InlineData("o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "Line 2")]
    [InlineData("o\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "Line 2")]
    [InlineData("o\n 1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "Line 2")]
    [InlineData("o\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "Line 2")]
    [InlineData("o\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", "Line 3")]
    [InlineData("o\n7\n47DE\n", "Line 3")]
    [InlineData("o\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n", "Line 4")]
    [InlineData("o\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nx\n\ny\n", "Line 5")]
    public void A_malformed_checkpoint_says_which_line(string text, string where)
    {
        Assert.False(Checkpoint.TryParse(text, out _, out var fault));
        Assert.Contains(where, fault);
    }

    [Fact]
    public void A_checkpoint_with_too_many_or_too_long_lines_is_refused()
    {
        string Extended(int count) => Some + string.Concat(Enumerable.Repeat("e\n", count));

        Assert.True(Checkpoint.TryParse(Extended(Checkpoint.MaxExtensions), out _, out _));
        Assert.False(Checkpoint.TryParse(Extended(Checkpoint.MaxExtensions + 1), out _, out var many));
        Assert.Contains("32", many);
        Assert.False(Checkpoint.TryParse(Extended(100_000), out _, out _));
        Assert.False(Checkpoint.TryParse(Some + new string('e', 1025) + "\n", out _, out var tooLong));
        Assert.Contains("Line 4", tooLong);
    }

    [Fact]
    public void A_checkpoint_that_could_not_be_read_back_is_not_made()
    {
        Assert.Throws<ArgumentException>(() => new Checkpoint("", Some.Head));
        Assert.Throws<ArgumentException>(() => new Checkpoint("a\nb", Some.Head));
        Assert.Throws<ArgumentException>(() => new Checkpoint("a", new TreeHead(-1, default)));
        Assert.Throws<ArgumentException>(() => new Checkpoint("a", Some.Head, ""));
        Assert.Throws<ArgumentException>(() => new Checkpoint("a", Some.Head, Enumerable.Repeat("e", 33)));
    }

    [Fact]
    public void Any_text_is_read_as_it_is_or_refused() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Mutations.Of(Encoding.UTF8.GetBytes(Some.ToString())), bytes =>
        {
            var text = Encoding.Latin1.GetString(bytes);
            return Checkpoint.TryParse(text, out var checkpoint, out var fault) ? checkpoint.ToString() == text : fault.Length > 0;
        }));

    [Fact]
    public void Any_bytes_open_only_as_what_was_signed()
    {
        var bytes = Log.Sign(Some).With(Witness.Cosign(Some, Noon)).ToBytes();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Mutations.Of(bytes), mutated =>
            !SignedCheckpoint.TryOpen(mutated, Log.VerifierKey, [Witness.VerifierKey], out var signed, out _)
            || signed.Checkpoint.Equals(Some)));
    }

    [Fact]
    public void A_cosignature_says_when()
    {
        var bytes = Log.Sign(Some).With(Witness.Cosign(Some, Noon.AddMilliseconds(999))).ToBytes();

        Assert.True(SignedCheckpoint.TryOpen(bytes, Log.VerifierKey, [Witness.VerifierKey], out var signed, out var fault), fault);
        Assert.Equal([new VerifiedSignature(Witness.VerifierKey, Noon)], signed.Cosignatures);
        Assert.Equal(Some, signed.Checkpoint);
    }

    [Fact]
    public void Of_two_cosignatures_of_one_key_the_newer_counts_and_they_count_once()
    {
        var later = Noon.AddHours(1);
        foreach (var times in new[] { (Noon, later), (later, Noon) })
        {
            var note = Log.Sign(Some).With(Witness.Cosign(Some, times.Item1)).With(Witness.Cosign(Some, times.Item2));

            Assert.True(SignedCheckpoint.TryOpen(note.ToBytes(), Log.VerifierKey, [Witness.VerifierKey], out var signed, out _));
            Assert.Equal(later, Assert.Single(signed.Cosignatures).At);
        }
    }

    [Fact]
    public void A_cosignature_with_another_time_is_wrong()
    {
        var honest = Witness.Cosign(Some, Noon);
        foreach (var at in new[] { 0, 7 })
        {
            var bytes = honest.Signature.ToArray();
            bytes[at] ^= 0x80;
            var note = Log.Sign(Some).With(new NoteSignature(honest.KeyName, honest.KeyId, bytes));

            Assert.False(SignedCheckpoint.TryOpen(note.ToBytes(), Log.VerifierKey, [Witness.VerifierKey], out _, out var fault));
            Assert.Equal("The signature of witness.example is wrong.", fault);
        }
    }

    [Fact]
    public void A_cosignature_alone_does_not_make_a_checkpoint_of_the_log()
    {
        var note = SignedNote.Create(Some.ToString(), Witness.Cosign(Some, Noon));

        Assert.False(SignedCheckpoint.TryOpen(note.ToBytes(), Log.VerifierKey, [Witness.VerifierKey], out _, out var fault));
        Assert.Equal("The checkpoint is not signed by log.example/a.", fault);
    }

    [Fact]
    public void A_cosignature_is_no_signature_of_the_same_key_and_the_other_way_round()
    {
        using var key = new Ed25519PrivateKey(new byte[32]);
        var (signer, cosigner) = (new NoteSigner("n", key), new Cosigner("n", key));

        Assert.NotEqual(signer.VerifierKey.Id, cosigner.VerifierKey.Id);
        Assert.NotEqual(signer.VerifierKey, cosigner.VerifierKey);
        Assert.IsType<NoteVerdict.NotSigned>(signer.Sign(Some).Verify(cosigner.VerifierKey));
    }

    [Fact]
    public void A_checkpoint_of_another_log_signed_by_the_same_key_does_not_open()
    {
        var other = new Checkpoint("log.example/b", Some.Head);

        Assert.False(SignedCheckpoint.TryOpen(Log.Sign(other).ToBytes(), Log.VerifierKey, [], out _, out var fault));
        Assert.Equal("Line 1 of the checkpoint names another log than log.example/a.", fault);
    }

    private static VerifierKey Key(string text) =>
        VerifierKey.TryParse(text, out var key, out var fault) ? key : throw new FormatException(fault);
}
