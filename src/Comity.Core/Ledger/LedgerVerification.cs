using System.Text.Json;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Ledger;

/// <summary>What walking log and database against each other found.</summary>
/// <param name="Logs">How many logs were walked.</param>
/// <param name="Entries">How many entries.</param>
/// <param name="Fault">The first thing wrong, or null.</param>
public sealed record VerificationResult(int Logs, long Entries, string? Fault);

/// <summary>Walks every log of a store: leaves against the signed head, bodies against leaves, records against entries, feeds against the ledger.</summary>
public sealed class LedgerVerification(NodeContext node)
{
    private const int TellEvery = 4096;

    private long _entries;
    private Action<long>? _progress;
    private readonly Dictionary<string, long> _accounted = new(StringComparer.Ordinal);   // entries of feeds that the ledger accounts for

    /// <summary>Walks everything in one state of the store; changes nothing.</summary>
    /// <param name="progress">Told now and then how many entries were walked.</param>
    public VerificationResult Run(Action<long>? progress = null) => node.Store.Read(session =>
    {
        _entries = 0;
        _progress = progress;
        _accounted.Clear();
        var logs = session.Query(
            "SELECT log, origin, kind, size, frontier, checkpoint FROM log ORDER BY CASE kind WHEN 'ledger' THEN 0 ELSE 1 END, log",
            row => new LogRow(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.Bytes(4), row.BytesOrNull(5)));
        string? fault = logs.Exists(log => log.Kind == "ledger") || logs.Count == 0 ? null : "there is no ledger";
        foreach (var log in logs)
        {
            fault ??= Walk(session, log) ?? (log.Kind == "ledger" ? null : Records(session, log) ?? Accounted(log));
        }

        return new VerificationResult(logs.Count, _entries, fault ?? Cosigned(session));
    });

    private string? Walk(ReadSession session, LogRow log)
    {
        var frontier = new TreeFrontier();
        List<TreeHash> roots = [];                         // of the leaves under each full tile
        List<TreeHash> leaves = new(TileId.FullWidth);     // under the tile that is not full yet
        string? fault = null;
        session.Each(
            """
            SELECT e.idx, e.leaf, e.body, k.secret, r.state, r.expires FROM entry e LEFT JOIN entry_key k ON k.log = e.log AND k.idx = e.idx
            LEFT JOIN record r ON r.log = e.log AND r.idx = e.idx WHERE e.log = @log ORDER BY e.idx
            """,
            row =>
            {
                var index = row.GetInt64(0);
                var leaf = row.Bytes(1);
                fault = index != frontier.Size ? $"{log.Origin}: entry {frontier.Size} is missing"
                    : row.IsDBNull(2) != row.IsDBNull(3) ? $"{log.Origin}, entry {index}: body and key do not stand together"
                    : log.Kind == "ledger" ? LedgerEntry(log, index, leaf, row.BytesOrNull(2), row.BytesOrNull(3))
                    : FeedEntry(log, index, leaf, row.BytesOrNull(2), row.BytesOrNull(3)) ?? RecordRow(log, index, row.BytesOrNull(2), row.BytesOrNull(3), row.NumberOrNull(4), row.NumberOrNull(5));
                var hash = Rfc6962.LeafHash(leaf);
                frontier.Append(hash);
                leaves.Add(hash);
                if (leaves.Count == TileId.FullWidth)
                {
                    roots.Add(StoredTree.RootOfTile(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(leaves)));
                    leaves.Clear();
                }

                if (++_entries % TellEvery == 0)
                {
                    _progress?.Invoke(_entries);
                }

                return fault is null;
            },
            ("@log", log.Log));
        return fault ?? Sizes(log, frontier) ?? Tiles(session, log, roots) ?? Head(session, log, frontier);
    }

    private static string? Sizes(LogRow log, TreeFrontier frontier) =>
        frontier.Size == log.Size && frontier.ToBytes().AsSpan().SequenceEqual(log.Frontier)
            ? null : $"{log.Origin}: the {frontier.Size} entries do not lead to the stored head of size {log.Size}";

