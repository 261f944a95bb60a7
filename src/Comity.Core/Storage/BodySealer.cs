using System.Security.Cryptography;

namespace Comity.Core.Storage;

/// <summary>Encrypts each stored body under a key of its own, which deleting destroys.</summary>
/// <remarks>
/// The key is HMAC-SHA256(the node's storage key, a secret of 32 random bytes stored beside the body), so a copy of the
/// database alone opens nothing, and the storage key alone opens nothing whose secret is gone. A key encrypts one body only,
/// therefore AES-256-GCM's nonce may be constant.
/// </remarks>
public sealed class BodySealer
{
    private const int TagLength = 16;
    private static readonly byte[] Nonce = new byte[12];

    // Made once a thread: setting up the key costs as much as the hash.
    private readonly ThreadLocal<HMACSHA256> _mac;
    private readonly ThreadLocal<HMACSHA256> _tags;
    private readonly Randomness _randomness;

    /// <summary>Makes a sealer.</summary>
    /// <param name="storageKey">32 bytes, kept among the node's keys and never in the database.</param>
    /// <param name="randomness">Where secrets come from.</param>
    public BodySealer(byte[] storageKey, Randomness randomness)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(storageKey.Length, 32);
        _mac = new ThreadLocal<HMACSHA256>(() => new HMACSHA256(storageKey));
        var tagKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, storageKey, 32, info: "comity asked/1"u8.ToArray());
        _tags = new ThreadLocal<HMACSHA256>(() => new HMACSHA256(tagKey));
        _randomness = randomness;
    }

    /// <summary>Bytes of the secret that is stored beside a body.</summary>
    public const int SecretLength = 32;

    /// <summary>Seals a body under a new secret.</summary>
    public SealedBody Seal(ReadOnlySpan<byte> body) => Seal(body, _randomness.Bytes(SecretLength));

    /// <summary>Seals a body under a secret that was drawn for it alone.</summary>
    /// <param name="body">The body.</param>
    /// <param name="secret">32 random bytes, never used before: the same secret for another body would betray both.</param>
    public SealedBody Seal(ReadOnlySpan<byte> body, byte[] secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretLength);
        var ciphertext = new byte[body.Length + TagLength];
        using var aes = Cipher(secret);
        aes.Encrypt(Nonce, body, ciphertext.AsSpan(0, body.Length), ciphertext.AsSpan(body.Length));
        return new SealedBody(ciphertext, secret);
    }

    /// <summary>Opens a body; null where it was altered or sealed under another storage key.</summary>
    public byte[]? Open(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> secret)
    {
        if (ciphertext.Length < TagLength)
        {
            return null;
        }

        var body = new byte[ciphertext.Length - TagLength];
        using var aes = Cipher(secret);
        try
        {
            aes.Decrypt(Nonce, ciphertext[..body.Length], ciphertext[body.Length..], body);
            return body;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>16 bytes that are equal for equal names, and tell nothing without the storage key.</summary>
    public byte[] Blind(string name) => Short(_mac, name);

    /// <summary>As <see cref="Blind"/>, under a key of its own (HKDF-SHA256 of the storage key): nothing blinded can be compared with a tag.</summary>
    public byte[] Tag(string subject) => Short(_tags, subject);

    private static byte[] Short(ThreadLocal<HMACSHA256> key, string name)
    {
        Span<byte> mac = stackalloc byte[32];
        Mac(key, System.Text.Encoding.UTF8.GetBytes(name), mac);
        return mac[..16].ToArray();
    }

    private static void Mac(ThreadLocal<HMACSHA256> key, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        if (!key.Value!.TryComputeHash(data, mac, out _))
        {
            throw new CryptographicException("There is no room for the hash.");
        }
    }

    private AesGcm Cipher(ReadOnlySpan<byte> secret)
    {
        Span<byte> key = stackalloc byte[32];
        Mac(_mac, secret, key);
        var aes = new AesGcm(key, TagLength);
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }
}
