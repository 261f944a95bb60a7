using Comity.Core.Exchange;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Requests;
using Comity.Core.Requests.Delivery;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.Core.Tests.Storage;
using Comity.Core.Web;
using Comity.Testing;

namespace Comity.Core.Tests.Requests;

public sealed class PostgresRequests : RequestConformance
{
    private protected override IDatabase? Database(MemberCode member) => member == Parties.Utopia ? new PostgresTestDatabase(PostgresServer.Shared).Open() : null;
}

/// <summary>Requests from desk to desk: what touches every table, on both databases.</summary>
public abstract class RequestConformance : IDisposable
{
    private protected static readonly MemberCode Uto = Parties.Utopia, Xar = Parties.Arcadia;
    private readonly List<RequestNodes> _networks = [];

    private protected abstract IDatabase? Database(MemberCode member);

    public void Dispose()
    {
        _networks.ForEach(network => network.Dispose());
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_request_is_asked_answered_and_closed_and_both_copies_and_ledgers_say_the_same()
    {
        var net = New();
        var id = await net.SendAsync(Uto, Xar);
        Assert.Equal(Phase.Sent, net.State(Uto, id).Phase);
        Assert.Equal(net.Nodes.Time.Now, (await net.ViewAsync(Uto, id)).UndeliveredSince);
        await net.CarryAsync();
        Assert.Equal(Phase.Delivered, net.State(Uto, id).Phase);
        Assert.Null((await net.ViewAsync(Uto, id)).UndeliveredSince);

        foreach (var (member, act, phase) in new[]
        {
            (Xar, "acknowledge", Phase.Acknowledged), (Xar, "offer", Phase.Offered), (Uto, "take", Phase.Accepted), (Xar, "carry-out", Phase.CarriedOut), (Xar, "part", Phase.PartlyAnswered), (Uto, "message", Phase.PartlyAnswered),
            (Xar, "answer", Phase.Answered), (Uto, "report-use", Phase.UseReported), (Uto, "close", Phase.Closed),
        })
        {
            net.Nodes.Time.Pass(TimeSpan.FromMinutes(7));
            Assert.Contains((await net.ViewAsync(member, id)).May, may => may.Act == act);
            Assert.Equal(phase, RequestNodes.Given(await net.ActAsync(member, id, act)).State!.Phase);
            await net.CarryAsync();
            net.AssertSame(id, Uto, Xar);
        }

        Assert.Equal(["marked", "no-onward"], net.State(Uto, id).Bound);
        var (asked, answered) = (await net.ViewAsync(Xar, id), await net.ViewAsync(Uto, id));
        Assert.Equal("file 17/2026", asked.Line[0].Said!.Reference);
        Assert.Equal("in words", answered.Line.Single(line => line.Entry.Event.Type == EventType.Answer).Said!.Text);
        Assert.All(net.Nodes.Places.Where(place => place.Member == Uto || place.Member == Xar), place => Assert.Null(place.Verify().Fault));
        Assert.Equal(net.State(Uto, id).Timeline.Count, Entries(net, Uto, LedgerKind.RequestEvent));
        Assert.Equal(net.State(Uto, id).Timeline.Count, Entries(net, Xar, LedgerKind.RequestEvent));
    }

    [Fact]
    public async Task A_file_comes_piece_by_piece_goes_on_where_it_stopped_and_counts_only_when_its_digest_is_right()
    {
        RequestNodes? net = null;
        var (pieces, cut, spoil) = (0, 3, false);
        net = New(line: from => new StraightLine(() => net!.Nodes, from) { Sending = (_, sent) => sent.Service != RequestFiles.ServiceName ? sent : ++pieces == cut ? null : sent });
        var content = new byte[(3 * RequestFiles.Piece) + 1000];
        new Random(5).NextBytes(content);
        var draft = RequestNodes.Given(await net.Desk(Uto).DraftAsync(net.Officer(Uto), RequestNodes.Input(Xar, net.Kinds[0])));
        var file = Assert.IsType<Answer<KeptFile>.Given>(await net.Desk(Uto).AttachAsync(net.Officer(Uto), draft.Row.Id, new MemoryStream(content), CancellationToken.None)).Value;
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)), file.Sha256);
        RequestNodes.Given(await net.Desk(Uto).RedraftAsync(net.Officer(Uto), draft.Row.Id, RequestNodes.Input(Xar, net.Kinds[0]) with { Files = [new FileReference("order.pdf", "application/pdf", content.Length, file.Sha256)] }));
        RequestNodes.Given(await net.Desk(Uto).SendAsync(net.Officer(Uto), draft.Row.Id));

        await net[Uto].CarryAsync(Xar);
        await net[Xar].CarryAsync(Uto);
        Assert.Equal(("coming", 2L * RequestFiles.Piece), (await net.ViewAsync(Xar, draft.Row.Id)).Files.Select(there => (there.State, there.Have)).Single());
        Assert.IsType<Answer<KeptFile>.Refused>(await net.Desk(Xar).FileAsync(net.Officer(Xar), draft.Row.Id, file.Sha256));
        await net.CarryAsync();

        var whole = Assert.IsType<Answer<KeptFile>.Given>(await net.Desk(Xar).FileAsync(net.Officer(Xar), draft.Row.Id, file.Sha256)).Value;
        Assert.Equal(content, net.Desk(Xar).Files.Pieces(draft.Row.Id, whole).SelectMany(piece => piece));
        Assert.Equal(5, pieces);   // one was asked for twice
        Assert.False(spoil);

        // Another's bytes under the announced digest: nothing is to be had.
        var other = RequestNodes.Given(await net.Desk(Uto).DraftAsync(net.Officer(Uto), RequestNodes.Input(Xar, net.Kinds[0])));
        var lie = Assert.IsType<Answer<KeptFile>.Given>(await net.Desk(Uto).AttachAsync(net.Officer(Uto), other.Row.Id, new MemoryStream([1, 2, 3]), CancellationToken.None)).Value;
        RequestNodes.Given(await net.Desk(Uto).RedraftAsync(net.Officer(Uto), other.Row.Id, RequestNodes.Input(Xar, net.Kinds[0]) with { Files = [new FileReference("a", "a/b", 3, lie.Sha256)] }));
        RequestNodes.Given(await net.Desk(Uto).SendAsync(net.Officer(Uto), other.Row.Id));
        await net.Nodes[Uto].Store.WriteAsync(session => net[Uto].Requests.Book.Seal(session, other.Row.Id, lie.Sha256 + "/0", [1, 2, 4]));
        await net.CarryAsync();
        Assert.Equal("damaged", (await net.ViewAsync(Xar, other.Row.Id)).Files.Single().State);
    }

    [Fact]
    public async Task After_erasure_kind_parties_times_and_commitments_remain_and_nothing_that_was_said()
    {
        var net = New();
        var id = await net.SendAsync(Uto, Xar);
        await net.CarryAsync();
        await net.ActAsync(Xar, id, "refuse");
        await net.CarryAsync();
        var before = net.State(Uto, id);
        Assert.Equal(0, await net[Uto].Requests.Keeper.EraseAsync(net.Nodes.Time.Now));

        net.Nodes.Time.Pass(net.Kinds[0].Retention);
        Assert.Equal(1, await net[Uto].Requests.Keeper.EraseAsync(net.Nodes.Time.Now));

        var view = await net.ViewAsync(Uto, id);
        Assert.All(view.Line.Where(line => line.Entry.Event.Commitment is not null), line => Assert.True(line.Erased && line.Said is null));
        Assert.Equal((before.Phase, before.Ground, before.Timeline.Count), (view.State!.Phase, view.State.Ground, view.Line.Count));
        Assert.Equal(0L, net.Nodes[Uto].Store.Read(session => session.First("SELECT (SELECT COUNT(*) FROM request_body) + (SELECT COUNT(*) FROM request_key)", row => row.GetInt64(0))));
        Assert.Equal(1, Entries(net, Uto, LedgerKind.RequestErased));
        Assert.Null(net.Nodes[Uto].Verify().Fault);
        // The other side keeps its own: what was asked is provable from there alone, by the commitment that stands in both.
        var kept = await net.ViewAsync(Xar, id);
        Assert.NotNull(kept.Line[0].Said);
        Assert.Equal(view.Line[0].Entry.Event.Commitment, kept.Line[0].Entry.Event.Commitment);
    }

    private protected RequestNodes New(RequestKind? kind = null, Func<MemberCode, ILine>? line = null, Core.Requests.Clocks.WorkCalendar? calendar = null)
    {
        var network = new RequestNodes(kind is null ? null : [kind], line, database: Database, calendar: calendar);
        _networks.Add(network);
        return network;
    }

    private protected static int Entries(RequestNodes net, MemberCode member, string kind) => net.Nodes[member].Store.Read(session => session.Query(
        "SELECT leaf FROM entry WHERE log = @log", row => row.Bytes(0), ("@log", net[member].Context.Membership.Ledger.Find(session)))).Count(leaf => LedgerLine.Read(leaf).Kind == kind);
}
