using System.Text.Json;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Content;
using Comity.Core.Storage;

namespace Comity.Core.Requests.Delivery;

/// <summary>Takes in the other side's events. docs/protocol/request.md, section 6.</summary>
internal sealed class RequestPost(NodeContext node, RequestBook book, RequestMaker maker, RequestFiles files, ContentContext context, Contacts.NewsSignal changed) : IExchangeService
{
    /// <summary>The service's name.</summary>
    public const string ServiceName = "request.event";

    /// <summary>So many events of one member under one kind are taken in in a UTC day; what comes beyond may come again the next day.</summary>
    public const int MostPerDay = 100_000;

    private const string QuotaName = "request event";   // no purpose of a charter has a space

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int MaxBody => Letter.MaxLength;

    /// <inheritdoc/>
    public bool MustBeFresh => false;

    /// <inheritdoc/>
    public Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel) => Task.FromResult(Answer(message));

    private ServiceAnswer Answer(Incoming message)
    {
        if (Letter.Read(message.Content, out var fault) is not { } letter || Open(message, letter.Signed, out fault) is not { } made)
        {
            return ServiceAnswer.No(ProblemKind.BodyMalformed, fault);
        }

        var (row, kind, refusal) = node.Store.Read(session => Find(session, message, made));
        if (refusal is not null)
        {
            return ServiceAnswer.No(refusal);
        }

        byte[]? said = null;
        if (made.Commitment is not null)
        {
            var mayCome = false;
            said = letter.Body is null ? null : letter.Decrypt(node, out mayCome);
            if (mayCome)
            {
                return ServiceAnswer.No(ProblemKind.Unavailable);
            }

            fault = said is null || !SaltedBody.Matches(said, made.Commitment) ? "body is missing, not for this member, or not what the event commits to" : Fault(kind!, made, said);
        }
        else
        {
            fault = NoBody(kind!, made);   // an act may say nothing where its kind asks for nothing
        }

        if (fault is not null)
        {
            return ServiceAnswer.No(ProblemKind.BodyMalformed, fault);
        }

        return Judge(row!, kind!, made) ?? new ServiceAnswer.Change(session => TakeIn(session, row!, kind!, made, letter.Signed, said));
    }

    /// <summary>The event, if its signature holds and it is the sender's. A key that was retired since may have signed what waited long.</summary>
    private RequestEvent? Open(Incoming message, string signed, out string? fault)
    {
        MemberCode? signer = null;
        KeyStanding? standing = null;
        var verified = Jws.Verify(signed, RequestEvent.JwsType, kid => node.Membership.AnySigningKey(kid, out signer, out standing));
        if (verified is not JwsResult.Valid valid || standing == KeyStanding.Revoked)
        {
            fault = "the event's signature does not hold";
            return null;
        }

        var made = RequestEvent.Read(valid.Payload, out fault);
        if (made is not null && (made.From != signer || made.From != message.From))
        {
            fault = "the event is another member's than the sender's";
            return null;
        }

        return made;
    }

    private (RequestRow? Row, RequestKind? Kind, ProblemKind? Refusal) Find(ReadSession session, Incoming message, RequestEvent made)
    {
        var there = RequestBook.Row(session, made.Request);
        var row = there ?? (made.Facts.Opening is { } opening && Allowed(made, opening) ? NewRow(made, opening) : null);
        return row is null ? (null, null, made.Type == EventType.Ask ? ProblemKind.NotAllowed : ProblemKind.NotFound)   // its opening may still be on the way
            : row.Other(node.Membership.Self) != message.From || (row.Asker != node.Membership.Self && row.Asked != node.Membership.Self) || row.Phase == Phase.Draft
                || row.Realm != message.Envelope.Realm || row.Purpose.ToString() != message.Envelope.Purpose ? (null, null, ProblemKind.NotAllowed)
            : book.Kinds.Find(session, row.Digest) is not { } kind ? (null, null, ProblemKind.NotAllowed)
            : there is not null && made.Type == EventType.Ask && !RequestBook.Events(session, row.Id).Any(kept => kept.Event.Id == made.Id) ? (null, null, ProblemKind.IdConflict)
            : Quotas.Used(session, row.Kind, message.From, QuotaName, node.Now) >= MostPerDay ? (null, null, ProblemKind.QuotaExceeded)
            : (row, kind, null);
    }

    private bool Allowed(RequestEvent made, Opening opening) =>
        opening.To == node.Membership.Self && node.Membership.Directory.MayRequest(opening.Kind, opening.To, made.From) && node.Membership.Allows(opening.Realm)
        && node.Membership.Directory.Request(opening.Kind) is { } terms && terms.Serves(opening.Purpose) && terms.Digests.Contains(opening.KindDigest);

    private RequestRow NewRow(RequestEvent made, Opening opening) => new(
        made.Request, opening.Kind, opening.KindDigest, made.From, opening.To, opening.Realm, opening.Purpose, opening.Urgency, Phase.Sent, made.At, node.Now, null, null);

    /// <summary>Refuses what has no sense, by name; what cannot be judged yet is kept until it can.</summary>
    private ServiceAnswer? Judge(RequestRow row, RequestKind kind, RequestEvent made)
    {
        var events = node.Store.Read(session => RequestBook.Events(session, row.Id)).Select(kept => kept.Event).ToList();
        if (events.Count >= RequestState.MostEvents)
        {
            return ServiceAnswer.No(ProblemKind.QuotaExceeded);
        }

        var state = Fold.Of(kind, [.. events, made]);
        var fault = state is null ? EventRules.MayOpen(kind, made) ?? EventFault.NoSense : state.Timeline.FirstOrDefault(line => line.Event.Id == made.Id)?.Fault;
        return fault is { } refused ? ServiceAnswer.No(ProblemKind.BodyMalformed, $"the event is refused: {refused.Text()}") : null;
    }

    private string? Fault(RequestKind kind, RequestEvent made, byte[] said)
    {
        if (EventBody.Read(SaltedBody.Content(said), out var fault) is not { } body)
        {
            return fault;
        }

        var act = ActOf(kind, made);
        return act is null ? (body.Content is null ? files.Fault(body.Files) : "content belongs to no act") : Content(act, made, body) ?? files.Fault(body.AllFiles(act));
    }

    /// <summary>What leaves only once accepted may come with the act where it was accepted before; else it comes with a supply.</summary>
    private string? Content(KindAct act, RequestEvent made, EventBody body)
    {
        var content = body.Content ?? JsonSerializer.SerializeToElement(new object());
        IReadOnlyList<FieldFault> faults = [];
        return (made.Type != EventType.Supply && ContentReader.TryRead(act, content, Completeness.Arrived, context, out _, out faults))
            || ContentReader.TryRead(act, content, Completeness.ArrivedLater, context, out _, out var later) ? null : $"content.{(faults.Count > 0 ? faults : later)[0]}";
    }

    private KindAct? ActOf(RequestKind kind, RequestEvent made) =>
        made.Type == EventType.Supply ? node.Store.Read(session => RequestBook.ActOf(kind, RequestBook.Events(session, made.Request).Select(kept => kept.Event), made)) : RequestBook.ActOf(kind, [], made);

    private string? NoBody(RequestKind kind, RequestEvent made)
    {
        var act = ActOf(kind, made);
        return act is null ? null : Content(act, made, EventBody.Empty);
    }

    private byte[] TakeIn(WriteSession session, RequestRow row, RequestKind kind, RequestEvent made, string signed, byte[]? said)
    {
        Quotas.Count(session, row.Kind, made.From, QuotaName, node.Now, 1);
        var state = book.Add(session, row, made, signed, said, Actor.Node);
        if (said is not null)
        {
            files.Expect(session, row, EventBody.Read(SaltedBody.Content(said), out _)!.AllFiles(RequestBook.ActOf(kind, state.Standing, made)));
        }

        maker.React(session, row, state);
        session.AfterCommit(changed.Ring);
        return "{}"u8.ToArray();
    }
}
