using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests.Law;

/// <summary>What stood in the way.</summary>
public enum ObstacleKind
{
    /// <summary>The law of one side.</summary>
    Law,

    /// <summary>The time it took.</summary>
    Time,

    /// <summary>Nobody was reached.</summary>
    Contact,

    /// <summary>The language.</summary>
    Language,

    /// <summary>The form of the request or answer.</summary>
    Form,

    /// <summary>Technical means.</summary>
    Technical,

    /// <summary>Money or staff.</summary>
    Resources,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>An obstacle that this State met in working with another, and what would help: for the experts of both, without anybody's data.</summary>
public sealed record Obstacle : IRegisterRecord
{
    private const int LongestText = 4000;
    private static readonly JsonSerializerOptions Spelling = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Its name: <c>o-</c> and 12 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The kind of request.</summary>
    public required RegisterName Kind { get; init; }

    /// <summary>With whom.</summary>
    public required MemberCode With { get; init; }

    /// <summary>What stood in the way.</summary>
    public required ObstacleKind What { get; init; }

    /// <summary>When it was met.</summary>
    public required DateOnly Met { get; init; }

    /// <summary>What happened, without data of a case.</summary>
    public required string Description { get; init; }

    /// <summary>What would help; null where nobody has said so yet.</summary>
    public string? Remedy { get; init; }

    /// <summary>The day on which the remedy took effect; null while the obstacle stands.</summary>
    public DateOnly? Remedied { get; init; }

    /// <inheritdoc/>
    public string NaturalKey => Id;

    /// <inheritdoc/>
    public byte[] ToContent() => JsonSerializer.SerializeToUtf8Bytes(ToJson(), Spelling);

    /// <summary>As the API shows it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["v"] = 1, ["id"] = Id, ["kind"] = Kind.ToString(), ["with"] = With.ToString(), ["what"] = KindSpelling.Of(What), ["met"] = Spell(Met), ["description"] = Description,
        };
        if (Remedy is not null)
        {
            json["remedy"] = Remedy;
        }

        if (Remedied is { } day)
        {
            json["remedied"] = Spell(day);
        }

        return json;
    }

    /// <summary>A new name.</summary>
    public static string NewId(Randomness randomness) => "o-" + Convert.ToHexStringLower(randomness.Bytes(6));

    /// <summary>Reads an obstacle.</summary>
    /// <param name="utf8">A JSON object.</param>
    /// <param name="obstacle">The obstacle.</param>
    /// <param name="fault">What is wrong, and with which field.</param>
    /// <param name="newId">Names it where the object does not; null where it must.</param>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out Obstacle? obstacle, out FieldFault fault, Func<string>? newId = null)
    {
        obstacle = null;
        if (!StrictJson.TryParseObject(utf8, 8, out var json, out var broken))
        {
            fault = new FieldFault("obstacle", broken, "n’est pas un objet JSON bien formé");
            return false;
        }

        var fields = new LawFields(json, "v", "id", "kind", "with", "what", "met", "description", "remedy", "remedied");
        var read = new Obstacle
        {
            Id = newId is not null && !fields.Has("id") ? newId() : fields.Text("id", 14),
            Kind = fields.Name("kind"),
            With = fields.Member("with"),
            What = fields.OneOf<ObstacleKind>("what") ?? default,
            Met = fields.Date("met"),
            Description = fields.Text("description", LongestText),
            Remedy = fields.Has("remedy") ? fields.Text("remedy", LongestText) : null,
            Remedied = fields.Has("remedied") ? fields.Date("remedied") : null,
        };
        if (!IsId(read.Id))
        {
            fields.Wrong("id", "must be o- and 12 hexadecimal digits", "doit être o- et 12 chiffres hexadécimaux");
        }

        if (read.Remedied < read.Met)
        {
            fields.Wrong("remedied", "is before it was met", "est antérieur à la rencontre de l’obstacle");
        }

        fault = fields.Fault ?? default;
        obstacle = fields.Fault is null ? read : null;
        return obstacle is not null;
    }

    /// <summary>Whether a text is a name of an obstacle.</summary>
    public static bool IsId(string text) => text.Length == 14 && text.StartsWith("o-", StringComparison.Ordinal) && !text.AsSpan(2).ContainsAnyExcept("0123456789abcdef");

    private static string Spell(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
