using System.Text.Json.Serialization;

namespace Comity.Core.Registers;

/// <summary>What is wrong with one field of something that came from outside.</summary>
/// <param name="Field">The field's name as the form spells it: a JSON property or a column.</param>
/// <param name="Why">What is wrong, to be read after the field's name, without repeating the value.</param>
public readonly record struct FieldFault(string Field, [property: JsonIgnore] Words Why)
{
    /// <summary>A fault in both languages.</summary>
    public FieldFault(string field, string en, string fr)
        : this(field, new Words(en, fr))
    {
    }

    /// <summary>What is wrong, in English: what the API and the commands say.</summary>
    public string Reason => Why?.En ?? "";

    /// <summary>Field and reason with a colon between.</summary>
    public override string ToString() => $"{Field}: {Reason}";
}
