using System.Collections.Concurrent;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers.Snapshots;
using Comity.Core.Storage;

namespace Comity.Core.Registers;

/// <summary>The registers of this program and, for each feed, what its entries mean to them.</summary>
public sealed class RegisterIndexes
{
    private readonly Dictionary<RegisterName, IRegister> _registers;
    private readonly ConcurrentDictionary<int, FeedName> _feeds = new();
    private readonly BodySealer _sealer;
    private ILookup<RegisterName, RecordAddress> _unreadable = Array.Empty<RecordAddress>().ToLookup(_ => default(RegisterName));

    /// <summary>Binds the registers of the program.</summary>
    public RegisterIndexes(IEnumerable<IRegister> registers, BodySealer sealer)
    {
        _registers = registers.ToDictionary(register => register.Name);
        _sealer = sealer;
    }

    /// <summary>All registers.</summary>
    public IEnumerable<IRegister> All => _registers.Values;

    /// <summary>The register of a name; null where this program has none.</summary>
    public IRegister? Find(RegisterName name) => _registers.GetValueOrDefault(name);

    /// <summary>Which feed a log number is.</summary>
    public FeedName? FeedOf(int log) => _feeds.GetValueOrDefault(log);

    /// <summary>Makes a feed's number known before the first of its records is indexed.</summary>
    public void Know(long log, FeedName feed) => _feeds[(int)log] = feed;

    /// <summary>Fills the indexes from the store: every record in force.</summary>
    /// <param name="session">One state of the store.</param>
    /// <param name="mayIssue">Whether an owner may publish for an issuing code.</param>
    /// <param name="snapshots">Copies of indexes, from which it is faster; null for none.</param>
    public IndexLoading Load(ReadSession session, Func<MemberCode, IssuingCode, bool> mayIssue, IndexSnapshots? snapshots = null)
    {
        var loaded = new RecordLoading(this, session, mayIssue, snapshots).Run();
        _unreadable = loaded.UnreadableAt.ToLookup(at => FeedOf(at.Log)!.Register);
        return loaded;
    }

    /// <summary>Sets entries that another process touched to how they stand in the store.</summary>
    /// <param name="session">One state of the store.</param>
    /// <param name="touched">The entries, in order.</param>
    /// <param name="gone">What is to go from the indexes is added, what is in force is removed.</param>
    internal void Follow(ReadSession session, IReadOnlyList<EntryRun> touched, HashSet<RecordAddress> gone)
    {
        foreach (var run in touched)
        {
            if (!_feeds.TryGetValue((int)run.Log, out var feed))
            {
                feed = (session.Feed(run.Log) ?? throw new StorageException($"There are records of log {run.Log}, which is no feed.", away: false)).Name;
                Know(run.Log, feed);
            }

            if (Find(feed.Register) is { } register)
            {
                Follow(session, register, feed.Owner, run, gone);
            }
        }
    }

    private void Follow(ReadSession session, IRegister register, MemberCode owner, EntryRun run, HashSet<RecordAddress> gone)
    {
        var rows = session.Query(
            """
            SELECT r.idx, e.body, k.secret FROM record r
            JOIN entry e ON e.log = r.log AND e.idx = r.idx
            JOIN entry_key k ON k.log = r.log AND k.idx = r.idx
            WHERE r.log = @log AND r.idx >= @from AND r.idx < @to AND r.state = 0
            """,
            row => (Index: row.GetInt64(0), Body: new SealedBody(row.Bytes(1), row.Bytes(2))),
            ("@log", run.Log), ("@from", run.From), ("@to", run.To));
        var records = Many.Make(rows.Count, i => Read(register, owner, rows[i].Body, static (_, _) => true));
        for (var index = run.From; index < run.To; index++)
        {
            gone.Add(new RecordAddress((int)run.Log, index));
        }

        for (var i = 0; i < records.Length; i++)
        {
            if (records[i] is { } record)
            {
                var at = new RecordAddress((int)run.Log, rows[i].Index);
                register.Add(at, record);
                gone.Remove(at);
            }
        }
    }

    /// <summary>Records of a register that are in force and could not be read at start.</summary>
    internal IEnumerable<RecordAddress> Unreadable(IRegister register) => _unreadable[register.Name];

    /// <summary>Opens a stored body; null where it was altered.</summary>
    public RecordBody? Open(SealedBody? body) =>
        body is not null && _sealer.Open(body.Ciphertext, body.Secret) is { } salted && salted.Length >= SaltedBody.SaltLength
        && RecordBody.TryRead(SaltedBody.Content(salted), out var record, out _) ? record : null;

    internal IRegisterRecord? Read(IRegister register, MemberCode owner, SealedBody body, Func<MemberCode, IssuingCode, bool> mayIssue) =>
        Open(body) is { } record && register.Judge(record.Content, code => mayIssue(owner, code)) is Judgement.Accepted accepted ? accepted.Record : null;
}
