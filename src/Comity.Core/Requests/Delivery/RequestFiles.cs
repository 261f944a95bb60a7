using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Exchange;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Requests.Keeping;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;

namespace Comity.Core.Requests.Delivery;

/// <summary>How a file of a request stands here.</summary>
/// <param name="Sha256">Its digest, which is its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Have">Bytes that are here.</param>
/// <param name="State">whole, coming, or damaged: its bytes are not what was announced.</param>
public sealed record KeptFile(string Sha256, long Size, long Have, string State);

/// <summary>Files of requests: sealed piece by piece, fetched piece by piece by the other side, each encrypted to it; gone on with where it stopped, and worth nothing before the digest is right.</summary>
public sealed class RequestFiles(NodeContext node, RequestBook book) : IExchangeService
{
    /// <summary>The service's name.</summary>
    public const string ServiceName = "request.file";

    /// <summary>Bytes of a piece; the last may have fewer.</summary>
    public const int Piece = 256 * 1024;

    /// <summary>Bytes of a file at most.</summary>
    public const long LargestFile = 2L << 30;

    /// <summary>Files of a request at most, of either side.</summary>
    public const int MostFiles = 500;

    /// <summary>Bytes of all files of a request at most; what is announced beyond is not fetched.</summary>
    public const long LargestRequest = 8L << 30;

    private const string PieceType = "comity-request-piece";
    private const int LongestPiece = (Piece * 4 / 3) + 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly HashSet<string> Bound = new(["request", "sha256", "piece"], StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int MaxBody => 1024;

    /// <inheritdoc/>
    public bool MustBeFresh => false;

    /// <summary>A file's line; null where there is none.</summary>
    public static KeptFile? Find(ReadSession session, RequestId id, string sha256) => session.First(
        "SELECT digest, size, have, state FROM request_file WHERE request = @id AND digest = @digest", Read, ("@id", id.ToString()), ("@digest", sha256));

    /// <summary>All files of a request.</summary>
    public static IReadOnlyList<KeptFile> List(ReadSession session, RequestId id) =>
        session.Query("SELECT digest, size, have, state FROM request_file WHERE request = @id ORDER BY digest", Read, ("@id", id.ToString()));

    /// <summary>Keeps a file of this State's; nothing of it leaves before an event names it.</summary>
    /// <param name="id">The request.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="most">Bytes at most.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The file, or null where it is larger than it may be.</returns>
    public async Task<KeptFile?> KeepAsync(RequestId id, Stream content, long most, CancellationToken cancel)
    {
        // Its name is known only at its end: until then the pieces lie under a name of their own.
        var upload = "upload-" + Convert.ToHexStringLower(node.Randomness.Bytes(8));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Piece];
        long size = 0;
        var pieces = 0;
        for (int read; (read = await content.ReadAtLeastAsync(buffer, Piece, throwOnEndOfStream: false, cancel)) > 0; pieces++)
        {
            size += read;
            if (size > most)
            {
                await node.Store.WriteAsync(session => Drop(session, id, upload, pieces));
                return null;
            }

            hash.AppendData(buffer, 0, read);
            var (bytes, n) = (buffer[..read], pieces);
            await node.Store.WriteAsync(session => book.Seal(session, id, NameOf(upload, n), bytes));
        }

        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        return await node.Store.WriteAsync(session =>
        {
            if (Find(session, id, digest) is { State: "whole" } there)
            {
                Drop(session, id, upload, pieces);   // it is here already
                return there;
            }

            for (var n = 0; n < pieces; n++)
            {
                (string, object?)[] names = [("@to", NameOf(digest, n)), ("@id", id.ToString()), ("@from", NameOf(upload, n))];
                session.Execute("UPDATE request_body SET name = @to WHERE request = @id AND name = @from", names);
                session.Execute("UPDATE request_key SET name = @to WHERE request = @id AND name = @from", names);
            }

            Insert(session, id, digest, node.Membership.Self, size, size, "whole");
            return new KeptFile(digest, size, size, "whole");
        });
    }

