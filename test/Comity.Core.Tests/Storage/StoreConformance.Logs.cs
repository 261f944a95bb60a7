using Comity.Core.Feeds;
using Comity.Core.Storage;
using Comity.TransparencyLog;

namespace Comity.Core.Tests.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task A_log_has_the_root_of_its_leaves_at_every_size()
    {
        var store = Open();
        List<TreeHash> leaves = [];
        foreach (var size in (int[])[1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 66_000])
        {
            var added = Enumerable.Range(leaves.Count, size - leaves.Count).Select(i => Leaf(i)).ToList();
            leaves.AddRange(added.Select(leaf => Rfc6962.LeafHash(leaf)));
            var first = await store.WriteAsync(session =>
            {
                var log = session.OpenLog(Origin, LogKind.Own);
                return added.Select(leaf => session.Append(log, leaf)).ToList()[0];
            });

            Assert.Equal(size - added.Count, first);
            Assert.Equal(size, AssertSound(store));
        }

        store.Read(session =>
        {
            var tree = new StoredTree(session, 1);
            var head = new TreeHead(leaves.Count, Rfc6962.Root(leaves.ToArray()));
            foreach (var size in (int[])[1, 3, 128, 255, 256, 257, 4096, 65_280, 65_535, 65_536, 65_537, 65_999])
            {
                var root = Rfc6962.Root(leaves.Take(size).ToArray());
                Assert.Equal(root, tree.RootAt(size));
                Assert.Equal(ProofVerdict.Valid, ConsistencyProof.Verify(new TreeHead(size, root), head, tree.Consistency(size, head.Size)));
                foreach (var index in (int[])[0, size / 2, size - 1])
                {
                    Assert.Equal(ProofVerdict.Valid, InclusionProof.Verify(new TreeHead(size, root), index, leaves[index], tree.Inclusion(index, size)));
                    Assert.Equal(ProofVerdict.Valid, InclusionProof.Verify(head, index, leaves[index], tree.Inclusion(index, head.Size)));
                }
            }

            return true;
        });
    }

    [Fact]
    public async Task Tiles_filled_one_by_one_equal_tiles_filled_at_once()
    {
        var store = Open();
        const string AtOnce = Origin + "/other";
        for (var i = 0; i < 600; i += 7)
        {
            var from = i;
            await store.WriteAsync(session =>
            {
                var log = session.OpenLog(Origin, LogKind.Own);
                for (var n = from; n < Math.Min(from + 7, 600); n++)
                {
                    session.Append(log, Leaf(n));
                }
            });
        }

        await store.WriteAsync(session =>
        {
            var log = session.OpenLog(AtOnce, LogKind.Own);
            for (var n = 0; n < 600; n++)
            {
                session.Append(log, Leaf(n));
            }
        });

        AssertSound(store);
        AssertSound(store, AtOnce);
        var tiles = store.Read(session => session.Query("SELECT log, hashes FROM tile ORDER BY log, level, idx", row => (row.GetInt64(0), Convert.ToHexString(row.Bytes(1)))));
        Assert.Equal(4, tiles.Count);
        Assert.Equal(tiles.Where(tile => tile.Item1 == 1).Select(tile => tile.Item2), tiles.Where(tile => tile.Item1 == 2).Select(tile => tile.Item2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(2500)]
    public async Task Entries_and_records_come_back_however_many_are_inserted_at_once(int count)
    {
        var store = Open();
        await store.WriteAsync(session =>
        {
            var log = session.OpenLog(Origin, LogKind.Own);
            for (var i = 0; i < count; i++)
            {
                session.Append(log, Leaf(i), i % 3 == 2 ? null : new SealedBody([(byte)i, 1], Secret(i)));
                session.Add(new RecordRow(log, i, i % 5 == 4 ? null : NaturalKey(i), (RecordState)(i % 4), 1000 + i));
            }
        });

        store.Read(session =>
        {
            for (var i = 0; i < count; i++)
            {
                var body = FeedTable.Body(session, 1, i);
                Assert.Equal(i % 3 == 2 ? null : [(byte)i, 1], body?.Ciphertext);
                Assert.Equal(i % 3 == 2 ? null : Secret(i), body?.Secret);
                AssertRecord(i, FeedTable.Record(session, 1, i));
            }

            // Asked in another order, one twice, and some that are not there.
            var asked = Enumerable.Range(0, count + 3).Reverse().Append(0).ToList();
            var found = session.FindRecords(store.Database, asked.ConvertAll(NaturalKey));
            Assert.Equal(asked.Count, found.Count);
            for (var n = 0; n < asked.Count; n++)
            {
                if (asked[n] >= count || asked[n] % 5 == 4)
                {
                    Assert.Null(found[n]);
                }
                else
                {
                    AssertRecord(asked[n], found[n]);
                }
            }

            return true;
        });
        Assert.Equal(count, AssertSound(store));
    }

    [Fact]
    public void Asking_for_no_records_finds_none() =>
        Open().Read(session =>
        {
            Assert.Empty(session.FindRecords(_opened.OfType<NodeStore>().First().Database, []));
            return true;
        });

    [Fact]
    public async Task Two_records_cannot_be_about_the_same_thing()
    {
        var store = Open();
        await store.WriteAsync(session => AddRecord(session, 7));

        var failure = await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync(session => AddRecord(session, 7)));

        Assert.False(failure.Away);
        Assert.Null(store.Broken);
        Assert.Equal(1, AssertSound(store));
        await store.WriteAsync(session =>
        {
            FeedTable.RemoveRecord(session, 1, 0);
            AddRecord(session, 7);   // in the place of the one that goes, within one transaction
        });
        Assert.Equal(1, Count(store, "record"));
    }

    [Fact]
    public async Task An_erased_body_is_gone_and_its_leaf_stays()
    {
        var store = Open();
        var sealer = new BodySealer(new byte[32], Randomness.Seeded(1));
        var bodies = Enumerable.Range(0, 40).Select(i => sealer.Seal(new byte[200 + (i * 100)])).ToList();   // some longer than a row may be
        await store.WriteAsync(session =>
        {
            var log = session.OpenLog(Origin, LogKind.Own);
            bodies.ForEach(body => session.Append(log, Leaf(0), body));
        });

        await store.WriteAsync(session =>
        {
            for (var i = 0; i < bodies.Count; i += 2)
            {
                session.EraseBody(1, i);
            }
        });
        store.Database.Scrub();

        Assert.Equal(bodies.Count / 2, Count(store, "entry_key"));
        Assert.Equal(bodies.Count / 2, store.Read(session => session.First("SELECT COUNT(*) FROM entry WHERE body IS NULL AND leaf IS NOT NULL", row => row.GetInt64(0))));
        Assert.Equal(bodies.Count, AssertSound(store));
        AssertScrubbed([.. bodies.Where((_, i) => i % 2 == 0)], [.. bodies.Where((_, i) => i % 2 == 1)]);
    }

    /// <summary>What the files of the database hold after a scrub.</summary>
    protected virtual void AssertScrubbed(IReadOnlyList<SealedBody> erased, IReadOnlyList<SealedBody> kept)
    {
    }

    private static void AssertRecord(int i, RecordRow? row)
    {
        Assert.NotNull(row);
        Assert.Equal((1, i, (RecordState)(i % 4), 1000 + i), (row.Value.Log, row.Value.Index, row.Value.State, row.Value.Expires));
        Assert.Equal(i % 5 == 4 ? null : NaturalKey(i), row.Value.NaturalKey);
    }

    private static void AddRecord(WriteSession session, int about)
    {
        var log = session.OpenLog(Origin, LogKind.Own);
        session.Add(new RecordRow(log, session.Append(log, Leaf(about)), NaturalKey(about), RecordState.Live, 0));
    }

    private static byte[] NaturalKey(int i) => System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i))[..16];

    private static byte[] Secret(int i) => System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i));
}
