namespace Comity.TravelDocuments.Records;

/// <summary>What is wrong with one field of something that came from outside.</summary>
/// <param name="Field">The field's name as the form spells it: a JSON property or a column.</param>
/// <param name="Reason">What is wrong, in words, without repeating the value.</param>
public readonly record struct FieldFault(string Field, string Reason)
{
    /// <summary>Field and reason with a colon between.</summary>
    public override string ToString() => $"{Field}: {Reason}";
}
