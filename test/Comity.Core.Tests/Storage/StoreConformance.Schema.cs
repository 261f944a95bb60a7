using Comity.Core.Storage;

namespace Comity.Core.Tests.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public void Migrating_twice_changes_nothing()
    {
        var store = Open();
        var before = Count(store, "migration");
        Open();

        Assert.True(before > 0);
        Assert.Equal(before, Count(store, "migration"));
    }

    [Fact]
    public async Task Processes_that_migrate_at_once_make_one_schema()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () =>
            {
                using var database = Database.Open();
                database.Migrate();
            },
            Cancel)));

        Assert.Equal(0, await AppendAsync(Open(migrate: false), Leaf(0)));
    }

    [Fact]
    public void A_database_of_a_newer_program_is_refused()
    {
        Open();
        Database.Execute("INSERT INTO migration (number) VALUES (9999)");
        using var database = Database.Open();

        var refusal = Assert.Throws<StorageException>(database.Migrate);

        Assert.False(refusal.Away);
        Assert.Contains("9999", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_may_be_null_once_and_set_the_next_time()
    {
        var store = Open();
        for (var i = 0; i < 12; i++)   // more often than it takes to prepare a statement by itself
        {
            long? number = i % 3 == 0 ? null : i;
            var text = i % 2 == 0 ? null : $"failure {i}";
            await store.WriteAsync(session => session.Execute(
                """
                INSERT INTO peer (member, as_of, failure) VALUES (@member, @asOf, @failure)
                ON CONFLICT (member) DO UPDATE SET as_of = COALESCE(excluded.as_of, peer.as_of), failure = excluded.failure
                """,
                ("@member", "XAR"), ("@asOf", number), ("@failure", text)));

            var read = store.Read(session => session.First("SELECT as_of, failure FROM peer", row => (row.NumberOrNull(0), row.TextOrNull(1))));
            Assert.Equal(i == 0 ? null : number ?? i - 1, read.Item1);
            Assert.Equal(text, read.Item2);
        }
    }

    [Fact]
    public async Task Text_bytes_and_numbers_come_back_as_they_were_stored()
    {
        var store = Open();
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        const string Text = "Ærø ’٣’ 𝄞 \t\n;--' @x";
        await store.WriteAsync(session => session.Execute(
            "INSERT INTO fork (origin, ours, theirs, source, at) VALUES (@origin, @ours, @theirs, @source, @at)",
            ("@origin", Text), ("@ours", bytes), ("@theirs", Array.Empty<byte>()), ("@source", ""), ("@at", long.MaxValue)));

        store.Read(session => session.First("SELECT origin, ours, theirs, source, at FROM fork", row =>
        {
            Assert.Equal(Text, row.GetString(0));
            Assert.Equal(bytes, row.Bytes(1));
            Assert.Empty(row.Bytes(2));
            Assert.Equal("", row.GetString(3));
            Assert.Equal(long.MaxValue, row.GetInt64(4));
            return true;
        }));
    }

    [Fact]
    public async Task A_second_opening_sees_everything()
    {
        var first = Open();
        for (var i = 0; i < 300; i++)
        {
            await AppendAsync(first, Leaf(i));
        }

        Assert.Equal(300, AssertSound(Open()));
    }
}
