using Comity.TravelDocuments.Checks;

namespace Comity.TravelDocuments.Tests.Checks;

public sealed class IndexShardTests
{
    /// <summary>All keys have one home, so that the writer's key moves every standing one at each change.</summary>
    [Fact]
    public void A_reader_sees_an_entry_that_is_being_moved()
    {
        const ulong firstStanding = 1_000;
        const int standing = 200;
        var shard = new IndexShard();
        for (var i = 0; i < standing; i++) shard.Add(firstStanding + (ulong)i, DocumentIndexTests.Entry(i));
        var (done, wrong, reads) = (0, 0, 0L);

        var reader = new Thread(() =>
        {
            Span<IndexEntry> entries = stackalloc IndexEntry[2];
            for (var i = 0; Volatile.Read(ref done) == 0; i = (i + 7) % standing, reads++)
            {
                if (shard.Find(firstStanding + (ulong)i, entries) != 1 || entries[0].Address.Index != i) wrong++;
            }
        });
        reader.Start();
        for (var round = 0; round < 300_000 || Volatile.Read(ref reads) < 1_000; round++)
        {
            shard.Add(1, DocumentIndexTests.Entry(5_000));
            shard.Remove(1, DocumentIndexTests.Entry(5_000));
        }
        Volatile.Write(ref done, 1);
        reader.Join();

        Assert.Equal(0, wrong);
    }

    [Theory]
    [InlineData('O', '0')]
    [InlineData('I', '1')]
    [InlineData('Z', '2')]
    [InlineData('S', '5')]
    [InlineData('B', '8')]
    public void Five_letters_look_like_digits_in_both_directions(char letter, char digit)
    {
        Assert.Equal((digit, digit), (Lookalike.Fold(letter), Lookalike.Fold(digit)));
        Assert.Equal((digit, letter), (Lookalike.Other(letter), Lookalike.Other(digit)));
    }

    [Fact]
    public void Every_other_character_looks_like_none() =>
        Assert.All("34679ACDEFGHJKLMNPQRTUVWXY", c => Assert.Equal((c, '\0'), (Lookalike.Fold(c), Lookalike.Other(c))));
}
