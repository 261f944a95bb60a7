using System.Text;
using Comity.TravelDocuments.ImportExport;
using Comity.TravelDocuments.Records;
using Comity.TravelDocuments.Tests.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Comity.TravelDocuments.Tests.ImportExport;

public sealed class ImportExportTests
{
    private const string Header = "issuer,type,number,kind,enteredBy\n";
    private const string Good = "UTO,P,L898902C3,lost,Desk\n";

    [Theory]
    [InlineData(DocumentForm.Csv)]
    [InlineData(DocumentForm.JsonLines)]
    [InlineData(DocumentForm.InterpolCsv)]
    public void What_is_exported_is_imported_as_it_was(DocumentForm form) =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Samples.Records.ListOf().ToArbitrary(), records =>
        {
            var lines = Import(Export(records, form), form, Defaults());
            return lines.Select(l => l.Record).SequenceEqual(records.Select(r => form == DocumentForm.InterpolCsv ? AsInterpolKeeps(r) : r));
        }));

    [Fact]
    public void The_interpol_field_list_is_written_so()
    {
        var draft = Samples.Draft();
        (draft.Kind, draft.Number, draft.Last, draft.Country, draft.Date, draft.Circumstances) = ("stolenBlank", "A001", "A100", "XLY", "2004-05", "van, broken into");

        Assert.Equal(
            "DIN,DIN_LAST,ISSUING_COUNTRY,DOCUMENT_TYPE,STATUS,COUNTRY_OF_THEFT,PLACE_OF_THEFT,DATE_OF_THEFT,DATE_OF_ISSUE,DATE_OF_EXPIRY,NATIONAL_REFERENCE,ADDITIONAL_INFORMATION\r\n"
            + "A001,A100,UTO,P,STOLEN BLANK,XLY,,2004-05,,,,\"van, broken into\"\r\n",
            Encoding.UTF8.GetString(Export([Samples.Create(draft)], DocumentForm.InterpolCsv)));
    }

    [Fact]
    public void Columns_come_in_any_order_with_any_separator_mark_and_line_end()
    {
        var text = "\uFEFFNumber;KIND;issuer;\"enteredBy\";type\r\n\r\n\"l898902c3<\";lost;uto;\"The \"\"desk\"\"\r\nitself\";P\r\nA1;stolen;UTO;Desk;ID";

        var lines = Import(text);

        Assert.Equal(["UTO|P|L898902C3", "UTO|I|A1"], lines.Select(l => l.Record?.NaturalKey));
        Assert.Equal([3L, 5L], lines.Select(l => l.Line));
        Assert.Equal("The \"desk\"\nitself", lines[0].Record!.EnteredBy);
        Assert.Equal(Encoding.UTF8.GetByteCount(text), lines[^1].Position);
    }

    [Theory]
    [InlineData("UTO,P,L898902C3,lost\n", "row", "has 4 fields, and the header has 5")]
    [InlineData("UTO,P,L8\"98902C3,lost,Desk\n", "row", "quote inside")]
    [InlineData("UTO,P,\"L898902C3\"x,lost,Desk\n", "row", "after a closing quote")]
    [InlineData("UTO,P,\"L898902C3,lost,Desk\n", "row", "does not end")]
    [InlineData("UTOP,P,L898902C3,lost,Desk\n", "issuer", "1 to 3 letters")]
    [InlineData("UTO,P,L898902C3,mislaid,Desk\n", "kind", "must be")]
    [InlineData("UTO,P,L898902C3,lost,\n", "enteredBy", "missing")]
    public void A_bad_row_is_told_by_line_and_field_and_the_next_is_read(string bad, string field, string reason)
    {
        var lines = Import(Header + Good + bad + Good);

        Assert.Equal([2L, 3L, 4L], lines.Select(l => l.Line));
        Assert.NotNull(lines[0].Record);
        Assert.NotNull(lines[2].Record);
        Assert.Null(lines[1].Record);
        var fault = Assert.Single(lines[1].Faults);
        Assert.Equal(field, fault.Field);
        Assert.Contains(reason, fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_end_costs_only_itself()
    {
        var lines = Import(Header + new string('x', 300_000) + "\n" + Good + "\"" + new string('y', 70_000) + "\n" + Good);

        Assert.Equal([2L, 3L, 4L, 5L], lines.Select(l => l.Line));
        Assert.Equal([false, true, false, true], lines.Select(l => l.Record is not null));
        Assert.Contains("longer than 65536", lines[0].Faults[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DocumentForm.Csv, "UTO,P,L898902C3,lost,D\u00e9sk\n")]
    [InlineData(DocumentForm.JsonLines, "{\"v\":1,\"issuer\":\"\u00e9\"}\n")]
    public void Bytes_that_are_no_utf8_are_told_by_line_and_byte(DocumentForm form, string row)
    {
        var bytes = Encoding.Latin1.GetBytes((form == DocumentForm.Csv ? Header : "\n") + row);

        var line = Assert.Single(Import(bytes, form));

        Assert.Equal(2, line.Line);
        Assert.Equal($"row: is not UTF-8 at byte {row.IndexOf('\u00e9', StringComparison.Ordinal) + 1}", Assert.Single(line.Faults).ToString());
    }

    [Theory]
    [InlineData("issuer,colour\nUTO,red\n", "column 2 is none of")]
    [InlineData("issuer,ISSUER\nUTO,UTO\n", "names issuer twice")]
    [InlineData("issuer,\n", "column 2 is none of")]
    [InlineData("\"issuer\n", "does not end")]
    public void A_wrong_header_stops_the_import(string text, string reason)
    {
        var line = Assert.Single(Import(text));

        Assert.Equal("header", line.Faults[0].Field);
        Assert.Contains(reason, line.Faults[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_fill_what_a_row_leaves_empty_and_nothing_else()
    {
        var defaults = new DocumentDraft { EnteredBy = "Central desk", Ground = "Act 12" };

        var lines = Import(Encoding.UTF8.GetBytes(Header + "UTO,P,A1,invalid,\n" + Good), DocumentForm.Csv, defaults);

        Assert.Equal(["Central desk", "Desk"], lines.Select(l => l.Record?.EnteredBy));
        Assert.Equal("Act 12", lines[0].Record!.Ground);
    }

    [Theory]
    [InlineData(DocumentForm.Csv)]
    [InlineData(DocumentForm.JsonLines)]
    [InlineData(DocumentForm.InterpolCsv)]
    public void Mutated_cut_and_random_input_never_throws_and_always_says_line_and_reason(DocumentForm form)
    {
        var input =
            from records in Samples.Records.ListOf()
            from changes in (from at in Gen.Choose(0, 10_000) from with in Gen.Elements<byte>(0, 10, 13, 34, 44, 59, 92, 123, 128, 239, 255) from way in Gen.Choose(0, 2) select (at, with, way)).ListOf()
            from noise in Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf()
            from isNoise in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
            select isNoise ? noise : changes.Aggregate(Export(records, form).ToList(), (bytes, change) => Change(bytes, change)).ToArray();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(input.ToArbitrary(), bytes =>
        {
            var last = 0L;
            foreach (var line in Import(bytes, form, Defaults()))
            {
                if (line.Line <= last || line.Position > bytes.Length) return false;
                if ((line.Record is null) != line.Faults.Any(f => f.Field.Length > 0 && f.Reason.Length > 0)) return false;
                last = line.Line;
            }
            return true;
        }));
    }

    [Theory]
    [InlineData(DocumentForm.Csv)]
    [InlineData(DocumentForm.JsonLines)]
    public void A_stream_that_gives_a_byte_at_a_time_reads_the_same(DocumentForm form)
    {
        var bytes = Export(Samples.Records.Sample(20, 10), form);

        Assert.Equal(
            Import(bytes, form).Select(l => (l.Line, l.Position, l.Record)),
            Import(new TrickleStream(bytes), form).Select(l => (l.Line, l.Position, l.Record)));
    }

    private static List<byte> Change(List<byte> bytes, (int At, byte With, int Way) change)
    {
        if (bytes.Count == 0) return bytes;
        var at = change.At % bytes.Count;
        if (change.Way == 0) bytes[at] = change.With;
        else if (change.Way == 1) bytes.Insert(at, change.With);
        else bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + change.At % 7));
        return bytes;
    }

    /// <summary>What the samples have in fields for which the field list has no column.</summary>
    private static DocumentDraft Defaults() => new()
    {
        EnteredBy = "Passport office, document desk",
        Ground = "Passport Act, section 12",
        Contest = "Write to appeals@example.org",
    };

    private static DocumentRecord AsInterpolKeeps(DocumentRecord record) =>
        record with { Ground = Defaults().Ground, Contest = Defaults().Contest, Disputed = null };

    private static byte[] Export(IEnumerable<DocumentRecord> records, DocumentForm form)
    {
        using var stream = new MemoryStream();
        DocumentExport.WriteAsync(stream, records.ToAsyncEnumerable(), form).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    private static List<DocumentLine> Import(string csv) => Import(Encoding.UTF8.GetBytes(csv), DocumentForm.Csv);

    private static List<DocumentLine> Import(byte[] bytes, DocumentForm form, DocumentDraft? defaults = null) =>
        Import(new MemoryStream(bytes), form, defaults);

    private static List<DocumentLine> Import(Stream stream, DocumentForm form, DocumentDraft? defaults = null) =>
        DocumentImport.ReadAsync(stream, form, defaults).ToBlockingEnumerable().ToList();

    /// <summary>A slow line: one byte a read.</summary>
    private sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..1], cancellationToken);
    }
}
