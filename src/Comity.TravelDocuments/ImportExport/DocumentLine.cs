using Comity.Core.Registers;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.ImportExport;

/// <summary>One row of an import: a record, or why there is none.</summary>
/// <param name="Line">The line on which the row begins, from 1; a quoted field may reach over several lines.</param>
/// <param name="Position">How many bytes were read up to the end of the row, for showing progress.</param>
/// <param name="Record">The record, or null where the row was refused.</param>
/// <param name="Faults">What is wrong, by column or property; empty where there is a record.</param>
public readonly record struct DocumentLine(long Line, long Position, DocumentRecord? Record, IReadOnlyList<FieldFault> Faults);

/// <summary>The forms in which records are imported and exported.</summary>
public enum DocumentForm
{
    /// <summary>CSV (RFC 4180) with a header, columns named as the JSON properties. Unknown properties are not carried.</summary>
    Csv = 1,

    /// <summary>One JSON object a line, complete.</summary>
    JsonLines = 2,

    /// <summary>CSV with the columns of <see cref="ColumnProfile.Interpol"/>.</summary>
    InterpolCsv = 3,
}
