using System.Text;
using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.FeedExchange;

/// <summary>Feeds by file, for a node with no line.</summary>
public sealed class FeedFileTests : IDisposable
{
    private readonly TestNodes _nodes = new(seed: 77);

    private Place Utopia => _nodes[Parties.Utopia];

    private Place Arcadia => _nodes[Parties.Arcadia];

    public void Dispose() => _nodes.Dispose();

    [Fact]
    public async Task A_file_brings_what_the_line_would_have_brought_and_says_as_of_when()
    {
        await PublishAsync(2500);
        await Utopia.WithdrawAsync("UTO-r7");
        var file = await ExportAsync(whole: false);
        _nodes.Time.Pass(TimeSpan.FromMinutes(10));

        var import = await ImportAsync(file);

        Assert.Null(import.Fault);
        Assert.Equal(2501, import.Entries);
        Assert.Equal(2499, Arcadia.Records.Records.Count);
        Assert.Equal(Parties.Start, import.AsOf!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal(StandingState.Fresh, Standing().State);
        Assert.Null(Arcadia.Verify().Fault);
    }

    [Fact]
    public async Task A_file_may_be_imported_twice_and_goes_on_where_the_line_stopped()
    {
        await PublishAsync(10);
        await Arcadia.Node.ContactAsync(Parties.Utopia);
        await PublishAsync(20, from: 10);
        var file = await ExportAsync(whole: true);

        Assert.Equal(20, (await ImportAsync(file)).Entries);
        var again = await ImportAsync(file);
        Assert.Equal((0L, (string?)null), (again.Entries, again.Fault));
        await Arcadia.Node.ContactAsync(Parties.Utopia);
        await Arcadia.Node.ContactAsync(Parties.Utopia);
        var rest = await ExportAsync(whole: false);
        Assert.True(rest.Length < file.Length / 2, "what the member has signed for is left out");
        Assert.Equal(30, Arcadia.Records.Records.Count);
    }

    [Fact]
    public async Task Only_the_member_it_is_for_can_take_it_in()
    {
        await PublishAsync(3);
        var file = await ExportAsync(whole: false);

        Assert.StartsWith("line 1: is for another member", (await ImportAsync(file, _nodes[Parties.Lyonesse])).Fault, StringComparison.Ordinal);
        var part = Encoding.ASCII.GetString(file).Split((char)10)[1];
        var opened = Jwe.Decrypt(part, "comity-feed-part", _nodes.Parties.Online(Parties.Lyonesse).FindAgreement, new HashSet<string> { "file", "part", "last" });
        Assert.Equal(JoseFault.UnknownKey, Assert.IsType<JweResult.Refused>(opened).Fault);
    }

    [Fact]
    public async Task A_file_cut_short_mixed_or_changed_is_told_by_its_line_and_takes_in_nothing_wrong()
    {
        await PublishAsync(2500);
        var file = Encoding.ASCII.GetString(await ExportAsync(whole: false));
        var lines = file.TrimEnd('\n').Split('\n');
        Assert.Equal(4, lines.Length);   // head, two parts, end

        Assert.Contains("line 4: the file ends too soon", (await ImportAsync(Join(lines[..3]))).Fault, StringComparison.Ordinal);
        Assert.Contains("line 2: is not the part", (await ImportAsync(Join(lines[0], lines[2], lines[1], lines[3]))).Fault, StringComparison.Ordinal);
        var other = Encoding.ASCII.GetString(await ExportAsync(whole: true)).TrimEnd('\n').Split('\n');
        Assert.Contains("line 2: is not the part", (await ImportAsync(Join(lines[0], other[1], lines[2], lines[3]))).Fault, StringComparison.Ordinal);
        Assert.StartsWith("line 1:", (await ImportAsync(Encoding.ASCII.GetBytes("rubbish"))).Fault, StringComparison.Ordinal);
        Assert.StartsWith("line 1:", (await ImportAsync([])).Fault, StringComparison.Ordinal);
        Assert.Null(Arcadia.Verify().Fault);
    }

    [Fact]
    public async Task A_part_that_somebody_else_put_in_takes_nothing_in_and_accuses_nobody()
    {
        await PublishAsync(5);
        var lines = Encoding.ASCII.GetString(await ExportAsync(whole: false)).TrimEnd('\n').Split('\n');
        var header = System.Text.Json.Nodes.JsonNode.Parse(StrictBase64Url.TryDecode(lines[1].Split('.')[0], out var bytes) ? bytes : [])!;
        var bound = new System.Text.Json.Nodes.JsonObject { ["file"] = header["file"]!.DeepClone(), ["part"] = 1, ["last"] = false };
        var recipient = _nodes.Parties.Online(Parties.Arcadia).Current(KeyUse.Encryption).Public;
        lines[1] = Jwe.Encrypt("forged"u8, recipient, "comity-feed-part", Randomness.System, bound);

        var import = await ImportAsync(Join(lines));

        Assert.Equal("line 2: was not written by the member that signed the file", import.Fault);
        Assert.All(Arcadia.Store.Read(session => session.Feeds()), feed => Assert.Null(feed.Fault));
    }

    [Fact]
    public async Task No_changed_character_makes_a_file_say_something_else()
    {
        await PublishAsync(5);
        var file = await ExportAsync(whole: false);
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            var bad = file.ToArray();
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(7));
            using var nodes = new TestNodes(seed: 77, _nodes.Parties);
            var place = nodes[Parties.Arcadia];

            var import = await ImportAsync(bad, place);

            Assert.All(place.Records.Records.Values, record => Assert.Contains(record, Utopia.Records.Records.Values));
            Assert.True(import.Fault is not null || place.Records.Records.Count == 5, $"flip {i} was not noticed");
        }
    }

    private static byte[] Join(params string[] lines) => Encoding.ASCII.GetBytes(string.Join('\n', lines) + "\n");

    private MemberStanding Standing() => Arcadia.Node.Standings.For(Parties.Replicated, Realm.Live).Single(standing => standing.Member == Parties.Utopia);

    private Task PublishAsync(int count, int from = 0) =>
        Utopia.PublishAsync(Audience.All, null, WhenThere.Refuse, [.. Enumerable.Range(from, count).Select(i => new TestRecord(IssuingCode.Parse("UTO"), $"r{i}", "all", "v"))]);

    private async Task<byte[]> ExportAsync(bool whole)
    {
        using var stream = new MemoryStream();
        Assert.NotNull(await Utopia.Node.Files.ExportAsync(Actor.Node, Parties.Arcadia, whole, stream));
        return stream.ToArray();
    }

    private async Task<FileImport> ImportAsync(byte[] file, Place? place = null)
    {
        using var stream = new MemoryStream(file);
        return await (place ?? Arcadia).Node.Files.ImportAsync(Actor.Node, stream, TestContext.Current.CancellationToken);
    }
}
