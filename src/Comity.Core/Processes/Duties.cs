using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Processes;

/// <summary>A process of the node as the others see it.</summary>
/// <param name="Name">What its operator calls it.</param>
/// <param name="Started">When it started, by its own clock.</param>
/// <param name="Silent">Whether it has stopped giving signs of life.</param>
/// <param name="Duties">What it does for the whole node.</param>
public sealed record ProcessView(string Name, DateTimeOffset Started, bool Silent, IReadOnlyList<string> Duties);

/// <summary>Shares out, among the processes of a node, what only one of them should do: each partner's conversation, and maintenance.</summary>
/// <remarks>
/// <para>Every process beats every half second: one write transaction in which it counts up its row, looks at the others' and settles
/// who does what. Writers take turns, so no two settle at once. A process whose row has not moved while
/// another beat six times is taken for dead; no clock but that is needed. It stops by itself earlier, once nothing
/// was acknowledged to it for two seconds.</para>
/// <para>Two that talk to one partner for a moment do no harm: every effect is judged in its transaction.</para>
/// </remarks>
public sealed class Duties
{
    /// <summary>Time between two beats.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Deletion, sweeping, counting.</summary>
    public const string Maintenance = "maintenance";

    private const int MissedBeats = 6;
    private const int ForgottenBeats = 1200;

    private readonly NodeContext _node;
    private readonly Follower _follower;
    private readonly string _name;
    private readonly string _run;
    private readonly DateTimeOffset _started;
    private readonly ConcurrentDictionary<string, bool> _busy = new(StringComparer.Ordinal);
    private Dictionary<string, Sign> _signs = new(StringComparer.Ordinal);   // the others', as of the last beat
    private volatile IReadOnlySet<string> _held = new HashSet<string>();

    internal Duties(NodeContext node, Follower follower, string name)
    {
        (_node, _follower, _name) = (node, follower, name);
        _run = Convert.ToHexStringLower(node.Randomness.Bytes(8));
        _started = node.Now;
    }

    /// <summary>What the operator calls this process.</summary>
    public string Name => _name;

    /// <summary>Set when another process has taken this one's name: there is no place for two.</summary>
    public bool Replaced { get; private set; }

    /// <summary>The conversation with a partner, as a duty.</summary>
    public static string ContactWith(MemberCode partner) => $"contact {partner}";

    /// <summary>Whether this process is the one to do it, now.</summary>
    public bool Holds(string task) => !_follower.Shared || (_held.Contains(task) && _follower.Lag <= Follower.MostLag);

    /// <summary>Marks a duty as being done; it is not handed over before what is returned is disposed of.</summary>
    public IDisposable Begin(string task)
    {
        _busy[task] = true;
        return new Done(_busy, task);
    }

    /// <summary>Gives a sign of life, takes duties over from those that give none, hands over what others should do.</summary>
    /// <exception cref="StorageException">The store is away: nothing changed.</exception>
    public async Task BeatAsync()
    {
        string[] tasks = [Maintenance, .. _node.Membership.Partners.Select(partner => ContactWith(partner.Code))];
        var settled = await _node.Store.WriteAsync(session => Settle(session, tasks));
        (_signs, _held, Replaced) = (settled.Signs, settled.Held, settled.Replaced);
    }

    /// <summary>Leaves everything to the others at once.</summary>
    /// <exception cref="StorageException">The store is away: they find out by themselves.</exception>
    public Task LeaveAsync()
    {
        _held = new HashSet<string>();
        return _node.Store.WriteAsync(session =>
        {
            session.Execute("DELETE FROM duty WHERE process = @name AND run = @run", ("@name", _name), ("@run", _run));
            session.Execute("DELETE FROM process WHERE name = @name AND run = @run", ("@name", _name), ("@run", _run));
        });
    }

    /// <summary>All processes that were heard of in the last minutes; empty before the first beat.</summary>
    public IReadOnlyList<ProcessView> View()
    {
        var signs = _signs;
        var (processes, duties) = _node.Store.Read(session => (Processes(session), DutyRows(session)));
        return [.. processes.Select(row => new ProcessView(
            row.Name, row.Started, row.Name != _name && signs.GetValueOrDefault(row.Name) is { Unchanged: >= MissedBeats },
            [.. duties.Where(duty => duty.Process == row.Name && duty.Run == row.Run).Select(duty => duty.Task)]))];
    }

