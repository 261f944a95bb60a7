using Comity.Core.Contacts;
using System.Security.Cryptography;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Exchange;

/// <summary>What came of asking a partner.</summary>
public abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>It answered, and signed for it.</summary>
    /// <param name="Content">The answer without its salt.</param>
    /// <param name="Receipt">What it signed.</param>
    /// <param name="Signed">The receipt as signed.</param>
    public sealed record Answered(ReadOnlyMemory<byte> Content, Receipt Receipt, string Signed) : Reply;

    /// <summary>It refused.</summary>
    public sealed record Refused(Problem Problem) : Reply;

    /// <summary>No answer, or none that can be believed.</summary>
    /// <param name="Reason">For an operator.</param>
    public sealed record Silent(string Reason) : Reply;
}

/// <summary>A message to a partner, before it is signed for one transmission.</summary>
/// <param name="Id">Outlives every retry.</param>
/// <param name="To">The partner.</param>
/// <param name="Service">What is asked.</param>
/// <param name="Purpose">For which purpose; empty for the running of the network.</param>
/// <param name="Basis">The legal basis; may be empty.</param>
/// <param name="Realm">Live or exercise.</param>
/// <param name="Body">The salted body.</param>
public sealed record Message(Guid Id, MemberCode To, string Service, string Purpose, string Basis, Realm Realm, byte[] Body);

/// <summary>Asks partners: signs, sends, checks the receipt.</summary>
public sealed class Correspondent(NodeContext node, ILine line)
{
    /// <summary>For how long a transmission may be taken in after it was signed.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromMinutes(2);

    /// <summary>Sends a message once and waits for its answer.</summary>
    public async Task<Reply> AskAsync(Message message, TimeSpan timeout, CancellationToken cancel)
    {
        if (node.Membership.Expired(node.Now) && message.Service != DocumentsService.ServiceName)
        {
            return new Reply.Silent("our charter has expired: exchange is stopped");
        }

        var envelope = Sign(message);
        try
        {
            var answer = await line.SendAsync(message.To, new Transmission(message.Service, envelope, message.Body), timeout, cancel);
            return answer.Status == 200 ? Check(message, envelope, answer) : new Reply.Refused(Problem.Read(answer.Status, answer.Body));
        }
        catch (LineDownException e)
        {
            return new Reply.Silent(e.Message);
        }
    }

    private string Sign(Message message)
    {
        var now = node.Now;
        var envelope = new Envelope(
            node.Membership.VersionFor(message.To), message.Id, node.Membership.Self, message.To, message.Service, message.Purpose, message.Basis, message.Realm,
            node.Membership.Number, now, now + Validity, SaltedBody.Digest(message.Body));
        return envelope.Sign(node.Membership.Keys.Current(KeyUse.Signing).Signer);
    }

    private Reply Check(Message message, string envelope, LineAnswer answer)
    {
        MemberCode? signer = null;
        if (answer.Receipt is not { Length: <= Envelope.MaxLength } signed)
        {
            return new Reply.Silent("the answer has no receipt");
        }

        var verified = Jws.Verify(signed, Receipt.Type, kid => node.Membership.SigningKey(kid, out signer));
        if (verified is not JwsResult.Valid valid)
        {
            return new Reply.Silent($"the receipt does not hold: {((JwsResult.Refused)verified).Detail}");
        }

        var receipt = Receipt.Read(valid.Payload, out var fault);
        if (receipt is null)
        {
            return new Reply.Silent($"the receipt cannot be read: {fault}");
        }

        var fits = signer == message.To && receipt.From == message.To && receipt.To == node.Membership.Self && receipt.Id == message.Id
            && CryptographicOperations.FixedTimeEquals(receipt.Envelope, Receipt.HashOf(envelope))
            && SaltedBody.Matches(answer.Body, receipt.Answer);
        return fits
            ? new Reply.Answered(SaltedBody.Content(answer.Body), receipt, signed)
            : new Reply.Silent("the receipt is not for this envelope and answer");
    }
}
