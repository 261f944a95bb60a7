using System.Collections.Concurrent;
using System.Diagnostics;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Emrtd;
using Comity.TravelDocuments;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.Records;

namespace Comity.Benchmarks;

/// <summary>Two nodes on one PostgreSQL database against one: checks a second, each with its ledger entry durable; and how soon one has what the other published.</summary>
/// <remarks>Both stand in this process, each with its store, index and follower, as two processes of one State would have them; no HTTP.</remarks>
internal static class ClusterBenchmark
{
    private static readonly Purpose Border = Purpose.Parse("border-control");

    public static async Task RunAsync(TimeSpan time, TextWriter output)
    {
        using var servers = new Servers();
        if (servers.Kinds().FirstOrDefault(kind => kind.Kind == "PostgreSQL").New is not { } open)
        {
            return;
        }

        var first = open();
        using var one = new TwoNodes(first, SqliteDatabase.InMemory("nobody"));
        using var two = new TwoNodes(Databases.Open(((PostgresDatabase)first).Settings.ConnectionString), SqliteDatabase.InMemory("nobody either"));
        await PublishAsync(one, 0, 10_000);
        two.Owner.Follower.CatchUp();
        output.WriteLine("## Two processes' worth of node on one PostgreSQL database\n");
        output.WriteLine("| callers | one node, checks/s | two nodes, checks/s | ratio | seen by the other after, ms: p50 | p99 | follower alone: p50 | p99 |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var callers in (int[])[1, 16, 128])
        {
            var alone = await ChecksAsync(time, callers, one);
            var both = await ChecksAsync(time, callers, one, two);
            var (asked, followed) = await LagAsync(time, callers, one, two);
            output.WriteLine($"| {callers} | {alone:N0} | {both:N0} | {both / alone:F2} | {At(asked, 0.5):F1} | {At(asked, 0.99):F1} | {At(followed, 0.5):F1} | {At(followed, 0.99):F1} |");
        }

        output.WriteLine();
    }

    private static async Task<double> ChecksAsync(TimeSpan time, int callers, params TwoNodes[] nodes)
    {
        var count = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var i = caller; clock.Elapsed < time; i += callers)
            {
                await CheckAsync(nodes[caller % nodes.Length], i % 20_000);
                Interlocked.Increment(ref count);
            }
        })));
        return count / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Publishes at one node while both answer checks: how long until a check at the other hits, and until its follower, told by NOTIFY, has it.</summary>
    private static async Task<(List<double> Asked, List<double> Followed)> LagAsync(TimeSpan time, int callers, TwoNodes one, TwoNodes two)
    {
        using var stop = new CancellationTokenSource();
        ConcurrentDictionary<long, long> reached = [];
        var following = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.WhenAny(two.Owner.Context.Store.Database.ListenAsync(stop.Token), Task.Delay(250, CancellationToken.None));
                two.Owner.Follower.CatchUp();
                reached.TryAdd(two.Owner.Follower.Position.At, Stopwatch.GetTimestamp());
            }
        });
        var load = ChecksAsync(time, callers, one, two);
        List<double> asked = [], followed = [];
        for (var i = 0; !load.IsCompleted; i++)
        {
            var number = 100_000 + (callers * 10_000) + i;
            await PublishAsync(one, number, 1);
            var (place, published) = (one.Owner.Follower.Position.At, Stopwatch.GetTimestamp());
            if (await CheckAsync(two, number) is not CheckOutcome.Hit)
            {
                throw new InvalidOperationException("What was published at one node was no hit at the other.");
            }

            asked.Add(Stopwatch.GetElapsedTime(published).TotalMilliseconds);
            await Task.Delay(50);
            followed.Add(reached.Where(pair => pair.Key >= place).Select(pair => Math.Max(0, Stopwatch.GetElapsedTime(published, pair.Value).TotalMilliseconds)).DefaultIfEmpty(50).Min());
        }

        await load;
        await stop.CancelAsync();
        try
        {
            await following;
        }
        catch (OperationCanceledException)
        {
            // it was told to stop
        }

        return (asked, followed);
    }

    private static Task<CheckOutcome> CheckAsync(TwoNodes node, int number) => node.Owner.Checks.RunAsync(
        TwoNodes.Officer, new CheckQuestion(DocumentRegister.RegisterName, Realm.Live, Border, new DocumentProbe(DocumentNumber.Parse($"N{number:00000000}"), IssuingCode.Parse("UTO"))), CancellationToken.None);

    private static async Task PublishAsync(TwoNodes node, int from, int count)
    {
        var publications = Enumerable.Range(from, count).Select(i =>
        {
            DocumentRecord.TryCreate(new DocumentDraft { Version = 1, Issuer = "UTO", Type = "P", Number = $"N{i:00000000}", Kind = "stolen", EnteredBy = "Document desk" }, out var record, out _);
            return new Publication(record!, Handling.Open);
        }).ToList();
        await node.Owner.Changes.PublishAsync(TwoNodes.Officer, node.OwnerRegister, Realm.Live, Audience.All, publications, WhenThere.Refuse);
    }

    private static double At(List<double> values, double part) => values.Count == 0 ? double.NaN : values.Order().ElementAt((int)(part * (values.Count - 1)));
}
