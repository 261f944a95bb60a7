using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Feeds;

/// <summary>What a run of a partner's entries changes here: judged entry by entry first, stored as a whole, indexed when durable.</summary>
internal sealed class MirrorChanges(WriteSession session, FeedRow feed, NodeContext node, RegisterIndexes registers)
{
    private readonly IRegister? _register = registers.Find(feed.Name.Register);
    private readonly List<(byte[] Leaf, SealedBody? Body)> _entries = [];
    private readonly Dictionary<long, Incoming> _added = [];   // what this run puts in force, by index
    private readonly Dictionary<long, Outgoing> _removed = [];   // what it takes out of force

    /// <summary>A fault of content, which quarantines the feed but does not stop it.</summary>
    public FeedFault? Fault { get; private set; }

    /// <summary>Nothing is kept beyond the charter's term, whatever its owner wrote, and nothing for ever because it cannot be read.</summary>
    private long Longest => (node.Now + (node.Membership.Terms(feed.Name.Register)?.Retention ?? RecordChanges.LocalRetention)).ToUnixTimeMilliseconds();

    private bool Quarantined => feed.Fault is not null || Fault is not null;

    /// <summary>Takes an entry into the run, or returns the fault that stops the feed.</summary>
    public FeedFault? Judge(long index, ReadEntry entry)
    {
        if (entry.Leaf is not { } leaf)
        {
            return Stop(FeedFaultCode.LeafInvalid, index, entry.Unreadable!);
        }

        if (entry.Altered)
        {
            return Stop(FeedFaultCode.BodyAltered, index, $"the body of entry {index} does not have the digest of its leaf");
        }

        if (leaf.Supersedes is { } superseded && !TakeOut(superseded))
        {
            return Stop(FeedFaultCode.LeafInvalid, index, $"entry {index} supersedes {superseded}, which is not in force");
        }

        _entries.Add((entry.Bytes, entry.Sealed));
        if (leaf.HasBody)
        {
            _added.Add(index, entry.Sealed is null ? new Incoming(RecordState.BodyAwaited, null, long.MaxValue) : Admit(index, entry));
        }

        return null;
    }

    /// <summary>Appends everything judged.</summary>
    public void Store()
    {
        foreach (var index in _removed.Keys.Where(index => index < feed.Size))
        {
            session.RemoveRecord(feed.Log, index);
            session.EraseBody(feed.Log, index);
        }

        for (var i = 0; i < _entries.Count; i++)
        {
            // A body that a later entry of the same run supersedes is never written.
            var (leaf, body) = _entries[i];
            session.Append(feed.Log, leaf, _removed.ContainsKey(feed.Size + i) ? null : body);
        }

        foreach (var (index, record) in _added)
        {
            session.Add(new RecordRow(feed.Log, index, null, record.State, record.Expires));
        }

        // What was ended here before its owner said so has its receipt already.
        ErasureReceipts.Queue(session, node, feed.Name, _removed.Where(removed => !removed.Value.WasEnded).Select(removed => removed.Key).Order());
    }

    /// <summary>Changes the register's index. Only after the commit.</summary>
    public void Index()
    {
        registers.Know(feed.Log, feed.Name);
        foreach (var (index, outgoing) in _removed)
        {
            if (outgoing.Record is { } record)
            {
                _register?.Remove(new RecordAddress((int)feed.Log, index), record);
            }
        }

        foreach (var (index, incoming) in _added)
        {
            if (incoming is { State: RecordState.Live, Record: { } record })
            {
                _register?.Add(new RecordAddress((int)feed.Log, index), record);
            }
        }
    }

    private Incoming Admit(long index, ReadEntry entry)
    {
        if (entry.Record is not { } record)
        {
            return Refuse(FeedFaultCode.RecordInvalid, index, $"record {index} cannot be read: {entry.Unreadable}");
        }

        var expires = Math.Min(record.Expires.ToUnixTimeMilliseconds(), Longest);
        return entry.Judgement switch
        {
            null => new Incoming(RecordState.Refused, null, expires),   // this program has no such register: kept for whoever has
            Judgement.Accepted accepted => new Incoming(Quarantined ? RecordState.Held : RecordState.Live, accepted.Record, expires),
            Judgement.ForeignIssuer foreign => Refuse(
                FeedFaultCode.ForeignIssuer, index, $"record {index} is about a document issued by {foreign.Issuer}, for which {feed.Name.Owner} may not publish", expires),
            Judgement.Invalid invalid => Refuse(FeedFaultCode.RecordInvalid, index, $"record {index}: {invalid.Field} {invalid.Reason}", expires),
            var other => throw new InvalidOperationException($"A register judged {other}."),
        };
    }

    private Incoming Refuse(FeedFaultCode code, long index, string text, long? expires = null)
    {
        Fault ??= new FeedFault(code, index, text, node.Now);
        return new Incoming(RecordState.Refused, null, expires ?? Longest);
    }

    /// <summary>Takes a record out of force that this run or an earlier one put there; false where there is none.</summary>
    private bool TakeOut(long index)
    {
        if (index >= feed.Size)
        {
            // It comes and goes within the run, and is never indexed.
            return _added.Remove(index) && _removed.TryAdd(index, new Outgoing(null, WasEnded: false));
        }

        if (_removed.ContainsKey(index) || session.Record(feed.Log, index) is not { } row)
        {
            return false;
        }

        _removed.Add(index, new Outgoing(row.State == RecordState.Live ? Indexed(index) : null, row.State == RecordState.Ended));
        return true;
    }

    private IRegisterRecord? Indexed(long index) =>
        registers.Open(session.Body(feed.Log, index)) is { } body
        && _register?.Judge(body.Content, static _ => true) is Judgement.Accepted accepted ? accepted.Record : null;

    private FeedFault Stop(FeedFaultCode code, long index, string text) => new(code, index, text, node.Now);

    private sealed record Outgoing(IRegisterRecord? Record, bool WasEnded);

    private sealed record Incoming(RecordState State, IRegisterRecord? Record, long Expires);
}
