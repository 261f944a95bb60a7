using System.Text.Json;
using Comity.Core.Registers;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests.Desk;

/// <summary>A request being written, as it came from a form, a command or another system; nothing of it is believed yet.</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="To">The member to ask.</param>
/// <param name="Purpose">One of the charter's purposes for the kind.</param>
/// <param name="Realm">live or exercise; null: live.</param>
/// <param name="Urgency">One of the kind's; null: its first.</param>
/// <param name="Follows">The request that it follows on.</param>
/// <param name="Reference">This State's own file reference.</param>
/// <param name="Content">The fields of the kind's first act.</param>
/// <param name="Text">A word beside the fields.</param>
/// <param name="Files">Files beside those in fields, attached before.</param>
public sealed record DraftInput(
    string? Kind, string? To, string? Purpose, string? Realm = null, string? Urgency = null, string? Follows = null, string? Reference = null, JsonElement? Content = null, string? Text = null,
    IReadOnlyList<FileReference>? Files = null);

/// <summary>What somebody wants to do with a request, as it came from outside.</summary>
/// <param name="Act">An act of the kind by its name, or <c>decline</c>, <c>pause</c>, <c>resume</c> or <c>message</c>.</param>
/// <param name="Ground">Of a refusal.</param>
/// <param name="Conditions">Of an offer.</param>
/// <param name="Clock">Of pause and resume.</param>
/// <param name="Member">Of a transfer to another member.</param>
/// <param name="Reference">This State's own file reference.</param>
/// <param name="Content">The act's fields.</param>
/// <param name="Text">A message, or reasons in words.</param>
/// <param name="Files">Files beside those in fields, attached before.</param>
/// <param name="Reason">For the second person, where two must agree.</param>
public sealed record ActInput(
    string? Act, string? Ground = null, IReadOnlyList<string>? Conditions = null, string? Clock = null, string? Member = null, string? Reference = null, JsonElement? Content = null, string? Text = null,
    IReadOnlyList<FileReference>? Files = null, string? Reason = null);

/// <summary>Checks what is said with an act against what the kind asks for.</summary>
internal static class Saying
{
    /// <summary>What every act may be called that no kind declares.</summary>
    public static IReadOnlyList<EventType> Free { get; } = [EventType.Decline, EventType.Pause, EventType.Resume, EventType.Message];

    /// <summary>The act of the kind, or the type that every request has; neither where there is no such act.</summary>
    public static (KindAct? Act, EventType? Type) Find(RequestKind kind, string? name) =>
        kind.Act(name ?? "") is { } act ? (act, EventTypes.Of(act.Step))
        : EventTypes.TryParse(name, out var type) && Free.Contains(type) ? (null, type) : (null, null);

    /// <summary>The body that is sent, or every fault by its field.</summary>
    public static (EventBody? Body, IReadOnlyList<FieldFault> Faults) Read(KindAct? act, string? reference, JsonElement? content, string? text, IReadOnlyList<FileReference>? files)
    {
        List<FieldFault> faults = [];
        Bounded("reference", reference, EventBody.LongestReference, faults);
        Bounded("text", text, EventBody.LongestText, faults);
        if (files is { Count: > EventBody.MostFiles })
        {
            faults.Add(new FieldFault("files", $"must be at most {EventBody.MostFiles}", $"au plus {EventBody.MostFiles}"));
        }

        content = content is { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } ? null : content;
        if (content is { ValueKind: not JsonValueKind.Object })
        {
            faults.Add(new FieldFault("content", "must be an object", "doit être un objet"));
        }
        else
        {
            Fields(act, content, faults);
        }

        var body = new EventBody(Given(reference), Given(text), act is null ? null : content, files ?? []);
        if (faults.Count == 0 && body.ToJson().Length > EventBody.MaxLength)
        {
            faults.Add(new FieldFault("content", $"is longer than {EventBody.MaxLength} bytes", $"dépasse {EventBody.MaxLength} octets"));
        }

        return faults.Count > 0 ? (null, faults) : (body, []);
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static void Bounded(string field, string? text, int most, List<FieldFault> faults)
    {
        if (text?.Length > most)
        {
            faults.Add(new FieldFault(field, $"is longer than {most} characters", $"dépasse {most} caractères"));
        }
    }

    private static void Fields(KindAct? act, JsonElement? content, List<FieldFault> faults)
    {
        var given = content is { } json ? json.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null).Select(property => property.Name).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var name in given.Where(name => act?.Field(name) is null).Order(StringComparer.Ordinal))
        {
            faults.Add(new FieldFault("content." + name, "is no field of this act", "n’est pas un champ de cet acte"));
        }

        foreach (var field in (act?.Fields ?? []).Where(field => field.Required && field.When is null && !given.Contains(field.Name)))
        {
            faults.Add(new FieldFault("content." + field.Name, "is missing", "manque"));
        }
    }
}
