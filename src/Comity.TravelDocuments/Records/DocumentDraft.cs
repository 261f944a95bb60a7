using System.Text.Json;
using System.Text.Json.Serialization;

namespace Comity.TravelDocuments.Records;

/// <summary>
/// A record as somebody wrote it, before anything was checked: text in every field, under the names that JSON
/// and CSV use. <see cref="DocumentRecord.TryCreate"/> makes a record of it or says what is wrong.
/// </summary>
public sealed class DocumentDraft
{
    /// <summary>The schema version that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The schema version: 1.</summary>
    [JsonPropertyName("v"), JsonPropertyOrder(-1)]
    public int Version { get; set; }

    /// <summary>The code of the issuing State or organisation: 1 to 3 letters.</summary>
    public string? Issuer { get; set; }

    /// <summary>The document type: 1 or 2 letters.</summary>
    public string? Type { get; set; }

    /// <summary>The number, or the first number of a range of blanks.</summary>
    public string? Number { get; set; }

    /// <summary>The last number of a range of blanks, itself included; absent for one document.</summary>
    public string? Last { get; set; }

    /// <summary>The kind: stolenBlank, stolen, lost, revoked or invalid.</summary>
    public string? Kind { get; set; }

    /// <summary>The three-letter code of the country of theft or loss.</summary>
    public string? Country { get; set; }

    /// <summary>The place of theft or loss; at most 120 characters.</summary>
    public string? Place { get; set; }

    /// <summary>The date of theft, loss, revocation or invalidation: yyyy, yyyy-MM or yyyy-MM-dd.</summary>
    public string? Date { get; set; }

    /// <summary>The date of issue: yyyy-MM-dd.</summary>
    public string? Issued { get; set; }

    /// <summary>The date of expiry: yyyy-MM-dd.</summary>
    public string? Expires { get; set; }

    /// <summary>The reporting State's own reference; at most 60 characters.</summary>
    public string? Reference { get; set; }

    /// <summary>What happened, naming nobody; at most 500 characters.</summary>
    public string? Circumstances { get; set; }

    /// <summary>The desk or authority, never a person, that entered the record; at most 120 characters.</summary>
    public string? EnteredBy { get; set; }

    /// <summary>The legal or administrative ground; at most 500 characters.</summary>
    public string? Ground { get; set; }

    /// <summary>How the holder can contest the record; at most 500 characters.</summary>
    public string? Contest { get; set; }

    /// <summary>Since when the record is disputed: yyyy-MM-dd.</summary>
    public string? DisputedSince { get; set; }

    /// <summary>What the dispute is about, naming nobody; at most 500 characters.</summary>
    public string? DisputeNote { get; set; }

    /// <summary>Properties that a later version wrote and this one does not know; kept as they came.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    MaxDepth = 8)]
[JsonSerializable(typeof(DocumentDraft))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class DocumentJsonContext : JsonSerializerContext;
