using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Requests.Clocks;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;

namespace Comity.Core.Requests.Delivery;

/// <summary>What somebody here is about to do to a request.</summary>
/// <param name="Type">What.</param>
/// <param name="By">In whose name.</param>
/// <param name="Second">The second person; null for none.</param>
/// <param name="Facts">In codes.</param>
/// <param name="Said">The salted body; null for none.</param>
/// <param name="Encrypted">The same, encrypted to the other side.</param>
/// <param name="Own">The whole of it, as this State keeps it, where not all of it leaves; salted; null where all does.</param>
internal sealed record Making(EventType Type, Authority By, Authority? Second, EventFacts Facts, byte[]? Said = null, string? Encrypted = null, byte[]? Own = null);

/// <summary>Makes this State's events: judged as the other side will judge them, signed, kept and queued in one transaction.</summary>
/// <param name="node">Store, keys, clock.</param>
/// <param name="book">Where requests are kept.</param>
/// <param name="files">Their files.</param>
/// <param name="signal">Rung when something is queued.</param>
internal sealed class RequestMaker(NodeContext node, RequestBook book, RequestFiles files, Contacts.NewsSignal signal)
{
    private MemberCode Self => node.Membership.Self;

    /// <summary>Makes an event; null, with why, where it would be refused.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="row">The request's line.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="making">What is to happen.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="fault">Why not.</param>
    public RequestState? Make(WriteSession session, RequestRow row, RequestKind kind, Making making, Actor actor, out EventFault? fault)
    {
        var events = RequestBook.Events(session, row.Id).Select(kept => kept.Event).ToList();
        var before = Fold.Of(kind, events);
        var made = New(row, before, making, making.Facts, events);
        var after = Fold.Of(kind, [.. events, made]);
        fault = after is null ? EventRules.MayOpen(kind, made) : after.Timeline.First(line => line.Event.Id == made.Id).Fault;
        if (fault is not null || events.Count >= RequestState.MostEvents)
        {
            fault ??= EventFault.NoSense;
            return null;
        }

        if (Self == row.Asked && Reckon(session, after!, (made, making.Said)) is { } dues && !Same(dues, before?.Dues))
        {
            made = New(row, before, making, making.Facts with { Dues = dues }, events);
        }

        var signed = made.Sign(node.Membership.Keys.Current(KeyUse.Signing).Signer);
        files.Share(session, row, RequestBook.ActOf(kind, events, made), making.Said);
        var sent = Outbox.Queue(session, node, row.Other(Self), RequestPost.ServiceName, row.Realm, new Letter(signed, making.Encrypted).ToJson(), row.Purpose.ToString());
        session.AfterCommit(signal.Ring);
        if (making.Own is { } own)
        {
            book.Seal(session, row.Id, RequestBook.OwnName(made.Id), own);
        }

        return book.Add(session, row, made, signed, making.Said, actor, sent);
    }

    /// <summary>Why an event would be refused as things stand; null where it would not.</summary>
    public EventFault? Fault(ReadSession session, RequestRow row, RequestKind kind, Making making)
    {
        var events = RequestBook.Events(session, row.Id).Select(kept => kept.Event).ToList();
        var made = New(row, Fold.Of(kind, events), making, making.Facts, events);
        return Fold.Of(kind, [.. events, made]) is { } after ? after.Timeline.First(line => line.Event.Id == made.Id).Fault : EventRules.MayOpen(kind, made);
    }

    /// <summary>What this node does by itself after something came: says that it has it, and when terms end.</summary>
    public RequestState React(WriteSession session, RequestRow row, RequestState state)
    {
        state = Supply(session, row, state);
        if (Self != row.Asked)
        {
            return state;
        }

        var type = state.Phase == Phase.Sent ? EventType.Deliver : EventType.Schedule;
        return type == EventType.Schedule && Same(Reckon(session, state, null), state.Dues) ? state
            : Make(session, row, state.Kind, new Making(type, Authority.Node, null, EventFacts.None), Actor.Node, out _) ?? state;
    }

