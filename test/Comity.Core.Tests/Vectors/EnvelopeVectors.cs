using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Vectors;

/// <summary>Transmissions to Arcadia: one that is right, and every way to be wrong.</summary>
internal sealed class EnvelopeVectors
{
    private static readonly byte[] Documents = Encoding.UTF8.GetBytes("""{"after":1,"notices":[]}""");
    private static readonly byte[] Query = Encoding.UTF8.GetBytes("""{"register":"test-profiles","case":"2026/17","probe":{"key":"A1"}}""");

    private readonly Parties _parties;
    private readonly VectorNode _arcadia;
    private readonly JsonArray _steps = [];
    private DateTimeOffset _now = Parties.Start.AddMinutes(1);

    private EnvelopeVectors(Parties parties, VectorNode arcadia) => (_parties, _arcadia) = (parties, arcadia);

    public static async Task<JsonObject> MakeAsync(Parties parties)
    {
        using var arcadia = await VectorNode.OpenAsync(parties.Genesis, parties.Online(Parties.Arcadia));
        var vectors = new EnvelopeVectors(parties, arcadia);
        await vectors.RightAndRepeatedAsync();
        await vectors.SignaturesAsync();
        await vectors.NamesAsync();
        await vectors.TimesAsync();
        await vectors.ServicesAsync();
        await vectors.KeysOutOfUseAsync();
        return new JsonObject
        {
            ["about"] = "Offered to Arcadia's node in order: now is its clock (ms), line the member at the other end of TLS, envelope the header, body base64url with its salt. A notice is taken in before the steps that follow.",
            ["steps"] = vectors._steps,
        };
    }

    public static byte[] Salted(byte[] content) => SaltedBody.Make(content, Randomness.System);

    /// <summary>A payload as an envelope has it, for one change by a caller.</summary>
    public static JsonObject Payload(MemberCode from, string service, byte[] body, DateTimeOffset now) => new()
    {
        ["v"] = 1, ["id"] = Randomness.System.NewId().ToString(), ["from"] = from.ToString(), ["to"] = "XAR", ["service"] = service, ["purpose"] = "", ["basis"] = "",
        ["realm"] = "live", ["charter"] = 1, ["iat"] = now.ToUnixTimeMilliseconds(), ["exp"] = now.AddMinutes(2).ToUnixTimeMilliseconds(), ["digest"] = VectorFiles.Text(SaltedBody.Digest(body)),
    };

    public static string Sign(JsonObject payload, SigningKey key, string type = Envelope.Type) => Jws.Sign(JsonSerializer.SerializeToUtf8Bytes(payload), key, type);

    /// <summary>Offers a step and writes down what came of it, which must be what the caller says.</summary>
    public static async Task StepAsync(JsonArray steps, VectorNode arcadia, JsonObject step, JsonObject expect)
    {
        var answer = await arcadia.OfferAsync(step);
        Assert.Equal($"{step["about"]}: {expect.ToJsonString()}", $"{step["about"]}: {ExchangeVectorTests.Outcome(step, answer!, arcadia).ToJsonString()}");
        step["expect"] = expect;
        if (answer!.Receipt is { } receipt)
        {
            step["answer"] = VectorFiles.Text(answer.Body);
            step["receipt"] = receipt;
        }

        steps.Add(step);
    }

    private SigningKey Key(MemberCode member) => _parties.Online(member).Current(KeyUse.Signing).Signer;

    private async Task OfferAsync(string about, string service, byte[] body, string envelope, string? problem = null, int status = 200, MemberCode? line = null)
    {
        var expect = problem is null ? new JsonObject { ["status"] = 200 } : new JsonObject { ["status"] = status, ["problem"] = problem };
        await StepAsync(_steps, _arcadia, new JsonObject
        {
            ["about"] = about, ["now"] = _now.ToUnixTimeMilliseconds(), ["line"] = (line ?? Parties.Utopia).ToString(), ["service"] = service, ["envelope"] = envelope, ["body"] = VectorFiles.Text(body),
        }, expect);
        _now += TimeSpan.FromSeconds(1);
    }

    private Task ChangedAsync(string about, string service, byte[] content, Action<JsonObject> change, string? problem = null, int status = 400, MemberCode? from = null)
    {
        var sender = from ?? Parties.Utopia;
        var body = Salted(content);
        var payload = Payload(sender, service, body, _now);
        change(payload);
        return OfferAsync(about, service, body, Sign(payload, Key(sender)), problem, status, sender);
    }

    private async Task RightAndRepeatedAsync()
    {
        var body = Salted(Documents);
        var payload = Payload(Parties.Utopia, "documents", body, _now);
        var envelope = Sign(payload, Key(Parties.Utopia));
        await OfferAsync("a right transmission", "documents", body, envelope);
        await OfferAsync("the very same again", "documents", body, envelope, "replayed", 409);
        payload["iat"] = (_now + TimeSpan.FromSeconds(1)).ToUnixTimeMilliseconds();
        await OfferAsync("the same id and body, signed again", "documents", body, Sign(payload, Key(Parties.Utopia)));
        var other = Salted(Documents);
        payload["digest"] = VectorFiles.Text(SaltedBody.Digest(other));
        await OfferAsync("the same id with another body", "documents", other, Sign(payload, Key(Parties.Utopia)), "id-conflict", 409);
        await ChangedAsync("a field that is not known is ignored", "documents", Documents, payload => payload["later"] = "x");
    }