    private string? Head(ReadSession session, LogRow log, TreeFrontier frontier)
    {
        if (log.Checkpoint is null)
        {
            return log.Kind == "mirror" || log.Size == 0 ? null : $"{log.Origin}: the head is not signed";
        }

        if (log.Origin.Split('/') is not [_, _, var code, ..] || !MemberCode.TryParse(code, out var owner))
        {
            return $"{log.Origin}: it is no log of this network";
        }

        return CheckpointReader.Read(node.Membership, owner, log.Origin, log.Checkpoint) switch
        {
            // It covers an earlier size: the mirror is on its way.
            CheckpointReading.Valid { Head: var head } when log.Kind == "mirror" && head.Size < log.Size =>
                new StoredTree(session, log.Log).RootAt(head.Size) == head.Root ? null : $"{log.Origin}: the owner's checkpoint of size {head.Size} is of another tree than the entries",
            CheckpointReading.Valid { Head: var head } when head == frontier.Head => null,
            CheckpointReading.Valid => $"{log.Origin}: the signed checkpoint is of another tree than the {log.Size} entries",
            CheckpointReading.Revoked revoked => log.Kind == "mirror" ? null : $"{log.Origin}: {revoked.Reason}",
            CheckpointReading.Unbelievable when log.Kind == "mirror" && node.Membership.Directory.End(owner, log.Origin) is not null => null,   // its owner says that it ends sooner; what is beyond is held back
            CheckpointReading.Unbelievable unbelievable => $"{log.Origin}: {unbelievable.Reason}",
            _ => null,
        };
    }

    /// <summary>Every full tile is stored, no other, and each holds what lies under it.</summary>
    private static string? Tiles(ReadSession session, LogRow log, List<TreeHash> roots)
    {
        var due = 0L;
        for (var level = 0; roots.Count > 0; level++)
        {
            due += roots.Count;
            for (var i = 0; i < roots.Count; i++)
            {
                var tile = session.First(
                    "SELECT hashes FROM tile WHERE log = @log AND level = @level AND idx = @idx", row => row.Bytes(0), ("@log", log.Log), ("@level", (long)level), ("@idx", (long)i));
                if (tile is null || !TreeHash.TryReadMany(tile, out var hashes) || StoredTree.RootOfTile(hashes) != roots[i])
                {
                    return $"{log.Origin}: tile {level}/{i} is {(tile is null ? "missing" : "not the one that its entries make")}";
                }
            }

            roots = [.. roots.Chunk(TileId.FullWidth).Where(chunk => chunk.Length == TileId.FullWidth).Select(chunk => StoredTree.RootOfTile(chunk))];
        }

        var count = session.First("SELECT COUNT(*) FROM tile WHERE log = @log", row => row.GetInt64(0), ("@log", log.Log));
        return count == due ? null : $"{log.Origin}: {count} full tiles are stored; {due} are due";
    }

    private string? LedgerEntry(LogRow log, long index, byte[] leaf, byte[]? body, byte[]? secret)
    {
        try
        {
            using var json = JsonDocument.Parse(leaf);
            var entry = json.RootElement;
            Account(entry);
            if (body is null)
            {
                return null;
            }

            var opened = node.Sealer.Open(body, secret);
            var commitment = entry.TryGetProperty("commitment", out var c) && Jose.StrictBase64Url.TryDecode(c.GetString(), out var digest) ? digest : null;
            return opened is not null && commitment is not null && SaltedBody.Matches(opened, commitment) ? null : $"{log.Origin}, entry {index}: the detail is not the one committed to";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return $"{log.Origin}, entry {index}: it cannot be read";
        }
    }

    private void Account(JsonElement entry)
    {
        var (feed, count) = entry.GetProperty("kind").GetString() switch
        {
            LedgerKind.Published => (entry.GetProperty("feed").GetString()!, entry.GetProperty("published").GetInt64() + entry.GetProperty("amended").GetInt64()),
            LedgerKind.Withdrawn => (entry.GetProperty("feed").GetString()!, 1L),
            LedgerKind.Expired or LedgerKind.TakenIn or LedgerKind.Recovered => (entry.GetProperty("feed").GetString()!, entry.GetProperty("count").GetInt64()),
            _ => ("", 0L),
        };
        if (count > 0)
        {
            _accounted[feed] = _accounted.GetValueOrDefault(feed) + count;
        }
    }

