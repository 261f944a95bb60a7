using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Comity.Core.Jose;

/// <summary>Reads JSON from outside: UTF-8 without byte order mark, no name twice, no comments, bounded depth.</summary>
public static class StrictJson
{
    /// <summary>The deepest nesting read unless a caller sets another.</summary>
    public const int DefaultDepth = 32;

    /// <summary>Options for <see cref="JsonDocument"/> and nodes that give the same strictness.</summary>
    public static JsonDocumentOptions Options(int maxDepth = DefaultDepth) =>
        new() { AllowDuplicateProperties = false, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow, MaxDepth = maxDepth };

    /// <summary>Reads one JSON object that is the whole of the bytes.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="maxDepth">The deepest nesting.</param>
    /// <param name="json">The object; lives as long as it is referred to.</param>
    /// <param name="fault">On failure, what is wrong and at which line and byte.</param>
    public static bool TryParseObject(ReadOnlyMemory<byte> utf8, int maxDepth, out JsonElement json, [NotNullWhen(false)] out string? fault)
    {
        json = default;
        if (!Utf8.IsValid(utf8.Span))
        {
            fault = "is not UTF-8";
            return false;
        }

        try
        {
            json = JsonElement.Parse(utf8.Span, Options(maxDepth));
            if (json.ValueKind != JsonValueKind.Object)
            {
                fault = "must be a JSON object";
                return false;
            }

            if (utf8.Span.IndexOf("\\u"u8) >= 0)
            {
                ReadEveryText(json);
            }

            fault = null;
            return true;
        }
        catch (JsonException e)
        {
            // The library's own message may quote the input, which may be private; line and byte are enough.
            fault = $"is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}, or names a field twice or nests deeper than {maxDepth}";
            return false;
        }
        catch (InvalidOperationException)
        {
            fault = "holds a string that is not Unicode text";
            return false;
        }
    }

    // A string with an unpaired surrogate escape is JSON by grammar but no text, and would throw wherever it is first read.
    private static void ReadEveryText(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                _ = json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                {
                    ReadEveryText(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    _ = property.Name;
                    ReadEveryText(property.Value);
                }

                break;
        }
    }
}

/// <summary>Shows a piece of foreign input in an error without letting it break the line or fill the log.</summary>
internal static class Quote
{
    private const int MaxLength = 40;

    public static string Brief(string text)
    {
        string kept = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return "'" + string.Concat(kept.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)) + "'";
    }
}
