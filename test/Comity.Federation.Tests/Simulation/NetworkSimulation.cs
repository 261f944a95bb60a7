using Comity.Core.Contacts;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Federation.Tests.Simulation;

/// <summary>Five nodes, a thousand changes, months of bad lines: all from one seed.</summary>
internal sealed class NetworkSimulation : IDisposable
{
    private readonly Random _random;
    private readonly Weather _weather;
    private readonly TestNodes _nodes;
    private readonly Truth _truth = new();
    private readonly Audience[] _audiences;
    private readonly Treason? _treason;
    private int _written;

    public NetworkSimulation(int seed, Treachery? treachery)
    {
        _random = new Random(seed);
        _weather = new Weather(_random);
        var skews = Parties.All.ToDictionary(member => member, _ => TimeSpan.FromSeconds(_random.Next(-600, 600)));
        _nodes = new TestNodes((ulong)seed, line: from => new FaultyLine(() => _nodes!, _weather, from, Carried), skew: member => skews[member]);
        _audiences = [Audience.All, Audience.All, Audience.Of(Parties.Utopia, Parties.Arcadia), Audience.Of(Parties.Lyonesse, Parties.Ruritania), Audience.Of(Parties.Atlantis, Parties.Utopia, Parties.Lyonesse), Audience.Self];
        _treason = treachery is { } kind ? new Treason(_nodes, kind, Parties.Atlantis, victim: Parties.Lyonesse) : null;
    }

    public Truth Truth => _truth;

    public TimeSpan Passed => _nodes.Time.Now - Parties.Start;

    public async Task RunAsync(int changes)
    {
        for (var begunAt = 0; _truth.Changes < changes || (_treason is not null && _truth.Changes < begunAt + (changes / 4));)
        {
            if (_treason is { Begun: false } && _truth.Changes > changes / 3)
            {
                _treason.Begin();
                begunAt = _truth.Changes;
            }

            await StepAsync();
            _nodes.Time.Pass(TimeSpan.FromMinutes(_random.Next(1, 600)));
        }

        await SettleAsync();
    }

    public void Judge() => new Verdict(_nodes, _truth, _treason).Pass();

    public void Dispose() => _nodes.Dispose();

    private async Task StepAsync()
    {
        var place = _nodes[Parties.All[_random.Next(5)]];
        switch (_random.Next(100))
        {
            case < 50 when place.Up:
                await PublishAsync(place);
                break;
            case < 60 when place.Up:
                await WithdrawAsync(place);
                break;
            case < 66 when place.Up:
                await CheckAsync(place);
                break;
            case < 90 when place.Up:
                await ContactAsync(place, Other(place));
                break;
            case < 93 when place.Up:
                await place.Node.MaintainAsync();
                break;
            case < 95:
                place.Start();   // dies and comes back at once
                break;
            case < 97:
                place.Up = false;
                _nodes.Time.At(_nodes.Time.Now + _weather.UpTo(TimeSpan.FromHours(30)), () => Return(place));
                break;
            default:
                var other = Other(place);
                _weather.Part(place.Member, other.Member);
                _nodes.Time.At(_nodes.Time.Now + _weather.UpTo(TimeSpan.FromHours(60)), () => _weather.Heal(place.Member, other.Member));
                break;
        }
    }

    private static void Return(Place place)
    {
        if (!place.Up)
        {
            place.Start();
        }
    }

    private Place Other(Place place) => _nodes[Parties.All.Where(member => member != place.Member).ElementAt(_random.Next(4))];

    private async Task PublishAsync(Place place)
    {
        var audience = _audiences[_random.Next(_audiences.Length)];
        var expires = new DateTimeOffset(_nodes.Time.Now.UtcDateTime.Date, TimeSpan.Zero) + TimeSpan.FromDays(_random.Next(2, 28));
        var members = audience == Audience.All || audience == Audience.Self ? audience.ToString() : string.Join(',', audience.Members);
        if (audience.Members.Contains(place.Member))
        {
            audience = Audience.Of(audience.Members.Where(member => member != place.Member));
            members = audience.ToString();
        }

        List<TestRecord> records = [];
        for (var i = _random.Next(1, 30); i > 0; i--)
        {
            // From few keys, so that many are amended, unchanged, or in force for another audience.
            records.Add(new TestRecord(IssuingCode.Parse(place.Member.ToString()), $"{_random.Next(200)}", members, _random.Next(4) == 0 ? "same" : $"v{_written++}"));
        }

        records = [.. records.DistinctBy(record => record.NaturalKey)];
        var now = _nodes.Time.Now;
        var outcome = await place.PublishAsync(audience, expires, WhenThere.Amend, [.. records]);
        foreach (var (record, change) in records.Zip(outcome))
        {
            _truth.Published(place.Member, audience, record, expires, change.Kind, now);
        }

        Grew(place);
    }

