using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Exchange;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Delivery;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Content;
using Comity.Core.Storage;
using Comity.Core.Web;

namespace Comity.Core.Requests.Desk;

/// <summary>Everything that this State's people do with requests: pages, API and commands come here alike.</summary>
/// <remarks>Whoever may not see a request is told the same as of one that is not there. Every look at what was said is in the ledger.</remarks>
public sealed partial class RequestDesk
{
    private const string DraftName = "draft";
    private readonly NodeContext _node;
    private readonly RequestBook _book;
    private readonly RequestMaker _maker;
    private readonly RequestActs _acts;
    private readonly ContentContext _context;
    private readonly Access.TwoPersons.Approvals _approvals;

    internal RequestDesk(NodeContext node, RequestBook book, RequestMaker maker, RequestActs acts, RequestFiles files, ContentContext context, Access.TwoPersons.Approvals approvals) =>
        (_node, _book, _maker, _acts, Files, _context, _approvals) = (node, book, maker, acts, files, context, approvals);

    /// <summary>The kinds in use.</summary>
    public IReadOnlyList<RequestKind> Kinds => _book.Kinds.InUse;

    /// <summary>Files of requests.</summary>
    public RequestFiles Files { get; }

    /// <summary>Begins a draft; nothing leaves.</summary>
    public async Task<Answer<RequestView>> DraftAsync(Actor by, DraftInput input, OnceKey? once = null)
    {
        if (Gate.Decide(_node.Membership, by, new Act.Requests()) is { } refused)
        {
            return refused;
        }

        var (row, body, faults) = Read(input, RequestId.New(_node.Membership.Self, _node.Randomness));
        if (row is null)
        {
            return new Answer<RequestView>.Faulty(faults);
        }

        if (Gate.Decide(_node.Membership, by, new Act.Request(row.Realm, row.Purpose)) is { } forbidden)
        {
            return forbidden;
        }

        var answer = await _node.Store.WriteAsync(session => OnceKey.Run(session, once, _node.Now, () =>
        {
            row.Insert(session);
            SealDraft(session, row.Id, body!, input.Follows);
            Note(session, by, row.Id, "drafted");
            return System.Text.Encoding.ASCII.GetBytes(row.Id.ToString());
        }));
        return answer is null ? ProblemKind.Conflict : RequestId.TryParse(System.Text.Encoding.ASCII.GetString(answer), out var id) ? await FindAsync(by, id) : ProblemKind.NotFound;
    }

    /// <summary>Writes a draft anew. Kind, member and purpose stay as they are.</summary>
    public async Task<Answer<RequestView>> RedraftAsync(Actor by, RequestId id, DraftInput input)
    {
        if (Draft(by, id) is not { } there)
        {
            return NotFound(by);
        }

        var (row, body, faults) = Read(input with { Kind = there.Kind.ToString(), To = there.Asked.ToString(), Purpose = there.Purpose.ToString(), Realm = there.Realm.Text() }, id);
        if (row is null)
        {
            return new Answer<RequestView>.Faulty(faults);
        }

        var done = await _node.Store.WriteAsync(session =>
        {
            if (RequestBook.Row(session, id)?.Phase != Phase.Draft)
            {
                return false;
            }

            session.Execute("UPDATE request SET urgency = @urgency, changed = @now WHERE id = @id", ("@urgency", row.Urgency.ToString().ToLowerInvariant()), ("@now", _node.Now.ToUnixTimeMilliseconds()), ("@id", id.ToString()));
            SealDraft(session, id, body!, input.Follows);
            Note(session, by, id, "redrafted");
            return true;
        });
        return done ? await FindAsync(by, id) : ProblemKind.Conflict;
    }

    /// <summary>Throws a draft away, with its files.</summary>
    public async Task<Problem?> DiscardAsync(Actor by, RequestId id) => Draft(by, id) is null ? Refusal(by) : await _node.Store.WriteAsync(session =>
    {
        if (RequestBook.Row(session, id)?.Phase != Phase.Draft)
        {
            return Problem.Of(ProblemKind.Conflict);
        }

        RequestKeeper.EraseAll(session, id);
        session.Execute("DELETE FROM request WHERE id = @id", ("@id", id.ToString()));
        Note(session, by, id, "discarded");
        return null;
    });

