using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Tests.Network;

namespace Comity.Federation.Tests.Simulation;

/// <summary>What goes wrong on the lines of a network, by one seed.</summary>
internal sealed class Weather(Random random)
{
    private readonly HashSet<(MemberCode, MemberCode)> _parted = [];

    /// <summary>When false nothing goes wrong any more.</summary>
    public bool Bad { get; set; } = true;

    public void Part(MemberCode a, MemberCode b) => _parted.Add(Pair(a, b));

    public void Heal(MemberCode a, MemberCode b) => _parted.Remove(Pair(a, b));

    public void HealAll() => _parted.Clear();

    public bool Parted(MemberCode a, MemberCode b) => _parted.Contains(Pair(a, b));

    public Mishap Next() => !Bad ? Mishap.None : random.Next(100) switch
    {
        < 4 => Mishap.RequestLost,
        < 8 => Mishap.AnswerLost,
        < 11 => Mishap.Duplicated,
        < 14 => Mishap.Delayed,
        < 19 => Mishap.Slow,
        < 22 => Mishap.Corrupted,
        _ => Mishap.None,
    };

    public TimeSpan UpTo(TimeSpan most) => TimeSpan.FromTicks(random.NextInt64(most.Ticks));

    /// <summary>Spoils one byte of the body or one character of the receipt.</summary>
    public LineAnswer Corrupt(LineAnswer answer)
    {
        if (random.Next(2) == 0 && answer.Receipt is { Length: > 0 } receipt)
        {
            var at = random.Next(receipt.Length);
            return answer with { Receipt = receipt[..at] + (receipt[at] == 'A' ? 'B' : 'A') + receipt[(at + 1)..] };
        }

        var body = answer.Body.ToArray();
        if (body.Length > 0)
        {
            body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
        }

        return answer with { Body = body };
    }

    private static (MemberCode, MemberCode) Pair(MemberCode a, MemberCode b) => a.CompareTo(b) < 0 ? (a, b) : (b, a);
}

internal enum Mishap
{
    None,
    RequestLost,
    AnswerLost,
    Duplicated,
    Delayed,
    Slow,
    Corrupted,
}

/// <summary>A line that loses, doubles, delays, slows and spoils.</summary>
internal sealed class FaultyLine(Func<TestNodes> nodes, Weather weather, MemberCode from, Func<MemberCode, MemberCode, Transmission, LineAnswer, LineAnswer> carried) : ILine
{
    public Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel)
    {
        if (weather.Parted(from, to))
        {
            throw new LineDownException("the line is cut");
        }

        switch (weather.Next())
        {
            case Mishap.RequestLost:
                nodes().Time.Pass(weather.UpTo(timeout));
                throw new LineDownException("the request was lost");
            case Mishap.AnswerLost:
                Deliver(to, transmission);
                throw new LineDownException("the answer was lost");
            case Mishap.Duplicated:
                var first = Deliver(to, transmission);
                var second = Deliver(to, transmission);
                return Task.FromResult(nodes().Time.Now.Ticks % 2 == 0 ? first : second);
            case Mishap.Delayed:
                // It arrives when its sender has long since tried again.
                nodes().Time.At(nodes().Time.Now + weather.UpTo(TimeSpan.FromHours(40)), () => TryDeliver(to, transmission));
                throw new LineDownException("no answer in time");
            case Mishap.Slow:
                nodes().Time.Pass(weather.UpTo(timeout / 2));
                var answer = Deliver(to, transmission);
                var back = weather.UpTo(timeout);
                nodes().Time.Pass(back);
                return back > timeout / 2 ? throw new LineDownException("too slow") : Task.FromResult(answer);
            case Mishap.Corrupted:
                return Task.FromResult(weather.Corrupt(Deliver(to, transmission)));
            default:
                return Task.FromResult(Deliver(to, transmission));
        }
    }

    private void TryDeliver(MemberCode to, Transmission transmission)
    {
        if (nodes()[to].Up)
        {
            Deliver(to, transmission);
        }
    }

    private LineAnswer Deliver(MemberCode to, Transmission transmission)
    {
        if (!nodes()[to].Up)
        {
            throw new LineDownException("nobody there");
        }

        var receiving = nodes()[to].Node.Reception.ReceiveAsync(from, transmission, CancellationToken.None);
        Assert.True(receiving.IsCompleted, "a network in one thread never waits");
        return carried(from, to, transmission, receiving.GetAwaiter().GetResult());
    }
}
