using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Comity.Core.Members;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests;

/// <summary>An event's payload as JSON: what is not there is not written.</summary>
internal static class EventJson
{
    private const int LongestName = 64;

    public static byte[] Write(
        RequestId request, EventType type, MemberCode from, DateTimeOffset at, IReadOnlyList<EventId> seen, Authority by, Authority? second, byte[]? commitment, EventFacts facts)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            json.WriteString("request", request.ToString());
            json.WriteString("type", type.Text());
            json.WriteString("from", from.ToString());
            json.WriteNumber("at", at.ToUnixTimeMilliseconds());
            Texts(json, "seen", seen.Select(id => id.ToString()));
            Write(json, "by", by);
            if (second is not null)
            {
                Write(json, "second", second);
            }

            if (commitment is not null)
            {
                json.WriteString("body", Base64Url.EncodeToString(commitment));
            }

            Write(json, facts);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static IReadOnlyList<EventId> ReadSeen(Fields fields, EventType type)
    {
        List<EventId> seen = [];
        foreach (var item in fields.Items("seen", RequestEvent.MostSeen))
        {
            if (item.ValueKind != JsonValueKind.String || !EventId.TryParse(item.GetString(), out var id))
            {
                return fields.Wrong<IReadOnlyList<EventId>>("seen", "holds what is no event", []);
            }

            seen.Add(id);
        }

        return seen.Zip(seen.Skip(1)).Any(pair => pair.First.CompareTo(pair.Second) >= 0) ? fields.Wrong("seen", "is not in order, each once", seen)
            : type == EventType.Ask != (seen.Count == 0) ? fields.Wrong("seen", "must be empty in the first event, and only there", seen)
            : seen;
    }

    public static Authority? ReadAuthority(Fields fields, string name)
    {
        if (fields.Object(name) is not { } json)
        {
            return null;
        }

        var own = new Fields(json, name + ".");
        var authority = new Authority(own.Text("desk", 60), own.Text("role", LongestName), own.Text("officer", LongestName));
        return own.Fault is { } fault ? fields.Wrong(name, "cannot be read: " + fault, authority) : authority;
    }

    public static EventFacts ReadFacts(Fields fields, EventType type) => new()
    {
        Opening = type == EventType.Ask ? ReadOpening(fields) : null,
        Ground = Code(fields, "ground", type == EventType.Refuse),
        Conditions = type == EventType.Offer ? Conditions(fields) : [],
        Act = Code(fields, "act", type.Rule().Step is not null),
        About = type is EventType.Take or EventType.Decline or EventType.Supply ? fields.Value<EventId>("about", EventId.TryParse) : null,
        Clock = Code(fields, "clock", type is EventType.Expire or EventType.Pause or EventType.Resume),
        Member = type == EventType.Transfer && fields.TextOrNull("member", 3) is not null ? fields.Member("member") : null,
        Dues = fields.Object("dues") is { } dues ? Dues(fields, dues) : null,
    };

    private static Opening ReadOpening(Fields fields) => new(
        fields.Value<RegisterName>("kind", (string text, out RegisterName name) => RegisterName.TryParse(text, null, out name)), fields.Value<KindDigest>("kindDigest", KindDigest.TryParse), fields.Member("to"), fields.Value<Realm>("realm", RealmText.TryParse),
        fields.Value<Purpose>("purpose", (string text, out Purpose purpose) => Purpose.TryParse(text, null, out purpose)), fields.Value<Urgency>("urgency", ReadUrgency),
        fields.TextOrNull("follows", 20) is null ? null : fields.Value<RequestId>("follows", RequestId.TryParse));

    private static bool ReadUrgency(string text, out Urgency urgency)
    {
        var known = KindSpelling.All<Urgency>().Where(spelt => spelt.Spelling == text).ToList();
        urgency = known.Count == 1 ? known[0].Value : default;
        return known.Count == 1;
    }

    private static string? Code(Fields fields, string name, bool needed) =>
        !needed ? null : fields.Text(name, LongestName) is { Length: > 0 } code ? code : fields.Wrong<string?>(name, "is empty", null);

    private static List<string> Conditions(Fields fields)
    {
        List<string> codes = [];
        foreach (var item in fields.Items("conditions", EventFacts.MostConditions))
        {
            if (item.ValueKind != JsonValueKind.String || item.GetString() is not { Length: > 0 and <= LongestName } code || codes.Contains(code))
            {
                return fields.Wrong("conditions", "holds what is no code, or one twice", codes);
            }

            codes.Add(code);
        }

        return codes.Count > 0 ? codes : fields.Wrong("conditions", "is missing or empty", codes);
    }

    private static Dictionary<string, DateTimeOffset> Dues(Fields fields, JsonElement json)
    {
        Dictionary<string, DateTimeOffset> dues = new(StringComparer.Ordinal);
        var own = new Fields(json, "dues.");
        foreach (var property in json.EnumerateObject().Take(EventFacts.MostClocks + 1))
        {
            dues[property.Name] = own.Instant(property.Name);
        }

        return own.Fault is { } fault ? fields.Wrong("dues", "cannot be read: " + fault, dues)
            : dues.Count > EventFacts.MostClocks || dues.Keys.Any(name => name.Length > LongestName) ? fields.Wrong("dues", "has too many or too long names", dues)
            : dues;
    }

    private static void Write(Utf8JsonWriter json, EventFacts facts)
    {
        Text(json, "act", facts.Act);
        if (facts.Opening is { } opening)
        {
            json.WriteString("kind", opening.Kind.ToString());
            json.WriteString("kindDigest", opening.KindDigest.ToString());
            json.WriteString("to", opening.To.ToString());
            json.WriteString("realm", opening.Realm.Text());
            json.WriteString("purpose", opening.Purpose.ToString());
            json.WriteString("urgency", KindSpelling.Of(opening.Urgency));
            Text(json, "follows", opening.Follows?.ToString());
        }

        Text(json, "ground", facts.Ground);
        if (facts.Conditions.Count > 0)
        {
            Texts(json, "conditions", facts.Conditions);
        }

        Text(json, "about", facts.About?.ToString());
        Text(json, "clock", facts.Clock);
        Text(json, "member", facts.Member?.ToString());
        if (facts.Dues is { } dues)
        {
            json.WriteStartObject("dues");
            foreach (var (clock, due) in dues.OrderBy(due => due.Key, StringComparer.Ordinal))
            {
                json.WriteNumber(clock, due.ToUnixTimeMilliseconds());
            }

            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, string name, Authority authority)
    {
        json.WriteStartObject(name);
        json.WriteString("desk", authority.Desk);
        json.WriteString("role", authority.Role);
        json.WriteString("officer", authority.Officer);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
