using Comity.Core.Access;
using Comity.Core.Registers;
using Comity.Core.Requests.Delivery;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;
using Comity.Core.Web;

namespace Comity.Core.Requests.Desk;

public sealed partial class RequestDesk
{
    /// <summary>The most in one page.</summary>
    public const int Most = 100;

    /// <summary>Requests that somebody may see, the one that changed last first.</summary>
    /// <param name="by">Who looks.</param>
    /// <param name="which">Whether a request is wanted.</param>
    /// <param name="before">Those that changed before this one did; null for the first page.</param>
    /// <param name="most">1 to <see cref="Most"/>.</param>
    /// <returns>The requests, and where to go on; null where there are no more.</returns>
    public (IReadOnlyList<RequestRow> Rows, RequestId? Next) List(Actor by, Func<RequestRow, bool> which, RequestId? before = null, int most = 50) => _node.Store.Read(session =>
    {
        List<RequestRow> rows = [];
        most = Math.Clamp(most, 1, Most);
        var from = before is { } last ? RequestBook.Row(session, last) : null;
        session.Each(
            $"{RequestRow.Columns} WHERE changed < @changed OR (changed = @changed AND id < @id) ORDER BY changed DESC, id DESC",
            found =>
            {
                var row = RequestRow.Read(found);
                if (which(row) && Gate.Decide(_node.Membership, by, new Act.Request(row.Realm, row.Purpose)) is null)
                {
                    rows.Add(row);
                }

                return rows.Count <= most;
            },
            ("@changed", from?.Changed.ToUnixTimeMilliseconds() ?? long.MaxValue), ("@id", from?.Id.ToString() ?? ""));
        return (rows.Take(most).ToList(), rows.Count > most ? rows[most - 1].Id : (RequestId?)null);
    });

    /// <summary>What is due, the first to run out first; what stands and what has no term last.</summary>
    /// <param name="by">Who looks.</param>
    /// <param name="mine">Only what this State owes.</param>
    /// <param name="most">1 to 1000.</param>
    public IReadOnlyList<DueView> Due(Actor by, bool mine = false, int most = 200) => _node.Store.Read(session =>
    {
        List<ClockRow> due = [];
        session.Each(
            ClockRow.Select + " ORDER BY CASE WHEN c.due IS NULL THEN 1 ELSE 0 END, c.due, c.request, c.clock",
            found =>
            {
                var clock = ClockRow.Read(found);
                if (Gate.Decide(_node.Membership, by, new Act.Request(clock.Row.Realm, clock.Row.Purpose)) is null && (!mine || IsMine(clock)))
                {
                    due.Add(clock);
                }

                return due.Count < Math.Clamp(most, 1, 1000);
            });
        return due.Select(clock => View(session, clock)).OfType<DueView>().ToList();
    });

    /// <summary>A request with all that is known of it; that somebody looked at what was said is in the ledger.</summary>
    public async Task<Answer<RequestView>> FindAsync(Actor by, RequestId id)
    {
        if (Visible(by, id) is null)
        {
            return NotFound(by);
        }

        return await _node.Store.WriteAsync(session =>
        {
            Note(session, by, id, "read");
            return View(session, by, RequestBook.Row(session, id)!);
        });
    }

    private RequestView View(ReadSession session, Actor by, RequestRow row)
    {
        var kind = row.Phase == Phase.Draft ? _book.Kinds.Find(row.Kind) : _book.Kinds.Find(session, row.Digest);
        var kept = RequestBook.Events(session, row.Id).ToDictionary(item => item.Event.Id);
        var state = kind is null ? null : Fold.Of(kind, kept.Values.Select(item => item.Event));
        var waits = session.Query(
            "SELECT e.id, o.queued, o.failure FROM request_event e JOIN outbox o ON o.id = e.sent WHERE e.request = @id AND o.receipt IS NULL",
            found => (Id: EventId.FromBytes(found.Bytes(0)), Queued: found.Instant(1), Failure: found.TextOrNull(2)), ("@id", row.Id.ToString()));
        var line = (state?.Timeline ?? []).Select(entry => Happened(session, kind!, entry, kept[entry.Event.Id], waits.Any(wait => wait.Id == entry.Event.Id))).ToList();
        var draft = row.Phase == Phase.Draft ? ReadDraft(session, row.Id).Body : null;
        return new RequestView(
            row, kind, state, draft, line, Clocks(session, row), Named(session, row.Id, kind, draft, line), state is null ? [] : May(session, by, row, state),
            waits.Where(wait => wait.Failure is null).Select(wait => (DateTimeOffset?)wait.Queued).Min(), waits.Select(wait => wait.Failure).FirstOrDefault(failure => failure is not null));
    }

