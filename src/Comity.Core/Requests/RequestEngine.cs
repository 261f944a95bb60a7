using Comity.Core.Access.TwoPersons;
using Comity.Core.Contacts;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Clocks;
using Comity.Core.Requests.Delivery;
using Comity.Core.Requests.Desk;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Content;

namespace Comity.Core.Requests;

/// <summary>Requests between States, put together.</summary>
public sealed class RequestEngine
{
    /// <summary>Pieces of files fetched in one turn.</summary>
    private const int PiecesInTurn = 40;

    private readonly NodeContext _node;

    internal RequestEngine(NodeContext node, IReadOnlyList<RequestKind> kinds, Func<ReadOnlyMemory<byte>, RequestKind?> readKind, WorkCalendar calendar, RegisterIndexes registers, Approvals approvals)
    {
        _node = node;
        Due = new NewsSignal();
        Changed = new NewsSignal();
        Book = new RequestBook(node, new KindShelf(kinds, readKind), calendar);
        var context = new ContentContext(code => node.Membership.Directory.Find(code) is not null, registers.Find);
        var files = new RequestFiles(node, Book);
        var maker = new RequestMaker(node, Book, files, Due);
        var acts = new RequestActs(node, Book, maker);
        approvals.Register(acts);
        Desk = new RequestDesk(node, Book, maker, acts, files, context, approvals);
        Keeper = new RequestKeeper(node, Book, maker);
        Services = [new RequestPost(node, Book, maker, files, context, Changed), files];
    }

    /// <summary>What this State's people do.</summary>
    public RequestDesk Desk { get; }

    /// <summary>Where requests are kept.</summary>
    public RequestBook Book { get; }

    /// <summary>What happens by time alone.</summary>
    public RequestKeeper Keeper { get; }

    /// <summary>Rings when something is queued for a partner.</summary>
    public NewsSignal Due { get; }

    /// <summary>Rings when something came from a partner.</summary>
    public NewsSignal Changed { get; }

    /// <summary>What partners may ask for.</summary>
    internal IReadOnlyList<IExchangeService> Services { get; }

    /// <summary>Sends a partner what is due, and fetches what files are to come from it.</summary>
    /// <param name="outbox">What waits.</param>
    /// <param name="correspondent">The way to it.</param>
    /// <param name="partner">The partner.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>How many messages and pieces went.</returns>
    public async Task<int> CarryAsync(Outbox outbox, Correspondent correspondent, MemberCode partner, CancellationToken cancel) =>
        await outbox.SendDueAsync(partner, cancel) + await Desk.Files.FetchAsync(correspondent, partner, PiecesInTurn, cancel);

    /// <summary>Partners for whom something is due now.</summary>
    public IReadOnlyList<MemberCode> Partners() => _node.Store.Read(session => session.Query(
        """
        SELECT recipient FROM outbox WHERE receipt IS NULL AND failure IS NULL AND next_try <= @now
        UNION SELECT owner FROM request_file WHERE state = 'coming'
        """,
        row => MemberCode.Parse(row.GetString(0)), ("@now", _node.Now.ToUnixTimeMilliseconds())));
}
