using System.Text.Json;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Ledger;

/// <summary>Which entries of the ledger are looked for. What is null or empty does not count.</summary>
public sealed record LedgerQuery
{
    /// <summary>Not older than this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Older than this.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>One of these kinds.</summary>
    public IReadOnlyCollection<string> Kinds { get; init; } = [];

    /// <summary>By this officer, system or "node".</summary>
    public string? By { get; init; }

    /// <summary>At this desk.</summary>
    public string? Desk { get; init; }

    /// <summary>Of this register, named by itself or in a feed.</summary>
    public string? Register { get; init; }

    /// <summary>In this realm, named by itself or in a feed.</summary>
    public string? Realm { get; init; }

    /// <summary>Checks that came out so: hit, noHit or incomplete.</summary>
    public string? Outcome { get; init; }

    /// <summary>Only entries before this one; null from the newest.</summary>
    public long? Before { get; init; }

    /// <summary>The epoch of <see cref="Before"/>; only entries of it and of those before it. Null for the newest.</summary>
    public int? Epoch { get; init; }

    /// <summary>The most entries to give.</summary>
    public int Most { get; init; } = 50;
}

/// <summary>An entry found.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Line">What it says.</param>
/// <param name="Epoch">The epoch in which it has this place.</param>
public sealed record LedgerFound(long Index, LedgerLine Line, int Epoch = 1);

/// <summary>What a search found so far.</summary>
/// <param name="Size">The ledger's size, all epochs that are here together.</param>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Where to go on (<see cref="LedgerQuery.Before"/>); null where everything was looked at.</param>
/// <param name="Reached">The time of the last entry looked at, where there is more to look at.</param>
/// <param name="Epoch">The epoch of <paramref name="Next"/> (<see cref="LedgerQuery.Epoch"/>); null with it.</param>
public sealed record LedgerFindings(long Size, IReadOnlyList<LedgerFound> Entries, long? Next, DateTimeOffset? Reached, int? Epoch = null);

/// <summary>
/// Looks through the ledger backwards, a bounded stretch at a time, so that ten million entries hold up nobody: the answer says how far
/// it came. Entries stand in the order of time but for <see cref="Slack"/>, so a span of time is found without reading the rest.
/// </summary>
public static class LedgerSearch
{
    /// <summary>The most entries looked at for one answer.</summary>
    public const int Stretch = 50_000;

    /// <summary>The most entries in one answer.</summary>
    public const int Most = 1000;

    /// <summary>How far entries may stand out of order: a clock set back by more is not searched around.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    private const int Chunk = 2000;

    /// <summary>Looks: through the newest epoch first, then through those before it.</summary>
    public static LedgerFindings Run(NodeContext node, LedgerQuery query) => node.Store.Read(session =>
    {
        var most = Math.Clamp(query.Most, 1, Most);
        var filter = new Filter(query);
        List<LedgerFound> found = [];
        DateTimeOffset? reached = null;
        var looked = 0;
        foreach (var (ledger, before) in LedgerEpoch.Backwards(session, query.Epoch, query.Before))
        {
            var at = query.To is { } to ? Math.Min(before, FirstAfter(session, ledger.Log, before, to + Slack)) : before;
            if (looked >= Stretch || found.Count == most)
            {
                return new LedgerFindings(Size(session), found, at, reached, ledger.Epoch);
            }

            for (; looked < Stretch && at > 0; looked += Chunk)
            {
                session.Each(
                    "SELECT idx, leaf FROM entry WHERE log = @log AND idx < @before AND idx >= @from ORDER BY idx DESC",
                    row =>
                    {
                        at = row.GetInt64(0);
                        var leaf = row.Bytes(1);
                        if (filter.MayFit(leaf) && LedgerLine.Read(leaf) is var line && filter.Fits(line))
                        {
                            found.Add(new LedgerFound(at, line, ledger.Epoch));
                        }

                        return found.Count < most;
                    },
                    ("@log", ledger.Log), ("@before", at), ("@from", at - Chunk));
                reached = TimeOf(session, ledger.Log, at);
                if (found.Count == most || reached < query.From - Slack)
                {
                    break;
                }
            }

            if (reached < query.From - Slack)
            {
                break;
            }

            if (at > 0)
            {
                return new LedgerFindings(Size(session), found, at, reached, ledger.Epoch);
            }
        }

        return new LedgerFindings(Size(session), found, null, null);
    });

    private static long Size(ReadSession session) => LedgerEpoch.All(session).Sum(ledger => ledger.Size);

    /// <summary>The first entry of [0, end) that is later than a time; <paramref name="end"/> where none is.</summary>
    private static long FirstAfter(ReadSession session, long log, long end, DateTimeOffset time)
    {
        var (low, high) = (0L, end);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = TimeOf(session, log, middle) <= time ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static DateTimeOffset TimeOf(ReadSession session, long log, long index) => LedgerLine.Read(session.First(
        "SELECT leaf FROM entry WHERE log = @log AND idx = @idx", row => row.Bytes(0), ("@log", log), ("@idx", index))).At;

    /// <summary>Looks at bytes first: what cannot fit is never parsed.</summary>
    private sealed class Filter(LedgerQuery query)
    {
        private readonly byte[][][] _needles =
        [
            .. new[]
            {
                [.. query.Kinds.Select(kind => Pair("kind", kind))], One("by", query.By), One("desk", query.Desk), One("outcome", query.Outcome),
                Part("register", query.Register), Part("realm", query.Realm),
            }.Where(needles => needles.Length > 0),
        ];

        public bool MayFit(ReadOnlySpan<byte> leaf)
        {
            foreach (var needles in _needles)
            {
                var some = false;
                foreach (var needle in needles)
                {
                    some |= leaf.IndexOf(needle) >= 0;
                }

                if (!some)
                {
                    return false;
                }
            }

            return true;
        }

        public bool Fits(LedgerLine line) =>
            (query.From is not { } from || line.At >= from) && (query.To is not { } to || line.At < to)
            && (query.Kinds.Count == 0 || query.Kinds.Contains(line.Kind)) && Is(query.By, line.By) && Is(query.Desk, line.Desk) && Is(query.Outcome, line.Text("outcome"))
            && (Is(query.Register, line.Text("register")) || FeedOf(line)?.Register.ToString() == query.Register)
            && (Is(query.Realm, line.Text("realm")) || (FeedOf(line) is { Realm: var realm } && realm.Text() == query.Realm));

        private static bool Is(string? wanted, string? there) => wanted is null || wanted == there;

        private static FeedName? FeedOf(LedgerLine line) => FeedName.TryParse(line.Text("feed") ?? "", out var feed) ? feed : null;

        private static byte[] Pair(string name, string value) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { [name] = value })[1..^1];

        private static byte[][] One(string name, string? value) => value is null ? [] : [Pair(name, value)];

        private static byte[][] Part(string name, string? value) => value is null ? [] : [Pair(name, value), System.Text.Encoding.UTF8.GetBytes($"/{value}/")];
    }
}
