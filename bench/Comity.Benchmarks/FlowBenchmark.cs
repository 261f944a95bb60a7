using System.Diagnostics;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.TravelDocuments;
using Comity.TravelDocuments.ImportExport;

namespace Comity.Benchmarks;

/// <summary>
/// How many rows a second come in, from a file and from a partner, against bare inserts of the very rows that they left in the
/// database (entry, entry_key, record), into the same schema, with as many rows a commit?
/// </summary>
/// <remarks>
/// The baseline has its rows ready in memory and neither reads, judges, encrypts, hashes nor indexes anything; it leaves out the tree's
/// tiles, the signed head and the ledger. It inserts as the store does: by prepared statements in SQLite, by arrays in PostgreSQL.
/// </remarks>
internal static class FlowBenchmark
{
    private static readonly int[] Groups = [1000, 5000];

    private static readonly string[] Head =
    [
        "| what | database | rows | a commit | rows/s | CPU µs a row | bare, rows/s | CPU µs a row | ratio |",
        "| :--- | :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ];

    /// <summary>CSV in memory → rows → records → judged → published, durable, indexed.</summary>
    public static async Task ImportAsync(int[] sizes, TextWriter output)
    {
        var (ratio, speed) = (new Chart("Import against bare inserts", "ratio", 0.5), new Chart("Import", "rows a second"));
        Array.ForEach(Head, output.WriteLine);
        using var servers = new Servers();
        foreach (var (kind, open) in servers.Kinds())
        {
            await ImportOnceAsync(open, DocumentImportBenchmark.Csv(5000), 1000);   // compiles
            foreach (var (size, group) in sizes.SelectMany(size => Groups.Select(group => (size, group))))
            {
                var csv = DocumentImportBenchmark.Csv(size);
                var (flow, bare) = await BestAsync(size, async () => await ImportOnceAsync(open, csv, group));
                Line(output, "import", kind, size, group, flow, bare);
                ratio.Add($"{kind}, {group} a commit", size, bare.Seconds / flow.Seconds);
                speed.Add($"{kind}, {group} a commit", size, size / flow.Seconds);
            }
        }

        ratio.Save("import-ratio");
        speed.Save("import-growth");
        output.WriteLine();
    }

    /// <summary>The owner's answers as bytes → read, verified, judged, durable, indexed; and the same through a whole round between two nodes.</summary>
    public static async Task ReplicationAsync(int[] sizes, TextWriter output)
    {
        var (ratio, speed) = (new Chart("Replication against bare inserts", "ratio", 0.5), new Chart("Replication", "rows a second"));
        Array.ForEach(Head, output.WriteLine);
        using var servers = new Servers();
        foreach (var (kind, open) in servers.Kinds())
        {
            var first = true;
            foreach (var size in sizes)
            {
                using var owner = open();
                using var source = new TwoNodes(owner, SqliteDatabase.InMemory($"nobody-{kind}-{size}"));
                await ImportAsync(source, DocumentImportBenchmark.Csv(size), 5000);
                foreach (var group in Groups)
                {
                    var answers = Answers(source, group);
                    if (first)
                    {
                        await TakeInOnceAsync(source, open, Answers(source, group));
                        first = false;
                    }

                    var (flow, bare) = await BestAsync(size, async () => await TakeInOnceAsync(source, open, answers));
                    Line(output, "take in", kind, size, group, flow, bare);
                    ratio.Add($"{kind}, {group} a commit", size, bare.Seconds / flow.Seconds);
                    speed.Add($"{kind}, {group} a commit", size, size / flow.Seconds);
                }

                var (round, alone) = await BestAsync(size, async () => await RoundOnceAsync(open, owner, size));
                Line(output, "whole round", kind, size, PullAnswer.MostEntries, round, alone);
                ratio.Add($"{kind}, whole round", size, alone.Seconds / round.Seconds);
                speed.Add($"{kind}, whole round", size, size / round.Seconds);
            }
        }

        ratio.Save("replication-ratio");
        speed.Save("replication-growth");
        output.WriteLine();
    }

    private static void Line(TextWriter output, string what, string kind, int size, int group, Cost flow, Cost bare) => output.WriteLine(
        $"| {what} | {kind} | {size:N0} | {group:N0} | {size / flow.Seconds:N0} | {flow.Cpu * 1e6 / size:F1} | {size / bare.Seconds:N0} | {bare.Cpu * 1e6 / size:F1} | {bare.Seconds / flow.Seconds:F2} |");

    /// <summary>The best of some rounds of each, which take turns.</summary>
    private static async Task<(Cost Flow, Cost Bare)> BestAsync(int size, Func<Task<(Cost Flow, Cost Bare)>> round)
    {
        var rounds = size <= 10_000 ? 7 : size <= 100_000 ? 3 : 1;
        var (flow, bare) = (Cost.Most, Cost.Most);
        for (var i = 0; i < rounds; i++)
        {
            var once = await round();
            (flow, bare) = (flow.Least(once.Flow), bare.Least(once.Bare));
        }

        return (flow, bare);
    }

    private static async Task<(Cost Flow, Cost Bare)> ImportOnceAsync(Func<IDatabase> open, byte[] csv, int group)
    {
        using var database = open();
        using var nodes = new TwoNodes(database, SqliteDatabase.InMemory("nobody"));
        var flow = await Cost.OfAsync(() => ImportAsync(nodes, csv, group));
        return (flow, Bare(open, database, nodes.Feed, group));
    }

    private static async Task<(Cost Flow, Cost Bare)> TakeInOnceAsync(TwoNodes source, Func<IDatabase> open, List<byte[]> answers)
    {
        using var database = open();
        using var nodes = new TwoNodes(SqliteDatabase.InMemory("nobody"), database);
        var taken = 0;
        var flow = await Cost.OfAsync(async () =>
        {
            foreach (var bytes in answers)
            {
                if (!PullAnswer.TryRead(bytes, out var run, out var fault) || await nodes.Partner.Mirror.TakeInAsync(source.Feed, run) is not TakeIn.Taken { Count: var count })
                {
                    throw new InvalidOperationException("A run was not taken in.");
                }

                taken += count;
            }
        });
        return (flow, Bare(open, database, source.Feed, taken / answers.Count));
    }

    private static async Task<(Cost Flow, Cost Bare)> RoundOnceAsync(Func<IDatabase> open, IDatabase owner, int size)
    {
        using var database = open();
        var nodes = new TwoNodes(owner, database);   // not disposed of: the owner's database goes on to the next round
        var flow = await Cost.OfAsync(async () =>
        {
            for (var complete = false; !complete;)
            {
                var result = await nodes.Partner.ContactAsync(TwoNodes.Utopia);
                complete = result.Complete ? true : throw new InvalidOperationException(result.Detail);
            }
        });
        return (flow, Bare(open, database, nodes.Feed, PullAnswer.MostEntries));
    }

    private static async Task ImportAsync(TwoNodes nodes, byte[] csv, int group)
    {
        using var stream = new MemoryStream(csv);
        List<Publication> batch = new(group);
        await foreach (var line in DocumentImport.ReadAsync(stream, DocumentForm.Csv))
        {
            var record = line.Record ?? throw new InvalidOperationException(string.Join("; ", line.Faults));
            if (!nodes.Owner.Context.Membership.MayPublish(DocumentRegister.RegisterName, TwoNodes.Utopia, record.Issuer))
            {
                throw new InvalidOperationException("The issuer is foreign.");
            }

            batch.Add(new Publication(record, Handling.Open));
            if (batch.Count == group)
            {
                await PublishAsync(nodes, batch);
            }
        }

        await PublishAsync(nodes, batch);
    }

    private static async Task PublishAsync(TwoNodes nodes, List<Publication> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var changes = await nodes.Owner.Changes.PublishAsync(TwoNodes.Officer, nodes.OwnerRegister, Realm.Live, Audience.All, batch, WhenThere.Amend);
        if (changes!.Any(change => change.Kind != ChangeKind.Published))
        {
            throw new InvalidOperationException("A record was not published.");
        }

        batch.Clear();
    }

    private static List<byte[]> Answers(TwoNodes source, int group) => source.Owner.Context.Store.Read(session =>
    {
        List<byte[]> answers = [];
        for (long from = 0; source.Owner.Pulls.Read(session, source.Feed, from, group) is { Entries.Count: > 0 } run; from = run.End)
        {
            answers.Add(run.ToBytes());
        }

        return answers;
    });

    /// <summary>Inserts what a flow left behind into another database, so many rows a commit.</summary>
    private static Cost Bare(Func<IDatabase> open, IDatabase from, FeedName feed, int group)
    {
        var batches = Rows.Of(from, feed).Chunk(group).Select(some => (some.Select(row => row.Entry).ToList(), some.Select(row => row.Record).ToList())).ToList();
        using var database = open();
        database.Migrate();
        using var connection = database.OpenForWriting();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = $"INSERT INTO log (log, origin, kind, size, frontier) VALUES ({batches[0].Item1[0].Log}, 'bare', 'own', 0, '')";
            command.CommandText = command.CommandText.Replace("''", database.Kind == "SQLite" ? "x''" : "''", StringComparison.Ordinal);
            command.ExecuteNonQuery();
        }

        return Cost.OfAsync(() =>
        {
            foreach (var (entries, records) in batches)
            {
                using var transaction = database.BeginWrite(connection);
                database.Insert(connection, transaction, entries);
                database.Insert(connection, transaction, records);
                transaction.Commit();
            }

            return Task.CompletedTask;
        }).GetAwaiter().GetResult();
    }

