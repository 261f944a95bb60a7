using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Comity.Emrtd.Signatures;

/// <summary>A hash algorithm of travel documents (Doc 9303-12 §4.4.4).</summary>
public enum DigestName
{
    /// <summary>SHA-1, in documents of the first years.</summary>
    Sha1,

    /// <summary>SHA-224.</summary>
    Sha224,

    /// <summary>SHA-256.</summary>
    Sha256,

    /// <summary>SHA-384.</summary>
    Sha384,

    /// <summary>SHA-512.</summary>
    Sha512,
}

/// <summary>Hashing by any of them.</summary>
internal static partial class Digest
{
    public const int MaxLength = 64;

    public static DigestName? FromOid(string oid) => oid switch
    {
        "1.3.14.3.2.26" => DigestName.Sha1,
        "2.16.840.1.101.3.4.2.4" => DigestName.Sha224,
        "2.16.840.1.101.3.4.2.1" => DigestName.Sha256,
        "2.16.840.1.101.3.4.2.2" => DigestName.Sha384,
        "2.16.840.1.101.3.4.2.3" => DigestName.Sha512,
        _ => null,
    };

    public static string OidOf(DigestName name) => name switch
    {
        DigestName.Sha1 => "1.3.14.3.2.26",
        DigestName.Sha224 => "2.16.840.1.101.3.4.2.4",
        DigestName.Sha256 => "2.16.840.1.101.3.4.2.1",
        DigestName.Sha384 => "2.16.840.1.101.3.4.2.2",
        _ => "2.16.840.1.101.3.4.2.3",
    };

    public static int LengthOf(DigestName name) => name switch
    {
        DigestName.Sha1 => 20,
        DigestName.Sha224 => 28,
        DigestName.Sha256 => 32,
        DigestName.Sha384 => 48,
        _ => 64,
    };

    /// <summary>The name in .NET, which has no SHA-224.</summary>
    public static HashAlgorithmName? InBox(DigestName name) => name switch
    {
        DigestName.Sha1 => HashAlgorithmName.SHA1,
        DigestName.Sha256 => HashAlgorithmName.SHA256,
        DigestName.Sha384 => HashAlgorithmName.SHA384,
        DigestName.Sha512 => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>Hashes into the front of a buffer of at least <see cref="MaxLength"/> and gives that front.</summary>
    public static ReadOnlySpan<byte> Of(DigestName name, ReadOnlySpan<byte> data, Span<byte> into)
    {
        var length = LengthOf(name);
        switch (name)
        {
            case DigestName.Sha1: SHA1.HashData(data, into); break;
            case DigestName.Sha256: SHA256.HashData(data, into); break;
            case DigestName.Sha384: SHA384.HashData(data, into); break;
            case DigestName.Sha512: SHA512.HashData(data, into); break;
            default:
                if (EvpDigest(data, (nuint)data.Length, into, 0, EvpSha224(), 0) != 1) throw new CryptographicException("SHA-224 is not available.");
                break;
        }
        return into[..length];
    }

    public static byte[] Of(DigestName name, ReadOnlySpan<byte> data)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        return Of(name, data, buffer).ToArray();
    }

    [LibraryImport("libcrypto.so.3", EntryPoint = "EVP_sha224")]
    private static partial nint EvpSha224();

    [LibraryImport("libcrypto.so.3", EntryPoint = "EVP_Digest")]
    private static partial int EvpDigest(ReadOnlySpan<byte> data, nuint count, Span<byte> digest, nint size, nint type, nint engine);
}
