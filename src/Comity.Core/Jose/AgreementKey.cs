using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Comity.Core.Jose;

/// <summary>A private P-256 key to which others encrypt (ECDH-ES; RFC 7518, section 4.6). Used by one thread at a time, which it sees to itself.</summary>
public sealed class AgreementKey : IDisposable
{
    private readonly ECDiffieHellman _key;
    private readonly Lock _use = new();

    private AgreementKey(ECDiffieHellman key)
    {
        _key = key;
        Public = Jwk.FromP256(key.ExportParameters(includePrivateParameters: false));
    }

    /// <summary>The public part.</summary>
    public Jwk Public { get; }

    /// <summary>The thumbprint of the public part.</summary>
    public KeyId Id => Public.Id;

    /// <summary>A new key from the cryptographic library's generator.</summary>
    public static AgreementKey Generate() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Takes a P-256 key with its private part.</summary>
    /// <exception cref="CryptographicException">The parameters are not a key on P-256.</exception>
    public static AgreementKey FromP256(ECParameters parameters) => new(ECDiffieHellman.Create(parameters));

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>Derives the key that both sides share: ECDH, then one round of the Concat KDF (RFC 7518, section 4.6.2).</summary>
    /// <param name="other">The other side's public key, on P-256.</param>
    /// <param name="algorithm">The <c>enc</c> that the key is for.</param>
    /// <param name="keyBits">Up to 256.</param>
    /// <param name="partyU">The decoded <c>apu</c>.</param>
    /// <param name="partyV">The decoded <c>apv</c>.</param>
    internal byte[] Derive(Jwk other, string algorithm, int keyBits, ReadOnlySpan<byte> partyU, ReadOnlySpan<byte> partyV)
    {
        // The library hashes prepend ‖ Z ‖ append: with the round's counter before and OtherInfo after, that is the KDF.
        byte[] round = [0, 0, 0, 1];
        byte[] otherInfo = [.. Sized(Encoding.ASCII.GetBytes(algorithm)), .. Sized(partyU), .. Sized(partyV), .. BigEndian(keyBits)];
        using var theirs = ECDiffieHellman.Create(other.ToP256());
        using var theirPublic = theirs.PublicKey;
        lock (_use)
        {
            return _key.DeriveKeyFromHash(theirPublic, HashAlgorithmName.SHA256, round, otherInfo)[..(keyBits / 8)];
        }
    }

    private static byte[] Sized(ReadOnlySpan<byte> data) => [.. BigEndian(data.Length), .. data];

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
