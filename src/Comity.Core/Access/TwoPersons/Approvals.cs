using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Access.SigningIn;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Access.TwoPersons;

/// <summary>Acts that need two persons: proposed by one, decided by another, carried out in the transaction of the decision. All of it stands in the ledger.</summary>
/// <remarks>
/// Who is alone may break the glass: carry it out at once, where the kind allows it and nobody else who could decide is signed in.
/// It stays to be countersigned until another person has agreed or objected. Payload and reasons are details of ledger entries: salted, sealed, and erased with them.
/// </remarks>
public sealed class Approvals(NodeContext node, Sessions sessions)
{
    /// <summary>For how long a proposal waits.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>Characters of a reason at most.</summary>
    public const int LongestReason = 500;

    private const string Columns = "SELECT id, kind, state, proposer, desk, person, proposed, expires, decider, decided, closer, closed, log, idx FROM approval";
    private static readonly Words Erased = new("What was proposed has been erased.", "Ce qui était proposé a été effacé.");
    private readonly Dictionary<string, IApprovable> _kinds = new(StringComparer.Ordinal);   // filled before the node serves, never changed after

    /// <summary>Makes a kind known.</summary>
    public void Register(IApprovable kind) => _kinds.Add(kind.Kind, kind);

    /// <summary>Whether a reason may stand: 1 to 500 characters.</summary>
    public static bool IsReason(string? reason) => reason?.Trim() is { Length: > 0 and <= LongestReason };

    /// <summary>Proposes an act.</summary>
    /// <param name="by">Who proposes: a person, or a system with the right to.</param>
    /// <param name="kind">A kind that was registered.</param>
    /// <param name="payload">What is proposed.</param>
    /// <param name="reason">Why; 1 to 500 characters.</param>
    /// <param name="once">The caller's own name for it: proposed again, it is the same proposal.</param>
    /// <returns>The proposal, or why there is none.</returns>
    public async Task<(Approval? Approval, Problem? Problem)> ProposeAsync(Actor by, string kind, JsonNode payload, string? reason, OnceKey? once = null)
    {
        var act = _kinds[kind];
        if (!by.Rights.HasFlag(act.ToPropose))
        {
            return (null, Problem.Of(ProblemKind.Forbidden));
        }

        if (!IsReason(reason))
        {
            return (null, Problem.Of(ProblemKind.Invalid, $"reason must have 1 to {LongestReason} characters"));
        }

        var detail = Detail(new JsonObject { ["payload"] = payload.DeepClone(), ["reason"] = reason!.Trim() });
        var element = JsonSerializer.SerializeToElement(payload);
        Problem? problem = null;
        var id = await node.Store.WriteAsync(session =>
        {
            problem = null;
            var answer = OnceKey.Run(session, once, node.Now, () =>
                (problem = act.Check(session, element, null)) is null ? Encoding.ASCII.GetBytes(Insert(session, by, kind, detail)) : []);
            if (problem is not null && once is not null)
            {
                OnceKey.Forget(session, once);   // what was refused may be proposed again
            }

            return answer;
        });
        return id is null ? (null, Problem.Of(ProblemKind.Conflict, "the idempotency key was used for something else"))
            : problem is not null ? (null, problem)
            : (node.Store.Read(session => Find(session, Encoding.ASCII.GetString(id))), null);
    }

    /// <summary>Approves a proposal, which carries it out, or refuses it. Only another person may who has the right to.</summary>
    /// <returns>Why not, or null.</returns>
    public Task<Problem?> DecideAsync(Actor by, string id, bool approve, string? reason) => ActAsync(by, id, reason, approve, (session, approval, act, payload) =>
        !MayDecide(by, approval) ? Forbidden()
        : approval.State != ApprovalState.Waiting ? Conflict()
        : Decide(session, by, approval, act, payload, approve ? ApprovalState.Approved : ApprovalState.Refused, reason, LedgerKind.Decided));

    /// <summary>Carries one's own proposal out alone, where nobody else who could decide is signed in.</summary>
    /// <returns>Why not, or null.</returns>
    public Task<Problem?> BreakGlassAsync(Actor by, string id, string? reason) => ActAsync(by, id, reason, true, (session, approval, act, payload) =>
        !IsReason(reason) ? Problem.Of(ProblemKind.Invalid, $"reason must have 1 to {LongestReason} characters")
        : !MayBreakGlass(session, by, approval, act, payload) ? Forbidden()
        : Decide(session, by, approval, act, payload, ApprovalState.Alone, reason, LedgerKind.BrokenGlass));

    /// <summary>Takes one's own proposal back.</summary>
    /// <returns>Why not, or null.</returns>
    public Task<Problem?> WithdrawAsync(Actor by, string id) => ActAsync(by, id, null, false, (session, approval, act, payload) =>
        !approval.IsBy(by) ? Forbidden()
        : approval.State != ApprovalState.Waiting ? Conflict()
        : Decide(session, by, approval, act, payload, ApprovalState.Withdrawn, null, LedgerKind.Decided));

