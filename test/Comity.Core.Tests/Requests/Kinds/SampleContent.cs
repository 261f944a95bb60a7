using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Members;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Content;

namespace Comity.Core.Tests.Requests.Kinds;

/// <summary>Sound content for any act, made from its declaration: every field that is asked for, by the first choice of each.</summary>
internal static class SampleContent
{
    public static readonly ContentContext Context = new(code => code.ToString() is "UTO" or "XAR" or "XLY", _ => null);

    public static JsonObject Of(KindAct act, Func<KindField, string?>? choose = null)
    {
        var values = new JsonObject();
        foreach (var field in act.Fields)
        {
            if (field.When is { } when && !(values[when.Field] is JsonValue other && when.Is.Contains(other.TryGetValue<bool>(out var flag) ? flag ? "yes" : "no" : other.GetValue<string>())))
            {
                continue;
            }

            var one = Value(field, choose?.Invoke(field));
            values[field.Name] = field.IsList ? new JsonArray(one) : one;
        }

        return values;
    }

    private static JsonNode Value(KindField field, string? chosen) => field.Type switch
    {
        FieldType.Text => $"Ligne {field.Name} à vérifier"[..(int)Math.Min(field.Max, $"Ligne {field.Name} à vérifier".Length)],
        FieldType.LongText => $"Première ligne ({field.Name}), été.\nSecond line — naïve façade.",
        FieldType.Choice => chosen ?? field.Choices[0].Name,
        FieldType.YesNo => chosen != "no",
        FieldType.Number => Math.Max(field.Min, 1),
        FieldType.Date => "2026-03-29",
        FieldType.Instant => "2026-03-29T23:52:00+02:00[Europe/Paris]",
        FieldType.Duration => "P365D",
        FieldType.Member => "XLY",
        FieldType.Subject => "L898902C3",
        FieldType.Offence => new JsonObject { ["name"] = "Fraude informatique", ["law"] = "Penal Code of Utopia, section 263a", ["maximum"] = "5 years" },
        FieldType.LegalBasis => new JsonObject { ["instrument"] = "Treaty of Lyonesse", ["clause"] = "article 7(2)" },
        FieldType.Amount => new JsonObject { ["value"] = "1250.50", ["currency"] = "XTS" },
        FieldType.Person => new JsonObject { ["family"] = "Utopienne", ["given"] = "Chloé", ["born"] = "1980-05", ["sex"] = "F", ["nationality"] = "UTO" },
        FieldType.Contact => new JsonObject
        {
            ["name"] = "Bureau de permanence", ["phone"] = "+999 1 555 01 00", ["email"] = "duty@uto.example", ["hours"] = "24/7", ["zone"] = "Europe/Paris", ["channel"] = "telephone",
        },
        FieldType.Identifier => new JsonObject { ["type"] = "ip", ["value"] = "192.0.2.7", ["port"] = 51324, ["at"] = "2026-03-28T01:02:03Z" },
        FieldType.Attachment => new JsonObject { ["name"] = "ordonnance.pdf", ["mediaType"] = "application/pdf", ["size"] = 1024, ["sha256"] = new string('a', 64) },
        FieldType.Reference => "UTO-5f0c9d3a1b2c4d5e",
        FieldType.Hash => new JsonObject { ["algorithm"] = "sha-256", ["value"] = new string('b', 64) },
        FieldType.CoverNumber => "K-2071",
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };

    public static bool TryRead(KindAct act, JsonNode values, out ActContent? content, out IReadOnlyList<Comity.Core.Registers.FieldFault> faults, Completeness completeness = Completeness.Whole) =>
        ContentReader.TryRead(act, JsonSerializer.SerializeToElement(values), completeness, Context, out content, out faults);

    public static RequestKind Kind(string name) => KindLibrary.Program.Find(RegisterName.Parse(name)) ?? throw new ArgumentException("no kind " + name);
}
