namespace Comity.Core.Tests.Network;

/// <summary>The true time of a simulation, and everything that is to happen later. One thread; what is due at one instant happens in the order in which it was set.</summary>
internal sealed class SimulatedTime(DateTimeOffset start)
{
    private readonly PriorityQueue<Action, (long Due, long Order)> _later = new();
    private long _order;

    public DateTimeOffset Now { get; private set; } = start;

    public void At(DateTimeOffset due, Action action) => _later.Enqueue(action, (due.UtcTicks, _order++));

    /// <summary>Lets time pass, and what is due happen at its time.</summary>
    public void Pass(TimeSpan span)
    {
        var until = Now + span;
        while (_later.TryPeek(out var action, out var when) && when.Due <= until.UtcTicks)
        {
            _later.Dequeue();
            Now = when.Due > Now.UtcTicks ? new DateTimeOffset(when.Due, TimeSpan.Zero) : Now;
            action();
        }

        Now = until > Now ? until : Now;   // what happened may itself have taken time
    }

    /// <summary>A clock that goes by this time, and is wrong by so much.</summary>
    public SimulatedClock Clock(TimeSpan skew = default) => new(this, skew);
}

/// <summary>One node's clock; its timers ring when the simulation lets time pass.</summary>
internal sealed class SimulatedClock(SimulatedTime time, TimeSpan skew) : TimeProvider
{
    public TimeSpan Skew { get; set; } = skew;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => time.Now + Skew;

    public override long GetTimestamp() => time.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(time, () => callback(state), dueTime, period);

    private sealed class Timer : ITimer
    {
        private readonly SimulatedTime _time;
        private readonly Action _ring;
        private int _setting;   // a change makes what was set before void

        public Timer(SimulatedTime time, Action ring, TimeSpan due, TimeSpan period)
        {
            (_time, _ring) = (time, ring);
            Change(due, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var mine = ++_setting;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _time.At(_time.Now + dueTime, Ring);
            }

            return true;

            void Ring()
            {
                if (mine == _setting)
                {
                    if (period > TimeSpan.Zero)
                    {
                        _time.At(_time.Now + period, Ring);
                    }

                    _ring();
                }
            }
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
