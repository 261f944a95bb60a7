using Comity.Core.Tests.Storage;
using Comity.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.Core.Tests.Registers.Snapshots;

public sealed class SqliteSnapshotTests : SnapshotTests
{
    protected override int Histories => 40;

    protected override TestDatabase NewDatabase() => new SqliteFile();

    [Fact]
    public async Task Whatever_byte_is_changed_the_copy_is_refused()
    {
        using var pair = await WithCopyAsync(rounds: 1);
        var whole = File.ReadAllBytes(pair.File);
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(pair.File, changed);
            Assert.Single(pair.Restart());
        }
    }

    [Fact]
    public async Task Wherever_it_is_cut_and_whatever_stands_after_it_the_copy_is_refused()
    {
        using var pair = await WithCopyAsync(rounds: 1);
        var whole = File.ReadAllBytes(pair.File);
        for (var length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(pair.File, whole[..length]);
            Assert.Single(pair.Restart());
        }

        File.WriteAllBytes(pair.File, [.. whole, 0]);
        Assert.Single(pair.Restart());
    }

    [Fact]
    public async Task A_database_set_back_behind_its_copy_is_read_plainly()
    {
        using var file = new SqliteFile();
        var older = file.File + ".older";
        string folder;
        using (var pair = new Pair(file))
        {
            await pair.StepAsync(5, 3);
            pair.Store.Read(session => { session.Each("SELECT 1", _ => true); return true; });
            pair.Store.Database.Scrub();   // everything is in the file
            File.Copy(file.File, older);
            await pair.StepAsync(5, 7);
            await pair.Node.Snapshots!.KeepAsync(now: true);
            folder = pair.Folder + ".kept";
            Directory.CreateDirectory(folder);
            File.Copy(pair.File, Path.Combine(folder, Path.GetFileName(pair.File)));
        }

        File.Delete(file.File + "-wal");
        File.Copy(older, file.File, overwrite: true);
        using var back = new Pair(file);
        File.Copy(Path.Combine(folder, Path.GetFileName(back.File)), back.File);
        Directory.Delete(folder, recursive: true);
        Assert.Contains("is shorter than when it was taken", Assert.Single(back.Restart()), StringComparison.Ordinal);

        // As long again, by another way.
        await back.StepAsync(5, 4);
        await back.StepAsync(5, 8);
        Assert.Contains("is not the log that it was", Assert.Single(back.Restart()), StringComparison.Ordinal);
    }
}

public sealed class PostgresSnapshotTests : SnapshotTests
{
    protected override int Histories => 8;

    protected override TestDatabase NewDatabase() => new PostgresTestDatabase(PostgresServer.Shared);
}

/// <summary>A start from a copy of the index and a start without give the same, or the copy is not used.</summary>
public abstract class SnapshotTests
{
    protected abstract int Histories { get; }

    protected abstract TestDatabase NewDatabase();