    /// <summary>A file's bytes, piece by piece; only of one that is whole.</summary>
    public IEnumerable<byte[]> Pieces(RequestId id, KeptFile file)
    {
        for (var n = 0; n * (long)Piece < file.Size; n++)
        {
            var piece = n;
            yield return node.Store.Read(session => book.Unseal(session, id, NameOf(file.Sha256, piece))) ?? throw new InvalidDataException("a piece of the file is not here any more");
        }
    }

    /// <inheritdoc/>
    public Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel)
    {
        if (!StrictJson.TryParseObject(message.Content, 4, out var json, out var fault))
        {
            return Task.FromResult(ServiceAnswer.No(ProblemKind.BodyMalformed, fault));
        }

        var fields = new Fields(json);
        var (id, digest, n) = (fields.Value<RequestId>("request", RequestId.TryParse), fields.Text("sha256", 64), fields.Number("piece"));
        if (fields.Fault is not null)
        {
            return Task.FromResult(ServiceAnswer.No(ProblemKind.BodyMalformed, fields.Fault));
        }

        var piece = node.Store.Read(session => RequestBook.Row(session, id) is { } row && row.Other(node.Membership.Self) == message.From && row.Realm == message.Envelope.Realm && IsShared(session, id, digest)
            ? book.Unseal(session, id, NameOf(digest, n)) : null);
        return Task.FromResult(piece is null ? ServiceAnswer.No(ProblemKind.NotFound) : new ServiceAnswer.Content(Encoding.ASCII.GetBytes(Jwe.Encrypt(
            piece, node.Membership.Directory.Find(message.From)!.Keys[KeyUse.Encryption].Current, PieceType, node.Randomness,
            new JsonObject { ["request"] = id.ToString(), ["sha256"] = digest, ["piece"] = n }))));
    }

    /// <summary>Fetches what is still to come from a member; returns how many pieces came.</summary>
    /// <param name="correspondent">The way to it.</param>
    /// <param name="from">The member.</param>
    /// <param name="most">Pieces at most in this turn, so that nobody else waits long.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<int> FetchAsync(Correspondent correspondent, MemberCode from, int most, CancellationToken cancel)
    {
        var coming = node.Store.Read(session => session.Query(
            "SELECT f.request, f.digest, f.size, f.have, f.state, r.realm, r.purpose FROM request_file f JOIN request r ON r.id = f.request WHERE f.owner = @from AND f.state = 'coming' ORDER BY f.since, f.digest LIMIT 20",
            row => (Id: row.GetString(0), File: new KeptFile(row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetString(4)), Realm: row.GetString(5), Purpose: row.GetString(6)), ("@from", from.ToString())));
        var came = 0;
        foreach (var (text, file, realmText, purpose) in coming)
        {
            RequestId.TryParse(text, out var id);
            RealmText.TryParse(realmText, out var realm);
            var have = file.Have;
            while (have < file.Size && came < most)
            {
                if (await PieceAsync(correspondent, from, id, file, (int)(have / Piece), realm, purpose, cancel) is not { } piece)
                {
                    return came;   // it will be asked again: nothing of what is here is lost
                }

                var before = have;
                await node.Store.WriteAsync(session =>
                {
                    book.Seal(session, id, NameOf(file.Sha256, (int)(before / Piece)), piece);
                    session.Execute("UPDATE request_file SET have = @have WHERE request = @id AND digest = @digest", ("@have", before + piece.Length), ("@id", text), ("@digest", file.Sha256));
                });
                have += piece.Length;
                came++;
            }

            if (have >= file.Size)
            {
                await VerifyAsync(id, file);
            }
        }

        return came;
    }

    /// <summary>Why files that a partner announces are not taken; null where they are.</summary>
    internal string? Fault(IEnumerable<FileReference> announced) =>
        announced.Any(file => file.Size > LargestFile) ? $"a file is larger than {LargestFile} bytes" : null;

    /// <summary>Notes files that are to come.</summary>
    internal void Expect(WriteSession session, RequestRow row, IEnumerable<FileReference> announced)
    {
        var there = List(session, row.Id);
        var (room, left) = (MostFiles - there.Count, LargestRequest - there.Sum(file => file.Size));
        foreach (var file in announced.DistinctBy(file => file.Sha256).Where(file => Find(session, row.Id, file.Sha256) is null).Take(Math.Max(0, room)).TakeWhile(file => (left -= file.Size) >= 0))
        {
            Insert(session, row.Id, file.Sha256, row.Other(node.Membership.Self), file.Size, 0, "coming");
        }
    }

    /// <summary>Lets the other side fetch what an event of this State names.</summary>
    internal void Share(WriteSession session, RequestRow row, KindAct? act, byte[]? said)
    {
        foreach (var file in said is null ? [] : EventBody.Read(SaltedBody.Content(said), out _)!.AllFiles(act))
        {
            session.Execute("UPDATE request_file SET shared = 1 WHERE request = @id AND digest = @digest", ("@id", row.Id.ToString()), ("@digest", file.Sha256));
        }
    }

    private async Task<byte[]?> PieceAsync(Correspondent correspondent, MemberCode from, RequestId id, KeptFile file, int n, Realm realm, string purpose, CancellationToken cancel)
    {
        var question = Encoding.UTF8.GetBytes(new JsonObject { ["request"] = id.ToString(), ["sha256"] = file.Sha256, ["piece"] = n }.ToJsonString());
        var reply = await correspondent.AskAsync(new Message(node.Randomness.NewId(), from, ServiceName, purpose, "", realm, SaltedBody.Make(question, node.Randomness)), Patience, cancel);
        if (reply is not Reply.Answered answered
            || Jwe.Decrypt(Encoding.ASCII.GetString(answered.Content.Span), PieceType, node.Membership.Keys.FindAgreement, Bound, LongestPiece) is not JweResult.Opened opened)
        {
            return null;
        }

        var header = new Fields(opened.Header.Json);
        var fits = header.Text("request", 20) == id.ToString() && header.Text("sha256", 64) == file.Sha256 && header.Number("piece") == n && header.Fault is null;
        return fits && opened.Plaintext.Length == Math.Min(Piece, file.Size - (n * (long)Piece)) ? opened.Plaintext : null;
    }

    private async Task VerifyAsync(RequestId id, KeptFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in Pieces(id, file))
        {
            hash.AppendData(piece);
        }

        var right = Convert.ToHexStringLower(hash.GetHashAndReset()) == file.Sha256;
        await node.Store.WriteAsync(session =>
        {
            session.Execute("UPDATE request_file SET state = @state WHERE request = @id AND digest = @digest", ("@state", right ? "whole" : "damaged"), ("@id", id.ToString()), ("@digest", file.Sha256));
            if (!right)
            {
                Drop(session, id, file.Sha256, (int)((file.Size + Piece - 1) / Piece));
            }
        });
    }

    private static bool IsShared(ReadSession session, RequestId id, string digest) => session.First(
        "SELECT 1 FROM request_file WHERE request = @id AND digest = @digest AND shared = 1", row => row.GetInt32(0), ("@id", id.ToString()), ("@digest", digest)) == 1;

    private void Insert(WriteSession session, RequestId id, string digest, MemberCode owner, long size, long have, string state) => session.Execute(
        """
        INSERT INTO request_file (request, digest, owner, size, have, state, shared, since) VALUES (@id, @digest, @owner, @size, @have, @state, 0, @now)
        ON CONFLICT (request, digest) DO UPDATE SET have = excluded.have, state = excluded.state
        """,
        ("@id", id.ToString()), ("@digest", digest), ("@owner", owner.ToString()), ("@size", size), ("@have", have), ("@state", state), ("@now", node.Now.ToUnixTimeMilliseconds()));

    private static void Drop(WriteSession session, RequestId id, string name, int pieces)
    {
        for (var n = 0; n <= pieces; n++)
        {
            RequestBook.Erase(session, id, NameOf(name, n));
        }
    }

    private static string NameOf(string file, int piece) => string.Create(CultureInfo.InvariantCulture, $"{file}/{piece}");

    private static KeptFile Read(System.Data.Common.DbDataReader row) => new(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3));
}
