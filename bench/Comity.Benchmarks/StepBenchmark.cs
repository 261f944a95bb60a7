using Comity.Core;
using Comity.Core.Feeds;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.TransparencyLog;
using Comity.TravelDocuments;
using Comity.TravelDocuments.ImportExport;
using Comity.TravelDocuments.Records;

namespace Comity.Benchmarks;

/// <summary>Where the time of import and replication goes: each step alone, on one thread, per row.</summary>
internal static class StepBenchmark
{
    private const int Rows = 5000;
    private const int Rounds = 9;

    public static void Run(TextWriter output)
    {
        output.WriteLine("| step | µs a row, of one core |");
        output.WriteLine("| :--- | ---: |");
        var csv = DocumentImportBenchmark.Csv(Rows);
        var sealer = new BodySealer(new byte[32], Randomness.System);
        var register = new DocumentRegister();
        var expires = TimeProvider.System.GetUtcNow();

        DocumentRecord[] records = [];
        byte[][] contents = [], bodies = [], salted = [], keys = [], leaves = [];
        SealedBody[] closed = [];
        Step("read CSV, check every field", () => records = [.. DocumentImport.ReadAsync(new MemoryStream(csv), DocumentForm.Csv).ToBlockingEnumerable().Select(line => line.Record!)]);
        Step("content as JSON", () => contents = Array.ConvertAll(records, record => record.ToContent()));
        Step("record as JSON, with its id", () => bodies = Array.ConvertAll(contents, content => new RecordBody(Randomness.System.NewId(), 1, Handling.Open, expires, null, content).ToJson()));
        Step("salt", () => salted = Array.ConvertAll(bodies, body => SaltedBody.Make(body, Randomness.System)));
        Step("seal", () => closed = Array.ConvertAll(salted, body => sealer.Seal(body)));
        Step("natural key", () => keys = Array.ConvertAll(records, record => sealer.Blind($"{register.Name}\nlive\n{record.NaturalKey}")));
        Step("leaf, with the body's digest", () => leaves = Array.ConvertAll(salted, body => FeedLeaf.Publish(body).ToBytes()));
        Step("tree", () =>
        {
            var frontier = new TreeFrontier();
            Array.ForEach(leaves, leaf => frontier.Append(Rfc6962.LeafHash(leaf)));
        });
        Step("index", () =>
        {
            var index = new DocumentRegister();
            for (var i = 0; i < Rows; i++)
            {
                index.Add(new RecordAddress(1, i), records[i]);
            }
        });
        Step("taking in: body against its digest", () =>
        {
            for (var i = 0; i < Rows; i++)
            {
                _ = FeedLeaf.TryRead(leaves[i], i, out var leaf, out _) && SaltedBody.Matches(salted[i], leaf.Digest);
            }
        });
        RecordBody[] read = [];
        Step("taking in: record from JSON", () => read = Array.ConvertAll(salted, body => RecordBody.TryRead(SaltedBody.Content(body), out var record, out _) ? record! : throw new InvalidOperationException()));
        Step("taking in: judge the content", () => Array.ForEach(read, record => register.Judge(record.Content, _ => true)));
        Step("handing out: open a body", () => Array.ForEach(closed, body => sealer.Open(body.Ciphertext, body.Secret)));

        using var servers = new Servers();
        foreach (var (kind, open) in servers.Kinds())
        {
            using var database = open();
            database.Migrate();
            using var connection = database.OpenForWriting();
            long at = 0;
            double find = double.MaxValue, entries = double.MaxValue, rows = double.MaxValue, commit = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                using var transaction = database.BeginWrite(connection);
                if (round == 0)
                {
                    using var log = connection.CreateCommand();
                    log.Transaction = transaction;
                    log.CommandText = "INSERT INTO log (log, origin, kind, size, frontier) SELECT 1, 'steps', 'own', 0, " + (kind == "SQLite" ? "x''" : "''");
                    log.ExecuteNonQuery();
                }

                byte[][] own = [.. Enumerable.Range(0, Rows).Select(_ => Randomness.System.Bytes(16))];
                find = Math.Min(find, Timed(() => database.FindRecords(connection, transaction, own)));
                entries = Math.Min(entries, Timed(() => database.Insert(connection, transaction, [.. Enumerable.Range(0, Rows).Select(i => new EntryRow(1, at + i, leaves[i], closed[i].Ciphertext, closed[i].Secret))])));
                rows = Math.Min(rows, Timed(() => database.Insert(connection, transaction, [.. Enumerable.Range(0, Rows).Select(i => new RecordRow(1, at + i, own[i], RecordState.Live, at))])));
                commit = Math.Min(commit, Timed(transaction.Commit));
                at += Rows;
            }

            output.WriteLine($"| {kind}: find what is in force | {find:F2} |");
            output.WriteLine($"| {kind}: insert entry and entry_key | {entries:F2} |");
            output.WriteLine($"| {kind}: insert record | {rows:F2} |");
            output.WriteLine($"| {kind}: commit | {commit:F2} |");
        }

        output.WriteLine();

        void Step(string name, Action run) => output.WriteLine($"| {name} | {Enumerable.Range(0, Rounds).Min(_ => Timed(run)):F2} |");
    }

    /// <summary>Microseconds a row that this thread had a core for; a database's server is not counted.</summary>
    private static double Timed(Action run)
    {
        var from = Machine.ThreadNanoseconds();
        run();
        return (Machine.ThreadNanoseconds() - from) / Rows / 1000;
    }
}
