using System.Diagnostics;
using System.Globalization;
using Comity.TravelDocuments.ImportExport;
using Comity.TravelDocuments.Records;

namespace Comity.Benchmarks;

/// <summary>
/// How many rows a second are read, checked and made records on one core, from memory? The baseline is splitting the
/// same bytes into lines and nothing else.
/// </summary>
public static class DocumentImportBenchmark
{
    private const int Rounds = 4;

    /// <summary>Reads every form once a round and prints the best rounds as one table.</summary>
    public static void Run(int rows, TextWriter output)
    {
        output.WriteLine("| form | rows | MB | rows/s | MB/s | lines only, rows/s | ratio |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var form in Enum.GetValues<DocumentForm>())
        {
            using var stream = new MemoryStream();
            DocumentExport.WriteAsync(stream, Enumerable.Range(0, rows).Select(Record).ToAsyncEnumerable(), form).GetAwaiter().GetResult();
            double best = double.MaxValue, plain = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                best = Math.Min(best, Seconds(stream, () => Import(stream, form, rows)));
                plain = Math.Min(plain, Seconds(stream, () => Lines(stream)));
            }
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {form} | {rows:N0} | {stream.Length / 1e6:F0} | {rows / best:N0} | {stream.Length / 1e6 / best:F0} | {rows / plain:N0} | {plain / best:F2} |"));
        }

        output.WriteLine();
    }

    /// <summary>So many documents as CSV.</summary>
    internal static byte[] Csv(int rows)
    {
        using var stream = new MemoryStream();
        DocumentExport.WriteAsync(stream, Enumerable.Range(0, rows).Select(Record).ToAsyncEnumerable(), DocumentForm.Csv).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    private static double Seconds(MemoryStream stream, Action run)
    {
        stream.Position = 0;
        var clock = Stopwatch.StartNew();
        run();
        return clock.Elapsed.TotalSeconds;
    }

    private static void Import(Stream stream, DocumentForm form, int rows)
    {
        var defaults = new DocumentDraft { EnteredBy = "Passport office" };
        var records = DocumentImport.ReadAsync(stream, form, defaults).ToBlockingEnumerable().Count(l => l.Record is not null);
        if (records != rows) throw new InvalidOperationException($"{records} records of {rows}");
    }

    private static void Lines(Stream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (reader.ReadLine() is not null) { }
    }

    internal static DocumentRecord Record(int i)
    {
        var draft = new DocumentDraft
        {
            Version = DocumentDraft.CurrentVersion,
            Issuer = "UTO",
            Type = "P",
            Number = string.Create(CultureInfo.InvariantCulture, $"L{i:D8}"),
            Kind = "stolen",
            Country = "XLY",
            Date = "2004-05-11",
            Issued = "2001-02-03",
            Expires = "2011-02-02",
            Reference = string.Create(CultureInfo.InvariantCulture, $"UTO-{i}"),
            Circumstances = i % 4 == 0 ? "Taken from a locked car, window broken" : null,
            EnteredBy = "Passport office",
        };
        return DocumentRecord.TryCreate(draft, out var record, out var faults) ? record : throw new InvalidOperationException(faults[0].ToString());
    }
}
