using Comity.Core.Processes;
using Comity.Core.Tests.Network;
using Comity.Core.Tests.Storage;

namespace Comity.Core.Tests.Processes;

public sealed class DutiesTests : IDisposable
{
    private readonly SqliteFile _database = new();
    private readonly Twins _twins;

    public DutiesTests()
    {
        _twins = new Twins(_database, count: 3);
        _twins.All.ForEach(process => process.Node.Follower.Shared = true);
    }

    public void Dispose()
    {
        _twins.Dispose();
        _database.Dispose();
    }

    [Fact]
    public async Task Every_duty_is_somebodys_and_nobody_shares_one()
    {
        await BeatAsync(3, 0, 1, 2);

        AssertShared(0, 1, 2);
    }

    [Fact]
    public async Task A_dead_processs_duties_are_taken_over_after_six_beats_and_not_before()
    {
        await BeatAsync(3, 0, 1, 2);
        var dead = Tasks.First(Held).Holder;
        int[] others = [.. Enumerable.Range(0, 3).Except([dead])];
        var orphaned = Tasks.Count(task => task.Holder == dead);

        await BeatAsync(5, others);
        Assert.Equal(orphaned, Tasks.Count(task => task.Holder == dead));
        Assert.Contains(_twins.All[others[0]].Node.Duties.View(), process => !process.Silent && process.Name == $"p{dead + 1}");
        await BeatAsync(2, others);

        AssertShared(others);
        Assert.True(_twins.All[others[0]].Node.Duties.View().Single(process => process.Name == $"p{dead + 1}").Silent);
    }

    [Fact]
    public async Task One_who_leaves_is_followed_at_the_next_beat_and_one_who_comes_gets_its_share()
    {
        await BeatAsync(3, 0, 1, 2);
        var leaves = Tasks.First(Held).Holder;
        int[] others = [.. Enumerable.Range(0, 3).Except([leaves])];
        await _twins.All[leaves].Node.Duties.LeaveAsync();
        await BeatAsync(1, others);
        AssertShared(others);

        await BeatAsync(3, 0, 1, 2);
        AssertShared(0, 1, 2);
    }

    [Fact]
    public async Task A_duty_is_not_handed_over_while_it_is_being_done()
    {
        await BeatAsync(1, 0);
        var moving = Tasks.First(task => task.Holder == 0 && Duties.DueTo(task.Name, ["p1", "p2"]) == "p2").Name;
        using (_twins.All[0].Node.Duties.Begin(moving))
        {
            await BeatAsync(3, 0, 1);
            Assert.False(_twins.All[0].Node.Duties.Holds(moving));   // it is to stop
            Assert.False(_twins.All[1].Node.Duties.Holds(moving));   // and the other waits for that
        }

        await BeatAsync(2, 0, 1);
        Assert.True(_twins.All[1].Node.Duties.Holds(moving));
    }

    [Fact]
    public async Task A_process_to_which_nothing_is_acknowledged_holds_nothing_and_does_not_call_itself_up_to_date()
    {
        await BeatAsync(2, 0);
        Assert.True(Holds(0, Duties.Maintenance));

        _twins.Network.Time.Pass(Follower.MostLag + TimeSpan.FromMilliseconds(1));

        Assert.False(Holds(0, Duties.Maintenance));
        await BeatAsync(1, 0);
        Assert.True(Holds(0, Duties.Maintenance));
    }

    [Fact]
    public async Task Of_two_processes_of_one_name_the_later_one_stays()
    {
        await BeatAsync(1, 0);
        var again = _twins.Start("p1");
        again.Follower.Shared = true;
        await again.Duties.BeatAsync();
        Assert.True(again.Duties.Holds(Duties.Maintenance));

        await BeatAsync(1, 0);

        Assert.True(_twins.All[0].Node.Duties.Replaced);
        Assert.False(Holds(0, Duties.Maintenance));
        await again.Duties.BeatAsync();
        Assert.False(again.Duties.Replaced);
    }

    [Fact]
    public void A_process_that_comes_takes_a_share_from_each_and_moves_nothing_between_others()
    {
        string[] before = ["a", "b", "c"];
        var moved = Enumerable.Range(0, 400).Select(i => $"contact {i}")
            .Select(task => (Before: Duties.DueTo(task, before), After: Duties.DueTo(task, [.. before, "d"]))).ToList();

        Assert.All(moved, pair => Assert.True(pair.After == pair.Before || pair.After == "d"));
        Assert.InRange(moved.Count(pair => pair.After == "d"), 60, 140);   // a quarter, but for chance
    }

    private IEnumerable<(string Name, int Holder)> Tasks
    {
        get
        {
            string[] tasks = [Duties.Maintenance, .. Parties.All.Where(member => member != Parties.Utopia).Select(Duties.ContactWith)];
            return tasks.Select(task => (task, Enumerable.Range(0, _twins.All.Count).FirstOrDefault(at => Holds(at, task), -1)));
        }
    }

    private static bool Held((string Name, int Holder) task) => task.Holder >= 0;

    private bool Holds(int at, string task) => _twins.All[at].Node.Duties.Holds(task);

    private void AssertShared(params int[] among)
    {
        Assert.All(Tasks, task =>
        {
            Assert.Contains(task.Holder, among);
            Assert.Single(among, at => Holds(at, task.Name));
        });
    }

    private async Task BeatAsync(int times, params int[] who)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var at in who)
            {
                await _twins.All[at].Node.Duties.BeatAsync();
            }
        }
    }
}
