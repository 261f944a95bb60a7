using System.Text.Json.Nodes;
using Comity.Core.Jose;
using Comity.Core.Members;

namespace Comity.Core.Tests.Members;

public sealed class CharterReadTests
{
    private static readonly TestNetwork Network = new();
    private readonly CharterDraft _draft = Network.GenesisDraft(TestNetwork.Utopia, TestNetwork.Arcadia, TestNetwork.Lyonesse);

    private JsonNode Member(int index) => _draft.Json["members"]![index]!;

    [Fact]
    public void Everything_that_was_written_is_read()
    {
        var charter = Network.Sign(_draft);

        Assert.Equal(("test-net", 1, 2), (charter.Network, charter.Number, charter.Threshold));
        Assert.Null(charter.Previous);
        Assert.Equal(TestNetwork.Start.AddDays(56), charter.Expires);
        Assert.Equal([Realm.Live, Realm.Exercise], charter.Realms);
        var utopia = charter.Find(TestNetwork.Utopia)!;
        Assert.Equal(new MemberName("Utopia", "Utopie"), utopia.Name);
        Assert.Equal([IssuingCode.Parse("UTO")], utopia.Issues);
        Assert.Equal("https://uto.example:8443/", utopia.Address.AbsoluteUri);
        Assert.Equal("24/7", utopia.Contact.Hours);
        Assert.Equal(Network.Root(TestNetwork.Utopia).Public, utopia.Keys[KeyUse.Root].Current);
        Assert.Equal(Network.NextRoot(TestNetwork.Utopia).Public, utopia.Keys[KeyUse.Root].Next);
        Assert.All(KeyRing.Online, use => Assert.Equal(Network.Online(TestNetwork.Utopia).Current(use).Public, utopia.Keys[use].Current));
        var documents = charter.Registers[0];
        Assert.Equal(SharingMode.Replicated, documents.Mode);
        Assert.Equal(TimeSpan.FromDays(3650), documents.Retention);
        Assert.Equal(TimeSpan.FromHours(6), documents.StaleAfter);
        Assert.True(documents.RevocationMayBeStale);
        Assert.Equal(100, documents.QuotaFor(TestNetwork.Arcadia, TestNetwork.Border));
        Assert.Equal(1000, documents.QuotaFor(TestNetwork.Utopia, TestNetwork.Border));
        Assert.Null(documents.QuotaFor(TestNetwork.Utopia, Purpose.Parse("other")));
        Assert.Equal(TimeSpan.FromSeconds(20), charter.Registers[1].Deadline);
        Assert.Equal(TestNetwork.Confirmation, charter.Services[0].Name);
    }

    [Fact]
    public void Unknown_fields_are_kept_and_count_in_the_hash()
    {
        var before = Network.Sign(_draft);
        Member(0)["later"] = new JsonObject { ["version"] = 2 };
        _draft.Json["kindDigests"] = new JsonArray("x");

        var after = Network.Sign(_draft);

        Assert.NotEqual(before.Hash, after.Hash);
        var next = CharterDraft.After(after, NoticeBoard.Empty, TestNetwork.Start.AddDays(7), 8);
        Assert.Equal("{\"version\":2}", next.Json["members"]![0]!["later"]!.ToJsonString());
        Assert.Equal("[\"x\"]", next.Json["kindDigests"]!.ToJsonString());
    }