    private string? FeedEntry(LogRow log, long index, byte[] leaf, byte[]? body, byte[]? secret)
    {
        if (!FeedLeaf.TryRead(leaf, index, out var read, out var fault))
        {
            return $"{log.Origin}: {fault}";
        }

        return body is null || (read.Digest is not null && node.Sealer.Open(body, secret) is { } opened && SaltedBody.Matches(opened, read.Digest))
            ? null : $"{log.Origin}, entry {index}: the body is not the one its leaf commits to";
    }

    /// <summary>A record's row says of its end what its body says; a partner's may end sooner, at the charter's term.</summary>
    private string? RecordRow(LogRow log, long index, byte[]? body, byte[]? secret, long? state, long? expires)
    {
        if (body is null || state is null || !RecordBody.TryRead(SaltedBody.Content(node.Sealer.Open(body, secret)), out var record, out _))
        {
            return null;
        }

        var due = record!.Expires.ToUnixTimeMilliseconds();
        return log.Kind == "own" && state != (long)RecordState.Live ? $"{log.Origin}: record {index} is this State's own, and not in force"
            : log.Kind == "own" ? expires == due ? null : $"{log.Origin}: record {index} is kept until another time than it says"
            : expires <= due ? null : $"{log.Origin}: record {index} is kept longer than it says";
    }

    /// <summary>Every entry in force has its record and body, and nothing else has.</summary>
    private string? Records(ReadSession session, LogRow log)
    {
        SortedSet<long> inForce = [];
        session.Each("SELECT idx, leaf FROM entry WHERE log = @log ORDER BY idx", row =>
        {
            var index = row.GetInt64(0);
            if (FeedLeaf.TryRead(row.Bytes(1), index, out var leaf, out _))
            {
                if (leaf.Supersedes is { } superseded)
                {
                    inForce.Remove(superseded);
                }

                if (leaf.HasBody)
                {
                    inForce.Add(index);
                }
            }

            return true;
        }, ("@log", log.Log));
        var records = session.Query("SELECT idx, state FROM record WHERE log = @log ORDER BY idx", row => (Index: row.GetInt64(0), State: (RecordState)row.GetInt64(1)), ("@log", log.Log));
        var bodies = session.Query("SELECT idx FROM entry WHERE log = @log AND body IS NOT NULL ORDER BY idx", row => row.GetInt64(0), ("@log", log.Log)).ToHashSet();
        var known = records.Select(record => record.Index).ToHashSet();
        return records.Where(record => !inForce.Contains(record.Index)).Select(record => $"{log.Origin}: record {record.Index} is kept in force, but its feed ended it").FirstOrDefault()
            ?? records.Where(record => record.State is not (RecordState.BodyAwaited or RecordState.Ended) && !bodies.Contains(record.Index)).Select(record => $"{log.Origin}: record {record.Index} is in force without its body").FirstOrDefault()
            ?? bodies.Where(body => !known.Contains(body)).Select(body => $"{log.Origin}: the body of entry {body} is kept, but its record is not in force").FirstOrDefault()
            ?? (log.Kind == "own" && node.Membership.Directory.End(node.Membership.Self, log.Origin) is null ? inForce.Where(index => !known.Contains(index)).Select(index => $"{log.Origin}: record {index} is in force by its feed, and missing").FirstOrDefault() : null);
    }

    private string? Accounted(LogRow log) =>
        _accounted.GetValueOrDefault(log.Origin) == log.Size ? null : $"{log.Origin}: it has {log.Size} entries; the ledger accounts for {_accounted.GetValueOrDefault(log.Origin)}";

    /// <summary>What partners have cosigned is still there: a store that was set back is found by their signatures.</summary>
    private static string? Cosigned(ReadSession session)
    {
        foreach (var (log, origin, size, member, note) in session.Query(
            "SELECT l.log, l.origin, l.size, c.member, c.note FROM cosignature c JOIN log l ON l.log = c.log",
            row => (row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.Bytes(4))))
        {
            if (!SignedNote.TryParse(note, out var signed, out _) || !Checkpoint.TryParse(signed.Text, out var checkpoint, out _)
                || checkpoint.Head.Size > size || new StoredTree(session, log).RootAt(checkpoint.Head.Size) != checkpoint.Head.Root)
            {
                return $"{origin}: {member} has cosigned another past";
            }
        }

        return null;
    }

    private sealed record LogRow(long Log, string Origin, string Kind, long Size, byte[] Frontier, byte[]? Checkpoint);
}
