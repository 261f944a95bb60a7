using System.Numerics;
using Comity.Core.Registers;
using Comity.Core.Requests.Kinds;

namespace Comity.Core.Requests;

/// <summary>A set of places in a history of at most so many events.</summary>
internal readonly struct Places
{
    private readonly ulong[] _words;

    public Places(int count) => _words = new ulong[(count + 63) / 64];

    public bool this[int place] => (_words[place >> 6] >> (place & 63) & 1) == 1;

    public void Add(int place) => _words[place >> 6] |= 1UL << (place & 63);

    public void Add(Places others)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] |= others._words[i];
        }
    }

    public IEnumerable<int> Backwards()
    {
        for (var i = _words.Length - 1; i >= 0; i--)
        {
            for (var word = _words[i]; word != 0;)
            {
                var bit = 63 - BitOperations.LeadingZeroCount(word);
                word &= ~(1UL << bit);
                yield return (i << 6) + bit;
            }
        }
    }
}

/// <summary>An event in its place, with all that came before it as its author saw.</summary>
internal sealed record Placed(RequestEvent Event, Places Past)
{
    public EventFault? Fault { get; set; }
}

/// <summary>How a request stands by some of its events: those that its author had seen, or all.</summary>
internal sealed class View
{
    private readonly IReadOnlyList<Placed> _all;
    private readonly List<int> _standing = [];   // the latest first
    private readonly Dictionary<int, (int By, Words Why)> _overtaken = [];

    private View(IReadOnlyList<Placed> all) => _all = all;

    public Phase Phase { get; private set; }

    public RequestEvent Decider { get; private set; } = null!;

    public RequestEvent? Offer { get; private set; }

    /// <summary>The table at work: what is overtaken, and of what stands, what says how the request stands.</summary>
    public static View Of(RequestKind kind, IReadOnlyList<Placed> all, Places places)
    {
        var view = new View(all);
        var admitted = places.Backwards().Where(place => all[place].Fault is null).ToList();
        foreach (var place in admitted)
        {
            if (view.Holder(place, admitted) is { } holder)
            {
                view._overtaken[place] = holder;
            }
            else
            {
                view._standing.Add(place);
            }
        }

        view.Decide();
        return view;
    }

    public (EventId By, Words Why)? Overtaken(int place) => _overtaken.TryGetValue(place, out var holder) ? (_all[holder.By].Event.Id, holder.Why) : null;

    public IEnumerable<RequestEvent> Standing => _standing.Select(place => _all[place].Event);

    /// <summary>Whether an act, or what every request has, happened.</summary>
    public bool Happened(string name) => Standing.Any(seen => NamesOf(seen).Contains(name));

    /// <summary>How an event is called in a kind's clocks and acts.</summary>
    public static IEnumerable<string> NamesOf(RequestEvent seen)
    {
        if (seen.Facts.Act is { } act)
        {
            yield return act;
        }

        if (seen.Type == EventType.Ask)
        {
            yield return "approved";
        }

        if (seen.Type.Rule().Step is { } step)
        {
            yield return RequestEvents.Of(step);
        }
        else if (seen.Type == EventType.Deliver)
        {
            yield return "delivered";
        }
    }

    public IReadOnlyList<string> Bound(RequestKind kind) =>
    [
        .. kind.Conditions.Where(condition => condition.Always).Select(condition => condition.Name)
            .Concat(Standing.Where(seen => seen.Type == EventType.Take).Select(take => Standing.FirstOrDefault(offer => offer.Id == take.Facts.About)).SelectMany(offer => offer?.Facts.Conditions ?? []))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>As the asked State said last; where its store was set back and it said two things, the earlier end counts.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Dues() => Last(seen => seen.Facts.Dues is not null).SelectMany(seen => seen.Facts.Dues!)
        .GroupBy(due => due.Key, StringComparer.Ordinal).ToDictionary(clock => clock.Key, clock => clock.Min(due => due.Value), StringComparer.Ordinal);

    public IReadOnlyDictionary<string, RequestEvent> Paused() => Standing.Where(seen => seen.Type == EventType.Pause).Select(seen => seen.Facts.Clock!).Distinct()
        .Select(clock => Last(seen => seen.Type is EventType.Pause or EventType.Resume && seen.Facts.Clock == clock).FirstOrDefault(seen => seen.Type == EventType.Pause))
        .OfType<RequestEvent>().ToDictionary(pause => pause.Facts.Clock!, StringComparer.Ordinal);

    /// <summary>The event that holds over another, of which neither author knew the other's.</summary>
    private (int By, Words Why)? Holder(int place, List<int> admitted)
    {
        var type = _all[place].Event.Type;
        return Voidable.Contains(type)
            ? admitted.Where(other => Concurrent(place, other) && Concurrency.Of(_all[other].Event.Type, type) is { Outcome: Outcome.FirstOnly })
                .Select(other => ((int, Words)?)(other, Concurrency.Of(_all[other].Event.Type, type)!.Value.Reason)).LastOrDefault()
            : null;
    }

    private static readonly HashSet<EventType> Voidable =
        [.. EventTypes.All.Where(type => EventTypes.All.Any(other => Concurrency.Of(other, type) is { Outcome: Outcome.FirstOnly }))];

    private bool Concurrent(int one, int other) => one != other && !_all[one].Past[other] && !_all[other].Past[one];

    private void Decide()
    {
        RequestEvent? decider = null;
        foreach (var last in Last(seen => seen.Type.Rule().Leads is not null))
        {
            decider = decider is null || Concurrency.Of(last.Type, decider.Type) is { Outcome: Outcome.FirstLast } || (last.Type == decider.Type && last.Id.CompareTo(decider.Id) < 0) ? last : decider;
        }

        Decider = decider!;   // the first event of all leads, and stands
        Phase = decider switch
        {
            null => Phase.Draft,
            { Type: EventType.Transfer, Facts.Member: not null } => Phase.TransferredAway,
            { Type: EventType.Answer } when Standing.Any(seen => seen.Type == EventType.ReportUse) => Phase.UseReported,
            _ => decider.Type.Rule().Leads!.Value,
        };
        Offer = Phase == Phase.Offered ? decider : null;
    }

    /// <summary>Of the standing events of some sort, those that no other of the sort has seen, in the order of their names.</summary>
    private IEnumerable<RequestEvent> Last(Func<RequestEvent, bool> sort)
    {
        var covered = new Places(_all.Count);
        List<RequestEvent> last = [];
        foreach (var place in _standing.Where(place => sort(_all[place].Event)))
        {
            if (!covered[place])
            {
                last.Add(_all[place].Event);
            }

            covered.Add(_all[place].Past);
        }

        return last.OrderBy(seen => seen.Id);
    }
}
