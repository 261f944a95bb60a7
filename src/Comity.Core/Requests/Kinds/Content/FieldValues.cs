using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds.Content;

/// <summary>Reads one value by its type. docs/requests.md shows each type as it is sent.</summary>
internal static class FieldValues
{
    private const int LongestReference = 100;

    /// <summary>The value in its one spelling; null, with a fault, where it cannot be used.</summary>
    public static JsonNode? Read(KindField field, JsonElement value, string path, ContentContext context, List<FieldFault> faults) => field.Type switch
    {
        FieldType.Text => Value(FieldText.Line(value, field.Max), path, faults, $"must be a text of 1 to {field.Max} characters on one line", $"doit être un texte de 1 à {field.Max} caractères sur une ligne"),
        FieldType.LongText => Value(FieldText.Lines(value, field.Max), path, faults, $"must be a text of 1 to {field.Max} characters", $"doit être un texte de 1 à {field.Max} caractères"),
        FieldType.Choice => Value(field.Choices.FirstOrDefault(choice => choice.Name == Text(value))?.Name, path, faults,
            $"must be one of {string.Join(", ", field.Choices.Select(choice => choice.Name))}", $"doit être l’une des valeurs {string.Join(", ", field.Choices.Select(choice => choice.Name))}"),
        FieldType.YesNo => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? JsonValue.Create(value.GetBoolean()) : Wrong(path, faults, "must be true or false", "doit être true ou false"),
        FieldType.Number => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= field.Min && number <= field.Max
            ? JsonValue.Create(number) : Wrong(path, faults, $"must be a whole number from {field.Min} to {field.Max}", $"doit être un nombre entier de {field.Min} à {field.Max}"),
        FieldType.Date => Value(FieldTime.Date(Text(value)), path, faults, "must be a day as 2026-01-31", "doit être un jour comme 2026-01-31"),
        FieldType.Instant => Value(FieldTime.Instant(Text(value)), path, faults, FieldTime.InstantRule.En, FieldTime.InstantRule.Fr),
        FieldType.Duration => IsoDuration.TryParse(Text(value), out _) ? JsonValue.Create(Text(value)!)
            : Wrong(path, faults, "must be a duration as P90D or PT12H", "doit être une durée comme P90D ou PT12H"),
        FieldType.Member => ReadMember(field, Text(value), path, context, faults),
        FieldType.Subject => ReadSubject(field, Text(value), path, context, faults),
        FieldType.Attachment => FieldObjects.Attachment(field.Max).Read(value, path, faults),
        FieldType.Reference => Value(FieldText.Line(value, LongestReference), path, faults, $"must be a reference of 1 to {LongestReference} characters", $"doit être une référence de 1 à {LongestReference} caractères"),
        FieldType.CoverNumber => Value(FieldText.CoverNumber(Text(value)), path, faults, FieldText.CoverRule.En, FieldText.CoverRule.Fr),
        FieldType.Offence => FieldObjects.Offence.Read(value, path, faults),
        FieldType.LegalBasis => FieldObjects.LegalBasis.Read(value, path, faults),
        FieldType.Amount => FieldObjects.Amount.Read(value, path, faults),
        FieldType.Person => FieldObjects.Person.Read(value, path, faults),
        FieldType.Contact => FieldObjects.ReadContact(value, path, faults),
        FieldType.Identifier => FieldObjects.ReadIdentifier(value, path, faults),
        FieldType.Hash => FieldObjects.ReadHash(value, path, faults),
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonNode? ReadMember(KindField field, string? text, string path, ContentContext context, List<FieldFault> faults) =>
        !MemberCode.TryParse(text, null, out var code) ? Wrong(path, faults, "must be three letters A to Z", "doit être composé de trois lettres A à Z")
        : !field.Outside && !context.IsMember(code) ? Wrong(path, faults, "is no member of the network", "n’est pas membre du réseau")
        : JsonValue.Create(code.ToString());

    private static JsonNode? ReadSubject(KindField field, string? text, string path, ContentContext context, List<FieldFault> faults)
    {
        if (text is null || text.Length > field.Max || FieldText.Line(text, field.Max) is not { } line)
        {
            return Wrong(path, faults, $"must be a text of 1 to {field.Max} characters on one line", $"doit être un texte de 1 à {field.Max} caractères sur une ligne");
        }

        // Where this program has not the register, what the other side wrote is kept as it is.
        return context.Register(field.Register!.Value) is not { } register ? JsonValue.Create(line)
            : register.ReadSubject(line) switch
            {
                ProbeReading.Accepted accepted => JsonValue.Create(register.SubjectOf(accepted.Probe)?.Key ?? line),
                ProbeReading.Invalid invalid => Wrong(path, faults, invalid.Reason, "n’est pas lisible pour ce registre"),
                _ => throw new InvalidOperationException("A reading is one of two."),
            };
    }

    private static JsonNode? Value(string? text, string path, List<FieldFault> faults, string en, string fr) => text is null ? Wrong(path, faults, en, fr) : JsonValue.Create(text);

    private static JsonNode? Wrong(string path, List<FieldFault> faults, string en, string fr)
    {
        faults.Add(new FieldFault(path, en, fr));
        return null;
    }
}