    private Settled Settle(WriteSession session, string[] tasks)
    {
        var beaten = session.Execute(
            "UPDATE process SET beat = beat + 1, at = @now WHERE name = @name AND run = @run", ("@now", _node.Now.ToUnixTimeMilliseconds()), ("@name", _name), ("@run", _run)) > 0;
        if (!beaten && _signs.ContainsKey(_name))
        {
            return new Settled(_signs, new HashSet<string>(), Replaced: true);
        }

        if (!beaten)
        {
            // A process that starts under a name takes the place of the one before.
            session.Execute(
                """
                INSERT INTO process (name, run, beat, started, at) VALUES (@name, @run, 0, @started, @now)
                ON CONFLICT (name) DO UPDATE SET run = excluded.run, beat = 0, started = excluded.started, at = excluded.at
                """,
                ("@name", _name), ("@run", _run), ("@started", _started.ToUnixTimeMilliseconds()), ("@now", _node.Now.ToUnixTimeMilliseconds()));
        }

        var signs = Processes(session).ToDictionary(row => row.Name, row => Sign.Of(row, _signs.GetValueOrDefault(row.Name)), StringComparer.Ordinal);
        foreach (var (name, sign) in signs.Where(pair => pair.Key != _name && pair.Value.Unchanged > ForgottenBeats))
        {
            session.Execute("DELETE FROM process WHERE name = @name AND run = @run", ("@name", name), ("@run", sign.Run));
        }

        var alive = signs.Where(pair => pair.Key == _name || pair.Value.Unchanged < MissedBeats).ToDictionary(pair => pair.Key, pair => pair.Value.Run, StringComparer.Ordinal);
        return new Settled(signs, Share(session, tasks, alive), Replaced: false);
    }

    /// <summary>Takes what is due to this process and has no living holder; gives up what is another's.</summary>
    private HashSet<string> Share(WriteSession session, string[] tasks, Dictionary<string, string> alive)
    {
        var duties = DutyRows(session).ToDictionary(duty => duty.Task, StringComparer.Ordinal);
        HashSet<string> held = new(StringComparer.Ordinal);
        foreach (var task in tasks.Union(duties.Keys, StringComparer.Ordinal))
        {
            var holder = duties.GetValueOrDefault(task);
            var mine = holder?.Process == _name && holder.Run == _run;
            if (tasks.Contains(task, StringComparer.Ordinal) && DueTo(task, alive.Keys) == _name)
            {
                if (mine || holder is null || alive.GetValueOrDefault(holder.Process) != holder.Run)
                {
                    held.Add(task);
                }

                if (!mine && held.Contains(task))
                {
                    session.Execute(
                        "INSERT INTO duty (task, process, run) VALUES (@task, @name, @run) ON CONFLICT (task) DO UPDATE SET process = excluded.process, run = excluded.run",
                        ("@task", task), ("@name", _name), ("@run", _run));
                }
            }
            else if (mine && !_busy.ContainsKey(task))
            {
                session.Execute("DELETE FROM duty WHERE task = @task", ("@task", task));
            }
        }

        return held;
    }

    /// <summary>Whose a duty is: the same whoever asks, and few change hands when a process comes or goes (highest random weight).</summary>
    internal static string DueTo(string task, IEnumerable<string> processes) => processes
        .MaxBy(name => (BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{task}\n{name}"))), name))!;

    private static List<ProcessRow> Processes(ReadSession session) => session.Query(
        "SELECT name, run, beat, started FROM process ORDER BY name", row => new ProcessRow(row.GetString(0), row.GetString(1), row.GetInt64(2), row.Instant(3)));

    private static List<DutyRow> DutyRows(ReadSession session) => session.Query(
        "SELECT task, process, run FROM duty ORDER BY task", row => new DutyRow(row.GetString(0), row.GetString(1), row.GetString(2)));

    private sealed record ProcessRow(string Name, string Run, long Beat, DateTimeOffset Started);

    private sealed record DutyRow(string Task, string Process, string Run);

    /// <summary>What was seen of a process, and over how many of this one's beats nothing else was.</summary>
    private sealed record Sign(string Run, long Beat, int Unchanged)
    {
        public static Sign Of(ProcessRow row, Sign? before) =>
            new(row.Run, row.Beat, before?.Run == row.Run && before.Beat == row.Beat ? before.Unchanged + 1 : 0);
    }

    private sealed record Settled(Dictionary<string, Sign> Signs, HashSet<string> Held, bool Replaced);

    private sealed class Done(ConcurrentDictionary<string, bool> busy, string task) : IDisposable
    {
        public void Dispose() => busy.TryRemove(task, out _);
    }
}
