using Comity.Core.Registers;
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.ImportExport;

/// <summary>Reads records row by row from UTF-8; a byte order mark, CRLF and empty lines are welcome.</summary>
/// <remarks>Whatever the bytes, nothing is thrown but what the stream throws: a bad row becomes a line with its faults.</remarks>
public static class DocumentImport
{
    /// <summary>Reads every row.</summary>
    /// <param name="stream">The rows; read once, not closed.</param>
    /// <param name="form">The form.</param>
    /// <param name="defaults">Texts for fields that a row leaves empty, such as who entered the records; or null.</param>
    /// <param name="cancel">Stops between two reads of the stream.</param>
    /// <returns>
    /// One line for each row, in order. A CSV header that names an unknown column or one twice gives one line with faults of the field
    /// <c>header</c>, and nothing after it is read.
    /// </returns>
    public static IAsyncEnumerable<DocumentLine> ReadAsync(
        Stream stream, DocumentForm form, DocumentDraft? defaults = null, CancellationToken cancel = default) =>
        form == DocumentForm.JsonLines
            ? ReadJsonLinesAsync(stream, defaults, cancel)
            : ReadCsvAsync(stream, ColumnProfile.Of(form), defaults, cancel);

    private static async IAsyncEnumerable<DocumentLine> ReadJsonLinesAsync(
        Stream stream, DocumentDraft? defaults, [EnumeratorCancellation] CancellationToken cancel)
    {
        var rows = new RowReader(stream, quoted: false);
        while (await rows.ReadAsync(cancel))
        {
            if (rows.Fault is { } reason) yield return Refused(rows, new("row", reason));
            else if (!rows.Row.Trim(" \t"u8).IsEmpty) yield return JsonLine(rows, defaults);
        }
    }

    private static async IAsyncEnumerable<DocumentLine> ReadCsvAsync(
        Stream stream, ColumnProfile profile, DocumentDraft? defaults, [EnumeratorCancellation] CancellationToken cancel)
    {
        var rows = new RowReader(stream, quoted: true);
        var row = new CsvRow();
        Column[]? columns = null;
        var separator = ',';
        while (await rows.ReadAsync(cancel))
        {
            if (rows.Fault is null && rows.Row.IsEmpty) continue;
            if (columns is not null)
            {
                yield return CsvLine(rows, row, separator, columns, defaults);
                continue;
            }
            separator = rows.Row.Contains((byte)';') && !rows.Row.Contains((byte)',') ? ';' : ',';
            if (TryHeader(rows, row, separator, profile, out columns, out var faults)) continue;
            yield return new(rows.Line, rows.Position, null, faults);
            yield break;
        }
    }

    private static bool TryHeader(
        RowReader rows, CsvRow row, char separator, ColumnProfile profile, out Column[] columns, out IReadOnlyList<FieldFault> faults)
    {
        columns = [];
        faults = rows.Fault is { } why ? [new("header", why)] : [];
        if (rows.Fault is not null) return false;
        if (!row.TryParse(rows.Row, separator, out var fault))
        {
            faults = [new("header", fault.Why)];
            return false;
        }
        var (found, wrong) = (new List<Column>(), new List<FieldFault>());
        for (var i = 0; i < row.Count; i++)
        {
            var name = row[i].Trim().ToString();
            var column = profile.Columns.FirstOrDefault(c => c.Header.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (column is null) wrong.Add(Unknown(i + 1, string.Join(", ", profile.Columns.Select(c => c.Header))));
            else if (found.Contains(column)) wrong.Add(new("header", $"names {column.Header} twice", $"nomme deux fois {column.Header}"));
            else found.Add(column);
        }
        (columns, faults) = ([.. found], wrong);
        return wrong.Count == 0;
    }

    private static FieldFault Unknown(int column, string known) => new("header", $"column {column} is none of {known}", $"la colonne {column} n’est aucune de {known}");

    private static DocumentLine CsvLine(RowReader rows, CsvRow row, char separator, Column[] columns, DocumentDraft? defaults)
    {
        if (rows.Fault is { } reason) return Refused(rows, new("row", reason));
        if (!row.TryParse(rows.Row, separator, out var fault)) return Refused(rows, fault);
        if (row.Count != columns.Length)
            return Refused(rows, new("row", $"has {row.Count} fields, and the header has {columns.Length}", $"a {row.Count} champs, et l’en-tête en a {columns.Length}"));

        var draft = new DocumentDraft { Version = DocumentDraft.CurrentVersion };
        for (var i = 0; i < columns.Length; i++)
        {
            var field = row[i];
            if (!field.IsEmpty) columns[i].Set(draft, field.ToString());
        }
        return Line(rows, draft, defaults);
    }

    private static DocumentLine JsonLine(RowReader rows, DocumentDraft? defaults)
    {
        var row = rows.Row;
        if (!Utf8.IsValid(row))
        {
            var good = 0;
            while (System.Text.Rune.DecodeFromUtf8(row[good..], out _, out var length) == OperationStatus.Done) good += length;
            return Refused(rows, new("row", $"is not UTF-8 at byte {good + 1}", $"n’est pas de l’UTF-8 à l’octet {good + 1}"));
        }
        return DocumentJson.TryReadDraft(row, out var draft, out var fault) ? Line(rows, draft, defaults) : Refused(rows, fault);
    }

    private static DocumentLine Line(RowReader rows, DocumentDraft draft, DocumentDraft? defaults)
    {
        if (defaults is not null) ColumnProfile.FillFrom(draft, defaults);
        DocumentRecord.TryCreate(draft, out var record, out var faults);
        return new(rows.Line, rows.Position, record, faults);
    }

    private static DocumentLine Refused(RowReader rows, FieldFault fault) => new(rows.Line, rows.Position, null, [fault]);
}
