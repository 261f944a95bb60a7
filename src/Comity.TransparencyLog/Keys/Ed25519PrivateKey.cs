using System.Security.Cryptography;

namespace Comity.TransparencyLog;

/// <summary>A private key of Ed25519 (RFC 8032), loaded once and safe for use by several threads.</summary>
/// <remarks>The seed stays with the caller, who should zero it; the library zeroes its own copy on disposal.</remarks>
public sealed class Ed25519PrivateKey : IDisposable
{
    /// <summary>The length of a seed in bytes: 32.</summary>
    public const int SeedLength = 32;

    private readonly LibCrypto.PKey _key;

    /// <summary>Loads the key of a seed.</summary>
    /// <param name="seed">The 32 random bytes that RFC 8032 section 5.1.5 calls the private key.</param>
    /// <exception cref="ArgumentException">Not exactly 32 bytes.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no OpenSSL 3 on this machine.</exception>
    public Ed25519PrivateKey(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedLength)
        {
            throw new ArgumentException($"A seed has {SeedLength} bytes, not {seed.Length}.", nameof(seed));
        }

        LibCrypto.Require();
        _key = LibCrypto.NewPrivateKey(LibCrypto.Ed25519, 0, seed, SeedLength);
        Span<byte> publicKey = stackalloc byte[Ed25519PublicKey.Length];
        nuint length = Ed25519PublicKey.Length;
        if (_key.IsInvalid || LibCrypto.GetPublicKey(_key, publicKey, ref length) != 1
            || !Ed25519PublicKey.TryCreate(publicKey, out var key))
        {
            _key.Dispose();
            LibCrypto.ClearErrors();
            throw new CryptographicException("OpenSSL could not load an Ed25519 key.");
        }

        PublicKey = key;
    }

    /// <summary>The public key, which lives on after this one is disposed of.</summary>
    public Ed25519PublicKey PublicKey { get; }

    /// <summary>Signs a message, the same way each time.</summary>
    /// <returns>64 bytes.</returns>
    /// <exception cref="ObjectDisposedException">The key is disposed of.</exception>
    /// <exception cref="CryptographicException">The library failed, for want of memory or the like.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        ObjectDisposedException.ThrowIf(_key.IsClosed, this);
        using var context = LibCrypto.NewContext();
        var signature = new byte[Ed25519PublicKey.SignatureLength];
        nuint length = Ed25519PublicKey.SignatureLength;
        if (context.IsInvalid
            || LibCrypto.SignInit(context, 0, 0, 0, _key) != 1
            || LibCrypto.Sign(context, signature, ref length, message, (nuint)message.Length) != 1)
        {
            LibCrypto.ClearErrors();
            throw new CryptographicException("OpenSSL could not make an Ed25519 signature.");
        }

        return signature;
    }

    /// <summary>Frees the library's copy of the key, zeroed.</summary>
    public void Dispose() => _key.Dispose();
}
