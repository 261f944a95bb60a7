using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Comity.Emrtd.Lds;

namespace Comity.Emrtd.Access;

/// <summary>Ciphers, message authentication and key derivation of Doc 9303-11 §9.7 and §9.8.</summary>
internal static partial class ChipCipher
{
    public static int BlockOf(SessionCipher cipher) => cipher == SessionCipher.TripleDes ? 8 : 16;

    public static int KeyLengthOf(SessionCipher cipher) => cipher switch { SessionCipher.Aes192 => 24, SessionCipher.Aes256 => 32, _ => 16 };

    /// <summary>Doc 9303-11 §9.7.1: 1 for encryption, 2 for authentication, 3 for the password.</summary>
    public static byte[] DeriveKey(SessionCipher cipher, ReadOnlySpan<byte> secret, byte counter)
    {
        byte[] input = [.. secret, 0, 0, 0, counter];
        var length = KeyLengthOf(cipher);
        var key = (length > 16 ? SHA256.HashData(input) : SHA1.HashData(input))[..length];
        CryptographicOperations.ZeroMemory(input);
        if (cipher == SessionCipher.TripleDes) SetParity(key);
        return key;
    }

    private static void SetParity(Span<byte> key)
    {
        foreach (ref var b in key) b = (byte)((b & 0xFE) | (~System.Numerics.BitOperations.PopCount((uint)b & 0xFE) & 1));
    }

    /// <summary>CBC without padding.</summary>
    public static byte[] Encrypt(SessionCipher cipher, byte[] key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data)
    {
        using var algorithm = Create(cipher, key);
        return algorithm.EncryptCbc(data, iv, PaddingMode.None);
    }

    /// <inheritdoc cref="Encrypt"/>
    public static byte[] Decrypt(SessionCipher cipher, byte[] key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data)
    {
        using var algorithm = Create(cipher, key);
        return algorithm.DecryptCbc(data, iv, PaddingMode.None);
    }

    private static SymmetricAlgorithm Create(SessionCipher cipher, byte[] key)
    {
        SymmetricAlgorithm algorithm = cipher == SessionCipher.TripleDes ? TripleDES.Create() : Aes.Create();
        algorithm.Key = cipher == SessionCipher.TripleDes ? [.. key, .. key.AsSpan(0, 8)] : key;
        return algorithm;
    }

    /// <summary>Eight bytes over data that are padded already: retail MAC (ISO/IEC 9797-1 algorithm 3) or CMAC (NIST SP 800-38B).</summary>
    public static byte[] Authenticate(SessionCipher cipher, byte[] key, ReadOnlySpan<byte> data) =>
        cipher == SessionCipher.TripleDes ? RetailMac(key, data) : CMac(cipher, key, data);

    private static byte[] RetailMac(byte[] key, ReadOnlySpan<byte> padded)
    {
#pragma warning disable CA5351 // Doc 9303-11 §9.8.6.1 defines the MAC over single DES.
        using var single = DES.Create();
#pragma warning restore CA5351
        single.Key = key[..8];
        Span<byte> zero = stackalloc byte[8];
        zero.Clear();
        var chained = padded.Length > 8 ? single.EncryptCbc(padded[..^8], zero, PaddingMode.None) : [];
        return Encrypt(SessionCipher.TripleDes, key, chained.Length > 0 ? chained.AsSpan(chained.Length - 8) : zero, padded[^8..]);
    }

    private static byte[] CMac(SessionCipher cipher, byte[] key, ReadOnlySpan<byte> data)
    {
        Span<byte> mac = stackalloc byte[16];
        var done = QMac(0, "CMAC", null, $"AES-{8 * KeyLengthOf(cipher)}-CBC", 0, key, (nuint)key.Length, data, (nuint)data.Length, mac, 16, out var length);
        if (done == 0 || length != 16) throw new CryptographicException("CMAC is not available.");
        return mac[..8].ToArray();
    }

    // .NET 10 has no CMAC.
    [LibraryImport("libcrypto.so.3", EntryPoint = "EVP_Q_mac", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint QMac(nint context, string name, string? properties, string algorithm, nint parameters,
        ReadOnlySpan<byte> key, nuint keyLength, ReadOnlySpan<byte> data, nuint dataLength, Span<byte> output, nuint outputSize, out nuint outputLength);

    /// <summary>Padding of ISO/IEC 9797-1 method 2.</summary>
    public static byte[] Pad(ReadOnlySpan<byte> data, int block)
    {
        var padded = new byte[(data.Length / block * block) + block];
        data.CopyTo(padded);
        padded[data.Length] = 0x80;
        return padded;
    }

    /// <summary>Takes that padding off; false where there is none.</summary>
    public static bool TryUnpad(ReadOnlyMemory<byte> padded, out ReadOnlyMemory<byte> data)
    {
        var at = padded.Span.LastIndexOfAnyExcept((byte)0);
        data = at >= 0 ? padded[..at] : default;
        return at >= 0 && padded.Span[at] == 0x80;
    }
}
