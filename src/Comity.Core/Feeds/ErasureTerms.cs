using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Feeds;

/// <summary>Receipts of erasure that a partner owes this node.</summary>
/// <param name="Feed">Of which own feed.</param>
/// <param name="Member">Who owes them.</param>
/// <param name="Count">For how many entries whose end it has signed for.</param>
/// <param name="Overdue">How many of them for longer than the charter's term.</param>
/// <param name="Since">When it had signed for the first of them.</param>
/// <param name="Term">The charter's term.</param>
public sealed record Owing(FeedName Feed, MemberCode Member, long Count, long Overdue, DateTimeOffset Since, TimeSpan Term);

/// <summary>What this node itself keeps, or kept, longer than the charter lets it.</summary>
/// <param name="Feed">Of which feed.</param>
/// <param name="Expired">Records that are here though their time was over longer ago than the term: nobody confirms the time.</param>
/// <param name="Since">When the first of them was over; null where there are none.</param>
/// <param name="Late">Bodies that were found here though nothing in force had them, and were erased then; since the store was made.</param>
/// <param name="LateAt">When such were last found; null where none were.</param>
/// <param name="Term">The charter's term.</param>
public sealed record Kept(FeedName Feed, long Expired, DateTimeOffset? Since, long Late, DateTimeOffset? LateAt, TimeSpan Term);

/// <summary>Who is over the charter's term of erasure. docs/protocol/feed.md, "Erasure".</summary>
public static class ErasureTerms
{
    /// <summary>The term of a register that the charter does not list, or does not list any more.</summary>
    public static readonly TimeSpan Unlisted = TimeSpan.FromDays(1);

    /// <summary>The longest that something ended may be kept.</summary>
    public static TimeSpan Of(MemberDirectory directory, RegisterName register) => directory.Register(register)?.ErasureWithin ?? Unlisted;

    /// <summary>Every partner that owes receipts, by feed; also those that still have time.</summary>
    public static List<Owing> Owing(ReadSession session, MemberDirectory directory, DateTimeOffset now)
    {
        List<Owing> owing = [];
        foreach (var feed in session.Feeds().Where(feed => feed.Own))
        {
            var term = Of(directory, feed.Name.Register);
            owing.AddRange(session.Query(
                "SELECT member, COUNT(*), COUNT(CASE WHEN heard <= @before THEN 1 END), MIN(heard) FROM erasure_owed WHERE log = @log GROUP BY member ORDER BY member",
                row => new Owing(feed.Name, MemberCode.Parse(row.GetString(0)), row.GetInt64(1), row.GetInt64(2), row.Instant(3), term),
                ("@before", Before(now, term)), ("@log", feed.Log)));
        }

        return owing;
    }

    /// <summary>Every feed of which this node keeps, or has kept, something too long; by its own clock, for where nobody confirms the time is where records stay.</summary>
    public static List<Kept> Kept(ReadSession session, MemberDirectory directory, DateTimeOffset now)
    {
        var feeds = session.Feeds();
        var late = session.Query("SELECT log, late, late_at FROM feed WHERE late > 0", row => (Log: row.GetInt64(0), Count: row.GetInt64(1), At: row.InstantOrNull(2))).ToDictionary(row => row.Log);
        List<Kept> kept = [];
        foreach (var group in feeds.GroupBy(feed => Of(directory, feed.Name.Register)))
        {
            var over = session.Query(
                "SELECT log, COUNT(*), MIN(expires) FROM record WHERE expires <= @before GROUP BY log",
                row => (Log: row.GetInt64(0), Count: row.GetInt64(1), Since: row.Instant(2)), ("@before", Before(now, group.Key))).ToDictionary(row => row.Log);
            kept.AddRange(group.Where(feed => over.ContainsKey(feed.Log) || late.ContainsKey(feed.Log)).Select(feed =>
            {
                var (expired, found) = (over.GetValueOrDefault(feed.Log), late.GetValueOrDefault(feed.Log));
                return new Kept(feed.Name, expired.Count, expired.Count > 0 ? expired.Since : null, found.Count, found.At, group.Key);
            }));
        }

        return kept;
    }

    private static long Before(DateTimeOffset now, TimeSpan term) => (now - term).ToUnixTimeMilliseconds();
}
