using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests;

/// <summary>Makes the state of a request from its events. docs/protocol/request.md, section 4.</summary>
public static class Fold
{
    /// <summary>The state; null where no first event is among them that may open a request of this kind.</summary>
    /// <param name="kind">The kind that the first event names.</param>
    /// <param name="events">Any set of authentic events, in any order; the same one twice is one.</param>
    public static RequestState? Of(RequestKind kind, IEnumerable<RequestEvent> events)
    {
        var known = events.DistinctBy(item => item.Id).ToDictionary(item => item.Id);
        var opened = known.Values.Where(item => item.Type == EventType.Ask && EventRules.MayOpen(kind, item) is null).OrderBy(item => item.Id).FirstOrDefault();
        if (opened is null)
        {
            return null;
        }

        var (all, places, waiting) = Place(known);
        foreach (var placed in all)
        {
            placed.Fault = EventRules.Judge(kind, opened, placed, opened.Id == placed.Event.Id || placed.Past[places[opened.Id]] ? View.Of(kind, all, placed.Past) : null);
        }

        var everything = new Places(all.Count);
        for (var i = 0; i < all.Count; i++)
        {
            everything.Add(i);
        }

        return State(kind, opened, all, View.Of(kind, all, everything), waiting);
    }

    /// <summary>Why an event that is about to be made would be refused; null where it would not.</summary>
    /// <param name="state">The state that its author sees, all of it.</param>
    /// <param name="next">The event; what it names as seen is left to the author.</param>
    public static EventFault? Fault(RequestState state, RequestEvent next) =>
        Of(state.Kind, [.. state.Timeline.Select(line => line.Event), next])!.Timeline.First(line => line.Event.Id == next.Id).Fault;

    /// <summary>Causes before effects, then by time and name; what lacks a cause waits.</summary>
    private static (List<Placed> All, Dictionary<EventId, int> Places, List<EventId> Waiting) Place(Dictionary<EventId, RequestEvent> known)
    {
        var places = new Dictionary<EventId, int>(known.Count);
        var (missing, effects) = (new Dictionary<EventId, int>(known.Count), known.Values.SelectMany(item => item.Seen.Select(seen => (seen, item))).ToLookup(pair => pair.seen, pair => pair.item));
        var ready = new PriorityQueue<RequestEvent, (DateTimeOffset, EventId)>();
        foreach (var item in known.Values)
        {
            missing[item.Id] = item.Seen.Count;
            if (item.Seen.Count == 0)
            {
                ready.Enqueue(item, (item.At, item.Id));
            }
        }

        List<Placed> all = new(known.Count);
        while (ready.TryDequeue(out var item, out _))
        {
            var past = new Places(known.Count);
            foreach (var seen in item.Seen.Select(seen => places[seen]).Select(place => (Place: place, all[place].Past)))
            {
                past.Add(seen.Place);
                past.Add(seen.Past);
            }

            places[item.Id] = all.Count;
            all.Add(new Placed(item, past));
            foreach (var effect in effects[item.Id].Where(effect => --missing[effect.Id] == 0))
            {
                ready.Enqueue(effect, (effect.At, effect.Id));
            }
        }

        return (all, places, [.. missing.Where(left => left.Value > 0).Select(left => left.Key).Order()]);
    }

    private static RequestState State(RequestKind kind, RequestEvent opened, List<Placed> all, View view, List<EventId> waiting)
    {
        var seen = new Places(all.Count);
        foreach (var placed in all.Where(placed => placed.Fault is null))
        {
            seen.Add(placed.Past);
        }

        return new RequestState
        {
            Kind = kind,
            Opened = opened,
            Phase = view.Phase,
            Decider = view.Decider.Id,
            Timeline = [.. all.Select((placed, place) => Line(placed, view.Overtaken(place)))],
            Waiting = waiting,
            Heads = [.. all.Where((placed, place) => placed.Fault is null && !seen[place]).Select(placed => placed.Event.Id).TakeLast(RequestEvent.MostSeen).Order()],
            Offer = view.Offer,
            Bound = view.Bound(kind),
            Ground = view.Phase == Phase.Refused ? view.Decider.Facts.Ground : null,
            Dues = view.Dues(),
            Paused = view.Paused(),
            TransferredTo = view.Phase == Phase.TransferredAway ? view.Decider.Facts.Member : null,
        };
    }

    private static TimelineEntry Line(Placed placed, (EventId By, Registers.Words Why)? overtaken) =>
        placed.Fault is { } fault ? new TimelineEntry(placed.Event, EventStanding.Refused, fault)
        : overtaken is { } holder ? new TimelineEntry(placed.Event, EventStanding.Overtaken, By: holder.By, Why: holder.Why)
        : new TimelineEntry(placed.Event, EventStanding.Stands);
}