    /// <summary>Sends a draft, or proposes to a second person to send it, as the kind says.</summary>
    /// <param name="by">Who sends; a person.</param>
    /// <param name="id">The draft.</param>
    /// <param name="reason">For the second person.</param>
    public async Task<Answer<RequestView>> SendAsync(Actor by, RequestId id, string? reason = null)
    {
        if (by.Person is null)
        {
            return ProblemKind.Forbidden;
        }

        if (Draft(by, id) is not { } row)
        {
            return NotFound(by);
        }

        var (body, follows) = _node.Store.Read(session => ReadDraft(session, id));
        if (_book.Kinds.Find(row.Kind) is not { } kind || body is null)
        {
            return ProblemKind.NotFound;
        }

        if (Refused(row, kind) is { } notAllowed)
        {
            return notAllowed;
        }

        var ask = kind.Act(RequestKind.Ask)!;
        var (said, faults) = Saying.Read(ask, body, Completeness.Whole, _context);
        if (said is null)
        {
            return new Answer<RequestView>.Faulty(faults);
        }

        var facts = new EventFacts { Act = RequestKind.Ask, Opening = new Opening(kind.Name, kind.Digest, row.Asked, row.Realm, row.Purpose, row.Urgency, follows) };
        return await CarryAsync(by, row with { Digest = kind.Digest, Opened = _node.Now }, kind, ask, EventType.Ask, facts, said, reason);
    }

    /// <summary>Does something with a request, or proposes it to a second person, as the kind says.</summary>
    public async Task<Answer<RequestView>> ActAsync(Actor by, RequestId id, ActInput input)
    {
        if (by.Person is null)
        {
            return ProblemKind.Forbidden;
        }

        if (Visible(by, id) is not { } row || row.Phase == Phase.Draft || _node.Store.Read(session => (Kind: _book.Kinds.Find(session, row.Digest), State: _book.State(session, row))) is not { Kind: { } kind, State: { } state })
        {
            return NotFound(by);
        }

        var (act, type) = Saying.Find(kind, input.Act);
        if (type is null or EventType.Ask)
        {
            return new FieldFault("act", $"must be one of {string.Join(", ", kind.Acts.Where(known => known.Name != RequestKind.Ask).Select(known => known.Name).Concat(Saying.Free.Select(free => free.Text())))}", "n’est pas un acte de ce type de demande");
        }

        var (said, faults) = Saying.Read(act, new EventBody(input.Reference, input.Text, Saying.Given(input.Content), input.Files ?? []), Completeness.Whole, _context);
        var (facts, wrong) = Facts(kind, state, type.Value, act, input);
        return said is null || facts is null ? new Answer<RequestView>.Faulty([.. faults, .. wrong]) : await CarryAsync(by, row, kind, act, type.Value, facts, said, input.Reason);
    }

    /// <summary>Keeps a file for a draft or for the next act.</summary>
    /// <param name="by">Who attaches it.</param>
    /// <param name="id">The request.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<Answer<KeptFile>> AttachAsync(Actor by, RequestId id, Stream content, CancellationToken cancel)
    {
        if (Visible(by, id) is not { Erased: null })
        {
            return Refusal(by);
        }

        if (_node.Store.Read(session => RequestFiles.List(session, id)).Count >= RequestFiles.MostFiles)
        {
            return ProblemKind.TooLarge;
        }

        return await Files.KeepAsync(id, content, RequestFiles.LargestFile, cancel) is { } file ? file : ProblemKind.TooLarge;
    }

    /// <summary>A file that is whole; the look is in the ledger.</summary>
    public async Task<Answer<KeptFile>> FileAsync(Actor by, RequestId id, string sha256)
    {
        if (Visible(by, id) is null || _node.Store.Read(session => RequestFiles.Find(session, id, sha256)) is not { State: "whole" } file)
        {
            return Refusal(by);
        }

        await _node.Store.WriteAsync(session => Note(session, by, id, "file"));
        return file;
    }

    private async Task<Answer<RequestView>> CarryAsync(Actor by, RequestRow row, RequestKind kind, KindAct? act, EventType type, EventFacts facts, Said said, string? reason)
    {
        if (MissingFile(row.Id, said.Whole.AllFiles(act)) is { } missing)
        {
            return new FieldFault("files", $"{missing} was not attached to this request", $"{missing} n’a pas été joint à cette demande");
        }

        var accepted = _maker.Accepted(_node.Store.Read(session => _book.State(session, row)));
        var body = said.Whole == EventBody.Empty ? null : SaltedBody.Make(said.Leaving(accepted).ToJson(), _node.Randomness);
        var own = said.KeepsBack(accepted) ? SaltedBody.Make(said.Whole.ToJson(), _node.Randomness) : null;
        if (act is { NeedsTwoPersons: true })
        {
            return await ProposeAsync(by, row, kind, act, new Making(type, Authority.Node, null, facts, body, null, own), reason);
        }

        var encrypted = Letter.Encrypt(_node, row.Other(_node.Membership.Self), body);
        var fault = await _node.Store.WriteAsync<EventFault?>(session =>
        {
            if (_acts.Authority(session, by.Person!, kind, act, _acts.PartyOf(row)) is not { } authority)
            {
                return EventFault.RoleMayNot;
            }

            var state = _maker.Make(session, row, kind, new Making(type, authority, null, facts, body, encrypted, own), by, out var why);
            if (state is not null)
            {
                _maker.React(session, row, state);
            }

            if (state is not null && type == EventType.Ask)
            {
                RequestBook.Erase(session, row.Id, DraftName);
            }

            return why;
        });
        return fault is { } no ? RequestActs.Explain(no) : await FindAsync(by, row.Id);
    }

