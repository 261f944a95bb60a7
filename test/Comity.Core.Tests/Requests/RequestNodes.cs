using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Requests;
using Comity.Core.Requests.Clocks;
using Comity.Core.Requests.Desk;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.Core.Tests.Requests.Kinds;
using Comity.Core.Web;

namespace Comity.Core.Tests.Requests;

/// <summary>Nodes of one network that may ask each other, each with a duty officer and a supervisor.</summary>
internal sealed class RequestNodes : IDisposable
{
    private readonly Dictionary<(MemberCode, Role), Officer> _officers = [];

    public RequestNodes(
        IReadOnlyList<RequestKind>? kinds = null, Func<MemberCode, ILine>? line = null, ulong seed = 1, Func<MemberCode, IDatabase?>? database = null, WorkCalendar? calendar = null, Func<MemberCode, TimeSpan>? skew = null,
        params MemberCode[] people)
    {
        Kinds = kinds ?? [TestKinds.Everything];
        var draft = Parties.Shared.Draft();
        foreach (var kind in Kinds)
        {
            draft.Put(new RequestTerms(kind.Name, [kind.Digest], kind.Purposes, [SharingPair.All]));
        }

        Nodes = new TestNodes(seed, genesis: Parties.Shared.Sign(draft), line: line, skew: skew, database: database, kinds: Kinds, calendar: calendar);
        foreach (var member in people.Length > 0 ? people : [Parties.Utopia, Parties.Arcadia])
        {
            var node = Nodes[member].Node;
            node.Context.Store.WriteAsync(session =>
            {
                node.People.Desks.Declare(session, Actor.Node, "duty desk");
                foreach (var role in new[] { Role.DutyOfficer, Role.Supervisor, Role.Auditor, Role.DocumentDesk })
                {
                    var (made, _) = OfficerDraft.Read(role.Text(), "duty desk", [role.Text()], [.. Kinds.SelectMany(kind => kind.Purposes).Distinct().Select(purpose => purpose.ToString())], "en");
                    _officers[(member, role)] = node.People.Officers.Make(session, Actor.Node, made!);
                }
            }).GetAwaiter().GetResult();
        }
    }

    public IReadOnlyList<RequestKind> Kinds { get; }

    public TestNodes Nodes { get; }

    public Node this[MemberCode member] => Nodes[member].Node;

    public Actor Officer(MemberCode member, Role role = Role.DutyOfficer) => _officers[(member, role)].Actor;

    public RequestDesk Desk(MemberCode member) => this[member].Requests.Desk;

    /// <summary>Drafts and sends; returns the name.</summary>
    public async Task<RequestId> SendAsync(MemberCode from, MemberCode to, RequestKind? kind = null, JsonObject? content = null, Role role = Role.DutyOfficer)
    {
        kind ??= Kinds[0];
        var draft = Given(await Desk(from).DraftAsync(Officer(from, role), Input(to, kind, content)));
        Given(await Desk(from).SendAsync(Officer(from, role), draft.Row.Id, "needed today"));
        return draft.Row.Id;
    }

    public static DraftInput Input(MemberCode to, RequestKind kind, JsonObject? content = null) => new(
        kind.Name.ToString(), to.ToString(), kind.Purposes[0].ToString(), Reference: "file 17/2026", Content: JsonSerializer.SerializeToElement(content ?? SampleContent.Of(kind.Act("ask")!)));

    public async Task<Answer<RequestView>> ActAsync(MemberCode member, RequestId id, string act, ActInput? more = null, Role role = Role.DutyOfficer)
    {
        var kind = Kinds.Single(known => known.Name == RequestRowOf(member, id)!.Kind);
        var content = kind.Act(act) is { } declared ? JsonSerializer.SerializeToElement(SampleContent.Of(declared)) : (JsonElement?)null;
        more ??= new ActInput(act, Ground: kind.Grounds[0].Name, Conditions: [.. kind.Conditions.Where(condition => !condition.Always).Take(1).Select(condition => condition.Name)], Text: "in words", Reason: "so it is");
        return await Desk(member).ActAsync(Officer(member, role), id, more with { Act = act, Content = more.Content ?? content });
    }

    public RequestState State(MemberCode member, RequestId id) =>
        Nodes[member].Store.Read(session => this[member].Requests.Book.State(session, Core.Requests.Keeping.RequestBook.Row(session, id)!))!;

    public Core.Requests.Keeping.RequestRow? RequestRowOf(MemberCode member, RequestId id) => Nodes[member].Store.Read(session => Core.Requests.Keeping.RequestBook.Row(session, id));

    public async Task<RequestView> ViewAsync(MemberCode member, RequestId id) => Given(await Desk(member).FindAsync(Officer(member), id));

    /// <summary>Everybody carries what is due, until nothing is.</summary>
    public async Task CarryAsync()
    {
        for (var (i, went) = (0, 1); went > 0 && i < 20; i++)
        {
            went = 0;
            foreach (var place in Nodes.Places.Where(place => place.Up))
            {
                foreach (var partner in place.Node.Requests.Partners())
                {
                    went += await place.Node.CarryAsync(partner, CancellationToken.None);
                }
            }
        }
    }

    public void AssertSame(RequestId id, params MemberCode[] members)
    {
        var states = members.Select(member => State(member, id)).ToList();
        foreach (var other in states.Skip(1))
        {
            Assert.Equal((states[0].Phase, states[0].Decider), (other.Phase, other.Decider));
            Assert.Equal(states[0].Timeline.Select(line => (line.Event.Id, line.Standing)), other.Timeline.Select(line => (line.Event.Id, line.Standing)));
        }
    }

    public static RequestView Given(Answer<RequestView> answer) => answer switch
    {
        Answer<RequestView>.Given given => given.Value,
        Answer<RequestView>.Waiting waiting => waiting.Value,
        Answer<RequestView>.Refused refused => throw new InvalidOperationException($"{refused.Problem.Code} {refused.Problem.Detail}"),
        Answer<RequestView>.Faulty faulty => throw new InvalidOperationException(string.Join("; ", faulty.Faults)),
        _ => throw new InvalidOperationException(),
    };

    public void Dispose() => Nodes.Dispose();
}
