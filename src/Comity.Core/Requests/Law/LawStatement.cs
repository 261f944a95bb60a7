using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests.Law;

/// <summary>Whether a State does something at all.</summary>
public enum Possible
{
    /// <summary>Yes.</summary>
    Yes,

    /// <summary>In some cases; the remarks say which.</summary>
    Limited,

    /// <summary>No.</summary>
    No,
}

/// <summary>Who must authorise.</summary>
public enum Authoriser
{
    /// <summary>The desk itself.</summary>
    Desk,

    /// <summary>A senior police officer.</summary>
    Police,

    /// <summary>A prosecutor.</summary>
    Prosecutor,

    /// <summary>A judge.</summary>
    Judge,

    /// <summary>A minister or central authority.</summary>
    Minister,
}

/// <summary>Whether officers of the asking State may act on the territory.</summary>
public enum ForeignOfficers
{
    /// <summary>They may not.</summary>
    No,

    /// <summary>They may be present.</summary>
    Present,

    /// <summary>They may act, by agreement.</summary>
    ByAgreement,
}

/// <summary>What one State says of its law for one kind of request: what it can do, who decides, for how long, what it refuses. docs/requests.md, "What a partner can do".</summary>
public sealed record LawStatement : IRegisterRecord
{
    private const int LongestLine = 300;
    private const int LongestText = 4000;
    private const int MostRefusals = 20;
    private static readonly JsonSerializerOptions Spelling = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The kind.</summary>
    public required RegisterName Kind { get; init; }

    /// <summary>Whether the State does it.</summary>
    public required Possible Possible { get; init; }

    /// <summary>Whether it does it where the act is no offence in its own law; null where that is no question.</summary>
    public bool? WithoutDoubleCriminality { get; init; }

    /// <summary>Who authorises; null where it is not done.</summary>
    public Authoriser? Authoriser { get; init; }

    /// <summary>The longest that a measure lasts, in days; null without limit.</summary>
    public int? MaximumDays { get; init; }

    /// <summary>Whether it can be extended.</summary>
    public bool? Extensible { get; init; }

    /// <summary>Whether foreign officers may act; null where that is no question.</summary>
    public ForeignOfficers? ForeignOfficers { get; init; }

    /// <summary>What it refuses, one line each.</summary>
    public IReadOnlyList<string> Refuses { get; init; } = [];

    /// <summary>The languages in which a request is accepted (BCP 47), the preferred first; at least one.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>When the competent desk is reached, with its zone.</summary>
    public required string Hours { get; init; }

    /// <summary>The provisions of its law.</summary>
    public required string LegalBasis { get; init; }

    /// <summary>What else a drafter must know, in a language of the State’s choice; null for nothing.</summary>
    public string? Remarks { get; init; }

    /// <summary>The day on which somebody last made sure of it.</summary>
    public required DateOnly Checked { get; init; }

    /// <inheritdoc/>
    public string NaturalKey => Kind.ToString();

    /// <summary>In one line, for whoever drafts: "a judge authorises, 30 days, no foreign officers".</summary>
    public Words Summary()
    {
        if (Possible == Possible.No)
        {
            return new Words("does not do this", "ne le fait pas");
        }

        List<Words> parts = [];
        if (Possible == Possible.Limited)
        {
            parts.Add(new("in some cases only", "dans certains cas seulement"));
        }

        if (Authoriser is { } authoriser)
        {
            parts.Add(LawWords.Of(authoriser));
        }

        if (MaximumDays is { } days)
        {
            parts.Add(new Words($"at most {days} days", $"{days} jours au plus"));
        }

        if (ForeignOfficers is { } foreign)
        {
            parts.Add(LawWords.Of(foreign));
        }

        if (WithoutDoubleCriminality is { } without)
        {
            parts.Add(without ? new("no double criminality needed", "sans double incrimination") : new("double criminality needed", "double incrimination exigée"));
        }

        parts.Add(new Words($"languages: {string.Join(", ", Languages)}", $"langues : {string.Join(", ", Languages)}"));
        parts.Add(new Words(Hours, Hours));
        return new Words(string.Join("; ", parts.Select(part => part.En)), string.Join(" ; ", parts.Select(part => part.Fr)));
    }

    /// <inheritdoc/>
    public byte[] ToContent() => JsonSerializer.SerializeToUtf8Bytes(ToJson(), Spelling);

    /// <summary>As the API shows it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["v"] = 1, ["kind"] = Kind.ToString(), ["possible"] = KindSpelling.Of(Possible) };
        Put(json, "withoutDoubleCriminality", WithoutDoubleCriminality);
        Put(json, "authoriser", Authoriser is { } authoriser ? KindSpelling.Of(authoriser) : null);
        Put(json, "maximumDays", MaximumDays);
        Put(json, "extensible", Extensible);
        Put(json, "foreignOfficers", ForeignOfficers is { } foreign ? KindSpelling.Of(foreign) : null);
        json["refuses"] = new JsonArray([.. Refuses.Select(line => JsonValue.Create(line))]);
        json["languages"] = new JsonArray([.. Languages.Select(language => JsonValue.Create(language))]);
        json["hours"] = Hours;
        json["legalBasis"] = LegalBasis;
        Put(json, "remarks", Remarks);
        json["checked"] = Checked.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return json;
    }

    /// <summary>Reads a statement.</summary>
    /// <param name="utf8">A JSON object; fields that are not known here are dropped with their meaning, so they are refused.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="fault">What is wrong, and with which field.</param>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out LawStatement? statement, out FieldFault fault)
    {
        statement = null;
        if (!StrictJson.TryParseObject(utf8, 8, out var json, out var broken))
        {
            fault = new FieldFault("statement", broken, "n’est pas un objet JSON bien formé");
            return false;
        }

        var fields = new LawFields(
            json, "v", "kind", "possible", "withoutDoubleCriminality", "authoriser", "maximumDays", "extensible", "foreignOfficers", "refuses", "languages", "hours", "legalBasis", "remarks", "checked");
        var read = new LawStatement
        {
            Kind = fields.Name("kind"),
            Possible = fields.OneOf<Possible>("possible") ?? default,
            WithoutDoubleCriminality = fields.Flag("withoutDoubleCriminality"),
            Authoriser = fields.Has("authoriser") ? fields.OneOf<Authoriser>("authoriser") : null,
            MaximumDays = fields.Has("maximumDays") ? fields.Number("maximumDays", 1, 36_600) : null,
            Extensible = fields.Flag("extensible"),
            ForeignOfficers = fields.Has("foreignOfficers") ? fields.OneOf<ForeignOfficers>("foreignOfficers") : null,
            Refuses = fields.Texts("refuses", 0, MostRefusals, LongestLine),
            Languages = fields.Texts("languages", 1, 10, 12),
            Hours = fields.Text("hours", LongestLine),
            LegalBasis = fields.Text("legalBasis", LongestText),
            Remarks = fields.Has("remarks") ? fields.Text("remarks", LongestText) : null,
            Checked = fields.Date("checked"),
        };
        if (read is { Possible: not Possible.No, Authoriser: null })
        {
            fields.Wrong("authoriser", "is missing: who authorises it?", "manque : qui autorise ?");
        }

        fault = fields.Fault ?? default;
        statement = fields.Fault is null ? read : null;
        return statement is not null;
    }

    private static void Put(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
