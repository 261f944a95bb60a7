using System.Text.Json.Nodes;
using System.Xml;

namespace Comity.Core.Members;

/// <summary>What a charter says of one register: how, between whom and for what it is shared, and how long anything is kept.</summary>
/// <param name="Name">The register.</param>
/// <param name="Mode">How it is shared.</param>
/// <param name="Purposes">What its records may be used for.</param>
/// <param name="Between">Who may read whose records; what is not named here is refused.</param>
/// <param name="Retention">The longest that a record is kept after its publication.</param>
/// <param name="StaleAfter">How old a feed's newest checkpoint may be before a check is incomplete.</param>
/// <param name="ErasureWithin">By when a holder has deleted what was withdrawn.</param>
/// <param name="RevocationMayBeStale">Whether the register is used, with a warning, while revocations cannot be fetched.</param>
/// <param name="Quotas">Limits on checks; the first that fits counts, none fits: no limit.</param>
/// <param name="Deadline">How long a queried member has to answer; null where nothing is queried.</param>
public sealed record RegisterTerms(
    RegisterName Name, SharingMode Mode, IReadOnlyList<Purpose> Purposes, IReadOnlyList<SharingPair> Between, TimeSpan Retention,
    TimeSpan StaleAfter, TimeSpan ErasureWithin, bool RevocationMayBeStale, IReadOnlyList<Quota> Quotas, TimeSpan? Deadline)
{
    internal const int MaxPurposes = 30;
    internal const int MaxPairs = 100;
    private const int MaxQuotas = 1000;

    /// <summary>Whether the register serves this purpose.</summary>
    public bool Serves(Purpose purpose) => Purposes.Contains(purpose);

    /// <summary>The most checks that a member may put in a day for a purpose; null where there is no limit.</summary>
    public int? QuotaFor(MemberCode member, Purpose purpose) =>
        Quotas.FirstOrDefault(q => (q.Member is null || q.Member == member) && (q.Purpose is null || q.Purpose == purpose))?.PerDay;

    /// <summary>As a charter lists it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["name"] = Name.ToString(),
            ["mode"] = Mode.ToString().ToLowerInvariant(),
            ["purposes"] = new JsonArray([.. Purposes.Select(p => JsonValue.Create(p.ToString()))]),
            ["between"] = new JsonArray([.. Between.Select(b => b.ToJson("owners", "readers"))]),
            ["retention"] = XmlConvert.ToString(Retention),
            ["staleAfter"] = XmlConvert.ToString(StaleAfter),
            ["erasureWithin"] = XmlConvert.ToString(ErasureWithin),
            ["revocationMayBeStale"] = RevocationMayBeStale,
            ["quotas"] = new JsonArray([.. Quotas.Select(q => q.ToJson())]),
        };
        if (Deadline is { } deadline)
        {
            json["deadline"] = XmlConvert.ToString(deadline);
        }

        return json;
    }

    internal static RegisterTerms Read(JsonField json)
    {
        var mode = json["mode"].OneOf(
            ("replicated", SharingMode.Replicated), ("queried", SharingMode.Queried), ("blind", SharingMode.Blind), ("local", SharingMode.Local));
        bool asks = mode is SharingMode.Queried or SharingMode.Blind;
        return new RegisterTerms(
            json["name"].Value<RegisterName>(Kebab.Rule),
            mode,
            json["purposes"].Set(1, MaxPurposes, p => p.Value<Purpose>(Kebab.Rule)),
            json["between"].List(0, MaxPairs, b => SharingPair.Read(b, "owners", "readers")),
            json["retention"].Duration(),
            json["staleAfter"].Duration(),
            json["erasureWithin"].Duration(),
            json["revocationMayBeStale"].Flag(),
            json["quotas"].IsPresent ? json["quotas"].List(0, MaxQuotas, Quota.Read) : [],
            asks || json["deadline"].IsPresent ? json["deadline"].Duration() : null);
    }
}

