using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Comity.Core.Jose;

/// <summary>A private P-256 key that signs with ES256 (RFC 7518, section 3.4). May be used from several threads at once.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly EcdsaPool _pool;

    private SigningKey(ECParameters parameters)
    {
        Public = Jwk.FromP256(parameters);
        _pool = new EcdsaPool(parameters);
    }

    /// <summary>The public part.</summary>
    public Jwk Public { get; }

    /// <summary>The thumbprint of the public part; goes into the header as <c>kid</c>.</summary>
    public KeyId Id => Public.Id;

    /// <summary>A new key from the cryptographic library's generator.</summary>
    public static SigningKey Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SigningKey(key.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>Takes a P-256 key with its private part.</summary>
    /// <exception cref="CryptographicException">The parameters are not a private key on P-256.</exception>
    public static SigningKey FromP256(ECParameters parameters) => new(parameters);

    /// <summary>Signs any bytes.</summary>
    /// <returns>64 bytes, R then S.</returns>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var key = _pool.Rent();
        byte[] signature = key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _pool.Return(key);
        return signature;
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();
}

/// <summary>A public P-256 key that checks ES256 signatures. May be used from several threads at once.</summary>
public sealed class VerifyingKey
{
    private readonly EcdsaPool _pool;

    /// <summary>Takes a P-256 public key.</summary>
    /// <exception cref="InvalidOperationException">The key is on another curve.</exception>
    public VerifyingKey(Jwk key)
    {
        Public = key;
        _pool = new EcdsaPool(key.ToP256());
    }

    /// <summary>The key.</summary>
    public Jwk Public { get; }

    /// <summary>Whether the signature is this key's over exactly these bytes.</summary>
    /// <param name="data">The bytes signed.</param>
    /// <param name="signature">R then S, 64 bytes; any other length is no signature.</param>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 64)
        {
            return false;
        }

        var key = _pool.Rent();
        bool valid = key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _pool.Return(key);
        return valid;
    }
}

/// <summary>Keeps loaded keys for reuse: an ECDsa object is costly to make and promises nothing to two threads at once.</summary>
internal sealed class EcdsaPool(ECParameters parameters) : IDisposable
{
    private readonly ConcurrentBag<ECDsa> _idle = [];

    public ECDsa Rent() => _idle.TryTake(out var key) ? key : ECDsa.Create(parameters);

    public void Return(ECDsa key) => _idle.Add(key);

    public void Dispose()
    {
        while (_idle.TryTake(out var key))
        {
            key.Dispose();
        }

        CryptographicOperations.ZeroMemory(parameters.D);
    }
}