    private async Task SignaturesAsync()
    {
        var body = Salted(Documents);
        var payload = Payload(Parties.Utopia, "documents", body, _now);
        var envelope = Sign(payload, Key(Parties.Utopia));
        var parts = envelope.Split('.');
        await OfferAsync("another signature", "documents", body, $"{parts[0]}.{parts[1]}.{VectorWriter.Flip(parts[2])}", "signature-invalid", 401);
        using var nobody = SigningKey.Generate();
        await OfferAsync("a key that is nobody's", "documents", body, Sign(payload, nobody), "key-unknown", 401);
        await OfferAsync("a root key: not for envelopes", "documents", body, Sign(payload, _parties.Root(Parties.Utopia)), "key-unknown", 401);
        await OfferAsync("another typ", "documents", body, Sign(payload, Key(Parties.Utopia), Receipt.Type), "envelope-malformed", 400);
        await OfferAsync("alg none", "documents", body, WithHeader(payload, header => header["alg"] = "none"), "envelope-malformed", 400);
        await OfferAsync("a critical header that is not understood", "documents", body, WithHeader(payload, header => (header["b64x"], header["crit"]) = (true, new JsonArray("b64x"))), "critical-unknown", 400);
        await OfferAsync("a header that is not understood and not critical", "documents", body, WithHeader(payload, header => header["hint"] = "x"));
        await OfferAsync("base64 with padding", "documents", body, envelope + "=", "envelope-malformed", 400);
        await OfferAsync("two parts", "documents", body, $"{parts[0]}.{parts[1]}", "envelope-malformed", 400);
        await OfferAsync("a name twice in the payload", "documents", body, Jws.Sign(Encoding.UTF8.GetBytes("{\"v\":1," + payload.ToJsonString()[1..]), Key(Parties.Utopia), Envelope.Type), "envelope-malformed", 400);
        await ChangedAsync("no digest", "documents", Documents, payload => payload.Remove("digest"), "envelope-malformed");
        await ChangedAsync("an id in braces", "documents", Documents, payload => payload["id"] = $"{{{payload["id"]}}}", "envelope-malformed");
    }

    private string WithHeader(JsonObject payload, Action<JsonObject> change)
    {
        var key = Key(Parties.Utopia);
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = key.Id.ToString(), ["typ"] = Envelope.Type };
        change(header);
        var input = $"{VectorFiles.Text(JsonSerializer.SerializeToUtf8Bytes(header))}.{VectorFiles.Text(JsonSerializer.SerializeToUtf8Bytes(payload))}";
        return $"{input}.{VectorFiles.Text(key.Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    private async Task NamesAsync()
    {
        await ChangedAsync("signed by Utopia, from Lyonesse by its own word", "documents", Documents, payload => payload["from"] = "XLY", "sender-mismatch", 403);
        var body = Salted(Documents);
        await OfferAsync("Utopia's envelope on Lyonesse's line", "documents", body, Sign(Payload(Parties.Utopia, "documents", body, _now), Key(Parties.Utopia)), "sender-mismatch", 403, Parties.Lyonesse);
        await ChangedAsync("for Lyonesse", "documents", Documents, payload => payload["to"] = "XLY", "wrong-recipient", 403);
        await ChangedAsync("an envelope for another service than the path", "documents", Documents, payload => payload["service"] = "contact", "envelope-malformed");
        await ChangedAsync("version 2", "documents", Documents, payload => payload["v"] = 2, "version-unsupported");
        var altered = Salted(Documents);
        await OfferAsync("another body than the envelope's", "documents", altered, Sign(Payload(Parties.Utopia, "documents", Salted(Documents), _now), Key(Parties.Utopia)), "body-mismatch", 400);
        await ChangedAsync("a realm that there is not", "documents", Documents, payload => payload["realm"] = "test", "envelope-malformed");
        await ChangedAsync("a charter number beyond ours is told, not refused", "documents", Documents, payload => payload["charter"] = 9);
    }

    private async Task TimesAsync()
    {
        await ChangedAsync("expired an hour ago, where it need not be fresh", "documents", Documents, payload => Shift(payload, TimeSpan.FromHours(-1)));
        await ChangedAsync("expired more than a day ago", "documents", Documents, payload => Shift(payload, TimeSpan.FromHours(-25)), "transmission-expired");
        await ChangedAsync("signed more than a day ahead", "documents", Documents, payload => Shift(payload, TimeSpan.FromHours(25)), "clock-skew");
        await ChangedAsync("valid for more than a day", "documents", Documents, payload => payload["exp"] = payload["iat"]!.GetValue<long>() + 86_400_001, "envelope-malformed");
        await ChangedAsync("over before it was signed", "documents", Documents, payload => payload["exp"] = payload["iat"]!.GetValue<long>() - 1, "envelope-malformed");
        await ChangedAsync("a query, fresh", "register.query", Query, payload => payload["purpose"] = "border-control");
        await ChangedAsync("a query three minutes old", "register.query", Query, payload => { payload["purpose"] = "border-control"; Shift(payload, TimeSpan.FromMinutes(-3)); }, "clock-skew");
        await ChangedAsync("a query from three minutes ahead", "register.query", Query, payload => { payload["purpose"] = "border-control"; Shift(payload, TimeSpan.FromMinutes(3)); }, "clock-skew");
    }

