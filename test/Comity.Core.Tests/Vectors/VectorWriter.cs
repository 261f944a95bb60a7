using System.Text.Json.Nodes;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Vectors;

/// <summary>Makes every vector anew, under new keys. What must come of each is written down here, and held against the library while writing.</summary>
internal static class VectorWriter
{
    public static async Task WriteAllAsync(string folder)
    {
        var parties = new Parties();
        VectorFiles.Write(folder, "network.json", Network(parties));
        VectorFiles.Write(folder, "envelope/steps.json", await EnvelopeVectors.MakeAsync(parties));
        using var nodes = new TestNodes(parties: parties);
        VectorFiles.Write(folder, "contact/steps.json", await ContactVectors.MakeAsync(parties, nodes[Parties.Utopia]));
        VectorFiles.Write(folder, "hit-notice/steps.json", await HitNoticeVectors.MakeAsync(parties));
        VectorFiles.Write(folder, "feed/cases.json", await FeedVectors.MakeAsync(parties, nodes[Parties.Utopia]));
        await WriteLedgerAsync(folder, nodes[Parties.Utopia]);
    }

    private static JsonObject Network(Parties parties)
    {
        var keys = new JsonObject();
        foreach (var member in Parties.All)
        {
            keys[member.ToString()] = new JsonObject(KeyRing.Online.Select(use =>
                KeyValuePair.Create<string, JsonNode?>(MemberKeys.Spell(use), VectorFiles.Text(parties.Online(member).Current(use).ToPkcs8()))));
        }

        return new JsonObject
        {
            ["about"] = "Five fictional States. charter: the signed charter 1, base64url. keys: private keys as PKCS #8, base64url, of no worth but here.",
            ["genesis"] = parties.Genesis.Hash.ToString(),
            ["charter"] = VectorFiles.Text(parties.Genesis.Document.ToJson()),
            ["keys"] = keys,
        };
    }

    private static async Task WriteLedgerAsync(string folder, Place utopia)
    {
        var outcome = await utopia.Node.Checks.RunAsync(
            Parties.Officer, new CheckQuestion(Parties.Replicated, Realm.Live, Parties.Border, new TestProbe("A1"), "2026/17"), CancellationToken.None);
        await utopia.PublishAsync(Core.Feeds.Audience.Self, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), "L1", "nobody", "later"));
        var context = utopia.Node.Context;
        var (leaf, detail) = context.Store.Read(session =>
        {
            var log = context.Membership.Ledger.Find(session);
            var body = Core.Feeds.FeedTable.Body(session, log, outcome.LedgerEntry)!;
            return (session.First("SELECT leaf FROM entry WHERE log = @log AND idx = @idx", row => row.Bytes(0), ("@log", log), ("@idx", outcome.LedgerEntry))!, context.Sealer.Open(body.Ciphertext, body.Secret)!);
        });
        var file = JsonNode.Parse(LedgerProofFile.Make(context, outcome.LedgerEntry)!)!.AsObject();
        VectorFiles.Write(folder, "ledger/proof.json", file);
        VectorFiles.Write(folder, "ledger/detail.json", new JsonObject { ["leaf"] = VectorFiles.Text(leaf), ["detail"] = VectorFiles.Text(detail) });

        var other = System.Text.Encoding.UTF8.GetString(leaf).Replace("incomplete", "noHit", StringComparison.Ordinal);
        var proof = file["proof"]!.GetValue<string>().Split('\n');
        proof[3] = VectorWriter.Flip(proof[3]);
        var genesis = context.Membership.Genesis.ToString();
        var cases = new JsonArray();
        Add("as it is; the reader compares the genesis hash", [], null, true);
        Add("with the genesis hash known", [], genesis, true);
        Add("another network's genesis hash", [], new string('0', 64), false);
        Add("an entry that says something else", new JsonObject { ["entry"] = VectorFiles.Text(System.Text.Encoding.UTF8.GetBytes(other)) }, genesis, false);
        Add("another member's", new JsonObject { ["member"] = "XAR" }, genesis, false);
        Add("a changed hash in the proof", new JsonObject { ["proof"] = string.Join('\n', proof) }, genesis, false);
        Add("no charter", new JsonObject { ["charters"] = new JsonArray() }, genesis, false);
        Add("a form that is not known", new JsonObject { ["comity"] = "ledger-proof/2" }, genesis, false);
        VectorFiles.Write(folder, "ledger/cases.json", new JsonObject { ["about"] = "proof.json with some fields replaced (with), the genesis hash known to the reader, and what it proves.", ["cases"] = cases });

        void Add(string about, JsonObject with, string? known, bool proved)
        {
            var changed = file.DeepClone().AsObject();
            foreach (var (name, value) in with)
            {
                changed[name] = value?.DeepClone();
            }

            var expect = LedgerVectorTests.Outcome(changed, known is null ? null : CharterHash.Parse(known));
            Assert.Equal(proved, expect["proved"]!.GetValue<bool>());
            cases.Add(new JsonObject { ["about"] = about, ["with"] = with, ["genesis"] = known, ["expect"] = expect });
        }
    }

    /// <summary>The same text with its first character changed to another of the same alphabet.</summary>
    public static string Flip(string text) => (text[0] == 'A' ? 'B' : 'A') + text[1..];
}
