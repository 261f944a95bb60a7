using System.Security.Cryptography;
using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Processes;
using Comity.Core.Storage;

namespace Comity.Core.Exchange;

/// <summary>An authenticated message from a partner.</summary>
/// <param name="Envelope">What the sender signed.</param>
/// <param name="Signed">The envelope as signed.</param>
/// <param name="Body">The salted body.</param>
public sealed record Incoming(Envelope Envelope, string Signed, byte[] Body)
{
    /// <summary>The body without its salt.</summary>
    public ReadOnlyMemory<byte> Content => SaltedBody.Content(Body);

    /// <summary>The sender.</summary>
    public MemberCode From => Envelope.From;
}

/// <summary>What a service answers.</summary>
public abstract record ServiceAnswer
{
    private ServiceAnswer()
    {
    }

    /// <summary>An answer that changes nothing here, or whose change is durable already.</summary>
    public sealed record Content(byte[] Bytes) : ServiceAnswer;

    /// <summary>A change to be made in one transaction with the receipt: one effect however often it is sent.</summary>
    /// <param name="Apply">Makes the change and returns the answer.</param>
    public sealed record Change(Func<WriteSession, byte[]> Apply) : ServiceAnswer;

    /// <summary>No.</summary>
    public sealed record Refusal(Problem Problem) : ServiceAnswer;

    /// <summary>No, of a kind.</summary>
    public static ServiceAnswer No(ProblemKind kind, string? detail = null) => new Refusal(Problem.Of(kind, detail));
}

/// <summary>One service that partners may ask for. A module adds its own.</summary>
public interface IExchangeService
{
    /// <summary>The name, e.g. <c>feed.pull</c>.</summary>
    string Name { get; }

    /// <summary>The largest body it takes, bytes.</summary>
    int MaxBody { get; }

    /// <summary>Whether a question must be fresh: clock skew of more than two minutes is then refused.</summary>
    bool MustBeFresh { get; }

    /// <summary>Answers. The message is authentic; whether its sender may ask this is for the service to judge.</summary>
    Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel);
}

/// <summary>Takes in what partners send: checks everything before anything is done.</summary>
public sealed class Reception(NodeContext node, RefusalCounter refusals, Follower follower, IEnumerable<IExchangeService> services)
{
    /// <summary>How far clocks may be apart for a question that must be fresh.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>How long after its expiry a transmission that need not be fresh is still taken in; also how far ahead of this clock it may have been signed.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    /// <summary>The longest that a sender may let a transmission be valid: it is remembered until it is over.</summary>
    public static readonly TimeSpan LongestValidity = TimeSpan.FromHours(24);

    private readonly Dictionary<string, IExchangeService> _services = services.ToDictionary(service => service.Name, StringComparer.Ordinal);
    private readonly ReplayGuard _replays = new(node.Store, Grace);

    /// <summary>The largest body of a service; null where there is no such service.</summary>
    public int? MaxBody(string service) => _services.TryGetValue(service, out var known) ? known.MaxBody + SaltedBody.SaltLength : null;

    /// <summary>Takes a transmission in.</summary>
    /// <param name="peer">The member whose pinned key holds the other end of the line; null where the line does not tell.</param>
    /// <param name="transmission">As received.</param>
    /// <param name="cancel">Stops the answer.</param>
    public async Task<LineAnswer> ReceiveAsync(MemberCode? peer, Transmission transmission, CancellationToken cancel)
    {
        var (incoming, problem) = Open(peer, transmission);
        if (incoming is null)
        {
            refusals.Count(problem!.Code);
            return Refuse(problem);
        }

        if (follower.Lag > Follower.MostSilence)
        {
            return Refuse(Problem.Of(ProblemKind.Unavailable));   // what this process takes for the newest may be so no more
        }

        try
        {
            if (await _replays.JudgeAsync(incoming.Envelope, incoming.Signed, node.Now) is { } seen)
            {
                refusals.Count(seen.Code);
                return Refuse(Problem.Of(seen));
            }

            return await AnswerAsync(incoming, _services[transmission.Service], cancel);
        }
        catch (StorageException)
        {
            return Refuse(Problem.Of(ProblemKind.Unavailable));
        }
    }

    private (Incoming? Incoming, Problem? Problem) Open(MemberCode? peer, Transmission transmission)
    {
        if (!_services.TryGetValue(transmission.Service, out var service))
        {
            return (null, Problem.Of(ProblemKind.ServiceUnknown));
        }

        if (transmission.Envelope.Length > Envelope.MaxLength || transmission.Body.Length > service.MaxBody + SaltedBody.SaltLength)
        {
            return (null, Problem.Of(ProblemKind.TooLarge));
        }

        MemberCode? signer = null;
        KeyStanding? standing = null;
        var verified = Jws.Verify(transmission.Envelope, Envelope.Type, kid => node.Membership.AnySigningKey(kid, out signer, out standing));
        if (verified is not JwsResult.Valid valid)
        {
            return (null, Explain((JwsResult.Refused)verified));
        }

        var envelope = Envelope.Read(valid.Payload, out var fault);
        if (envelope is null)
        {
            return (null, Problem.Of(ProblemKind.EnvelopeMalformed, fault));
        }

        var problem = Judge(envelope, transmission, service, signer!.Value, standing!.Value, peer);
        return problem is null ? (new Incoming(envelope, transmission.Envelope, transmission.Body), null) : (null, problem);
    }

