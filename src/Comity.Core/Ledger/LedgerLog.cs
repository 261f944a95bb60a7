using Comity.Core.Storage;

namespace Comity.Core.Ledger;

/// <summary>Appends to this node's ledger.</summary>
/// <param name="origin">The ledger's C2SP origin.</param>
/// <param name="sealer">Seals details.</param>
public sealed class LedgerLog(string origin, BodySealer sealer)
{
    private long _log;   // 0 until first used; the same in every transaction after

    /// <summary>The ledger's C2SP origin.</summary>
    public string Origin => origin;

    /// <summary>Appends a note; durable with the transaction. Returns the entry's index.</summary>
    public long Append(WriteSession session, LedgerNote note) =>
        session.Append(Open(session), note.ToLeaf(), note.Detail is { } detail ? sealer.Seal(detail) : null, note.Tag);

    /// <summary>Appends a note made before; durable with the transaction.</summary>
    internal void Append(WriteSession session, byte[] leaf) => session.Append(Open(session), leaf);

    /// <summary>The ledger's number in the store, or 0 before its first entry.</summary>
    public long Find(ReadSession session) => Volatile.Read(ref _log) is not 0 and var known ? known
        : session.First("SELECT log FROM log WHERE origin = @origin", row => row.GetInt64(0), ("@origin", origin));

    private long Open(WriteSession session)
    {
        // A transaction that is undone takes the row with it, so the number is remembered only once it was read back.
        var known = Volatile.Read(ref _log);
        if (known != 0)
        {
            return known;
        }

        var log = session.OpenLog(origin, LogKind.Ledger);
        session.AfterCommit(() => Volatile.Write(ref _log, log));
        return log;
    }
}
