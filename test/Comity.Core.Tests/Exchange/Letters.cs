using Comity.Core.Exchange;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Exchange;

/// <summary>Transmissions made by hand, right or wrong.</summary>
internal static class Letters
{
    public static byte[] Body(string content) => SaltedBody.Make(System.Text.Encoding.UTF8.GetBytes(content), Randomness.System);

    /// <summary>From Arcadia to Utopia, asking for the feeds' news, unless the envelope is changed.</summary>
    public static Envelope Envelope(TestNodes nodes, byte[] body, string service = "contact") => new(
        1, Randomness.System.NewId(), Parties.Arcadia, Parties.Utopia, service, "", "", Realm.Live, 1, nodes.Time.Now, nodes.Time.Now + Correspondent.Validity, SaltedBody.Digest(body));

    public static Transmission Transmission(TestNodes nodes, string content = "{}", string service = "contact", Func<Envelope, Envelope>? change = null, SigningKey? key = null)
    {
        var body = Body(content);
        var envelope = Envelope(nodes, body, service);
        return new Transmission(service, (change?.Invoke(envelope) ?? envelope).Sign(key ?? nodes.Parties.Online(Parties.Arcadia).Current(KeyUse.Signing).Signer), body);
    }

    public static Task<LineAnswer> ToUtopiaAsync(TestNodes nodes, Transmission transmission, MemberCode? peer = null) =>
        nodes[Parties.Utopia].Node.Reception.ReceiveAsync(peer ?? Parties.Arcadia, transmission, CancellationToken.None);

    /// <summary>The code of the refusal; empty where there is none.</summary>
    public static async Task<string> RefusalAsync(TestNodes nodes, Transmission transmission, MemberCode? peer = null)
    {
        var answer = await ToUtopiaAsync(nodes, transmission, peer);
        return answer.Status == 200 ? "" : Problem.Read(answer.Status, answer.Body).Code;
    }
}
