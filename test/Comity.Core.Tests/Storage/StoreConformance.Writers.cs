using Comity.Core.Storage;

namespace Comity.Core.Tests.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Writers_at_once_get_an_index_each_and_pay_for_nobody_elses_fault()
    {
        var store = Open();
        await AppendAsync(store, Leaf(0));
        using ManualResetEventSlim open = new(), held = new();
        using CountdownEvent gathering = new(64);
        var first = Task.Run(() => store.WriteAsync(_ => { held.Set(); open.Wait(Cancel); }), Cancel);   // holds the writer while the others gather
        held.Wait(Cancel);
        var runs = 0;
        var writers = Enumerable.Range(1, 64).Select(i => Task.Run(
            () =>
            {
                var written = store.WriteAsync(session =>
                {
                    Interlocked.Increment(ref runs);
                    Counter(session);
                    var index = session.Append(1, Leaf(i));
                    return i == 32 ? throw new InvalidDataException("by one of them") : index;
                });
                gathering.Signal();
                return written;
            },
            Cancel)).ToList();
        gathering.Wait(Cancel);
        open.Set();
        await first;

        await Assert.ThrowsAsync<InvalidDataException>(() => writers[31]);
        writers.RemoveAt(31);
        var indexes = await Task.WhenAll(writers);

        Assert.Equal(Enumerable.Range(1, 63).Select(i => (long)i), indexes.Order());
        Assert.True(runs > 64, "no work ran twice: the others did not share a transaction with the one that failed");
        Assert.Equal(63, store.Read(session => session.First("SELECT used FROM quota", row => row.GetInt64(0))));
        Assert.Equal(64, AssertSound(store));
    }

    [Fact]
    public async Task Work_that_fails_leaves_nothing()
    {
        var store = Open();
        var told = false;

        await Assert.ThrowsAsync<InvalidDataException>(() => store.WriteAsync(session =>
        {
            AddRecord(session, 1);
            Counter(session);
            session.AfterCommit(() => told = true);
            throw new InvalidDataException("late");
        }));

        Assert.False(told);
        Assert.All((string[])["log", "entry", "record", "quota"], table => Assert.Equal(0, Count(store, table)));
        Assert.Equal(0, await AppendAsync(store, Leaf(0)));
    }

    [Fact]
    public async Task What_follows_a_commit_is_done_once_and_in_order()
    {
        var store = Open();
        List<long> told = [];
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            () => store.WriteAsync(session =>
            {
                var index = session.Append(session.OpenLog(Origin, LogKind.Own), Leaf(i));
                session.AfterCommit(() => told.Add(index));
            }),
            Cancel)));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), told);
    }

    [Fact]
    public async Task A_read_sees_one_state_however_often_it_looks()
    {
        var store = Open();
        var other = Open();
        await AppendAsync(store, Leaf(0));

        var looks = store.Read(session =>
        {
            List<long> seen = [];
            for (var i = 1; i <= 3; i++)
            {
                seen.Add(session.First("SELECT COUNT(*) FROM entry", row => row.GetInt64(0)));
                AppendAsync(other, Leaf(i)).GetAwaiter().GetResult();
            }

            return seen;
        });

        Assert.Equal([1, 1, 1], looks);
        Assert.Equal(4, Count(store, "entry"));
    }

    [Fact]
    public async Task Two_processes_that_append_to_one_log_leave_no_gap_and_no_fork()
    {
        NodeStore[] stores = [Open(), Open()];

        // Neither log is there: both find out, and one makes it.
        var indexes = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(
            () => stores[i % 2].WriteAsync(session =>
            {
                var second = i % 4 < 2 ? Origin : Origin + "/second";
                session.Append(session.OpenLog(i % 4 < 2 ? Origin + "/second" : Origin, LogKind.Own), Leaf(i));   // in either order
                return session.Append(session.OpenLog(second, LogKind.Own), Leaf(i));
            }),
            Cancel)));

        Assert.Equal(400, AssertSound(stores[0]));
        Assert.Equal(400, AssertSound(stores[1], Origin + "/second"));
        Assert.Equal(400, indexes.Length);
        Assert.Equal(2, Count(stores[0], "log"));
    }

    [Fact]
    public async Task A_writer_waits_for_another_process()
    {
        var store = Open();
        await AppendAsync(store, Leaf(0));
        using var other = Database.Open();
        using var connection = other.OpenForWriting();
        var transaction = other.BeginWrite(connection);

        var waiting = Task.Run(() => AppendAsync(store, Leaf(1)), Cancel);
        await Task.Delay(300, Cancel);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, Count(store, "entry"));   // readers do not wait
        transaction.Rollback();
        transaction.Dispose();

        Assert.Equal(1, await waiting);
    }

    [Fact]
    public async Task A_node_without_its_key_writes_no_log_of_its_own()
    {
        var store = Open();
        store.Signer = null;

        await Assert.ThrowsAsync<InvalidOperationException>(() => AppendAsync(store, Leaf(0)));
        Assert.Equal(0, Count(store, "log"));
        Assert.Equal(0, await store.WriteAsync(session => session.Append(session.OpenLog(Origin, LogKind.Mirror), Leaf(0))));
    }

    /// <summary>Something that would show that a work took effect twice.</summary>
    private static void Counter(WriteSession session) => session.Execute(
        "INSERT INTO quota (register, member, purpose, day, used) VALUES ('r', 'm', 'p', 1, 1) ON CONFLICT (register, member, purpose, day) DO UPDATE SET used = quota.used + 1");
}
