using System.Text.RegularExpressions;
using Comity.Testing;

namespace Comity.Core.Tests.Processes;

public sealed partial class JournalRuleTests
{
    // Where rows change of what processes keep in memory: each of these tells the journal. What changes them elsewhere, other processes would not follow.
    private static readonly string[] Allowed =
    [
        "Feeds/FeedTable.cs", "Storage/SqliteDatabase.cs", "Storage/PostgresInsert.cs", "Members/Membership.cs", "Contacts/Standings.cs",
        "Recovery/OwnReplay.cs",   // the natural key alone, which is in no memory
    ];

    [Fact]
    public void Records_charters_notices_and_standings_are_changed_only_where_the_journal_is_told()
    {
        var core = Repository.In("src", "Comity.Core");
        var found = Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && Changes().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(core, file)).Order().ToList();

        Assert.Equal(Allowed.Order(), found);
    }

    [GeneratedRegex(@"(UPDATE|INSERT INTO|DELETE FROM) (record|charter|notice|peer)\b")]
    private static partial Regex Changes();
}
