using Comity.Core.Exchange;
using Comity.Core.Members;

namespace Comity.Core.Access;

/// <summary>What somebody wants to do, as far as permission goes.</summary>
public abstract record Act
{
    private Act()
    {
    }

    /// <summary>Put a probe to a register.</summary>
    public sealed record Check(RegisterName Register, Realm Realm, Purpose Purpose) : Act;

    /// <summary>Publish, amend, withdraw or list this State's own records.</summary>
    public sealed record Change(RegisterName Register, Realm Realm) : Act;

    /// <summary>Read, verify or prove the ledger; see who has erased what.</summary>
    public sealed record Audit : Act;

    /// <summary>Run the node: tokens, charters, feeds.</summary>
    public sealed record Operate : Act;

    /// <summary>See who asked about a subject; ask for what is sealed to be opened.</summary>
    public sealed record Protect : Act;

    /// <summary>Make, change and close officers' accounts.</summary>
    public sealed record Administer : Act;

    /// <summary>Decide, as the second person, on what another proposed. Only a person may.</summary>
    public sealed record Approve : Act;

    /// <summary>See and work on requests between States, whatever their purpose.</summary>
    public sealed record Requests : Act;

    /// <summary>See and work on a request of a realm and purpose; what the kind lets a role do is judged with the event.</summary>
    public sealed record Request(Realm Realm, Purpose Purpose) : Act;

    /// <summary>See how the node and its partners stand; anybody who was let in may.</summary>
    public sealed record Look : Act;
}

/// <summary>The one place that decides whether somebody may do something. Deny by default.</summary>
public static class Gate
{
    /// <summary>Null where it is allowed and can be done; else the refusal, which is the same whether or not the thing exists.</summary>
    public static Problem? Decide(Membership membership, Actor actor, Act act) =>
        !Permits(membership, actor, act) ? Problem.Of(ProblemKind.Forbidden)
        : act is Act.Check check ? membership.Revocations?.Refuses(check.Register)
        : null;

    /// <summary>Whether somebody may do something as such, even if it cannot be done just now.</summary>
    public static bool Permits(Membership membership, Actor actor, Act act) => act switch
    {
        Act.Check check => actor.Rights.HasFlag(Rights.Check) && actor.Purposes.Contains(check.Purpose) && membership.Allows(check.Realm)
            && (membership.Terms(check.Register)?.Serves(check.Purpose) ?? true),
        Act.Change change => actor.Rights.HasFlag(Rights.Publish) && membership.Allows(change.Realm),
        Act.Audit => actor.Rights.HasFlag(Rights.Audit),
        Act.Operate => actor.Rights.HasFlag(Rights.Operate),
        Act.Protect => actor.Rights.HasFlag(Rights.Protect),
        Act.Administer => actor.Rights.HasFlag(Rights.Administer),
        Act.Approve => actor.Rights.HasFlag(Rights.Approve) && actor.Person is not null,
        Act.Requests => actor.Rights.HasFlag(Rights.Request),
        Act.Request request => actor.Rights.HasFlag(Rights.Request) && actor.Purposes.Contains(request.Purpose) && membership.Allows(request.Realm),
        Act.Look => actor.Rights != Rights.None,
        _ => false,
    };

    /// <summary>Whether one of several acts is allowed: for a page or an entry of the navigation that is there for more than one.</summary>
    public static bool MayAny(Membership membership, Actor actor, IEnumerable<Act> acts) => acts.Any(act => Permits(membership, actor, act));
}
