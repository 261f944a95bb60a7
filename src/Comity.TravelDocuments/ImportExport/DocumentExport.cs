using System.Text;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.ImportExport;

/// <summary>Writes records so that <see cref="DocumentImport"/> reads them back.</summary>
public static class DocumentExport
{
    private const int FlushAt = 64 * 1024;

    /// <summary>Writes every record; CSV begins with its header. Lines end with LF in JSON Lines and CRLF in CSV.</summary>
    /// <param name="stream">Takes UTF-8 without byte order mark; not closed.</param>
    /// <param name="records">The records.</param>
    /// <param name="form">The form. CSV does not carry properties that this version does not know.</param>
    /// <param name="cancel">Stops between two records.</param>
    /// <returns>How many records were written.</returns>
    public static async Task<long> WriteAsync(
        Stream stream, IAsyncEnumerable<DocumentRecord> records, DocumentForm form, CancellationToken cancel = default)
    {
        var profile = form == DocumentForm.JsonLines ? null : ColumnProfile.Of(form);
        using var buffer = new MemoryStream();
        if (profile is not null) buffer.Write(Row(profile.Columns.Select(c => c.Header)));
        var count = 0L;
        await foreach (var record in records.WithCancellation(cancel))
        {
            buffer.Write(profile is null ? [.. DocumentJson.Write(record), (byte)'\n'] : Row(record.ToDraft(), profile));
            count++;
            if (buffer.Length < FlushAt) continue;
            await stream.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancel);
            buffer.SetLength(0);
        }
        await stream.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancel);
        return count;
    }

    private static byte[] Row(DocumentDraft draft, ColumnProfile profile) => Row(profile.Columns.Select(c => c.Get(draft)));

    private static byte[] Row(IEnumerable<string?> fields) => Encoding.UTF8.GetBytes(string.Join(',', fields.Select(Quote)) + "\r\n");

    private static string Quote(string? field) =>
        field is null ? "" : field.AsSpan().IndexOfAny(",;\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
