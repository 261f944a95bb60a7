using System.Globalization;
using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.TravelDocuments;
using Comity.TravelDocuments.Records;

namespace Comity.Federation.Tests.Processes;

/// <summary>A disk that fails, or a death, at one system call after the other while a node publishes, checks or takes in a feed.</summary>
[Collection(ProcessCollection.Name)]
public sealed class BrokenSystemCallTests : IDisposable
{
    private const int Pulled = 40;
    private const string Number = "K55501234";

    /// <summary>The calls that reach the disk or its file system; most are tried at every second or fifth only, those that merely ask at every ninth.</summary>
    private static readonly Dictionary<string, int> Calls = new()
    {
        ["openat"] = 2, ["pread64"] = 5, ["pwrite64"] = 2, ["fsync"] = 1, ["fdatasync"] = 1, ["ftruncate"] = 1, ["unlink"] = 1, ["fallocate"] = 1, ["fchown"] = 2, ["fcntl"] = 9, ["newfstatat"] = 9, ["close"] = 4,
    };

    private readonly StateHomes _homes;
    private readonly string _trace;
    private int _copies;

    public BrokenSystemCallTests(ProcessFixture fixture)
    {
        Strace.Require();
        _homes = fixture.Homes.Copy();
        _trace = _homes.In("trace");
    }

    public void Dispose() => _homes.Dispose();

