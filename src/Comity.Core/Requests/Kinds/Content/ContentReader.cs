using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;

namespace Comity.Core.Requests.Kinds.Content;

/// <summary>How much of an act must be there.</summary>
public enum Completeness
{
    /// <summary>All of it: this State is about to do the act.</summary>
    Whole,

    /// <summary>What is there so far: a draft may lack parts, but what is there must be sound.</summary>
    Draft,

    /// <summary>What a partner sent with the act: what leaves later or never is not in it.</summary>
    Arrived,

    /// <summary>What a partner sent once it was accepted.</summary>
    ArrivedLater,
}

/// <summary>What a value is judged by, beside the kind.</summary>
/// <param name="IsMember">Whether a code is a member's.</param>
/// <param name="Register">The register of a name; null where this program has none.</param>
public sealed record ContentContext(Func<MemberCode, bool> IsMember, Func<RegisterName, IRegister?> Register);

/// <summary>Reads what is said in an act, by its declaration. Bad input never throws; every fault names its field by path.</summary>
public static class ContentReader
{
    /// <summary>The longest content, in bytes.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>More faults than these are not listed.</summary>
    public const int MostFaults = 100;

    private const int MaxDepth = 8;

    /// <summary>Reads content from outside.</summary>
    /// <param name="act">The act.</param>
    /// <param name="utf8">A JSON object: fields by name.</param>
    /// <param name="completeness">How much must be there.</param>
    /// <param name="context">Members and registers.</param>
    /// <param name="content">The content.</param>
    /// <param name="faults">On failure all faults, in the act's order.</param>
    public static bool TryRead(
        KindAct act, ReadOnlyMemory<byte> utf8, Completeness completeness, ContentContext context,
        [NotNullWhen(true)] out ActContent? content, out IReadOnlyList<FieldFault> faults)
    {
        content = null;
        if (utf8.Length > MaxBytes)
        {
            faults = [new FieldFault("content", $"has {utf8.Length} bytes; at most {MaxBytes} are read", $"compte {utf8.Length} octets ; au plus {MaxBytes} sont lus")];
            return false;
        }

        if (!StrictJson.TryParseObject(utf8, MaxDepth, out var json, out var fault))
        {
            faults = [new FieldFault("content", fault, "n’est pas un objet JSON bien formé")];
            return false;
        }

        return TryRead(act, json, completeness, context, out content, out faults);
    }

    /// <inheritdoc cref="TryRead(KindAct, ReadOnlyMemory{byte}, Completeness, ContentContext, out ActContent?, out IReadOnlyList{FieldFault})"/>
    /// <param name="act">The act.</param>
    /// <param name="json">A JSON object: fields by name.</param>
    /// <param name="completeness">How much must be there.</param>
    /// <param name="context">Members and registers.</param>
    /// <param name="content">The content.</param>
    /// <param name="faults">On failure all faults.</param>
    public static bool TryRead(
        KindAct act, JsonElement json, Completeness completeness, ContentContext context, [NotNullWhen(true)] out ActContent? content, out IReadOnlyList<FieldFault> faults)
    {
        content = null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults = [new FieldFault("content", "must be a JSON object", "doit être un objet JSON")];
            return false;
        }

        var found = new List<FieldFault>();
        var values = new JsonObject();
        foreach (var field in act.Fields)
        {
            ReadField(act, field, json, completeness, context, values, found);
        }

        foreach (var property in json.EnumerateObject().Where(property => act.Field(property.Name) is null))
        {
            found.Add(new FieldFault(Quote.Brief(property.Name), $"is no field of the act {act.Name}", $"n’est pas un champ de l’acte {act.Name}"));
        }

        faults = [.. found.Take(MostFaults)];
        content = found.Count == 0 ? new ActContent(act, values) : null;
        return content is not null;
    }

    private static void ReadField(KindAct act, KindField field, JsonElement json, Completeness completeness, ContentContext context, JsonObject values, List<FieldFault> faults)
    {
        var isThere = json.TryGetProperty(field.Name, out var value) && value.ValueKind != JsonValueKind.Null;
        if (isThere && MayNotArrive(field, completeness))
        {
            faults.Add(new FieldFault(field.Name, "does not leave the State that has it", "ne quitte pas l’État qui le détient"));
            return;
        }

        var asked = IsAsked(act, field, values);
        if (isThere && asked == false)
        {
            var other = act.Field(field.When!.Field)!.Label;
            faults.Add(new FieldFault(field.Name, $"must be absent, as “{other.En}” stands", $"doit être absent, vu « {other.Fr} »"));
            return;
        }

        if (isThere)
        {
            Read(field, value, context, values, faults);
        }
        else if (field.Required && asked == true && IsDue(field, completeness))
        {
            faults.Add(new FieldFault(field.Name, $"is missing: {field.Label.En}", $"manque : {field.Label.Fr}"));
        }
    }

    private static bool MayNotArrive(KindField field, Completeness completeness) =>
        (completeness is Completeness.Arrived or Completeness.ArrivedLater && field.Leaves == Leaving.Never) || (completeness == Completeness.Arrived && field.Leaves == Leaving.OnceAccepted);

    private static bool IsDue(KindField field, Completeness completeness) => completeness switch
    {
        Completeness.Whole => true,
        Completeness.Arrived => field.Leaves == Leaving.WithAct,
        Completeness.ArrivedLater => field.Leaves != Leaving.Never,
        _ => false,
    };

    // Null where the field that decides is missing or wrong: that is a fault of its own.
    private static bool? IsAsked(KindAct act, KindField field, JsonObject values)
    {
        if (field.When is not { } when)
        {
            return true;
        }

        // A field that hangs on one which is not asked for is not asked for either.
        if (values[when.Field] is not JsonValue decided)
        {
            return act.Field(when.Field) is { } other && (IsAsked(act, other, values) == false || !other.Required) ? false : null;
        }

        var spelt = decided.TryGetValue<bool>(out var flag) ? flag ? "yes" : "no" : decided.GetValue<string>();
        return when.Is.Contains(spelt);
    }

    private static void Read(KindField field, JsonElement value, ContentContext context, JsonObject values, List<FieldFault> faults)
    {
        if (!field.IsList)
        {
            if (FieldValues.Read(field, value, field.Name, context, faults) is { } one)
            {
                values[field.Name] = one;
            }

            return;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > field.MaxItems || (field.Required && value.GetArrayLength() == 0))
        {
            var least = field.Required ? 1 : 0;
            faults.Add(new FieldFault(field.Name, $"must be a list of {least} to {field.MaxItems}", $"doit être une liste de {least} à {field.MaxItems}"));
            return;
        }

        var list = new JsonArray();
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            if (FieldValues.Read(field, item, $"{field.Name}[{index}]", context, faults) is { } one)
            {
                list.Add(one);
            }
        }

        if (field.Type == FieldType.Choice && list.Select(item => item!.GetValue<string>()).Distinct(StringComparer.Ordinal).Count() != list.Count)
        {
            faults.Add(new FieldFault(field.Name, "names something twice", "cite deux fois le même élément"));
        }

        values[field.Name] = list;
    }
}
