using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>
/// A private key in a file of its own: PEM "ENCRYPTED PRIVATE KEY" (RFC 7468, section 11; PKCS #8 with PBES2, AES-256-CBC and
/// PBKDF2 with HMAC-SHA-256), readable by its owner only. Lines before the PEM say which key it is, for people, and carry a
/// checksum, so that a damaged file is not mistaken for a wrong passphrase. Other tools read the file too.
/// </summary>
public static class KeyFile
{
    /// <summary>Rounds of PBKDF2.</summary>
    public const int Iterations = 100_000;

    private const string Label = "ENCRYPTED PRIVATE KEY";
    private const int MaxBytes = 16_384;
    private static readonly PbeParameters Protection = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations);

    /// <summary>Writes a key, durable on return; a crash leaves the old file or the new one, whole.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="key">The key.</param>
    /// <param name="passphrase">At least one character.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Write(string path, MemberKey key, ReadOnlySpan<char> passphrase)
    {
        ArgumentOutOfRangeException.ThrowIfZero(passphrase.Length);
        byte[] plain = key.ToPkcs8();
        byte[] der = Pkcs8PrivateKeyInfo.Decode(plain, out _, skipCopy: true).Encrypt(passphrase, Protection);
        CryptographicOperations.ZeroMemory(plain);
        string text = $"""
            Comity key: {MemberKeys.Spell(key.Use)}
            Key id: {key.Id}
            SHA-256: {Convert.ToHexStringLower(SHA256.HashData(der))}
            {PemEncoding.WriteString(Label, der)}

            """;
        DurableFile.Replace(path, Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Reads a key.</summary>
    /// <param name="path">The file.</param>
    /// <param name="use">What the key must be for.</param>
    /// <param name="passphrase">As it was written with.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file belongs to somebody else.</exception>
    public static KeyFileResult Read(string path, KeyUse use, ReadOnlySpan<char> passphrase)
    {
        if (!File.Exists(path))
        {
            return new KeyFileResult.Missing(path);
        }

        if (new FileInfo(path).Length > MaxBytes)
        {
            return new KeyFileResult.Broken(path, $"is longer than {MaxBytes} bytes");
        }

        string text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
        string? fault = Decode(text, use, out byte[] der, out var id);
        return fault is null ? Open(path, use, id, der, passphrase) : new KeyFileResult.Broken(path, fault);
    }

    private static string? Decode(string text, KeyUse use, out byte[] der, out KeyId id)
    {
        der = [];
        id = default;
        if (!PemEncoding.TryFind(text, out var fields) || text[fields.Label] != Label)
        {
            return $"holds no PEM \"{Label}\"";
        }

        var lines = text[..fields.Location.Start].Split('\n', StringSplitOptions.TrimEntries);
        string? Said(string name) => lines.FirstOrDefault(l => l.StartsWith(name + ": ", StringComparison.Ordinal))?[(name.Length + 2)..];
        der = Convert.FromBase64String(text[fields.Base64Data]);
        return Said("Comity key") is not { } saidUse || !KeyId.TryParse(Said("Key id"), out id) || Said("SHA-256") is not { } hash
                ? "lacks the lines \"Comity key\", \"Key id\" and \"SHA-256\" before the PEM"
            : saidUse != MemberKeys.Spell(use) ? $"is not a {MemberKeys.Spell(use)} key"
            : hash != Convert.ToHexStringLower(SHA256.HashData(der)) ? "is damaged: its checksum does not fit"
            : null;
    }

    private static KeyFileResult Open(string path, KeyUse use, KeyId id, byte[] der, ReadOnlySpan<char> passphrase)
    {
        byte[] plain;
        try
        {
            plain = Pkcs8PrivateKeyInfo.DecryptAndDecode(passphrase, der, out _).Encode();
        }
        catch (CryptographicException)
        {
            // The checksum fits, so the file is as it was written.
            return new KeyFileResult.WrongPassphrase(path);
        }

        try
        {
            var key = MemberKey.FromPkcs8(use, plain);
            if (key.Id == id)
            {
                return new KeyFileResult.Loaded(key);
            }

            key.Dispose();
            return new KeyFileResult.Broken(path, $"holds another key than {id}");
        }
        catch (CryptographicException)
        {
            // One wrong passphrase in 256 decrypts to something that is no key.
            return new KeyFileResult.WrongPassphrase(path);
        }
    }
}

/// <summary>What came of reading a key file.</summary>
public abstract record KeyFileResult
{
    private KeyFileResult() { }

    /// <summary>The key, which the caller owns.</summary>
    public sealed record Loaded(MemberKey Key) : KeyFileResult;

    /// <summary>There is no such file.</summary>
    public sealed record Missing(string Path) : KeyFileResult;

    /// <summary>The file is whole; the passphrase is not the one it was written with.</summary>
    public sealed record WrongPassphrase(string Path) : KeyFileResult;

    /// <summary>The file is not a key of ours, or was damaged.</summary>
    /// <param name="Path">The file.</param>
    /// <param name="Detail">What is wrong; completes a sentence that begins with the path.</param>
    public sealed record Broken(string Path, string Detail) : KeyFileResult;
}
