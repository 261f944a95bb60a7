using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Access.TwoPersons;

/// <summary>Opening what is sealed in one entry of the ledger: salt and content whose digest the leaf holds. For a day, each look in the ledger.</summary>
public sealed class OpenDetail(NodeContext node) : IApprovable
{
    /// <summary>The kind.</summary>
    public const string KindName = "open-detail";

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public Words Name => new("Opening a sealed detail", "Ouverture d’un détail scellé");

    /// <inheritdoc/>
    public Rights ToPropose => Rights.Protect;

    /// <inheritdoc/>
    public TimeSpan? Opens => TimeSpan.FromHours(24);

    /// <summary>The proposal to open the detail of an entry of an epoch of the ledger.</summary>
    public static JsonObject Of(long entry, int epoch) => new() { ["entry"] = entry, ["epoch"] = epoch };

    /// <inheritdoc/>
    public bool MayBreakGlass(JsonElement payload) => true;

    /// <inheritdoc/>
    public Words Describe(ReadSession session, JsonElement payload)
    {
        var entry = Entry(payload);
        var kind = Leaf(session, payload) is { } leaf ? JsonSerializer.Deserialize<JsonElement>(leaf).GetProperty("kind").GetString() : "?";
        var (en, fr) = LedgerEpoch.Find(session, null) is { Epoch: var newest } && Epoch(payload) is { } epoch && epoch != newest ? ($", epoch {epoch}", $", époque {epoch}") : ("", "");
        return new($"Open what is sealed in entry {entry} of the ledger{en} ({kind})", $"Ouvrir ce qui est scellé dans l’entrée {entry} du journal{fr} ({kind})");
    }

    /// <inheritdoc/>
    public Problem? Check(ReadSession session, JsonElement payload, Actor? decider) => session.Body(Log(session, payload), Entry(payload)) is null ? Problem.Of(ProblemKind.NotFound) : null;

    /// <inheritdoc/>
    public void CarryOut(WriteSession session, JsonElement payload, Approval approval)
    {
        // Nothing changes: it may be looked at now.
    }

    /// <inheritdoc/>
    public JsonNode? Look(WriteSession session, JsonElement payload, Approval approval)
    {
        if (session.Body(Log(session, payload), Entry(payload)) is not { } body || node.Sealer.Open(body.Ciphertext, body.Secret) is not { } salted)
        {
            return null;   // erased meanwhile
        }

        return new JsonObject
        {
            ["entry"] = Entry(payload),
            ["note"] = JsonNode.Parse(Leaf(session, payload)!),
            ["salt"] = Jose.StrictBase64Url.Encode(salted.AsSpan(0, SaltedBody.SaltLength)),
            ["content"] = JsonNode.Parse(SaltedBody.Content(salted).Span),
        };
    }

    private static long Entry(JsonElement payload) => payload.GetProperty("entry").GetInt64();

    private static int? Epoch(JsonElement payload) => payload.TryGetProperty("epoch", out var epoch) ? epoch.GetInt32() : null;   // not in what an older program wrote

    private static long Log(ReadSession session, JsonElement payload) => LedgerEpoch.Find(session, Epoch(payload))?.Log ?? 0;

    private static byte[]? Leaf(ReadSession session, JsonElement payload) =>
        session.First("SELECT leaf FROM entry WHERE log = @log AND idx = @idx", row => row.Bytes(0), ("@log", Log(session, payload)), ("@idx", Entry(payload)));
}
