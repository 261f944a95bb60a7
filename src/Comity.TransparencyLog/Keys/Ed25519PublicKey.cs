using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Comity.TransparencyLog;

/// <summary>A public key of Ed25519 (RFC 8032), loaded once and safe for use by several threads.</summary>
public sealed class Ed25519PublicKey : IEquatable<Ed25519PublicKey>, IDisposable
{
    /// <summary>The length of a public key in bytes: 32.</summary>
    public const int Length = 32;

    /// <summary>The length of a signature in bytes: 64.</summary>
    public const int SignatureLength = 64;

    private readonly LibCrypto.PKey _key;
    private readonly byte[] _bytes;

    private Ed25519PublicKey(LibCrypto.PKey key, byte[] bytes) => (_key, _bytes) = (key, bytes);

    /// <summary>The 32 bytes of RFC 8032 section 5.1.5.</summary>
    public ReadOnlySpan<byte> AsSpan() => _bytes;

    /// <summary>Takes the 32 bytes of RFC 8032 section 5.1.5.</summary>
    /// <remarks>Bytes that are no point of the curve are taken too; no signature verifies under them.</remarks>
    /// <returns>False where the length is another.</returns>
    /// <exception cref="PlatformNotSupportedException">There is no OpenSSL 3 on this machine.</exception>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Ed25519PublicKey? key)
    {
        key = null;
        if (bytes.Length != Length)
        {
            return false;
        }

        LibCrypto.Require();
        var handle = LibCrypto.NewPublicKey(LibCrypto.Ed25519, 0, bytes, Length);
        if (handle.IsInvalid)
        {
            handle.Dispose();
            LibCrypto.ClearErrors();
            return false;
        }

        key = new Ed25519PublicKey(handle, bytes.ToArray());
        return true;
    }

    /// <summary>Verifies a signature.</summary>
    /// <returns>False for every signature but one of this key over this message, whatever its length.</returns>
    /// <exception cref="ObjectDisposedException">The key is disposed of.</exception>
    /// <exception cref="CryptographicException">The library failed, for want of memory or the like.</exception>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        ObjectDisposedException.ThrowIf(_key.IsClosed, this);
        if (signature.Length != SignatureLength)
        {
            return false;
        }

        using var context = LibCrypto.NewContext();
        if (context.IsInvalid || LibCrypto.VerifyInit(context, 0, 0, 0, _key) != 1)
        {
            LibCrypto.ClearErrors();
            throw new CryptographicException("OpenSSL could not begin to verify an Ed25519 signature.");
        }

        var valid = LibCrypto.Verify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        if (!valid)
        {
            LibCrypto.ClearErrors();
        }

        return valid;
    }

    /// <summary>Whether both are the same 32 bytes.</summary>
    public bool Equals(Ed25519PublicKey? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Ed25519PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_bytes);

    /// <summary>Frees the library's copy of the key; without this the finalizer does.</summary>
    public void Dispose() => _key.Dispose();
}
