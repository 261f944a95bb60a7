using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web;

namespace Comity.Core.Requests.Law;

/// <summary>Something that a member entered, and since which version.</summary>
/// <typeparam name="T">What.</typeparam>
/// <param name="Owner">The member.</param>
/// <param name="Entry">What it entered.</param>
/// <param name="Version">1, and one more with each change.</param>
/// <param name="Expires">When it is deleted unless it is renewed.</param>
public sealed record Entered<T>(MemberCode Owner, T Entry, int Version, DateTimeOffset Expires);

/// <summary>What partners can do and what stood in the way: entered for this State, read of all.</summary>
public sealed class LawBook(Node node)
{
    /// <summary>The two registers, made anew for each node.</summary>
    public static IReadOnlyList<IRegister> CreateRegisters() => [new LawRegister(), new ObstacleRegister()];

    /// <summary>Statements, by member and kind.</summary>
    /// <param name="actor">Who reads: whoever works with requests, or audits.</param>
    /// <param name="member">Whose; null for everybody's.</param>
    /// <param name="kind">For which kind; null for all.</param>
    public Answer<IReadOnlyList<Entered<LawStatement>>> Statements(Actor actor, MemberCode? member = null, RegisterName? kind = null) => MayRead(actor) is { } refused
        ? refused
        : new Answer<IReadOnlyList<Entered<LawStatement>>>.Given(
            [.. List(Register<LawRegister>(LawRegister.RegisterName), entry => kind is null || entry.Kind == kind).Where(one => member is null || one.Owner == member)
                .OrderBy(one => one.Owner).ThenBy(one => one.Entry.Kind)]);

    /// <summary>What one partner says for one kind, for whoever drafts; null where it has said nothing.</summary>
    public Entered<LawStatement>? For(MemberCode member, RegisterName kind) =>
        List(Register<LawRegister>(LawRegister.RegisterName), entry => entry.Kind == kind).FirstOrDefault(one => one.Owner == member);

    /// <summary>Says what this State's law is; durable, signed and on its way to partners when the task completes.</summary>
    public Task<Answer<string>> StateAsync(Actor actor, LawStatement statement, OnceKey? once = null) =>
        PublishAsync(actor, new Act.Approve(), LawRegister.RegisterName, statement, once);

    /// <summary>Takes this State's statement for a kind back.</summary>
    public async Task<Answer<string>> WithdrawAsync(Actor actor, RegisterName kind, OnceKey? once = null)
    {
        if (Gate.Decide(node.Context.Membership, actor, new Act.Approve()) is { } refused)
        {
            return refused;
        }

        var change = await node.Changes.WithdrawAsync(actor, node.Indexes.Find(LawRegister.RegisterName)!, Realm.Live, kind.ToString(), once);
        return change is null ? UsedOtherwise : change.Kind == ChangeKind.NotThere ? ProblemKind.NotFound : (Answer<string>)"withdrawn";
    }

    /// <summary>Obstacles, those that stand first, the newest first.</summary>
    /// <param name="actor">Who reads.</param>
    /// <param name="with">With whom; null for everybody.</param>
    /// <param name="open">Whether only those are given that have no remedy yet.</param>
    public Answer<IReadOnlyList<Entered<Obstacle>>> Obstacles(Actor actor, MemberCode? with = null, bool open = false) => MayRead(actor) is { } refused
        ? refused
        : new Answer<IReadOnlyList<Entered<Obstacle>>>.Given(
            [.. List(Register<ObstacleRegister>(ObstacleRegister.RegisterName), entry => (with is null || entry.With == with) && !(open && entry.Remedied is not null))
                .OrderBy(one => one.Entry.Remedied is not null).ThenByDescending(one => one.Entry.Met).ThenBy(one => one.Entry.Id, StringComparer.Ordinal)]);

    /// <summary>Records an obstacle, or says more of one that is recorded.</summary>
    public Task<Answer<string>> RecordAsync(Actor actor, Obstacle obstacle, OnceKey? once = null) =>
        PublishAsync(actor, new Act.Requests(), ObstacleRegister.RegisterName, obstacle, once);

    private static Answer<string> UsedOtherwise => Problem.Of(ProblemKind.Conflict, "the idempotency key was used for something else");

    private Problem? MayRead(Actor actor) => Gate.MayAny(node.Context.Membership, actor, [new Act.Requests(), new Act.Audit()]) ? null : Problem.Of(ProblemKind.Forbidden);

    private async Task<Answer<string>> PublishAsync(Actor actor, Act act, RegisterName name, IRegisterRecord record, OnceKey? once)
    {
        if (Gate.Decide(node.Context.Membership, actor, act) is { } refused)
        {
            return refused;
        }

        // Where the charter shares the register, with all that it lets read it; else it stays here until the charter does.
        var audience = node.Context.Membership.Terms(name)?.Mode == SharingMode.Replicated ? Audience.All : Audience.Self;
        var changes = await node.Changes.PublishAsync(actor, node.Indexes.Find(name)!, Realm.Live, audience, [new Publication(record, Handling.Open)], WhenThere.Amend, once);
        if (changes is null)
        {
            return UsedOtherwise;
        }

        if (changes[0].Kind == ChangeKind.OtherAudience)
        {
            return Problem.Of(ProblemKind.Conflict, "it was entered while the charter shared this register otherwise: withdraw it first");
        }

        return char.ToLowerInvariant(changes[0].Kind.ToString()[0]) + changes[0].Kind.ToString()[1..];
    }

    private T Register<T>(RegisterName name)
        where T : class, IRegister => (T)node.Indexes.Find(name)!;

    private List<Entered<T>> List<T>(ListedRegister<T> register, Func<T, bool> wanted)
        where T : IRegisterRecord => node.Context.Store.Read(session => register.Listed.Where(listed => wanted(listed.Value))
            .Select(listed => (listed.Value, Body: node.Indexes.Open(session.Body(listed.Key.Log, listed.Key.Index)), Feed: node.Indexes.FeedOf(listed.Key.Log)))
            .Where(one => one.Body is not null && one.Feed is { Realm: Realm.Live })   // what was withdrawn a moment ago has no body any more
            .Select(one => new Entered<T>(one.Feed!.Owner, one.Value, one.Body!.Version, one.Body.Expires)).ToList());
}
