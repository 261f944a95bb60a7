using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Tests.Members;

[SupportedOSPlatform("linux")]
public sealed class KeyTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("comity-").FullName;

    private string KeyPath => Path.Combine(_directory, "key.pem");

    [Theory]
    [InlineData(KeyUse.Root)]
    [InlineData(KeyUse.Signing)]
    [InlineData(KeyUse.Tls)]
    [InlineData(KeyUse.Encryption)]
    [InlineData(KeyUse.Log)]
    public void A_key_comes_back_from_its_file_and_its_file_is_private(KeyUse use)
    {
        using var key = MemberKey.Generate(use, Randomness.System);
        KeyFile.Write(KeyPath, key, "correct horse");

        using var back = Assert.IsType<KeyFileResult.Loaded>(KeyFile.Read(KeyPath, use, "correct horse")).Key;
        Assert.Equal(key.Public, back.Public);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        Assert.DoesNotContain(Convert.ToBase64String(key.ToPkcs8())[28..60], File.ReadAllText(KeyPath).ReplaceLineEndings(""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyUse.Signing)]
    [InlineData(KeyUse.Log)]
    public void OpenSSL_reads_the_file_and_finds_the_same_public_key(KeyUse use)
    {
        using var key = MemberKey.Generate(use, Randomness.System);
        KeyFile.Write(KeyPath, key, "correct horse");
        var start = new ProcessStartInfo("openssl", ["pkey", "-in", KeyPath, "-passin", "pass:correct horse", "-pubout", "-outform", "DER"]) { RedirectStandardOutput = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("The openssl command is not installed.");
            return;
        }

        using (process)
        using (var output = new MemoryStream())
        {
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            Assert.Equal(key.Public.ToSubjectPublicKeyInfo(), output.ToArray());
        }
    }

    [Fact]
    public void The_file_says_AES_256_and_100000_rounds()
    {
        using var key = MemberKey.Generate(KeyUse.Signing, Randomness.System);
        KeyFile.Write(KeyPath, key, "p");
        string text = File.ReadAllText(KeyPath);
        string hex = Convert.ToHexString(Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]));

        Assert.Contains("020301" + "86A0", hex, StringComparison.Ordinal); // INTEGER 100000
        Assert.Contains("060960864801650304012A", hex, StringComparison.Ordinal); // aes256-CBC
        Assert.Contains("06082A864886F70D0209", hex, StringComparison.Ordinal); // hmacWithSHA256
    }

    [Fact]
    public void A_wrong_passphrase_is_told_from_a_broken_file_whatever_the_passphrase()
    {
        using var key = MemberKey.Generate(KeyUse.Log, Randomness.System);
        KeyFile.Write(KeyPath, key, "right");

        // Several, because one in 256 passes the padding by chance; PBKDF2 makes more of them slow.
        for (int i = 0; i < 12; i++)
        {
            Assert.IsType<KeyFileResult.WrongPassphrase>(KeyFile.Read(KeyPath, KeyUse.Log, $"wrong {i}"));
        }

        Assert.IsType<KeyFileResult.Missing>(KeyFile.Read(KeyPath + "x", KeyUse.Log, "right"));
    }

    [Fact]
    public void A_damaged_file_is_broken_and_says_how()
    {
        using var key = MemberKey.Generate(KeyUse.Signing, Randomness.System);
        KeyFile.Write(KeyPath, key, "right");
        string text = File.ReadAllText(KeyPath);
        int body = text.IndexOf("-----\n", StringComparison.Ordinal) + 60;

        Assert.Contains("checksum", Broken(text[..body] + (text[body] == 'A' ? 'B' : 'A') + text[(body + 1)..]), StringComparison.Ordinal);
        Assert.Contains("PEM", Broken(text[..^10]), StringComparison.Ordinal);
        Assert.Contains("PEM", Broken(""), StringComparison.Ordinal);
        Assert.Contains("not a signing key", Broken(text.Replace("key: signing", "key: root", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("lacks", Broken(text[text.IndexOf("-----", StringComparison.Ordinal)..]), StringComparison.Ordinal);
        Assert.Contains("longer", Broken(new string('x', 20_000)), StringComparison.Ordinal);
        using var other = MemberKey.Generate(KeyUse.Signing, Randomness.System);
        Assert.Contains("another key", Broken(text.Replace(key.Id.ToString(), other.Id.ToString(), StringComparison.Ordinal)), StringComparison.Ordinal);

        string Broken(string content)
        {
            File.WriteAllText(KeyPath, content);
            return Assert.IsType<KeyFileResult.Broken>(KeyFile.Read(KeyPath, KeyUse.Signing, "right")).Detail;
        }
    }

    [Fact]
    public void A_mutated_key_file_never_throws()
    {
        using var key = MemberKey.Generate(KeyUse.Signing, Randomness.System);
        KeyFile.Write(KeyPath, key, "right");
        byte[] original = File.ReadAllBytes(KeyPath);
        var mutation = new Mutation(21);
        for (int i = 0; i < 60; i++)
        {
            File.WriteAllBytes(KeyPath, mutation.Of(original));
            Assert.NotNull(KeyFile.Read(KeyPath, KeyUse.Signing, "right"));
        }
    }

    [Fact]
    public void A_key_is_used_for_what_it_is_for_and_nothing_else()
    {
        using var tls = MemberKey.Generate(KeyUse.Tls, Randomness.System);

        Assert.Throws<InvalidOperationException>(() => tls.Signer);
        Assert.Throws<InvalidOperationException>(() => tls.Agreement);
        Assert.Throws<InvalidOperationException>(() => tls.Log);
    }

    [Fact]
    public void A_ring_comes_back_and_each_key_does_its_work()
    {
        using var ring = KeyRing.Generate(KeyRing.Online, Randomness.System);
        ring.Save(_directory, "pass");

        Assert.True(KeyRing.TryLoad(_directory, "pass", out var back, out _));
        using (back)
        {
            Assert.Equal(ring.ToCharterKeys().ToJsonString(), back.ToCharterKeys().ToJsonString());
            Assert.True(new VerifyingKey(ring.Current(KeyUse.Signing).Public).Verifies("x"u8, back.Current(KeyUse.Signing).Signer.Sign("x"u8)));
            Assert.True(ring.Current(KeyUse.Log).Log.PublicKey.Verify("x"u8, back.Current(KeyUse.Log).Log.Sign("x"u8)));
            Assert.False(back.Has(KeyUse.Root));
        }
    }

    [Fact]
    public void After_a_rotation_the_next_key_is_current_and_old_mail_can_still_be_opened()
    {
        using var ring = KeyRing.Generate(KeyRing.Online, Randomness.System);
        var old = ring.Current(KeyUse.Encryption).Public;
        string mail = Jwe.Encrypt("letter"u8, old, "test", Randomness.System);
        ring.Save(_directory, "pass");
        var rotated = ring.Rotate(KeyUse.Encryption, Randomness.System).Rotate(KeyUse.Signing, Randomness.System);
        rotated.Save(_directory, "pass");

        Assert.True(KeyRing.TryLoad(_directory, "pass", out var back, out _));
        using (back)
        {
            Assert.Equal(ring.Next(KeyUse.Encryption).Public, back.Current(KeyUse.Encryption).Public);
            Assert.Equal(ring.Next(KeyUse.Signing).Public, back.Current(KeyUse.Signing).Public);
            Assert.IsType<JweResult.Opened>(Jwe.Decrypt(mail, "test", back.FindAgreement));
            Assert.False(File.Exists(Path.Combine(_directory, $"signing-{ring.Current(KeyUse.Signing).Id}.pem")));
        }
    }

    [Fact]
    public void A_ring_that_cannot_be_loaded_says_which_file_and_why()
    {
        using var ring = KeyRing.Generate([KeyUse.Signing], Randomness.System);
        Assert.False(KeyRing.TryLoad(_directory, "pass", out _, out var failure));
        Assert.EndsWith("keyring.json", Assert.IsType<KeyFileResult.Missing>(failure).Path, StringComparison.Ordinal);

        ring.Save(_directory, "pass");
        Assert.False(KeyRing.TryLoad(_directory, "wrong", out _, out failure));
        Assert.IsType<KeyFileResult.WrongPassphrase>(failure);

        File.Delete(Path.Combine(_directory, $"signing-{ring.Next(KeyUse.Signing).Id}.pem"));
        Assert.False(KeyRing.TryLoad(_directory, "pass", out _, out failure));
        Assert.Contains(ring.Next(KeyUse.Signing).Id.ToString(), Assert.IsType<KeyFileResult.Missing>(failure).Path, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(_directory, "keyring.json"), """{"signing":["x","y"]}""");
        Assert.False(KeyRing.TryLoad(_directory, "pass", out _, out failure));
        Assert.Contains("$.signing[0]", Assert.IsType<KeyFileResult.Broken>(failure).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seeded_log_key_is_the_same_each_time()
    {
        using var first = MemberKey.Generate(KeyUse.Log, Randomness.Seeded(5));
        using var second = MemberKey.Generate(KeyUse.Log, Randomness.Seeded(5));

        Assert.Equal(first.Public, second.Public);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
