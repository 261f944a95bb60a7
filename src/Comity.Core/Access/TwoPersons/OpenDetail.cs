using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
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

    /// <summary>The proposal to open an entry's detail.</summary>
    public static JsonObject Of(long entry) => new() { ["entry"] = entry };

    /// <inheritdoc/>
    public bool MayBreakGlass(JsonElement payload) => true;

    /// <inheritdoc/>
    public Words Describe(ReadSession session, JsonElement payload)
    {
        var entry = Entry(payload);
        var kind = Leaf(session, entry) is { } leaf ? JsonSerializer.Deserialize<JsonElement>(leaf).GetProperty("kind").GetString() : "?";
        return new($"Open what is sealed in entry {entry} of the ledger ({kind})", $"Ouvrir ce qui est scellé dans l’entrée {entry} du journal ({kind})");
    }

    /// <inheritdoc/>
    public Problem? Check(ReadSession session, JsonElement payload, Actor? decider) => session.Body(Log(session), Entry(payload)) is null ? Problem.Of(ProblemKind.NotFound) : null;

    /// <inheritdoc/>
    public void CarryOut(WriteSession session, JsonElement payload, Approval approval)
    {
        // Nothing changes: it may be looked at now.
    }

    /// <inheritdoc/>
    public JsonNode? Look(WriteSession session, JsonElement payload, Approval approval)
    {
        if (session.Body(Log(session), Entry(payload)) is not { } body || node.Sealer.Open(body.Ciphertext, body.Secret) is not { } salted)
        {
            return null;   // erased meanwhile
        }

        return new JsonObject
        {
            ["entry"] = Entry(payload),
            ["note"] = JsonNode.Parse(Leaf(session, Entry(payload))!),
            ["salt"] = Jose.StrictBase64Url.Encode(salted.AsSpan(0, SaltedBody.SaltLength)),
            ["content"] = JsonNode.Parse(SaltedBody.Content(salted).Span),
        };
    }

    private static long Entry(JsonElement payload) => payload.GetProperty("entry").GetInt64();

    private long Log(ReadSession session) => node.Membership.Ledger.Find(session);

    private byte[]? Leaf(ReadSession session, long entry) =>
        session.First("SELECT leaf FROM entry WHERE log = @log AND idx = @idx", row => row.Bytes(0), ("@log", Log(session)), ("@idx", entry));
}
