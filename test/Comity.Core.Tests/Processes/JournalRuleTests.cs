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

    // Where rows change that processes remember of who may do what: each of these has them forget.
    private static readonly string[] AllowedOfAccess = ["Access/Officers/OfficerBook.cs", "Access/SigningIn/Credentials.cs", "Access/SigningIn/Sessions.cs", "Access/Tokens.cs"];

    [Fact]
    public void Records_charters_notices_and_standings_are_changed_only_where_the_journal_is_told() => Assert.Equal(Allowed.Order(), FilesWith(Changes()));

    [Fact]
    public void Officers_tokens_and_sessions_are_changed_only_where_processes_are_made_to_forget() => Assert.Equal(AllowedOfAccess.Order(), FilesWith(ChangesOfAccess()));

    private static List<string> FilesWith(Regex statement)
    {
        var core = Repository.In("src", "Comity.Core");
        return
        [
            .. Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && statement.IsMatch(File.ReadAllText(file)))
                .Select(file => Path.GetRelativePath(core, file)).Order(),
        ];
    }

    [GeneratedRegex(@"(UPDATE|INSERT INTO|DELETE FROM) (record|charter|notice|peer)\b")]
    private static partial Regex Changes();

    [GeneratedRegex(@"(UPDATE (officer|token)|DELETE FROM (officer|token|session))\b")]
    private static partial Regex ChangesOfAccess();
}