    private async Task<Answer<RequestView>> ProposeAsync(Actor by, RequestRow row, RequestKind kind, KindAct act, Making making, string? reason)
    {
        if (_node.Store.Read(session => _acts.Authority(session, by.Person!, kind, act, _acts.PartyOf(row))) is null)
        {
            return RequestActs.Explain(EventFault.RoleMayNot);
        }

        var payload = await _node.Store.WriteAsync(session => _acts.Prepare(session, row, making));
        var (approval, problem) = await _approvals.ProposeAsync(by, RequestActs.KindName, payload, reason);
        return approval is null ? problem! : await FindAsync(by, row.Id) is Answer<RequestView>.Given given ? new Answer<RequestView>.Waiting(given.Value, approval.Id) : ProblemKind.NotFound;
    }

    private string? MissingFile(RequestId id, IEnumerable<FileReference> files) => _node.Store.Read(session =>
        files.FirstOrDefault(file => RequestFiles.Find(session, id, file.Sha256) is not { State: "whole" } kept || kept.Size != file.Size)?.Name);

    private Problem? Refused(RequestRow row, RequestKind kind) =>
        !_node.Membership.Directory.MayRequest(row.Kind, row.Asked, row.Asker) || _node.Membership.Directory.Request(row.Kind) is not { } terms || !terms.Serves(row.Purpose) || !terms.Digests.Contains(kind.Digest)
            ? Problem.Of(ProblemKind.NotAllowed) : null;

    private (RequestRow? Row, EventBody? Body, IReadOnlyList<FieldFault> Faults) Read(DraftInput input, RequestId id)
    {
        List<FieldFault> faults = [];
        var kind = RegisterName.TryParse(input.Kind, null, out var name) ? _book.Kinds.Find(name) : null;
        if (kind is null)
        {
            return (null, null, [new FieldFault("kind", "is no kind of request that is known here", "n’est pas un type de demande connu ici")]);
        }

        if (!MemberCode.TryParse(input.To, null, out var to) || !_node.Membership.Directory.MayRequest(kind.Name, to, _node.Membership.Self))
        {
            faults.Add(new FieldFault("to", "is no member that may be asked this", "n’est pas un membre à qui cela peut être demandé"));
        }

        if (!Purpose.TryParse(input.Purpose, null, out var purpose) || !kind.Purposes.Contains(purpose) || _node.Membership.Directory.Request(kind.Name)?.Serves(purpose) != true)
        {
            faults.Add(new FieldFault("purpose", "is none that this kind may be asked for", "n’est pas une finalité admise pour ce type de demande"));
        }

        var realm = Realm.Live;
        if (input.Realm is { } text && !RealmText.TryParse(text, out realm))
        {
            faults.Add(new FieldFault("realm", "must be live or exercise", "doit être live ou exercise"));
        }

        var urgency = kind.Urgencies[0];
        if (input.Urgency is { } urgent && !(Enum.TryParse(urgent, ignoreCase: true, out urgency) && !int.TryParse(urgent, out _) && kind.Urgencies.Contains(urgency)))
        {
            faults.Add(new FieldFault("urgency", $"must be one of {string.Join(", ", kind.Urgencies.Select(known => known.ToString().ToLowerInvariant()))}", "n’est pas admise pour ce type de demande"));
        }

        if (input.Follows is { } follows && (!RequestId.TryParse(follows, out var before) || _node.Store.Read(session => RequestBook.Row(session, before)) is null))
        {
            faults.Add(new FieldFault("follows", "is no request that is known here", "n’est pas une demande connue ici"));
        }

        // A draft may lack what is required; it may not hold what cannot be sent.
        var (said, wrong) = Saying.Read(kind.Act(RequestKind.Ask), new EventBody(input.Reference, input.Text, Saying.Given(input.Content), input.Files ?? []), Completeness.Draft, _context);
        faults.AddRange(wrong);
        return faults.Count > 0 ? (null, null, faults)
            : (new RequestRow(id, kind.Name, kind.Digest, _node.Membership.Self, to, realm, purpose, urgency, Phase.Draft, _node.Now, _node.Now, null, null), said!.Whole, []);
    }

