using Comity.Core.Access;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Requests.Clocks;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;

namespace Comity.Core.Requests.Keeping;

/// <summary>Keeps requests: their events, which only grow, and what was said, which is erased in its time. Everything happens in the caller's transaction.</summary>
/// <param name="node">Store, keys, clock.</param>
/// <param name="kinds">The kinds.</param>
/// <param name="calendar">This State's calendar.</param>
public sealed class RequestBook(NodeContext node, KindShelf kinds, WorkCalendar calendar)
{
    /// <summary>The kinds.</summary>
    public KindShelf Kinds => kinds;

    /// <summary>This State's calendar.</summary>
    public WorkCalendar Calendar => calendar;

    /// <summary>A request's line; null where there is none.</summary>
    public static RequestRow? Row(ReadSession session, RequestId id) => session.First($"{RequestRow.Columns} WHERE id = @id", RequestRow.Read, ("@id", id.ToString()));

    /// <summary>A request's state; null where it is a draft, or its kind's wording is known here no more.</summary>
    public RequestState? State(ReadSession session, RequestRow row) => kinds.Find(session, row.Digest) is { } kind ? Fold.Of(kind, Events(session, row.Id).Select(kept => kept.Event)) : null;

    /// <summary>A request's events as they were signed, in the order in which they came.</summary>
    public static IReadOnlyList<KeptEvent> Events(ReadSession session, RequestId id) => session.Query(
        "SELECT signed, received, entry FROM request_event WHERE request = @id ORDER BY received, entry",
        row => new KeptEvent(Unsigned(row.GetString(0)), row.GetString(0), row.Instant(1), row.GetInt64(2)), ("@id", id.ToString()));

