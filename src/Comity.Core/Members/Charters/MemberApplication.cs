using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>What a State sends to the others to be listed in the next charter: who it is and its public keys, signed by its own root. Its root's fingerprint is compared in person.</summary>
public sealed class MemberApplication
{
    /// <summary>The <c>typ</c> in the header of the signature.</summary>
    public const string DocumentType = "comity-application";

    /// <summary>The value of the payload's field <c>comity</c>.</summary>
    public const string Form = "application/1";

    /// <summary>The longest payload, in bytes: 64 KiB.</summary>
    public const int MaxBytes = 1 << 16;

    private readonly JsonObject _json;

    private MemberApplication(CharterMember member, JsonObject json) => (Member, _json) = (member, json);

    /// <summary>The member as it asks to be listed.</summary>
    public CharterMember Member { get; }

    /// <summary>The same as a charter lists it, unknown fields kept.</summary>
    public JsonObject ToJson() => (JsonObject)_json.DeepClone();

    /// <summary>Draws up and signs an application.</summary>
    /// <param name="member">Code, name, issuing codes, address and contact.</param>
    /// <param name="online">The ring with the node's keys.</param>
    /// <param name="root">The ring with the root.</param>
    /// <param name="now">The clock's time.</param>
    public static JwsDocument Create(Details member, KeyRing online, KeyRing root, DateTimeOffset now)
    {
        var keys = online.ToCharterKeys();
        keys["root"] = root.ToCharterKeys()["root"]!.DeepClone();
        var json = new JsonObject
        {
            ["comity"] = Form,
            ["issued"] = JsonField.Spell(now),
            ["member"] = new JsonObject
            {
                ["code"] = member.Code.ToString(),
                ["name"] = member.Name.ToJson(),
                ["issues"] = new JsonArray([.. member.Issues.Select(i => JsonValue.Create(i.ToString()))]),
                ["address"] = member.Address.GetLeftPart(UriPartial.Authority),
                ["contact"] = member.Contact.ToJson(),
                ["keys"] = keys,
            },
        };
        return JwsDocument.Unsigned(DocumentType, Encoding.UTF8.GetBytes(json.ToJsonString())).SignedBy(root.Current(KeyUse.Root).Signer);
    }

    /// <summary>Reads an application from outside and checks that its own root signed it.</summary>
    /// <param name="utf8">A JWS in general JSON form.</param>
    /// <param name="application">The application.</param>
    /// <param name="faults">On failure, what is wrong, each with its JSON path.</param>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out MemberApplication? application, out IReadOnlyList<string> faults)
    {
        application = null;
        if (!JwsDocument.TryParse(utf8, DocumentType, MaxBytes, out var document, out var refusal))
        {
            faults = [refusal.Detail];
            return false;
        }

        if (!StrictJson.TryParseObject(document.Payload, StrictJson.DefaultDepth, out var json, out string? fault))
        {
            faults = ["$: " + fault];
            return false;
        }

        var collected = new JsonFaults();
        var root = new JsonField(json, collected);
        root["comity"].OneOf((Form, 0));
        root["issued"].Instant();
        var member = CharterMember.Read(root["member"]);
        if (collected.All.Count == 0 && !document.IsSignedBy(new VerifyingKey(member.Keys[KeyUse.Root].Current)))
        {
            root["member"]["keys"]["root"].Fault("the application is not signed by this root");
        }

        faults = collected.All;
        application = faults.Count == 0 ? new MemberApplication(member, JsonObject.Create(root["member"].Json)!) : null;
        return application is not null;
    }

    /// <summary>What a State says of itself; the keys come from its rings.</summary>
    /// <param name="Code">Its code.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Issues">The issuing codes that it publishes for.</param>
    /// <param name="Address">Where its node answers: https, host and perhaps port.</param>
    /// <param name="Contact">Whom to call.</param>
    public sealed record Details(MemberCode Code, MemberName Name, IReadOnlyList<IssuingCode> Issues, Uri Address, ContactPoint Contact);
}
