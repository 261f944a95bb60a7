using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers.Snapshots;
using Comity.Core.Storage;

namespace Comity.Core.Registers;

/// <summary>How indexes were filled.</summary>
/// <param name="Indexed">How many records are in them.</param>
/// <param name="UnreadableAt">Records in force that could not be read.</param>
/// <param name="Remarks">What an operator should know, a line each.</param>
public sealed record IndexLoading(long Indexed, IReadOnlyList<RecordAddress> UnreadableAt, IReadOnlyList<string> Remarks);

/// <summary>Fills the indexes from one state of the store: it reads on its own thread, and opens and judges on the others.</summary>
internal sealed class RecordLoading(RegisterIndexes registers, ReadSession session, Func<MemberCode, IssuingCode, bool> mayIssue, IndexSnapshots? snapshots)
{
    private const int AtOnce = 4096;

    private const string Rows =
        """
        SELECT r.log, r.idx, e.body, k.secret FROM record r
        JOIN entry e ON e.log = r.log AND e.idx = r.idx
        JOIN entry_key k ON k.log = r.log AND k.idx = r.idx
        """;

    private readonly List<RecordAddress> _unreadable = [];
    private readonly List<string> _remarks = [];
    private long _indexed;

    public IndexLoading Run()
    {
        var feeds = session.Feeds();
        feeds.ForEach(feed => registers.Know(feed.Log, feed.Name));
        foreach (var group in feeds.GroupBy(feed => feed.Name.Register))
        {
            Load(registers.Find(group.Key), [.. group]);
        }

        return new IndexLoading(_indexed, _unreadable, _remarks);
    }

    private void Load(IRegister? register, List<FeedRow> feeds)
    {
        if (snapshots is null || register is not ICompactRegister compact || !LoadFromSnapshot(compact, feeds))
        {
            feeds.ForEach(feed => LoadFrom(register, feed, 0));
        }
    }

    /// <summary>False, and the index is empty, where there is no snapshot that can be believed.</summary>
    private bool LoadFromSnapshot(ICompactRegister register, List<FeedRow> feeds)
    {
        var (indexedBefore, unreadableBefore) = (_indexed, _unreadable.Count);
        var tail = snapshots!.Read(session, register, feeds, out var remark);
        if (remark is not null)
        {
            _remarks.Add(remark);
        }

        if (tail is null)
        {
            return false;
        }

        _indexed += register.Count;
        feeds.ForEach(feed => LoadFrom(register, feed, tail.SizeOf(feed.Log)));
        foreach (var at in tail.Touched)
        {
            Each(register, feeds.Find(feed => feed.Log == at.Log)!, "WHERE r.state = 0 AND r.log = @log AND r.idx = @idx", ("@log", (long)at.Log), ("@idx", at.Index));
        }

        if (register.Count + _unreadable.Count - unreadableBefore == tail.InForce)
        {
            return true;
        }

        _remarks.Add($"the snapshot of {register.Name} is not used: with what came since it makes another number of records than are in force");
        snapshots.Refuse(register);
        _indexed = indexedBefore;
        _unreadable.RemoveRange(unreadableBefore, _unreadable.Count - unreadableBefore);
        return false;
    }

    private void LoadFrom(IRegister? register, FeedRow feed, long from) =>
        Each(register, feed, "WHERE r.state = 0 AND r.log = @log AND r.idx >= @from ORDER BY r.idx", ("@log", feed.Log), ("@from", from));

    private void Each(IRegister? register, FeedRow feed, string where, params (string Name, object? Value)[] parameters)
    {
        var work = Task.CompletedTask;
        List<(RecordAddress At, SealedBody Body)> rows = new(AtOnce);
        session.Each(
            $"{Rows} {where}",
            row =>
            {
                rows.Add((new RecordAddress((int)row.GetInt64(0), row.GetInt64(1)), new SealedBody(row.Bytes(2), row.Bytes(3))));
                if (rows.Count == AtOnce)
                {
                    Begin();
                }

                return true;
            },
            parameters);
        Begin();
        work.GetAwaiter().GetResult();

        void Begin()
        {
            work.GetAwaiter().GetResult();
            var batch = rows;
            rows = new(AtOnce);
            work = batch.Count < AtOnce ? Run(() => Add(register, feed, batch)) : Task.Run(() => Add(register, feed, batch));
        }
    }

    private static Task Run(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    private void Add(IRegister? register, FeedRow feed, List<(RecordAddress At, SealedBody Body)> rows)
    {
        var records = Many.Make(rows.Count, i => register is null ? null : registers.Read(register, feed.Name.Owner, rows[i].Body, mayIssue));
        for (var i = 0; i < records.Length; i++)
        {
            if (records[i] is { } record)
            {
                register!.Add(rows[i].At, record);
                _indexed++;
            }
            else
            {
                _unreadable.Add(rows[i].At);
            }
        }
    }
}
