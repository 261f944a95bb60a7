using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Access.TwoPersons;

/// <summary>Withdrawing a record that stands for many, such as a range of blanks: nobody finds any of them any more.</summary>
public sealed class WithdrawRange(RecordChanges changes, RegisterIndexes registers) : IApprovable
{
    /// <summary>The kind.</summary>
    public const string KindName = "withdraw-range";

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public Words Name => new("Withdrawal of a range", "Retrait d’une plage");

    /// <inheritdoc/>
    public Rights ToPropose => Rights.Publish;

    /// <summary>The proposal.</summary>
    /// <param name="register">The register.</param>
    /// <param name="realm">Live or exercise.</param>
    /// <param name="naturalKey">The record's natural key.</param>
    /// <param name="reason">A code for the ledger, or null.</param>
    /// <param name="what">What it is, for the person who decides.</param>
    public static JsonObject Of(RegisterName register, Realm realm, string naturalKey, string? reason, Words what) => new()
    {
        ["register"] = register.ToString(), ["realm"] = realm.Text(), ["key"] = naturalKey, ["reason"] = reason, ["en"] = what.En, ["fr"] = what.Fr,
    };

    /// <inheritdoc/>
    public bool MayBreakGlass(JsonElement payload) => true;

    /// <inheritdoc/>
    public Words Describe(ReadSession session, JsonElement payload) => new(payload.GetProperty("en").GetString()!, payload.GetProperty("fr").GetString()!);

    /// <inheritdoc/>
    public Problem? Check(ReadSession session, JsonElement payload, Actor? decider)
    {
        var (register, realm, key) = Read(payload);
        return changes.IsInForce(session, register.Name, realm, key) ? null : Problem.Of(ProblemKind.NotFound);
    }

    /// <inheritdoc/>
    public void CarryOut(WriteSession session, JsonElement payload, Approval approval)
    {
        var (register, realm, key) = Read(payload);
        changes.Withdraw(session, approval.By, register, realm, key, payload.GetProperty("reason").GetString());
    }

    /// <inheritdoc/>
    public Task AfterwardsAsync(JsonElement payload, Approval approval)
    {
        changes.Announce(1);
        return Task.CompletedTask;
    }

    private (IRegister Register, Realm Realm, string Key) Read(JsonElement payload) => (
        registers.Find(RegisterName.Parse(payload.GetProperty("register").GetString()!))!, RealmText.TryParse(payload.GetProperty("realm").GetString()!, out var realm) ? realm : default,
        payload.GetProperty("key").GetString()!);
}

/// <summary>Deleting what is over by this node's own clock, for which two persons vouch where no two partners can.</summary>
public sealed class ExpireByOwnClock(NodeContext node, Retention retention) : IApprovable
{
    /// <summary>The kind.</summary>
    public const string KindName = "expire-by-own-clock";

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public Words Name => new("Deletion by this node's clock", "Suppression selon l’horloge de ce nœud");

    /// <inheritdoc/>
    public Rights ToPropose => Rights.Operate;

    /// <inheritdoc/>
    public bool MayBreakGlass(JsonElement payload) => false;

    /// <inheritdoc/>
    public Words Describe(ReadSession session, JsonElement payload) => new(
        $"Delete for good every record whose time is over by this node's clock, which now shows {node.Now:yyyy-MM-dd HH:mm}Z. Compare it with another clock before you agree.",
        $"Supprimer définitivement tout signalement échu selon l’horloge de ce nœud, qui indique {node.Now:yyyy-MM-dd HH:mm}Z. Comparez-la à une autre horloge avant d’accepter.");

    /// <inheritdoc/>
    public Problem? Check(ReadSession session, JsonElement payload, Actor? decider) => null;

    /// <inheritdoc/>
    public void CarryOut(WriteSession session, JsonElement payload, Approval approval)
    {
        // It may be many transactions: they follow the decision, and doing them again does no harm.
    }

    /// <inheritdoc/>
    public async Task AfterwardsAsync(JsonElement payload, Approval approval) => await retention.ExpireAsync(approval.By, node.Now);
}
