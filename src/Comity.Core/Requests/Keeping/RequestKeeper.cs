using Comity.Core.Access;
using Comity.Core.Ledger;
using Comity.Core.Requests.Delivery;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;

namespace Comity.Core.Requests.Keeping;

/// <summary>What happens to requests by time alone: terms run out, and what was said is erased when it need be kept no longer.</summary>
public sealed class RequestKeeper
{
    private const int AtOnce = 200;
    private readonly NodeContext _node;
    private readonly RequestBook _book;
    private readonly RequestMaker _maker;

    internal RequestKeeper(NodeContext node, RequestBook book, RequestMaker maker) => (_node, _book, _maker) = (node, book, maker);

    /// <summary>Ends what has run out under this State's own calendar; returns how many.</summary>
    public Task<int> ExpireAsync() => _node.Store.WriteAsync(session =>
    {
        var over = session.Query(
            "SELECT c.request, c.clock FROM request_clock c JOIN request r ON r.id = c.request WHERE c.due <= @now AND c.stated = 1 AND r.asked = @self ORDER BY c.due LIMIT @most",
            row => (Id: row.GetString(0), Clock: row.GetString(1)), ("@now", _node.Now.ToUnixTimeMilliseconds()), ("@self", _node.Membership.Self.ToString()), ("@most", (long)AtOnce));
        var ended = 0;
        foreach (var (text, clock) in over)
        {
            RequestId.TryParse(text, out var id);
            var row = RequestBook.Row(session, id)!;
            if (_book.Kinds.Find(session, row.Digest) is { } kind && kind.Clocks.FirstOrDefault(known => known.Name == clock) is { End: ClockEnd.End or ClockEnd.Free })
            {
                var making = new Making(EventType.Expire, Authority.Node, null, new EventFacts { Clock = clock });
                ended += _maker.Make(session, row, kind, making, Actor.Node, out _) is null ? 0 : 1;
            }
        }

        return ended;
    });

    /// <summary>Erases what was said in requests that ended longer ago than their kind keeps them; returns how many.</summary>
    /// <param name="confirmed">A time that is confirmed: what time alone destroys needs one.</param>
    public Task<int> EraseAsync(DateTimeOffset confirmed) => _node.Store.WriteAsync(session =>
    {
        var ended = session.Query($"{RequestRow.Columns} WHERE ended IS NOT NULL AND erased IS NULL ORDER BY ended LIMIT @most", RequestRow.Read, ("@most", (long)AtOnce));
        var over = ended.Where(row => _book.Kinds.Find(session, row.Digest) is { } kind && row.Ended + kind.Retention <= confirmed).ToList();
        foreach (var row in over)
        {
            EraseAll(session, row.Id);
            session.Execute("UPDATE request SET erased = @now WHERE id = @id", ("@now", _node.Now.ToUnixTimeMilliseconds()), ("@id", row.Id.ToString()));
            _node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.RequestErased, _node.Now, Actor.Node).With("request", row.Id.ToString()).With("kind", row.Kind.ToString()));
        }

        return over.Count;
    });

    /// <summary>Destroys all that was said in a request; events, and what they commit to, stay.</summary>
    internal static void EraseAll(WriteSession session, RequestId id)
    {
        var which = ("@id", (object?)id.ToString());
        session.Execute("DELETE FROM request_key WHERE request = @id", which);
        session.Execute("DELETE FROM request_body WHERE request = @id", which);
        session.Execute("DELETE FROM request_file WHERE request = @id", which);
        session.NoteErased();
    }
}