    /// <summary>Whether what leaves once the other side has accepted may leave.</summary>
    public bool Accepted(RequestState? state) => state is not null && state.Phase is not (Phase.Offered or Phase.Declined or Phase.Withdrawn or Phase.Refused or Phase.Expired or Phase.Closed or Phase.TransferredAway)
        && (Self == state.Asked || state.Standing.Any(seen => seen.Type is EventType.Accept or EventType.Take));

    /// <summary>Sends what was kept back until the other side accepted.</summary>
    private RequestState Supply(WriteSession session, RequestRow row, RequestState state)
    {
        if (!Accepted(state))
        {
            return state;
        }

        var supplied = state.Standing.Where(seen => seen.Type == EventType.Supply).Select(seen => seen.Facts.About).ToHashSet();
        foreach (var made in state.Standing.Where(seen => seen.From == Self && seen.Facts.Act is not null && !supplied.Contains(seen.Id)).ToList())
        {
            if (state.Kind.Act(made.Facts.Act!) is { } act && act.Fields.Any(field => field.Leaves == Leaving.OnceAccepted) && book.Whole(session, made) is { Content: { } whole } body
                && Later(act, whole) is { } content)
            {
                var said = SaltedBody.Make((body with { Content = content, Text = null, Files = [] }).ToJson(), node.Randomness);
                state = Make(session, row, state.Kind, new Making(EventType.Supply, Authority.Node, null, new EventFacts { About = made.Id }, said, Letter.Encrypt(node, row.Other(Self), said)), Actor.Node, out _) ?? state;
            }
        }

        return state;

        static JsonElement? Later(KindAct act, JsonElement whole) =>
            act.Fields.Any(field => field.Leaves == Leaving.OnceAccepted && whole.TryGetProperty(field.Name, out _))
                ? JsonSerializer.SerializeToElement(act.Fields.Where(field => field.Leaves != Leaving.Never && whole.TryGetProperty(field.Name, out _)).ToDictionary(field => field.Name, field => whole.GetProperty(field.Name)))
                : null;
    }

    private RequestEvent New(RequestRow row, RequestState? before, Making making, EventFacts facts, List<RequestEvent> events)
    {
        // Later than what this State did before, also where its clock was set back.
        var last = events.Where(item => item.From == Self).Select(item => item.At).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
        return RequestEvent.Make(
            row.Id, making.Type, Self, node.Now > last ? node.Now : last.AddMilliseconds(1), before?.Heads ?? [], making.By, making.Second,
            making.Said is null ? null : SaltedBody.Digest(making.Said), facts);
    }

    /// <summary>When each clock ends by this State's calendar, an event that is about to be made taken into account.</summary>
    private Dictionary<string, DateTimeOffset> Reckon(ReadSession session, RequestState state, (RequestEvent Made, byte[]? Said)? next)
    {
        var clocks = RequestClocks.Of(state, book.Calendar, Content, stated: false);
        return clocks.Where(running => running.Due is not null).Take(EventFacts.MostClocks).ToDictionary(
            running => running.Clock.Name, running => DateTimeOffset.FromUnixTimeMilliseconds(running.Due!.Value.ToUnixTimeMilliseconds()), StringComparer.Ordinal);

        JsonElement? Content(RequestEvent seen) =>
            seen.Id != next?.Made.Id ? book.Body(session, seen)?.Content : next.Value.Said is { } said ? EventBody.Read(SaltedBody.Content(said), out _)?.Content : null;
    }

    private static bool Same(IReadOnlyDictionary<string, DateTimeOffset> one, IReadOnlyDictionary<string, DateTimeOffset>? other) =>
        one.Count == (other?.Count ?? 0) && one.All(due => other!.TryGetValue(due.Key, out var there) && there == due.Value);
}
