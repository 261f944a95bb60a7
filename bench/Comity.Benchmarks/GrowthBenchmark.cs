using Comity.Core;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Emrtd;
using Comity.TravelDocuments;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.Records;

namespace Comity.Benchmarks;

/// <summary>
/// What do a check, a change and a feed round cost as records and members grow? In one process, without a wire: seconds for which it had a core, so that a
/// machine that others use tells the same; stores in memory, so that no disk is waited for.
/// </summary>
internal static class GrowthBenchmark
{
    private const int Times = 300;

    /// <summary>Two members and more and more records; then a thousand records and more and more members.</summary>
    public static async Task RunAsync(int[] sizes, int[] members, TextWriter output)
    {
        const string Columns = "check, µs | change, µs | round with one change, µs | round with none, µs |";
        output.WriteLine($"| records | {Columns}\n| ---: | ---: | ---: | ---: | ---: |");
        // Once aside, so that everything is compiled for good before it is measured.
        for (var i = 0; i < 3; i++)
        {
            using var aside = new ManyNodes(2);
            _ = await CostAsync(aside, 1000);
        }

        var records = new Chart("Cost by records, two members", "CPU microseconds");
        foreach (var size in sizes)
        {
            using var nodes = new ManyNodes(2);
            Line(output, records, size, await CostAsync(nodes, size));
        }

        records.Save("growth-records");
        output.WriteLine($"\nA round is one partner's.\n\n| members | {Columns}\n| ---: | ---: | ---: | ---: | ---: |");
        var growth = new Chart("Cost by members, 1,000 records", "CPU microseconds");
        foreach (var count in members)
        {
            using var nodes = new ManyNodes(count);
            Line(output, growth, count, await CostAsync(nodes, 1000));
        }

        growth.Save("growth-members");
        output.WriteLine();
    }

    private static void Line(TextWriter output, Chart chart, int size, (double Check, double Change, double Round, double Idle) cost)
    {
        output.WriteLine($"| {size:N0} | {cost.Check:N0} | {cost.Change:N0} | {cost.Round:N0} | {cost.Idle:N0} |");
        chart.Add("check", size, cost.Check);
        chart.Add("change", size, cost.Change);
        chart.Add("round, one change", size, cost.Round);
        chart.Add("round, no change", size, cost.Idle);
    }

    private static async Task<(double Check, double Change, double Round, double Idle)> CostAsync(ManyNodes nodes, int records)
    {
        var owner = nodes.Owner;
        var (self, partner) = (owner.Context.Membership.Self, nodes.Partners[0]);
        foreach (var batch in Enumerable.Range(0, records).Chunk(5000))
        {
            await PublishAsync(owner, [.. batch.Select(i => Record(self, i))]);
        }

        // Every partner has everything and has met everybody, so that what follows is the usual.
        foreach (var each in nodes.Partners)
        {
            while (await each.ContactAsync(self) is { Complete: false, Detail: null })
            {
            }
        }

        var next = records;
        async Task ChangeAsync() => await PublishAsync(owner, [Record(self, next++)]);
        async Task ContactAsync() => _ = await partner.ContactAsync(self) is { Complete: true } ? 0 : throw new InvalidOperationException("the round was not complete");
        var check = await OfAsync(Times, i => partner.Checks.RunAsync(TwoNodes.Officer, Question(self, i * 7919 % records), CancellationToken.None));
        var change = await OfAsync(Times, _ => ChangeAsync());
        await ContactAsync();
        var idle = await OfAsync(Times / 3, _ => ContactAsync());
        var both = await OfAsync(Times / 3, async _ =>
        {
            await ChangeAsync();
            await ContactAsync();
        });
        return (check, change, Math.Max(both - change, 0), idle);
    }

    /// <summary>CPU microseconds of one, after some that are not counted.</summary>
    private static async Task<double> OfAsync(int times, Func<int, Task> one)
    {
        for (var i = 0; i < times / 3; i++)
        {
            await one(i);
        }

        var from = Machine.ProcessSeconds();
        for (var i = 0; i < times; i++)
        {
            await one(i);
        }

        return (Machine.ProcessSeconds() - from) * 1e6 / times;
    }

    private static async Task PublishAsync(Node owner, List<Publication> publications)
    {
        var register = owner.Indexes.Find(DocumentRegister.RegisterName)!;
        var changes = await owner.Changes.PublishAsync(TwoNodes.Officer, register, Realm.Live, Audience.All, publications, WhenThere.Amend);
        if (changes!.Any(change => change.Kind != ChangeKind.Published))
        {
            throw new InvalidOperationException("A record was not published.");
        }
    }

    private static Publication Record(MemberCode issuer, int i)
    {
        var draft = new DocumentDraft
        {
            Version = DocumentDraft.CurrentVersion, Issuer = issuer.ToString(), Type = "P", Number = $"L{i:D8}", Kind = "stolen", Country = "XLY", Date = "2004-05-11", EnteredBy = "Passport office",
        };
        return DocumentRecord.TryCreate(draft, out var record, out var faults) ? new Publication(record, Handling.Open) : throw new InvalidOperationException(faults[0].ToString());
    }

    private static CheckQuestion Question(MemberCode issuer, int i) => new(
        DocumentRegister.RegisterName, Realm.Live, Purpose.Parse("border-control"), new DocumentProbe(DocumentNumber.Parse($"L{i:D8}"), IssuingCode.Parse(issuer.ToString())));
}
