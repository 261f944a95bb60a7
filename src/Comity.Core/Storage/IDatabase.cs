using System.Data.Common;

namespace Comity.Core.Storage;

/// <summary>What differs between the databases a node can stand on; everything else is SQL that both understand.</summary>
/// <remarks>
/// The common dialect: <c>@name</c> parameters, <c>ON CONFLICT</c>, <c>RETURNING</c>, 64-bit integers, text, bytes.
/// See docs/decisions/0002-one-sql-two-databases.md.
/// </remarks>
public interface IDatabase : IDisposable
{
    /// <summary>"SQLite" or "PostgreSQL", as shown to an operator.</summary>
    string Kind { get; }

    /// <summary>Creates or upgrades the schema; safe to call by several processes at once.</summary>
    /// <exception cref="StorageException">The database cannot be reached or is of a newer program.</exception>
    void Migrate();

    /// <summary>Opens a connection that sees committed data only.</summary>
    DbConnection OpenForReading();

    /// <summary>Opens a connection whose commits are on stable storage when they return.</summary>
    DbConnection OpenForWriting();

    /// <summary>Begins the write transaction; waits for another writer of the same database.</summary>
    DbTransaction BeginWrite(DbConnection connection);

    /// <summary>Begins a transaction that sees one state of the database however often it reads.</summary>
    DbTransaction BeginRead(DbConnection connection);

    /// <summary>Commits; returns once it is on stable storage wherever the database was told to keep it.</summary>
    /// <exception cref="UnansweredCommitException">No answer in time. Transaction and connection must not be touched again, not even disposed of.</exception>
    /// <exception cref="DbException">Not acknowledged: it may have been committed or not.</exception>
    void Commit(DbTransaction transaction);

    /// <summary>The query that reads <c>origin, kind, size, frontier</c> of log <c>@log</c> and keeps other writers off it.</summary>
    string LockHead { get; }

    /// <summary>Inserts log entries, many at a time.</summary>
    void Insert(DbConnection connection, DbTransaction transaction, IReadOnlyList<EntryRow> rows);

    /// <summary>Inserts records, many at a time.</summary>
    void Insert(DbConnection connection, DbTransaction transaction, IReadOnlyList<RecordRow> rows);

    /// <summary>The records in force under natural keys, in the order of the keys; null where there is none.</summary>
    IReadOnlyList<RecordRow?> FindRecords(DbConnection connection, DbTransaction transaction, IReadOnlyList<byte[]> naturalKeys);

    /// <summary>Whether several processes may share the database.</summary>
    bool IsShared { get; }

    /// <summary>Seconds that a statement of a write transaction may take; null for the driver's own limit.</summary>
    int? SecondsToWrite { get; }

    /// <summary>The most connections for reading at a time.</summary>
    int MostReaders { get; }

    /// <summary>Tells processes that listen that the journal grows, as soon as the transaction is committed.</summary>
    void Announce(DbConnection connection, DbTransaction transaction);

    /// <summary>Waits until some process announced something; false where it cannot be told, at once or later.</summary>
    /// <remarks>One call at a time. What was announced since the call before is not lost, unless the answer was false.</remarks>
    Task<bool> ListenAsync(CancellationToken cancel);

    /// <summary>Whether what is acknowledged outlives the loss of a machine. Asks the database.</summary>
    /// <exception cref="StorageException">It is away.</exception>
    Protection Protection();

    /// <summary>Removes what deleted rows leave behind in the database's own files.</summary>
    void Scrub();

    /// <summary>Whether the failure says that the database is away (try again later), not that it is damaged or full.</summary>
    bool IsAway(Exception failure);

    /// <summary>Whether the failure says that the disk is full or what is on it damaged: only a restart says what is durable.</summary>
    bool IsFatal(Exception failure);
}

/// <summary>Whether what the database acknowledges outlives the loss of a machine.</summary>
/// <param name="State">Whether.</param>
/// <param name="Detail">How, or what is missing, in words.</param>
public sealed record Protection(ProtectionState State, string Detail);

/// <summary>Whether what the database acknowledges outlives the loss of a machine.</summary>
public enum ProtectionState
{
    /// <summary>Everything acknowledged is on the disks of two servers.</summary>
    Protected,

    /// <summary>It stands on one disk by its nature; backups are what outlives it.</summary>
    OneDisk,

    /// <summary>A cluster that keeps no second copy of what it acknowledges.</summary>
    Unprotected,
}

/// <summary>One row of <c>entry</c>, with its row of <c>entry_key</c> where it has a body and its row of <c>asked</c> where it has a tag.</summary>
/// <param name="Log">The log's number in this database.</param>
/// <param name="Index">0 for the log's first entry.</param>
/// <param name="Leaf">The bytes that the Merkle tree hashes.</param>
/// <param name="Body">The sealed body, or null where there is none (any more).</param>
/// <param name="Secret">The 32 bytes that open the body; null exactly where <paramref name="Body"/> is.</param>
/// <param name="Tag">16 bytes by which the entry is found again, or null.</param>
public readonly record struct EntryRow(long Log, long Index, byte[] Leaf, byte[]? Body, byte[]? Secret, byte[]? Tag = null);

/// <summary>One row of <c>record</c>: an entry that is in force.</summary>
/// <param name="Log">The feed's number in this database.</param>
/// <param name="Index">The entry that published or amended it.</param>
/// <param name="NaturalKey">16 bytes that say which records of this node are about the same thing; null for partners' records.</param>
/// <param name="State">Whether it is answered from.</param>
/// <param name="Expires">Unix milliseconds at which it is deleted.</param>
public readonly record struct RecordRow(long Log, long Index, byte[]? NaturalKey, RecordState State, long Expires);

/// <summary>Whether a record is answered from.</summary>
public enum RecordState
{
    /// <summary>In force: checks find it.</summary>
    Live = 0,

    /// <summary>Came after a feed was put in quarantine; waits for its release.</summary>
    Held = 1,

    /// <summary>This node will not answer from it: its owner had no right to publish it, or it cannot be read.</summary>
    Refused = 2,

    /// <summary>Its body has not come yet; only a later entry that supersedes it excuses that.</summary>
    BodyAwaited = 3,

    /// <summary>A partner's record whose time was over: erased here unasked, until the owner's entry comes that ends it.</summary>
    Ended = 4,
}

/// <summary>A commit that the server did not answer in time: it may happen yet, and must be left to itself.</summary>
/// <remarks>
/// A server that waits for its standby would, if it were asked to stop waiting, let others see what no standby has. So nobody asks: the
/// connection is left as it is, and ends with the server or with its answer.
/// </remarks>
public sealed class UnansweredCommitException(string message) : DbException(message);

/// <summary>The database could not do what was asked; nothing of the asked change may be relied upon.</summary>
/// <param name="message">What failed, without personal data.</param>
/// <param name="away">True when the database is away and the same call may succeed later.</param>
/// <param name="inner">The driver's exception.</param>
/// <param name="readOnly">True when the node signs nothing for the log that the change belongs to.</param>
public sealed class StorageException(string message, bool away, Exception? inner = null, bool readOnly = false) : Exception(message, inner)
{
    /// <summary>True when the node signs nothing for the log that the change belongs to, until its own past is known again.</summary>
    public bool ReadOnly { get; } = readOnly;

    /// <summary>True when the database is away and the same call may succeed later.</summary>
    public bool Away { get; } = away;
}
