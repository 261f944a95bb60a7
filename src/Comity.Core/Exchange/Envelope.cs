using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Exchange;

/// <summary>What the sender of an envelope signs. docs/protocol/envelope.md.</summary>
/// <param name="Version">The protocol version it is written in.</param>
/// <param name="Id">Outlives every retry.</param>
/// <param name="From">The sender.</param>
/// <param name="To">The one recipient.</param>
/// <param name="Service">What is asked, e.g. <c>feed.pull</c>.</param>
/// <param name="Purpose">For which of the charter's purposes; empty for the running of the network itself.</param>
/// <param name="Basis">The legal basis, in the sender's words; empty where none is needed.</param>
/// <param name="Realm">Live or exercise.</param>
/// <param name="Charter">The number of the charter the sender goes by.</param>
/// <param name="IssuedAt">When this transmission was signed.</param>
/// <param name="Expires">When this transmission is void.</param>
/// <param name="Digest">SHA-256 of the body, its salt included.</param>
public sealed record Envelope(
    int Version,
    Guid Id,
    MemberCode From,
    MemberCode To,
    string Service,
    string Purpose,
    string Basis,
    Realm Realm,
    long Charter,
    DateTimeOffset IssuedAt,
    DateTimeOffset Expires,
    byte[] Digest)
{
    /// <summary>The <c>typ</c> of an envelope's JWS.</summary>
    public const string Type = "comity-envelope";

    /// <summary>An envelope longer than this is refused.</summary>
    public const int MaxLength = 8192;

    /// <summary>Signs it as a compact JWS.</summary>
    public string Sign(SigningKey key) => Jws.Sign(Payload(), key, Type);

    /// <summary>Reads a payload whose signature was checked. Fields it does not know are let be.</summary>
    /// <param name="payload">The JWS payload.</param>
    /// <param name="fault">Which field is wrong.</param>
    public static Envelope? Read(ReadOnlyMemory<byte> payload, out string? fault)
    {
        if (!StrictJson.TryParseObject(payload, 8, out var json, out fault))
        {
            return null;
        }

        var fields = new Fields(json);
        var envelope = new Envelope(
            fields.Number("v"),
            fields.Id("id"),
            fields.Member("from"),
            fields.Member("to"),
            fields.Text("service", 64),
            fields.Text("purpose", 64),
            fields.Text("basis", 500),
            fields.Value<Realm>("realm", RealmText.TryParse),
            fields.Number("charter"),
            fields.Instant("iat"),
            fields.Instant("exp"),
            fields.Bytes("digest", SHA256.HashSizeInBytes));
        fault = fields.Fault;
        return fault is null ? envelope : null;
    }

    private byte[] Payload()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("id", Id);
            json.WriteString("from", From.ToString());
            json.WriteString("to", To.ToString());
            json.WriteString("service", Service);
            json.WriteString("purpose", Purpose);
            json.WriteString("basis", Basis);
            json.WriteString("realm", Realm.Text());
            json.WriteNumber("charter", Charter);
            json.WriteNumber("iat", IssuedAt.ToUnixTimeMilliseconds());
            json.WriteNumber("exp", Expires.ToUnixTimeMilliseconds());
            json.WriteString("digest", Base64Url.EncodeToString(Digest));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>The recipient's signed proof that it has the envelope, and of what it answered.</summary>
/// <param name="Version">The protocol version.</param>
/// <param name="Id">The envelope's id.</param>
/// <param name="From">Who signs: the envelope's recipient.</param>
/// <param name="To">The envelope's sender.</param>
/// <param name="Envelope">SHA-256 of the envelope as sent.</param>
/// <param name="Answer">SHA-256 of the answer's body, its salt included.</param>
/// <param name="Charter">The number of the charter the recipient goes by: higher than the sender's means that the sender is behind.</param>
/// <param name="IssuedAt">When, by the recipient's clock.</param>
public sealed record Receipt(int Version, Guid Id, MemberCode From, MemberCode To, byte[] Envelope, byte[] Answer, long Charter, DateTimeOffset IssuedAt)
{
    /// <summary>The <c>typ</c> of a receipt's JWS.</summary>
    public const string Type = "comity-receipt";

    /// <summary>Signs it as a compact JWS.</summary>
    public string Sign(SigningKey key)
    {
        var buffer = new ArrayBufferWriter<byte>(384);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("id", Id);
            json.WriteString("from", From.ToString());
            json.WriteString("to", To.ToString());
            json.WriteString("envelope", Base64Url.EncodeToString(Envelope));
            json.WriteString("answer", Base64Url.EncodeToString(Answer));
            json.WriteNumber("charter", Charter);
            json.WriteNumber("iat", IssuedAt.ToUnixTimeMilliseconds());
            json.WriteEndObject();
        }

        return Jws.Sign(buffer.WrittenSpan, key, Type);
    }

    /// <summary>Reads a payload whose signature was checked.</summary>
    public static Receipt? Read(ReadOnlyMemory<byte> payload, out string? fault)
    {
        if (!StrictJson.TryParseObject(payload, 8, out var json, out fault))
        {
            return null;
        }

        var fields = new Fields(json);
        var receipt = new Receipt(
            fields.Number("v"),
            fields.Id("id"),
            fields.Member("from"),
            fields.Member("to"),
            fields.Bytes("envelope", SHA256.HashSizeInBytes),
            fields.Bytes("answer", SHA256.HashSizeInBytes),
            fields.Number("charter"),
            fields.Instant("iat"));
        fault = fields.Fault;
        return fault is null ? receipt : null;
    }

    /// <summary>SHA-256 of a compact JWS as sent.</summary>
    public static byte[] HashOf(string jws) => SHA256.HashData(Encoding.ASCII.GetBytes(jws));
}
