using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Exchange;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Access.TwoPersons;

/// <summary>A kind of act that needs two persons. Registered with <see cref="Approvals.Register"/> before the node serves.</summary>
public interface IApprovable
{
    /// <summary>The kind, e.g. <c>officer</c>; in the ledger as <c>act</c>, so once used it keeps its meaning.</summary>
    string Kind { get; }

    /// <summary>What people call it.</summary>
    Words Name { get; }

    /// <summary>What it takes to propose it. A system's token may propose, but never decide.</summary>
    Rights ToPropose { get; }

    /// <summary>Whether the proposer may do this very act alone, where nobody else is there to decide.</summary>
    bool MayBreakGlass(JsonElement payload);

    /// <summary>What is proposed, for the person who decides.</summary>
    Words Describe(ReadSession session, JsonElement payload);

    /// <summary>Why the act cannot be carried out as things stand; null where it can. Asked when it is proposed and, in its transaction, before it is carried out.</summary>
    /// <param name="session">The state of the store.</param>
    /// <param name="payload">What is proposed.</param>
    /// <param name="decider">Who decides; null while it is proposed.</param>
    Problem? Check(ReadSession session, JsonElement payload, Actor? decider);

    /// <summary>Carries the act out in the transaction of the decision; <see cref="Check"/> has just said that it can be. May run twice, its first run undone.</summary>
    void CarryOut(WriteSession session, JsonElement payload, Approval approval);

    /// <summary>What is left to do once the decision is durable: long work that may be done again without harm.</summary>
    Task AfterwardsAsync(JsonElement payload, Approval approval) => Task.CompletedTask;

    /// <summary>For how long after the decision the proposer may look at what it opened; null where it opens nothing.</summary>
    TimeSpan? Opens => null;

    /// <summary>What it opened; null where there is nothing (any more). Each look is an entry of the ledger in the same transaction.</summary>
    JsonNode? Look(WriteSession session, JsonElement payload, Approval approval) => null;
}
