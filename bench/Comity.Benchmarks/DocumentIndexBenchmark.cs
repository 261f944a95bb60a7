using System.Diagnostics;
using System.Globalization;
using Comity.Core.Members;
using Comity.Emrtd;
using Comity.TravelDocuments.Checks;
using Comity.TravelDocuments.Records;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Comity.Benchmarks;

/// <summary>
/// How much faster is a lookup in memory than the one a user would write: SQLite's own point lookup by primary key,
/// on the same documents, in random order, on one thread? And what does a document cost in memory?
/// </summary>
public static class DocumentIndexBenchmark
{
    private const int Rounds = 10;
    private const int Asked = 100_000;

    private static readonly IssuingCode[] Issuers = [.. new[] { "UTO", "XAR", "XLY", "D", "GBD" }.Select(c => IssuingCode.Parse(c))];

    /// <summary>Runs every size and prints one table.</summary>
    public static void Run(int[] sizes, TextWriter output)
    {
        output.WriteLine("| documents | bytes each | build, s | hit, ns | miss, ns | SQLite hit, ns | SQLite miss, ns | ratio hit | ratio miss | bare SQLite hit, ns | ratio hit | near checks/s |");
        output.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var (ratio, growth) = (new Chart("Lookups against SQLite's", "times as fast", 30), new Chart("One lookup", "nanoseconds"));
        // Once aside, so that everything is compiled for good before it is measured.
        for (var i = 0; i < 3; i++)
        {
            _ = Row(1000, new Chart("", ""), new Chart("", ""));
            Thread.Sleep(300);
        }

        foreach (var size in sizes) output.WriteLine(Row(size, ratio, growth));
        ratio.Save("index-ratio");
        growth.Save("index-growth");
        output.WriteLine();
    }

