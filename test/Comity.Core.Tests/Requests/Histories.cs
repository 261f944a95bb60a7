using Comity.Core.Members;
using Comity.Core.Requests;
using Comity.Core.Requests.Kinds;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Requests;

/// <summary>Two sides that make events, each with a copy of what it has heard: built by hand or at random.</summary>
internal sealed class Histories
{
    private readonly Dictionary<MemberCode, List<RequestEvent>> _copies = new() { [Parties.Utopia] = [], [Parties.Arcadia] = [] };
    private int _minutes;

    public Histories(RequestKind? kind = null)
    {
        Kind = kind ?? TestKinds.Everything;
        Assert.True(RequestId.TryParse("UTO-00000000000000ff", out var id));
        Id = id;
        Opened = RequestEvent.Make(
            Id, EventType.Ask, Parties.Utopia, Now(), [], Officer(), null, new byte[32],
            new EventFacts { Act = "ask", Opening = new Opening(Kind.Name, Kind.Digest, Parties.Arcadia, Realm.Live, TestKinds.Crime, Urgency.Routine) });
        Hear(Parties.Utopia, Opened);
        Hear(Parties.Arcadia, Opened);
        Act(Parties.Arcadia, EventType.Deliver, facts: new EventFacts { Dues = new Dictionary<string, DateTimeOffset> { ["keep"] = Parties.Start } });
    }

    public RequestKind Kind { get; }

    public RequestId Id { get; }

    public RequestEvent Opened { get; }

    public IReadOnlyList<RequestEvent> Copy(MemberCode member) => _copies[member];

    public RequestState State(MemberCode member) => Fold.Of(Kind, _copies.GetValueOrDefault(member, _copies[Parties.Utopia]))!;

    public static Authority Officer(string role = "duty-officer", string id = "o-1") => new("duty desk", role, id);

    public void Hear(MemberCode member, RequestEvent item) => _copies[member].Add(item);

    /// <summary>Both copies get what the other has.</summary>
    public void Meet()
    {
        foreach (var (from, to) in new[] { (Parties.Utopia, Parties.Arcadia), (Parties.Arcadia, Parties.Utopia) })
        {
            _copies[from].Where(item => !_copies[to].Contains(item)).ToList().ForEach(item => Hear(to, item));
        }
    }

    /// <summary>Makes an event in a member's copy, whatever the rules say of it.</summary>
    public RequestEvent Act(MemberCode member, EventType type, EventFacts? facts = null, Authority? by = null, Authority? second = null, IReadOnlyList<EventId>? seen = null)
    {
        var made = Make(member, type, facts, by, second, seen);
        Hear(member, made);
        return made;
    }

    public RequestEvent Make(MemberCode member, EventType type, EventFacts? facts = null, Authority? by = null, Authority? second = null, IReadOnlyList<EventId>? seen = null)
    {
        var state = State(member);
        facts ??= type switch
        {
            EventType.Refuse => new EventFacts { Ground = "sovereignty" },
            EventType.Offer => new EventFacts { Conditions = ["no-onward"] },
            EventType.Take or EventType.Decline => new EventFacts { About = state.Offer?.Id ?? Opened.Id },
            EventType.Expire => new EventFacts { Clock = "keep" },
            EventType.Pause or EventType.Resume => new EventFacts { Clock = "answer" },
            _ => EventFacts.None,
        };
        facts = type.Rule().Step is { } step && facts.Act is null ? facts with { Act = Kind.Acts.First(act => act.Step == step).Name } : facts;
        return RequestEvent.Make(Id, type, member, Now(), seen ?? state.Heads, by ?? (type.Rule().ByNode ? Authority.Node : Officer()), second, null, facts);
    }

    private DateTimeOffset Now() => Parties.Start.AddMinutes(_minutes++);
}
