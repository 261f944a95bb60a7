using Comity.Core.Storage;

namespace Comity.Core.Tests.Storage;

public sealed class SqliteConformance : StoreConformance
{
    protected override TestDatabase NewDatabase() => new SqliteFile();

    protected override void AssertScrubbed(IReadOnlyList<SealedBody> erased, IReadOnlyList<SealedBody> kept)
    {
        var file = ((SqliteFile)Database).File;
        var bytes = File.ReadAllBytes(file).Concat(File.Exists(file + "-wal") ? File.ReadAllBytes(file + "-wal") : []).ToArray();

        Assert.All(erased, body => Assert.Equal(-1, bytes.AsSpan().IndexOf(body.Secret)));
        Assert.All(erased, body => Assert.Equal(-1, bytes.AsSpan().IndexOf(body.Ciphertext.AsSpan(0, 24))));
        Assert.All(kept, body => Assert.NotEqual(-1, bytes.AsSpan().IndexOf(body.Secret)));
        Assert.All(kept, body => Assert.NotEqual(-1, bytes.AsSpan().IndexOf(body.Ciphertext.AsSpan(0, 24))));
    }

    [Fact]
    public async Task A_full_disk_breaks_the_store_and_loses_nothing_acknowledged()
    {
        var store = Open();
        var broke = 0;
        store.Broke += () => broke++;
        await store.WriteAsync(session => session.Execute("PRAGMA max_page_count = 100"));   // of the writer's connection, which stays open
        var acknowledged = 0;

        var failure = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            while (acknowledged < 10_000)
            {
                await AppendAsync(store, new byte[5000]);
                acknowledged++;
            }
        });

        Assert.False(failure.Away);
        Assert.NotNull(store.Broken);
        Assert.Equal(1, broke);
        Assert.InRange(acknowledged, 1, 100);
        Assert.Same(store.Broken, await Assert.ThrowsAsync<StorageException>(() => AppendAsync(store, Leaf(0))));
        Assert.Equal(acknowledged, AssertSound(store));   // it still reads

        var again = Open();
        Assert.Equal(acknowledged, AssertSound(again));
        Assert.Equal(acknowledged, await AppendAsync(again, Leaf(0)));
    }
}
