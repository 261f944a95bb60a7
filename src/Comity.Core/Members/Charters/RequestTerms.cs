using System.Text.Json.Nodes;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Members;

/// <summary>What a charter says of one kind of request: in which wording, for what and between whom it is exchanged.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Digests">The kind's files that may be used, the one for new requests first; the others let requests under them come to their end.</param>
/// <param name="Purposes">What it may be asked for.</param>
/// <param name="Between">Who (readers) may ask whom (owners).</param>
public sealed record RequestTerms(RegisterName Kind, IReadOnlyList<KindDigest> Digests, IReadOnlyList<Purpose> Purposes, IReadOnlyList<SharingPair> Between)
{
    private const int MaxDigests = 20;

    /// <summary>Whether the kind may be asked for this purpose.</summary>
    public bool Serves(Purpose purpose) => Purposes.Contains(purpose);

    /// <summary>As a charter lists it.</summary>
    public JsonObject ToJson() => new()
    {
        ["kind"] = Kind.ToString(),
        ["digests"] = new JsonArray([.. Digests.Select(d => JsonValue.Create(d.ToString()))]),
        ["purposes"] = new JsonArray([.. Purposes.Select(p => JsonValue.Create(p.ToString()))]),
        ["between"] = new JsonArray([.. Between.Select(b => b.ToJson("answer", "ask"))]),
    };

    internal static RequestTerms Read(JsonField json) => new(
        json["kind"].Value<RegisterName>(Kebab.Rule),
        json["digests"].List(1, MaxDigests, ReadDigest),
        json["purposes"].Set(1, RegisterTerms.MaxPurposes, p => p.Value<Purpose>(Kebab.Rule)),
        json["between"].List(0, RegisterTerms.MaxPairs, b => SharingPair.Read(b, "answer", "ask")));

    private static KindDigest ReadDigest(JsonField json)
    {
        if (!KindDigest.TryParse(json.Text(64), out var digest))
        {
            json.Fault("must be 64 lower-case hexadecimal digits");
        }

        return digest;
    }
}
