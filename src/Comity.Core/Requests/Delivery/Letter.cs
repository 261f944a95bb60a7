using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Requests.Delivery;

/// <summary>An event on its way: as signed, and what it says encrypted to the one that is to read it.</summary>
/// <param name="Signed">The event's JWS.</param>
/// <param name="Body">The salted body's JWE; null for none.</param>
internal sealed record Letter(string Signed, string? Body)
{
    /// <summary>The <c>typ</c> of a body's JWE.</summary>
    public const string BodyType = "comity-request-body";

    /// <summary>A letter longer than this is refused.</summary>
    public const int MaxLength = RequestEvent.MaxLength + LongestBody + 1024;

    private const int LongestBody = ((Keeping.EventBody.MaxLength + SaltedBody.SaltLength) * 4 / 3) + 4096;

    public byte[] ToJson()
    {
        var json = new JsonObject { ["v"] = 1, ["event"] = Signed };
        if (Body is not null)
        {
            json["body"] = Body;
        }

        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    public static Letter? Read(ReadOnlyMemory<byte> content, out string? fault)
    {
        if (!StrictJson.TryParseObject(content, 4, out var json, out fault))
        {
            return null;
        }

        var fields = new Fields(json);
        var letter = new Letter(fields.Text("event", RequestEvent.MaxLength), fields.TextOrNull("body", LongestBody));
        _ = fields.Number("v") == 1 || fields.Wrong("v", "is not 1", false);
        fault = fields.Fault;
        return fault is null ? letter : null;
    }

    /// <summary>Encrypts a salted body to a member's current key; outside a transaction, for it takes time.</summary>
    public static string? Encrypt(NodeContext node, MemberCode to, byte[]? salted) => salted is null ? null
        : Jwe.Encrypt(salted, node.Membership.Directory.Find(to)!.Keys[KeyUse.Encryption].Current, BodyType, node.Randomness);

    /// <summary>Opens the body; null where it cannot be.</summary>
    /// <param name="node">Whose keys open it.</param>
    /// <param name="mayCome">Whether it may be opened another time: the key is not known here now.</param>
    public byte[]? Decrypt(NodeContext node, out bool mayCome)
    {
        mayCome = false;
        switch (Jwe.Decrypt(Body, BodyType, node.Membership.Keys.FindAgreement, maxLength: LongestBody))
        {
            case JweResult.Opened opened:
                return opened.Plaintext;
            case JweResult.Refused { Fault: JoseFault.UnknownKey }:
                mayCome = true;
                return null;
            default:
                return null;
        }
    }
}