    /// <summary>Keeps an event that was judged, with what it says; does nothing where it is here.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="row">The request's line; it is written with the first event.</param>
    /// <param name="made">The event.</param>
    /// <param name="signed">As signed.</param>
    /// <param name="body">The salted body; null for none.</param>
    /// <param name="by">Who acts here: an officer, or the node that takes in what a partner did.</param>
    /// <param name="sent">The message by which it goes to the other side; null where it came from there.</param>
    /// <returns>How the request stands after it.</returns>
    public RequestState Add(WriteSession session, RequestRow row, RequestEvent made, string signed, byte[]? body, Actor by, Guid? sent = null)
    {
        if (made.Type == EventType.Ask)
        {
            Open(session, row);
        }

        if (session.First("SELECT 1 FROM request_event WHERE request = @id AND id = @event", found => found.GetInt32(0), ("@id", row.Id.ToString()), ("@event", made.Id.ToBytes())) == 0)
        {
            var entry = node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.RequestEvent, node.Now, by)
                .With("request", row.Id.ToString()).With("type", made.Type.Text()).With("from", made.From.ToString()).With("event", made.Id.ToBytes()).With("realm", row.Realm.Text()));
            session.Execute(
                "INSERT INTO request_event (request, id, signed, received, entry, sent) VALUES (@request, @id, @signed, @now, @entry, @sent)",
                ("@request", row.Id.ToString()), ("@id", made.Id.ToBytes()), ("@signed", signed), ("@now", Now), ("@entry", entry), ("@sent", sent?.ToString()));
            if (body is not null)
            {
                Seal(session, row.Id, made.Id.ToString(), body);
            }
        }

        return Refresh(session, row);
    }

    /// <summary>Seals something said under a name, in the place of what was there.</summary>
    public void Seal(WriteSession session, RequestId id, string name, byte[] body)
    {
        var sealed_ = node.Sealer.Seal(body);
        Erase(session, id, name);
        session.Execute("INSERT INTO request_body (request, name, body) VALUES (@id, @name, @body)", ("@id", id.ToString()), ("@name", name), ("@body", sealed_.Ciphertext));
        session.Execute("INSERT INTO request_key (request, name, secret) VALUES (@id, @name, @secret)", ("@id", id.ToString()), ("@name", name), ("@secret", sealed_.Secret));
    }

    /// <summary>Opens what was sealed under a name; null where there is nothing, or it was erased.</summary>
    public byte[]? Unseal(ReadSession session, RequestId id, string name)
    {
        var (body, secret) = session.First(
            "SELECT b.body, k.secret FROM request_body b JOIN request_key k ON k.request = b.request AND k.name = b.name WHERE b.request = @id AND b.name = @name",
            row => (row.Bytes(0), row.Bytes(1)), ("@id", id.ToString()), ("@name", name));
        return body is null ? null : node.Sealer.Open(body, secret);
    }

    /// <summary>What an event said; null where it said nothing, or it was erased.</summary>
    public EventBody? Body(ReadSession session, RequestEvent made) => made.Commitment is null || Unseal(session, made.Request, made.Id.ToString()) is not { } salted
        ? null : EventBody.Read(SaltedBody.Content(salted), out _);

    /// <summary>All that this State said with an act of its own, also what did not leave; of others' acts, what came.</summary>
    public EventBody? Whole(ReadSession session, RequestEvent made) =>
        Unseal(session, made.Request, OwnName(made.Id)) is { } own ? EventBody.Read(SaltedBody.Content(own), out _) : Body(session, made);

    /// <summary>Under which name the whole of an own act is sealed, where not all of it left.</summary>
    public static string OwnName(EventId id) => $"{id}.own";

    /// <summary>The act whose fields an event carries: its own, or the one that it supplies more to.</summary>
    public static KindAct? ActOf(RequestKind kind, IEnumerable<RequestEvent> events, RequestEvent made) =>
        kind.Act(made.Facts.Act ?? (made.Type == EventType.Supply ? events.FirstOrDefault(seen => seen.Id == made.Facts.About)?.Facts.Act : null) ?? "");

    /// <summary>Destroys what was sealed under a name.</summary>
    public static void Erase(WriteSession session, RequestId id, string name)
    {
        (string, object?)[] which = [("@id", id.ToString()), ("@name", name)];
        session.Execute("DELETE FROM request_key WHERE request = @id AND name = @name", which);
        session.Execute("DELETE FROM request_body WHERE request = @id AND name = @name", which);
        session.NoteErased();
    }

    /// <summary>The clocks of a request that run or stand.</summary>
    /// <param name="session">The state of the store.</param>
    /// <param name="state">The request.</param>
    /// <param name="stated">False to reckon anew what this State said before.</param>
    public IReadOnlyList<RunningClock> Clocks(ReadSession session, RequestState state, bool stated = true) => RequestClocks.Of(state, calendar, made => Body(session, made)?.Content, stated);

    private long Now => node.Now.ToUnixTimeMilliseconds();

    private void Open(WriteSession session, RequestRow row)
    {
        if (Row(session, row.Id) is not { } there)
        {
            row.Insert(session);
        }
        else if (there.Phase == Phase.Draft)
        {
            session.Execute("UPDATE request SET opened = @opened, digest = @digest WHERE id = @id", ("@opened", row.Opened.ToUnixTimeMilliseconds()), ("@digest", row.Digest.ToString()), ("@id", row.Id.ToString()));
        }

        if (kinds.Find(session, row.Digest) is { } kind)
        {
            KindShelf.Keep(session, kind);
        }
    }

    private RequestState Refresh(WriteSession session, RequestRow row)
    {
        var state = State(session, row) ?? throw new InvalidOperationException("An event was kept of a request that has no state.");
        session.Execute(
            "UPDATE request SET phase = @phase, changed = @now, ended = CASE WHEN @over = 0 THEN NULL ELSE COALESCE(ended, @now) END WHERE id = @id",
            ("@phase", state.Phase.Text()), ("@now", Now), ("@over", state.Phase.IsOver() ? 1L : 0L), ("@id", row.Id.ToString()));
        session.Execute("DELETE FROM request_clock WHERE request = @id", ("@id", row.Id.ToString()));
        foreach (var running in Clocks(session, state))
        {
            session.Execute(
                """
                INSERT INTO request_clock (request, clock, owed, started, earliest, due, alarm, paused, stated)
                VALUES (@request, @clock, @owed, @started, @earliest, @due, @alarm, @paused, @stated)
                """,
                ("@request", row.Id.ToString()), ("@clock", running.Clock.Name), ("@owed", running.Clock.Owed.ToString().ToLowerInvariant()), ("@started", running.Started.ToUnixTimeMilliseconds()),
                ("@earliest", running.Earliest?.ToUnixTimeMilliseconds()), ("@due", running.Due?.ToUnixTimeMilliseconds()),
                ("@alarm", running.NextAlarm(calendar, DateTimeOffset.MinValue)?.ToUnixTimeMilliseconds()), ("@paused", running.Paused?.ToUnixTimeMilliseconds()), ("@stated", running.Stated ? 1L : 0L));
        }

        return state;
    }

    // What is here was verified when it came; a store that was altered is for the ledger to show.
    private static RequestEvent Unsigned(string signed) =>
        RequestEvent.Read(StrictBase64Url.TryDecode(signed.Split('.')[1], out var payload) ? payload : [], out _) ?? throw new StorageException("A stored event of a request is damaged.", away: false);
}

/// <summary>An event as it is kept.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Signed">As its author signed it.</param>
/// <param name="Received">When it came here.</param>
/// <param name="Entry">Its entry in the ledger.</param>
public sealed record KeptEvent(RequestEvent Event, string Signed, DateTimeOffset Received, long Entry);
