using System.Text.Json.Nodes;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;
using Comity.TransparencyLog;

namespace Comity.Core.Tests.Vectors;

/// <summary>Answers to feed.pull: a feed as its owner serves it, and every way in which an owner may fail or lie.</summary>
internal sealed class FeedVectors(Parties parties, FeedName feed)
{
    private readonly JsonArray _cases = [];

    public static async Task<JsonObject> MakeAsync(Parties parties, Place utopia)
    {
        var feed = utopia.Node.Changes.FeedFor(Parties.Replicated, Realm.Live, Audience.All);
        var vectors = new FeedVectors(parties, feed);
        await vectors.ServedAsync(utopia);
        await vectors.SignedByALyingOwnerAsync();
        return new JsonObject
        {
            ["about"] = "Contents of answers to feed.pull (without salt), base64url, as Arcadia takes them in. Every case begins with nothing of the feed here. size and inForce: entries here and records in force afterwards.",
            ["feed"] = feed.Origin,
            ["cases"] = vectors._cases,
        };
    }

    private static TestRecord Record(string key, string value, string issuer = "UTO") => new(IssuingCode.Parse(issuer), key, "all", value);

    private async Task ServedAsync(Place utopia)
    {
        await utopia.PublishAsync(Audience.All, null, WhenThere.Refuse, Record("1", "a"), Record("2", "b"), Record("3", "c"));
        var three = Served(utopia, 0);
        await utopia.PublishAsync(Audience.All, null, WhenThere.Amend, Record("1", "aa"));
        await utopia.WithdrawAsync("UTO-2");
        await utopia.PublishAsync(Audience.All, null, WhenThere.Refuse, Record("4", "d"));
        await CaseAsync("three records; then one amended, one withdrawn, one new", (three, Is("complete", 3, 0, 1, 2)), (Served(utopia, 3), Is("complete", 6, 2, 3, 5)));
        await CaseAsync("all at once: the bodies that were superseded are gone", (Served(utopia, 0), Is("complete", 6, 2, 3, 5)));
        await CaseAsync("in two answers, the first with a consistency proof", (Served(utopia, 0, 2), Is("taken", 2)), (Served(utopia, 2), Is("complete", 6, 2, 3, 5)));
        await CaseAsync("the same answer twice", (three, Is("complete", 3, 0, 1, 2)), (three, Is("not taken", 3, 0, 1, 2)));
        await CaseAsync("an answer that begins too late", (Served(utopia, 3), Is("not taken", 0)));
        await CaseAsync("nothing new", (three, Is("complete", 3, 0, 1, 2)), (three with { From = 3, Entries = [] }, Is("complete", 3, 0, 1, 2)));
        await CaseAsync("a checkpoint signed by another member", (three with { Checkpoint = Sign(HeadOf(three.Entries), feed.Origin, Parties.Lyonesse) }, Is("not taken", 0)));
        await CaseAsync("a checkpoint of another feed", (three with { Checkpoint = Sign(HeadOf(three.Entries), feed.Origin.Replace("/all/", "/XAR/", StringComparison.Ordinal)) }, Is("not taken", 0)));
        await CaseAsync("a changed body; then the right one: a feed that stops is not followed", (With(three, 1, three.Entries[1] with { Body = Changed(three.Entries[1].Body!, 40) }), Fault("body-altered", 1, 0)), (three, Is("not taken", 0)));
        await CaseAsync("a changed leaf: not what was signed", (With(three, 1, three.Entries[1] with { Leaf = Changed(three.Entries[1].Leaf, 20) }), Fault("rewritten", 0, 0)));
        await CaseAsync("a body that does not come", (With(three, 2, three.Entries[2] with { Body = null }), Fault("body-missing", 2, 3, 0, 1)));
        await CaseAsync("more entries than the checkpoint covers", (three with { Entries = [.. three.Entries, three.Entries[0]] }, Fault("rewritten", 0, 0)));
        await CaseAsync("a checkpoint of less than is here", (three, Is("complete", 3, 0, 1, 2)), (new PullAnswer(Sign(HeadOf(three.Entries.Take(2)), feed.Origin), [], 3, []), Fault("rewritten", 3, 3, 0, 1, 2)));
        var bytes = three.ToBytes();
        await CaseAsync("one byte too few", (bytes[..^1], Unreadable()));
        await CaseAsync("one byte too many", ([.. bytes, 0], Unreadable()));
        await CaseAsync("a layout that is not known", ([2, .. bytes[1..]], Unreadable()));
    }

