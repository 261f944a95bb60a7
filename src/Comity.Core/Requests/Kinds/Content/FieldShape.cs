using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds.Content;

/// <summary>One part of a value that is an object.</summary>
/// <param name="Name">The property.</param>
/// <param name="Required">Whether it must be there.</param>
/// <param name="Rule">What must hold, to be read after the part's path.</param>
/// <param name="Read">The value in its one spelling; null where it cannot be used.</param>
internal sealed record ShapePart(string Name, bool Required, Words Rule, Func<JsonElement, JsonNode?> Read)
{
    /// <summary>A line of text.</summary>
    public static ShapePart Line(string name, int most, bool required = false) => new(
        name, required, new Words($"must be a text of 1 to {most} characters on one line", $"doit être un texte de 1 à {most} caractères sur une ligne"),
        value => FieldText.Line(value, most) is { } line ? JsonValue.Create(line) : null);

    /// <summary>A text that passes a test.</summary>
    public static ShapePart Text(string name, Words rule, Func<string, string?> read, bool required = false) => new(
        name, required, rule, value => value.ValueKind == JsonValueKind.String && read(value.GetString()!) is { } text ? JsonValue.Create(text) : null);

    /// <summary>A whole number.</summary>
    public static ShapePart Number(string name, long least, long most, bool required = false) => new(
        name, required, new Words($"must be a whole number from {least} to {most}", $"doit être un nombre entier de {least} à {most}"),
        value => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most ? JsonValue.Create(number) : null);

    /// <summary>An instant.</summary>
    public static ShapePart Instant(string name, bool required = false) => Text(name, FieldTime.InstantRule, FieldTime.Instant, required);
}

/// <summary>A value that is an object of known parts.</summary>
internal sealed class FieldShape(params ShapePart[] parts)
{
    /// <summary>Its parts.</summary>
    public IReadOnlyList<ShapePart> Parts => parts;

    /// <summary>The object in its one spelling; null, with faults, where it cannot be used.</summary>
    public JsonObject? Read(JsonElement value, string path, List<FieldFault> faults)
    {
        var before = faults.Count;
        if (value.ValueKind != JsonValueKind.Object)
        {
            var names = string.Join(", ", parts.Select(part => part.Name));
            faults.Add(new FieldFault(path, $"must be an object of {names}", $"doit être un objet de {names}"));
            return null;
        }

        var read = new JsonObject();
        foreach (var part in parts)
        {
            var own = $"{path}.{part.Name}";
            if (!value.TryGetProperty(part.Name, out var given) || given.ValueKind == JsonValueKind.Null)
            {
                if (part.Required)
                {
                    faults.Add(new FieldFault(own, "is missing", "manque"));
                }
            }
            else if (part.Read(given) is { } node)
            {
                read[part.Name] = node;
            }
            else
            {
                faults.Add(new FieldFault(own, part.Rule));
            }
        }

        foreach (var property in value.EnumerateObject().Where(property => parts.All(part => part.Name != property.Name)))
        {
            faults.Add(new FieldFault($"{path}.{Quote.Brief(property.Name)}", "is not known here", "n’est pas connu ici"));
        }

        return faults.Count == before ? read : null;
    }
}
