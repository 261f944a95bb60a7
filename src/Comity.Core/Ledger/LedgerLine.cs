using System.Text.Json;

namespace Comity.Core.Ledger;

/// <summary>An entry of the ledger as it is read again.</summary>
/// <param name="Json">The leaf.</param>
/// <param name="Kind">One of <see cref="LedgerKind"/>, or a later program's.</param>
/// <param name="At">When.</param>
/// <param name="By">Who: an officer's or a token's id, or "node".</param>
/// <param name="Desk">At which desk.</param>
public sealed record LedgerLine(JsonElement Json, string Kind, DateTimeOffset At, string By, string Desk)
{
    /// <summary>Reads a leaf; what cannot be read is left empty, for it is shown and judged by <see cref="LedgerVerification"/>.</summary>
    public static LedgerLine Read(ReadOnlySpan<byte> leaf)
    {
        JsonElement json;
        try
        {
            json = JsonSerializer.Deserialize<JsonElement>(leaf);
        }
        catch (JsonException)
        {
            json = JsonSerializer.SerializeToElement(new object());
        }

        json = json.ValueKind == JsonValueKind.Object ? json : JsonSerializer.SerializeToElement(new object());
        var at = json.TryGetProperty("at", out var written) && written.ValueKind == JsonValueKind.String && written.TryGetDateTimeOffset(out var read) ? read : default;
        return new LedgerLine(json, Text(json, "kind") ?? "", at, Text(json, "by") ?? "", Text(json, "desk") ?? "");
    }

    /// <summary>A field that is text; null where there is none.</summary>
    public string? Text(string name) => Text(Json, name);

    /// <summary>A field that is a number; null where there is none.</summary>
    public long? Number(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
