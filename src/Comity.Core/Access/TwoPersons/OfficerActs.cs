using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Core.Exchange;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Access.TwoPersons;

/// <summary>Making, changing, resetting and closing an officer's account. What it opens is the one-time code, for the proposer to hand over.</summary>
/// <remarks>Alone one may only close: it takes rights away, and a second person may give them back. Everything else gives some, and a node can be helped beside its keys.</remarks>
public sealed class OfficerActs(People people) : IApprovable
{
    /// <summary>The kind.</summary>
    public const string KindName = "officer";

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public Words Name => new("Officer's account", "Compte d’un agent");

    /// <inheritdoc/>
    public Rights ToPropose => Rights.Administer;

    /// <inheritdoc/>
    public TimeSpan? Opens => Credentials.CodeLife;

    /// <summary>The proposal to make an account.</summary>
    public JsonObject Make(OfficerDraft draft) => Write("make", people.Officers.NewId(), draft);

    /// <summary>The proposal to change an account.</summary>
    public static JsonObject Change(string id, OfficerDraft draft) => Write("change", id, draft);

    /// <summary>The proposal to take an account's credentials away and give a new one-time code.</summary>
    public static JsonObject Reset(string id) => Write("reset", id, null);

    /// <summary>The proposal to close an account for good.</summary>
    public static JsonObject Close(string id) => Write("close", id, null);

    /// <inheritdoc/>
    public bool MayBreakGlass(JsonElement payload) => Act(payload) == "close";

    /// <inheritdoc/>
    public Words Describe(ReadSession session, JsonElement payload)
    {
        var name = OfficerBook.Find(session, Id(payload))?.Name.ToString() ?? "?";
        return Act(payload) switch
        {
            "make" when Draft(payload) is { } draft => new($"Make an account {draft.Name}: {Describe(draft, french: false)}", $"Créer un compte {draft.Name} : {Describe(draft, french: true)}"),
            "change" when Draft(payload) is { } draft => new($"Change the account {name}: {Describe(draft, french: false)}", $"Modifier le compte {name} : {Describe(draft, french: true)}"),
            "reset" => new($"Take the credentials of {name} away and give a new one-time code", $"Retirer à {name} ses moyens de connexion et donner un nouveau code à usage unique"),
            _ => new($"Close the account {name} for good", $"Fermer définitivement le compte {name}"),
        };
    }

    /// <inheritdoc/>
    public Problem? Check(ReadSession session, JsonElement payload, Actor? decider)
    {
        var (act, id) = (Act(payload), Id(payload));
        if (decider?.Person == id && act != "close")
        {
            return Problem.Of(ProblemKind.Forbidden);   // nobody decides on one's own account
        }

        if (act != "make" && OfficerBook.Find(session, id) is not { Active: true })
        {
            return Problem.Of(ProblemKind.NotFound);
        }

        return Draft(payload) is { } draft && OfficerBook.Fault(session, draft, act == "make" ? null : id) is { } fault ? Problem.Of(ProblemKind.Invalid, $"{fault.Field} {fault.Reason}") : null;
    }

    /// <inheritdoc/>
    public void CarryOut(WriteSession session, JsonElement payload, Approval approval)
    {
        switch (Act(payload))
        {
            case "make":
                people.Officers.Make(session, approval.By, Draft(payload)!, Id(payload));
                break;
            case "change":
                people.Officers.Change(session, approval.By, Id(payload), Draft(payload)!);
                break;
            case "reset":
                people.Credentials.Reset(session, Id(payload));
                break;
            case "close":
                people.Officers.Close(session, approval.By, Id(payload));
                break;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A code that was shown before is void; once the officer has enrolled there is none any more.</remarks>
    public JsonNode? Look(WriteSession session, JsonElement payload, Approval approval) =>
        Act(payload) is "make" or "reset" && OfficerBook.Find(session, Id(payload)) is { Active: true } officer && !people.Credentials.HasAny(session, officer.Id)
            ? new JsonObject { ["officer"] = officer.Id, ["name"] = officer.Name.ToString(), ["code"] = people.Credentials.OpenEnrolment(session, approval.By, officer.Id), ["hours"] = (int)Credentials.CodeLife.TotalHours }
            : null;

    private static string Describe(OfficerDraft draft, bool french) =>
        $"{draft.Desk}; {string.Join(", ", draft.Roles.Select(role => french ? role.Words().Fr : role.Words().En))}; {string.Join(", ", draft.Purposes)}; {draft.Language}";

    private static string Act(JsonElement payload) => payload.GetProperty("act").GetString()!;

    private static string Id(JsonElement payload) => payload.GetProperty("id").GetString()!;

    private static JsonObject Write(string act, string id, OfficerDraft? draft)
    {
        var json = new JsonObject { ["act"] = act, ["id"] = id };
        if (draft is not null)
        {
            json["name"] = draft.Name.ToString();
            json["desk"] = draft.Desk;
            json["roles"] = new JsonArray([.. draft.Roles.Select(role => (JsonNode)role.Text())]);
            json["purposes"] = new JsonArray([.. draft.Purposes.Select(purpose => (JsonNode)purpose.ToString())]);
            json["language"] = draft.Language;
        }

        return json;
    }

    private static OfficerDraft? Draft(JsonElement payload) => payload.TryGetProperty("name", out var name)
        ? OfficerDraft.Read(name.GetString(), payload.GetProperty("desk").GetString(), Texts(payload, "roles"), Texts(payload, "purposes"), payload.GetProperty("language").GetString()).Draft
        : null;

    private static List<string> Texts(JsonElement payload, string name) => [.. payload.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];
}