    private static void Shift(JsonObject payload, TimeSpan by)
    {
        payload["iat"] = payload["iat"]!.GetValue<long>() + (long)by.TotalMilliseconds;
        payload["exp"] = payload["exp"]!.GetValue<long>() + (long)by.TotalMilliseconds;
    }

    private async Task ServicesAsync()
    {
        await ChangedAsync("a service that there is not", "tea.make", Documents, _ => { }, "service-unknown", 404);
        await ChangedAsync("a body larger than feed.pull takes", "feed.pull", new byte[1025], _ => { }, "too-large", 413);
        await ChangedAsync("a body that is no JSON", "documents", "{"u8.ToArray(), _ => { }, "body-malformed");
        await ChangedAsync("a query without a case", "register.query", Encoding.UTF8.GetBytes("""{"register":"test-profiles","case":"","probe":{"key":"A1"}}"""), payload => payload["purpose"] = "border-control", "body-malformed");
        await ChangedAsync("a query for a purpose that the charter does not give", "register.query", Query, payload => payload["purpose"] = "curiosity", "not-allowed", 403);
        await ChangedAsync("a query by a member that the register is not shared with", "register.query", Query, payload => payload["purpose"] = "border-control", "not-allowed", 403, Parties.Ruritania);
        await ChangedAsync("a feed that there is not", "feed.pull", Encoding.UTF8.GetBytes("""{"feed":"comity/0000000000000000/XAR/test-records/live/all/1","from":0,"most":10}"""), _ => { }, "not-allowed", 403);

        var feed = new FeedName(_arcadia.Node.Context.Membership.Network, Parties.Arcadia, Parties.Replicated, Realm.Live, Audience.All, 1);
        var body = Salted(Encoding.UTF8.GetBytes(new JsonObject { ["feed"] = feed.Origin, ["at"] = _now.ToUnixTimeMilliseconds(), ["erased"] = new JsonArray(0, 1) }.ToJsonString()));
        var payload = Payload(Parties.Utopia, "feed.erased", body, _now);
        await OfferAsync("an erasure receipt: a change", "feed.erased", body, Sign(payload, Key(Parties.Utopia)));
        await OfferAsync("the same signed again: the same answer, no second effect", "feed.erased", body, Sign(payload, Key(Parties.Utopia)));
        Assert.Equal(_steps[^2]!["answer"]!.GetValue<string>(), _steps[^1]!["answer"]!.GetValue<string>());
    }

    private async Task KeysOutOfUseAsync()
    {
        var chain = _arcadia.Node.Context.Membership.Chain;
        var none = new Dictionary<string, long>();
        var (lyonesse, ruritania) = (chain.Current!.Find(Parties.Lyonesse)!.Keys[KeyUse.Signing], chain.Current.Find(Parties.Ruritania)!.Keys[KeyUse.Signing]);
        var draft = new NoticeDraft(chain, NoticeBoard.Empty, _now);
        await NoticeAsync("Lyonesse revokes its signing key", draft.Revocation(Parties.Lyonesse, lyonesse.Current.Id, RevocationReason.Compromised, none).SignedBy(_parties.Root(Parties.Lyonesse)));
        await ChangedAsync("a revoked key", "documents", Documents, _ => { }, "key-revoked", 401, Parties.Lyonesse);
        await NoticeAsync("Ruritania rotates its signing key", draft.Rotation(Parties.Ruritania, KeyUse.Signing, ruritania, none, null).SignedBy(_parties.Root(Parties.Ruritania)));
        await ChangedAsync("a retired key", "documents", Documents, _ => { }, "key-retired", 401, Parties.Ruritania);
        await NoticeAsync("three members suspend Atlantis", new[] { Parties.Utopia, Parties.Lyonesse, Parties.Ruritania }.Aggregate(draft.Suspension(Parties.Atlantis), (notice, by) => notice.SignedBy(_parties.Root(by))));
        await ChangedAsync("a suspended member", "documents", Documents, _ => { }, "member-suspended", 403, Parties.Atlantis);
        _now = Parties.Start.AddDays(26 * 7);
        await ChangedAsync("after the charter's end", "contact", "{}"u8.ToArray(), _ => { }, "charter-expired", 403);
        await ChangedAsync("after the charter's end, for the next charter", "documents", Documents, _ => { });
    }

    private async Task NoticeAsync(string about, JwsDocument notice)
    {
        var step = new JsonObject { ["about"] = about, ["now"] = _now.ToUnixTimeMilliseconds(), ["notice"] = VectorFiles.Text(notice.ToJson()) };
        await _arcadia.OfferAsync(step);
        _steps.Add(step);
    }
}
