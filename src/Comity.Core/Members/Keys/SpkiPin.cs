using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>SHA-256 of a SubjectPublicKeyInfo: what a node recognises its peer's end of TLS by, whatever certificate is around the key (RFC 7858 and RFC 7469 pin alike).</summary>
public readonly struct SpkiPin : IEquatable<SpkiPin>
{
    private readonly byte[]? _hash;

    private SpkiPin(ReadOnlySpan<byte> spki) => _hash = SHA256.HashData(spki);

    /// <summary>The pin of a public key.</summary>
    public static SpkiPin Of(Jwk key) => new(key.ToSubjectPublicKeyInfo());

    /// <summary>The pin of the key in a certificate.</summary>
    public static SpkiPin Of(X509Certificate2 certificate) => new(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    /// <summary>Whether both are the same, in constant time.</summary>
    public bool Equals(SpkiPin other) => CryptographicOperations.FixedTimeEquals(_hash, other._hash) && _hash is not null;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SpkiPin other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash is null ? 0 : BitConverter.ToInt32(_hash);

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(SpkiPin left, SpkiPin right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(SpkiPin left, SpkiPin right) => !left.Equals(right);

    /// <summary>The hash in base64url; empty for the default value, which equals nothing.</summary>
    public override string ToString() => _hash is null ? "" : StrictBase64Url.Encode(_hash);
}