    private static Problem Explain(JwsResult.Refused refused) => refused.Fault switch
    {
        JoseFault.UnknownKey => Problem.Of(ProblemKind.KeyUnknown),
        JoseFault.NotAuthentic => Problem.Of(ProblemKind.SignatureInvalid),
        JoseFault.UnknownCritical => Problem.Of(ProblemKind.CriticalUnknown, refused.Detail),
        JoseFault.TooLarge => Problem.Of(ProblemKind.TooLarge),
        _ => Problem.Of(ProblemKind.EnvelopeMalformed, refused.Detail),
    };

    private Problem? Judge(Envelope envelope, Transmission transmission, IExchangeService service, MemberCode signer, KeyStanding standing, MemberCode? peer)
    {
        var now = node.Now;
        ProblemKind? kind = standing switch
        {
            KeyStanding.Revoked => ProblemKind.KeyRevoked,
            KeyStanding.Retired => ProblemKind.KeyRetired,
            _ when envelope.From != signer || (peer is { } line && line != signer) => ProblemKind.SenderMismatch,
            _ when node.Membership.IsSuspended(signer) => ProblemKind.Suspended,
            _ when envelope.To != node.Membership.Self => ProblemKind.WrongRecipient,
            _ when envelope.Service != service.Name || envelope.Expires < envelope.IssuedAt || envelope.Expires - envelope.IssuedAt > LongestValidity => ProblemKind.EnvelopeMalformed,
            _ when !node.Membership.Speaks(envelope.Version) => ProblemKind.VersionUnsupported,
            _ when !SaltedBody.Matches(transmission.Body, envelope.Digest) => ProblemKind.BodyMismatch,
            _ when node.Membership.Expired(now) && service.Name != DocumentsService.ServiceName => ProblemKind.CharterExpired,
            _ when !node.Membership.Allows(envelope.Realm) => ProblemKind.NotAllowed,
            _ when (service.MustBeFresh ? (envelope.IssuedAt - now).Duration() > Skew : envelope.IssuedAt - now > Grace) => ProblemKind.ClockSkew,
            _ when envelope.Expires < now - (service.MustBeFresh ? Skew : Grace) => ProblemKind.Expired,
            _ => null,
        };
        return kind is null ? null : Problem.Of(kind);
    }

    private async Task<LineAnswer> AnswerAsync(Incoming incoming, IExchangeService service, CancellationToken cancel) =>
        await service.AnswerAsync(incoming, cancel) switch
        {
            ServiceAnswer.Content content => Sign(incoming, SaltedBody.Make(content.Bytes, node.Randomness)),
            ServiceAnswer.Change change => await node.Store.WriteAsync(session => Once(session, incoming, change)),
            ServiceAnswer.Refusal refusal => Refuse(refusal.Problem),
            var other => throw new InvalidOperationException($"{service.Name} answered {other}."),
        };

    private LineAnswer Once(WriteSession session, Incoming incoming, ServiceAnswer.Change change)
    {
        var envelope = incoming.Envelope;
        var before = session.First(
            "SELECT digest, receipt, answer FROM inbox WHERE sender = @sender AND id = @id",
            row => (Digest: row.Bytes(0), Answer: new LineAnswer(200, row.GetString(1), row.Bytes(2))),
            ("@sender", envelope.From.ToString()), ("@id", envelope.Id.ToString()));
        if (before.Answer is not null)
        {
            return CryptographicOperations.FixedTimeEquals(before.Digest, envelope.Digest)
                ? Sign(incoming, before.Answer.Body)
                : Refuse(Problem.Of(ProblemKind.IdConflict));
        }

        var answer = Sign(incoming, SaltedBody.Make(change.Apply(session), node.Randomness));
        session.Execute(
            "INSERT INTO inbox (sender, id, digest, envelope, receipt, answer, received) VALUES (@sender, @id, @digest, @envelope, @receipt, @answer, @received)",
            ("@sender", envelope.From.ToString()), ("@id", envelope.Id.ToString()), ("@digest", envelope.Digest),
            ("@envelope", System.Text.Encoding.ASCII.GetBytes(incoming.Signed)), ("@receipt", answer.Receipt), ("@answer", answer.Body),
            ("@received", node.Now.ToUnixTimeMilliseconds()));
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Received, node.Now, Actor.Node)
            .With("from", envelope.From.ToString()).With("service", envelope.Service).With("id", envelope.Id.ToString())
            .With("envelope", Receipt.HashOf(incoming.Signed)).With("realm", envelope.Realm.Text()));
        return answer;
    }

    private LineAnswer Sign(Incoming incoming, byte[] answer)
    {
        var envelope = incoming.Envelope;
        var receipt = new Receipt(
            envelope.Version, envelope.Id, node.Membership.Self, envelope.From, Receipt.HashOf(incoming.Signed), SaltedBody.Digest(answer), node.Membership.Number, node.Now);
        return new LineAnswer(200, receipt.Sign(node.Membership.Keys.Current(KeyUse.Signing).Signer), answer);
    }

    private static LineAnswer Refuse(Problem problem) => new(problem.Status, null, problem.ToJson());
}
