using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests.Printing;

/// <summary>A field's value as lines that people read.</summary>
internal static class PrintedValue
{
    public static IEnumerable<string> Lines(KindField field, JsonNode value, PrintLanguage language)
    {
        if (value is not JsonArray list)
        {
            return One(field, value, language);
        }

        return list.Count == 0 ? [PrintWords.None.In(language)] : list.SelectMany((item, index) => Numbered(index, One(field, item!, language)));
    }

    private static IEnumerable<string> Numbered(int index, IEnumerable<string> lines) => lines.Select((line, i) => i == 0 ? $"{index + 1}. {line}" : "    " + line);

    private static IEnumerable<string> One(KindField field, JsonNode value, PrintLanguage language) => value switch
    {
        JsonObject parts => field.Type == FieldType.Amount
            ? [$"{Text(parts["value"]!)} {Text(parts["currency"]!)}"]
            : parts.Select(part => $"{PrintWords.Part(part.Key).In(language)}: {Spell(Text(part.Value!))}"),
        _ => field.Type switch
        {
            FieldType.Choice => [field.Choices.FirstOrDefault(choice => choice.Name == Text(value))?.Label.In(language) ?? Text(value)],
            FieldType.YesNo => [(value.GetValueKind() == JsonValueKind.True ? PrintWords.Yes : PrintWords.No).In(language)],
            FieldType.Instant => [Spell(Text(value))],
            _ => Text(value).Split('\n'),
        },
    };

    private static string Text(JsonNode value) => value is JsonValue one && one.TryGetValue<string>(out var text) ? text : value.ToJsonString();

    // 2026-03-29T23:52:00+02:00[Europe/Paris] is read aloud on the telephone as date, time, offset, zone.
    private static string Spell(string text) =>
        Kinds.Content.FieldTime.TryInstant(text, out _, out var spelt) && spelt![10] == 'T'
            ? $"{spelt[..10]} {spelt[11..19]} {spelt[19..].Replace("[", " (", StringComparison.Ordinal).Replace("]", ")", StringComparison.Ordinal)}" : text;
}
