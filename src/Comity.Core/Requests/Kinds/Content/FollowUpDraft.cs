using System.Text.Json.Nodes;

namespace Comity.Core.Requests.Kinds.Content;

/// <summary>Drafts the request that a follow-up names from what was said before.</summary>
public static class FollowUpDraft
{
    /// <summary>The fields that can be filled; the rest is for the officer, who sees the draft before anything goes.</summary>
    /// <param name="followUp">The follow-up.</param>
    /// <param name="next">The kind that is drafted.</param>
    /// <param name="contents">The contents of the acts so far, by the act's name, the last of each.</param>
    public static JsonObject Of(FollowUp followUp, RequestKind next, IReadOnlyDictionary<string, ActContent> contents)
    {
        var draft = new JsonObject();
        foreach (var fill in followUp.Fills)
        {
            if (contents.TryGetValue(fill.Act, out var content) && content.Values[fill.From] is { } value)
            {
                var isList = next.Act(RequestKind.Ask)!.Field(fill.Field)!.IsList;
                draft[fill.Field] = isList && value is not JsonArray ? new JsonArray(value.DeepClone()) : value.DeepClone();
            }
        }

        return draft;
    }

    /// <summary>Whom to ask, where the act says it: three letters; null where it is the member that was asked before.</summary>
    public static string? To(FollowUp followUp, IReadOnlyDictionary<string, ActContent> contents) =>
        followUp.To is { } to && contents.TryGetValue(followUp.After, out var content) ? content.Text(to) : null;
}