    private async Task SignedByALyingOwnerAsync()
    {
        var one = Entry(FeedLeaf.Publish, Body(Record("1", "a")));
        await CaseAsync("a leaf of version 2", (Signed(0, [], Spoilt(one, 0, 2)), Fault("leaf-invalid", 0, 0)));
        await CaseAsync("an operation that is not known", (Signed(0, [], Spoilt(one, 1, 5)), Fault("leaf-invalid", 0, 0)));
        await CaseAsync("a withdrawal of itself", (Signed(0, [], one, End(FeedLeaf.Withdraw(1))), Fault("leaf-invalid", 1, 0)));
        await CaseAsync("the same record withdrawn twice", (Signed(0, [], one, End(FeedLeaf.Withdraw(0)), End(FeedLeaf.Withdraw(0))), Fault("leaf-invalid", 2, 0)));
        await CaseAsync("an expiry", (Signed(0, [], one, End(FeedLeaf.Expire(0))), Is("complete", 2)));
        var foreign = Entry(FeedLeaf.Publish, Body(Record("2", "b", "XLY")));
        var third = Entry(FeedLeaf.Publish, Body(Record("3", "c")));
        var withdrawal = End(FeedLeaf.Withdraw(0));
        await CaseAsync(
            "a record about another State's document: later records are held, a withdrawal is heeded",
            (Signed(0, [], one, foreign, third), Fault("foreign-issuer", 1, 3, 0)), (Signed(3, [one, foreign, third], withdrawal), Is("complete", 4)));
        await CaseAsync("a record that cannot be read", (Signed(0, [], one, Entry(FeedLeaf.Publish, EnvelopeVectors.Salted("[]"u8.ToArray()))), Fault("record-invalid", 1, 2, 0)));
        await CaseAsync("a record that the register refuses", (Signed(0, [], Entry(FeedLeaf.Publish, Body("{\"issuer\":\"UTO\"}"u8.ToArray()))), Fault("record-invalid", 0, 1)));
    }

    private static PullAnswer Served(Place owner, long from, int most = PullAnswer.MostEntries) => owner.Store.Read(session =>
        owner.Node.Pulls.Read(session, owner.Node.Changes.FeedFor(Parties.Replicated, Realm.Live, Audience.All), from, most))!;

    private static byte[] Body(TestRecord record) => Body(record.ToContent());

    private static byte[] Body(byte[] content) => EnvelopeVectors.Salted(new RecordBody(Randomness.System.NewId(), 1, Handling.Open, Parties.Start.AddDays(20), null, content).ToJson());

    private static PulledEntry Entry(LeafOf leaf, byte[] body) => new(leaf(body).ToBytes(), body);

    private static PulledEntry End(FeedLeaf leaf) => new(leaf.ToBytes(), null);

    private static PulledEntry Spoilt(PulledEntry entry, int at, byte value)
    {
        byte[] leaf = [.. entry.Leaf];
        leaf[at] = value;
        return entry with { Leaf = leaf };
    }

    private static byte[] Changed(byte[] bytes, int at)
    {
        byte[] changed = [.. bytes];
        changed[at] ^= 1;
        return changed;
    }

    private static PullAnswer With(PullAnswer run, int at, PulledEntry entry) => run with { Entries = [.. run.Entries.Take(at), entry, .. run.Entries.Skip(at + 1)] };

    private PullAnswer Signed(long from, PulledEntry[] before, params PulledEntry[] entries) => new(Sign(HeadOf([.. before, .. entries]), feed.Origin), [], from, entries);

    private static TreeHead HeadOf(IEnumerable<PulledEntry> entries)
    {
        var frontier = new TreeFrontier();
        foreach (var entry in entries)
        {
            frontier.Append(Rfc6962.LeafHash(entry.Leaf));
        }

        return frontier.Head;
    }

    private byte[] Sign(TreeHead head, string origin, MemberCode? by = null) =>
        new NoteSigner(origin, parties.Online(by ?? Parties.Utopia).Current(KeyUse.Log).Log).Sign(new Checkpoint(origin, head)).ToBytes();

    private static JsonObject Is(string result, long size, params long[] inForce) => new() { ["result"] = result, ["size"] = size, ["inForce"] = Array(inForce) };

    private static JsonObject Fault(string fault, long index, long size, params long[] inForce) =>
        new() { ["result"] = "quarantined", ["fault"] = fault, ["index"] = index, ["size"] = size, ["inForce"] = Array(inForce) };

    private static JsonObject Unreadable() => new() { ["result"] = "unreadable" };

    private static JsonArray Array(long[] indexes) => [.. indexes.Select(index => (JsonNode)index)];

    private Task CaseAsync(string about, params (PullAnswer Answer, JsonObject Expect)[] steps) => CaseAsync(about, [.. steps.Select(step => (step.Answer.ToBytes(), step.Expect))]);

    private async Task CaseAsync(string about, params (byte[] Answer, JsonObject Expect)[] steps)
    {
        using var arcadia = await VectorNode.OpenAsync(parties.Genesis);
        var list = new JsonArray();
        foreach (var (answer, expect) in steps)
        {
            Assert.Equal($"{about}: {expect.ToJsonString()}", $"{about}: {(await FeedVectorTests.TakeInAsync(arcadia, feed, answer)).ToJsonString()}");
            list.Add(new JsonObject { ["answer"] = VectorFiles.Text(answer), ["expect"] = expect });
        }

        _cases.Add(new JsonObject { ["about"] = about, ["steps"] = list });
    }

    private delegate FeedLeaf LeafOf(ReadOnlySpan<byte> body);
}
