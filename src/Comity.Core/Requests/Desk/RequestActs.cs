using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.TwoPersons;
using Comity.Core.Exchange;
using Comity.Core.Registers;
using Comity.Core.Requests.Delivery;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;

namespace Comity.Core.Requests.Desk;

/// <summary>Acts of requests for which the kind asks for two persons: what is to be said waits sealed beside the request, not in the proposal.</summary>
internal sealed class RequestActs(NodeContext node, RequestBook book, RequestMaker maker) : IApprovable
{
    /// <summary>The kind.</summary>
    public const string KindName = "request-act";

    /// <inheritdoc/>
    public string Kind => KindName;

    /// <inheritdoc/>
    public Words Name => new("Act in a request between States", "Acte dans une demande entre États");

    /// <inheritdoc/>
    public Rights ToPropose => Rights.Request;

    /// <inheritdoc/>
    public bool MayBreakGlass(JsonElement payload) => false;

    /// <summary>The side that this State is.</summary>
    public Party PartyOf(RequestRow row) => row.Asker == node.Membership.Self ? Party.Asker : Party.Asked;

    /// <summary>In whose name an officer does an act: in the first role that may; null where none may.</summary>
    public Authority? Authority(ReadSession session, string person, RequestKind kind, KindAct? act, Party party, bool asSecond = false)
    {
        var allowed = act is null ? EventRules.RolesOf(kind, party) : asSecond ? act.Approves : act.Drafts;
        return OfficerBook.Find(session, person) is { Active: true } officer && officer.Roles.Where(allowed.Contains).Cast<Role?>().FirstOrDefault() is { } role
            ? new Authority(officer.Desk, role.Text(), officer.Id) : null;
    }

    /// <summary>Seals what is to be said, and makes the proposal.</summary>
    public JsonObject Prepare(WriteSession session, RequestRow row, Making making)
    {
        var name = "proposed-" + Convert.ToHexStringLower(node.Randomness.Bytes(8));
        foreach (var (suffix, body) in new[] { ("", making.Said), (".own", making.Own) })
        {
            if (body is not null)
            {
                book.Seal(session, row.Id, name + suffix, body);
            }
        }

        // The codes travel in an event's own JSON, so that there is one way to write them.
        var codes = RequestEvent.Make(row.Id, making.Type, node.Membership.Self, node.Now, making.Type == EventType.Ask ? [] : [EventId.FromBytes(new byte[32])], Requests.Authority.Node, null, null, making.Facts);
        return new JsonObject { ["request"] = row.Id.ToString(), ["codes"] = JsonNode.Parse(codes.Payload.Span), ["said"] = making.Said is null ? null : name };
    }

    /// <inheritdoc/>
    public Words Describe(ReadSession session, JsonElement payload) =>
        Read(session, payload) is var (row, kind, codes, _) && kind is not null && kind.Act(codes.Facts.Act ?? "") is { } act
            ? new($"{act.Title.En}: {kind.Title.En}, request {row.Id} to {row.Asked}", $"{act.Title.Fr} : {kind.Title.Fr}, demande {row.Id} à {row.Asked}")
            : new("A request that is here no more", "Une demande qui n’est plus ici");

    /// <inheritdoc/>
    public Problem? Check(ReadSession session, JsonElement payload, Actor? decider)
    {
        if (Read(session, payload) is not var (row, kind, codes, _) || kind is null || kind.Act(codes.Facts.Act ?? "") is not { } act)
        {
            return Problem.Of(ProblemKind.NotFound);
        }

        if (decider is not null && (Gate.Decide(node.Membership, decider, new Act.Request(row.Realm, row.Purpose)) is not null
            || Authority(session, decider.Person!, kind, act, PartyOf(row), asSecond: true) is null))
        {
            return Problem.Of(ProblemKind.Forbidden);
        }

        // Who acts is known only when it is carried out; whether the act has sense now does not hang on it.
        var (first, second) = (new Authority("desk", act.Drafts[0].Text(), "1"), new Authority("desk", act.Approves.Select(role => role.Text()).FirstOrDefault() ?? "", "2"));
        return maker.Fault(session, row, kind, new Making(codes.Type, first, second, codes.Facts)) is { } fault ? Explain(fault) : null;
    }

    /// <inheritdoc/>
    public void CarryOut(WriteSession session, JsonElement payload, Approval approval)
    {
        var (row, kind, codes, said) = Read(session, payload)!.Value;
        var act = kind!.Act(codes.Facts.Act!)!;
        var body = said is null ? null : book.Unseal(session, row.Id, said);
        if (approval.Person is not { } proposer || approval.Decider is not { } decider || Authority(session, proposer, kind, act, PartyOf(row)) is not { } first
            || Authority(session, decider, kind, act, PartyOf(row), asSecond: true) is not { } second)
        {
            throw new InvalidOperationException("An act was agreed to by somebody who may not.");
        }

        var opened = codes.Type == EventType.Ask ? row with { Digest = kind.Digest, Opened = node.Now } : row;
        var own = said is null ? null : book.Unseal(session, row.Id, said + ".own");
        var making = new Making(codes.Type, first, second, codes.Facts, body, Letter.Encrypt(node, row.Other(node.Membership.Self), body), own);
        var state = maker.Make(session, opened, kind, making, approval.By, out var fault);
        if (fault is { } why)
        {
            throw new InvalidOperationException($"An act that had sense a moment ago is refused: {why.Text()}.");
        }

        maker.React(session, opened, state!);
        if (said is not null)
        {
            RequestBook.Erase(session, row.Id, said);
            RequestBook.Erase(session, row.Id, said + ".own");
        }

        if (codes.Type == EventType.Ask)
        {
            RequestBook.Erase(session, row.Id, "draft");
        }
    }

    /// <summary>Why an event would be refused, for whoever wants to make it.</summary>
    public static Problem Explain(EventFault fault) => Problem.Of(fault is EventFault.RoleMayNot or EventFault.OnePerson ? ProblemKind.Forbidden : ProblemKind.Conflict, fault.Text());

    private (RequestRow Row, RequestKind? Kind, RequestEvent Codes, string? Said)? Read(ReadSession session, JsonElement payload)
    {
        if (!RequestId.TryParse(payload.GetProperty("request").GetString(), out var id) || RequestBook.Row(session, id) is not { } row
            || RequestEvent.Read(JsonSerializer.SerializeToUtf8Bytes(payload.GetProperty("codes")), out _) is not { } codes)
        {
            return null;
        }

        return (row, row.Phase == Phase.Draft ? book.Kinds.Find(row.Kind) : book.Kinds.Find(session, row.Digest), codes, payload.GetProperty("said").GetString());
    }
}
