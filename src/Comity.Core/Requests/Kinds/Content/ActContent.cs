using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comity.Core.Requests.Kinds.Content;

/// <summary>What is said in an act: read, judged, and in one spelling. docs/requests.md, "Content".</summary>
/// <param name="Act">The act.</param>
/// <param name="Values">The fields that are there, in the act's order.</param>
public sealed record ActContent(KindAct Act, JsonObject Values)
{
    // Both sides commit to these bytes: they are never put into a page as they are.
    private static readonly JsonSerializerOptions Spelling = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The JSON, UTF-8; equal contents give equal bytes.</summary>
    public byte[] ToJson() => Bytes(Values);

    /// <summary>What leaves this State with the act; <paramref name="accepted"/>: once the other side has accepted.</summary>
    public byte[] Leaving(bool accepted) => Bytes(Only(accepted ? field => field.Leaves != Kinds.Leaving.Never : field => field.Leaves == Kinds.Leaving.WithAct));

    /// <summary>Whether anything waits for the other side to accept.</summary>
    public bool LeavesLater => Act.Fields.Any(one => one.Leaves == Kinds.Leaving.OnceAccepted && Values.ContainsKey(one.Name));

    /// <summary>The text of a field as it is written; null where it is absent or no single text.</summary>
    public string? Text(string field) => Values[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private JsonObject Only(Func<KindField, bool> leaves)
    {
        var left = new JsonObject();
        foreach (var field in Act.Fields.Where(leaves))
        {
            if (Values[field.Name] is { } value)
            {
                left[field.Name] = value.DeepClone();
            }
        }

        return left;
    }

    private static byte[] Bytes(JsonObject values) => JsonSerializer.SerializeToUtf8Bytes(values, Spelling);
}
