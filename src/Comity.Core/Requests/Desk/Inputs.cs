using System.Text.Json;
using Comity.Core.Registers;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Content;

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

    /// <summary>What is said, whole, or every fault by its field.</summary>
    /// <param name="act">The act; null where the kind declares none.</param>
    /// <param name="input">As it came.</param>
    /// <param name="completeness">How much must be there.</param>
    /// <param name="context">Members and registers.</param>
    public static (Said? Said, IReadOnlyList<FieldFault> Faults) Read(KindAct? act, EventBody input, Completeness completeness, ContentContext context)
    {
        List<FieldFault> faults = [];
        Bounded("reference", input.Reference, EventBody.LongestReference, faults);
        Bounded("text", input.Text, EventBody.LongestText, faults);
        if (input.Files.Count > EventBody.MostFiles)
        {
            faults.Add(new FieldFault("files", $"must be at most {EventBody.MostFiles}", $"doivent être au plus {EventBody.MostFiles}"));
        }

        ActContent? content = null;
        if (act is not null && !ContentReader.TryRead(act, input.Content ?? Empty, completeness, context, out content, out var wrong))
        {
            faults.AddRange(wrong.Select(fault => fault with { Field = "content." + fault.Field }));
        }
        else if (act is null && input.Content is not null)
        {
            faults.Add(new FieldFault("content", "must be absent: this act has no fields", "doit être absent : cet acte n’a pas de champs"));
        }

        if (faults.Count > 0)
        {
            return (null, faults);
        }

        var body = new EventBody(Given(input.Reference), Given(input.Text), content is null ? null : Json(content.ToJson()), input.Files);
        return body.ToJson().Length > EventBody.MaxLength
            ? (null, [new FieldFault("content", $"is longer than {EventBody.MaxLength} bytes", $"dépasse {EventBody.MaxLength} octets")])
            : (new Said(body, content), []);
    }

    /// <summary>Content as it came from outside; null where there is none.</summary>
    public static JsonElement? Given(JsonElement? content) => content is { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } ? null : content;

    internal static JsonElement Json(byte[] utf8) => JsonSerializer.Deserialize<JsonElement>(utf8);

    private static JsonElement Empty { get; } = Json("{}"u8.ToArray());

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static void Bounded(string field, string? text, int most, List<FieldFault> faults)
    {
        if (text?.Length > most)
        {
            faults.Add(new FieldFault(field, $"is longer than {most} characters", $"dépasse {most} caractères"));
        }
    }
}

/// <summary>What somebody says with an act: all of it.</summary>
/// <param name="Whole">With what does not leave, or not yet.</param>
/// <param name="Content">The act's fields; null where it has none.</param>
internal sealed record Said(EventBody Whole, ActContent? Content)
{
    /// <summary>What leaves with the act.</summary>
    /// <param name="accepted">Whether the other side has accepted.</param>
    public EventBody Leaving(bool accepted) => Content is null ? Whole : Whole with { Content = Saying.Json(Content.Leaving(accepted)) };

    /// <summary>Whether there is anything that does not leave with the act.</summary>
    public bool KeepsBack(bool accepted) => Content is not null && !Content.Leaving(accepted).AsSpan().SequenceEqual(Content.ToJson());
}
