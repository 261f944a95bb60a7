using Comity.Testing;
using System.Text.RegularExpressions;

namespace Comity.Tests;

/// <summary>What the documents point at is there, and they tell nothing of the machine they were written on.</summary>
public sealed partial class DocumentsTests
{
    private static readonly string Root = Repository.Root;

    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, "bench"), "*.md")).Select(page => Path.GetRelativePath(Root, page)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_somewhere(string page)
    {
        var text = Prose(File.ReadAllText(Path.Combine(Root, page)));
        var folder = Path.GetDirectoryName(Path.Combine(Root, page))!;
        foreach (Match link in Link().Matches(text))
        {
            var target = link.Groups["target"].Value;
            if (!target.Contains("://", StringComparison.Ordinal))
            {
                var (path, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, null);
                var file = path.Length == 0 ? Path.Combine(Root, page) : Path.GetFullPath(Path.Combine(folder, path));
                Assert.True(File.Exists(file) || Directory.Exists(file), $"{page}: {target} leads nowhere");
                Assert.True(anchor is null || Anchors(File.ReadAllText(file)).Contains(anchor), $"{page}: {target}: there is no such heading");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void No_path_of_one_machine_stands_outside_samples(string page) =>
        Assert.DoesNotMatch(MachinePath(), Prose(File.ReadAllText(Path.Combine(Root, page))));

    [Fact]
    public void Every_page_of_the_protocol_and_every_decision_is_in_its_index()
    {
        foreach (var folder in new[] { "protocol", "decisions" })
        {
            var index = File.ReadAllText(Path.Combine(Root, "docs", folder, "README.md"));
            var pages = Directory.EnumerateFiles(Path.Combine(Root, "docs", folder), "*.md").Select(page => Path.GetFileName(page)!).Where(name => name != "README.md").ToList();
            Assert.NotEmpty(pages);
            Assert.All(pages, name => Assert.Contains($"({name})", index, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Decisions_have_numbers_of_their_own()
    {
        var numbers = Directory.EnumerateFiles(Path.Combine(Root, "docs", "decisions"), "0*.md").Select(page => Path.GetFileName(page)![..4]).ToList();
        Assert.Equal(numbers.Distinct(StringComparer.Ordinal).Count(), numbers.Count);
    }

    /// <summary>A page without its samples: fenced and indented blocks, and code within a line.</summary>
    private static string Prose(string text) => Code().Replace(Samples().Replace(text, ""), "``");

    /// <summary>Headings as a forge makes anchors of them.</summary>
    private static HashSet<string> Anchors(string text) =>
        [.. Heading().Matches(text).Select(heading => Punctuation().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(```.*?^```|    .*?)$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Samples();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"(?<![\w.:/])/(work|tmp|home|root|Users|mnt|var)/")]
    private static partial Regex MachinePath();
}
