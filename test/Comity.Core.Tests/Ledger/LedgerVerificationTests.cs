using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;

namespace Comity.Core.Tests.Ledger;

public sealed class LedgerVerificationTests
{
    private const string Own = "(SELECT log FROM log WHERE kind = 'own' ORDER BY log LIMIT 1)";
    private const string Mirror = "(SELECT log FROM log WHERE kind = 'mirror' ORDER BY log LIMIT 1)";
    private const string Ledger = "(SELECT log FROM log WHERE kind = 'ledger')";

    /// <summary>What somebody with the database, and without the keys, might do; and a piece of what verification says.</summary>
    public static TheoryData<string, string> Tampering => new()
    {
        { $"UPDATE entry SET leaf = zeroblob(42) WHERE log = {Own} AND idx = 3", "leaf 3" },
        { $"UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE log = {Own} AND idx = 4) WHERE log = {Own} AND idx = 3", "entry 3: the body is not the one" },
        { $"UPDATE entry SET body = (SELECT body FROM entry WHERE log = {Own} AND idx = 4) WHERE log = {Own} AND idx = 3", "entry 3: the body is not the one" },
        { $"UPDATE entry_key SET secret = zeroblob(32) WHERE log = {Own} AND idx = 3", "entry 3: the body is not the one" },
        { $"DELETE FROM entry_key WHERE log = {Own} AND idx = 3", "entry 3: body and key do not stand together" },
        { $"UPDATE entry SET body = NULL WHERE log = {Own} AND idx = 3; DELETE FROM entry_key WHERE log = {Own} AND idx = 3", "record 3 is in force without its body" },
        { $"DELETE FROM record WHERE log = {Own} AND idx = 3", "the body of entry 3 is kept, but its record is not in force" },
        { $"DELETE FROM record WHERE log = {Own} AND idx = 3; UPDATE entry SET body = NULL WHERE log = {Own} AND idx = 3; DELETE FROM entry_key WHERE log = {Own} AND idx = 3", "record 3 is in force by its feed, and missing" },
        { $"UPDATE record SET state = 2 WHERE log = {Own} AND idx = 3", "record 3 is this State's own, and not in force" },
        { $"UPDATE record SET expires = expires + 86400000 WHERE log = {Own} AND idx = 3", "record 3 is kept until another time" },
        { $"UPDATE record SET expires = expires + 86400000 WHERE log = {Mirror} AND idx = 3", "record 3 is kept longer than it says" },
        { $"INSERT INTO record (log, idx, natural_key, state, expires) VALUES ({Own}, 0, NULL, 0, 1)", "record 0 is kept in force, but its feed ended it" },
        { $"DELETE FROM entry WHERE log = {Own} AND idx = 3", "entry 3 is missing" },
        { $"DELETE FROM entry WHERE log = {Own} AND idx = (SELECT size - 1 FROM log WHERE log = {Own})", "do not lead to the stored head" },
        { $"UPDATE log SET size = size - 1 WHERE log = {Own}", "do not lead to the stored head" },
        { $"UPDATE log SET checkpoint = (SELECT checkpoint FROM log WHERE log = {Ledger}) WHERE log = {Own}", "another log" },
        { $"UPDATE log SET checkpoint = NULL WHERE log = {Own}", "the head is not signed" },
        { $"UPDATE tile SET hashes = zeroblob(8192) WHERE log = {Own}", "tile 0/0 is not the one" },
        { $"DELETE FROM tile WHERE log = {Own}", "tile 0/0 is missing" },
        { $"INSERT INTO tile (log, level, idx, hashes) VALUES ({Own}, 0, 7, zeroblob(8192))", "full tiles are stored" },
        { $"DELETE FROM entry WHERE log = {Ledger} AND idx = 2", "entry 2 is missing" },
        { $"UPDATE entry SET leaf = CAST('{{}}' AS BLOB) WHERE log = {Ledger} AND idx = 2", "entry 2: it cannot be read" },
        { $"UPDATE entry SET leaf = CAST(replace(CAST(leaf AS TEXT), 'duty-desk', 'some-desk') AS BLOB) WHERE log = {Ledger} AND idx = 0", "do not lead to the stored head" },
        { $"UPDATE entry SET body = zeroblob(64) WHERE log = {Ledger} AND body IS NOT NULL", "the detail is not the one committed to" },
        { $"UPDATE entry SET leaf = zeroblob(42) WHERE log = {Mirror} AND idx = 3", "leaf 3" },
        { $"UPDATE log SET origin = 'nonsense' WHERE log = {Mirror}", "nonsense" },
        { $"DELETE FROM cosignature; DELETE FROM entry WHERE log = {Ledger}; DELETE FROM entry_key WHERE log = {Ledger}; DELETE FROM log WHERE kind = 'ledger'", "there is no ledger" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public async Task Whatever_is_changed_in_the_database_is_named(string sql, string said)
    {
        using var nodes = await WithHistoryAsync();
        var place = nodes[Parties.Utopia];
        Assert.Null(place.Verify().Fault);

        await TamperAsync(place, sql);

        Assert.Contains(said, place.Verify().Fault ?? "nothing", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feed_set_back_to_an_earlier_signed_head_is_missed_by_the_ledger()
    {
        using var nodes = await WithHistoryAsync();
        var place = nodes[Parties.Utopia];
        var before = Head(place, "own");
        await place.PublishAsync(Audience.All, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), "last", "all", "a"));

        await SetBackAsync(place, "own", before);

        Assert.Contains("the ledger accounts for", place.Verify().Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_cut_after_partners_cosigned_it_is_found_by_their_signatures()
    {
        using var nodes = await WithHistoryAsync();
        var place = nodes[Parties.Utopia];
        var before = Head(place, "ledger");
        await place.Node.Checks.RunAsync(Parties.Officer, new CheckQuestion(Parties.Replicated, Realm.Live, Parties.Border, new TestProbe("1")), CancellationToken.None);
        await nodes.RoundsAsync(2);
        // Only what was about checks and contacts is cut, so that the feeds still fit.
        await SetBackAsync(place, "ledger", before);

        Assert.Contains("has cosigned another past", place.Verify().Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_ledger_was_cut_is_told_by_its_partners_and_accused_by_them()
    {
        using var nodes = await WithHistoryAsync();
        var place = nodes[Parties.Utopia];
        var before = Head(place, "ledger");
        await place.Node.Checks.RunAsync(Parties.Officer, new CheckQuestion(Parties.Replicated, Realm.Live, Parties.Border, new TestProbe("1")), CancellationToken.None);
        await nodes.RoundsAsync(2);
        await SetBackAsync(place, "ledger", before);
        await TamperAsync(place, "DELETE FROM cosignature");
        place.Start();

        await nodes[Parties.Arcadia].Node.ContactAsync(Parties.Utopia);
        await place.Node.ContactAsync(Parties.Lyonesse);

        Assert.NotNull(place.Node.OwnPastMissing);
        Assert.Contains(nodes[Parties.Arcadia].Store.Read(session => session.Forks()), fork => fork.Origin.EndsWith("/UTO/ledger/1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proof_file_convinces_whoever_knows_the_genesis_and_no_byte_of_it_can_be_changed()
    {
        using var nodes = new TestNodes();
        var place = nodes[Parties.Utopia];
        await place.PublishAsync(Audience.All, null, WhenThere.Refuse, new TestRecord(IssuingCode.Parse("UTO"), "1", "all", "a"));
        await nodes.RoundsAsync();
        var file = LedgerProofFile.Make(place.Node.Context, 1)!;
        var proved = Assert.IsType<LedgerProofVerdict.Proved>(LedgerProofFile.Check(file, nodes.Genesis.Hash));
        Assert.Equal(Parties.Utopia, proved.Member);
        Assert.Null(LedgerProofFile.Make(place.Node.Context, 1_000_000));
        Assert.Null(LedgerProofFile.Make(place.Node.Context, -1));

        // Charters are most of the file and verify slowly: a part of their bytes, and every other byte.
        var charters = System.Text.Encoding.UTF8.GetString(file).IndexOf("\"charters\"", StringComparison.Ordinal);
        for (var i = 0; i < file.Length; i += i > charters + 20 && i < file.Length - 40 ? 97 : 1)
        {
            var spoiled = file.ToArray();
            spoiled[i] ^= 1;
            if (LedgerProofFile.Check(spoiled, nodes.Genesis.Hash) is LedgerProofVerdict.Proved still)
            {
                Assert.Equal(proved, still);
            }
        }
    }

    private static async Task<TestNodes> WithHistoryAsync()
    {
        var nodes = new TestNodes();
        var place = nodes[Parties.Utopia];
        foreach (var member in new[] { Parties.Utopia, Parties.Arcadia })
        {
            var records = Enumerable.Range(1, 300).Select(i => new TestRecord(IssuingCode.Parse(member.ToString()), $"{i}", "all", "a")).ToArray();
            await nodes[member].PublishAsync(Audience.All, nodes.Time.Now.AddDays(20), WhenThere.Refuse, records);
            await nodes[member].WithdrawAsync(records[0].NaturalKey);
        }

        await nodes.RoundsAsync(2);
        await place.Node.Checks.RunAsync(Parties.Officer, new CheckQuestion(Parties.Replicated, Realm.Live, Parties.Border, new TestProbe("1")), CancellationToken.None);
        await nodes.RoundsAsync();
        return nodes;
    }

    private static Task TamperAsync(Place place, string sql) => place.Store.WriteAsync(session =>
    {
        session.Execute("PRAGMA defer_foreign_keys = ON");
        foreach (var statement in sql.Split("; "))
        {
            Assert.True(session.Execute(statement) > 0, $"nothing was changed by {statement}");
        }
    });

    private static (long Log, long Size, byte[] Frontier, byte[] Note) Head(Place place, string kind) => place.Store.Read(session => session.First(
        "SELECT log, size, frontier, checkpoint FROM log WHERE kind = @kind ORDER BY log", row => (row.GetInt64(0), row.GetInt64(1), row.Bytes(2), row.Bytes(3)), ("@kind", kind)));

    private static Task SetBackAsync(Place place, string kind, (long Log, long Size, byte[] Frontier, byte[] Note) head) => place.Store.WriteAsync(session =>
    {
        Assert.NotEmpty(kind);
        foreach (var table in new[] { "entry", "entry_key", "record" })
        {
            session.Execute($"DELETE FROM {table} WHERE log = @log AND idx >= @size", ("@log", head.Log), ("@size", head.Size));
        }

        session.Execute("DELETE FROM tile WHERE log = @log AND (idx + 1) * 256 > @size", ("@log", head.Log), ("@size", head.Size));
        session.Execute("UPDATE log SET size = @size, frontier = @frontier, checkpoint = @note WHERE log = @log", ("@size", head.Size), ("@frontier", head.Frontier), ("@note", head.Note), ("@log", head.Log));
    });
}
