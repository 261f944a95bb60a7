using System.Security.Cryptography;

namespace Comity.Emrtd.Signatures;

/// <summary>Checks a chip's answer to a challenge (Doc 9303-11 §6.1).</summary>
public static class ActiveAuthentication
{
    /// <summary>Checks an answer.</summary>
    /// <param name="key">The key of DG15.</param>
    /// <param name="algorithm">The algorithm that DG14 names for a curve; ignored for RSA, whose answer names its hash itself.</param>
    /// <param name="challenge">The eight bytes sent.</param>
    /// <param name="response">The bytes that came back.</param>
    public static SignatureOutcome Verify(SubjectKey key, SignatureAlgorithm? algorithm, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> response) => key.Kind switch
    {
        KeyKind.Rsa => VerifyRsa(key, challenge, response),
        KeyKind.Ec => VerifyEc(key, algorithm, challenge, response),
        _ => SignatureOutcome.Unsupported,
    };

    /// <summary>
    /// ISO/IEC 9796-2, scheme 1, message recovery: 6A, the chip's own random bytes, the hash of those and the challenge, and a trailer
    /// that names the hash: BC for SHA-1, else a byte of ISO/IEC 10118 and CC.
    /// </summary>
    private static SignatureOutcome VerifyRsa(SubjectKey key, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> response)
    {
        var length = key.Modulus.Length;
        if (response.Length != length || RsaEncoding.Open(key.Modulus.Span, key.Exponent.Span, response) is not { } opened) return SignatureOutcome.Invalid;
        // A signer may send the smaller of a number and the modulus less it (ISO/IEC 9796-2 §B.6).
        if (Recover(opened, challenge) || Recover(Complement(key.Modulus.Span, opened), challenge)) return SignatureOutcome.Valid;
        return SignatureOutcome.Invalid;
    }

    private static byte[] Complement(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> opened) =>
        EcPoint.Bytes(EcPoint.Number(modulus) - EcPoint.Number(opened), modulus.Length);

    private static bool Recover(ReadOnlySpan<byte> representative, ReadOnlySpan<byte> challenge)
    {
        var (name, trailer) = representative[^1] == 0xBC ? ((DigestName?)DigestName.Sha1, 1)
            : representative[^1] != 0xCC ? (null, 0)
            : (representative[^2] switch
            {
                0x33 => DigestName.Sha1,
                0x34 => DigestName.Sha256,
                0x35 => DigestName.Sha512,
                0x36 => DigestName.Sha384,
                0x38 => DigestName.Sha224,
                _ => (DigestName?)null,
            }, 2);
        if (name is not { } hash) return false;
        var size = Digest.LengthOf(hash);
        // Partial recovery begins with 6A (the challenge is not in it), total recovery with 4A; padding bits may precede.
        if (representative.Length < size + trailer + 2 || representative[0] != 0x6A) return false;
        var recovered = representative[1..^(size + trailer)];
        Span<byte> buffer = stackalloc byte[Digest.MaxLength];
        byte[] message = [.. recovered, .. challenge];
        return CryptographicOperations.FixedTimeEquals(Digest.Of(hash, message, buffer), representative[^(size + trailer)..^trailer]);
    }

    /// <summary>
    /// ECDSA over the challenge, the two numbers side by side (BSI TR-03111 §5.2.1); chips that write them as a sequence are read, too.
    /// Without DG14's word the hash is the longest that fits the curve's order.
    /// </summary>
    private static SignatureOutcome VerifyEc(SubjectKey key, SignatureAlgorithm? algorithm, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> response)
    {
        var hash = algorithm?.Hash ?? key.Bits switch { < 224 => DigestName.Sha1, < 256 => DigestName.Sha224, < 384 => DigestName.Sha256, < 512 => DigestName.Sha384, _ => DigestName.Sha512 };
        var plain = response.Length == 2 * (key.Group?.OrderBytes ?? 0);
        return key.Verify(new(plain ? SignatureScheme.EcdsaPlain : SignatureScheme.Ecdsa, hash, default, 0, ""), challenge, response);
    }
}
