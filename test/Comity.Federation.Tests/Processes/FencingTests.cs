using Comity.Core.Storage;

namespace Comity.Federation.Tests.Processes;

/// <summary>What a primary could not acknowledge, because its standby was away, is shown to nobody: docs/decisions/0022-fencing.md.</summary>
[Collection(ProcessCollection.Name)]
public sealed class FencingTests
{
    private const string Count = "SELECT COUNT(*) FROM peer";

    [Fact]
    public async Task What_was_not_acknowledged_is_not_read_even_when_the_server_shows_it_after_a_crash()
    {
        using var cluster = PostgresCluster.Start();
        using (var store = Open(cluster))
        {
            await WriteAsync(store, "XAR");
            Assert.Equal(ProtectionState.Protected, store.Database.Protection().State);

            cluster.Kill("b");
            var refusal = await Assert.ThrowsAsync<StorageException>(() => WriteAsync(store, "XLY"));
            Assert.True(refusal.Away);
            Assert.Null(store.Broken);
            Assert.Equal(1, cluster.Ask("a", Count));
            Assert.Equal(1, Read(store));
            Assert.Equal(ProtectionState.Unprotected, store.Database.Protection().State);

            cluster.Kill("a");
            cluster.Start("a");
            Assert.Equal(2, cluster.Ask("a", Count));   // the server itself no longer knows that this was never acknowledged
            Assert.True(Assert.Throws<StorageException>(() => Read(store)).Away);
        }

        using (var other = new NodeStore(Databases.Open(cluster.Setting)))
        {
            Assert.True(Assert.Throws<StorageException>(() => Read(other)).Away);   // nor does a process that starts now
            cluster.Start("b");
            var rows = 0L;
            for (var tries = 0; rows == 0 && tries < 30; tries++)
            {
                try
                {
                    rows = Read(other);
                }
                catch (StorageException e) when (e.Away)
                {
                    await Task.Delay(500, TestContext.Current.CancellationToken);
                }
            }

            Assert.Equal(2, rows);   // the standby has it: now it is true
        }
    }

    private static NodeStore Open(PostgresCluster cluster)
    {
        var database = Databases.Open(cluster.Setting);
        database.Migrate();
        return new NodeStore(database);
    }

    private static Task WriteAsync(NodeStore store, string member) =>
        store.WriteAsync(session => session.Execute("INSERT INTO peer (member) VALUES (@member)", ("@member", member)));

    private static long Read(NodeStore store) => store.Read(session => session.First(Count, row => row.GetInt64(0)));
}
