using Comity.Core.Feeds;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.Testing;

namespace Comity.Core.Tests.FeedExchange;

/// <summary>The charter gives holders one day from hearing of an end to erasing and saying so.</summary>
public sealed class ErasureTermTests
{
    private static readonly TestRecord Record = new(IssuingCode.Parse("UTO"), "1", "all", "a");
    private bool _withholds;

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_holder_that_signed_for_a_withdrawal_and_sends_no_receipt_is_overdue_after_the_term_and_not_before(bool postgres)
    {
        using var nodes = New(postgres);
        var owner = nodes[Parties.Utopia];
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, Record, Record with { Key = "2" });
        await nodes.RoundsAsync(2);
        _withholds = true;
        await owner.WithdrawAsync("UTO-1");
        await nodes.RoundsAsync(2);

        await owner.Node.MaintainAsync();
        var owed = Assert.Single(owner.Node.Erasures.Owing());
        Assert.Equal((Parties.Arcadia, 1, 0), (owed.Member, owed.Count, owed.Overdue));

        nodes.Time.Pass(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1));
        Assert.Equal(0, Assert.Single(owner.Node.Erasures.Owing()).Overdue);
        nodes.Time.Pass(TimeSpan.FromMinutes(2));
        owed = Assert.Single(owner.Node.Erasures.Owing());
        Assert.Equal((Parties.Arcadia, 1, 1, TimeSpan.FromDays(1)), (owed.Member, owed.Count, owed.Overdue, owed.Term));
        await owner.Node.MaintainAsync();
        Assert.Single(owner.Node.Erasures.Owing());

        _withholds = false;
        await nodes.RoundsAsync();
        await owner.Node.MaintainAsync();
        Assert.Empty(owner.Node.Erasures.Owing());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Who_deletes_at_expiry_unasked_owes_nothing_when_the_owner_says_so_later(bool postgres)
    {
        using var nodes = New(postgres);
        var owner = nodes[Parties.Utopia];
        await owner.PublishAsync(Audience.All, nodes.Time.Now.AddDays(2), WhenThere.Refuse, Record);
        await nodes.RoundsAsync(2);
        nodes.Time.Pass(TimeSpan.FromDays(3));
        await nodes.RoundsAsync();
        foreach (var holder in nodes.Places.Where(place => place != owner))
        {
            await holder.Node.MaintainAsync();
        }

        await nodes.RoundsAsync();
        await owner.Node.MaintainAsync();   // only now the owner ends it
        await nodes.RoundsAsync(2);
        await owner.Node.MaintainAsync();

        Assert.Equal(4, owner.Store.Read(session => session.First("SELECT COUNT(*) FROM erasure", row => row.GetInt64(0))));
        Assert.Empty(owner.Node.Erasures.Owing());
    }

    [Fact]
    public async Task A_record_that_stays_because_nobody_confirms_the_time_is_a_fault_after_the_term_and_not_before()
    {
        using var nodes = New(postgres: false);
        var owner = nodes[Parties.Utopia];
        await owner.PublishAsync(Audience.All, nodes.Time.Now.AddDays(2), WhenThere.Refuse, Record);

        nodes.Time.Pass(TimeSpan.FromDays(3) - TimeSpan.FromMinutes(1));
        await owner.Node.MaintainAsync();
        Assert.Empty(owner.Node.Erasures.Kept());
        nodes.Time.Pass(TimeSpan.FromMinutes(2));
        await owner.Node.MaintainAsync();
        var kept = Assert.Single(owner.Node.Erasures.Kept());
        Assert.Equal((1, 0, Parties.Start.AddDays(2)), (kept.Expired, kept.Late, kept.Since));

        await nodes.RoundsAsync();   // partners say what time it is
        await owner.Node.MaintainAsync();
        Assert.Empty(owner.Node.Erasures.Kept());
        Assert.Empty(owner.Records.Records);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_body_that_nothing_in_force_has_is_found_erased_and_told_and_others_stay(bool postgres)
    {
        using var nodes = New(postgres);
        var owner = nodes[Parties.Utopia];
        await owner.PublishAsync(Audience.All, null, WhenThere.Refuse, Record, Record with { Key = "2" });
        await owner.Node.MaintainAsync();
        Assert.Empty(owner.Node.Erasures.Kept());
        await owner.Store.WriteAsync(session => session.Execute("DELETE FROM record WHERE idx = 0"));

        await owner.Node.MaintainAsync();

        Assert.Equal((0, 1, nodes.Time.Now), Assert.Single(owner.Node.Erasures.Kept()) is var kept ? (kept.Expired, kept.Late, kept.LateAt) : default);
        Assert.Equal([1], owner.Store.Read(session => session.Query("SELECT idx FROM entry WHERE body IS NOT NULL AND log IN (SELECT log FROM feed)", row => row.GetInt64(0))));
        Assert.Equal([1], owner.Store.Read(session => session.Query("SELECT idx FROM entry_key WHERE log IN (SELECT log FROM feed)", row => row.GetInt64(0))));
        Assert.Single(owner.Store.Read(session => session.Query("SELECT leaf FROM entry WHERE log IN (SELECT log FROM log WHERE kind = 'ledger')", row => System.Text.Encoding.UTF8.GetString(row.Bytes(0)))),
            leaf => leaf.Contains(LedgerKind.ErasedLate, StringComparison.Ordinal));
        await owner.Node.MaintainAsync();
        Assert.Equal(1, Assert.Single(owner.Node.Erasures.Kept()).Late);
    }

    /// <summary>Arcadia withholds its receipts while told to.</summary>
    private TestNodes New(bool postgres)
    {
        TestNodes? nodes = null;
        return nodes = new TestNodes(
            line: from => new StraightLine(() => nodes!, from) { Sending = (_, sent) => _withholds && from == Parties.Arcadia && sent.Service == "feed.erased" ? null : sent },
            database: member => postgres && member == Parties.Utopia ? Databases.Open(PostgresServer.Shared.NewDatabase()) : null);
    }
}
