using System.Reflection;
using Comity.Core.Exchange;

namespace Comity.Core.Tests.Vectors;

/// <summary>The table of problems in docs/protocol/envelope.md is made from the code.</summary>
public sealed class ProblemTableTests
{
    private const string Begin = "COMITY_WRITE_VECTORS=1 writes them anew -->\n", End = "<!-- /problems -->";

    [Fact]
    public void The_page_on_envelopes_lists_every_problem_as_the_code_has_it()
    {
        var path = Path.Combine(VectorFiles.Root, "docs", "protocol", "envelope.md");
        var page = File.ReadAllText(path);
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var table = "| code | status | title |\n| --- | --- | --- |\n" + string.Concat(typeof(ProblemKind).GetProperties(BindingFlags.Static | BindingFlags.Public)
            .Select(property => (ProblemKind)property.GetValue(null)!).Select(kind => $"| `{kind.Code}` | {kind.Status} | {kind.Title} |\n"));
        if (Environment.GetEnvironmentVariable("COMITY_WRITE_VECTORS") == "1")
        {
            page = page[..from] + table + page[to..];
            File.WriteAllText(path, page);
            to = from + table.Length;
        }

        Assert.Equal(table, page[from..to]);
    }
}
