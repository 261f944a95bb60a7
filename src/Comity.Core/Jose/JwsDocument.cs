using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comity.Core.Jose;

/// <summary>A payload with the signatures of several parties: JWS in general JSON form (RFC 7515, section 7.2.1), ES256, protected headers only.</summary>
/// <remarks>Reading checks the form and no signature: ask <see cref="IsSignedBy"/>. A signature that fits no key asked about is without effect.</remarks>
public sealed class JwsDocument
{
    /// <summary>The most signatures that one document carries.</summary>
    public const int MaxSignatures = 600;

    private readonly byte[] _payload;
    private readonly string _payloadText;
    private readonly IReadOnlyList<Signature> _signatures;

    private JwsDocument(string type, byte[] payload, string payloadText, IReadOnlyList<Signature> signatures)
    {
        Type = type;
        _payload = payload;
        _payloadText = payloadText;
        _signatures = signatures;
    }

    /// <summary>The kind of document; every signature's header names it.</summary>
    public string Type { get; }

    /// <summary>The bytes that are signed, whoever wrote them.</summary>
    public ReadOnlyMemory<byte> Payload => _payload;

    /// <summary>The keys that the signatures say they are by, each once, not checked.</summary>
    public IEnumerable<KeyId> Signers => _signatures.Select(s => s.Kid).Distinct();

    /// <summary>A document that nobody has signed yet.</summary>
    public static JwsDocument Unsigned(string type, ReadOnlySpan<byte> payload) =>
        new(type, payload.ToArray(), StrictBase64Url.Encode(payload), []);

    /// <summary>The same document with one more signature; one that this key made before is replaced.</summary>
    public JwsDocument SignedBy(SigningKey key)
    {
        string header = Jws.Header(key, Type);
        var made = new Signature(key.Id, header, key.Sign(Encoding.ASCII.GetBytes(header + "." + _payloadText)));
        return new JwsDocument(Type, _payload, _payloadText, [.. _signatures.Where(s => s.Kid != key.Id), made]);
    }

    /// <summary>The same document with the signatures of both.</summary>
    /// <returns>Null where the other has another type or payload, or where both together have more than <see cref="MaxSignatures"/>.</returns>
    public JwsDocument? Combine(JwsDocument other)
    {
        if (other.Type != Type || other._payloadText != _payloadText)
        {
            return null;
        }

        Signature[] all = [.. _signatures, .. other._signatures.Where(o => !_signatures.Any(s => s.Header == o.Header && s.Value.AsSpan().SequenceEqual(o.Value)))];
        return all.Length <= MaxSignatures ? new JwsDocument(Type, _payload, _payloadText, all) : null;
    }

    /// <summary>Whether at least one signature is this key's over this payload.</summary>
    public bool IsSignedBy(VerifyingKey key) =>
        _signatures.Any(s => s.Kid == key.Public.Id && Jws.IsSigned(s.Header + "." + _payloadText, s.Value, key));

    /// <summary>The document as one JSON object in UTF-8, indented so that a person sees who signed.</summary>
    public byte[] ToJson()
    {
        var signatures = new JsonArray([.. _signatures.Select(s => new JsonObject { ["protected"] = s.Header, ["signature"] = StrictBase64Url.Encode(s.Value) })]);
        var json = new JsonObject { ["payload"] = _payloadText, ["signatures"] = signatures };
        return Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n");
    }

    /// <summary>Reads a document from outside.</summary>
    /// <param name="utf8">One JSON object.</param>
    /// <param name="type">The kind of document expected; another is refused.</param>
    /// <param name="maxPayload">The longest payload, in bytes.</param>
    /// <param name="document">The document; its signatures are not yet checked.</param>
    /// <param name="refusal">On failure, why.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> utf8, string type, int maxPayload,
        [NotNullWhen(true)] out JwsDocument? document, [NotNullWhen(false)] out JwsResult.Refused? refusal)
    {
        document = null;
        int maxBytes = (maxPayload * 2) + (MaxSignatures * 1024);
        if (utf8.Length > maxBytes)
        {
            refusal = new JwsResult.Refused(JoseFault.TooLarge, $"the document has {utf8.Length} bytes; at most {maxBytes} are read");
            return false;
        }

        if (!StrictJson.TryParseObject(utf8, 8, out var json, out string? fault))
        {
            refusal = Malformed("the document " + fault);
            return false;
        }

        if (!json.TryGetProperty("payload", out var text) || text.ValueKind != JsonValueKind.String || !StrictBase64Url.TryDecode(text.GetString(), out var payload))
        {
            refusal = Malformed("payload: must be base64url");
            return false;
        }

        if (payload.Length > maxPayload)
        {
            refusal = new JwsResult.Refused(JoseFault.TooLarge, $"payload: has {payload.Length} bytes; at most {maxPayload} are read");
            return false;
        }

        refusal = ReadSignatures(json, type, out var signatures);
        document = refusal is null ? new JwsDocument(type, payload, text.GetString()!, signatures) : null;
        return document is not null;
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static JwsResult.Refused? ReadSignatures(JsonElement json, string type, out List<Signature> signatures)
    {
        signatures = [];
        if (!json.TryGetProperty("signatures", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MaxSignatures)
        {
            return Malformed($"signatures: must be a list of at most {MaxSignatures}");
        }

        foreach (var (index, entry) in list.EnumerateArray().Index())
        {
            var refusal = ReadSignature(entry, type, out var signature);
            if (refusal is not null)
            {
                return refusal with { Detail = $"signatures[{index}]: {refusal.Detail}" };
            }

            signatures.Add(signature!);
        }

        return null;
    }

    private static JwsResult.Refused? ReadSignature(JsonElement entry, string type, out Signature? signature)
    {
        signature = null;
        if (entry.ValueKind != JsonValueKind.Object || entry.TryGetProperty("header", out _))
        {
            return Malformed("must be an object without an unprotected header");
        }

        string? headerText = Text(entry, "protected");
        if (!JoseHeader.TryParse(headerText, out var header, out string? fault))
        {
            return Malformed(fault);
        }

        if (Jws.Judge(header, type, understood: null) is { } refused)
        {
            return refused;
        }

        if (header.Kid is not { } kid)
        {
            return new JwsResult.Refused(JoseFault.UnknownKey, "protected.kid: is missing");
        }

        if (!StrictBase64Url.TryDecode(Text(entry, "signature"), out var value) || value.Length != 64)
        {
            return Malformed("signature: must be 64 bytes in base64url");
        }

        signature = new Signature(kid, headerText!, value);
        return null;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JwsResult.Refused Malformed(string detail) => new(JoseFault.Malformed, detail);

    private sealed record Signature(KeyId Kid, string Header, byte[] Value);
}
