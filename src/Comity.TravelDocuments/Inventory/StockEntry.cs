using Comity.Core.Registers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Comity.Core.Members;
using Comity.Emrtd;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Inventory;

/// <summary>What a stock entry says of its numbers.</summary>
public enum StockStatus
{
    /// <summary>The printer delivered them. This is the measure: every number delivered must be accounted for once.</summary>
    Delivered = 1,

    /// <summary>They lie at a stock place.</summary>
    InStock = 2,

    /// <summary>They went to another place, which has not yet entered them.</summary>
    Issued = 3,

    /// <summary>They were made out to bearers.</summary>
    Used = 4,

    /// <summary>They were destroyed.</summary>
    Destroyed = 5,

    /// <summary>They are missing and were reported.</summary>
    ReportedLost = 6,
}

/// <summary>One delivery of the printer, or one box: some numbers and where they are. Equality is by content.</summary>
/// <param name="Issuer">The issuer whose blanks they are.</param>
/// <param name="Type">The document type.</param>
/// <param name="Numbers">The numbers.</param>
/// <param name="Status">What became of them.</param>
/// <param name="Place">The stock place, at most 120 characters.</param>
/// <param name="On">Since when: the day received, issued, used up or destroyed.</param>
/// <param name="From">Where they came from, or null.</param>
/// <param name="Box">The label of the box, or null.</param>
public sealed record StockEntry(
    IssuingCode Issuer, DocumentType Type, NumberRange Numbers, StockStatus Status,
    string Place, DateOnly On, string? From = null, string? Box = null) : IRegisterRecord
{
    /// <summary>The longest entry, in bytes of JSON.</summary>
    public const int MaxBytes = 4096;

    /// <summary>A delivery and the box that came of it are two entries; a box that moves or is used up is amended.</summary>
    public string NaturalKey => $"{(Status == StockStatus.Delivered ? "delivery" : "box")}|{Issuer}|{Type.Class}|{Numbers}";

    /// <inheritdoc/>
    public byte[] ToContent() => ToJson();

    /// <summary>The entry as one JSON object, UTF-8, always the same bytes for the same entry.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new StockDraft
        {
            V = 1,
            Issuer = Issuer.ToString(),
            Type = Type.ToString(),
            First = Numbers.First.ToString(),
            Last = Numbers.Last.ToString(),
            Status = Codes[(int)Status],
            Place = Place,
            On = On.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            From = From,
            Box = Box,
        },
        StockJsonContext.Default.StockDraft);

    /// <summary>Reads an entry strictly: every property is text but <c>v</c>, which is 1; none is unknown or there twice.</summary>
    /// <param name="utf8">One JSON object with issuer, type, first, last (may be absent for one number), status, place, on, from, box.</param>
    /// <param name="entry">The entry, or null where something is wrong.</param>
    /// <param name="fault">The first thing that is wrong.</param>
    public static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out StockEntry? entry, out FieldFault fault)
    {
        entry = null;
        fault = new("json", $"is longer than {MaxBytes} bytes", $"dépasse {MaxBytes} octets");
        if (utf8.Length > MaxBytes) return false;
        try
        {
            fault = new("json", "must be an object", "doit être un objet");
            return JsonSerializer.Deserialize(utf8, StockJsonContext.Default.StockDraft) is { } draft && TryCreate(draft, out entry, out fault);
        }
        catch (JsonException e)
        {
            fault = new("json", $"is not an object of known text properties, at line {e.LineNumber + 1}, byte {e.BytePositionInLine}", $"n’est pas un objet de propriétés textuelles connues, ligne {e.LineNumber + 1}, octet {e.BytePositionInLine}");
            return false;
        }
    }

    /// <summary>Codes of the statuses by their value.</summary>
    private static readonly string[] Codes = ["", "delivered", "inStock", "issued", "used", "destroyed", "reportedLost"];

    private static bool TryCreate(StockDraft draft, [NotNullWhen(true)] out StockEntry? entry, out FieldFault fault)
    {
        entry = null;
        var status = Array.IndexOf(Codes, draft.Status);
        var (place, from, box) = (FreeText.Tidy(draft.Place), FreeText.Tidy(draft.From), FreeText.Tidy(draft.Box));
        IssuingCode issuer = default;
        DocumentType type = default;
        DocumentNumber first = default, last = default;
        NumberRange numbers = default;
        Words? reason = null;
        DateOnly on = default;
        fault =
            draft.V != 1 ? new("v", "must be 1", "doit être 1") :
            !IssuingCode.TryParse(draft.Issuer, out issuer) ? new("issuer", "must be 1 to 3 letters A–Z", "doit comporter 1 à 3 lettres A–Z") :
            !DocumentType.TryParse(draft.Type, out type) ? new("type", "must be 1 or 2 letters A–Z", "doit comporter 1 ou 2 lettres A–Z") :
            !DocumentNumber.TryParse(draft.First, out first) ? new("first", "must be a document number", "doit être un numéro de document") :
            !DocumentNumber.TryParse(draft.Last ?? draft.First, out last) ? new("last", "must be a document number", "doit être un numéro de document") :
            !NumberRange.TryCreate(first, last, out numbers, out reason) ? new("last", reason!) :
            status < 1 ? new("status", "must be delivered, inStock, issued, used, destroyed or reportedLost", "doit être delivered, inStock, issued, used, destroyed ou reportedLost") :
            place is null ? new("place", "is missing", "est à indiquer") :
            FreeText.Refusal(place, DraftReading.ShortText) is { } p ? new("place", p) :
            !DateOnly.TryParseExact(draft.On, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out on) ? new("on", "must be a day yyyy-MM-dd", "doit être un jour, aaaa-MM-jj") :
            from is not null && FreeText.Refusal(from, DraftReading.ShortText) is { } f ? new("from", f) :
            box is not null && FreeText.Refusal(box, DraftReading.ReferenceText) is { } b ? new("box", b) :
            default(FieldFault);
        if (fault != default) return false;
        entry = new(issuer, type, numbers, (StockStatus)status, place!, on, from, box);
        return true;
    }
}

internal sealed class StockDraft
{
    public int V { get; set; }
    public string? Issuer { get; set; }
    public string? Type { get; set; }
    public string? First { get; set; }
    public string? Last { get; set; }
    public string? Status { get; set; }
    public string? Place { get; set; }
    public string? On { get; set; }
    public string? From { get; set; }
    public string? Box { get; set; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(StockDraft))]
internal sealed partial class StockJsonContext : JsonSerializerContext;