    /// <summary>Agrees later to what was done alone, or objects to it.</summary>
    /// <returns>Why not, or null.</returns>
    public Task<Problem?> CloseAsync(Actor by, string id, bool agree, string? reason) => ActAsync(by, id, reason, false, (session, approval, _, _) =>
    {
        if (!MayDecide(by, approval))
        {
            return Forbidden();
        }

        if (approval.State != ApprovalState.Alone)
        {
            return Conflict();
        }

        var state = agree ? ApprovalState.Countersigned : ApprovalState.Objected;
        session.Execute("UPDATE approval SET state = @state, closer = @by, closed = @now WHERE id = @id", ("@state", Text(state)), ("@by", by.Id), ("@now", Now), ("@id", id));
        Note(session, LedgerKind.Closed, by, approval, state, reason);
        return null;
    });

    /// <summary>Looks at what one's own proposal opened; the look is in the ledger.</summary>
    public Task<(JsonNode? Opened, Problem? Problem)> LookAsync(Actor by, string id) => node.Store.WriteAsync<(JsonNode?, Problem?)>(session =>
    {
        if (Find(session, id) is not { } approval || !approval.IsBy(by))
        {
            return (null, Problem.Of(ProblemKind.NotFound));
        }

        if (!MayLook(by, approval) || Payload(session, approval) is not { } payload || _kinds[approval.Kind].Look(session, payload.Payload, approval) is not { } opened)
        {
            return (null, Problem.Of(ProblemKind.NotFound));
        }

        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Looked, node.Now, by).With("approval", id).With("act", approval.Kind));
        return (opened, null);
    });

    /// <summary>What an actor may see: everything for those who may decide, one's own for others; newest first.</summary>
    public IReadOnlyList<ApprovalView> List(Actor viewer, int most = 200) => node.Store.Read(session => session.Query($"{Columns} ORDER BY proposed DESC, id LIMIT @most", Row, ("@most", (long)most))
        .Where(approval => MaySee(viewer, approval)).Select(approval => View(session, viewer, approval)).ToList());

    /// <summary>One of them; null where there is none that the actor may see.</summary>
    public ApprovalView? Find(Actor viewer, string id) =>
        node.Store.Read(session => Find(session, id) is { } approval && MaySee(viewer, approval) ? View(session, viewer, approval) : null);

    /// <summary>Ends proposals whose time is over.</summary>
    public Task SweepAsync() => node.Store.WriteAsync(session =>
    {
        foreach (var approval in session.Query($"{Columns} WHERE state = 'waiting' AND expires <= @now", Row, ("@now", Now)))
        {
            session.Execute("UPDATE approval SET state = 'lapsed', decided = @now WHERE id = @id", ("@now", Now), ("@id", approval.Id));
            Note(session, LedgerKind.Decided, Actor.Node, approval, ApprovalState.Lapsed, null);
        }
    });

    private long Now => node.Now.ToUnixTimeMilliseconds();

    private static Problem Forbidden() => Problem.Of(ProblemKind.Forbidden);

    private static Problem Conflict() => Problem.Of(ProblemKind.Conflict, "this was decided already, or its time is over");

    private static bool MaySee(Actor viewer, Approval approval) => approval.IsBy(viewer) || IsSecond(viewer);

    private static bool IsSecond(Actor actor) => actor.Rights.HasFlag(Rights.Approve) && actor.Person is not null;

    /// <summary>Whether an actor may be the second person of this proposal.</summary>
    private static bool MayDecide(Actor actor, Approval approval) => IsSecond(actor) && !approval.IsBy(actor);

    private bool MayBreakGlass(ReadSession session, Actor by, Approval approval, IApprovable act, JsonElement payload) =>
        approval.State == ApprovalState.Waiting && by.Person is not null && approval.Proposer == by.Id && by.Rights.HasFlag(act.ToPropose) && act.MayBreakGlass(payload)
        && !sessions.SignedIn(session).Any(officer => officer.Rights.HasFlag(Rights.Approve) && officer.Id != by.Person);

    private bool MayLook(Actor by, Approval approval) =>
        approval.IsBy(by) && by.Person is not null && approval.Stands && _kinds[approval.Kind].Opens is { } opens && approval.Decided > node.Now - opens;

    private async Task<Problem?> ActAsync(Actor by, string id, string? reason, bool carriesOut, Func<WriteSession, Approval, IApprovable, JsonElement, Problem?> run)
    {
        if (reason is { Length: > LongestReason })
        {
            return Problem.Of(ProblemKind.Invalid, $"reason must have 1 to {LongestReason} characters");
        }

        var (problem, done, payload) = await node.Store.WriteAsync<(Problem?, Approval?, JsonElement)>(session =>
        {
            if (Find(session, id) is not { } approval || !MaySee(by, approval))
            {
                return (Problem.Of(ProblemKind.NotFound), null, default);
            }

            return Payload(session, approval) is { } kept
                ? (run(session, approval, _kinds[approval.Kind], kept.Payload), approval, kept.Payload)
                : (Conflict(), null, default);   // erased: there is nothing to decide about any more
        });
        if (problem is null && carriesOut)
        {
            await _kinds[done!.Kind].AfterwardsAsync(payload, done);
        }

        return problem;
    }

    private Problem? Decide(WriteSession session, Actor by, Approval approval, IApprovable act, JsonElement payload, ApprovalState state, string? reason, string kind)
    {
        if (state is ApprovalState.Approved or ApprovalState.Alone)
        {
            if (act.Check(session, payload, by) is { } problem)
            {
                return problem;
            }

            act.CarryOut(session, payload, approval with { Decider = by.Person ?? by.Id });   // in whose name the second person agreed
        }

        session.Execute("UPDATE approval SET state = @state, decider = @by, decided = @now WHERE id = @id", ("@state", Text(state)), ("@by", by.Id), ("@now", Now), ("@id", approval.Id));
        Note(session, kind, by, approval, state, reason);
        return null;
    }

    private string Insert(WriteSession session, Actor by, string kind, byte[] detail)
    {
        var id = "a-" + Convert.ToHexStringLower(node.Randomness.Bytes(6));
        var entry = node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Proposed, node.Now, by).With("approval", id).With("act", kind).WithDetail(detail));
        session.Execute(
            """
            INSERT INTO approval (id, kind, state, proposer, desk, person, log, idx, proposed, expires)
            VALUES (@id, @kind, 'waiting', @proposer, @desk, @person, @log, @idx, @now, @expires)
            """,
            ("@id", id), ("@kind", kind), ("@proposer", by.Id), ("@desk", by.Desk), ("@person", by.Person ?? Tokens.MakerOf(session, by.Id)), ("@log", node.Membership.Ledger.Find(session)), ("@idx", entry),
            ("@now", Now), ("@expires", (node.Now + Life).ToUnixTimeMilliseconds()));
        return id;
    }

    private ApprovalView View(ReadSession session, Actor viewer, Approval approval)
    {
        var (act, kept) = (_kinds.GetValueOrDefault(approval.Kind), Payload(session, approval));
        var waiting = approval.State == ApprovalState.Waiting && kept is not null && act is not null;
        return new ApprovalView(
            approval, act?.Name ?? new(approval.Kind, approval.Kind), kept is { } there && act is not null ? act.Describe(session, there.Payload) : Erased, kept?.Reason ?? "",
            waiting && MayDecide(viewer, approval), waiting && MayBreakGlass(session, viewer, approval, act!, kept!.Value.Payload),
            approval.State == ApprovalState.Alone && MayDecide(viewer, approval), act is not null && MayLook(viewer, approval), approval.IsBy(viewer));
    }

    private void Note(WriteSession session, string kind, Actor by, Approval approval, ApprovalState state, string? reason)
    {
        var note = new LedgerNote(kind, node.Now, by).With("approval", approval.Id).With("act", approval.Kind).With("state", Text(state));
        node.Membership.Ledger.Append(session, IsReason(reason) ? note.WithDetail(Detail(new JsonObject { ["reason"] = reason!.Trim() })) : note);
    }

    private byte[] Detail(JsonObject detail) => SaltedBody.Make(JsonSerializer.SerializeToUtf8Bytes(detail), node.Randomness);

    /// <summary>A proposal as it is in the store, for a command beside the node; null where there is none, or what was proposed is erased.</summary>
    public static (Approval Approval, JsonElement Payload)? Stored(ReadSession session, BodySealer sealer, string id) =>
        session.First($"{Columns} WHERE id = @id", Read, ("@id", id)) is { } approval && Payload(session, sealer, approval) is { } kept ? (approval, kept.Payload) : null;

    private (JsonElement Payload, string Reason)? Payload(ReadSession session, Approval approval) => Payload(session, node.Sealer, approval);

    private static (JsonElement Payload, string Reason)? Payload(ReadSession session, BodySealer sealer, Approval approval)
    {
        if (session.Body(approval.Log, approval.Entry) is not { } body || sealer.Open(body.Ciphertext, body.Secret) is not { } salted)
        {
            return null;
        }

        var json = JsonSerializer.Deserialize<JsonElement>(SaltedBody.Content(salted).Span);
        return (json.GetProperty("payload"), json.GetProperty("reason").GetString()!);
    }

    private Approval? Find(ReadSession session, string id) => session.First($"{Columns} WHERE id = @id", Row, ("@id", id));

    private Approval Row(System.Data.Common.DbDataReader row) =>
        Read(row) is { State: ApprovalState.Waiting } approval && approval.Expires <= node.Now ? approval with { State = ApprovalState.Lapsed } : Read(row);

    private static Approval Read(System.Data.Common.DbDataReader row) => new(
        row.GetString(0), row.GetString(1), Enum.Parse<ApprovalState>(row.GetString(2), ignoreCase: true), row.GetString(3), row.GetString(4), row.TextOrNull(5), row.Instant(6), row.Instant(7),
        row.TextOrNull(8), row.InstantOrNull(9), row.TextOrNull(10), row.InstantOrNull(11), row.GetInt64(12), row.GetInt64(13));

    private static string Text(ApprovalState state) => state.ToString().ToLowerInvariant();
}
