using System.Data.Common;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Feeds;

/// <summary>What the store knows of a feed.</summary>
/// <param name="Log">Its number in this store.</param>
/// <param name="Name">Whose, of what, for whom.</param>
/// <param name="Own">Whether this node publishes it.</param>
/// <param name="Size">Entries here.</param>
/// <param name="Checkpoint">Own: the newest. Mirror: the newest that covers exactly what is here, or null.</param>
/// <param name="ToldSize">Mirror: the size the owner last told of.</param>
/// <param name="Fault">Mirror: why it is in quarantine, or null.</param>
public sealed record FeedRow(long Log, FeedName Name, bool Own, long Size, byte[]? Checkpoint, long ToldSize, FeedFault? Fault);

/// <summary>The feeds of the store.</summary>
public static class FeedTable
{
    private const string Columns =
        "SELECT f.log, l.origin, l.kind, l.size, l.checkpoint, f.told_size, f.fault, f.fault_index, f.fault_text, f.fault_at FROM feed f JOIN log l ON l.log = f.log";

    /// <summary>All feeds.</summary>
    public static List<FeedRow> Feeds(this ReadSession session) => session.Query(Columns + " ORDER BY f.log", Row);

    /// <summary>A feed by its name, or null.</summary>
    public static FeedRow? Feed(this ReadSession session, FeedName name) =>
        session.First(Columns + " WHERE l.origin = @origin", Row, ("@origin", name.Origin));

    /// <summary>A feed by its number, or null.</summary>
    public static FeedRow? Feed(this ReadSession session, long log) => session.First(Columns + " WHERE f.log = @log", Row, ("@log", log));

    /// <summary>The feed's number; it is made at first use.</summary>
    public static long OpenFeed(this WriteSession session, FeedName name, LogKind kind)
    {
        var log = session.OpenLog(name.Origin, kind);
        session.Execute(
            "INSERT INTO feed (log, owner, register, realm, audience, epoch) VALUES (@log, @owner, @register, @realm, @audience, @epoch) ON CONFLICT (log) DO NOTHING",
            ("@log", log), ("@owner", name.Owner.ToString()), ("@register", name.Register.ToString()), ("@realm", name.Realm.Text()),
            ("@audience", name.Audience.ToString()), ("@epoch", (long)name.Epoch));
        return log;
    }

    /// <summary>Notes what the owner told of the feed's size.</summary>
    public static void SetTold(this WriteSession session, long log, long size)
    {
        session.Tell(StoreNews.Partners);
        session.Execute("UPDATE feed SET told_size = @size WHERE log = @log AND told_size < @size", ("@size", size), ("@log", log));
    }

    /// <summary>Puts a feed in quarantine, or releases it. A fault that stops the feed is not overwritten by one that does not.</summary>
    public static void SetFault(this WriteSession session, long log, FeedFault? fault)
    {
        session.Tell(StoreNews.Partners);
        session.Execute(
            "UPDATE feed SET fault = @fault, fault_index = @index, fault_text = @text, fault_at = @at WHERE log = @log",
            ("@fault", fault?.Code.ToString()), ("@index", fault?.Index), ("@text", fault?.Text), ("@at", fault?.At.ToUnixTimeMilliseconds()), ("@log", log));
    }

    /// <summary>The record at an address, or null where none is in force.</summary>
    public static RecordRow? Record(this ReadSession session, long log, long index)
    {
        var rows = session.Query(
            "SELECT log, idx, natural_key, state, expires FROM record WHERE log = @log AND idx = @idx", RecordOf, ("@log", log), ("@idx", index));
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Takes a record out of force.</summary>
    public static void RemoveRecord(this WriteSession session, long log, long index)
    {
        session.Execute("DELETE FROM record WHERE log = @log AND idx = @idx", ("@log", log), ("@idx", index));
        session.Touch(log, index);
    }

    /// <summary>Says whether a record that is in force is answered from.</summary>
    public static void SetState(this WriteSession session, long log, long index, RecordState state)
    {
        session.Execute("UPDATE record SET state = @state WHERE log = @log AND idx = @idx", ("@state", (long)state), ("@log", log), ("@idx", index));
        session.Touch(log, index);
        if (state == RecordState.Live)
        {
            session.Revived.Add((log, index));
        }
    }

    /// <summary>The sealed body of a record that is answered from; null where it is not, or not any more.</summary>
    public static SealedBody? LiveBody(this ReadSession session, long log, long index) => session.First(
        """
        SELECT e.body, k.secret FROM record r
        JOIN entry e ON e.log = r.log AND e.idx = r.idx JOIN entry_key k ON k.log = r.log AND k.idx = r.idx
        WHERE r.log = @log AND r.idx = @idx AND r.state = 0 AND e.body IS NOT NULL
        """,
        row => new SealedBody(row.Bytes(0), row.Bytes(1)),
        ("@log", log), ("@idx", index));

    /// <summary>The sealed body of an entry, or null where it has none (any more).</summary>
    public static SealedBody? Body(this ReadSession session, long log, long index) => session.First(
        "SELECT e.body, k.secret FROM entry e JOIN entry_key k ON k.log = e.log AND k.idx = e.idx WHERE e.log = @log AND e.idx = @idx AND e.body IS NOT NULL",
        row => new SealedBody(row.Bytes(0), row.Bytes(1)),
        ("@log", log), ("@idx", index));

    /// <summary>A row of <c>record</c> from columns log, idx, natural_key, state, expires.</summary>
    public static RecordRow RecordOf(DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.BytesOrNull(2), (RecordState)row.GetInt64(3), row.GetInt64(4));

    private static FeedRow Row(DbDataReader row)
    {
        if (!FeedName.TryParse(row.GetString(1), out var name))
        {
            throw new StorageException($"Feed {row.GetInt64(0)} has an origin that cannot be read.", away: false);
        }

        var fault = row.IsDBNull(6) ? null : new FeedFault(Enum.Parse<FeedFaultCode>(row.GetString(6)), row.GetInt64(7), row.GetString(8), row.Instant(9));
        return new FeedRow(row.GetInt64(0), name, row.GetString(2) == "own", row.GetInt64(3), row.BytesOrNull(4), row.GetInt64(5), fault);
    }
}