    private async Task WithdrawAsync(Place place)
    {
        if (_truth.Keys(place.Member).ToList() is { Count: > 0 } keys)
        {
            var key = keys[_random.Next(keys.Count)];
            _truth.Withdrawn(place.Member, key, (await place.WithdrawAsync(key)).Kind, _nodes.Time.Now);
            Grew(place);
        }
    }

    /// <summary>Somebody asks, a few times; every record that the answer names is its owner's to hear of.</summary>
    private async Task CheckAsync(Place place)
    {
        for (var i = 0; i < 5; i++)
        {
            await CheckOnceAsync(place);
        }
    }

    private async Task CheckOnceAsync(Place place)
    {
        var question = new CheckQuestion(Parties.Replicated, Realm.Live, Parties.Border, new TestProbe($"{_random.Next(200)}"));
        var outcome = await place.Node.Checks.RunAsync(Parties.Officer, question, CancellationToken.None);
        foreach (var match in (outcome as CheckOutcome.Hit)?.Matches ?? [])
        {
            _truth.Hit(match.Owner, place.Member, outcome.LedgerEntry, place.Node.Indexes.FeedOf(match.At!.Value.Log)!.Origin, match.At.Value.Index);
        }
    }

    private async Task<RoundResult> ContactAsync(Place from, Place to)
    {
        var result = await from.Node.ContactAsync(to.Member);
        Assert.False(_treason is null && from.Node.Standings.Feeds.Any(feed => feed.Fault is not null), $"{from.Member} quarantined a faithful feed");
        if (result.Complete && to.Member != _treason?.Traitor && from.Node.Standings.Peers[to.Member].AsOf is { } asOf)
        {
            // As-of in true time: everything that the owner had then is here.
            var truly = asOf - from.Clock.Skew;
            Assert.True(truly <= _nodes.Time.Now, $"{from.Member} knows {to.Member} as of a time to come");
            foreach (var feed in to.Node.Standings.Feeds.Where(feed => feed.Own && feed.Name.Audience.Includes(from.Member)))
            {
                var here = from.Node.Standings.Feeds.FirstOrDefault(mirror => mirror.Name == feed.Name)?.Size ?? 0;
                Assert.True(here >= _truth.SizeAt(feed.Name.Origin, truly), $"{from.Member} claims {feed.Name.Origin} as of {truly:O} and has {here} entries of {_truth.SizeAt(feed.Name.Origin, truly)}");
            }
        }

        return result;
    }

    /// <summary>The storm is over: everybody is up, lines hold, and there is time.</summary>
    private async Task SettleAsync()
    {
        _nodes.Time.Pass(TimeSpan.FromHours(61));   // what was delayed has come
        _weather.Bad = false;
        _weather.HealAll();
        foreach (var place in _nodes.Places)
        {
            Return(place);
        }

        var now = _nodes.Time.Now;
        _nodes.Time.Pass(new DateTimeOffset(now.UtcDateTime.Date.AddDays(1).AddHours(12), TimeSpan.Zero) - now);   // noon, far from any expiry
        for (var i = 0; i < 3; i++)
        {
            foreach (var from in _nodes.Places)
            {
                foreach (var to in _nodes.Places.Where(to => to != from))
                {
                    await ContactAsync(from, to);
                }
            }

            foreach (var place in _nodes.Places)
            {
                await place.Node.MaintainAsync();
                Grew(place);
            }

            _nodes.Time.Pass(TimeSpan.FromMinutes(11));
        }
    }

    private void Grew(Place place)
    {
        foreach (var feed in place.Node.Context.Store.Read(session => session.Feeds()).Where(feed => feed.Own))
        {
            _truth.Grew(feed.Name.Origin, _nodes.Time.Now, feed.Size);
        }
    }

    /// <summary>Whatever a partner is given is for it: looked at on the line itself, before the receiver judges it.</summary>
    private LineAnswer Carried(MemberCode from, MemberCode to, Transmission transmission, LineAnswer answer)
    {
        if (_treason?.Traitor == to)
        {
            answer = _treason.Answer(from, transmission, answer);
        }

        if (transmission.Service == "feed.pull" && answer.Status == 200 && PullAnswer.TryRead(answer.Body.AsSpan(32), out var run, out _))
        {
            foreach (var entry in run.Entries.Where(entry => entry.Body is not null))
            {
                Assert.True(RecordBody.TryRead(entry.Body.AsMemory(32), out var body, out _));
                var record = TestRecord.Read(body!.Content, out _)!;
                Assert.True(record.For == "all" || record.For.Split(',').Contains(from.ToString()), $"{from} was given a record for {record.For}");
            }
        }

        return answer;
    }
}
