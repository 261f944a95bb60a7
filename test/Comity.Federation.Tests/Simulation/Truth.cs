using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Federation.Tests.Simulation;

/// <summary>What was acknowledged to the officers of five States: against this the network is judged.</summary>
internal sealed class Truth
{
    private readonly Dictionary<(MemberCode Owner, string Key), Fact> _facts = [];
    private readonly Dictionary<string, List<(DateTimeOffset At, long Size)>> _grown = new(StringComparer.Ordinal);

    private readonly List<(MemberCode Owner, string What)> _hits = [];

    public sealed record Fact(Audience Audience, TestRecord Record, DateTimeOffset Expires);

    public int Changes { get; private set; }

    public Fact? Of(MemberCode owner, string key) => _facts.GetValueOrDefault((owner, key));

    public IEnumerable<string> Keys(MemberCode owner) => _facts.Keys.Where(key => key.Owner == owner).Select(key => key.Key);

    /// <summary>Notes what became of one publication, and that it fits what was acknowledged before.</summary>
    public void Published(MemberCode owner, Audience audience, TestRecord record, DateTimeOffset expires, ChangeKind kind, DateTimeOffset now)
    {
        var before = Of(owner, record.NaturalKey);
        var certain = before is not null && before.Expires > now + TimeSpan.FromHours(1);
        var expected = before is null ? ChangeKind.Published
            : before.Audience != audience ? ChangeKind.OtherAudience
            : before.Record == record && before.Expires == expires ? ChangeKind.Unchanged
            : ChangeKind.Amended;

        // A record past its time may have been ended already, or not yet.
        Assert.True(kind == expected || (!certain && kind == ChangeKind.Published), $"{owner} {record.NaturalKey}: {kind} where {expected} was due");
        if (kind is ChangeKind.Published or ChangeKind.Amended)
        {
            _facts[(owner, record.NaturalKey)] = new Fact(audience, record, expires);
            Changes++;
        }
    }

    public void Withdrawn(MemberCode owner, string key, ChangeKind kind, DateTimeOffset now)
    {
        var before = Of(owner, key);
        var certain = before is not null && before.Expires > now + TimeSpan.FromHours(1);
        Assert.True(kind == ChangeKind.Withdrawn ? before is not null : !certain, $"{owner} {key}: {kind}, and what was acknowledged is {before}");
        if (_facts.Remove((owner, key)) && kind == ChangeKind.Withdrawn)
        {
            Changes++;
        }
    }

    /// <summary>Everything in force for a member at an instant, owners named.</summary>
    public SortedSet<string> For(MemberCode member, DateTimeOffset now, Func<MemberCode, bool> counted) =>
        new(_facts.Where(fact => fact.Value.Expires > now && (fact.Key.Owner == member || fact.Value.Audience.Includes(member)) && counted(fact.Key.Owner))
            .Select(fact => Line(fact.Key.Owner, fact.Value.Record)), StringComparer.Ordinal);

    public static string Line(MemberCode owner, TestRecord record) => $"{owner}: {record.NaturalKey} for {record.For} = {record.Value}";

    /// <summary>Notes that a check of a member's hit a record: the entry of the asker's ledger, and the record's feed and entry.</summary>
    public void Hit(MemberCode owner, MemberCode asker, long check, string feed, long index) => _hits.Add((owner, $"{asker} {check}: {feed}#{index}"));

    /// <summary>What an owner is to be told of, each hit once.</summary>
    public IEnumerable<string> HitsOn(MemberCode owner) => _hits.Where(hit => hit.Owner == owner).Select(hit => hit.What).Order(StringComparer.Ordinal);

    /// <summary>Notes that a feed had this size at this instant.</summary>
    public void Grew(string origin, DateTimeOffset at, long size)
    {
        if (!_grown.TryGetValue(origin, out var sizes))
        {
            _grown[origin] = sizes = [];
        }

        if (sizes.Count == 0 || sizes[^1].Size != size)
        {
            sizes.Add((at, size));
        }
    }

    /// <summary>The size a feed had at an instant.</summary>
    public long SizeAt(string origin, DateTimeOffset at) => _grown.GetValueOrDefault(origin)?.LastOrDefault(point => point.At <= at).Size ?? 0;
}
