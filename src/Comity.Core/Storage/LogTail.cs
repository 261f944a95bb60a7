using System.Data.Common;
using Comity.TransparencyLog;

namespace Comity.Core.Storage;

/// <summary>The growing end of one log within one transaction.</summary>
internal sealed class LogTail
{
    private const int TileWidth = 256;

    // Hashes of the leaves appended by this transaction: those before it are read from the store when a tile needs them.
    private readonly List<TreeHash> _appended = [];

    public required long Log { get; init; }

    public required string Origin { get; init; }

    public required LogKind Kind { get; init; }

    public required long SizeBefore { get; init; }

    public required TreeFrontier Frontier { get; init; }

    /// <summary>Whether an own log gets back what it lost: then nothing is signed.</summary>
    public bool Resumes { get; set; }

    /// <summary>The head as this node signed it before it lost what it now has back; null while there is more to come.</summary>
    public byte[]? SignedBefore { get; set; }

    /// <summary>From columns origin, kind, size, frontier.</summary>
    public static LogTail From(long log, DbDataReader row)
    {
        if (!TreeFrontier.TryRead(row.Bytes(3), out var frontier) || frontier.Size != row.GetInt64(2))
        {
            throw new StorageException($"The head of log {log} is damaged.", away: false);
        }

        return new LogTail
        {
            Log = log,
            Origin = row.GetString(0),
            Kind = Enum.Parse<LogKind>(row.GetString(1), ignoreCase: true),
            SizeBefore = frontier.Size,
            Frontier = frontier,
        };
    }

    public long Append(TreeHash leafHash)
    {
        _appended.Add(leafHash);
        Frontier.Append(leafHash);
        return Frontier.Size - 1;
    }

    /// <summary>The tiles that became full since <see cref="SizeBefore"/>, lowest level first.</summary>
    public IEnumerable<(int Level, long Tile, byte[] Hashes)> FullTiles(ReadSession session)
    {
        Dictionary<(int, long), TreeHash> roots = [];
        long before = SizeBefore, now = Frontier.Size;
        for (var level = 0; now >= TileWidth; level++, before /= TileWidth, now /= TileWidth)
        {
            for (var tile = before / TileWidth; tile < now / TileWidth; tile++)
            {
                var hashes = new TreeHash[TileWidth];
                for (var i = 0; i < TileWidth; i++)
                {
                    var node = (tile * TileWidth) + i;
                    hashes[i] = level == 0 ? LeafHash(session, node)
                        : roots.TryGetValue((level - 1, node), out var root) ? root
                        : StoredTree.RootOfTile(StoredTree.FullTile(session, Log, level - 1, node));
                }

                roots[(level, tile)] = StoredTree.RootOfTile(hashes);
                yield return (level, tile, StoredTree.Bytes(hashes));
            }
        }
    }

    private TreeHash LeafHash(ReadSession session, long index) => index >= SizeBefore
        ? _appended[(int)(index - SizeBefore)]
        : Rfc6962.LeafHash(session.First(
            "SELECT leaf FROM entry WHERE log = @log AND idx = @idx", row => row.Bytes(0), ("@log", Log), ("@idx", index))!);
}
