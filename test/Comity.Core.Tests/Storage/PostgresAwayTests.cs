using System.Collections.Concurrent;
using Comity.Core.Feeds;
using Comity.Core.Storage;
using Comity.Testing;
using Comity.TransparencyLog;
using Npgsql;

namespace Comity.Core.Tests.Storage;

/// <summary>A server that goes away, comes back, or cannot be relied upon: not the one that other tests stand on.</summary>
public sealed class PostgresAwayTests(PostgresAwayTests.OwnServer own) : IClassFixture<PostgresAwayTests.OwnServer>
{
    private readonly PostgresServer _server = own.Running();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    [InlineData("killed")]
    public async Task What_was_acknowledged_survives_the_servers_end_and_nothing_is_there_by_half(string end)
    {
        using var store = Open(_server.NewDatabase());
        ConcurrentDictionary<long, int> acknowledged = [];   // index of the first of two entries, by what wrote them
        ConcurrentBag<StorageException> failures = [];
        using CancellationTokenSource stop = new();
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (var i = writer; !stop.IsCancellationRequested; i += 8)
                {
                    try
                    {
                        Assert.True(acknowledged.TryAdd(await WritePairAsync(store, i), i), "one index was given twice");
                    }
                    catch (StorageException e)
                    {
                        failures.Add(e);
                        await Task.Delay(20, Cancel);
                    }
                }
            },
            Cancel)).ToList();

        await UntilAsync(() => acknowledged.Count > 100);
        End(end);
        await UntilAsync(() => failures.Count > 8);
        _server.Start();
        var before = acknowledged.Count;
        await UntilAsync(() => acknowledged.Count > before + 100);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.All(failures, failure => Assert.True(failure.Away, failure.Message));
        Assert.Null(store.Broken);
        AssertPairs(store, acknowledged);
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    [InlineData("killed")]
    public async Task Connections_that_died_while_nobody_used_them_fail_nobody(string end)
    {
        using var store = Open(_server.NewDatabase());
        await WritePairAsync(store, 1);
        Assert.Equal(2, ReadTogether(store, 4));   // leaves four connections behind

        End(end);
        _server.Start();

        Assert.Equal(2, await WritePairAsync(store, 2));
        Assert.Equal(4, ReadTogether(store, 8));
    }

    [Fact]
    public async Task While_the_server_is_away_reads_and_writes_say_so_and_do_no_work()
    {
        using var store = Open(_server.NewDatabase());
        await WritePairAsync(store, 1);
        Size(store);
        _server.Stop(immediate: true);
        var worked = 0;

        var reading = Assert.Throws<StorageException>(() => store.Read(_ => worked++));
        var writing = await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync(_ => { worked++; }));

        Assert.True(reading.Away);
        Assert.True(writing.Away);
        Assert.Equal(0, worked);
        Assert.True(Assert.Throws<StorageException>(store.Database.Migrate).Away);
    }

    [Fact]
    public async Task A_session_that_the_server_ends_in_the_middle_undoes_its_work()
    {
        using var store = Open(_server.NewDatabase());
        await WritePairAsync(store, 1);
        var ended = false;

        var failure = await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync(session =>
        {
            session.Append(1, [1]);
            session.Execute("UPDATE log SET kind = kind");
            var pid = session.First("SELECT pg_backend_pid()", row => row.GetInt64(0));
            if (!ended)
            {
                ended = true;
                _server.Execute($"SELECT pg_terminate_backend({pid}, 5000)");
            }

            session.Append(1, [2]);
        }));

        Assert.True(failure.Away);
        Assert.Equal(2, Size(store));
        Assert.Equal(2, await WritePairAsync(store, 2));
    }

    [Fact]
    public void A_server_without_a_free_connection_is_away()
    {
        var setting = _server.NewDatabase();
        using var store = Open(setting);
        List<NpgsqlConnection> all = [];
        try
        {
            while (true)
            {
                all.Add(new NpgsqlConnection(setting));
                all[^1].Open();
            }
        }
        catch (PostgresException)
        {
            Assert.True(Assert.Throws<StorageException>(() => store.Read(_ => true)).Away);
        }
        finally
        {
            all.ForEach(connection => connection.Dispose());
        }
    }

    [Theory]
    [InlineData("fsync=off", "fsync")]
    [InlineData("full_page_writes=off", "full_page_writes")]
    public void A_server_that_may_lose_what_it_acknowledged_is_refused(string setting, string named)
    {
        _server.Restart(setting);
        using var database = Databases.Open(_server.NewDatabase());

        var refusal = Assert.Throws<StorageException>(database.Migrate);

        Assert.False(refusal.Away);
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("off", "on")]
    [InlineData("local", "on")]
    [InlineData("remote_write", "on")]
    [InlineData("remote_apply", "remote_apply")]
    public void Commits_are_synced_whatever_the_server_is_set_to(string set, string used)
    {
        _server.Restart($"synchronous_commit={set}");
        using var database = Databases.Open(_server.NewDatabase());
        using var connection = database.OpenForWriting();
        using var command = connection.CreateCommand();
        command.CommandText = "SHOW synchronous_commit";

        Assert.Equal(used, command.ExecuteScalar());
    }

    [Fact]
    public void A_database_in_another_encoding_is_refused()
    {
        using var database = Databases.Open(_server.NewDatabase("SQL_ASCII"));

        Assert.Contains("SQL_ASCII", Assert.Throws<StorageException>(database.Migrate).Message, StringComparison.Ordinal);
    }

    private static NodeStore Open(string setting)
    {
        var database = Databases.Open(setting);
        database.Migrate();
        return new NodeStore(database) { Signer = new CheckpointSigner(new Ed25519PrivateKey(new byte[32])) };
    }

    private void End(string how)
    {
        if (how == "killed")
        {
            _server.KillHard();
        }
        else
        {
            _server.Stop(immediate: how == "immediate");
        }
    }

    /// <summary>Two entries and a row that belong together.</summary>
    private static Task<long> WritePairAsync(NodeStore store, int i) => store.WriteAsync(session =>
    {
        var log = session.OpenLog("away", LogKind.Own);
        var index = session.Append(log, BitConverter.GetBytes(i));
        session.Execute("INSERT INTO fork (origin, ours, theirs, source, at) VALUES (@o, @b, @b, @s, @at)", ("@o", "o"), ("@b", Array.Empty<byte>()), ("@s", $"{i}/{index}"), ("@at", index));
        session.Append(log, BitConverter.GetBytes(-i));
        return index;
    });

    private static void AssertPairs(NodeStore store, ConcurrentDictionary<long, int> acknowledged) => store.Read(session =>
    {
        var leaves = session.Query("SELECT leaf FROM entry WHERE log = 1 ORDER BY idx", row => row.Bytes(0));
        var rows = session.Query("SELECT at FROM fork ORDER BY at", row => row.GetInt64(0));
        var size = session.First("SELECT size FROM log WHERE log = 1", row => row.GetInt64(0));

        Assert.Equal(size, leaves.Count);
        Assert.Equal(Enumerable.Range(0, leaves.Count / 2).Select(i => 2L * i), rows);
        Assert.Equal(Rfc6962.Root([.. leaves.Select(leaf => Rfc6962.LeafHash(leaf))]), new StoredTree(session, 1).RootAt(size));
        for (var i = 0; i < leaves.Count; i += 2)
        {
            Assert.Equal(BitConverter.ToInt32(leaves[i]), -BitConverter.ToInt32(leaves[i + 1]));
        }

        Assert.All(acknowledged, pair => Assert.Equal(pair.Value, BitConverter.ToInt32(leaves[(int)pair.Key])));
        return true;
    });

    private static long Size(NodeStore store) => store.Read(session => session.First("SELECT size FROM log WHERE log = 1", row => row.GetInt64(0)));

    private static long ReadTogether(NodeStore store, int readers) => readers == 0
        ? Size(store)
        : store.Read(session => ReadTogether(store, readers - 1));

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 3000, "it did not come about within half a minute");
            await Task.Delay(10, Cancel);
        }
    }

    /// <summary>Started for the first test that wants it, and anew after each that stopped it or changed its settings.</summary>
    public sealed class OwnServer : IDisposable
    {
        private PostgresServer? _server;

        public PostgresServer Running()
        {
            if (_server is null)
            {
                _server = PostgresServer.StartNew();
            }
            else if (!_server.IsAsUsual)
            {
                _server.Restart();
            }

            return _server;
        }

        public void Dispose() => _server?.Dispose();
    }
}