    private (EventFacts? Facts, IReadOnlyList<FieldFault> Faults) Facts(RequestKind kind, RequestState state, EventType type, KindAct? act, ActInput input)
    {
        var member = default(MemberCode);
        FieldFault? fault = type switch
        {
            EventType.Refuse when kind.Ground(input.Ground ?? "") is null => new("ground", $"must be one of {string.Join(", ", kind.Grounds.Select(ground => ground.Name))}", "n’est pas un motif de ce type de demande"),
            EventType.Refuse when kind.Ground(input.Ground!)!.NeedsText && string.IsNullOrWhiteSpace(input.Text) => new("text", "must give the reasons in words", "doit exposer les motifs"),
            EventType.Offer when input.Conditions is not { Count: > 0 and <= EventFacts.MostConditions } || input.Conditions.Any(name => kind.Condition(name) is not { Always: false }) || input.Conditions.Distinct().Count() != input.Conditions.Count =>
                new("conditions", $"must be some of {string.Join(", ", kind.Conditions.Where(condition => !condition.Always).Select(condition => condition.Name))}, each once", "ne sont pas des conditions de ce type de demande"),
            EventType.Pause or EventType.Resume when kind.Clocks.FirstOrDefault(clock => clock.Name == input.Clock) is not { MayPause: true } =>
                new("clock", $"must be one of {string.Join(", ", kind.Clocks.Where(clock => clock.MayPause).Select(clock => clock.Name))}", "n’est pas un délai qui peut être suspendu"),
            EventType.Pause or EventType.Resume or EventType.Message when string.IsNullOrWhiteSpace(input.Text) => new("text", "is missing", "manque"),
            EventType.Transfer when input.Member is { } code && (!MemberCode.TryParse(code, null, out member) || _node.Membership.Directory.Find(member) is null) => new("member", "is no member of the network", "n’est pas un membre du réseau"),
            _ => null,
        };
        return fault is { } wrong ? (null, [wrong]) : (new EventFacts
        {
            Act = act?.Name,
            Ground = type == EventType.Refuse ? input.Ground : null,
            Conditions = type == EventType.Offer ? input.Conditions! : [],
            About = type is EventType.Take or EventType.Decline ? state.Offer?.Id ?? state.Opened.Id : null,
            Clock = type is EventType.Pause or EventType.Resume ? input.Clock : null,
            Member = type == EventType.Transfer && input.Member is not null ? member : null,
        }, []);
    }

    private void SealDraft(WriteSession session, RequestId id, EventBody body, string? follows) => _book.Seal(session, id, DraftName, SaltedBody.Make(
        JsonSerializer.SerializeToUtf8Bytes(new { follows, body = JsonSerializer.Deserialize<JsonElement>(body.ToJson()) }), _node.Randomness));

    private (EventBody? Body, RequestId? Follows) ReadDraft(ReadSession session, RequestId id)
    {
        if (_book.Unseal(session, id, DraftName) is not { } salted)
        {
            return (null, null);
        }

        var json = JsonSerializer.Deserialize<JsonElement>(SaltedBody.Content(salted).Span);
        return (EventBody.Read(JsonSerializer.SerializeToUtf8Bytes(json.GetProperty("body")), out _), RequestId.TryParse(json.GetProperty("follows").GetString(), out var follows) ? follows : null);
    }

    private RequestRow? Draft(Actor by, RequestId id) => Visible(by, id) is { Phase: Phase.Draft } row ? row : null;

    /// <summary>A request that somebody may see; null where there is none, or not for them.</summary>
    private RequestRow? Visible(Actor by, RequestId id) =>
        _node.Store.Read(session => RequestBook.Row(session, id)) is { } row && Gate.Decide(_node.Membership, by, new Act.Request(row.Realm, row.Purpose)) is null ? row : null;

    private Problem Refusal(Actor by) => Gate.Decide(_node.Membership, by, new Act.Requests()) ?? Problem.Of(ProblemKind.NotFound);

    private Answer<RequestView> NotFound(Actor by) => Refusal(by);

    private void Note(WriteSession session, Actor by, RequestId id, string act) =>
        _node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.RequestDesk, _node.Now, by).With("request", id.ToString()).With("act", act));
}
