using System.Text;
using Comity.Core.Registers;

namespace Comity.Core.Tests.Registers;

public sealed class RecordBodyTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("""{"v":1,"issuer":"UTO","number":"L00000001","place":"Port é","count":12}""");
    private static readonly byte[] Written = new RecordBody(Randomness.Seeded(1).NewId(), 3, Handling.Open, DateTimeOffset.FromUnixTimeMilliseconds(2_000_000_000_000), null, Content).ToJson();

    [Fact]
    public void What_is_written_takes_the_short_way() => Assert.NotNull(RecordBody.ReadPlain(Written));

    [Fact]
    public void The_short_way_reads_nothing_that_the_long_way_reads_otherwise()
    {
        var taken = 0;
        for (ulong seed = 0; seed < 20_000; seed++)
        {
            var bytes = new Mutation(seed).Of(Written);
            if (RecordBody.ReadPlain(bytes) is not { } plain)
            {
                continue;
            }

            taken++;
            Assert.True(RecordBody.TryReadAny(bytes, out var any, out var fault), $"{fault}: {Encoding.UTF8.GetString(bytes)}");
            Assert.Equal((any!.Id, any.Version, any.Expires, any.Review), (plain.Id, plain.Version, plain.Expires, plain.Review));
            Assert.Equal(any.Content.ToArray(), plain.Content.ToArray());
            Assert.Same(Handling.Open, any.Handling);
        }

        Assert.True(taken > 100, $"{taken} mutations were still of the plain form");
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":{"b":1}}""")]
    [InlineData("""{"a":[1]}""")]
    [InlineData("""{"a":"\ud800"}""")]
    public void What_needs_a_closer_look_takes_the_long_way(string content) => Assert.Null(RecordBody.ReadPlain(
        new RecordBody(Randomness.Seeded(1).NewId(), 1, Handling.Open, DateTimeOffset.UnixEpoch, null, Encoding.UTF8.GetBytes(content)).ToJson()));
}