    [Theory]
    [InlineData("$.comity", "\"charter/2\"")]
    [InlineData("$.critical", "[\"newRule\"]")]
    [InlineData("$.critical", "7")]
    [InlineData("$.network", "\"Test Net\"")]
    [InlineData("$.network", "null")]
    [InlineData("$.number", "0")]
    [InlineData("$.number", "1.5")]
    [InlineData("$.number", "99999999999")]
    [InlineData("$.previous", "\"00\"")]
    [InlineData("$.issued", "\"2026-01-05T12:00:00+01:00\"")]
    [InlineData("$.issued", "\"2026-02-30T12:00:00Z\"")]
    [InlineData("$.expires", "\"2026-01-05T12:00:00Z\"")]
    [InlineData("$.expires", "\"2027-01-05T12:00:00Z\"")]
    [InlineData("$.threshold", "0")]
    [InlineData("$.threshold", "4")]
    [InlineData("$.realms", "[]")]
    [InlineData("$.realms", "[\"live\",\"live\"]")]
    [InlineData("$.realms[0]", "\"drill\"")]
    [InlineData("$.members", "[]")]
    [InlineData("$.members", "{}")]
    [InlineData("$.members[0].code", "\"uto\"")]
    [InlineData("$.members[1].code", "\"UTO\"")]
    [InlineData("$.members[0].name.fr", "null")]
    [InlineData("$.members[0].name.en", "\" \"")]
    [InlineData("$.members[0].name.en", "\"a\\nb\"")]
    [InlineData("$.members[0].issues", "[\"UTO\",\"UTO\"]")]
    [InlineData("$.members[0].issues[0]", "\"UT<\"")]
    [InlineData("$.members[1].issues", "[\"UTO\"]")]
    [InlineData("$.members[0].address", "\"http://uto.example\"")]
    [InlineData("$.members[0].address", "\"https://user@uto.example\"")]
    [InlineData("$.members[0].address", "\"https://uto.example/path\"")]
    [InlineData("$.members[0].address", "\"uto.example\"")]
    [InlineData("$.members[0].contact.desk", "null")]
    [InlineData("$.members[0].contact.languages", "[]")]
    [InlineData("$.members[0].contact.hours", "7")]
    [InlineData("$.members[0].keys.signing.current", "null")]
    [InlineData("$.members[0].keys.signing.current", "{}")]
    [InlineData("$.members[0].keys.log.current", JoseKey)]
    [InlineData("$.members[0].keys.root.retired", "7")]
    [InlineData("$.members[0].keys.root.retired[0].jwk", "null")]
    [InlineData("$.members[0].keys.root.retired[0].logSizes", "[]")]
    [InlineData("$.members[0].keys.root.retired[0].logSizes['origin']", "-1")]
    [InlineData("$.members[0].suspended", "\"no\"")]
    [InlineData("$.members[0].noticed", "-1")]
    [InlineData("$.registers[0].name", "\"Travel\"")]
    [InlineData("$.registers[1].name", "\"travel-documents\"")]
    [InlineData("$.registers[0].mode", "\"shared\"")]
    [InlineData("$.registers[0].purposes", "[]")]
    [InlineData("$.registers[0].between[0]", "{\"owners\":[\"XXX\"],\"readers\":[\"*\"]}")]
    [InlineData("$.registers[0].between[0].owners", "[\"*\",\"UTO\"]")]
    [InlineData("$.registers[0].between[0].readers", "[]")]
    [InlineData("$.registers[0].retention", "\"P1Y\"")]
    [InlineData("$.registers[0].staleAfter", "-1")]
    [InlineData("$.registers[0].erasureWithin", "null")]
    [InlineData("$.registers[0].quotas", "[{\"member\":\"XXX\",\"perDay\":1}]")]
    [InlineData("$.registers[0].quotas[0].perDay", "-1")]
    [InlineData("$.registers[1].deadline", "null")]
    [InlineData("$.services[0].name", "\"profiles\"")]
    [InlineData("$.services[0].between[0].ask", "null")]
    public void A_fault_is_refused_with_its_path(string path, string value)
    {
        Member(0)["keys"]!["root"]!["retired"] = new JsonArray(new RetiredKey(JoseTestKey, TestNetwork.Start, new Dictionary<string, long> { ["origin"] = 3 }).ToJson());
        Set(_draft.Json, path, JsonNode.Parse(value));

        Assert.False(_draft.TryFinish(out _, out var faults));
        Assert.Contains(faults, f => f.StartsWith(path + ":", StringComparison.Ordinal));
    }

    private const string JoseKey = Jose.JwkTests.P256;

    private static Jwk JoseTestKey => Jose.JwkTests.Read(JoseKey);

    [Fact]
    public void A_key_that_stands_in_two_places_is_refused()
    {
        Member(1)["keys"]!["signing"]!["next"] = Member(0)["keys"]!["root"]!["current"]!.DeepClone();

        Assert.False(_draft.TryFinish(out _, out var faults));
        Assert.Contains(faults, f => f.StartsWith("$.members[1].keys.signing: key", StringComparison.Ordinal) && f.EndsWith("listed at $.members[0].keys.root already", StringComparison.Ordinal));
    }

