using Comity.Testing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Members;

namespace Comity.Core.Tests.Members;

/// <summary>
/// docs/protocol/vectors/charter: documents to offer in order, and what must come of each. ES256 signatures differ each time,
/// so the files are stored; with COMITY_WRITE_VECTORS=1 they are made anew.
/// </summary>
public sealed class CharterVectorTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Every_step_of_the_published_vectors_comes_out_as_published()
    {
        string directory = VectorDirectory();
        if (Environment.GetEnvironmentVariable("COMITY_WRITE_VECTORS") == "1")
        {
            Write(directory);
        }

        var expected = JsonNode.Parse(File.ReadAllBytes(Path.Combine(directory, "steps.json")))!;
        var chain = CharterChain.Pinned(CharterHash.Parse(expected["genesis"]!.GetValue<string>()));
        var board = NoticeBoard.Empty;
        foreach (var step in expected["steps"]!.AsArray())
        {
            string file = step!["offer"]!.GetValue<string>();
            Assert.Equal(
                step["result"]!.GetValue<string>(),
                Offer(File.ReadAllBytes(Path.Combine(directory, file)), file.StartsWith("notice", StringComparison.Ordinal), ref chain, ref board));
        }

        Assert.Equal(expected["state"]!.ToJsonString(), State(chain, board).ToJsonString());
    }

    private static string Offer(byte[] document, bool isNotice, ref CharterChain chain, ref NoticeBoard board)
    {
        if (isNotice)
        {
            var notice = board.Add(document, chain);
            board = notice is NoticeAddition.Added added ? added.Board : board;
            return notice is NoticeAddition.Refused refused ? $"refused: {refused.Fault}" : Name(notice.GetType());
        }

        var addition = chain.Add(document);
        chain = addition is CharterAddition.Added next ? next.Chain : chain;
        return addition is CharterAddition.Refused no ? $"refused: {no.Fault}" : Name(addition.GetType());
    }

    private static string Name(Type type) => type.Name switch { "AlreadyThere" => "already there", var name => name.ToLowerInvariant() };

    private static JsonObject State(CharterChain chain, NoticeBoard board)
    {
        var directory = MemberDirectory.Of(chain.Current!, board);
        var members = new JsonObject();
        foreach (var member in directory.Members.OrderBy(m => m.Code))
        {
            var keys = new JsonObject();
            foreach (var (use, key) in member.Keys.All.SelectMany(k => k.Keys.All.Select(key => (k.Use, key))))
            {
                keys[key.Id.ToString()] = $"{use.ToString().ToLowerInvariant()} {directory.Find(key.Id)!.Status.GetType().Name.ToLowerInvariant()}";
            }

            var ended = new JsonObject(member.Ended.OrderBy(end => end.Key, StringComparer.Ordinal).Select(end => KeyValuePair.Create<string, JsonNode?>(end.Key, $"{end.Value.Size} then {end.Value.Next}")));
            members[member.Code.ToString()] = new JsonObject { ["suspended"] = member.Suspended, ["keys"] = keys, ["ended"] = ended };
        }

        return new JsonObject { ["charter"] = chain.Count, ["hash"] = chain.Current!.Hash.ToString(), ["members"] = members };
    }

    private static void Write(string directory)
    {
        var (u, a, l) = (TestNetwork.Utopia, TestNetwork.Arcadia, TestNetwork.Lyonesse);
        var network = new TestNetwork();
        Directory.CreateDirectory(directory);
        var chain = network.Chain(u, a);
        var draft = CharterDraft.After(chain.Current!, NoticeBoard.Empty, TestNetwork.Start.AddDays(7), 8);
        draft.Put(TestNetwork.Read(network.Application(l)));
        var second = network.Sign(draft, u, a, l);
        var longer = TestNetwork.Add(chain, second);
        var third = network.Sign(CharterDraft.After(second, NoticeBoard.Empty, TestNetwork.Start.AddDays(14), 8), u, l);
        draft.Json["threshold"] = 1;
        var now = TestNetwork.Start.AddDays(8);
        var keys = second.Find(u)!.Keys;
        using var fresh = MemberKey.Generate(KeyUse.Log, Randomness.System);
        var sizes = new Dictionary<string, long> { ["uto.example/travel-documents"] = 120 };
        var rotation = new NoticeDraft(longer, NoticeBoard.Empty, now).Rotation(u, KeyUse.Log, keys[KeyUse.Log], sizes, fresh.Public);
        var board = Assert.IsType<NoticeAddition.Added>(NoticeBoard.Empty.Add(rotation.SignedBy(network.Root(u)).ToJson(), longer)).Board;
        var revocation = new NoticeDraft(longer, board, now).Revocation(u, keys[KeyUse.Signing].Current.Id, RevocationReason.Compromised, sizes);
        var suspension = new NoticeDraft(longer, NoticeBoard.Empty, now).Suspension(l);
        board = Assert.IsType<NoticeAddition.Added>(board.Add(revocation.SignedBy(network.Root(u)).ToJson(), longer)).Board;
        var origin = $"comity/{chain.Genesis.ToString()[..16]}/UTO";
        var root = new TransparencyLog.TreeHash(System.Security.Cryptography.SHA256.HashData("a root"u8));
        LogEnd[] ends = [new(origin + "/ledger/1", 900, root, 700, origin + "/ledger/2", 0), new(origin + "/travel-documents/live/all/1", 120, root, 120, origin + "/travel-documents/live/all/2", 80)];
        var epoch = new NoticeDraft(longer, board, now).Epoch(u, "restored from a backup", ends);
        var backwards = new NoticeDraft(longer, board, now).Epoch(u, "restored from a backup", [ends[0] with { Next = ends[0].Log }]);
        var stranger = new NoticeDraft(longer, board, now).Epoch(u, "restored from a backup", [ends[0] with { Log = ends[0].Log.Replace("UTO", "XAR", StringComparison.Ordinal) }]);
        (string File, byte[] Document)[] steps =
        [
            ("charter-2.json", second.Document.ToJson()),
            ("charter-1-not-the-genesis.json", new TestNetwork().Genesis(u, a).Document.ToJson()),
            ("charter-1.json", chain.Current!.Document.ToJson()),
            ("charter-2-without-new-member.json", network.Sign(Reopen(second), u, a).Document.ToJson()),
            ("charter-2-below-threshold.json", network.Sign(Reopen(second), u, l).Document.ToJson()),
            ("charter-2.json", second.Document.ToJson()),
            ("charter-2.json", second.Document.ToJson()),
            ("charter-2-fork.json", network.Sign(draft, u, a, l).Document.ToJson()),
            ("notice-rotation-by-others.json", rotation.SignedBy(network.Root(a)).SignedBy(network.Root(l)).ToJson()),
            ("notice-rotation.json", rotation.SignedBy(network.Root(u)).ToJson()),
            ("notice-revocation.json", revocation.SignedBy(network.Root(u)).ToJson()),
            ("notice-suspension-by-one.json", suspension.SignedBy(network.Root(a)).ToJson()),
            ("notice-suspension.json", suspension.SignedBy(network.Root(a)).SignedBy(network.Root(u)).ToJson()),
            ("notice-epoch-by-others.json", epoch.SignedBy(network.Root(a)).SignedBy(network.Root(l)).ToJson()),
            ("notice-epoch-backwards.json", backwards.SignedBy(network.Root(u)).ToJson()),
            ("notice-epoch-of-anothers-log.json", stranger.SignedBy(network.Root(u)).ToJson()),
            ("notice-epoch.json", epoch.SignedBy(network.Root(u)).ToJson()),
            ("charter-3.json", third.Document.ToJson()),
        ];
        var (replayed, notices) = (CharterChain.Pinned(chain.Genesis), NoticeBoard.Empty);
        var list = new JsonArray();
        foreach (var (file, document) in steps)
        {
            File.WriteAllBytes(Path.Combine(directory, file), document);
            list.Add(new JsonObject { ["offer"] = file, ["result"] = Offer(document, file.StartsWith("notice", StringComparison.Ordinal), ref replayed, ref notices) });
        }

        var all = new JsonObject { ["genesis"] = chain.Genesis.ToString(), ["steps"] = list, ["state"] = State(replayed, notices) };
        File.WriteAllText(Path.Combine(directory, "steps.json"), all.ToJsonString(Indented) + "\n", new UTF8Encoding(false));
    }

    private static CharterDraft Reopen(Charter charter) =>
        CharterDraft.TryRead(charter.Document.Payload, out var draft, out string? fault) ? draft : throw new InvalidOperationException(fault);

    private static string VectorDirectory() => Repository.In("docs", "protocol", "vectors", "charter");
}