    [Theory]
    [InlineData("publish")]
    [InlineData("check")]
    [InlineData("pull")]
    public void Whichever_call_fails_what_was_acknowledged_is_there_and_a_retry_has_one_effect(string what)
    {
        var subject = Subject(what);
        using var host = CrashHost.Start(_homes["UTO"]).Ready();
        var counts = Count(host, what, subject);
        var (tried, refused) = (0, 0);
        foreach (var (call, every) in Calls)
        {
            for (var n = 1; n <= counts.GetValueOrDefault(call); n += every)
            {
                // Once alone, and where it writes also from there on: a disk that failed stays so.
                foreach (var from in call is "pwrite64" or "fsync" && n % 4 == 1 ? (string[])["", "+"] : [""])
                {
                    var home = Fresh(host, what, subject);
                    string? said;
                    using (var tracer = Strace.Attach(host.Id, _trace, "-e", "trace=" + call, "-e", $"inject={call}:error=EIO:when={n}{from}"))
                    {
                        said = host.Do(what, home.Folder, subject);
                        tracer.Detach();
                    }

                    Assert.True(said is not null, $"the host ended at {call} {n}{from}:\n{host.Errors}");
                    Judge(home, what, said, $"{call} {n}{from} failed; {said}");
                    Retry(host, home, what, subject);
                    tried++;
                    refused += said.StartsWith("NAK", StringComparison.Ordinal) ? 1 : 0;
                    Directory.Delete(home.Folder, recursive: true);
                }
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{what}: {tried} calls failed in turn; {refused} times it was refused");
        Assert.True(tried > 50 && refused > 10, $"{tried} {refused}");
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("check")]
    [InlineData("pull")]
    public void Whenever_it_dies_what_was_acknowledged_is_there_and_a_retry_has_one_effect(string what)
    {
        const int Deaths = 12;
        var subject = Subject(what);
        var host = CrashHost.Start(_homes["UTO"]).Ready();
        var counts = Count(host, what, subject);
        var points = Calls.Keys.Where(call => call is "pwrite64" or "fsync" or "fdatasync" or "ftruncate" or "unlink" or "openat")
            .SelectMany(call => Enumerable.Range(1, counts.GetValueOrDefault(call)).Select(n => (Call: call, N: n))).ToList();
        try
        {
            // Evenly over all of them: about every fifth.
            foreach (var (call, n) in Enumerable.Range(0, Deaths).Select(i => points[i * points.Count / Deaths]))
            {
                var next = CrashHost.Start(_homes["UTO"]);   // starts while this one dies
                var home = Fresh(host, what, subject);
                string? said;
                using (var tracer = Strace.Attach(host.Id, _trace, "-e", "trace=" + call, "-e", $"inject={call}:signal=KILL:when={n}"))
                {
                    said = host.Do(what, home.Folder, subject);
                    tracer.Bury();
                }

                host.Dispose();
                host = next.Ready();
                Judge(home, what, said, $"it died at {call} {n}; {said}");
                Retry(host, home, what, subject);
                Directory.Delete(home.Folder, recursive: true);
            }
        }
        finally
        {
            host.Dispose();
        }
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("check")]
    [InlineData("pull")]
    public void The_acknowledgement_comes_after_the_sync_of_what_it_acknowledges(string what)
    {
        var subject = Subject(what);
        using var host = CrashHost.Start(_homes["UTO"]).Ready();
        var home = Fresh(host, what, subject);
        using var tracer = Strace.Attach(host.Id, _trace, "-e", "trace=write,pwrite64,fsync,fdatasync");
        Assert.StartsWith("ACK", host.Do(what, home.Folder, subject), StringComparison.Ordinal);
        TraceOrder.AssertSyncedBefore(tracer.Detach(), line => line.Contains("\"ACK", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_over_HTTP_leaves_after_the_sync_of_what_it_acknowledges()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var node = await NodeProcess.StartAsync(_homes["UTO"]);
        await node.PublishAsync("A0000001", cancel: cancel);
        await node.CheckAsync("A0000001", cancel);
        using var tracer = Strace.Attach(node.Id, _trace, "-e", "trace=pwrite64,fsync,fdatasync,sendto,sendmsg,write,writev");
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await node.PublishAsync($"B000000{i}", cancel: cancel)).Acknowledged);
            Assert.True((await node.CheckAsync($"B000000{i}", cancel)).Acknowledged);
        }

        Assert.Equal(6, TraceOrder.AssertSyncedBefore(tracer.Detach(), line => line.Contains("\"HTTP/1.1 200", StringComparison.Ordinal)));
    }

    /// <summary>A fresh home in which the thing was not yet done; the host has done it elsewhere, so that it compiles and loads nothing meanwhile.</summary>
    private StateHome Fresh(CrashHost host, string what, string subject)
    {
        if (!host.Warm)
        {
            host.Do(what, _homes["UTO"].CopyTo(_homes.In($"warm{_copies++}")).Folder, subject);
            host.Warm = true;
        }

        return _homes["UTO"].CopyTo(_homes.In($"home{_copies++}"));
    }

    /// <summary>How often each call is made when nothing fails.</summary>
    private Dictionary<string, int> Count(CrashHost host, string what, string subject)
    {
        var home = Fresh(host, what, subject);
        using var tracer = Strace.Attach(host.Id, _trace, "-e", "trace=" + string.Join(',', Calls.Keys));
        Assert.StartsWith("ACK", host.Do(what, home.Folder, subject), StringComparison.Ordinal);
        return tracer.Detach().Where(line => line.StartsWith($"{host.Id} ", StringComparison.Ordinal))   // the one thread that works
            .Select(line => line.Split(' ', 2)[1].TrimStart().Split('(')[0]).GroupBy(call => call).ToDictionary(group => group.Key, group => group.Count());
    }

    private static void Judge(StateHome home, string what, string? said, string context)
    {
        try
        {
            home.Verified(node =>
            {
                var (own, mirrored, checks) = Contents(node);
                var told = said?.StartsWith("ACK ", StringComparison.Ordinal) == true ? said.Split(' ')[^1] : null;
                switch (what)
                {
                    case "publish":
                        Assert.InRange(own, told is null ? 0 : 1, 1);
                        break;
                    case "pull":
                        Assert.True(mirrored == Pulled || (mirrored == 0 && told is null), $"{mirrored} records");
                        break;
                    default:
                        Assert.True(told is null ? checks.Count <= 1 : checks.SequenceEqual([long.Parse(told, CultureInfo.InvariantCulture)]), $"{checks.Count} checks");
                        break;
                }

                return true;
            });
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(context, e);
        }
    }

    private static void Retry(CrashHost host, StateHome home, string what, string subject)
    {
        var before = what == "check" ? home.Verified(node => Contents(node).Checks.Count) : 0;
        var said = host.Do(what, home.Folder, subject);
        Assert.True(said?.StartsWith("ACK", StringComparison.Ordinal) == true && (what != "publish" || said == "ACK Published 0"), $"the retry said {said}\n{host.Errors}");
        home.Verified(node =>
        {
            var (own, mirrored, checks) = Contents(node);
            Assert.Equal(what switch { "publish" => (1, 0, 0), "pull" => (0, Pulled, 0), _ => (0, 0, before + 1) }, (own, mirrored, checks.Count));
            return true;
        });
    }

    /// <summary>Entries of own feeds, entries of mirrors (all in force here), and the ledger's checks.</summary>
    private static (int Own, int Mirrored, List<long> Checks) Contents(Node node) => node.Context.Store.Read(session =>
    {
        int Entries(string kind) => (int)session.First("SELECT COALESCE(SUM(size), 0) FROM log WHERE kind = @kind", row => row.GetInt64(0), ("@kind", kind));
        var checks = session.Query(
            "SELECT e.idx, e.leaf FROM entry e JOIN log l ON l.log = e.log WHERE l.kind = 'ledger' ORDER BY e.idx",
            row => (Index: row.GetInt64(0), Kind: JsonDocument.Parse((byte[])row.GetValue(1)).RootElement.GetProperty("kind").GetString()));
        Assert.Equal(Entries("own") + Entries("mirror"), node.Indexed);
        return (Entries("own"), Entries("mirror"), checks.Where(entry => entry.Kind == "check").Select(entry => entry.Index).ToList());
    });

    private string Subject(string what)
    {
        if (what != "pull")
        {
            return Number;
        }

        var file = _homes.In("run");
        using var store = _homes["XAR"].OpenStore();
        var node = _homes["XAR"].Open(store);
        var records = Enumerable.Range(0, Pulled).Select(i =>
        {
            DocumentRecord.TryCreate(new DocumentDraft { Version = 1, Issuer = "XAR", Type = "P", Number = $"X{i:0000000}", Kind = "lost", EnteredBy = "Document desk" }, out var record, out _);
            return new Publication(record!, Handling.Open);
        }).ToList();
        node.Changes.PublishAsync(Actor.Node, node.Indexes.Find(DocumentRegister.RegisterName)!, Realm.Live, Audience.All, records, WhenThere.Refuse).GetAwaiter().GetResult();
        var feed = node.Changes.FeedFor(DocumentRegister.RegisterName, Realm.Live, Audience.All);
        var run = store.Read(session => node.Pulls.Read(session, feed, 0, PullAnswer.MostEntries));
        File.WriteAllLines(file, [feed.Origin, Convert.ToBase64String(run!.ToBytes())]);
        return file;
    }
}