    private static string Row(int size, Chart ratio, Chart growth)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var build = Stopwatch.StartNew();
        var index = new DocumentIndex(seed: 0x9E3779B97F4A7C15);
        for (var i = 0; i < size; i++)
        {
            index.Add(IssuerOf(i), NumberRange.Single(NumberOf(i)), new(new(i & 15, i), ReportKind.Stolen, DocumentClass.Passport, false));
        }
        build.Stop();
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)size;

        using var table = new SqliteTable(size);
        // Memory and SQLite take turns at questions of the same kind, never asked before; the best round of each counts.
        double hit = double.MaxValue, miss = double.MaxValue, sqliteHit = double.MaxValue, sqliteMiss = double.MaxValue, bareHit = double.MaxValue;
        var misses = Array.Empty<Question>();
        for (var round = 0; round < Rounds; round++)
        {
            var hits = Questions(size, round, present: true);
            sqliteHit = Math.Min(sqliteHit, Nanoseconds(hits, table.Count, Asked));
            bareHit = Math.Min(bareHit, Nanoseconds(Questions(size, round + 2 * Rounds, present: true), table.CountBare, Asked));
            hit = Math.Min(hit, Nanoseconds(Questions(size, round + Rounds, present: true), q => InMemory(index, q), Asked));
            misses = Questions(size, round, present: false);
            sqliteMiss = Math.Min(sqliteMiss, Nanoseconds(misses, table.Count, 0));
            miss = Math.Min(miss, Nanoseconds(Questions(size, round + Rounds, present: false), q => InMemory(index, q), 0));
        }
        ratio.Add("SQLite by .NET", size, sqliteHit / hit);
        ratio.Add("bare SQLite", size, bareHit / hit);
        growth.Add("SQLite by .NET", size, sqliteHit);
        growth.Add("bare SQLite", size, bareHit);
        growth.Add("index, hit", size, hit);
        growth.Add("index, miss", size, miss);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {size:N0} | {bytes:F1} | {build.Elapsed.TotalSeconds:F2} | {hit:F0} | {miss:F0} | {sqliteHit:F0} | {sqliteMiss:F0} | {sqliteHit / hit:F0} | {sqliteMiss / miss:F0} | {bareHit:F0} | {bareHit / hit:F0} | {NearPerSecond(index, misses):N0} |");
    }

    private static double Nanoseconds(Question[] questions, Func<Question[], int> run, int expected)
    {
        var from = Machine.ThreadNanoseconds();
        var found = run(questions);
        var took = Machine.ThreadNanoseconds() - from;
        if (found != expected) throw new InvalidOperationException($"found {found} of {expected}");
        return took / questions.Length;
    }

    private static int InMemory(DocumentIndex index, Question[] questions)
    {
        Span<IndexEntry> entries = stackalloc IndexEntry[4];
        var found = 0;
        foreach (ref readonly var question in questions.AsSpan()) found += index.Find(question.Issuer, question.Number, entries);
        return found;
    }

    private static double NearPerSecond(DocumentIndex index, Question[] questions)
    {
        const int Checks = 1000;
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var from = Machine.ThreadNanoseconds();
            for (var i = 0; i < Checks; i++)
            {
                ref readonly var question = ref questions[(round * Checks + i) % questions.Length];
                _ = index.Check(new(question.Number, question.Issuer));
            }
            best = Math.Min(best, Machine.ThreadNanoseconds() - from);
        }
        return Checks / best * 1e9;
    }

    /// <summary>Documents in a random order, or the same numbers as documents that nobody reported.</summary>
    private static Question[] Questions(int size, int seed, bool present)
    {
        var random = new Random(seed);
        var questions = new Question[Asked];
        foreach (ref var question in questions.AsSpan())
        {
            var i = random.Next(size);
            var (issuer, number) = (IssuerOf(i), NumberOf(present ? i : i + size));
            question = new(issuer, number, issuer.ToString(), number.ToString());
        }
        return questions;
    }

    private static IssuingCode IssuerOf(int i) => Issuers[i % Issuers.Length];

    /// <summary>Nine characters as a passport has them: a letter and eight digits, in no order, each once.</summary>
    private static DocumentNumber NumberOf(int i)
    {
        var n = (long)i * 1_234_567_891 % 2_599_999_997;
        return DocumentNumber.Parse(string.Create(CultureInfo.InvariantCulture, $"{(char)('A' + n / 100_000_000)}{n % 100_000_000:D8}"));
    }

    /// <summary>The same question for both; neither pays for the other's form.</summary>
    private readonly record struct Question(IssuingCode Issuer, DocumentNumber Number, string IssuerText, string NumberText);

    private sealed class SqliteTable : IDisposable
    {
        private readonly string _path = Path.Combine(Path.GetTempPath(), $"comity-bench-{Environment.ProcessId}.db");
        private readonly SqliteConnection _connection;

        public SqliteTable(int size)
        {
            File.Delete(_path);
            _connection = new($"Data Source={_path};Pooling=False");
            _connection.Open();
            // A cache and a map greater than the file: SQLite answers from memory, too.
            Execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1500000; PRAGMA mmap_size=4000000000; PRAGMA locking_mode=EXCLUSIVE;");
            Execute("CREATE TABLE document (issuer TEXT NOT NULL, number TEXT NOT NULL, log INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (issuer, number)) WITHOUT ROWID, STRICT; BEGIN;");
            using (var insert = Prepare("INSERT INTO document VALUES ($issuer, $number, $log, $entry)", "$issuer", "$number", "$log", "$entry"))
            {
                var rows = Enumerable.Range(0, size).Select(i => (Issuer: IssuerOf(i).ToString(), Number: NumberOf(i).ToString(), Index: i)).ToArray();
                Array.Sort(rows, (a, b) => string.CompareOrdinal(a.Issuer, b.Issuer) is not 0 and var order ? order : string.CompareOrdinal(a.Number, b.Number));
                foreach (var (issuer, number, i) in rows)
                {
                    insert.Parameters[0].Value = issuer;
                    insert.Parameters[1].Value = number;
                    insert.Parameters[2].Value = i & 15;
                    insert.Parameters[3].Value = i;
                    insert.ExecuteNonQuery();
                }
            }
            Execute("COMMIT; ANALYZE;");
        }

        /// <summary>How many of the documents are in the table.</summary>
        public int Count(Question[] questions)
        {
            using var select = Prepare("SELECT log, entry FROM document WHERE issuer = $issuer AND number = $number", "$issuer", "$number");
            Execute("BEGIN");
            var found = 0;
            foreach (ref readonly var question in questions.AsSpan())
            {
                select.Parameters[0].Value = question.IssuerText;
                select.Parameters[1].Value = question.NumberText;
                using var row = select.ExecuteReader();
                if (!row.Read()) continue;
                if (row.GetInt64(0) == (row.GetInt64(1) & 15)) found++;
            }
            Execute("COMMIT");
            return found;
        }

        /// <summary>The same through SQLite's C interface, without what the .NET provider adds.</summary>
        public int CountBare(Question[] questions)
        {
            var handle = _connection.Handle!;
            raw.sqlite3_prepare_v2(handle, "SELECT log, entry FROM document WHERE issuer = ?1 AND number = ?2", out var select);
            Execute("BEGIN");
            var found = 0;
            foreach (ref readonly var question in questions.AsSpan())
            {
                raw.sqlite3_bind_text(select, 1, question.IssuerText);
                raw.sqlite3_bind_text(select, 2, question.NumberText);
                if (raw.sqlite3_step(select) == raw.SQLITE_ROW
                    && raw.sqlite3_column_int64(select, 0) == (raw.sqlite3_column_int64(select, 1) & 15)) found++;
                raw.sqlite3_reset(select);
            }
            raw.sqlite3_finalize(select);
            Execute("COMMIT");
            return found;
        }

        public void Dispose()
        {
            _connection.Dispose();
            File.Delete(_path);
        }

        private SqliteCommand Prepare(string sql, params string[] parameters)
        {
            var command = _connection.CreateCommand();
            command.CommandText = sql;
            foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
            return command;
        }

        private void Execute(string sql)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
