using Comity.Emrtd.Lds;
using Comity.Emrtd.Tests.Trust;
using Comity.Testing;

namespace Comity.Emrtd.Tests;

public sealed class ExampleTests
{
    private static string[] Lines(IEnumerable<string> lines) => [.. lines.Select(l => l.Trim()).Where(l => l.Length > 0)];

    [Fact]
    public void The_pages_example_is_the_one_that_is_compiled()
    {
        var page = File.ReadAllLines(Repository.In("docs", "emrtd.md")).SkipWhile(l => l != "```csharp").Skip(1).TakeWhile(l => l != "```");
        var source = File.ReadAllLines(Repository.In("test", "Comity.Emrtd.Tests", "Example.cs")).SkipWhile(l => !l.Contains("// <example>")).Skip(1).TakeWhile(l => !l.Contains("// </example>"));

        Assert.Equal(Lines(source), Lines(page));
    }

    [Fact]
    public void The_example_tells_a_real_document_in_words()
    {
        var files = new Dictionary<EmrtdFile, ReadOnlyMemory<byte>> { [EmrtdFile.Sod] = RealFiles.Sod("AT") };

        var words = Example.Verify(RealFiles.GermanAnchor(), RealFiles.NewerList(), files, GermanLists.At).ToList();

        Assert.Contains(words, w => w.StartsWith("Signer known: The signer is vouched for by C=AT", StringComparison.Ordinal));
    }
}
