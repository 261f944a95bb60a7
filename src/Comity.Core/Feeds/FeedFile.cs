using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Contacts;
using Comity.Core.Jose;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Core.Feeds;

/// <summary>What an import of a file came to.</summary>
/// <param name="Entries">Entries taken in.</param>
/// <param name="AsOf">Up to when the sender's records are complete here; null where they are not.</param>
/// <param name="Fault">What was wrong, naming the line; null where nothing was.</param>
public sealed record FileImport(long Entries, DateTimeOffset? AsOf, string? Fault);

/// <summary>
/// Feeds by file, for a member with no line: text lines, each encrypted to the one member that the file is for.
/// docs/protocol/feed.md, "Files".
/// </summary>
/// <remarks>
/// Line 1 is a JWS by the sender: for whom, when, which feeds up to which sizes, and a name of the file. Every further line is a
/// JWE whose header binds that name, the line's place and whether it is the last. Inside stands a JWS by the sender over the same
/// and the digest of the rest, so that nobody on the way can make an honest feed look false; then the origin and a run of entries,
/// which prove themselves by the owner's checkpoint as they do on the line.
/// </remarks>
public sealed class FeedFile(NodeContext node, PullService pulls, FeedMirror mirror, Standings standings)
{
    private const string HeadType = "comity-feed-file";
    private const string PartType = "comity-feed-part";
    private const string SealType = "comity-feed-part-seal";
    private const int LongestLine = 16 << 20;
    private const int EntriesAPart = 2000;
    private static readonly HashSet<string> Bound = new(StringComparer.Ordinal) { "file", "part", "last" };

