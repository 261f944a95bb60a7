using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Contacts;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;
using Comity.TransparencyLog;

namespace Comity.Core.Tests.Vectors;

/// <summary>Utopia shows Arcadia the head of its ledger at one contact after the other.</summary>
internal sealed class ContactVectors(Parties parties, Place utopia, VectorNode arcadia)
{
    private readonly JsonArray _steps = [];
    private DateTimeOffset _now = Parties.Start.AddMinutes(1);

    public static async Task<JsonObject> MakeAsync(Parties parties, Place utopia)
    {
        using var arcadia = await VectorNode.OpenAsync(parties.Genesis, parties.Online(Parties.Arcadia));
        var vectors = new ContactVectors(parties, utopia, arcadia);
        await vectors.RunAsync();
        return new JsonObject
        {
            ["about"] = "Contacts of Utopia with Arcadia, in order, as envelope/steps.json. cosigned: whether Arcadia cosigns the head shown; witnessed: the size it knows, where the proof does not begin there.",
            ["steps"] = vectors._steps,
        };
    }

    private async Task RunAsync()
    {
        await GrowAsync(1);
        await ContactAsync("a ledger seen for the first time", Claim(0), cosigned: true);
        await ContactAsync("the same head again", Claim(0), cosigned: true);
        await GrowAsync(2);
        await ContactAsync("a longer ledger, proved from the size cosigned last", Claim(1), cosigned: true);
        var older = Claim(0);
        await GrowAsync(4);
        await ContactAsync("a longer ledger, proved from another size", Claim(2), cosigned: false, witnessed: "3");
        var right = Claim(3);
        await ContactAsync("a proof with a changed hash", right with { Proof = [VectorWriter.Flip(right.Proof[0]), .. right.Proof[1..]] }, cosigned: false);
        await ContactAsync("a head signed with another member's key", right with { Note = Signed(right.Note, Parties.Lyonesse) }, cosigned: false);
        await ContactAsync("the right proof after all", right, cosigned: true);
        await ContactAsync("a shorter ledger than was cosigned", older with { From = 7 }, cosigned: false);
        await ContactAsync("nothing shown", null, cosigned: false);
        await OfferAsync("a list with a null in it", """{"versions":[1],"charter":1,"notices":"","cosignatures":[null]}"""u8.ToArray(), new JsonObject { ["status"] = 400, ["problem"] = "body-malformed" });
        await OfferAsync("more than sixteen proofs asked for", JsonSerializer.SerializeToUtf8Bytes(Question(null) with { Prove = new long[17] }, ContactJson.Default.ContactQuestion), new JsonObject { ["status"] = 400, ["problem"] = "body-malformed" });
    }

    private async Task GrowAsync(int entries)
    {
        for (var i = 0; i < entries; i++)
        {
            await utopia.PublishAsync(Audience.Self, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), $"{_now.Ticks}-{i}", "nobody", "x"));
        }
    }

    private LogClaim Claim(long from) => utopia.Store.Read(session => LedgerClaims.For(session, utopia.Node.Context.Membership, Parties.Arcadia, from))!;

    private string Signed(string note, MemberCode by)
    {
        Assert.True(SignedNote.TryParse(System.Text.Encoding.UTF8.GetBytes(note), out var parsed, out _));
        Assert.True(Checkpoint.TryParse(parsed.Text, out var checkpoint, out _));
        return new NoteSigner(checkpoint.Origin, parties.Online(by).Current(KeyUse.Log).Log).Sign(checkpoint).ToString();
    }

    private ContactQuestion Question(LogClaim? claim) => new()
    {
        Versions = [1], Charter = 1, Notices = ContactService.DigestOf(utopia.Node.Context.Membership), Ledger = claim,
    };

    private Task ContactAsync(string about, LogClaim? claim, bool cosigned, string? witnessed = null) => OfferAsync(
        about, JsonSerializer.SerializeToUtf8Bytes(Question(claim), ContactJson.Default.ContactQuestion), new JsonObject { ["status"] = 200, ["cosigned"] = cosigned, ["witnessed"] = witnessed });

    private async Task OfferAsync(string about, byte[] content, JsonObject expect)
    {
        var body = EnvelopeVectors.Salted(content);
        var envelope = EnvelopeVectors.Sign(EnvelopeVectors.Payload(Parties.Utopia, "contact", body, _now), parties.Online(Parties.Utopia).Current(KeyUse.Signing).Signer);
        await EnvelopeVectors.StepAsync(_steps, arcadia, new JsonObject
        {
            ["about"] = about, ["now"] = _now.ToUnixTimeMilliseconds(), ["line"] = "UTO", ["service"] = "contact", ["envelope"] = envelope, ["body"] = VectorFiles.Text(body),
        }, expect);
        _now += TimeSpan.FromSeconds(1);
    }
}
