using System.Data.Common;
using System.Globalization;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Registers;

/// <summary>How a record stood when the hit on it became known here.</summary>
public enum HitStanding
{
    /// <summary>In force.</summary>
    InForce = 0,

    /// <summary>Withdrawn, amended or expired already: the asker had not heard of it yet.</summary>
    EndedBefore = 1,

    /// <summary>Not a record of this State for that member.</summary>
    Unknown = 2,
}

/// <summary>How a record that was hit stands now.</summary>
public enum HitRecordState
{
    /// <summary>In force as it was.</summary>
    InForce,

    /// <summary>A later version is in force.</summary>
    Amended,

    /// <summary>Withdrawn or expired since.</summary>
    Ended,

    /// <summary>It had ended before the hit was told: what the asker saw was old.</summary>
    EndedBefore,

    /// <summary>Not a record of this State for that member.</summary>
    Unknown,
}

/// <summary>Where a hit is kept: the ledger's line that told of it, and which record of that line. Later is greater.</summary>
/// <param name="Log">The ledger's number in this store.</param>
/// <param name="Entry">The line.</param>
/// <param name="N">Which record, from 0.</param>
public readonly record struct HitAddress(long Log, long Entry, long N)
{
    /// <summary>After every hit.</summary>
    public static HitAddress Last { get; } = new(long.MaxValue, 0, 0);

    /// <summary>Three numbers joined by hyphens.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Log}-{Entry}-{N}");

    /// <summary>Reads what <see cref="ToString"/> prints.</summary>
    public static bool TryParse(string? text, out HitAddress address)
    {
        address = default;
        var parts = text?.Split('-') ?? [];
        if (parts.Length != 3 || !Number(parts[0], out var log) || !Number(parts[1], out var entry) || !Number(parts[2], out var n))
        {
            return false;
        }

        address = new HitAddress(log, entry, n);
        return true;
    }

    private static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>A hit on a record of this State.</summary>
/// <param name="Address">Its name here.</param>
/// <param name="Report">Of the check.</param>
/// <param name="Record">The record.</param>
/// <param name="Received">When it became known here.</param>
/// <param name="State">How the record stands now.</param>
/// <param name="Body">The record, or its later version; null where none is in force.</param>
/// <param name="Read">When somebody of the desk marked it as read; null where nobody did.</param>
public sealed record Hit(HitAddress Address, HitReport Report, HitRecord Record, DateTimeOffset Received, HitRecordState State, RecordBody? Body, DateTimeOffset? Read);

/// <summary>The hits kept, newest first.</summary>
public sealed class HitTable(NodeContext node, RegisterIndexes registers)
{
    /// <summary>The most in one page.</summary>
    public const int Most = 100;

    /// <summary>A page of hits.</summary>
    /// <param name="desk">Whose marks count.</param>
    /// <param name="allowed">Whether the reader may see hits of a register and realm.</param>
    /// <param name="before">Those before this one.</param>
    /// <param name="most">1 to <see cref="Most"/>.</param>
    /// <param name="unread">Only those that the desk has not marked.</param>
    /// <returns>The hits, and where to go on; null where there are no more.</returns>
    public (IReadOnlyList<Hit> Hits, HitAddress? Next) Page(string desk, Func<RegisterName, Realm, bool> allowed, HitAddress before, int most, bool unread = false) => node.Store.Read(session =>
    {
        List<Row> rows = [];
        most = Math.Clamp(most, 1, Most);
        session.Each(
            """
            SELECT h.log, h.entry, h.n, h.member, h.desk, h.register, h.realm, h.purpose, h.feed, h.idx, h.strength, h.hit_at, h.received, h.their_entry, h.commitment,
                h.standing, h.natural_key, r.at FROM hit_notice h LEFT JOIN hit_read r ON r.log = h.log AND r.entry = h.entry AND r.n = h.n AND r.desk = @desk
            WHERE (h.log, h.entry, h.n) < (@log, @entry, @n) AND (@unread = 0 OR r.at IS NULL) ORDER BY h.log DESC, h.entry DESC, h.n DESC
            """,
            found =>
            {
                var row = Row.Of(found);
                if (allowed(row.Report.Register, row.Report.Realm))
                {
                    rows.Add(row);
                }

                return rows.Count <= most;
            },
            ("@desk", desk), ("@log", before.Log), ("@entry", before.Entry), ("@n", before.N), ("@unread", unread ? 1L : 0L));
        IReadOnlyList<Hit> hits = [.. rows.Take(most).Select(row => Now(session, row))];
        return (hits, rows.Count > most ? hits[^1].Address : (HitAddress?)null);
    });

    /// <summary>Marks hits as read by a desk; those marked before keep their first mark.</summary>
    /// <param name="actor">Who read, at which desk.</param>
    /// <param name="hits">Which.</param>
    /// <returns>How many were marked now.</returns>
    public Task<int> ReadAsync(Access.Actor actor, IReadOnlyCollection<HitAddress> hits) => node.Store.WriteAsync(session => hits.Sum(hit => session.Execute(
        """
        INSERT INTO hit_read (log, entry, n, desk, actor, at) SELECT log, entry, n, @desk, @actor, @at FROM hit_notice WHERE log = @log AND entry = @entry AND n = @n
        ON CONFLICT (log, entry, n, desk) DO NOTHING
        """,
        ("@desk", actor.Desk), ("@actor", actor.Id), ("@at", node.Now.ToUnixTimeMilliseconds()), ("@log", hit.Log), ("@entry", hit.Entry), ("@n", hit.N))));

    internal static void Insert(WriteSession session, HitAddress at, HitReport report, HitRecord record, HitStanding standing, byte[]? naturalKey, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO hit_notice (log, entry, n, member, desk, register, realm, purpose, feed, idx, strength, hit_at, received, their_entry, commitment, standing, natural_key)
        VALUES (@log, @entry, @n, @member, @desk, @register, @realm, @purpose, @feed, @idx, @strength, @hitAt, @received, @theirEntry, @commitment, @standing, @naturalKey)
        """,
        ("@log", at.Log), ("@entry", at.Entry), ("@n", at.N), ("@member", report.From.ToString()), ("@desk", report.Desk), ("@register", report.Register.ToString()),
        ("@realm", report.Realm.Text()), ("@purpose", report.Purpose), ("@feed", record.Feed), ("@idx", record.Index), ("@strength", record.Strength),
        ("@hitAt", report.At.ToUnixTimeMilliseconds()), ("@received", now.ToUnixTimeMilliseconds()), ("@theirEntry", report.TheirEntry), ("@commitment", report.Commitment),
        ("@standing", (long)standing), ("@naturalKey", naturalKey));

    /// <summary>How many unknown records a member has told of, counted up to <paramref name="most"/>.</summary>
    internal static int Unknown(ReadSession session, MemberCode member, int most) => (int)session.First(
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM hit_notice WHERE member = @member AND standing = 2 LIMIT @most) counted",
        row => row.GetInt64(0), ("@member", member.ToString()), ("@most", (long)most));

    private Hit Now(ReadSession session, Row row)
    {
        var (state, at) = row.Standing switch
        {
            HitStanding.Unknown => (HitRecordState.Unknown, null),
            HitStanding.EndedBefore => (HitRecordState.EndedBefore, null),
            _ => Find(session, row),
        };
        return new Hit(row.Address, row.Report, row.Record, row.Received, state, at is { } there ? registers.Open(session.Body(there.Log, there.Index)) : null, row.Read);
    }

    /// <summary>A later version has the same natural key, at another place.</summary>
    private (HitRecordState State, RecordRow? At) Find(ReadSession session, Row row) =>
        row.NaturalKey is { } key && session.FindRecords(node.Store.Database, [key])[0] is { } there
            ? (there.Index == row.Record.Index && FeedName.TryParse(row.Record.Feed, out var name) && session.Feed(name)?.Log == there.Log ? HitRecordState.InForce : HitRecordState.Amended, there)
            : (HitRecordState.Ended, null);

    private sealed record Row(HitAddress Address, HitReport Report, HitRecord Record, DateTimeOffset Received, HitStanding Standing, byte[]? NaturalKey, DateTimeOffset? Read)
    {
        public static Row Of(DbDataReader row)
        {
            RealmText.TryParse(row.GetString(6), out var realm);
            return new Row(
                new HitAddress(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
                new HitReport(MemberCode.Parse(row.GetString(3)), row.GetString(4), RegisterName.Parse(row.GetString(5)), realm, row.GetString(7), row.Instant(11), row.NumberOrNull(13), row.Bytes(14)),
                new HitRecord(row.GetString(8), row.GetInt64(9), row.GetString(10)),
                row.Instant(12), (HitStanding)row.GetInt64(15), row.BytesOrNull(16), row.InstantOrNull(17));
        }
    }
}
