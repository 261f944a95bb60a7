using System.Security.Cryptography;

namespace Comity.Core;

/// <summary>
/// What envelopes, feeds and the ledger call a body: 32 random bytes, then the content. Its digest may be published, because
/// nobody can guess the salt; when salt and content are erased the digest says nothing any more.
/// </summary>
/// <remarks>docs/protocol/envelope.md, "Bodies". Without the salt a digest of a passport number could be found by trying them all.</remarks>
public static class SaltedBody
{
    /// <summary>Bytes of salt before the content.</summary>
    public const int SaltLength = 32;

    /// <summary>A new body with a fresh salt.</summary>
    public static byte[] Make(ReadOnlySpan<byte> content, Randomness randomness)
    {
        Span<byte> salt = stackalloc byte[SaltLength];
        randomness.Fill(salt);
        return Make(content, salt);
    }

    /// <summary>A new body with a salt that was drawn for it alone.</summary>
    public static byte[] Make(ReadOnlySpan<byte> content, ReadOnlySpan<byte> salt)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltLength);
        var body = new byte[SaltLength + content.Length];
        salt.CopyTo(body);
        content.CopyTo(body.AsSpan(SaltLength));
        return body;
    }

    /// <summary>SHA-256 of salt and content.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> body) => SHA256.HashData(body);

    /// <summary>Whether the body is long enough to be one and has this digest; constant time in the digest.</summary>
    public static bool Matches(ReadOnlySpan<byte> body, ReadOnlySpan<byte> digest)
    {
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, actual);
        return body.Length >= SaltLength && CryptographicOperations.FixedTimeEquals(actual, digest);
    }

    /// <summary>The content of a body that is at least <see cref="SaltLength"/> long.</summary>
    public static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> body) => body[SaltLength..];
}
