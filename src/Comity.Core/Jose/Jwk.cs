using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comity.Core.Jose;

/// <summary>A public key as JSON Web Key: P-256 (RFC 7517; RFC 7518, section 6.2) or Ed25519 (RFC 8037). Never holds a private part.</summary>
/// <remarks>Two keys are equal when their thumbprints are.</remarks>
public sealed class Jwk : IEquatable<Jwk>
{
    private const int CoordinateLength = 32;
    private readonly byte[] _x;
    private readonly byte[] _y;

    private Jwk(JwkCurve curve, byte[] x, byte[] y)
    {
        Curve = curve;
        _x = x;
        _y = y;
        Id = KeyId.FromHash(SHA256.HashData(Encoding.ASCII.GetBytes(ThumbprintInput())));
    }

    /// <summary>The curve, which decides what the key can do.</summary>
    public JwkCurve Curve { get; }

    /// <summary>The thumbprint (RFC 7638).</summary>
    public KeyId Id { get; }

    /// <summary>The 32 bytes of an Ed25519 public key, or of the x coordinate of a P-256 point.</summary>
    public ReadOnlyMemory<byte> X => _x;

    /// <summary>Takes the public part of a P-256 key.</summary>
    /// <exception cref="CryptographicException">The parameters are not a point of P-256.</exception>
    public static Jwk FromP256(ECParameters parameters)
    {
        if (parameters.Q.X is not { Length: CoordinateLength } x || parameters.Q.Y is not { Length: CoordinateLength } y || !IsOnP256(x, y))
        {
            throw new CryptographicException("The key is not a point of P-256.");
        }

        return new Jwk(JwkCurve.P256, [.. x], [.. y]);
    }

    /// <summary>Takes an Ed25519 public key.</summary>
    /// <param name="publicKey">32 bytes.</param>
    public static Jwk FromEd25519(ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, CoordinateLength);
        return new Jwk(JwkCurve.Ed25519, publicKey.ToArray(), []);
    }

    /// <summary>Reads the JSON object of a public key. Other members of the object (kid, use, …) are not looked at, but for a private part, which is refused.</summary>
    /// <param name="json">Any JSON value.</param>
    /// <param name="key">The key.</param>
    /// <param name="fault">On failure, what is wrong, beginning with the name of the field.</param>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out Jwk? key, [NotNullWhen(false)] out string? fault)
    {
        key = null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            fault = "must be a JSON object";
            return false;
        }

        if (json.TryGetProperty("d", out _))
        {
            fault = "d: a private key must not be shown";
            return false;
        }

        fault = (Text(json, "kty"), Text(json, "crv")) switch
        {
            ("EC", "P-256") => ReadP256(json, out key),
            ("OKP", "Ed25519") => ReadEd25519(json, out key),
            ("EC", _) or ("OKP", _) => "crv: must be P-256 with kty EC, Ed25519 with kty OKP",
            _ => "kty: must be EC or OKP",
        };
        return key is not null;
    }

    /// <summary>The members that the thumbprint is over, in its order.</summary>
    public JsonObject ToJson() => Curve == JwkCurve.P256
        ? new JsonObject { ["crv"] = "P-256", ["kty"] = "EC", ["x"] = StrictBase64Url.Encode(_x), ["y"] = StrictBase64Url.Encode(_y) }
        : new JsonObject { ["crv"] = "Ed25519", ["kty"] = "OKP", ["x"] = StrictBase64Url.Encode(_x) };

    /// <summary>The parameters of a P-256 public key.</summary>
    /// <exception cref="InvalidOperationException">The key is on another curve.</exception>
    public ECParameters ToP256() => Curve == JwkCurve.P256
        ? new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = _x, Y = _y } }
        : throw new InvalidOperationException("The key is not on P-256.");

    /// <summary>The DER of the key's SubjectPublicKeyInfo as certificates carry it (RFC 5480; RFC 8410).</summary>
    public byte[] ToSubjectPublicKeyInfo()
    {
        if (Curve == JwkCurve.Ed25519)
        {
            return [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00, .. _x];
        }

        using var key = ECDsa.Create(ToP256());
        return key.ExportSubjectPublicKeyInfo();
    }

    /// <inheritdoc/>
    public bool Equals(Jwk? other) => other is not null && other.Id == Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Jwk);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    /// <summary>The thumbprint.</summary>
    public override string ToString() => Id.ToString();

    // RFC 7638, section 3.2 and RFC 8037, section 2: required members only, in lexicographic order, no white space.
    private string ThumbprintInput() => Curve == JwkCurve.P256
        ? $$"""{"crv":"P-256","kty":"EC","x":"{{StrictBase64Url.Encode(_x)}}","y":"{{StrictBase64Url.Encode(_y)}}"}"""
        : $$"""{"crv":"Ed25519","kty":"OKP","x":"{{StrictBase64Url.Encode(_x)}}"}""";

    private static string? ReadP256(JsonElement json, out Jwk? key)
    {
        key = null;
        if (Coordinate(json, "x") is not { } x)
        {
            return "x: must be 32 bytes in base64url";
        }

        if (Coordinate(json, "y") is not { } y)
        {
            return "y: must be 32 bytes in base64url";
        }

        if (!IsOnP256(x, y))
        {
            return "x: the point is not on P-256";
        }

        key = new Jwk(JwkCurve.P256, x, y);
        return null;
    }

    private static string? ReadEd25519(JsonElement json, out Jwk? key)
    {
        key = Coordinate(json, "x") is { } x ? new Jwk(JwkCurve.Ed25519, x, []) : null;
        return key is null ? "x: must be 32 bytes in base64url" : null;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Coordinate(JsonElement json, string name) =>
        StrictBase64Url.TryDecode(Text(json, name), out var bytes) && bytes.Length == CoordinateLength ? bytes : null;

    private static bool IsOnP256(byte[] x, byte[] y)
    {
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
            return key.KeySize == 256;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>The curves that Comity's keys lie on.</summary>
public enum JwkCurve
{
    /// <summary>NIST P-256: signatures (ES256), TLS, key agreement.</summary>
    P256,

    /// <summary>Edwards curve 25519: checkpoints and cosignatures of logs.</summary>
    Ed25519,
}
