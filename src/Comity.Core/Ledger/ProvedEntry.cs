using System.Text;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Ledger;

/// <summary>One entry with what proves it.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Line">What it says.</param>
/// <param name="Hash">Its leaf's hash.</param>
/// <param name="Epoch">The epoch in which it has this place.</param>
/// <param name="Over">Whether a later epoch is written to.</param>
/// <param name="Size">The size of the ledger in this epoch now.</param>
/// <param name="Root">Its root now.</param>
/// <param name="Path">The hashes that lead from the entry to the root (RFC 6962, 2.1.1).</param>
/// <param name="Checkpoint">The head as this node signed it.</param>
/// <param name="Cosigned">The newest head that each partner has cosigned.</param>
/// <param name="DetailKept">Whether a sealed detail is kept; false where there never was one or its time is over.</param>
public sealed record ProvedEntry(
    long Index, LedgerLine Line, TreeHash Hash, int Epoch, bool Over, long Size, TreeHash Root, IReadOnlyList<TreeHash> Path, string Checkpoint, IReadOnlyList<Cosigned> Cosigned, bool DetailKept)
{
    /// <summary>Reads an entry of an epoch, or of the newest; null where there is none.</summary>
    public static ProvedEntry? Find(NodeContext node, long index, int? epoch = null) => node.Store.Read(session =>
    {
        if (LedgerEpoch.Find(session, epoch) is not { Checkpoint: { } checkpoint, Log: var log, Size: var size } ledger || index < 0 || index >= size)
        {
            return null;
        }

        var leaf = session.First("SELECT leaf FROM entry WHERE log = @log AND idx = @idx", row => row.Bytes(0), ("@log", log), ("@idx", index))!;
        var kept = session.First("SELECT 1 FROM entry_key WHERE log = @log AND idx = @idx", row => true, ("@log", log), ("@idx", index));
        var tree = new StoredTree(session, log);
        var cosigned = session.Query(
            "SELECT member, size, at FROM cosignature WHERE log = @log ORDER BY member", row => new Cosigned(MemberCode.Parse(row.GetString(0)), row.GetInt64(1), row.Instant(2)), ("@log", log));
        return new ProvedEntry(index, LedgerLine.Read(leaf), Rfc6962.LeafHash(leaf), ledger.Epoch, ledger.Epoch < LedgerEpoch.Find(session, null)!.Epoch, size, tree.RootAt(size), tree.Inclusion(index, size), Encoding.UTF8.GetString(checkpoint), cosigned, kept);
    });
}

/// <summary>A partner's newest cosignature of this node's ledger.</summary>
/// <param name="Member">Whose.</param>
/// <param name="Size">Of which size: entries before it can no longer be changed without that partner noticing.</param>
/// <param name="At">Since when it is here.</param>
public sealed record Cosigned(MemberCode Member, long Size, DateTimeOffset At);
