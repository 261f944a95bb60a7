using System.Data.Common;
using Comity.Core.Members;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;

namespace Comity.Core.Requests.Keeping;

/// <summary>A request as lists show it, without what was said.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Digest">The kind's wording.</param>
/// <param name="Asker">Who asks.</param>
/// <param name="Asked">Who is asked.</param>
/// <param name="Realm">Live or exercise.</param>
/// <param name="Purpose">For which purpose.</param>
/// <param name="Urgency">How urgent.</param>
/// <param name="Phase">How it stands.</param>
/// <param name="Opened">When it was sent, by its asker's clock; of a draft, when it was begun.</param>
/// <param name="Changed">When something was last heard of it here.</param>
/// <param name="Ended">When it came to its end here; null where it has not.</param>
/// <param name="Erased">When what was said was erased; null where it was not.</param>
public sealed record RequestRow(
    RequestId Id, RegisterName Kind, KindDigest Digest, MemberCode Asker, MemberCode Asked, Realm Realm, Purpose Purpose, Urgency Urgency, Phase Phase, DateTimeOffset Opened, DateTimeOffset Changed,
    DateTimeOffset? Ended, DateTimeOffset? Erased)
{
    internal const string Columns = "SELECT id, kind, digest, asker, asked, realm, purpose, urgency, phase, opened, changed, ended, erased FROM request";

    /// <summary>The other side.</summary>
    public MemberCode Other(MemberCode self) => self == Asker ? Asked : Asker;

    /// <summary>The columns of a request's line, of a table called r.</summary>
    internal const string OfR = "r.id, r.kind, r.digest, r.asker, r.asked, r.realm, r.purpose, r.urgency, r.phase, r.opened, r.changed, r.ended, r.erased";

    internal static RequestRow Read(DbDataReader row)
    {
        RequestId.TryParse(row.GetString(0), out var id);
        KindDigest.TryParse(row.GetString(2), out var digest);
        RealmText.TryParse(row.GetString(5), out var realm);
        Phases.TryParse(row.GetString(8), out var phase);
        return new RequestRow(
            id, RegisterName.Parse(row.GetString(1)), digest, MemberCode.Parse(row.GetString(3)), MemberCode.Parse(row.GetString(4)), realm, Purpose.Parse(row.GetString(6)),
            Enum.Parse<Urgency>(row.GetString(7), ignoreCase: true), phase, row.Instant(9), row.Instant(10), row.InstantOrNull(11), row.InstantOrNull(12));
    }

    internal void Insert(WriteSession session) => session.Execute(
        """
        INSERT INTO request (id, kind, digest, asker, asked, realm, purpose, urgency, phase, opened, changed)
        VALUES (@id, @kind, @digest, @asker, @asked, @realm, @purpose, @urgency, @phase, @opened, @changed)
        """,
        ("@id", Id.ToString()), ("@kind", Kind.ToString()), ("@digest", Digest.ToString()), ("@asker", Asker.ToString()), ("@asked", Asked.ToString()), ("@realm", Realm.Text()),
        ("@purpose", Purpose.ToString()), ("@urgency", Urgency.ToString().ToLowerInvariant()), ("@phase", Phase.Text()), ("@opened", Opened.ToUnixTimeMilliseconds()), ("@changed", Changed.ToUnixTimeMilliseconds()));
}

/// <summary>A clock as it is kept beside its request.</summary>
internal sealed record ClockRow(
    RequestRow Row, string Clock, Side Owed, DateTimeOffset Started, DateTimeOffset? Earliest, DateTimeOffset? Due, DateTimeOffset? Alarm, DateTimeOffset? Paused, bool Stated)
{
    public const string Select = $"SELECT {RequestRow.OfR}, c.clock, c.owed, c.started, c.earliest, c.due, c.alarm, c.paused, c.stated FROM request_clock c JOIN request r ON r.id = c.request";

    public static ClockRow Read(DbDataReader row) => new(
        RequestRow.Read(row), row.GetString(13), Enum.Parse<Side>(row.GetString(14), ignoreCase: true), row.Instant(15), row.InstantOrNull(16), row.InstantOrNull(17), row.InstantOrNull(18), row.InstantOrNull(19),
        row.GetInt64(20) == 1);
}
