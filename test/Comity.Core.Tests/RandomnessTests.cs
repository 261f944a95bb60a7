namespace Comity.Core.Tests;

public sealed class RandomnessTests
{
    [Fact]
    public void Equal_seeds_give_equal_sequences_and_other_seeds_others()
    {
        Assert.Equal(Randomness.Seeded(7).Bytes(100), Randomness.Seeded(7).Bytes(100));
        Assert.NotEqual(Randomness.Seeded(7).Bytes(100), Randomness.Seeded(8).Bytes(100));
    }

    [Fact]
    public void An_identifier_is_a_uuid_of_version_4()
    {
        string id = Randomness.Seeded(1).NewId().ToString("D");

        Assert.Equal('4', id[14]);
        Assert.Contains(id[19], "89ab");
    }

    [Fact]
    public void Threads_that_share_a_source_never_get_the_same_bytes()
    {
        var source = Randomness.Seeded(3);
        var ids = new System.Collections.Concurrent.ConcurrentBag<Guid>();

        Parallel.For(0, 10_000, _ => ids.Add(source.NewId()));

        Assert.Equal(10_000, ids.Distinct().Count());
    }

    [Fact]
    public void The_system_source_fills_every_length()
    {
        foreach (int length in new[] { 0, 1, 31, 32, 33, 1000 })
        {
            Assert.Equal(length, Randomness.System.Bytes(length).Length);
        }

        Assert.NotEqual(Randomness.System.NewId(), Randomness.System.NewId());
    }
}