    /// <summary>What happens and to whom; 12 keeps a copy, 13 keeps one while the next step happens, 14 starts anew.</summary>
    [Fact]
    public void After_any_history_a_start_from_a_copy_knows_what_a_plain_one_knows()
    {
        var step = from what in Gen.Frequency((12, Gen.Choose(0, 11)), (2, Gen.Constant(12)), (2, Gen.Constant(13)), (3, Gen.Constant(14))) from which in Gen.Choose(0, 30) select (what, which);
        var (copied, removed) = (0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Histories).WithEndSize(60), Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            using var database = NewDatabase();
            using var pair = new Pair(database);
            Run(pair, steps).GetAwaiter().GetResult();
            Assert.Empty(pair.Restart());
            copied += pair.Register.Count > pair.Register.Judged ? 1 : 0;
            removed += pair.Register.Judged > 0 ? 1 : 0;
        }));
        if (Histories >= 40)   // fewer say nothing of how often
        {
            Assert.True(copied > Histories / 4, $"only {copied} starts used a copy");
            Assert.True(removed > Histories / 20, $"only {removed} starts had something to read besides");
        }
    }

    [Fact]
    public async Task What_was_copied_is_not_opened_again()
    {
        using var pair = await WithCopyAsync();
        Assert.Empty(pair.Restart());
        Assert.NotEqual(0, pair.Register.Count);
        Assert.Equal(0, pair.Register.Judged);

        await pair.StepAsync(5, 6);   // 2 of Arcadia's
        Assert.Empty(pair.Restart());
        Assert.Equal(2, pair.Register.Judged);
    }

    [Fact]
    public async Task What_was_held_back_while_a_copy_was_written_and_released_after_it_is_there()
    {
        using var pair = await WithCopyAsync();
        await pair.StepAsync(5, 2);
        pair.Register.Meanwhile = () => pair.StepAsync(9, 0).GetAwaiter().GetResult();   // what is in the half not yet written, too
        await pair.Node.Snapshots!.KeepAsync(now: true);
        await pair.StepAsync(10, 0);
        Assert.Empty(pair.Restart());
        Assert.NotEqual(0, pair.Register.Judged);
    }

    [Fact]
    public async Task A_copy_of_another_form_or_under_another_key_is_not_read()
    {
        using var pair = await WithCopyAsync();
        Assert.Contains("another version", Assert.Single(pair.Restart("copied 2")), StringComparison.Ordinal);
        using var another = new Pair(NewDatabase(), key: 1);
        await another.StepAsync(5, 1);
        File.Copy(pair.File, another.File);
        Assert.Contains("another key", Assert.Single(another.Restart()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_that_left_the_store_without_an_entry_are_noticed()
    {
        using var pair = await WithCopyAsync();
        await pair.Store.WriteAsync(session => session.Execute("DELETE FROM record WHERE idx = 1"));
        Assert.Contains("another number of records", Assert.Single(pair.Restart()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_withdrawn_is_out_of_the_copy_within_the_hour_and_the_older_copy_is_erased()
    {
        using var pair = await WithCopyAsync();
        Assert.Empty(pair.Restart());
        var before = File.ReadAllBytes(pair.File);
        using var held = new FileStream(pair.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);   // what the disk would still have

        await pair.StepAsync(6, 3);
        pair.Pass(TimeSpan.FromMinutes(59));
        await pair.Node.Snapshots!.KeepAsync();
        if (pair.Register.Removals > 0)
        {
            Assert.True(before.AsSpan().SequenceEqual(File.ReadAllBytes(pair.File)) || pair.Register.Count < 100, "it is not written more often than it need be");
        }

        pair.Pass(TimeSpan.FromMinutes(1));
        await pair.Node.Snapshots!.KeepAsync();
        Assert.NotEqual(before, File.ReadAllBytes(pair.File));
        var left = new byte[before.Length];
        held.ReadExactly(left);
        Assert.All(left[..56], octet => Assert.Equal(0, octet));
        Assert.Empty(pair.Restart());
        Assert.Equal(0, pair.Register.Judged);
    }

    [Fact]
    public async Task What_a_death_left_of_a_copy_being_written_is_erased_by_the_next_start()
    {
        using var pair = await WithCopyAsync();
        File.WriteAllBytes(pair.File + ".tmp", new byte[100_000]);
        Assert.Empty(pair.Restart());
        Assert.Equal([pair.File], Directory.GetFiles(pair.Folder));
        File.WriteAllBytes(pair.File + ".tmp", new byte[100_000]);
        await pair.StepAsync(5, 9);
        await pair.Node.Snapshots!.KeepAsync(now: true);
        Assert.Equal([pair.File], Directory.GetFiles(pair.Folder));
        Directory.CreateDirectory(Path.Combine(pair.Folder, "another-process"));
        File.Copy(pair.File, Path.Combine(pair.Folder, "another-process", Path.GetFileName(pair.File) + ".tmp"));
        Assert.Equal(2, Comity.Core.Registers.Snapshots.IndexSnapshots.Delete(pair.Folder));
        Assert.Empty(Directory.GetFiles(pair.Folder, "*", SearchOption.AllDirectories));
        Assert.Empty(pair.Restart());
    }

    private protected async Task<Pair> WithCopyAsync(int rounds = 5)
    {
        var pair = new Pair(NewDatabase());
        for (var i = 1; i < 2 * rounds; i += 2)
        {
            await pair.StepAsync(0, i);
            await pair.StepAsync(5, i);
            await pair.StepAsync(3, 0);
        }

        await pair.Node.Snapshots!.KeepAsync(now: true);
        Assert.True(File.Exists(pair.File));
        return pair;
    }

    private static async Task Run(Pair pair, IReadOnlyList<(int What, int Which)> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            switch (steps[i].What)
            {
                case 12:
                    await pair.Node.Snapshots!.KeepAsync(now: true);
                    break;
                case 13:
                    var during = steps.Skip(i + 1).TakeWhile(step => step.What < 12).Take(1 + (steps[i].Which % 4)).ToList();
                    pair.Register.Meanwhile = () => during.ForEach(step => pair.StepAsync(step.What, step.Which).GetAwaiter().GetResult());
                    await pair.Node.Snapshots!.KeepAsync(now: true);
                    pair.Register.Meanwhile = null;
                    break;
                case 14:
                    Assert.Empty(pair.Restart());
                    break;
                default:
                    await pair.StepAsync(steps[i].What, steps[i].Which);
                    break;
            }
        }
    }
}