    /// <summary>Writes everything that a member may have of this node's feeds, from where it is known to be.</summary>
    /// <param name="by">Who exports.</param>
    /// <param name="to">For whom.</param>
    /// <param name="whole">From the beginning, also where the member has signed for a part.</param>
    /// <param name="stream">Where to.</param>
    /// <returns>How many entries were written; null where the member is unknown or suspended.</returns>
    public async Task<long?> ExportAsync(Actor by, MemberCode to, bool whole, Stream stream)
    {
        if (node.Membership.Directory.Find(to) is not { Suspended: false } member || to == node.Membership.Self)
        {
            return null;
        }

        var feeds = node.Store.Read(session => session.Feeds().Where(feed => feed.Own && feed.Checkpoint is not null && PullService.MayHave(node.Membership, feed.Name, to))
            .Select(feed => (Feed: feed, From: whole ? 0 : Cosigned(session, feed.Log, to))).ToList());
        var name = StrictBase64Url.Encode(node.Randomness.Bytes(16));
        var recipient = member.Keys[KeyUse.Encryption].Current;
        await LineAsync(stream, Head(to, name, feeds.ConvertAll(item => item.Feed)));
        var (entries, part) = (0L, 0);
        foreach (var (feed, from) in feeds)
        {
            for (var at = from; at < feed.Size;)
            {
                var run = node.Store.Read(session => pulls.Read(session, feed.Name, at, EntriesAPart))!;
                await LineAsync(stream, Part(recipient, name, ++part, last: false, [.. Encoding.UTF8.GetBytes(feed.Name.Origin + "\n"), .. run.ToBytes()]));
                at = run.End;
                entries += run.Entries.Count;
            }
        }

        await LineAsync(stream, Part(recipient, name, part + 1, last: true, []));
        await node.Store.WriteAsync(session => node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Exported, node.Now, by)
            .With("to", to.ToString()).With("file", name).With("entries", entries)));
        return entries;
    }

    /// <summary>Takes in a file. What came before a fault stays: every run is whole and proves itself, and the file may be imported again.</summary>
    public async Task<FileImport> ImportAsync(Actor by, Stream stream, CancellationToken cancel)
    {
        using var reader = new BoundedLines(stream, LongestLine);
        var (head, fault) = ReadHead(await reader.NextAsync(cancel));
        if (head is null)
        {
            return new FileImport(0, null, $"line 1: {fault}");
        }

        var entries = 0L;
        for (var part = 1; ; part++)
        {
            if (await reader.NextAsync(cancel) is not { } line)
            {
                return new FileImport(entries, null, reader.Fault is null ? $"line {part + 1}: the file ends too soon" : $"line {part + 1}: {reader.Fault}");
            }

            var (content, last, unreadable) = ReadPart(line, head.From, head.Name, part);
            if (content is null)
            {
                return new FileImport(entries, null, $"line {part + 1}: {unreadable}");
            }

            if (last)
            {
                return await FinishAsync(by, head, entries);
            }

            var (taken, wrong) = await TakeAsync(head.From, content);
            entries += taken;
            if (wrong is not null)
            {
                return new FileImport(entries, null, $"line {part + 1}: {wrong}");
            }
        }
    }

    private async Task<FileImport> FinishAsync(Actor by, FileHead head, long entries)
    {
        var behind = head.Feeds.FirstOrDefault(feed => node.Store.Read(session => session.Feed(feed.Name)) is var row && (row is null || row.Size < feed.Size || row.Fault is not null));
        await node.Store.WriteAsync(session => node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Imported, node.Now, by)
            .With("from", head.From.ToString()).With("file", head.Name).With("entries", entries)));
        if (behind.Name is not null)
        {
            return new FileImport(entries, null, $"{behind.Name.Origin} is not complete here: ask for a whole export");
        }

        var asOf = head.At < node.Now ? head.At : node.Now;
        await standings.ImportedAsync(head.From, asOf);
        return new FileImport(entries, asOf, null);
    }

    /// <summary>Takes in one run; what is here already is skipped, so that a file may be imported twice.</summary>
    private async Task<(long Taken, string? Fault)> TakeAsync(MemberCode from, byte[] content)
    {
        var end = Array.IndexOf(content, (byte)'\n');
        if (end < 0 || !FeedName.TryParse(Encoding.UTF8.GetString(content, 0, end), out var feed) || feed.Owner != from || !PullService.MayHave(node.Membership, feed, node.Membership.Self))
        {
            return (0, "it is no feed of the sender that this member may have");
        }

        if (!PullAnswer.TryRead(content.AsSpan(end + 1), out var run, out var fault))
        {
            return (0, fault);
        }

        var size = node.Store.Read(session => session.Feed(feed))?.Size ?? 0;
        if (run.End <= size)
        {
            return (0, null);
        }

        var rest = run.From < size ? run with { From = size, Entries = [.. run.Entries.Skip((int)(size - run.From))] } : run;
        return await mirror.TakeInAsync(feed, rest) switch
        {
            TakeIn.Taken taken => (taken.Count, null),
            TakeIn.NotTaken notTaken => (0, notTaken.Reason),
            TakeIn.Quarantined quarantined => (0, $"{feed.Origin} is in quarantine: {quarantined.Fault.Text}"),
            _ => (0, "it was not taken in"),
        };
    }

    private static long Cosigned(ReadSession session, long log, MemberCode member) => session.First(
        "SELECT size FROM cosignature WHERE log = @log AND member = @member", row => row.GetInt64(0), ("@log", log), ("@member", member.ToString()));

    private string Head(MemberCode to, string name, List<FeedRow> feeds) => Jws.Sign(
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["v"] = 1,
            ["from"] = node.Membership.Self.ToString(),
            ["to"] = to.ToString(),
            ["file"] = name,
            ["at"] = node.Now.ToUnixTimeMilliseconds(),
            ["feeds"] = new JsonArray([.. feeds.Select(feed => (JsonNode)new JsonObject { ["feed"] = feed.Name.Origin, ["size"] = feed.Size })]),
        }),
        node.Membership.Keys.Current(KeyUse.Signing).Signer,
        HeadType);

    private (FileHead? Head, string? Fault) ReadHead(string? line)
    {
        MemberCode? signer = null;
        if (line is null || Jws.Verify(line, HeadType, kid => node.Membership.SigningKey(kid, out signer)) is not JwsResult.Valid valid)
        {
            return (null, "is not the head of a feed file signed by a member");
        }

        if (!StrictJson.TryParseObject(valid.Payload, 8, out var json, out var fault))
        {
            return (null, fault);
        }

        var fields = new Fields(json);
        if (fields.Number("v") != 1)
        {
            fields.Wrong("v", "is a version that is not known here", 0);
        }

        List<(FeedName Name, long Size)> feeds = [];
        foreach (var item in fields.Items("feeds", 10_000).Where(item => item.ValueKind == JsonValueKind.Object))
        {
            var feed = new Fields(item, "feeds: ");
            if (FeedName.TryParse(feed.Text("feed", 300), out var name))
            {
                feeds.Add((name, feed.Size("size")));
            }
        }

        var head = new FileHead(fields.Member("from"), fields.Text("file", 40), fields.Instant("at"), feeds);
        return fields.Fault is not null ? (null, fields.Fault)
            : head.From != signer || node.Membership.IsSuspended(head.From) ? (null, "is signed by another member than it names, or by a suspended one")
            : fields.Member("to") != node.Membership.Self ? (null, "is for another member")
            : (head, null);
    }

    private string Part(Jwk recipient, string file, int part, bool last, byte[] content) =>
        Jwe.Encrypt(
            [.. Encoding.ASCII.GetBytes(Jws.Sign(Seal(file, part, last, content), node.Membership.Keys.Current(KeyUse.Signing).Signer, SealType) + "\n"), .. content],
            recipient, PartType, node.Randomness, new JsonObject { ["file"] = file, ["part"] = part, ["last"] = last });

    private static byte[] Seal(string file, int part, bool last, ReadOnlySpan<byte> content) => JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject { ["file"] = file, ["part"] = part, ["last"] = last, ["digest"] = StrictBase64Url.Encode(System.Security.Cryptography.SHA256.HashData(content)) });

    private (byte[]? Content, bool Last, string? Fault) ReadPart(string line, MemberCode from, string file, int part)
    {
        if (Jwe.Decrypt(line, PartType, node.Membership.Keys.FindAgreement, Bound, LongestLine) is not JweResult.Opened opened)
        {
            return (null, false, "cannot be opened with this member's keys");
        }

        var header = opened.Header.Json;
        var fits = header.TryGetProperty("file", out var name) && name.ValueKind == JsonValueKind.String && name.GetString() == file
            && header.TryGetProperty("part", out var place) && place.TryGetInt32(out var number) && number == part
            && header.TryGetProperty("last", out var end) && end.ValueKind is JsonValueKind.True or JsonValueKind.False;
        if (!fits)
        {
            return (null, false, "is not the part of this file that is due here");
        }

        var last = header.GetProperty("last").GetBoolean();
        return Unseal(opened.Plaintext, from, file, part, last) is { } content ? (content, last, null) : (null, false, "was not written by the member that signed the file");
    }

    /// <summary>The content behind the seal; null where the sender did not sign it for this place of this file.</summary>
    private byte[]? Unseal(byte[] plaintext, MemberCode from, string file, int part, bool last)
    {
        MemberCode? signer = null;
        var end = Array.IndexOf(plaintext, (byte)'\n');
        var content = end < 0 ? [] : plaintext[(end + 1)..];
        return end >= 0 && Jws.Verify(Encoding.ASCII.GetString(plaintext, 0, end), SealType, kid => node.Membership.SigningKey(kid, out signer)) is JwsResult.Valid valid
            && signer == from && Seals(valid.Payload, file, part, last, content) ? content : null;
    }

    private static bool Seals(ReadOnlyMemory<byte> seal, string file, int part, bool last, byte[] content)
    {
        if (!StrictJson.TryParseObject(seal, 4, out var json, out _))
        {
            return false;
        }

        var fields = new Fields(json);
        return fields.Text("file", 40) == file && fields.Number("part") == part && fields.Flag("last") == last
            && fields.Bytes("digest", 32).AsSpan().SequenceEqual(System.Security.Cryptography.SHA256.HashData(content)) && fields.Fault is null;
    }

    private static async Task LineAsync(Stream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\n"));

    private sealed record FileHead(MemberCode From, string Name, DateTimeOffset At, List<(FeedName Name, long Size)> Feeds);
}