    private HappenedView Happened(ReadSession session, RequestKind kind, TimelineEntry entry, KeptEvent kept, bool waits)
    {
        var said = entry.Event.From == _node.Membership.Self ? _book.Whole(session, entry.Event) : _book.Body(session, entry.Event);
        return new HappenedView(
            entry, kind.Act(entry.Event.Facts.Act ?? "")?.Title ?? TitleOf(entry.Event.Type), said, entry.Event.Commitment is not null && said is null, kept.Received, kept.Entry, waits);
    }

    private List<DueView> Clocks(ReadSession session, RequestRow row) =>
    [
        .. session.Query(ClockRow.Select + " WHERE c.request = @id ORDER BY CASE WHEN c.due IS NULL THEN 1 ELSE 0 END, c.due, c.clock", ClockRow.Read, ("@id", row.Id.ToString()))
            .Select(clock => View(session, clock)).OfType<DueView>(),
    ];

    private DueView? View(ReadSession session, ClockRow at)
    {
        if (_book.Kinds.Find(session, at.Row.Digest) is not { } kind || kind.Clocks.FirstOrDefault(known => known.Name == at.Clock) is not { } clock)
        {
            return null;
        }

        var state = at.Paused is not null ? DueState.Paused : at.Due <= _node.Now ? DueState.Over : at.Alarm <= _node.Now ? DueState.Alarmed : DueState.Running;
        return new DueView(at.Row, clock.Name, clock.Title, clock.Owed, IsMine(at), at.Started, at.Earliest, at.Due, state, at.Paused, at.Stated, kind.Source(clock.Source ?? "")?.Title);
    }

    private bool IsMine(ClockRow clock) => clock.Owed == Side.Either || (clock.Owed == Side.Asking) == (clock.Row.Asker == _node.Membership.Self);

    private static List<RequestFileView> Named(ReadSession session, RequestId id, RequestKind? kind, EventBody? draft, IEnumerable<HappenedView> line)
    {
        var kept = RequestFiles.List(session, id).ToDictionary(file => file.Sha256, StringComparer.Ordinal);
        return
        [
            .. line.SelectMany(item => item.Said?.AllFiles(kind?.Act(item.Entry.Event.Facts.Act ?? "")) ?? []).Concat(draft?.AllFiles(kind?.Act(RequestKind.Ask)) ?? []).DistinctBy(file => file.Sha256)
                .Select(file => kept.TryGetValue(file.Sha256, out var there) ? new RequestFileView(file, there.State, there.Have) : new RequestFileView(file, "missing", 0)),
        ];
    }

    /// <summary>Every act that would be taken from the viewer as things stand; what must be said with it is not asked yet.</summary>
    private List<MayDo> May(ReadSession session, Actor by, RequestRow row, RequestState state)
    {
        var party = _acts.PartyOf(row);
        var free = Saying.Free.Select(type => (Act: (KindAct?)null, Type: type, Name: type.Text(), Title: TitleOf(type)));
        return by.Person is not { } person ? [] :
        [
            .. state.Kind.Acts.Where(act => act.Step != RequestStep.Ask).Select(act => (Act: (KindAct?)act, Type: EventTypes.Of(act.Step), act.Name, act.Title)).Concat(free)
                .Where(item => _acts.Authority(session, person, state.Kind, item.Act, party) is { } authority && WouldStand(state, item.Type, item.Act, authority))
                .Select(item => new MayDo(item.Name, item.Title, item.Act is { NeedsTwoPersons: true })),
        ];
    }

    private bool WouldStand(RequestState state, EventType type, KindAct? act, Authority authority)
    {
        var facts = new EventFacts
        {
            Act = act?.Name,
            Ground = type == EventType.Refuse ? state.Kind.Grounds.FirstOrDefault()?.Name ?? "" : null,
            About = type is EventType.Take or EventType.Decline ? state.Offer?.Id ?? state.Opened.Id : null,
            Clock = type == EventType.Pause ? state.Kind.Clocks.FirstOrDefault(clock => clock.MayPause && !state.Paused.ContainsKey(clock.Name))?.Name ?? "" : type == EventType.Resume ? state.Paused.Keys.FirstOrDefault() ?? "" : null,
        };
        return Fold.Fault(state, RequestEvent.Make(state.Opened.Request, type, _node.Membership.Self, _node.Now, state.Heads, authority, null, null, facts)) is null or EventFault.OnePerson;
    }

    private static Words TitleOf(EventType type) => type switch
    {
        EventType.Deliver => new("Delivered", "Remise"),
        EventType.Decline => new("Decline the conditions", "Décliner les conditions"),
        EventType.Pause => new("Stop a clock", "Suspendre un délai"),
        EventType.Resume => new("Let the clock go on", "Reprendre le délai"),
        EventType.Schedule => new("Terms stated", "Échéances indiquées"),
        EventType.Expire => new("The term ran out", "Échéance dépassée"),
        EventType.Supply => new("What was to leave once accepted", "Ce qui devait partir après acceptation"),
        EventType.Message => new("Message", "Message"),
        _ => new(type.Text(), type.Text()),
    };
}
