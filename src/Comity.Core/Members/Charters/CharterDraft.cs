using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>A charter being drawn up: plain JSON that people edit, made from nothing or from the charter before. Fields that this version does not know are kept.</summary>
public sealed class CharterDraft
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private CharterDraft(JsonObject json) => Json = json;

    /// <summary>The payload as it stands; may be edited.</summary>
    public JsonObject Json { get; }

    /// <summary>Begins the first charter of a network: no members yet, both realms, threshold 1.</summary>
    /// <param name="network">The short name: lower-case letters, digits and hyphens.</param>
    /// <param name="now">The clock's time.</param>
    /// <param name="weeks">How long it lives.</param>
    public static CharterDraft New(string network, DateTimeOffset now, int weeks)
    {
        var draft = new CharterDraft(new JsonObject { ["comity"] = Charter.Form, ["network"] = network, ["number"] = 1, ["previous"] = null });
        draft.SetLife(now, weeks);
        draft.Json["threshold"] = 1;
        draft.Json["realms"] = new JsonArray("live", "exercise");
        draft.Json["members"] = new JsonArray();
        draft.Json["registers"] = new JsonArray();
        draft.Json["services"] = new JsonArray();
        return draft;
    }

    /// <summary>Begins the charter after another: the same, with number, hash and life moved on and the notices taken into account.</summary>
    /// <param name="previous">The charter before.</param>
    /// <param name="notices">The notices accepted under it.</param>
    /// <param name="now">The clock's time.</param>
    /// <param name="weeks">How long it lives.</param>
    public static CharterDraft After(Charter previous, NoticeBoard notices, DateTimeOffset now, int weeks)
    {
        var draft = new CharterDraft(JsonNode.Parse(previous.Document.Payload.Span)!.AsObject());
        draft.Json["number"] = previous.Number + 1;
        draft.Json["previous"] = previous.Hash.ToString();
        draft.SetLife(now, weeks);
        foreach (var member in previous.Members)
        {
            TakeIn(draft.Member(member.Code)!, member, notices);
        }

        return draft;
    }

    /// <summary>Reads a draft that somebody edited; what it says is checked by <see cref="TryFinish"/>.</summary>
    /// <param name="utf8">A JSON object.</param>
    /// <param name="draft">The draft.</param>
    /// <param name="fault">On failure, what is wrong and where.</param>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out CharterDraft? draft, [NotNullWhen(false)] out string? fault)
    {
        draft = null;
        if (utf8.Length > 4 * Charter.MaxBytes)
        {
            fault = $"the draft has {utf8.Length} bytes; at most {4 * Charter.MaxBytes} are read";
            return false;
        }

        if (!StrictJson.TryParseObject(utf8, StrictJson.DefaultDepth, out var json, out fault))
        {
            return false;
        }

        draft = new CharterDraft(JsonObject.Create(json)!);
        return true;
    }

    /// <summary>Sets when the charter is issued and when it expires.</summary>
    public void SetLife(DateTimeOffset now, int weeks)
    {
        Json["issued"] = JsonField.Spell(now);
        Json["expires"] = JsonField.Spell(now.AddDays(7 * weeks));
    }

    /// <summary>Lists a member, in the place of the one with the same code where there is one.</summary>
    public void Put(MemberApplication application) => Put("members", "code", application.ToJson());

    /// <summary>Lists a register, in the place of the one with the same name where there is one.</summary>
    public void Put(RegisterTerms terms) => Put("registers", "name", terms.ToJson());

    /// <summary>Lists a service, in the place of the one with the same name where there is one.</summary>
    public void Put(ServiceTerms terms) => Put("services", "name", terms.ToJson());

    /// <summary>Lists a kind of request, in the place of the one with the same name where there is one.</summary>
    public void Put(RequestTerms terms) => Put("requests", "kind", terms.ToJson());

    /// <summary>The draft for people to edit, in UTF-8.</summary>
    public byte[] ToJson() => Encoding.UTF8.GetBytes(Json.ToJsonString(Indented) + "\n");

    /// <summary>Checks the draft and makes the document that is then signed.</summary>
    /// <param name="charter">The charter; nobody has signed its document yet.</param>
    /// <param name="faults">On failure, what is wrong, each with its JSON path; at most 20.</param>
    public bool TryFinish([NotNullWhen(true)] out Charter? charter, out IReadOnlyList<string> faults) =>
        Charter.TryRead(JwsDocument.Unsigned(Charter.DocumentType, Encoding.UTF8.GetBytes(Json.ToJsonString())), out charter, out faults);

    private void Put(string list, string key, JsonObject entry)
    {
        if (Json[list] is not JsonArray entries)
        {
            Json[list] = entries = [];
        }

        string name = entry[key]!.GetValue<string>();
        if (Entry(entries, key, name) is { } there)
        {
            entries[entries.IndexOf(there)] = entry;
        }
        else
        {
            entries.Add(entry);
        }
    }

    private JsonObject? Member(MemberCode code) => Json["members"] is JsonArray members ? Entry(members, "code", code.ToString()) : null;

    private static JsonObject? Entry(JsonArray entries, string key, string name) =>
        entries.OfType<JsonObject>().FirstOrDefault(e => e[key] is JsonValue value && value.TryGetValue(out string? text) && text == name);

    // Only an unbroken run: a notice that is still on its way must not be passed over because a later one is here.
    private static void TakeIn(JsonObject json, CharterMember member, NoticeBoard notices)
    {
        long through = member.Noticed;
        var sequences = notices.About(member.Code).Select(n => n.Sequence).ToHashSet();
        while (sequences.Contains(through + 1))
        {
            through++;
        }

        var state = MemberState.Of(member, notices.About(member.Code).Where(n => n.Sequence <= through), _ => false);
        if (through == member.Noticed || state.ToListed() is not { } keys)
        {
            return;
        }

        var listed = json["keys"]!.AsObject();
        foreach (var (use, set) in keys.All)
        {
            if (!ReferenceEquals(set, member.Keys[use]))
            {
                listed[MemberKeys.Spell(use)] = set.ToJson();
            }
        }

        if (state.Ended.Count > 0)
        {
            json["ended"] = new JsonArray([.. state.Ended.Values.OrderBy(end => end.Log, StringComparer.Ordinal).Select(end => end.ToJson())]);
        }

        json["suspended"] = state.Suspended;
        json["noticed"] = through;
    }
}
