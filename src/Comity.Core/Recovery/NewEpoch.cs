using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Recovery;

/// <summary>
/// Ending logs of this node and beginning others in their place. The root that must sign it is offline: two persons decide what shall end where,
/// and whoever then brings the root signs exactly that (docs/decisions/0027-an-approved-epoch-is-signed-offline.md).
/// </summary>
public sealed class NewEpoch(NodeContext node) : IApprovable
{
    /// <summary>The kind.</summary>
    public const string KindName = "new-epoch";

    /// <summary>Characters of the reason at most: it goes to all partners.</summary>
    public const int LongestReason = 200;

    /// <summary>For how long after the decision the root may sign.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public Words Name => new("A new epoch of this node's logs", "Nouvelle époque des journaux de ce nœud");

    /// <inheritdoc/>
    public Rights ToPropose => Rights.Operate;

    /// <summary>Whether a reason may go to partners: 1 to 200 characters on one line.</summary>
    public static bool IsReason(string? reason) => reason is { Length: > 0 and <= LongestReason } && !reason.Any(char.IsControl) && !string.IsNullOrWhiteSpace(reason);

    /// <summary>The proposal: what would end now, and where.</summary>
    /// <param name="session">The store.</param>
    /// <param name="membership">This node's place.</param>
    /// <param name="reason">Why, for all partners.</param>
    /// <param name="more">Feeds to end beside those that cannot be gone on with.</param>
    /// <param name="fault">Set where nothing can be planned.</param>
    public static JsonObject Of(ReadSession session, Membership membership, string reason, IReadOnlyCollection<string> more, out string? fault)
    {
        var ends = EpochPlan.Make(session, membership.Directory, membership.Network, membership.Self, more, out fault);
        return new JsonObject { ["reason"] = reason, ["more"] = new JsonArray([.. more.Select(origin => JsonValue.Create(origin))]), ["ends"] = Json(ends) };
    }

    /// <summary>What two persons have decided, for whoever signs it.</summary>
    /// <param name="session">The store.</param>
    /// <param name="sealer">Opens what was proposed.</param>
    /// <param name="id">The approval.</param>
    /// <param name="now">The time.</param>
    /// <param name="fault">Why it may not be signed.</param>
    /// <returns>The reason, and the feeds to end beside those that must; null with a fault.</returns>
    public static Authority? Approved(ReadSession session, BodySealer sealer, string id, DateTimeOffset now, out string? fault)
    {
        if (Approvals.Stored(session, sealer, id) is not { Approval: { Kind: KindName } approval } stored)
        {
            fault = $"{id} is no proposal of a new epoch";
            return null;
        }

        fault = approval.State != ApprovalState.Approved ? $"{id} is not approved: {approval.State.ToString().ToLowerInvariant()}"
            : approval.Decided + Life <= now ? $"{id} was approved more than {Life.Days} days ago: propose it again"
            : null;
        return fault is null ? new Authority(stored.Payload.GetProperty("reason").GetString()!, More(stored.Payload), stored.Payload.GetProperty("ends").GetRawText()) : null;
    }

    /// <inheritdoc/>
    public bool MayBreakGlass(JsonElement payload) => false;

    /// <inheritdoc/>
    public Words Describe(ReadSession session, JsonElement payload)
    {
        var ends = payload.GetProperty("ends").EnumerateArray().Select(end => (
            Log: end.GetProperty("log").GetString(), Size: end.GetProperty("size").GetInt64(), Lost: end.GetProperty("size").GetInt64() - end.GetProperty("held").GetInt64(),
            Next: end.GetProperty("next").GetString(), Carried: end.GetProperty("carried").GetInt64())).ToList();
        return new(
            string.Join(" ", ends.Select(end => $"{end.Log} ends at {end.Size} ({end.Lost} entries lost); {end.Next} begins with {end.Carried} records in force.")) + " The root then signs it, and the old is over for good.",
            string.Join(" ", ends.Select(end => $"{end.Log} prend fin à {end.Size} ({end.Lost} entrées perdues) ; {end.Next} commence avec {end.Carried} signalements en vigueur.")) + " La racine le signe ensuite, et l’ancien est clos pour de bon.");
    }

    /// <inheritdoc/>
    public Problem? Check(ReadSession session, JsonElement payload, Actor? decider)
    {
        var membership = node.Membership;
        var ends = EpochPlan.Make(session, membership.Directory, membership.Network, membership.Self, More(payload), out var fault);
        return fault is not null ? Problem.Of(ProblemKind.Conflict, fault)
            : Same(payload.GetProperty("ends").GetRawText(), ends) ? null
            : Problem.Of(ProblemKind.Conflict, "the logs are not as they were when it was proposed: propose it again");
    }

    /// <inheritdoc/>
    public void CarryOut(WriteSession session, JsonElement payload, Approval approval)
    {
        // Only the root can end a log: the decision says what it may sign.
    }

    private static List<string> More(JsonElement payload) => [.. payload.GetProperty("more").EnumerateArray().Select(origin => origin.GetString()!)];

    private static JsonArray Json(IEnumerable<LogEnd> ends) => new([.. ends.Select(end => end.ToJson())]);

    private static bool Same(string decided, IEnumerable<LogEnd> ends) => JsonNode.DeepEquals(JsonNode.Parse(decided), JsonNode.Parse(Json(ends).ToJsonString()));

    /// <summary>What the root may sign.</summary>
    /// <param name="Reason">For all partners.</param>
    /// <param name="More">Feeds to end beside those that must.</param>
    /// <param name="Decided">The ends decided on, JSON.</param>
    public sealed record Authority(string Reason, IReadOnlyCollection<string> More, string Decided)
    {
        /// <summary>Whether this is what was decided.</summary>
        public bool Covers(IEnumerable<LogEnd> ends) => Same(Decided, ends);
    }
}
