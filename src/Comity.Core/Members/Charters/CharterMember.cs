using System.Text.Json.Nodes;
using Comity.Core.Jose;

namespace Comity.Core.Members;

/// <summary>A member as a charter lists it.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Issues">The issuing codes that it, and nobody else, may publish for.</param>
/// <param name="Address">Where its node answers: https, no path, query or user.</param>
/// <param name="Contact">Whom to call.</param>
/// <param name="Keys">Its public keys.</param>
/// <param name="Suspended">Whether it takes part in nothing until a later charter says otherwise.</param>
/// <param name="Noticed">The last of its notices that the charter takes into account; later ones still apply. 0: none.</param>
public sealed record CharterMember(
    MemberCode Code, MemberName Name, IReadOnlyList<IssuingCode> Issues, Uri Address, ContactPoint Contact, MemberKeys Keys, bool Suspended, long Noticed)
{
    /// <summary>The logs of this member that its root has ended.</summary>
    public IReadOnlyList<LogEnd> Ended { get; init; } = [];

    private const int MaxEnded = 1000;

    private const int MaxIssues = 20;

    internal static CharterMember Read(JsonField json) => new(
        json["code"].Value<MemberCode>("three letters A to Z"),
        MemberName.Read(json["name"]),
        json["issues"].Set(0, MaxIssues, i => i.Value<IssuingCode>("one to three letters A to Z")),
        ReadAddress(json["address"]),
        ContactPoint.Read(json["contact"]),
        MemberKeys.Read(json["keys"]),
        json["suspended"].Flag(),
        json["noticed"].IsPresent ? json["noticed"].Number(0, long.MaxValue) : 0)
    {
        Ended = json["ended"].IsPresent ? json["ended"].List(0, MaxEnded, LogEnd.Read) : [],
    };

    private static Uri ReadAddress(JsonField json)
    {
        string text = json.Text(200);
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0 && uri.PathAndQuery == "/" && uri.Fragment.Length == 0)
        {
            return uri;
        }

        if (text.Length > 0)
        {
            json.Fault("must be an https address of a host and perhaps a port");
        }

        return new Uri("https://invalid/");
    }
}

/// <summary>A member's name in the two working languages.</summary>
/// <param name="En">In English.</param>
/// <param name="Fr">In French.</param>
public sealed record MemberName(string En, string Fr)
{
    internal JsonObject ToJson() => new() { ["en"] = En, ["fr"] = Fr };

    internal static MemberName Read(JsonField json) => new(json["en"].Text(100), json["fr"].Text(100));
}

/// <summary>Whom to call about anything; a desk, never a person.</summary>
/// <param name="Desk">The desk's name.</param>
/// <param name="Phone">As dialled from abroad.</param>
/// <param name="Email">Its address.</param>
/// <param name="Languages">Language tags (BCP 47), the preferred first.</param>
/// <param name="Hours">When somebody answers, in words, as in 24/7.</param>
public sealed record ContactPoint(string Desk, string Phone, string Email, IReadOnlyList<string> Languages, string Hours)
{
    internal JsonObject ToJson() => new()
    {
        ["desk"] = Desk, ["phone"] = Phone, ["email"] = Email, ["languages"] = new JsonArray([.. Languages.Select(l => JsonValue.Create(l))]), ["hours"] = Hours,
    };

    internal static ContactPoint Read(JsonField json) => new(
        json["desk"].Text(100), json["phone"].Text(40), json["email"].Text(200),
        json["languages"].Set(1, 20, l => l.Text(35)), json["hours"].Text(100));
}

/// <summary>A member's public keys: for every use a current one, perhaps the next, and those retired.</summary>
public sealed record MemberKeys
{
    private readonly KeySet[] _byUse;

    private MemberKeys(KeySet[] byUse) => _byUse = byUse;

    /// <summary>The keys for one use.</summary>
    public KeySet this[KeyUse use] => _byUse[(int)use];

    /// <summary>Every use with its keys.</summary>
    public IEnumerable<(KeyUse Use, KeySet Keys)> All => _byUse.Select((keys, use) => ((KeyUse)use, keys));

    /// <summary>As a charter lists them.</summary>
    public JsonObject ToJson() => new(All.Select(k => KeyValuePair.Create<string, JsonNode?>(Spell(k.Use), k.Keys.ToJson())));

    /// <summary>The same keys but for one use.</summary>
    internal MemberKeys With(KeyUse use, KeySet keys) => new([.. All.Select(k => k.Use == use ? keys : k.Keys)]);

    internal static MemberKeys Read(JsonField json) =>
        new([.. Enum.GetValues<KeyUse>().Select(use => KeySet.Read(json[Spell(use)], CurveOf(use)))]);

    /// <summary>How documents and files spell a use.</summary>
    internal static string Spell(KeyUse use) => use.ToString().ToLowerInvariant();

    internal static JwkCurve CurveOf(KeyUse use) => use == KeyUse.Log ? JwkCurve.Ed25519 : JwkCurve.P256;
}

/// <summary>A member's keys for one use.</summary>
/// <param name="Current">The one in use.</param>
/// <param name="Next">The one that comes after it; already trusted. Null where none is announced.</param>
/// <param name="Retired">Those no longer in use, newest last.</param>
public sealed record KeySet(Jwk Current, Jwk? Next, IReadOnlyList<RetiredKey> Retired)
{
    internal const int MaxRetired = 50;

    /// <summary>Current, next and retired.</summary>
    public IEnumerable<Jwk> All => [Current, .. Next is null ? Array.Empty<Jwk>() : [Next], .. Retired.Select(r => r.Key)];

    /// <summary>Current and next: those that may sign today.</summary>
    public IEnumerable<Jwk> Active => Next is null ? [Current] : [Current, Next];

    /// <summary>As a charter lists them.</summary>
    public JsonObject ToJson() => new()
    {
        ["current"] = Current.ToJson(),
        ["next"] = Next?.ToJson(),
        ["retired"] = new JsonArray([.. Retired.Select(r => r.ToJson())]),
    };

    internal static KeySet Read(JsonField json, JwkCurve curve) => new(
        json["current"].Key(curve),
        json["next"].IsPresent ? json["next"].Key(curve) : null,
        json["retired"].IsPresent ? json["retired"].List(0, MaxRetired, r => RetiredKey.Read(r, curve)) : []);
}

/// <summary>A key no longer in use, with what it still proves.</summary>
/// <param name="Key">The key.</param>
/// <param name="At">When it was retired.</param>
/// <param name="LogSizes">For each log by origin, the size up to which the key's signatures count; a log not named: none.</param>
public sealed record RetiredKey(Jwk Key, DateTimeOffset At, IReadOnlyDictionary<string, long> LogSizes)
{
    internal const int MaxLogs = 500;

    /// <summary>As a charter lists it.</summary>
    public JsonObject ToJson() => new() { ["jwk"] = Key.ToJson(), ["at"] = JsonField.Spell(At), ["logSizes"] = SizesToJson(LogSizes) };

    internal static JsonObject SizesToJson(IReadOnlyDictionary<string, long> sizes) =>
        new(sizes.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => KeyValuePair.Create<string, JsonNode?>(s.Key, s.Value)));

    internal static RetiredKey Read(JsonField json, JwkCurve curve) =>
        new(json["jwk"].Key(curve), json["at"].Instant(), json["logSizes"].Sizes(MaxLogs));
}