/// <summary>What a charter says of one service that members render each other on request.</summary>
/// <param name="Name">The service.</param>
/// <param name="Purposes">What it may be asked for.</param>
/// <param name="Between">Who (readers) may ask whom (owners).</param>
/// <param name="RevocationMayBeStale">Whether it is used, with a warning, while revocations cannot be fetched.</param>
public sealed record ServiceTerms(RegisterName Name, IReadOnlyList<Purpose> Purposes, IReadOnlyList<SharingPair> Between, bool RevocationMayBeStale)
{
    /// <summary>Whether the service is rendered for this purpose.</summary>
    public bool Serves(Purpose purpose) => Purposes.Contains(purpose);

    /// <summary>As a charter lists it.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = Name.ToString(),
        ["purposes"] = new JsonArray([.. Purposes.Select(p => JsonValue.Create(p.ToString()))]),
        ["between"] = new JsonArray([.. Between.Select(b => b.ToJson("answer", "ask"))]),
        ["revocationMayBeStale"] = RevocationMayBeStale,
    };

    internal static ServiceTerms Read(JsonField json) => new(
        json["name"].Value<RegisterName>(Kebab.Rule),
        json["purposes"].Set(1, RegisterTerms.MaxPurposes, p => p.Value<Purpose>(Kebab.Rule)),
        json["between"].List(0, RegisterTerms.MaxPairs, b => SharingPair.Read(b, "answer", "ask")),
        json["revocationMayBeStale"].Flag());
}

/// <summary>A set of members whose records another set may read, or whom another set may ask.</summary>
/// <param name="Owners">Those who give; null stands for every member.</param>
/// <param name="Readers">Those who get; null stands for every member.</param>
public sealed record SharingPair(IReadOnlySet<MemberCode>? Owners, IReadOnlySet<MemberCode>? Readers)
{
    private const string Everybody = "*";

    /// <summary>Whether the pair lets the second have what is the first's.</summary>
    public bool Allows(MemberCode owner, MemberCode reader) => HasOwner(owner) && (Readers?.Contains(reader) ?? true);

    /// <summary>Whether the member is among those who give.</summary>
    public bool HasOwner(MemberCode owner) => Owners?.Contains(owner) ?? true;

    /// <summary>Everybody may have what is everybody's.</summary>
    public static SharingPair All { get; } = new(null, null);

    internal JsonObject ToJson(string owners, string readers) => new() { [owners] = SideToJson(Owners), [readers] = SideToJson(Readers) };

    private static JsonArray SideToJson(IReadOnlySet<MemberCode>? side) =>
        side is null ? [Everybody] : new JsonArray([.. side.Order().Select(c => JsonValue.Create(c.ToString()))]);

    internal static SharingPair Read(JsonField json, string owners, string readers) => new(ReadSide(json[owners]), ReadSide(json[readers]));

    private static HashSet<MemberCode>? ReadSide(JsonField json)
    {
        bool everybody = false;
        var codes = json.Set(1, Charter.MaxMembers, entry =>
        {
            if (entry.Json.ValueKind == System.Text.Json.JsonValueKind.String && entry.Json.GetString() == Everybody)
            {
                everybody = true;
                return default;
            }

            return entry.Value<MemberCode>("three letters A to Z or " + Everybody);
        });
        if (everybody && codes.Count > 1)
        {
            json.Fault($"{Everybody} stands alone");
        }

        return everybody ? null : [.. codes];
    }
}

/// <summary>A limit on checks.</summary>
/// <param name="Member">Whose checks; null: each member's.</param>
/// <param name="Purpose">For which purpose; null: for each.</param>
/// <param name="PerDay">The most in one UTC day.</param>
public sealed record Quota(MemberCode? Member, Purpose? Purpose, int PerDay)
{
    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["perDay"] = PerDay };
        if (Member is { } member)
        {
            json["member"] = member.ToString();
        }

        if (Purpose is { } purpose)
        {
            json["purpose"] = purpose.ToString();
        }

        return json;
    }

    internal static Quota Read(JsonField json) => new(
        json["member"].IsPresent ? json["member"].Value<MemberCode>("three letters A to Z") : null,
        json["purpose"].IsPresent ? json["purpose"].Value<Purpose>(Kebab.Rule) : null,
        (int)json["perDay"].Number(0, int.MaxValue));
}