    [Fact]
    public void Charter_1_has_no_previous_and_every_other_has()
    {
        _draft.Json["previous"] = CharterHash.Of("x"u8).ToString();
        Assert.False(_draft.TryFinish(out _, out var faults));
        Assert.StartsWith("$.previous", Assert.Single(faults), StringComparison.Ordinal);

        _draft.Json["number"] = 2;
        Assert.True(_draft.TryFinish(out _, out _));
        _draft.Json["previous"] = null;
        Assert.False(_draft.TryFinish(out _, out faults));
        Assert.StartsWith("$.previous", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Suspended_members_do_not_count_towards_the_threshold()
    {
        Member(0)["suspended"] = true;
        Member(1)["suspended"] = true;

        Assert.False(_draft.TryFinish(out _, out var faults));
        Assert.Equal("$.threshold: must be at most 1, the number of members that are not suspended", Assert.Single(faults));
    }

    [Fact]
    public void All_faults_are_told_at_once_but_no_more_than_twenty()
    {
        Member(0)["code"] = "x";
        Member(1)["address"] = "x";
        Assert.False(_draft.TryFinish(out _, out var faults));
        Assert.Equal(2, faults.Count);

        _draft.Json["members"] = new JsonArray([.. Enumerable.Range(0, 100).Select(_ => new JsonObject())]);
        Assert.False(_draft.TryFinish(out _, out faults));
        Assert.Equal(20, faults.Count);
    }

    [Fact]
    public void More_than_300_members_or_a_mebibyte_is_refused()
    {
        _draft.Json["members"] = new JsonArray([.. Enumerable.Range(0, 301).Select(_ => new JsonObject())]);
        Assert.False(_draft.TryFinish(out _, out var faults));
        Assert.Equal("$.members: must be a list of 1 to 300", Assert.Single(faults));

        _draft.Json["padding"] = new string('x', Charter.MaxBytes);
        Assert.False(_draft.TryFinish(out _, out faults));
        Assert.Contains("at most 1048576", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_charter_of_300_members_fits_is_read_and_is_signed_by_all()
    {
        var template = Member(0).ToJsonString();
        var roots = new List<SigningKey>();
        var members = new JsonArray();
        for (int i = 0; i < Charter.MaxMembers; i++)
        {
            var member = JsonNode.Parse(template)!;
            string code = $"X{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}";
            (member["code"], member["issues"]) = (code, new JsonArray(code));
            using var online = KeyRing.Generate(KeyRing.Online, Randomness.System);
            member["keys"] = online.ToCharterKeys();
            var (current, next) = (SigningKey.Generate(), SigningKey.Generate());
            member["keys"]!["root"] = new KeySet(current.Public, next.Public, []).ToJson();
            roots.Add(current);
            members.Add(member);
        }

        _draft.Json["members"] = members;
        _draft.Json["registers"]!.AsArray().Clear();
        var charter = TestNetwork.SignWith(_draft, [.. roots]);

        Assert.InRange(charter.Document.Payload.Length, 1, Charter.MaxBytes * 3 / 4);
        Assert.IsType<CharterAddition.Added>(CharterChain.Pinned(charter.Hash).Add(charter.Document.ToJson()));
        var directory = MemberDirectory.Of(charter, NoticeBoard.Empty);
        Assert.All(charter.Members.SelectMany(m => m.Keys.All).SelectMany(k => k.Keys.All), key => Assert.NotNull(directory.Find(key.Id)));
    }

    [Fact]
    public void A_document_of_another_type_is_no_charter() =>
        Assert.False(Charter.TryRead(Network.Application(TestNetwork.Utopia).ToJson(), out _, out _));

    [Fact]
    public void A_mutated_payload_is_refused_with_a_path_or_read()
    {
        var mutation = new Mutation(31);
        byte[] payload = TestNetwork.Payload(_draft.Json);
        for (int i = 0; i < 1_500; i++)
        {
            var document = JwsDocument.Unsigned(Charter.DocumentType, mutation.Of(payload));
            if (!Charter.TryRead(document, out _, out var faults))
            {
                Assert.NotEmpty(faults);
                Assert.All(faults, f => Assert.StartsWith("$", f, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void A_mutated_signed_charter_is_never_added_with_another_payload()
    {
        var genesis = Network.Genesis(TestNetwork.Utopia, TestNetwork.Arcadia);
        byte[] signed = genesis.Document.ToJson();
        var mutation = new Mutation(32);
        for (int i = 0; i < 400; i++)
        {
            if (CharterChain.Pinned(genesis.Hash).Add(mutation.Of(signed)) is CharterAddition.Added added)
            {
                Assert.Equal(genesis.Hash, added.Charter.Hash);
            }
        }
    }

    private static void Set(JsonNode root, string path, JsonNode? value)
    {
        string[] steps = path[2..].Replace("]", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal).Split('.', '[');
        var node = root;
        foreach (string step in steps[..^1])
        {
            node = int.TryParse(step, out int index) ? node[index]! : node[step]!;
        }

        if (int.TryParse(steps[^1], out int last))
        {
            node[last] = value;
        }
        else
        {
            node[steps[^1]] = value;
        }
    }
}