    /// <summary>What something took: by the clock on the wall, and of the cores for this process (not for a database's server).</summary>
    private readonly record struct Cost(double Seconds, double Cpu)
    {
        public static Cost Most { get; } = new(double.MaxValue, double.MaxValue);

        public Cost Least(Cost other) => new(Math.Min(Seconds, other.Seconds), Math.Min(Cpu, other.Cpu));

        public static async Task<Cost> OfAsync(Func<Task> run)
        {
            GC.Collect();
            var (cpu, clock) = (Machine.ProcessSeconds(), Stopwatch.StartNew());
            await run();
            return new Cost(clock.Elapsed.TotalSeconds, Machine.ProcessSeconds() - cpu);
        }
    }

    /// <summary>A feed's rows as they lie in a database.</summary>
    private static class Rows
    {
        public static List<(EntryRow Entry, RecordRow Record)> Of(IDatabase database, FeedName feed)
        {
            using var connection = database.OpenForReading();
            using var command = connection.CreateCommand();
            command.CommandText =
                $"""
                SELECT e.log, e.idx, e.leaf, e.body, k.secret, r.natural_key, r.state, r.expires FROM entry e
                JOIN log l ON l.log = e.log JOIN entry_key k ON k.log = e.log AND k.idx = e.idx JOIN record r ON r.log = e.log AND r.idx = e.idx
                WHERE l.origin = '{feed.Origin}' ORDER BY e.idx
                """;
            using var row = command.ExecuteReader();
            List<(EntryRow, RecordRow)> rows = [];
            while (row.Read())
            {
                var (log, index) = (row.GetInt64(0), row.GetInt64(1));
                rows.Add((
                    new EntryRow(log, index, row.Bytes(2), row.Bytes(3), row.Bytes(4)),
                    new RecordRow(log, index, row.BytesOrNull(5), (RecordState)row.GetInt64(6), row.GetInt64(7))));
            }

            return rows;
        }
    }
}
