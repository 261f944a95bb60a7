using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using Comity.Core.Jose;
using Comity.TransparencyLog;

namespace Comity.Core.Members;

/// <summary>One of this member's private keys.</summary>
public sealed class MemberKey : IDisposable
{
    private static readonly Oid Ed25519Oid = new("1.3.101.112");
    private readonly byte[] _pkcs8;
    private readonly IDisposable _key;

    private MemberKey(KeyUse use, byte[] pkcs8, IDisposable key, Jwk publicKey)
    {
        Use = use;
        _pkcs8 = pkcs8;
        _key = key;
        Public = publicKey;
    }

    /// <summary>What it is for.</summary>
    public KeyUse Use { get; }

    /// <summary>The public part.</summary>
    public Jwk Public { get; }

    /// <summary>The thumbprint of the public part.</summary>
    public KeyId Id => Public.Id;

    /// <summary>Signs ES256.</summary>
    /// <exception cref="InvalidOperationException">This is no root or signing key.</exception>
    public SigningKey Signer => Use is KeyUse.Root or KeyUse.Signing ? (SigningKey)_key : throw WrongUse();

    /// <summary>Opens what is encrypted to this member.</summary>
    /// <exception cref="InvalidOperationException">This is no encryption key.</exception>
    public AgreementKey Agreement => Use == KeyUse.Encryption ? (AgreementKey)_key : throw WrongUse();

    /// <summary>Signs checkpoints.</summary>
    /// <exception cref="InvalidOperationException">This is no log key.</exception>
    public Ed25519PrivateKey Log => Use == KeyUse.Log ? (Ed25519PrivateKey)_key : throw WrongUse();

    /// <summary>Makes a new key.</summary>
    /// <param name="use">What it is for.</param>
    /// <param name="randomness">Where the seed of an Ed25519 key comes from; P-256 keys come from the cryptographic library.</param>
    public static MemberKey Generate(KeyUse use, Randomness randomness)
    {
        if (use != KeyUse.Log)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return FromPkcs8(use, key.ExportPkcs8PrivateKey());
        }

        // RFC 8410, section 7: the seed is an OCTET STRING of its own within the private key.
        byte[] seed = randomness.Bytes(Ed25519PrivateKey.SeedLength);
        return FromPkcs8(use, new Pkcs8PrivateKeyInfo(Ed25519Oid, null, (byte[])[0x04, 0x20, .. seed]).Encode());
    }

    /// <summary>The DER of the PrivateKeyInfo (RFC 5208), not encrypted; the caller zeroes it.</summary>
    internal byte[] ToPkcs8() => [.. _pkcs8];

    /// <summary>The key with its private part, for a TLS certificate; the caller disposes of it.</summary>
    internal ECDsa ToEcdsa()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_pkcs8, out _);
        return key;
    }

    /// <exception cref="CryptographicException">The bytes are no private key for this use.</exception>
    internal static MemberKey FromPkcs8(KeyUse use, byte[] pkcs8)
    {
        if (use == KeyUse.Log)
        {
            var info = Pkcs8PrivateKeyInfo.Decode(pkcs8, out _, skipCopy: true);
            if (info.AlgorithmId.Value != Ed25519Oid.Value || info.PrivateKeyBytes.Length != 34 || info.PrivateKeyBytes.Span is not [0x04, 0x20, .. var seed])
            {
                throw new CryptographicException("The key is not on Ed25519.");
            }

            var log = new Ed25519PrivateKey(seed);
            return new MemberKey(use, pkcs8, log, Jwk.FromEd25519(log.PublicKey.AsSpan()));
        }

        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        IDisposable loaded = use == KeyUse.Encryption ? AgreementKey.FromP256(parameters) : SigningKey.FromP256(parameters);
        return new MemberKey(use, pkcs8, loaded, Jwk.FromP256(parameters));
    }

    /// <summary>Frees and zeroes what is held in memory.</summary>
    public void Dispose()
    {
        _key.Dispose();
        CryptographicOperations.ZeroMemory(_pkcs8);
    }

    private InvalidOperationException WrongUse() => new($"A {Use} key was used for something else.");
}
