using System.Text;
using Comity.TravelDocuments.ImportExport;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Tests.Records;

public sealed class DocumentJsonTests
{
    private const string Written = """{"v":1,"issuer":"UTO","type":"P","number":"L00000001","kind":"stolen","country":"XLY","place":"Port é","date":"2004-05-11","enteredBy":"Passport office"}""";

    [Fact]
    public void What_is_written_takes_the_short_way() => Assert.NotNull(DocumentJson.ReadWritten(Encoding.UTF8.GetBytes(Written)));

    [Theory]
    [InlineData("""{"v":1,"number":"L1","issuer":"UTO"}""")]
    [InlineData("""{"v":1,"issuer":"UTO","issuer":"UTO"}""")]
    [InlineData("""{"v":1,"issuer":null}""")]
    [InlineData("""{"v":1,"place":"\ud800"}""")]
    [InlineData("""{"v":1,"later":"x"}""")]
    [InlineData("""{"v":1,"issuer":"UTO",}""")]
    [InlineData("""{"v":1,"issuer":"UTO"} x""")]
    public void What_needs_a_closer_look_takes_the_long_way(string json) => Assert.Null(DocumentJson.ReadWritten(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void The_short_way_reads_nothing_that_the_long_way_reads_otherwise()
    {
        var (written, taken) = (Encoding.UTF8.GetBytes(Written), 0);
        for (var at = 0; at < written.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                byte[] bytes = [.. written];
                bytes[at] = (byte)value;
                if (DocumentJson.ReadWritten(bytes) is not { } plain) continue;
                taken++;
                Assert.True(DocumentJson.TryReadAny(bytes, out var any, out var fault), $"{fault}: {Encoding.UTF8.GetString(bytes)}");
                Assert.Equal(any.Version, plain.Version);
                Assert.All(ColumnProfile.Native.Columns, column => Assert.Equal(column.Get(any), column.Get(plain)));
                Assert.Null(any.Unknown);
            }
        }
        Assert.True(taken > 1000, $"{taken} of the changed were still of the written form");
    }
}
